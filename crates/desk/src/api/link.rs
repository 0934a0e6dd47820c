use super::Problem;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A link with which a form begins.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LinkStart {
    /// The slot.
    pub slot: String,
    /// The sealed form.
    pub form: String,
}

/// A slot for links to sealed forms.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LinkSlotView {
    /// Key.
    pub slot: String,
    /// Title.
    pub title: String,
    /// Titles of the forms that may be linked.
    pub definitions: Vec<String>,
    /// Fewest links.
    pub min: u32,
    /// Most links.
    pub max: u32,
    /// Whether the person at the desk may change the links now.
    pub editable: bool,
    /// Heads of the values that are read of each linked form.
    pub columns: Vec<LinkColumn>,
    /// The links, in the order in which they were made.
    pub rows: Vec<LinkRow>,
    /// Too few or too many.
    pub problem: Option<Problem>,
}

/// A value that is read of linked forms.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LinkColumn {
    /// Key.
    pub key: String,
    /// Head of the column.
    pub title: String,
    /// Type.
    pub kind: LinkKind,
}

/// Type of a value that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum LinkKind {
    Flag,
    Integer,
    Text,
    Money,
    Percent,
}

/// A linked form.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LinkRow {
    /// The form.
    pub form: String,
    /// Number or working number.
    pub number: String,
    /// Title of its definition.
    pub title: String,
    /// Name of its unit.
    pub unit: String,
    /// When it was sealed; empty when it is not here.
    pub sealed_at: String,
    /// The values as shown, one for each column.
    pub values: Vec<String>,
    /// Why the link does not hold.
    pub problem: Option<Problem>,
}

/// `link_candidates`: sealed forms that a slot takes, newest first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LinkQuery {
    /// The form that links.
    pub form: String,
    /// The slot.
    pub slot: String,
    /// As in `ledger_list`.
    pub text: String,
    /// First day of the seal, `YYYY-MM-DD`.
    pub since: Option<String>,
    /// Last day of the seal, `YYYY-MM-DD`.
    pub until: Option<String>,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// 1–200.
    pub limit: u32,
}

/// A page of forms that may be linked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LinkCandidates {
    /// The rows.
    pub rows: Vec<LinkCandidate>,
    /// Pass it to get the next page; absent at the end.
    pub cursor: Option<String>,
}

/// A form that may be linked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LinkCandidate {
    /// The form.
    pub form: String,
    /// Number or working number.
    pub number: String,
    /// Title of its definition.
    pub title: String,
    /// Key fields in one line.
    pub summary: String,
    /// Name of its unit.
    pub unit: String,
    /// When it was sealed.
    pub sealed_at: String,
    /// Whether it is linked already.
    pub linked: bool,
}

/// `link_change`: adds or removes links of a slot, all or none. Committed before the answer, which is the form's page.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LinkChange {
    /// The form that links.
    pub form: String,
    /// The slot.
    pub slot: String,
    /// What to do.
    pub change: LinkEdit,
}

/// A change of the links of a slot.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LinkEdit {
    /// Adds these forms at the end; those that are linked already stay where they are.
    Add {
        /// The forms, at most 500.
        forms: Vec<String>,
    },
    /// Adds every form that `link_candidates` lists for this text and these days, oldest first.
    AddAll {
        /// As in `link_candidates`.
        text: String,
        /// First day of the seal, `YYYY-MM-DD`.
        since: Option<String>,
        /// Last day of the seal, `YYYY-MM-DD`.
        until: Option<String>,
    },
    /// Removes these forms.
    Remove {
        /// The forms.
        forms: Vec<String>,
    },
}
