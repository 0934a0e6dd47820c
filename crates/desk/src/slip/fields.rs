//! Values of the content in their cells.

use qianban_catalog::{Field, FieldKind, Privacy, Value, display, note};
use qianban_journal::Registry;
use qianban_paper::{Align, Column, Filling, Table, Tick};

use crate::names::RegistryNames;
use crate::record::Record;

/// A field of the content.
pub(super) fn field(record: &Record, registry: Registry<'_>, key: &str, lines: u8) -> Filling {
    let Some(field) = record.definition.field(key) else { return blank(lines) };
    let value = record.content.values.get(key).unwrap_or(&Value::Empty);
    match (field.kind, value) {
        (FieldKind::Choice, _) => Filling::Choice(ticks(field, value)),
        (FieldKind::Flag, _) => {
            let yes = *value == Value::Flag(true);
            let no = *value == Value::Flag(false);
            Filling::Choice(vec![
                Tick { label: "是".to_owned(), ticked: yes },
                Tick { label: "否".to_owned(), ticked: no },
            ])
        }
        _ => {
            let names = RegistryNames(registry);
            let mut text = display(field, value, &names, Privacy::Full);
            let second = note(value, &names);
            if !second.is_empty() {
                text = format!("{text}\n{second}");
            }
            Filling::Value(qianban_paper::Value { text, min_lines: lines, align: align(field.kind) })
        }
    }
}

pub(super) fn blank(lines: u8) -> Filling {
    Filling::Value(qianban_paper::Value { text: String::new(), min_lines: lines, align: Align::Start })
}

fn ticks(field: &Field, value: &Value) -> Vec<Tick> {
    let ticked = |option: &str| matches!(value, Value::Choice(chosen) if chosen == option);
    let tick = |option: &qianban_catalog::Choice| Tick {
        label: option.label.clone(),
        ticked: ticked(&option.value),
    };
    field.options.iter().map(tick).collect()
}

fn align(kind: FieldKind) -> Align {
    match kind {
        FieldKind::Money | FieldKind::Percent => Align::End,
        FieldKind::Paragraph => Align::Paragraph,
        FieldKind::Integer | FieldKind::Date | FieldKind::DateTime | FieldKind::Phone | FieldKind::Person => {
            Align::Center
        }
        _ => Align::Start,
    }
}

/// A table field with head and rows.
pub(super) fn table(record: &Record, registry: Registry<'_>, key: &str, lines: u8) -> Filling {
    let Some(field) = record.definition.field(key) else { return blank(lines) };
    let names = RegistryNames(registry);
    let rows = match record.content.values.get(key) {
        Some(Value::Table(rows)) => rows.as_slice(),
        _ => &[],
    };
    let text = |row: &qianban_catalog::Content, column: &Field| {
        row.get(&column.key).map(|value| display(column, value, &names, Privacy::Full)).unwrap_or_default()
    };
    Filling::Table(Table {
        columns: field
            .columns
            .iter()
            .map(|column| Column {
                title: column.label.clone(),
                share: column.share,
                align: align(column.kind),
            })
            .collect(),
        rows: rows.iter().map(|row| field.columns.iter().map(|column| text(row, column)).collect()).collect(),
        min_rows: lines,
    })
}
