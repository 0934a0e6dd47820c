//! The slip: everything one print of one form shows, as plain owned data.
//!
//! Every word is ready to print: dates, numbers and names are formatted by the caller. The caller also decides
//! what is struck through; this crate knows no rule of the journal.

/// Columns of the grid: the `columns` of the cells that meet a row add up to this.
pub const GRID_COLUMNS: u8 = 24;
/// Most characters in one text of a slip (label, value, cell of a table, opinion).
pub const MAX_TEXT_CHARS: usize = 20_000;
/// Most characters in a heading, a title, a number or a copy name: they have one line.
pub const MAX_LINE_CHARS: usize = 100;
/// Most characters in a whole slip.
pub const MAX_SLIP_CHARS: usize = 1_000_000;
/// Most rows of the grid.
pub const MAX_ROWS: usize = 200;
/// Most rows of one table inside a cell.
pub const MAX_TABLE_ROWS: usize = 2_000;
/// Most records and blanks in one box.
pub const MAX_RECORDS: usize = 200;
/// Most rows of the 签批历程.
pub const MAX_HISTORY_ROWS: usize = 2_000;
/// Most bytes in the QR payload: 110 bytes at level M are 45 modules, 0.44 mm each, which a 200 dpi scan reads.
pub const MAX_CODE_BYTES: usize = 110;
/// Most pages of one document.
pub const MAX_PAGES: usize = 200;

/// Everything one print of one form shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// Paper and orientation.
    pub sheet: Sheet,
    /// Name of the bureau, above the title; may be empty.
    pub heading: String,
    /// Title of the form.
    pub title: String,
    /// Number given by the seal; `None` while the form is not sealed.
    pub number: Option<String>,
    /// Number the form is known by while it is worked on; may be empty.
    pub working_number: String,
    /// Rows of the grid, top to bottom.
    pub rows: Vec<Row>,
    /// Notes under the grid (填表说明), one paragraph each.
    pub notes: Vec<String>,
    /// Every event of the form, oldest first; printed on pages of its own, left out when empty.
    pub history: Vec<HistoryRow>,
    /// Large pale word across every page, such as 「作废」 on a rejected form.
    pub mark: Option<String>,
    /// Text of the QR code in two corners of every page: form, version and digest prefix.
    /// At most [`MAX_CODE_BYTES`] bytes.
    pub code: String,
    /// Name of this copy (联), such as 「第一联 信息中心留存」; may be empty.
    pub copy: String,
    /// How many times this form has been printed, this print included; 「第 n 次打印」 is shown from 2 on.
    pub print_number: u32,
}

/// Paper and orientation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sheet {
    /// Paper size.
    pub paper: Paper,
    /// Long side across.
    pub landscape: bool,
}

/// Paper size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// 210 × 297 mm.
    A4,
    /// 148 × 210 mm.
    A5,
}

/// One row of the grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Cells that begin in this row, left to right; they fill the columns not held by cells from above.
    pub cells: Vec<Cell>,
    /// Least height, in millimetres; 0 takes the height the text needs.
    pub min_height_mm: u16,
}

/// One cell of the grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Grid columns it spans, 1 to [`GRID_COLUMNS`].
    pub columns: u8,
    /// Grid rows it spans, at least 1.
    pub rows: u8,
    /// What is in it.
    pub filling: Filling,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filling {
    /// A printed label: centred, short ones spread evenly, repeated when the cell goes over a page.
    Label(String),
    /// A value of the form.
    Value(Value),
    /// The options of a choice, the chosen ones ticked.
    Choice(Vec<Tick>),
    /// Fixed printed text, one paragraph a line.
    Text(String),
    /// A table of its own; it fills the cell, its head is repeated on every page, and only long rows are cut.
    Table(Table),
    /// A box people fill: one step of the signature chain, or one do-table.
    Records(Records),
}

/// A value and how it is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The text; line feeds begin new paragraphs; empty leaves the cell blank.
    pub text: String,
    /// Least height, in lines of text.
    pub min_lines: u8,
    /// How it is set.
    pub align: Align,
}

/// How text is set in its cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// From the left, in the middle of the height.
    Start,
    /// In the middle.
    Center,
    /// To the right: amounts.
    End,
    /// Paragraphs with two characters of indent, from the top.
    Paragraph,
}

/// One option of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// Its words.
    pub label: String,
    /// Whether it is chosen.
    pub ticked: bool,
}

/// A table inside a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Columns, left to right; at least 1, at most [`GRID_COLUMNS`].
    pub columns: Vec<Column>,
    /// Rows; each has as many texts as there are columns.
    pub rows: Vec<Vec<String>>,
    /// Least number of rows; missing ones are drawn empty.
    pub min_rows: u8,
}

/// One column of a table inside a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its head.
    pub title: String,
    /// Its share of the width, at least 1.
    pub share: u8,
    /// How its texts are set.
    pub align: Align,
}

/// What people wrote into one box, and what is still to be written by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records {
    /// Written records, oldest first.
    pub records: Vec<Record>,
    /// Places still to be filled by hand, after the records.
    pub blanks: Vec<Blank>,
}

/// One record in a box: fields and a sign-off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Fields of the box, such as 「审核意见」.
    pub fields: Vec<Labelled>,
    /// Who signed, and how.
    pub sign_off: SignOff,
    /// Whether it still counts.
    pub standing: Standing,
}

/// A text with its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// Label without a colon; empty when the text stands alone.
    pub label: String,
    /// The text.
    pub text: String,
}

/// Who signed, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignOff {
    /// Signed with a key: printed as a stamp line 「姓名 · 时间 · 电子签名 编号」.
    Electronic {
        /// In whose name.
        person: String,
        /// Who signed for them; printed as 「甲（乙代）」.
        deputy: Option<String>,
        /// When.
        at: String,
        /// First characters of the event id, to find it in the 签批历程.
        short_id: String,
    },
    /// Signed with ink on paper and recorded: printed as a line 「纸质签字 姓名 · 日期 · 登记人」.
    Ink {
        /// Who signed the paper.
        person: String,
        /// Who signed for them.
        deputy: Option<String>,
        /// Date on the paper.
        on: String,
        /// Who recorded it.
        recorded_by: String,
        /// First characters of the id of the recording event.
        short_id: String,
    },
    /// Nobody: it was owed and is not there. Printed in red as 「进展报告 · 应于 2026-03-02 10:00 · 漏报」.
    Missed {
        /// What was owed.
        title: String,
        /// When.
        due: String,
    },
}

/// Whether a record still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It counts.
    Effective,
    /// A later event took its effect: struck through, 「已失效」.
    Void,
    /// A later record corrects it: struck through, 「已更正」.
    Superseded,
}

/// A place to be filled by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blank {
    /// Labels without colons, each with room to write after it.
    pub labels: Vec<String>,
    /// Word before the line to sign on, such as 「签字」 or 「办理人」.
    pub signature: String,
}

/// One event in the 签批历程.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// When.
    pub at: String,
    /// Who, with role.
    pub who: String,
    /// What was done.
    pub what: String,
    /// Opinion or reason; may be empty.
    pub opinion: String,
    /// First characters of the event id.
    pub short_id: String,
    /// Whether it counts, in words, such as 「有效」.
    pub validity: String,
    /// Whether the row is struck through.
    pub struck: bool,
}
