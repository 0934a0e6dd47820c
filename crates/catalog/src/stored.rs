//! Values without their type, for canonical snapshots: the field of the definition gives the type back.

use crate::definition::{Field, FieldKind};
use crate::normalise::fits;
use crate::problem::Problem;
use crate::value::{Content, Value};

/// A value as canonical bytes can hold it: nothing, a number, text, or a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// An empty value; also files, which a snapshot keeps by slot.
    Null,
    /// A number, 分, hundredths of a percent, or 0 and 1.
    Int(i64),
    /// Any text.
    Text(String),
    /// Rows, each a list of `[column, value]` in ascending order of columns.
    List(Vec<Stored>),
}

/// A value without its type.
pub fn to_stored(value: &Value) -> Stored {
    match value {
        Value::Empty | Value::Attachments(_) => Stored::Null,
        Value::Int(number) | Value::Money(number) | Value::Percent(number) => Stored::Int(*number),
        Value::Flag(flag) => Stored::Int(i64::from(*flag)),
        Value::Text(text)
        | Value::Date(text)
        | Value::DateTime(text)
        | Value::Choice(text)
        | Value::Item(text)
        | Value::Account(text)
        | Value::Person(text)
        | Value::Unit(text) => Stored::Text(text.clone()),
        Value::Table(rows) => Stored::List(rows.iter().map(stored_row).collect()),
    }
}

fn stored_row(row: &Content) -> Stored {
    let pair =
        |(key, value): (&String, &Value)| Stored::List(vec![Stored::Text(key.clone()), to_stored(value)]);
    Stored::List(row.iter().map(pair).collect())
}

/// The value of a field again.
///
/// # Errors
/// `FIELD-WRONG-KIND` for what this field cannot hold, or the problem of a value out of its bounds.
pub fn from_stored(field: &Field, stored: &Stored) -> Result<Value, Problem> {
    let value = match (field.kind, stored) {
        (_, Stored::Null) => Value::Empty,
        (FieldKind::Integer, Stored::Int(number)) => Value::Int(*number),
        (FieldKind::Money, Stored::Int(fen)) => Value::Money(*fen),
        (FieldKind::Percent, Stored::Int(hundredths)) => Value::Percent(*hundredths),
        (FieldKind::Flag, Stored::Int(flag @ (0 | 1))) => Value::Flag(*flag == 1),
        (FieldKind::Date, Stored::Text(text)) => Value::Date(text.clone()),
        (FieldKind::DateTime, Stored::Text(text)) => Value::DateTime(text.clone()),
        (FieldKind::Choice, Stored::Text(text)) => Value::Choice(text.clone()),
        (FieldKind::Catalogue, Stored::Text(text)) => Value::Item(text.clone()),
        (FieldKind::Account, Stored::Text(text)) => Value::Account(text.clone()),
        (FieldKind::Person, Stored::Text(text)) => Value::Person(text.clone()),
        (FieldKind::Unit, Stored::Text(text)) => Value::Unit(text.clone()),
        (
            FieldKind::Text | FieldKind::Paragraph | FieldKind::Phone | FieldKind::IdNumber,
            Stored::Text(text),
        ) => Value::Text(text.clone()),
        (FieldKind::Table, Stored::List(rows)) => {
            Value::Table(rows.iter().map(|row| row_from(field, row)).collect::<Result<_, _>>()?)
        }
        _ => return Err(Problem::WrongKind),
    };
    match fits(field, &value) {
        Some(problem) => Err(problem),
        None => Ok(value),
    }
}

fn row_from(table: &Field, stored: &Stored) -> Result<Content, Problem> {
    let Stored::List(pairs) = stored else { return Err(Problem::WrongKind) };
    let mut row = Content::new();
    for pair in pairs {
        let Stored::List(pair) = pair else { return Err(Problem::WrongKind) };
        let [Stored::Text(key), stored] = pair.as_slice() else { return Err(Problem::WrongKind) };
        if row.last_key_value().is_some_and(|(last, _)| last >= key) {
            return Err(Problem::WrongKind);
        }
        let column = table.columns.iter().find(|column| &column.key == key).ok_or(Problem::WrongKind)?;
        row.insert(key.clone(), from_stored(column, stored)?);
    }
    Ok(row)
}
