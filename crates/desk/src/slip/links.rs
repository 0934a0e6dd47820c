//! The links of a slot as a table: number, unit and what is read of each form.

use qianban_catalog::ValueType;
use qianban_paper::{Align, Column, Filling, Table};

use super::fields;
use crate::Refused;
use crate::record::{Look, Record};
use crate::show::links;

/// Shares of the width: a number stands on one line, a unit on two at most, yes or no needs little.
const NUMBER_SHARE: u8 = 7;
const UNIT_SHARE: u8 = 5;
const FLAG_SHARE: u8 = 2;
const READ_SHARE: u8 = 3;

/// The table of a slot.
pub(super) fn table(look: Look<'_>, record: &Record, slot: &str, lines: u8) -> Result<Filling, Refused> {
    let Some(slot) = record.definition.link(slot) else { return Ok(fields::blank(lines)) };
    let (heads, rows) = links::printed(look, record, slot)?;
    let own = [(NUMBER_SHARE, Align::Start), (UNIT_SHARE, Align::Start)];
    let reads = slot.reads.iter().map(|read| match read.kind {
        ValueType::Flag => (FLAG_SHARE, Align::Center),
        ValueType::Text => (READ_SHARE, Align::Start),
        ValueType::Integer | ValueType::Money | ValueType::Percent => (READ_SHARE, Align::End),
    });
    let columns = heads.into_iter().zip(own.into_iter().chain(reads));
    Ok(Filling::Table(Table {
        columns: columns.map(|(title, (share, align))| Column { title, share, align }).collect(),
        rows,
        min_rows: lines,
    }))
}
