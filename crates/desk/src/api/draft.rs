use super::{Cell, Section, SectionView};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `draft_get`: a part as the person at the desk writes it now; for a row of a do-table that stands, its correction.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SectionRef {
    /// The form.
    pub form: String,
    /// The part.
    pub section: Section,
}

/// `draft_set`: one field as typed. Committed before the answer.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DraftSet {
    /// The form.
    pub form: String,
    /// The part.
    pub section: Section,
    /// The field.
    pub field: String,
    /// The cell of a table field.
    pub cell: Option<Cell>,
    /// The text as typed; choices by value, flags as `1` or empty, people and units by id.
    pub text: String,
}

/// `draft_rows`: sets how many rows a table field has, or removes one.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DraftRows {
    /// The form.
    pub form: String,
    /// The part.
    pub section: Section,
    /// The table field.
    pub field: String,
    /// What to do.
    pub change: RowChange,
}

/// `table_import`: the rows of a spreadsheet after those of a table field, all or none. Its head names columns by their
/// labels in any order.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TableImport {
    /// The form.
    pub form: String,
    /// The part.
    pub section: Section,
    /// The table field.
    pub field: String,
    /// The file in base64, at most 1 MiB of bytes.
    pub bytes: String,
}

/// A change of the rows of a table field.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RowChange {
    /// Adds an empty row at the end.
    Add,
    /// Removes a row.
    Remove {
        /// From 0.
        row: u32,
    },
}

/// The answer to a draft change: the part as it stands now, values normalised and computed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DraftSaved {
    /// The form key (unchanged by saving).
    pub form: String,
    /// The part after the change.
    pub section: SectionView,
    /// When it was committed.
    pub saved_at: String,
}

/// `draft_discard`: drops the local draft of one part.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DraftDiscard {
    /// The form.
    pub form: String,
    /// The part.
    pub section: Section,
}
