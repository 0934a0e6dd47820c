//! What crosses between a host (window, loopback page, `qianbanctl`) and the desk.
//!
//! Ids are lower-case hex. Field values cross as text, exactly as a person would type or read them, so that
//! money and account numbers never pass through a floating-point number. Times are RFC 3339 with offset.
//! Every type here is exported to `ui/src/api/generated/`.

mod catalogue;
mod clock;
mod design;
mod draft;
mod endpoint;
mod exchange;
mod file;
mod form;
mod host;
mod ledger;
mod link;
mod people;
mod relay;
mod sample;
mod secret;
mod setting;
mod sign;
mod slip;
mod verify;
mod year;

pub use catalogue::*;
pub use clock::*;
pub use design::*;
pub use draft::*;
pub use endpoint::*;
pub use exchange::*;
pub use file::*;
pub use form::*;
pub use host::*;
pub use ledger::*;
pub use link::*;
pub use people::*;
pub use relay::*;
pub use sample::*;
pub use secret::*;
pub use setting::*;
pub use sign::*;
pub use slip::*;
pub use verify::*;
pub use year::*;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The answer of a command that has nothing to say.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct Nothing {}

/// Why a command was not carried out, in words for the person and a code for the handbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Refusal {
    /// Stable code, for example `FIELD-TOO-LONG` or `SIGN-PASSWORD`.
    pub code: String,
    /// What happened, in Chinese.
    pub message: String,
    /// What is safe and what to do next, in Chinese; empty when the message says it all.
    pub advice: String,
    /// Seconds after which trying again makes sense (wrong password, busy file).
    pub retry_after_seconds: Option<u32>,
    /// The field problems or unmet gates behind the refusal.
    pub problems: Vec<Problem>,
}

/// One thing that is not right yet, at a field or at a gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Problem {
    /// Stable code.
    pub code: String,
    /// In Chinese.
    pub message: String,
    /// The field it is about, if any.
    pub field: Option<FieldRef>,
}

/// The address of a field: section, then key, then row and column for tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FieldRef {
    /// The part of the form.
    pub section: Section,
    /// The field's key.
    pub field: String,
    /// Row from 0 and column key, inside a table field.
    pub cell: Option<Cell>,
}

/// A cell of a table field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Cell {
    /// From 0.
    pub row: u32,
    /// The column's key.
    pub column: String,
}

/// A part of a form that is filled by itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Section {
    /// The applicant's part.
    Content,
    /// The own box of a step of the signature chain.
    Step {
        /// The step's key in the definition.
        key: String,
    },
    /// A row of a do-table (执行、验证 …).
    Entry {
        /// The table's name in the definition.
        table: String,
        /// Row id, hex; a new row is named by the desk when its first field is written.
        row: Option<String>,
    },
}
