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
/// Bytes of the shortest shared string, `<si/>`.
const SHARED_STRING_BYTES: usize = 5;
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

/// Unpacks everything once and keeps nothing. What cannot be caught is refused here: the library makes room for as many
/// shared strings as a file says it has, and the program ends where there is no such room.
fn unpack(bytes: &[u8]) -> Result<(), Refused> {
    let too_big = || Refused::about(Code::ImportFile, "文件太大");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    if archive.len() > PARTS_MAX {
        return Err(too_big());
    }
    let mut left = UNPACKED_BYTES_MAX;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| unreadable())?;
        let name = part.name().map_err(|_| unreadable())?.to_ascii_lowercase();
        let mut part = part.take(left + 1);
        let unpacked = if name.ends_with("sharedstrings.xml") {
            let mut list = Vec::new();
            part.read_to_end(&mut list).map_err(|_| unreadable())?;
            if overstates(&list) {
                return Err(unreadable());
            }
            list.len() as u64
        } else {
            copy(&mut part, &mut sink()).map_err(|_| unreadable())?
        };
        left = left.checked_sub(unpacked).ok_or_else(too_big)?;
    }
    Ok(())
}

/// Whether a list of shared strings says that it has more of them than its bytes can hold. An encoding in which the
/// word could hide is not looked into.
fn overstates(list: &[u8]) -> bool {
    let Some(text) = std::str::from_utf8(list).ok().filter(|text| !text.contains('\0')) else { return true };
    text.split("uniqueCount").skip(1).any(|rest| {
        let number = rest.trim_start_matches(|c: char| c.is_whitespace() || "=\"'+".contains(c));
        let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
        number[..end].parse().is_ok_and(|count: usize| count > text.len() / SHARED_STRING_BYTES)
    })
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

    /// A file that the program writes, with every part changed.
    fn with_parts(change: impl Fn(&str, String) -> Vec<u8>) -> Vec<u8> {
        let page =
            crate::xlsx::Page { name: "表".to_owned(), heads: vec!["头".to_owned()], rows: Vec::new() };
        let good = crate::xlsx::write(&[page]).unwrap();
        let mut from = ZipArchive::new(Cursor::new(good)).unwrap();
        let mut made = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for at in 0..from.len() {
            let mut part = from.by_index(at).unwrap();
            let name = part.name().unwrap().into_owned();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            made.start_file(&name, zip::write::SimpleFileOptions::default()).unwrap();
            made.write_all(&change(&name, text)).unwrap();
        }
        made.finish().unwrap().into_inner()
    }

    /// A file whose first sheet holds these rows.
    fn with_rows(rows: &str) -> Vec<u8> {
        with_parts(|_, text| {
            let Some((before, rest)) = text.split_once("<sheetData>") else { return text.into_bytes() };
            let (_, after) = rest.split_once("</sheetData>").unwrap();
            format!("{before}<sheetData>{rows}</sheetData>{after}").into_bytes()
        })
    }

    /// A file whose list of shared strings says that it has so many.
    fn with_count(count: &str, encode: impl Fn(&str) -> Vec<u8>) -> Vec<u8> {
        with_parts(|name, text| match text.split_once("uniqueCount=\"1\"") {
            Some((before, after)) if name == "xl/sharedStrings.xml" => {
                encode(&format!("{before}uniqueCount{count}{after}"))
            }
            _ => text.into_bytes(),
        })
    }

    #[test]
    fn more_shared_strings_than_there_can_be_are_refused_before_room_is_made_for_them() {
        let utf8 = |text: &str| text.as_bytes().to_vec();
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(read(&with_count("=\"1\"", utf8)).is_ok());
        for count in ["=\"4000000000\"", " = '04000000000'", "=\"100000\""] {
            assert_eq!(read(&with_count(count, utf8)).unwrap_err().code(), Code::ImportFile, "{count}");
        }
        let hidden = with_count("=\"4000000000\"", utf16);
        assert_eq!(read(&hidden).unwrap_err().code(), Code::ImportFile);
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
