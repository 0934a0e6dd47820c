//! Which fields of a section are asked, demanded, writable, and what is wrong with them.

use crate::definition::{Definition, Field, Rule, Section};
use crate::expression::Variables;
use crate::normalise::fits;
use crate::problem::Problem;
use crate::scene::{Context, Place, variables};
use crate::value::{Content, Value};

/// How a field, or a cell of a table, stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldState {
    /// Which.
    pub place: Place,
    /// It is asked.
    pub visible: bool,
    /// Empty would be a problem.
    pub required: bool,
    /// The person at the desk may write in it.
    pub editable: bool,
    /// What is wrong with it; never set while hidden.
    pub problem: Option<Problem>,
}

/// The state of every field of a section, each table field followed by its cells row by row, no more rows than it
/// takes. Empty if the definition has no such section. `own` is what [`compute`](crate::compute()) gave; it may be signed when no state has a problem.
///
/// A rule that cannot be evaluated never lets anything through: the field is asked, demanded, and `FIELD-UNDECIDED`.
pub fn states(of: &Definition, section: &Section, own: &Content, context: &Context) -> Vec<FieldState> {
    let Some(fields) = of.fields_of(section) else { return Vec::new() };
    let mut variables = variables(of, section, own, context);
    let mut states = Vec::new();
    for field in fields {
        let value = own.get(&field.key).unwrap_or(&Value::Empty);
        let whole = state(field, value, Place::field(&field.key), &variables, context);
        let visible = whole.visible;
        states.push(whole);
        if let (Value::Table(rows), true) = (value, visible) {
            for (i, row) in rows.iter().take(field.rows_max()).enumerate() {
                variables.set_record("row", &field.columns, row);
                for column in &field.columns {
                    let value = row.get(&column.key).unwrap_or(&Value::Empty);
                    let place = Place::cell(&field.key, i, &column.key);
                    states.push(state(column, value, place, &variables, context));
                }
            }
        }
    }
    states
}

fn state(field: &Field, value: &Value, place: Place, variables: &Variables, context: &Context) -> FieldState {
    let holds = |rule: &Rule| match rule {
        Rule::Always(answer) => Ok(*answer),
        Rule::When(expression) => variables.test(expression),
    };
    let (visible, required) = (holds(&field.visible), holds(&field.required));
    let undecided = visible.is_err() || (value.is_empty() && required.is_err());
    let (visible, required) = (visible.unwrap_or(true), required.unwrap_or(true));
    let unread = context.unread.iter().find(|(at, _)| *at == place).map(|(_, problem)| problem.clone());
    let problem = match (visible, unread) {
        (false, _) => None,
        (true, Some(problem)) => Some(problem),
        (true, None) if undecided => Some(Problem::Undecided),
        (true, None) if value.is_empty() => required.then_some(Problem::Missing),
        (true, None) => fits(field, value).or_else(|| broken_check(field, variables)),
    };
    let editable = context.editable && visible && field.compute.is_none();
    FieldState { place, visible, required, editable, problem }
}

fn broken_check(field: &Field, variables: &Variables) -> Option<Problem> {
    field.checks.iter().find_map(|check| match variables.test(&check.rule) {
        Ok(true) => None,
        Ok(false) => Some(Problem::Check { message: check.message.clone() }),
        Err(_) => Some(Problem::Undecided),
    })
}
