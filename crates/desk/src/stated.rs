//! Stated times (C6): when something was done, as whoever records it says.

use chrono::{DateTime, NaiveDateTime, TimeDelta};
use qianban_catalog::{Phase, Table};
use qianban_journal::{EventId, FormLog, FormView};

use crate::ambient;

/// How a stated time is kept: of the office.
pub(crate) const STATED: &str = "%Y-%m-%d %H:%M";
/// How a time is written, with an offset and without.
const ZONED: [&str; 2] = ["%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M%#z"];
const LOCAL: [&str; 2] = [STATED, "%Y-%m-%d %H:%M:%S"];
/// Minutes by which clocks may differ: a row stated longer ago is 补录, one stated further ahead has not happened yet.
const CLOCK_MINUTES: i64 = 10;
/// Days before its form was begun in which what is recorded there may have been done.
const BEFORE_DAYS: i64 = 92;

/// What is wrong with a stated time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Misstated {
    /// It is no time.
    Unreadable,
    /// It has not come yet.
    Ahead,
    /// The form was sealed only then, and what the table records is done after the seal.
    BeforeSeal(NaiveDateTime),
    /// It is this long before the form was begun.
    BeforeForm(NaiveDateTime),
}

impl std::fmt::Display for Misstated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable => f.write_str("写法不对"),
            Self::Ahead => f.write_str("还没有到"),
            Self::BeforeSeal(time) => {
                write!(f, "早于定稿时间 {}，这一项定稿以后才能办理", time.format(STATED))
            }
            Self::BeforeForm(time) => write!(f, "早于建单（{}）{BEFORE_DAYS} 天以上", time.format(STATED)),
        }
    }
}

/// A time as a person or a program writes it, in the zone of the office: one with an offset is moved there.
pub(crate) fn read(text: &str) -> Option<NaiveDateTime> {
    let plain = text.trim().replacen('T', " ", 1);
    if let Some(time) = ZONED.iter().find_map(|format| DateTime::parse_from_str(&plain, format).ok()) {
        return Some(ambient::office(time).naive_local());
    }
    LOCAL.iter().find_map(|format| NaiveDateTime::parse_from_str(&plain, format).ok())
}

/// Whether a kept time lies more than ten minutes before the recording clock, milliseconds since 1970.
pub(crate) fn is_late(stated: &str, recorded_ms: i64) -> bool {
    read(stated)
        .is_some_and(|stated| ambient::naive(recorded_ms) - stated > TimeDelta::minutes(CLOCK_MINUTES))
}

/// What a kept time of a row of a table must not be, by the recording clock and by the form as far as `known` holds. A
/// row that is not late is not held against the form: clocks differ.
pub(crate) fn judge(
    stated: &str,
    recorded_ms: i64,
    table: &Table,
    (log, view): (&FormLog, &FormView),
    known: impl Fn(EventId) -> bool,
) -> Result<(), Misstated> {
    let time = read(stated).ok_or(Misstated::Unreadable)?;
    let clocks = TimeDelta::minutes(CLOCK_MINUTES);
    if time - ambient::naive(recorded_ms) > clocks {
        return Err(Misstated::Ahead);
    }
    if !is_late(stated, recorded_ms) {
        return Ok(());
    }
    let seals = view.rounds.iter().flat_map(|round| &round.seals).filter(|seal| known(seal.id));
    let sealed = seals.map(|seal| ambient::naive(seal.wall)).min();
    let after_seal = table.phases.iter().all(|phase| matches!(phase, Phase::Sealed | Phase::Closed));
    if let Some(sealed) = sealed.filter(|sealed| after_seal && time < *sealed - clocks) {
        return Err(Misstated::BeforeSeal(sealed));
    }
    let begun = log.event(view.form.into()).map(|create| ambient::naive(create.wall));
    match begun.filter(|begun| time < *begun - TimeDelta::days(BEFORE_DAYS)) {
        Some(begun) => Err(Misstated::BeforeForm(begun)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_with_an_offset_is_moved_to_the_office() {
        let read = |text: &str| read(text).map(|time| time.format(STATED).to_string());
        for text in [
            "2026-03-02 09:20",
            "2026-03-02T09:20",
            "2026-03-02T09:20:59",
            "2026-03-02T09:20:59+08:00",
            "2026-03-02T01:20:00Z",
            "2026-03-02T01:20:00.125Z",
            "2026-03-01T18:20-07:00",
        ] {
            assert_eq!(read(text).as_deref(), Some("2026-03-02 09:20"), "{text}");
        }
        for text in ["", "2026-03-02", "2026-03-02 09:20 x", "2026-13-02 09:20", "昨天"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn ten_minutes_are_not_late() {
        let recorded = DateTime::parse_from_rfc3339("2026-03-02T09:30:00+08:00").expect("a time");
        let recorded = recorded.timestamp_millis();
        assert!(!is_late("2026-03-02 09:20", recorded));
        assert!(is_late("2026-03-02 09:19", recorded));
        assert!(!is_late("2026-03-02 10:00", recorded), "a later time is F8's matter");
    }
}
