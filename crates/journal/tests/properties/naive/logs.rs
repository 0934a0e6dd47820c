//! F1 and F5 place by place, and F11 pair by pair.

use super::Ids;
use qianban_journal::{Checkpoint, Finding, Incarnation, LogEntry, SeatId};
use std::collections::{BTreeMap, BTreeSet};

/// A number in the log of a seat.
pub type Place = (SeatId, Incarnation, u64);

/// Every missing place, and every place with more than one event.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Logs {
    pub missing: BTreeSet<Place>,
    pub forked: BTreeMap<Place, Ids>,
}

/// What the places show. Numbers are small here, so each one is looked at.
pub fn of(entries: &[LogEntry]) -> Logs {
    let mut told = Logs::default();
    for entry in entries {
        let of_log = |other: &&LogEntry| other.seat == entry.seat && other.incarnation == entry.incarnation;
        for n in 1..entry.n {
            if !entries.iter().filter(of_log).any(|other| other.n == n) {
                told.missing.insert((entry.seat, entry.incarnation, n));
            }
        }
        let mut events: Ids = entries
            .iter()
            .filter(of_log)
            .filter(|other| other.n == entry.n)
            .map(|other| other.event)
            .collect();
        for next in entries.iter().filter(of_log).filter(|other| other.n == entry.n + 1) {
            events.insert(next.prev.unwrap_or(next.event));
        }
        if events.len() > 1 {
            told.forked.insert((entry.seat, entry.incarnation, entry.n), events);
        }
    }
    told
}

/// The same from the production findings.
pub fn of_findings(findings: &[Finding]) -> Logs {
    let mut told = Logs::default();
    for finding in findings {
        match finding {
            Finding::LogGap { seat, incarnation, first, last } => {
                told.missing.extend((*first..=*last).map(|n| (*seat, *incarnation, n)));
            }
            Finding::LogFork { seat, incarnation, n, events } => {
                told.forked.insert((*seat, *incarnation, *n), events.iter().copied().collect());
            }
            other => panic!("no finding about device logs: {other:?}"),
        }
    }
    told
}

/// F11 by looking at every pair.
pub fn checkpoints(checkpoints: &[Checkpoint]) -> BTreeSet<Finding> {
    let mut found = BTreeSet::new();
    for a in checkpoints {
        let same = checkpoints.iter().filter(|b| b.incarnation == a.incarnation);
        if same.clone().any(|b| b.said.n() == a.said.n() && b.said.root() != a.said.root()) {
            found.insert(Finding::EndpointForked { incarnation: a.incarnation, n: a.said.n() });
        }
        let longest = same.filter(|b| b.time < a.time).map(|b| b.said.n()).max().unwrap_or(0);
        if longest > a.said.n() {
            found.insert(Finding::EndpointWentBack {
                incarnation: a.incarnation,
                from: longest,
                to: a.said.n(),
            });
        }
    }
    found
}
