//! Spreadsheets: tables of a draft come in, ledgers go out. Every value crosses as text.

mod read;
mod write;

pub(crate) use read::{Sheet, SheetCell, read};
pub(crate) use write::{Page, write};

/// Most bytes of a file that comes in.
pub(crate) const FILE_BYTES_MAX: usize = 1024 * 1024;
/// Rows in which the head of a table is looked for: a title may stand above it.
pub(crate) const HEAD_ROWS: u8 = 10;
/// Most rows of a table that comes in.
pub(crate) const ROWS_MAX: usize = 5_000;
