//! What expressions may look at beside the section that is being filled.

use crate::definition::{Definition, Field, Section};
use crate::expression::{Rows, Variables};
use crate::problem::Problem;
use crate::value::Content;

/// The state of a form around a section. The caller gathers it; nothing here reads a clock or a store.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The content. For [`Section::Content`] itself the section's own content is used instead.
    pub form: Content,
    /// By step key: the boxes of all approvals that count, in the order of the form's history.
    pub steps: Rows,
    /// By table name: the boxes of all entries that count and are not superseded, in the order of the form's history.
    pub entries: Rows,
    /// Plain facts.
    pub facts: Facts,
    /// Whether the person at the desk may write in this section now.
    pub editable: bool,
    /// What was typed in this section and could not be read: shown in place of 必填.
    pub unread: Vec<(Place, Problem)>,
}

/// Facts that the desk supplies: `facts.…` in expressions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// `YYYY-MM-DD` of the office.
    pub today: String,
    /// `YYYY-MM-DD HH:MM` of the office.
    pub now: String,
    /// Id of the person at the desk, hex; empty if none.
    pub person: String,
    /// Id of that person's unit, hex; empty if none.
    pub unit: String,
    /// The signed paper is back: see [`ink_copy`](crate::ink_copy).
    pub ink_copy: bool,
}

/// A field of a section, or a cell of one of its tables.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Key of the field.
    pub key: String,
    /// The cell, for a table's cells.
    pub cell: Option<Cell>,
}

/// A cell of a table field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// Row, from 0.
    pub row: usize,
    /// Key of the column.
    pub column: String,
}

impl Place {
    /// A field by itself.
    pub fn field(key: &str) -> Place {
        Place { key: key.to_owned(), cell: None }
    }

    /// A cell of a table field.
    pub fn cell(key: &str, row: usize, column: &str) -> Place {
        Place { key: key.to_owned(), cell: Some(Cell { row, column: column.to_owned() }) }
    }
}

/// The variables for a section with this content of its own.
pub(crate) fn variables(of: &Definition, section: &Section, own: &Content, context: &Context) -> Variables {
    let mut variables = Variables::new();
    let (form, own_box) = match section {
        Section::Content => (own, None),
        _ => (&context.form, of.fields_of(section)),
    };
    variables.set_record("form", &of.fields, form);
    if let Some(fields) = own_box {
        variables.set_record("box", fields, own);
    }
    let steps = of.steps.iter().map(|step| (step.key.as_str(), step.fields.as_slice()));
    variables.set_lists("steps", rows_of(&context.steps, steps));
    let tables = of.tables.iter().map(|table| (table.name.as_str(), table.fields.as_slice()));
    variables.set_lists("entries", rows_of(&context.entries, tables));
    let Facts { today, now, person, unit, ink_copy } = &context.facts;
    variables.set_facts(
        &[("today", today), ("now", now), ("person", person), ("unit", unit)],
        &[("ink_copy", *ink_copy)],
    );
    variables
}

fn rows_of<'a>(
    rows: &'a Rows,
    shapes: impl Iterator<Item = (&'a str, &'a [Field])>,
) -> impl Iterator<Item = (&'a str, &'a [Field], &'a [Content])> {
    shapes.map(|(key, fields)| (key, fields, rows.get(key).map_or(&[][..], Vec::as_slice)))
}
