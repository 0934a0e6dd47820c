//! What a form shows beside its content: clocks, reports owed, values of now, warnings, counts, what it calls for next.
//! Nothing of it is signed and nothing blocks, so what cannot be evaluated is not there: a time that fails is no time,
//! a length that fails is not set, a condition that fails is false.

use crate::calendar::{self, WorkCalendar};
use crate::definition::{
    Alert, Allowance, Clock, Definition, Duty, Follow, Gauge, Section, Table, Tally, Ticker, ValueType,
};
use crate::expression::{Expression, Variables, named};
use crate::money;
use crate::normalise::TEXT_MAX;
use crate::scene::{Context, Row, variables};
use crate::term::{Length, Pause, Reading, Term, Ticks, ticks};
use crate::value::{Content, Value};
use chrono::{NaiveDate, NaiveDateTime};
use std::collections::BTreeMap;

/// A clock of a form and where it stands.
#[derive(Debug, Clone)]
pub struct ClockNow<'a> {
    /// The clock.
    pub clock: &'a Clock,
    /// What it runs on.
    pub term: Term,
    /// Where it stands at `facts.instant`.
    pub reading: Reading,
}

/// The reports that a form owes.
#[derive(Debug, Clone)]
pub struct TickerNow<'a> {
    /// The ticker.
    pub ticker: &'a Ticker,
    /// Its table.
    pub table: &'a Table,
    /// Minutes between two reports.
    pub minutes: i64,
    /// Each report, given or missed, up to `facts.instant`, and the next one.
    pub ticks: Ticks,
}

/// The clocks of a form at `facts.instant`, in the order of the definition.
pub fn clocks<'a>(of: &'a Definition, context: &Context, calendar: &WorkCalendar) -> Vec<ClockNow<'a>> {
    let (false, Some(now)) = (of.clocks.is_empty(), now(context)) else { return Vec::new() };
    let variables = around(of, context);
    let clock = |clock: &'a Clock| {
        let term = term(clock, &variables, context);
        let reading = term.read(now, calendar);
        ClockNow { clock, term, reading }
    };
    of.clocks.iter().map(clock).collect()
}

fn term(clock: &Clock, variables: &Variables, context: &Context) -> Term {
    let paused = clock.pause.as_ref().and_then(|table| context.entries.get(table));
    Term {
        start: time(variables, &clock.start),
        stop: time(variables, &clock.stop),
        length: length(clock, variables),
        pauses: paused.into_iter().flatten().filter_map(pause).collect(),
    }
}

fn length(clock: &Clock, variables: &Variables) -> Option<Length> {
    let count = match &clock.count {
        Some(count) => text(variables, count)?,
        None => "natural".to_owned(),
    };
    match (&clock.allowance, count.as_str()) {
        (Allowance::Minutes(minutes), "natural") => number(variables, minutes).map(Length::Minutes),
        (Allowance::Minutes(minutes), "office") => number(variables, minutes).map(Length::OfficeMinutes),
        (Allowance::Days(days), "natural") => number(variables, days).map(Length::Days),
        (Allowance::Days(days), "working") => number(variables, days).map(Length::WorkingDays),
        _ => None,
    }
}

fn pause(row: &Row) -> Option<Pause> {
    let at = |key| match row.content.get(key) {
        Some(Value::DateTime(text)) => calendar::instant(text),
        _ => None,
    };
    Some(Pause { since: at("since")?, until: at("until") })
}

/// The reports that a form owes at `facts.instant`, by ticker, in the order of the definition. A ticker that has not
/// started is not among them.
pub fn tickers<'a>(of: &'a Definition, context: &Context) -> Vec<TickerNow<'a>> {
    let (false, Some(now)) = (of.tickers.is_empty(), now(context)) else { return Vec::new() };
    let variables = around(of, context);
    let ticker = |ticker: &'a Ticker| {
        let start = time(&variables, &ticker.start)?;
        let minutes = number(&variables, &ticker.minutes)?;
        let entries = context.entries.get(&ticker.table).map(Vec::as_slice).unwrap_or_default();
        let reports: Vec<NaiveDateTime> =
            entries.iter().filter_map(|row| calendar::instant(&row.at)).collect();
        let ticks = ticks(start, time(&variables, &ticker.stop), minutes, &reports, now);
        Some(TickerNow { ticker, table: of.table(&ticker.table)?, minutes, ticks })
    };
    of.tickers.iter().filter_map(ticker).collect()
}

/// The values of now as people read them, in the order of the definition; those without a value are left out.
pub fn gauges<'a>(of: &'a Definition, context: &Context) -> Vec<(&'a Gauge, String)> {
    if of.gauges.is_empty() {
        return Vec::new();
    }
    let variables = around(of, context);
    let shown = |gauge: &'a Gauge| match variables.run(&gauge.value) {
        Ok(cel::Value::Int(number)) => Some((gauge, money::group_thousands(&number.to_string()))),
        Ok(cel::Value::String(text)) if !text.is_empty() => Some((gauge, text.to_string())),
        _ => None,
    };
    of.gauges.iter().filter_map(shown).collect()
}

/// The warnings that hold now. `tally` has a count for each of [`Definition::tallies`]: how many forms agree with this
/// one in [`Tally::by`] and are [`counted`], this one included. A warning that reads a count that is not there is not
/// shown.
pub fn alerts<'a>(of: &'a Definition, context: &Context, tally: &BTreeMap<String, i64>) -> Vec<&'a Alert> {
    if of.alerts.is_empty() {
        return Vec::new();
    }
    let mut variables = around(of, context);
    variables.set("tally", named(tally.iter().map(|(key, count)| (key.clone(), (*count).into()))));
    of.alerts.iter().filter(|alert| variables.test(&alert.when) == Ok(true)).collect()
}

/// Whether a form counts for a tally of its definition.
pub fn counted(of: &Definition, tally: &Tally, context: &Context) -> bool {
    around(of, context).test(&tally.meets) == Ok(true)
}

/// The day that a record stands for in a duty of its definition; `None` if it does not count for it.
pub fn covered(of: &Definition, duty: &Duty, form: &Content) -> Option<NaiveDate> {
    let Some(Value::Date(day)) = form.get(&duty.covers) else { return None };
    let counts = duty.meets.as_ref().is_none_or(|meets| {
        let context = Context { form: form.clone(), ..Context::default() };
        around(of, &context).test(meets) == Ok(true)
    });
    NaiveDate::parse_from_str(day, "%Y-%m-%d").ok().filter(|_| counts)
}

/// What a form calls for next, in the order of the definition.
pub fn follows<'a>(of: &'a Definition, context: &Context, sealed: bool, closed: bool) -> Vec<&'a Follow> {
    if of.follows.is_empty() {
        return Vec::new();
    }
    let mut variables = around(of, context);
    variables.set("sealed", sealed.into());
    variables.set("closed", closed.into());
    of.follows.iter().filter(|follow| variables.test(&follow.when) == Ok(true)).collect()
}

/// What a form tells to forms that link it: every exposed value by key, empty where it has none. Text is cut after
/// 300 characters. The context needs `form`, `steps` and `entries` alone.
pub fn exposed(of: &Definition, context: &Context) -> Content {
    if of.exposes.is_empty() {
        return Content::new();
    }
    let variables = around(of, context);
    let value = |kind, expression| match (kind, variables.run(expression)) {
        (ValueType::Flag, Ok(cel::Value::Bool(flag))) => Value::Flag(flag),
        (ValueType::Integer, Ok(cel::Value::Int(number))) => Value::Int(number),
        (ValueType::Money, Ok(cel::Value::Int(fen))) => Value::Money(fen),
        (ValueType::Percent, Ok(cel::Value::Int(hundredths))) => Value::Percent(hundredths),
        (ValueType::Text, Ok(cel::Value::String(text))) if !text.is_empty() => {
            Value::Text(text.chars().take(usize::try_from(TEXT_MAX).unwrap_or(0)).collect())
        }
        _ => Value::Empty,
    };
    of.exposes.iter().map(|expose| (expose.key.clone(), value(expose.kind, &expose.value))).collect()
}

/// The variables of a form as a whole.
fn around(of: &Definition, context: &Context) -> Variables {
    variables(of, &Section::Content, &context.form, context)
}

fn now(context: &Context) -> Option<NaiveDateTime> {
    calendar::instant(&context.facts.instant)
}

fn text(variables: &Variables, expression: &Expression) -> Option<String> {
    match variables.run(expression) {
        Ok(cel::Value::String(text)) => Some(text.to_string()),
        _ => None,
    }
}

fn time(variables: &Variables, expression: &Expression) -> Option<NaiveDateTime> {
    calendar::instant(&text(variables, expression)?)
}

fn number(variables: &Variables, expression: &Expression) -> Option<i64> {
    match variables.run(expression) {
        Ok(cel::Value::Int(number)) => Some(number),
        _ => None,
    }
}
