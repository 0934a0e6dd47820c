//! Clocks, tickers, gauges, alerts, tallies, duties and follows.

use super::fields::{affordable, compiled, compiled_as};
use super::scopes::Scopes;
use super::words::{at_most, bounded, cites, name, one_of, unique, words};
use super::{Loaded, refuse};
use crate::calendar;
use crate::definition::{
    Alert, Allowance, Clock, Duty, Field, FieldKind, Follow, Gauge, Table, Tally, Ticker,
};
use crate::expression::Kind;
use crate::fault::Fault;
use crate::source::{
    Placed, SourceAlert, SourceClock, SourceDuty, SourceFollow, SourceGauge, SourceTally, SourceTicker,
};
use crate::term::Every;
use std::collections::BTreeMap;

/// Most pieces of each sort in a definition.
const SORT_MAX: usize = 32;

/// Fields of a table whose entries pause a clock.
const PAUSE: [&str; 2] = ["since", "until"];

const PERIODS: [(&str, Every); 5] = [
    ("day", Every::Day),
    ("working_day", Every::WorkingDay),
    ("week", Every::Week),
    ("month", Every::Month),
    ("year", Every::Year),
];

pub(super) fn clocks(sources: &[SourceClock], tables: &[Table], scopes: &Scopes) -> Loaded<Vec<Clock>> {
    unique("时限", sources.iter().map(|clock| &clock.key))?;
    at_most("时限数", sources, SORT_MAX, |clock| &clock.key)?;
    let clocks: Vec<Clock> =
        sources.iter().map(|source| clock(source, tables, scopes)).collect::<Loaded<_>>()?;
    let cost = |clock: &Clock| {
        let (Allowance::Minutes(limit) | Allowance::Days(limit)) = &clock.allowance;
        let all = [&clock.start, &clock.stop, limit].into_iter().chain(&clock.count);
        all.map(crate::expression::Expression::cost).fold(0, u64::saturating_add)
    };
    affordable(clocks.iter().zip(sources).map(|(clock, source)| (cost(clock), &source.key)))?;
    Ok(clocks)
}

fn clock(source: &SourceClock, tables: &[Table], scopes: &Scopes) -> Loaded<Clock> {
    let scope = scopes.with(&[]);
    let allowance = match (&source.minutes, &source.days) {
        (Some(minutes), None) => Allowance::Minutes(compiled(minutes, &scope, &Kind::Int)?),
        (None, Some(days)) => Allowance::Days(compiled(days, &scope, &Kind::Int)?),
        _ => return refuse(source.key.span(), Fault::Lacking { what: "minutes 与 days 之一" }),
    };
    let pause = source.pause.as_ref().map(|table| pausing(table, tables)).transpose()?;
    let count = source.count.as_ref().map(|count| compiled(count, &scope, &Kind::Text)).transpose()?;
    Ok(Clock {
        key: name(&source.key, false)?,
        title: words(&source.title, 40)?,
        start: compiled(&source.start, &scope, &Kind::Text)?,
        stop: compiled(&source.stop, &scope, &Kind::Text)?,
        allowance,
        count,
        pause,
        cites: cites(&source.cites)?,
    })
}

fn pausing(placed: &Placed, tables: &[Table]) -> Loaded<String> {
    let fields = &known_table(placed, tables)?.fields;
    let timed =
        |key: &&str| fields.iter().any(|field| field.key == **key && field.kind == FieldKind::DateTime);
    if PAUSE.iter().all(timed) {
        Ok(placed.get_ref().clone())
    } else {
        refuse(placed.span(), Fault::Lacking { what: "该办理表的时间字段 since 和 until" })
    }
}

fn known_table<'a>(placed: &Placed, tables: &'a [Table]) -> Loaded<&'a Table> {
    match tables.iter().find(|table| &table.name == placed.get_ref()) {
        Some(table) => Ok(table),
        None => refuse(placed.span(), Fault::Unknown { what: "办理表", key: placed.get_ref().clone() }),
    }
}

pub(super) fn tickers(sources: &[SourceTicker], tables: &[Table], scopes: &Scopes) -> Loaded<Vec<Ticker>> {
    unique("定时报告", sources.iter().map(|ticker| &ticker.key))?;
    at_most("定时报告数", sources, SORT_MAX, |ticker| &ticker.key)?;
    let scope = scopes.with(&[]);
    let ticker = |source: &SourceTicker| {
        Ok(Ticker {
            key: name(&source.key, false)?,
            title: words(&source.title, 40)?,
            start: compiled(&source.start, &scope, &Kind::Text)?,
            stop: compiled(&source.stop, &scope, &Kind::Text)?,
            minutes: compiled(&source.minutes, &scope, &Kind::Int)?,
            table: known_table(&source.table, tables)?.name.clone(),
            cites: cites(&source.cites)?,
        })
    };
    let tickers: Vec<Ticker> = sources.iter().map(ticker).collect::<Loaded<_>>()?;
    affordable(tickers.iter().zip(sources).flat_map(|(ticker, source)| {
        let costs = [
            (&ticker.start, &source.start),
            (&ticker.stop, &source.stop),
            (&ticker.minutes, &source.minutes),
        ];
        costs.map(|(expression, source)| (expression.cost(), source))
    }))?;
    Ok(tickers)
}

pub(super) fn gauges(sources: &[SourceGauge], scopes: &Scopes) -> Loaded<Vec<Gauge>> {
    unique("指示", sources.iter().map(|gauge| &gauge.key))?;
    at_most("指示数", sources, SORT_MAX, |gauge| &gauge.key)?;
    let scope = scopes.with(&[]);
    let gauge = |source: &SourceGauge| {
        Ok(Gauge {
            key: name(&source.key, false)?,
            title: words(&source.title, 40)?,
            value: compiled_as(&source.value, &scope, &[Kind::Text, Kind::Int])?,
        })
    };
    let gauges: Vec<Gauge> = sources.iter().map(gauge).collect::<Loaded<_>>()?;
    affordable(gauges.iter().zip(sources).map(|(gauge, source)| (gauge.value.cost(), &source.value)))?;
    Ok(gauges)
}

pub(super) fn alerts(sources: &[SourceAlert], tallies: &[Tally], scopes: &Scopes) -> Loaded<Vec<Alert>> {
    at_most("提醒数", sources, SORT_MAX, |alert| &alert.message)?;
    let counts: BTreeMap<String, Kind> = tallies.iter().map(|tally| (tally.key.clone(), Kind::Int)).collect();
    let scope = scopes.with(&[("tally", Kind::record("tally", counts))]);
    let alert = |source: &SourceAlert| {
        Ok(Alert {
            when: compiled(&source.when, &scope, &Kind::Bool)?,
            message: words(&source.message, 120)?,
            cites: cites(&source.cites)?,
        })
    };
    let alerts: Vec<Alert> = sources.iter().map(alert).collect::<Loaded<_>>()?;
    affordable(alerts.iter().zip(sources).map(|(alert, source)| (alert.when.cost(), &source.when)))?;
    Ok(alerts)
}

pub(super) fn tallies(sources: &[SourceTally], form: &[Field], scopes: &Scopes) -> Loaded<Vec<Tally>> {
    unique("累计", sources.iter().map(|tally| &tally.key))?;
    at_most("累计数", sources, SORT_MAX, |tally| &tally.key)?;
    let scope = scopes.only(&["form", "steps", "entries"]);
    let tally = |source: &SourceTally| {
        let by = source.by.get_ref();
        let whole = |field: &&Field| !matches!(field.kind, FieldKind::Table | FieldKind::Attachment);
        let Some(field) = form.iter().filter(whole).find(|field| &field.key == by) else {
            return refuse(source.by.span(), Fault::Unknown { what: "字段", key: by.clone() });
        };
        Ok(Tally {
            key: name(&source.key, false)?,
            by: field.key.clone(),
            meets: compiled(&source.meets, &scope, &Kind::Bool)?,
        })
    };
    let tallies: Vec<Tally> = sources.iter().map(tally).collect::<Loaded<_>>()?;
    affordable(tallies.iter().zip(sources).map(|(tally, source)| (tally.meets.cost(), &source.meets)))?;
    Ok(tallies)
}

pub(super) fn duties(sources: &[SourceDuty], form: &[Field], scopes: &Scopes) -> Loaded<Vec<Duty>> {
    unique("周期任务", sources.iter().map(|duty| &duty.key))?;
    at_most("周期任务数", sources, SORT_MAX, |duty| &duty.key)?;
    sources.iter().map(|source| duty(source, form, scopes)).collect()
}

fn duty(source: &SourceDuty, form: &[Field], scopes: &Scopes) -> Loaded<Duty> {
    let covers = source.covers.get_ref();
    if !form.iter().any(|field| &field.key == covers && field.kind == FieldKind::Date) {
        return refuse(source.covers.span(), Fault::Unknown { what: "日期字段", key: covers.clone() });
    }
    let mut months = Vec::new();
    for placed in &source.months {
        let month = u32::try_from(bounded(placed, "月份", 1, 12)?).unwrap_or(12);
        if months.contains(&month) {
            return refuse(placed.span(), Fault::Duplicate { what: "月份", key: month.to_string() });
        }
        months.push(month);
    }
    months.sort_unstable();
    if let Some(since) = source
        .since
        .as_ref()
        .filter(|since| calendar::date(since.get_ref()).as_ref() != Some(since.get_ref()))
    {
        return refuse(since.span(), Fault::Code { what: "日期", found: since.get_ref().clone() });
    }
    let meets = source.meets.as_ref();
    Ok(Duty {
        key: name(&source.key, false)?,
        title: words(&source.title, 40)?,
        every: one_of(&source.every, "周期", &PERIODS)?,
        covers: covers.clone(),
        meets: meets.map(|meets| compiled(meets, &scopes.only(&["form"]), &Kind::Bool)).transpose()?,
        months,
        since: source.since.as_ref().map(|since| since.get_ref().clone()),
        cites: cites(&source.cites)?,
    })
}

pub(super) fn follows(sources: &[SourceFollow], scopes: &Scopes) -> Loaded<Vec<Follow>> {
    unique("后续表", sources.iter().map(|follow| &follow.key))?;
    at_most("后续表数", sources, SORT_MAX, |follow| &follow.key)?;
    let scope = scopes.with(&[("sealed", Kind::Bool), ("closed", Kind::Bool)]);
    let follow = |source: &SourceFollow| {
        Ok(Follow {
            key: name(&source.key, false)?,
            title: words(&source.title, 40)?,
            definition: name(&source.definition, true)?,
            slot: name(&source.slot, false)?,
            when: compiled(&source.when, &scope, &Kind::Bool)?,
            owed: source.owed,
            cites: cites(&source.cites)?,
        })
    };
    let follows: Vec<Follow> = sources.iter().map(follow).collect::<Loaded<_>>()?;
    affordable(follows.iter().zip(sources).map(|(follow, source)| (follow.when.cost(), &source.when)))?;
    Ok(follows)
}
