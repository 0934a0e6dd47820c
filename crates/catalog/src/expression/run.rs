//! Parsing and running, with every way to fail turned into a value.

use super::{BRACKETS_MAX, ENTRIES_MAX, EXPRESSION_MAX, Expression, ExpressionFault};
use crate::calendar;
use crate::definition::{Field, FieldKind};
use crate::value::{Attachment, Content, Value};
use cel::{Context, DeclarationError, Env, ExecutionError, Program};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock};

/// Standard functions without optional syntax; shared, because building it costs more than most expressions.
static LANGUAGE: LazyLock<Arc<Env>> = LazyLock::new(|| Arc::new(Env::stdlib().with_optional_support(false)));

/// An expression gave no value: an empty number was compared, an index was out of bounds, a sum overflowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Failed;

pub(super) fn parse(source: &str) -> Result<Program, ExpressionFault> {
    let found = source.chars().count();
    if found > EXPRESSION_MAX {
        return Err(ExpressionFault::TooLong { found });
    }
    if brackets(source) > BRACKETS_MAX || chained_unary(source) > BRACKETS_MAX {
        return Err(ExpressionFault::TooDeep);
    }
    let parsed = catch_unwind(AssertUnwindSafe(|| LANGUAGE.compile(source)));
    match parsed {
        Ok(Ok(program)) => Ok(program),
        Ok(Err(errors)) => {
            let column = errors.errors.first().map(|error| error.pos.1).filter(|column| *column > 0);
            let place = column.map_or_else(String::new, |column| format!("，在第 {column} 个字符附近"));
            Err(ExpressionFault::Syntax { detail: format!("写法不对{place}") })
        }
        Err(_) => Err(ExpressionFault::Syntax { detail: "解析器停止".to_owned() }),
    }
}

fn brackets(source: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    for c in source.chars() {
        match c {
            '(' | '[' | '{' | '?' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn chained_unary(source: &str) -> usize {
    let (mut run, mut longest) = (0usize, 0);
    for c in source.chars().filter(|c| !c.is_whitespace()) {
        run = if matches!(c, '!' | '-') { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// The variables of one evaluation. Made anew when a value changes.
pub(crate) struct Variables {
    context: Context<'static, 'static>,
    /// The functions are there.
    complete: bool,
    /// (Variable, key) of lists that are longer than expressions may run over; empty in `context`.
    overlong: BTreeSet<(String, String)>,
}

impl Variables {
    pub(crate) fn new() -> Variables {
        let mut context = Context::with_env(Arc::clone(&LANGUAGE));
        let complete = declare(&mut context).is_ok();
        Variables { context, complete, overlong: BTreeSet::new() }
    }

    /// Named values, such as `form`.
    pub(crate) fn set_record(&mut self, name: &str, fields: &[Field], content: &Content) {
        self.set(name, record(fields, content));
    }

    /// Lists by key, such as `entries`.
    pub(crate) fn set_lists<T>(
        &mut self,
        name: &str,
        lists: impl Iterator<Item = (String, Vec<T>)>,
        one: impl Fn(&str, T) -> cel::Value,
    ) {
        let mut map = BTreeMap::new();
        for (key, rows) in lists {
            let rows: Vec<cel::Value> = if rows.len() <= ENTRIES_MAX as usize {
                rows.into_iter().map(|row| one(&key, row)).collect()
            } else {
                self.overlong.insert((name.to_owned(), key.clone()));
                Vec::new()
            };
            map.insert(key, rows.into());
        }
        self.set(name, named(map));
    }

    /// A variable.
    pub(crate) fn set(&mut self, name: &str, value: cel::Value) {
        self.context.add_variable_from_value(name, value);
    }

    /// Runs an expression; never panics.
    pub(crate) fn run(&self, expression: &Expression) -> Result<cel::Value, Failed> {
        if !self.complete || !self.overlong.is_disjoint(&expression.reads) {
            return Err(Failed);
        }
        let run = catch_unwind(AssertUnwindSafe(|| expression.program.execute(&self.context)));
        match run {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(_)) | Err(_) => Err(Failed),
        }
    }

    /// Runs a condition.
    pub(crate) fn test(&self, expression: &Expression) -> Result<bool, Failed> {
        match self.run(expression)? {
            cel::Value::Bool(answer) => Ok(answer),
            _ => Err(Failed),
        }
    }
}

/// Functions beside the standard ones.
fn declare(context: &mut Context<'static, 'static>) -> Result<(), DeclarationError> {
    context.add_function("sum", |numbers: Arc<Vec<cel::Value>>| sum(&numbers))?;
    let number = |number: Option<i64>| number.map_or(cel::Value::Null, cel::Value::Int);
    context.add_function("minutes_between", move |from: Arc<String>, to: Arc<String>| {
        number(calendar::minutes_between(&from, &to))
    })?;
    context.add_function("seconds_between", move |from: Arc<String>, to: Arc<String>| {
        number(calendar::seconds_between(&from, &to))
    })?;
    context.add_function("days_between", move |from: Arc<String>, to: Arc<String>| {
        number(calendar::days_between(&from, &to))
    })?;
    context.add_function("date", |time: Arc<String>| first(&time, 10))?;
    context.add_function("month", |time: Arc<String>| first(&time, 7))?;
    context.add_function("distinct", |texts: Arc<Vec<cel::Value>>| distinct(&texts))
}

/// The first characters of a date or time.
fn first(time: &str, chars: usize) -> String {
    time.chars().take(chars).collect()
}

/// Each text once, in the order of its first place.
fn distinct(texts: &[cel::Value]) -> Result<cel::Value, ExecutionError> {
    let (mut seen, mut kept) = (BTreeSet::new(), Vec::new());
    for text in texts {
        let cel::Value::String(said) = text else {
            return Err(ExecutionError::function_error("distinct", "not a text"));
        };
        if seen.insert(said) {
            kept.push(text.clone());
        }
    }
    Ok(kept.into())
}

fn sum(numbers: &[cel::Value]) -> Result<i64, ExecutionError> {
    numbers.iter().try_fold(0i64, |total, number| match number {
        cel::Value::Int(number) => {
            total.checked_add(*number).ok_or_else(|| ExecutionError::function_error("sum", "overflow"))
        }
        cel::Value::Null => Ok(total),
        _ => Err(ExecutionError::function_error("sum", "not a number")),
    })
}

/// Named values. The library keeps them in a hash map; the check lets expressions select from them but never run over
/// them, so its order is never seen.
#[expect(clippy::disallowed_types)]
pub(crate) fn named(values: impl IntoIterator<Item = (String, cel::Value)>) -> cel::Value {
    values.into_iter().collect::<std::collections::HashMap<_, _>>().into()
}

/// A content with every key of `fields`, empty where the content lacks it.
fn record(fields: &[Field], content: &Content) -> cel::Value {
    named(members(fields, content))
}

/// What [`record`] holds.
pub(crate) fn members(fields: &[Field], content: &Content) -> impl Iterator<Item = (String, cel::Value)> {
    fields.iter().map(|field| {
        let value = content.get(&field.key).unwrap_or(&Value::Empty);
        (field.key.clone(), variable(field, value))
    })
}

/// A value as expressions see it: text for all that is written, null for an empty number. Of more rows or files than
/// the field takes, which no section can be signed with, it sees the first.
pub(crate) fn variable(field: &Field, value: &Value) -> cel::Value {
    match value {
        Value::Text(text)
        | Value::Date(text)
        | Value::DateTime(text)
        | Value::Choice(text)
        | Value::Item(text)
        | Value::Account(text)
        | Value::Person(text)
        | Value::Unit(text) => text.as_str().into(),
        Value::Int(number) | Value::Money(number) | Value::Percent(number) => (*number).into(),
        Value::Flag(flag) => (*flag).into(),
        Value::Table(rows) => {
            let rows = rows.iter().take(field.rows_max());
            rows.map(|row| record(&field.columns, row)).collect::<Vec<cel::Value>>().into()
        }
        Value::Attachments(files) => {
            let files = files.iter().take(field.rows_max());
            files.map(attached).collect::<Vec<cel::Value>>().into()
        }
        Value::Empty => match field.kind {
            FieldKind::Integer | FieldKind::Money | FieldKind::Percent => cel::Value::Null,
            FieldKind::Flag => false.into(),
            FieldKind::Table | FieldKind::Attachment => Vec::<cel::Value>::new().into(),
            _ => "".into(),
        },
    }
}

fn attached(file: &Attachment) -> cel::Value {
    let len = i64::try_from(file.len).unwrap_or(i64::MAX);
    let texts =
        [("name", &file.name), ("digest", &file.digest)].map(|(key, text)| (key, text.as_str().into()));
    named(texts.into_iter().chain([("len", len.into())]).map(|(key, value)| (key.to_owned(), value)))
}
