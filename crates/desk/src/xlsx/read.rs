//! The first sheet of a file, as far as a table needs it. A file is met with suspicion: it is unpacked once with a bound
//! before anything reads it, and no row or column is believed to be there before a cell stands in it.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, copy, sink};
use std::panic::catch_unwind;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use zip::ZipArchive;

use super::{HEAD_ROWS, ROWS_MAX};
use crate::{Code, Refused};

/// Most bytes of a file when unpacked, and most files in it.
const UNPACKED_BYTES_MAX: u64 = 64 * 1024 * 1024;
const PARTS_MAX: usize = 1_000;
/// Most cells that are looked at, those left and right of the table included.
const CELLS_MAX: usize = 400_000;
/// From here on a number in a cell is no longer exact: fifteen digits are kept.
const EXACT_BELOW: f64 = 1e15;

/// A cell that is not empty.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum SheetCell {
    /// Text, numbers with up to fifteen digits, dates and yes or no in words.
    Text(String),
    /// A number whose last digits the file has lost.
    Inexact,
    /// An error value, such as of a formula.
    Error,
}

/// Cells by row and column, both from 0.
pub(crate) type Sheet = BTreeMap<u32, BTreeMap<u32, SheetCell>>;

/// Reads the first visible sheet.
///
/// # Errors
/// [`Code::ImportFile`] for what is no such file or is too big; [`Code::ImportRows`].
pub(crate) fn read(bytes: &[u8]) -> Result<Sheet, Refused> {
    unpack(bytes)?;
    // The library stops the thread at a cell reference that no sheet can hold.
    catch_unwind(|| cells(bytes)).unwrap_or_else(|_| Err(unreadable()))
}

fn unreadable() -> Refused {
    Refused::about(Code::ImportFile, "不是电子表格文件，或者已经损坏")
}

fn cells(bytes: &[u8]) -> Result<Sheet, Refused> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    let shown = |sheet: &&calamine::Sheet| {
        sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible
    };
    let name = book.sheets_metadata().iter().find(shown).map(|sheet| sheet.name.clone());
    let mut cells = book.worksheet_cells_reader(&name.ok_or_else(unreadable)?).map_err(|_| unreadable())?;
    let mut sheet = Sheet::new();
    let mut count = 0;
    while let Some(cell) = cells.next_cell().map_err(|_| unreadable())? {
        let Some(value) = value(cell.get_value()) else { continue };
        count += 1;
        if count > CELLS_MAX {
            return Err(Refused::about(Code::ImportFile, "单元格太多"));
        }
        let (row, column) = cell.get_position();
        sheet.entry(row).or_default().insert(column, value);
        // The head and what may stand above it are rows too.
        if sheet.len() > ROWS_MAX + usize::from(HEAD_ROWS) {
            return Err(Refused::about(Code::ImportRows, ROWS_MAX));
        }
    }
    Ok(sheet)
}

/// Unpacks everything once and keeps nothing.
fn unpack(bytes: &[u8]) -> Result<(), Refused> {
    let too_big = || Refused::about(Code::ImportFile, "文件太大");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    if archive.len() > PARTS_MAX {
        return Err(too_big());
    }
    let mut left = UNPACKED_BYTES_MAX;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| unreadable())?;
        let unpacked = copy(&mut part.take(left + 1), &mut sink()).map_err(|_| unreadable())?;
        left = left.checked_sub(unpacked).ok_or_else(too_big)?;
    }
    Ok(())
}

fn value(data: &DataRef<'_>) -> Option<SheetCell> {
    let text = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
    Some(match data {
        DataRef::Empty => return None,
        DataRef::String(string) => SheetCell::Text(text(string)?),
        DataRef::SharedString(string) => SheetCell::Text(text(string)?),
        DataRef::Int(number) => SheetCell::Text(number.to_string()),
        DataRef::Float(number) => exact(*number),
        DataRef::Bool(flag) => SheetCell::Text(if *flag { "是" } else { "否" }.to_owned()),
        DataRef::DateTime(time) if time.is_datetime() => {
            let (year, month, day, hour, minute, ..) = time.to_ymd_hms_milli();
            SheetCell::Text(match (hour, minute) {
                (0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}"),
            })
        }
        DataRef::DateTimeIso(time) => {
            let time = time.replacen('T', " ", 1);
            let time = time.get(..16).unwrap_or(&time);
            SheetCell::Text(time.strip_suffix(" 00:00").unwrap_or(time).to_owned())
        }
        DataRef::DateTime(_) | DataRef::DurationIso(_) | DataRef::Error(_) => SheetCell::Error,
    })
}

/// A number as its cell shows it: fifteen digits are kept, and what arithmetic left behind them is not.
fn exact(number: f64) -> SheetCell {
    if !number.is_finite() || number.abs() >= EXACT_BELOW {
        return SheetCell::Inexact;
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    SheetCell::Text(rounded.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_shown_or_not_at_all() {
        for (number, text) in [
            (0.1 + 0.2, "0.3"),
            (100.30000000000001, "100.3"),
            (123456789012345.0, "123456789012345"),
            (-5.0, "-5"),
        ] {
            assert_eq!(exact(number), SheetCell::Text(text.to_owned()));
        }
        assert_eq!(exact(6222021234567890123.0), SheetCell::Inexact);
        assert_eq!(exact(1e15), SheetCell::Inexact);
        assert_eq!(exact(f64::NAN), SheetCell::Inexact);
    }

    /// A file whose first sheet holds these rows.
    fn with_rows(rows: &str) -> Vec<u8> {
        let page =
            crate::xlsx::Page { name: "表".to_owned(), heads: vec!["头".to_owned()], rows: Vec::new() };
        let good = crate::xlsx::write(&[page]).unwrap();
        let mut from = ZipArchive::new(Cursor::new(good)).unwrap();
        let mut made = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for at in 0..from.len() {
            let mut part = from.by_index(at).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            if let Some((before, rest)) = text.split_once("<sheetData>") {
                let (_, after) = rest.split_once("</sheetData>").unwrap();
                text = format!("{before}<sheetData>{rows}</sheetData>{after}");
            }
            made.start_file(part.name().unwrap(), zip::write::SimpleFileOptions::default()).unwrap();
            made.write_all(text.as_bytes()).unwrap();
        }
        made.finish().unwrap().into_inner()
    }

    #[test]
    fn references_that_no_sheet_holds_are_refused_and_the_program_goes_on() {
        let cell = "<c><v>1</v></c>";
        assert!(read(&with_rows(&format!("<row r=\"1\">{cell}</row>"))).is_ok());
        for rows in [
            format!("<row r=\"99999999999\">{cell}</row>"),
            "<row r=\"1\"><c r=\"ZZZZZZZ1\"><v>1</v></c></row>".to_owned(),
            "<row r=\"1\"><c r=\"A99999999999\"><v>1</v></c></row>".to_owned(),
            format!("<row r=\"4294967295\">{cell}</row><row>{cell}</row><row>{cell}</row>"),
        ] {
            assert_eq!(read(&with_rows(&rows)).unwrap_err().code(), Code::ImportFile, "{rows}");
        }
    }

    #[test]
    fn what_is_no_spreadsheet_is_refused() {
        for bytes in [&b""[..], b"PK\x03\x04", b"%PDF-1.7", &[0; 1000]] {
            assert_eq!(read(bytes).unwrap_err().code(), Code::ImportFile);
        }
    }
}
