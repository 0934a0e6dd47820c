//! How a form lies on paper.

/// How the form lies on paper: a grid of 24 equal columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipLayout {
    /// Sheet.
    pub paper: Paper,
    /// Which way it is held.
    pub orientation: Orientation,
    /// Names of the copies (联), one to four.
    pub copies: Vec<String>,
    /// Line above the title; `None`: the bureau's name.
    pub heading: Option<String>,
    /// Rows from top to bottom.
    pub rows: Vec<SlipRow>,
}

impl SlipLayout {
    /// The rows of a further title that some rows name: it is a letter, which shows these rows and no history. `None`:
    /// the title prints everything.
    pub fn letter(&self, title: &str) -> Option<Vec<&SlipRow>> {
        let rows: Vec<&SlipRow> =
            self.rows.iter().filter(|row| row.titles.iter().any(|own| own == title)).collect();
        (!rows.is_empty()).then_some(rows)
    }
}

/// Columns of the slip's grid.
pub const SLIP_COLUMNS: u8 = 24;

/// A sheet of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// 210 × 297 mm.
    A4,
    /// 148 × 210 mm.
    A5,
}

/// Which way a sheet is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Orientation {
    /// Upright.
    Portrait,
    /// On its side.
    Landscape,
}

/// One row of the slip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipRow {
    /// Least height in millimetres; 0: as its text needs.
    pub height_mm: u16,
    /// Further titles of the form under which this row is printed; see [`SlipLayout::letter`].
    pub titles: Vec<String>,
    /// Cells that begin in this row, from left to right.
    pub cells: Vec<SlipCell>,
}

/// One cell of the slip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlipCell {
    /// First column, 0–23, found from widths and the cells that reach down from rows above.
    pub column: u8,
    /// Width in columns.
    pub width: u8,
    /// Rows that the cell covers; 1 or more.
    pub rows: u8,
    /// Lines of text that the cell leaves room for; 1 or more.
    pub lines: u8,
    /// What stands in it.
    pub show: Show,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Show {
    /// A fixed heading.
    Label(String),
    /// A field of the content, by key.
    Field(String),
    /// A table field of the content with head and rows, by key.
    Table(String),
    /// The sign box of a step, by key.
    Step(String),
    /// The entries of a do-table, by name.
    Entry(String),
    /// The links of a slot with number, unit and the values read, by slot.
    Links(String),
    /// Fixed small print.
    Text(String),
}
