//! The logs of seats (F1, F5). Their numbers decide nothing; they show what is missing and what was copied.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::Event;
use crate::fold::Finding;
use crate::ids::{EventId, Incarnation, SeatId};
use crate::mutation::{Mutation, mutated};

/// One event's place in the log of its seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogEntry {
    /// The seat.
    pub seat: SeatId,
    /// The life of its device's database.
    pub incarnation: Incarnation,
    /// Number in this log, from 1.
    pub n: u64,
    /// The event.
    pub event: EventId,
    /// The event before it in the log, as it says itself; none for the first.
    pub prev: Option<EventId>,
}

impl LogEntry {
    /// The place that an event claims.
    pub const fn of(id: EventId, event: &Event) -> Self {
        let log = event.log;
        Self { seat: event.seat, incarnation: log.inc, n: log.n, event: id, prev: log.prev }
    }
}

/// F1 and F5 over the places of all events that are here, in any order, repeated or not; ascending. A place that is
/// meant to have everything asks with everything: whoever receives a part of the forms sees gaps that are none.
pub fn device_log_findings(entries: &[LogEntry]) -> Vec<Finding> {
    let mut logs = BTreeMap::<(SeatId, Incarnation), BTreeMap<u64, BTreeSet<LogEntry>>>::new();
    for entry in entries {
        let log = logs.entry((entry.seat, entry.incarnation)).or_default();
        log.entry(entry.n).or_default().insert(*entry);
    }
    let mut findings = BTreeSet::new();
    for ((seat, incarnation), log) in &logs {
        let mut expected = 1;
        for (&n, here) in log {
            if n > expected && !mutated(Mutation::LogGapUnseen) {
                let (first, last) = (expected, n - 1);
                findings.insert(Finding::LogGap { seat: *seat, incarnation: *incarnation, first, last });
            }
            expected = n.saturating_add(1);
            let next = log.get(&expected).filter(|_| n < u64::MAX);
            let events = claims(here, next);
            if events.len() > 1 && !mutated(Mutation::LogForkUnseen) {
                let events = events.into_iter().collect();
                findings.insert(Finding::LogFork { seat: *seat, incarnation: *incarnation, n, events });
            }
        }
    }
    findings.into_iter().collect()
}

/// The events that are here with one number, and those that the events with the next number name as the one before;
/// one that names none stands for itself.
fn claims(here: &BTreeSet<LogEntry>, next: Option<&BTreeSet<LogEntry>>) -> BTreeSet<EventId> {
    let named = next.into_iter().flatten().map(|entry| entry.prev.unwrap_or(entry.event));
    here.iter().map(|entry| entry.event).chain(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEAT: SeatId = SeatId([1; 32]);
    const INC: Incarnation = Incarnation([2; 16]);

    fn id(n: u8) -> EventId {
        EventId([n; 32])
    }

    fn entry(n: u64, event: u8, prev: u8) -> LogEntry {
        let prev = (prev > 0).then(|| id(prev));
        LogEntry { seat: SEAT, incarnation: INC, n, event: id(event), prev }
    }

    fn gap(first: u64, last: u64) -> Finding {
        Finding::LogGap { seat: SEAT, incarnation: INC, first, last }
    }

    fn fork(n: u64, events: &[u8]) -> Finding {
        Finding::LogFork { seat: SEAT, incarnation: INC, n, events: events.iter().map(|n| id(*n)).collect() }
    }

    #[test]
    fn a_whole_log_in_any_order_is_silent() {
        let mut log = [entry(3, 13, 12), entry(1, 11, 0), entry(2, 12, 11), entry(1, 11, 0)];
        assert_eq!(device_log_findings(&log), []);
        log.reverse();
        assert_eq!(device_log_findings(&log), []);
        assert_eq!(device_log_findings(&[]), []);
    }

    /// Faults 19 to 21: both branches are kept, and the fork is found also where only the later event of one is here.
    #[test]
    fn a_copied_computer_is_found() {
        let both = [entry(1, 11, 0), entry(2, 12, 11), entry(2, 22, 11)];
        assert_eq!(device_log_findings(&both), [fork(2, &[12, 22])]);
        let told = [entry(1, 11, 0), entry(2, 12, 11), entry(3, 23, 22)];
        assert_eq!(device_log_findings(&told), [fork(2, &[12, 22])]);
        let begun_again = [entry(1, 11, 0), entry(2, 12, 0)];
        assert_eq!(device_log_findings(&begun_again), [fork(1, &[11, 12])]);
    }

    #[test]
    fn what_is_missing_is_found_and_hostile_numbers_do_no_harm() {
        let some = [entry(2, 12, 11), entry(5, 15, 14), entry(u64::MAX, 99, 98)];
        assert_eq!(device_log_findings(&some), [gap(1, 1), gap(3, 4), gap(6, u64::MAX - 1)]);
        assert_eq!(device_log_findings(&[entry(0, 10, 0), entry(1, 11, 10)]), []);
    }

    #[test]
    fn every_life_has_its_own_log() {
        let other = LogEntry { incarnation: Incarnation([3; 16]), ..entry(1, 21, 0) };
        assert_eq!(device_log_findings(&[entry(1, 11, 0), other]), []);
    }
}
