//! Clocks, reports owed, values of now and warnings of a form, in words.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use qianban_catalog::{
    ClockNow, Length, Reading, Standing, Tick, TickStanding, TickerNow, alerts, clocks, counted, gauges,
    tickers,
};

use crate::record::{Look, Record};
use crate::{Refused, api, marks, setting};

/// How a time is shown.
const MINUTE: &str = "%Y-%m-%d %H:%M";
/// How the due day of a term in days is shown.
const DAY: &str = "%Y-%m-%d";
/// A term in minutes is soon due when less than this part of it is left.
const SOON_PART: i64 = 4;
/// A term in days is soon due when so many are left.
const SOON_DAYS: i64 = 1;

/// The clocks of a form, in the order of its definition.
pub(crate) fn all(look: Look<'_>, record: &Record) -> Vec<api::ClockView> {
    if record.definition.clocks.is_empty() {
        return Vec::new();
    }
    let calendar = setting::calendar(&record.context.settings, look.reader);
    clocks(&record.definition, &record.context, &calendar).iter().map(clock).collect()
}

fn clock(now: &ClockNow<'_>) -> api::ClockView {
    let ClockNow { clock, term, reading } = now;
    let length = term.length.unwrap_or(Length::Minutes(0));
    let in_days = length.in_days();
    let time = |time: Option<NaiveDateTime>, format| {
        time.map(|time| time.format(format).to_string()).unwrap_or_default()
    };
    api::ClockView {
        key: clock.key.clone(),
        title: clock.title.clone(),
        standing: standing(reading.standing),
        soon: is_soon(in_days, reading),
        allowance: term.length.map_or_else(|| "未设定".to_owned(), allowance),
        start: time(term.start, MINUTE),
        due: time(reading.due, if in_days { DAY } else { MINUTE }),
        stop: time(term.stop, MINUTE),
        shown: shown(length, reading),
        note: unknown_years(&reading.unknown_years),
        cites: clock.cites.clone(),
    }
}

fn standing(standing: Standing) -> api::ClockStanding {
    match standing {
        Standing::NotStarted => api::ClockStanding::NotStarted,
        Standing::Unset => api::ClockStanding::Unset,
        Standing::Running => api::ClockStanding::Running,
        Standing::Paused => api::ClockStanding::Paused,
        Standing::Overdue => api::ClockStanding::Overdue,
        Standing::Met => api::ClockStanding::Met,
        Standing::Missed => api::ClockStanding::Missed,
    }
}

fn is_soon(in_days: bool, reading: &Reading) -> bool {
    let whole = reading.elapsed.saturating_add(reading.left);
    let little =
        if in_days { reading.left <= SOON_DAYS } else { reading.left.saturating_mul(SOON_PART) <= whole };
    reading.standing == Standing::Running && reading.due.is_some() && little
}

fn allowance(length: Length) -> String {
    match length {
        Length::Minutes(0) => "立即".to_owned(),
        Length::Minutes(minutes) => counted_span(length, minutes.saturating_mul(60)),
        Length::OfficeMinutes(minutes) => {
            format!("{}（工作时间）", counted_span(length, minutes.saturating_mul(60)))
        }
        Length::Days(days) | Length::WorkingDays(days) => counted_span(length, days),
    }
}

/// What a term counts, in words: an office day is no 24 hours, so its minutes are not said as days.
fn counted_span(length: Length, amount: i64) -> String {
    match length {
        Length::Minutes(_) => span(amount),
        Length::OfficeMinutes(_) => parts(&[(amount / 3_600, "小时"), (amount / 60 % 60, "分钟")]),
        Length::Days(_) => format!("{amount} 天"),
        Length::WorkingDays(_) => format!("{amount} 个工作日"),
    }
}

fn shown(length: Length, reading: &Reading) -> String {
    let amount = |amount| counted_span(length, amount);
    let late = if length.in_days() { format!("{} 天", reading.late) } else { span(reading.late) };
    match reading.standing {
        Standing::NotStarted => "未开始".to_owned(),
        Standing::Unset => format!("未设定时限，已用 {}", span(reading.elapsed)),
        Standing::Running if reading.due.is_none() => format!("已用 {}", amount(reading.elapsed)),
        Standing::Met if reading.due.is_none() => format!("用时 {}", amount(reading.elapsed)),
        Standing::Running => format!("剩 {}", amount(reading.left)),
        Standing::Paused => format!("暂停中，剩 {}", amount(reading.left)),
        Standing::Overdue => format!("已超 {late}"),
        Standing::Met => format!("按时（用时 {}）", amount(reading.elapsed)),
        Standing::Missed => format!("超时 {late}"),
    }
}

/// Years that were counted Monday to Friday, in words.
pub(crate) fn unknown_years(years: &[i32]) -> String {
    let named: Vec<String> = years.iter().map(i32::to_string).collect();
    match named.is_empty() {
        true => String::new(),
        false => format!("{} 年工作日历未导入，按周一至周五计算", named.join("、")),
    }
}

/// Seconds in the two largest of days, hours and minutes.
fn span(seconds: i64) -> String {
    let minutes = seconds / 60;
    parts(&[(minutes / 1_440, "天"), (minutes / 60 % 24, "小时"), (minutes % 60, "分钟")])
}

fn parts(parts: &[(i64, &str)]) -> String {
    let some = parts.iter().filter(|(count, _)| *count > 0).take(2);
    let said: Vec<String> = some.map(|(count, unit)| format!("{count} {unit}")).collect();
    if said.is_empty() { "不足 1 分钟".to_owned() } else { said.join(" ") }
}

/// The reports that a form owes.
pub(crate) fn reports(record: &Record) -> Vec<api::TickerView> {
    tickers(&record.definition, &record.context).iter().map(report).collect()
}

fn report(now: &TickerNow<'_>) -> api::TickerView {
    let missed = now.ticks.ticks.iter().filter(|tick| tick.standing == TickStanding::Missed).count();
    api::TickerView {
        key: now.ticker.key.clone(),
        title: now.ticker.title.clone(),
        every: format!("每 {}", span(now.minutes.saturating_mul(60))),
        table: now.table.name.clone(),
        missed: u32::try_from(missed).unwrap_or(u32::MAX),
        left_out: u32::try_from(now.ticks.left_out).unwrap_or(u32::MAX),
        ticks: now.ticks.ticks.iter().map(tick).collect(),
        cites: now.ticker.cites.clone(),
    }
}

/// The next report of each ticker that runs, as a clock that is soon due, or late while one was missed since the last
/// report.
pub(crate) fn reports_due(record: &Record) -> Vec<api::ClockView> {
    tickers(&record.definition, &record.context).iter().filter_map(report_due).collect()
}

fn report_due(now: &TickerNow<'_>) -> Option<api::ClockView> {
    let next = now.ticks.ticks.iter().find(|tick| tick.standing == TickStanding::Next)?;
    let before = now.ticks.ticks.iter().rev().skip_while(|tick| tick.standing == TickStanding::Next);
    let missed = before.take_while(|tick| tick.standing == TickStanding::Missed).count();
    let due = next.due.format(MINUTE).to_string();
    let late = missed > 0;
    Some(api::ClockView {
        key: now.ticker.key.clone(),
        title: now.ticker.title.clone(),
        standing: if late { api::ClockStanding::Overdue } else { api::ClockStanding::Running },
        soon: !late,
        allowance: format!("每 {}", span(now.minutes.saturating_mul(60))),
        start: String::new(),
        shown: if late { format!("已漏报 {missed} 次，下次 {due}") } else { format!("下次 {due}") },
        due,
        stop: String::new(),
        note: String::new(),
        cites: now.ticker.cites.clone(),
    })
}

fn tick(tick: &Tick) -> api::TickView {
    api::TickView {
        due: tick.due.format(MINUTE).to_string(),
        standing: match tick.standing {
            TickStanding::Met => api::TickStanding::Met,
            TickStanding::Missed => api::TickStanding::Missed,
            TickStanding::Next => api::TickStanding::Next,
        },
        entry: tick.entry.map(|entry| entry.format(MINUTE).to_string()).unwrap_or_default(),
    }
}

/// The values of now.
pub(crate) fn values(record: &Record) -> Vec<api::GaugeView> {
    let shown = gauges(&record.definition, &record.context).into_iter();
    shown
        .map(|(gauge, shown)| api::GaugeView { key: gauge.key.clone(), title: gauge.title.clone(), shown })
        .collect()
}

/// The warnings that hold now.
pub(crate) fn warnings(look: Look<'_>, record: &Record) -> Result<Vec<api::AlertView>, Refused> {
    if record.definition.alerts.is_empty() {
        return Ok(Vec::new());
    }
    let tally = tallies(look, record)?;
    let hold = alerts(&record.definition, &record.context, &tally).into_iter();
    Ok(hold
        .map(|alert| api::AlertView { message: alert.message.clone(), cites: alert.cites.clone() })
        .collect())
}

/// How many forms count with this one, this one as it is shown.
fn tallies(look: Look<'_>, record: &Record) -> Result<BTreeMap<String, i64>, Refused> {
    let form = record.signed.as_ref().map(|signed| signed.form);
    let mut tallies = BTreeMap::new();
    for tally in &record.definition.tallies {
        let agreed = marks::agreed(tally, &record.context.form);
        let name = marks::tally(&record.definition, tally);
        let others = i64::from(look.reader.marked_count(&name, &agreed, form)?);
        let own = i64::from(counted(&record.definition, tally, &record.context));
        tallies.insert(tally.key.clone(), others + own);
    }
    Ok(tallies)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_in_their_two_largest_units() {
        for (seconds, said) in [
            (0, "不足 1 分钟"),
            (59, "不足 1 分钟"),
            (60, "1 分钟"),
            (1_800, "30 分钟"),
            (3_900, "1 小时 5 分钟"),
            (86_400, "1 天"),
            (86_400 + 3_600 + 60, "1 天 1 小时"),
            (86_400 + 60, "1 天 1 分钟"),
        ] {
            assert_eq!(span(seconds), said);
        }
    }
}
