//! A section as it is to be stored: defaults at its beginning, computed values and cleared hidden fields at its end.

use crate::definition::{Definition, Field, FieldKind, Rule, Section};
use crate::expression::{Expression, Variables};
use crate::normalise::{fits, normalise};
use crate::scene::{Context, own_variable, variables};
use crate::value::{Content, Value};

/// The values that a new form, box or entry begins with. Tables begin without rows: see [`row_defaults`].
/// A default that cannot be evaluated leaves its field empty.
pub fn defaults(of: &Definition, section: &Section, context: &Context) -> Content {
    let nothing = Content::new();
    let variables = variables(of, section, &nothing, context);
    begin(of.fields_of(section).unwrap_or_default(), &variables)
}

/// The values that a new row of a table field begins with; empty if the section has no such table.
pub fn row_defaults(of: &Definition, section: &Section, key: &str, context: &Context) -> Content {
    let nothing = Content::new();
    let variables = variables(of, section, &nothing, context);
    let fields = of.fields_of(section).unwrap_or_default();
    let table = fields.iter().find(|field| field.key == key);
    table.map_or_else(Content::new, |table| begin(&table.columns, &variables))
}

fn begin(fields: &[Field], variables: &Variables) -> Content {
    let value =
        |field: &Field| field.default.as_ref().map_or(Value::Empty, |from| given(field, from, variables));
    fields.iter().map(|field| (field.key.clone(), value(field))).collect()
}

/// The section as it is signed (C2): every field of the definition present, computed ones computed, hidden ones empty,
/// nothing else. What a person typed into a field that is hidden for now stays in the draft, not here.
pub fn compute(of: &Definition, section: &Section, own: &Content, context: &Context) -> Content {
    let (Some(fields), Some(order)) = (of.fields_of(section), of.order_of(section)) else {
        return Content::new();
    };
    let mut settled = whole(fields, own);
    let mut variables = variables(of, section, &settled, context);
    for field in order.iter().filter_map(|i| fields.get(*i)) {
        let needs_variables = depends(field) || field.columns.iter().any(depends);
        if !needs_variables {
            continue;
        }
        variables.set_record(own_variable(section), fields, &settled);
        let value = settled.remove(&field.key).unwrap_or_default();
        let value = match settle(field, value, &variables) {
            Value::Table(rows) => Value::Table(settle_rows(field, rows, &mut variables)),
            value => value,
        };
        settled.insert(field.key.clone(), value);
    }
    settled
}

/// Every field and column, nothing else, and one way of being empty: the same words are the same bytes.
fn whole(fields: &[Field], content: &Content) -> Content {
    let value = |field: &Field| match content.get(&field.key) {
        Some(Value::Table(rows)) if !rows.is_empty() => {
            Value::Table(rows.iter().map(|row| whole(&field.columns, row)).collect())
        }
        Some(value) if !value.is_empty() => value.clone(),
        _ => Value::Empty,
    };
    fields.iter().map(|field| (field.key.clone(), value(field))).collect()
}

fn depends(field: &Field) -> bool {
    field.compute.is_some() || !matches!(field.visible, Rule::Always(true))
}

fn settle(field: &Field, value: Value, variables: &Variables) -> Value {
    let hidden = match &field.visible {
        Rule::Always(answer) => !answer,
        Rule::When(expression) => variables.test(expression) == Ok(false),
    };
    match &field.compute {
        _ if hidden => Value::Empty,
        Some(expression) => given(field, expression, variables),
        None => value,
    }
}

fn settle_rows(table: &Field, rows: Vec<Content>, variables: &mut Variables) -> Vec<Content> {
    let settle_row = |mut row: Content| {
        for column in table.column_order.iter().filter_map(|i| table.columns.get(*i)) {
            variables.set_record("row", &table.columns, &row);
            let value = row.remove(&column.key).unwrap_or_default();
            row.insert(column.key.clone(), settle(column, value, variables));
        }
        row
    };
    let mut rows = rows.into_iter();
    let mut settled: Vec<Content> = rows.by_ref().take(table.rows_max()).map(settle_row).collect();
    // Rows beyond the bound are a problem of the table, whatever is in them.
    settled.extend(rows);
    settled
}

/// What an expression gives for a field, empty if it gives nothing that fits.
fn given(field: &Field, expression: &Expression, variables: &Variables) -> Value {
    let value = match (variables.run(expression), field.kind) {
        (Ok(cel::Value::Int(number)), FieldKind::Money) => Value::Money(number),
        (Ok(cel::Value::Int(number)), FieldKind::Percent) => Value::Percent(number),
        (Ok(cel::Value::Int(number)), _) => Value::Int(number),
        (Ok(cel::Value::Bool(flag)), _) => Value::Flag(flag),
        (Ok(cel::Value::String(text)), _) => normalise(field, &text).unwrap_or_default(),
        _ => Value::Empty,
    };
    if fits(field, &value).is_none() { value } else { Value::Empty }
}

impl Definition {
    fn order_of(&self, section: &Section) -> Option<&[usize]> {
        let order = match section {
            Section::Content => Some(&self.order),
            Section::Step(key) => {
                let i = self.steps.iter().position(|step| &step.key == key)?;
                self.step_order.get(i)
            }
            Section::Table(name) => {
                let i = self.tables.iter().position(|table| &table.name == name)?;
                self.table_order.get(i)
            }
        };
        order.map(Vec::as_slice)
    }
}
