//! Service clocks: how long something may take, when it is due, and where it stands. A pure function of times, calendar
//! and the clock of the caller: nothing is remembered from one reading to the next, so a change of channel, of pauses
//! or of the calendar gives what the same events give from the start.

mod period;
mod span;
mod tick;

pub use period::{Every, Period};
pub use tick::{TICKS_MAX, Tick, TickStanding, Ticks, ticks};

use crate::calendar::WorkCalendar;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

/// Most minutes of a term: two years of natural time.
pub const TERM_MINUTES_MAX: i64 = 2 * 366 * 24 * 60;
/// Most days of a term: ten years.
pub const TERM_DAYS_MAX: i64 = 3_660;
/// Days after its start beyond which no due time is looked for.
const HORIZON_DAYS: u64 = 20 * 366;

/// How much time a term gives, and what counts (G2, G5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Length {
    /// Every minute counts. None at all asks for it at once: what it took is shown, and nobody is late (G3).
    Minutes(i64),
    /// Minutes of office hours count; none at all as for [`Length::Minutes`].
    OfficeMinutes(i64),
    /// Every day after the first counts; due when the last one ends.
    Days(i64),
    /// Working days after the first count; due when the last one ends.
    WorkingDays(i64),
}

/// A time in which a term does not run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pause {
    /// From.
    pub since: NaiveDateTime,
    /// Up to; `None` while it lasts.
    pub until: Option<NaiveDateTime>,
}

/// One service clock with all that it depends on beside the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Term {
    /// When it began to run.
    pub start: Option<NaiveDateTime>,
    /// When what it waits for came.
    pub stop: Option<NaiveDateTime>,
    /// How long it may run; `None` where nobody has set it. Less than none is none; over [`TERM_MINUTES_MAX`] or
    /// [`TERM_DAYS_MAX`] is not set.
    pub length: Option<Length>,
    /// When it did not run; in any order, may overlap.
    pub pauses: Vec<Pause>,
}

/// Where a term stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It has not begun.
    NotStarted,
    /// Nobody has set how long it may take.
    Unset,
    /// It runs and is in time.
    Running,
    /// It is in time and does not run at present.
    Paused,
    /// It runs and is late.
    Overdue,
    /// It was stopped in time.
    Met,
    /// It was stopped late.
    Missed,
}

/// What a clock shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Where it stands.
    pub standing: Standing,
    /// The last second that is in time; `None` until it can be said, and for a term of no minutes.
    pub due: Option<NaiveDateTime>,
    /// What counted until its stop, or until now: seconds; days for a term in days.
    pub elapsed: i64,
    /// What is left to count, in the same unit; 0 unless running or paused.
    pub left: i64,
    /// By how much it is late on the wall: seconds, or days for a term in days; 0 unless late.
    pub late: i64,
    /// Years that were counted Monday to Friday because their calendar is not known.
    pub unknown_years: Vec<i32>,
}

impl Length {
    /// A term in days; its times are shown as dates.
    pub fn in_days(self) -> bool {
        matches!(self, Length::Days(_) | Length::WorkingDays(_))
    }

    /// Within bounds, in the unit of [`Reading::elapsed`].
    fn amount(self) -> Option<i64> {
        let (amount, most, unit) = match self {
            Length::Minutes(minutes) | Length::OfficeMinutes(minutes) => (minutes, TERM_MINUTES_MAX, 60),
            Length::Days(days) | Length::WorkingDays(days) => (days, TERM_DAYS_MAX, 1),
        };
        (amount <= most).then_some(amount.max(0) * unit)
    }

    fn reads_calendar(self) -> bool {
        matches!(self, Length::OfficeMinutes(_) | Length::WorkingDays(_))
    }
}

impl Term {
    /// The clock at a moment.
    pub fn read(&self, now: NaiveDateTime, calendar: &WorkCalendar) -> Reading {
        let mut reading = Reading {
            standing: Standing::NotStarted,
            due: None,
            elapsed: 0,
            left: 0,
            late: 0,
            unknown_years: Vec::new(),
        };
        let Some(start) = self.start else { return reading };
        let end = self.stop.unwrap_or(now);
        let pauses = span::merged(&self.pauses);
        let set = self.length.and_then(|length| Some((length, length.amount()?)));
        let Some((length, amount)) = set else {
            let all = Running { start, length: Length::Minutes(0), pauses: &pauses, calendar };
            return Reading { standing: Standing::Unset, elapsed: all.elapsed(end), ..reading };
        };
        let running = Running { start, length, pauses: &pauses, calendar };
        reading.due = running.due(amount);
        reading.elapsed = running.elapsed(end);
        let in_time = reading.due.is_none_or(|due| end <= due);
        reading.standing = match (self.stop, in_time) {
            (Some(_), true) => Standing::Met,
            (Some(_), false) => Standing::Missed,
            (None, false) => Standing::Overdue,
            (None, true) if span::covers(&pauses, now) => Standing::Paused,
            (None, true) => Standing::Running,
        };
        if matches!(reading.standing, Standing::Running | Standing::Paused) {
            reading.left = (amount - reading.elapsed).max(0);
        }
        if let Some(due) = reading.due.filter(|_| !in_time) {
            reading.late = match length.in_days() {
                true => (end.date() - due.date()).num_days(),
                false => (end - due).num_seconds(),
            };
        }
        if length.reads_calendar() {
            let last = reading.due.map_or(end, |due| due.max(end)).date();
            reading.unknown_years = calendar.unknown(start.date(), last);
        }
        reading
    }
}

/// A term that has begun.
struct Running<'a> {
    start: NaiveDateTime,
    length: Length,
    /// Merged, ascending.
    pauses: &'a [Pause],
    calendar: &'a WorkCalendar,
}

impl Running<'_> {
    /// The last second in time after `amount` has counted; `None` if a pause without end comes before it, or if none has
    /// to count.
    fn due(&self, amount: i64) -> Option<NaiveDateTime> {
        if self.length.in_days() {
            let last = match usize::try_from(amount - 1) {
                Ok(before) => self.days().nth(before)?,
                Err(_) => self.start.date(),
            };
            return Some(last.and_time(NaiveTime::MIN) + TimeDelta::days(1) - TimeDelta::seconds(1));
        }
        let mut rest = TimeDelta::seconds(amount);
        if rest.is_zero() {
            return None;
        }
        for (from, to) in self.spans() {
            if to - from >= rest {
                return Some(from + rest);
            }
            rest -= to - from;
        }
        None
    }

    /// What counts up to a moment.
    fn elapsed(&self, end: NaiveDateTime) -> i64 {
        if self.length.in_days() {
            let counted = self.days().take_while(|day| *day <= end.date()).count();
            return i64::try_from(counted).unwrap_or(i64::MAX);
        }
        let until = self.spans().take_while(|(from, _)| *from < end);
        until.map(|(from, to)| (to.min(end) - from).num_seconds()).sum()
    }

    /// The days after the first that count: those that begin while the term runs.
    fn days(&self) -> impl Iterator<Item = NaiveDate> {
        let working = matches!(self.length, Length::WorkingDays(_));
        let horizon = usize::try_from(HORIZON_DAYS).unwrap_or(usize::MAX);
        let after = self.start.date().iter_days().skip(1).take(horizon);
        let runs = |day: &NaiveDate| !span::covers(self.pauses, day.and_time(NaiveTime::MIN));
        after.filter(move |day| !working || self.calendar.is_working(*day)).filter(runs)
    }

    /// The spans of time that count, ascending.
    fn spans(&self) -> impl Iterator<Item = (NaiveDateTime, NaiveDateTime)> {
        let horizon = self.start + TimeDelta::days(i64::try_from(HORIZON_DAYS).unwrap_or(i64::MAX));
        let office = matches!(self.length, Length::OfficeMinutes(_));
        let days = self.start.date().iter_days().take_while(move |day| office && *day <= horizon.date());
        let hours = days.flat_map(|day| self.calendar.office(day));
        let always = (!office).then_some((self.start, horizon));
        let from_start = always.into_iter().chain(hours).filter_map(|(from, to)| {
            let from = from.max(self.start);
            (from < to).then_some((from, to))
        });
        from_start.flat_map(|whole| span::without(whole, self.pauses))
    }
}

#[cfg(test)]
mod golden;
#[cfg(test)]
mod properties;
