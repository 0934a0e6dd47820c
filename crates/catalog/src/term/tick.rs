//! Reports that are owed at a fixed beat, such as every half hour while a system is being restored (W221).

use chrono::{NaiveDateTime, TimeDelta};

/// Most ticks that are looked at: a month of half hours. Of more, the oldest are left out.
pub const TICKS_MAX: i64 = 1_500;

/// The ticks of a beat, and how many were left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ticks {
    /// Those that have passed and the next one, ascending.
    pub ticks: Vec<Tick>,
    /// Older ones beyond [`TICKS_MAX`].
    pub left_out: i64,
}

/// One tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tick {
    /// When a report was or is owed.
    pub due: NaiveDateTime,
    /// Where it stands.
    pub standing: TickStanding,
    /// The first report since the tick before.
    pub entry: Option<NaiveDateTime>,
}

/// Where a tick stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TickStanding {
    /// A report lies between the tick before and this one.
    Met,
    /// None does, and its time has passed.
    Missed,
    /// Its time has not passed.
    Next,
}

/// A report is owed at `start` + k × `minutes`, k from 1, for as long as that lies before `stop`; it is there if an entry
/// lies after the tick before and not after the tick itself. Nothing is owed at a beat of less than a minute.
pub fn ticks(
    start: NaiveDateTime,
    stop: Option<NaiveDateTime>,
    minutes: i64,
    entries: &[NaiveDateTime],
    now: NaiveDateTime,
) -> Ticks {
    let end = stop.map_or(now, |stop| stop.min(now));
    if minutes < 1 || end < start {
        return Ticks::default();
    }
    let Some(beat) = TimeDelta::try_minutes(minutes) else { return Ticks::default() };
    let seconds = (end - start).num_seconds();
    let passed = seconds / beat.num_seconds();
    let first = (passed - TICKS_MAX + 1).max(1);
    let mut entries = entries.to_vec();
    entries.sort_unstable();
    let tick = |k: i64| {
        let due = start.checked_add_signed(beat.checked_mul(i32::try_from(k).ok()?)?)?;
        stop.is_none_or(|stop| due < stop).then_some(())?;
        let entry = entries.iter().find(|entry| **entry > due - beat && **entry <= due).copied();
        let standing = match entry {
            Some(_) => TickStanding::Met,
            None if due < now => TickStanding::Missed,
            None => TickStanding::Next,
        };
        Some(Tick { due, standing, entry })
    };
    Ticks { ticks: (first..=passed + 1).map_while(tick).collect(), left_out: first - 1 }
}
