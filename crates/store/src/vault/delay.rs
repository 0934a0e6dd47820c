//! The growing pause after wrong passwords (K2): 1 s, doubling to 5 min, never a lock for good.

use serde::{Deserialize, Serialize};

const FIRST_MS: i64 = 1_000;
const LONGEST_MS: i64 = 5 * 60 * 1_000;

/// Wrong passwords of one person since the last right one.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Delay {
    wrong: u32,
    /// Wall clock, milliseconds since 1970, before which no password is looked at.
    not_before_ms: i64,
}

impl Delay {
    /// Milliseconds to wait at `now_ms`, never longer than the pause that was imposed: a clock that was set back
    /// makes nobody wait for years, so the caller keeps `self` after asking.
    pub(super) fn wait_ms(&mut self, now_ms: i64) -> i64 {
        self.not_before_ms = self.not_before_ms.min(now_ms.saturating_add(self.pause_ms()));
        self.not_before_ms.saturating_sub(now_ms).max(0)
    }

    /// Counts a wrong password.
    pub(super) fn wrong(&mut self, now_ms: i64) {
        self.wrong = self.wrong.saturating_add(1);
        self.not_before_ms = now_ms.saturating_add(self.pause_ms());
    }

    /// How many wrong passwords in a row.
    pub(super) fn count(&self) -> u32 {
        self.wrong
    }

    fn pause_ms(&self) -> i64 {
        match self.wrong {
            0 => 0,
            n => FIRST_MS.checked_shl(n.min(30) - 1).map_or(LONGEST_MS, |pause| pause.min(LONGEST_MS)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_to_five_minutes() {
        let mut delay = Delay::default();
        let mut pauses = Vec::new();
        let mut now = 0;
        for _ in 0..11 {
            delay.wrong(now);
            pauses.push(delay.wait_ms(now) / 1_000);
            now += delay.wait_ms(now);
            assert_eq!(delay.wait_ms(now), 0, "after the pause a password is looked at again");
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }

    #[test]
    fn a_clock_set_back_ten_years_costs_one_pause() {
        let mut delay = Delay::default();
        delay.wrong(i64::from(u32::MAX) * 1_000);
        assert_eq!(delay.wait_ms(0), 1_000);
        assert_eq!(delay.wait_ms(1_000), 0);
    }
}
