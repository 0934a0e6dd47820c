//! Rounds, medians and ratios.

use std::time::{Duration, Instant};

/// What a part of the bench may fail with; it ends the run.
pub(crate) type Failed = Box<dyn std::error::Error>;

/// The times of one thing, in the order of the rounds.
#[derive(Default)]
pub(crate) struct Times(Vec<Duration>);

impl Times {
    /// Runs `act` once, notes how long it took, and hands its value on.
    pub(crate) fn take<T>(&mut self, act: impl FnOnce() -> Result<T, Failed>) -> Result<T, Failed> {
        let start = Instant::now();
        let value = act()?;
        self.0.push(start.elapsed());
        Ok(value)
    }

    /// The time that `share` of the rounds kept within, in milliseconds; 0.5 is the median.
    pub(crate) fn within_ms(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let place = ((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1));
        sorted.get(place).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    }

    fn median_ms(&self) -> f64 {
        self.within_ms(0.5)
    }
}

/// Ours and the same work by hand, in turns, so that whatever else the machine does falls on both.
pub(crate) struct Pair {
    name: String,
    pub(crate) ours: Times,
    pub(crate) by_hand: Times,
}

impl Pair {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ours: Times::default(), by_hand: Times::default() }
    }

    /// One line of the table: medians, the ratio of the medians, and what nine of ten rounds kept within.
    pub(crate) fn line(&self) -> String {
        let (ours, by_hand) = (self.ours.median_ms(), self.by_hand.median_ms());
        format!(
            "| {} | {} | {ours:.3} | {by_hand:.3} | **{:.2}** | {:.3} | {:.3} |",
            self.name,
            self.ours.0.len(),
            ours / by_hand,
            self.ours.within_ms(0.9),
            self.by_hand.within_ms(0.9),
        )
    }
}

/// The head of the table that [`Pair::line`] fills.
pub(crate) const PAIR_HEAD: &str = "\
| | rounds | ours, ms | by hand, ms | ratio | ours, 9 of 10 | by hand, 9 of 10 |
|---|---|---|---|---|---|---|";

/// How many of `count` things fit into a second, by the median of the rounds.
pub(crate) fn per_second(times: &Times, count: usize) -> f64 {
    count as f64 / (times.median_ms() / 1e3)
}
