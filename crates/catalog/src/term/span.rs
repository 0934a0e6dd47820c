//! Spans of time and the pauses cut out of them. A span begins at its first second and ends before its last.

use super::Pause;
use chrono::NaiveDateTime;

/// The same pauses in order, those that touch as one, empty ones left out.
pub(super) fn merged(pauses: &[Pause]) -> Vec<Pause> {
    let mut sorted: Vec<Pause> =
        pauses.iter().filter(|pause| pause.until.is_none_or(|until| pause.since < until)).copied().collect();
    sorted.sort();
    let mut merged: Vec<Pause> = Vec::new();
    for pause in sorted {
        match merged.last_mut() {
            Some(last) if last.until.is_none_or(|until| pause.since <= until) => {
                last.until = last.until.zip(pause.until).map(|(a, b)| a.max(b));
            }
            _ => merged.push(pause),
        }
    }
    merged
}

/// Whether a moment lies in a pause.
pub(super) fn covers(pauses: &[Pause], moment: NaiveDateTime) -> bool {
    pauses.iter().any(|pause| pause.since <= moment && pause.until.is_none_or(|until| moment < until))
}

/// What is left of a span without these merged pauses.
pub(super) fn without(
    (from, to): (NaiveDateTime, NaiveDateTime),
    pauses: &[Pause],
) -> Vec<(NaiveDateTime, NaiveDateTime)> {
    let mut left = Vec::new();
    let mut at = from;
    for pause in pauses {
        left.push((at, pause.since.min(to)));
        at = at.max(pause.until.unwrap_or(to));
    }
    left.push((at, to));
    left.retain(|(from, to)| from < to);
    left
}
