//! Sheets of text: a number in a cell would lose its leading zeros and its last digits.

use std::collections::BTreeSet;

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use crate::{Code, Refused};

/// Characters of a sheet's name.
const NAME_CHARS_MAX: usize = 31;

/// A sheet to be written.
pub(crate) struct Page {
    /// Its name; made unique and short here.
    pub(crate) name: String,
    /// Heads of the columns.
    pub(crate) heads: Vec<String>,
    /// Rows of as many texts.
    pub(crate) rows: Vec<Vec<String>>,
}

/// The bytes of a file with these sheets.
///
/// # Errors
/// [`Code::Internal`] when a sheet is beyond what such a file holds.
pub(crate) fn write(pages: &[Page]) -> Result<Vec<u8>, Refused> {
    book(pages).map_err(|error| Refused::about(Code::Internal, error))
}

fn book(pages: &[Page]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let text = Format::new().set_num_format("@");
    let head = Format::new().set_num_format("@").set_bold();
    let mut names = BTreeSet::new();
    for page in pages {
        let sheet = book.add_worksheet();
        sheet.set_name(unique(&page.name, &mut names))?;
        sheet.set_freeze_panes(1, 0)?;
        let heads = std::iter::once((&page.heads, &head));
        for (row, (texts, format)) in (0..).zip(heads.chain(page.rows.iter().map(|row| (row, &text)))) {
            for (column, words) in (0..).zip(texts) {
                sheet.write_string_with_format(row, column, words, format)?;
            }
        }
    }
    book.save_to_buffer()
}

/// A name that every program takes and no other sheet has.
fn unique(name: &str, names: &mut BTreeSet<String>) -> String {
    let clean: String = name.chars().filter(|c| !"[]:*?/\\'".contains(*c) && !c.is_control()).collect();
    let cut = |most: usize| clean.chars().take(most).collect::<String>();
    let plain = if clean.is_empty() { "表".to_owned() } else { cut(NAME_CHARS_MAX) };
    let numbered = (2..).map(|number| {
        let tail = format!(" {number}");
        format!("{}{tail}", cut(NAME_CHARS_MAX - tail.len()))
    });
    let free = std::iter::once(plain).chain(numbered).find(|name| !names.contains(name)).unwrap_or_default();
    names.insert(free.clone());
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheet_names_are_short_and_differ() {
        let mut names = BTreeSet::new();
        let long = "业".repeat(40);
        assert_eq!(unique("甲/乙[1]", &mut names), "甲乙1");
        assert_eq!(unique("甲乙1", &mut names), "甲乙1 2");
        let (first, second) = (unique(&long, &mut names), unique(&long, &mut names));
        assert_eq!((first.chars().count(), second.chars().count()), (31, 31));
        assert_ne!(first, second);
    }
}
