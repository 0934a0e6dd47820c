//! `table_import`: rows of a spreadsheet into a table field of a draft, all of them or none.

use std::collections::BTreeMap;

use base64::engine::general_purpose::STANDARD;
use base64::{Engine, encoded_len};
use qianban_catalog::{Field, FieldKind, Rule, Value, normalise, typed};
use qianban_journal::Registry;

use super::form::{as_json, change, field, rows_as_typed};
use crate::api::{DraftSaved, TableImport};
use crate::part::TypedRow;
use crate::xlsx::{self, FILE_BYTES_MAX, HEAD_ROWS, ROWS_MAX, Sheet, SheetCell};
use crate::{Code, Desk, Refused};

/// Errors that are told one by one.
const TOLD_MAX: usize = 100;

/// Adds the rows of a file to those that are there; wholly empty ones give way.
pub(crate) fn table(desk: &Desk, request: TableImport) -> Result<DraftSaved, Refused> {
    if encoded_len(FILE_BYTES_MAX, true).is_none_or(|most| request.bytes.len() > most) {
        return Err(Refused::about(Code::ImportFile, "文件太大"));
    }
    let bytes = STANDARD.decode(request.bytes.as_bytes()).map_err(|_| Code::FileChunk)?;
    let sheet = xlsx::read(&bytes)?;
    change(desk, &request.form, &request.section, |record, part| {
        let field = field(record, &request.section, &request.field)?;
        if field.kind != FieldKind::Table {
            return Err(Code::FieldUnknown.into());
        }
        let mut rows = rows_as_typed(field, part);
        rows.retain(|row| row.values().any(|text| !text.is_empty()));
        rows.extend(read_rows(field, &sheet, record.registry()?)?);
        let most = field.max.and_then(|max| usize::try_from(max).ok()).unwrap_or(ROWS_MAX);
        if rows.len() > most {
            return Err(Refused::about(Code::ImportRows, most));
        }
        Ok((field.key.clone(), as_json(&rows)?))
    })
}

fn read_rows(field: &Field, sheet: &Sheet, registry: Registry<'_>) -> Result<Vec<TypedRow>, Refused> {
    let (head, columns) = head(field, sheet)?;
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    let mut count = 0usize;
    for (number, cells) in sheet.range(head + 1..) {
        if !columns.keys().any(|column| cells.contains_key(column)) {
            continue;
        }
        let mut row = TypedRow::new();
        for (at, column) in columns.iter().filter(|(_, column)| column.compute.is_none()) {
            match read_cell(column, cells.get(at), registry) {
                Ok(text) => {
                    row.insert(column.key.clone(), text);
                }
                Err(words) => {
                    count += 1;
                    if problems.len() < TOLD_MAX {
                        let cell = format!("{} 行「{}」：{words}", number + 1, column.label);
                        problems.push(Refused::about(Code::ImportCell, cell).into());
                    }
                }
            }
        }
        rows.push(row);
    }
    if count > 0 {
        return Err(Refused::about(Code::ImportCells, count).because(problems));
    }
    if rows.is_empty() {
        return Err(Refused::about(Code::ImportHead, "表头下面没有内容"));
    }
    Ok(rows)
}

/// The row of the head and the column of the table that each of its cells names.
fn head<'a>(field: &'a Field, sheet: &Sheet) -> Result<(u32, BTreeMap<u32, &'a Field>), Refused> {
    let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let named = |cell: &SheetCell| match cell {
        SheetCell::Text(text) => field.columns.iter().find(|column| plain(&column.label) == plain(text)),
        _ => None,
    };
    let known =
        |cells: &BTreeMap<u32, SheetCell>| cells.values().filter(|cell| named(cell).is_some()).count();
    let first = sheet.iter().take(usize::from(HEAD_ROWS));
    let refuse = |words: String| Err(Refused::about(Code::ImportHead, words));
    // The row that names most columns; of equals the upper one.
    let Some((row, cells)) =
        first.rev().max_by_key(|(_, cells)| known(cells)).filter(|(_, cells)| known(cells) > 0)
    else {
        return refuse(format!(
            "没有找到「{}」等列名",
            field.columns.first().map_or("", |column| &column.label)
        ));
    };
    let mut columns = BTreeMap::<u32, &Field>::new();
    for (at, cell) in cells {
        match named(cell) {
            None => return refuse(format!("「{}」不是明细的列", words(cell))),
            Some(column) if columns.values().any(|known| known.key == column.key) => {
                return refuse(format!("「{}」出现了两次", column.label));
            }
            Some(column) => {
                columns.insert(*at, column);
            }
        }
    }
    let missing = field.columns.iter().find(|column| {
        must(column) && column.compute.is_none() && !columns.values().any(|known| known.key == column.key)
    });
    match missing {
        Some(column) => refuse(format!("缺少「{}」列", column.label)),
        None => Ok((*row, columns)),
    }
}

fn words(cell: &SheetCell) -> &str {
    match cell {
        SheetCell::Text(text) => text,
        SheetCell::Inexact | SheetCell::Error => "?",
    }
}

fn must(column: &Field) -> bool {
    matches!((&column.required, &column.visible), (Rule::Always(true), Rule::Always(true)))
}

/// A cell as it would be typed, or what is wrong with it.
fn read_cell(column: &Field, cell: Option<&SheetCell>, registry: Registry<'_>) -> Result<String, String> {
    let text = match cell {
        None => String::new(),
        Some(SheetCell::Text(text)) => spoken(column, text, registry)?,
        Some(SheetCell::Inexact) => {
            return Err(
                "数字超过 15 位，后面的数字在表格文件里已经丢失，请把这一列设为文本后重新填写".to_owned()
            );
        }
        Some(SheetCell::Error) => return Err("单元格是错误值或时长".to_owned()),
    };
    match normalise(column, &text) {
        Ok(Value::Empty) if must(column) => Err("此项必填".to_owned()),
        Ok(value) => Ok(typed(&value)),
        Err(problem) => Err(problem.to_string()),
    }
}

/// Words of a sheet for what is stored: choices by their words, people and units by name, catalogue items by code.
fn spoken(column: &Field, text: &str, registry: Registry<'_>) -> Result<String, String> {
    let one = |found: Vec<String>, what: &str| match <[String; 1]>::try_from(found) {
        Ok([id]) => Ok(id),
        Err(found) if found.is_empty() => Err(format!("名册里没有「{text}」")),
        Err(_) => Err(format!("名册里有几个{what}叫「{text}」")),
    };
    match column.kind {
        FieldKind::Choice => {
            let option = column.options.iter().find(|option| option.label == text);
            Ok(option.map_or_else(|| text.to_owned(), |option| option.value.clone()))
        }
        FieldKind::Catalogue => Ok(text.split_whitespace().next().unwrap_or_default().to_owned()),
        FieldKind::Person => {
            let named = registry.persons().filter(|(_, record)| record.active && record.name == text);
            one(named.map(|(id, _)| id.to_string()).collect(), "人")
        }
        FieldKind::Unit => {
            let named = registry.units().filter(|(_, record)| record.active && record.name == text);
            one(named.map(|(id, _)| id.to_string()).collect(), "单位")
        }
        _ => Ok(text.to_owned()),
    }
}
