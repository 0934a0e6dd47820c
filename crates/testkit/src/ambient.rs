//! Clock and randomness that a test commands.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use chrono::{DateTime, FixedOffset, TimeDelta};
use qianban_desk::{Ambient, Refused};

/// A clock that moves only when told to.
#[derive(Debug, Clone)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    /// A clock at a time such as `2026-03-02T09:00:00+08:00`; shown in UTC+8.
    #[must_use]
    pub fn at(time: &str) -> Self {
        let time = DateTime::parse_from_rfc3339(time).expect("a time");
        Self(Arc::new(AtomicI64::new(time.timestamp_millis())))
    }

    /// Sets the clock to a time such as `2026-03-02T09:00:00+08:00`.
    pub fn set(&self, time: &str) {
        let time = DateTime::parse_from_rfc3339(time).expect("a time");
        self.0.store(time.timestamp_millis(), Ordering::SeqCst);
    }

    /// Moves the clock.
    pub fn pass(&self, time: TimeDelta) {
        self.0.fetch_add(time.num_milliseconds(), Ordering::SeqCst);
    }

    /// What it shows.
    #[must_use]
    pub fn office(&self) -> DateTime<FixedOffset> {
        let office = FixedOffset::east_opt(8 * 3600).expect("an offset");
        let utc = DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).expect("a time");
        utc.with_timezone(&office)
    }
}

/// A commanded clock with randomness from a seed (SplitMix64).
#[derive(Debug)]
pub struct Seeded {
    clock: Clock,
    state: AtomicU64,
}

impl Seeded {
    /// Randomness that is the same for the same seed.
    #[must_use]
    pub fn new(clock: Clock, seed: u64) -> Self {
        Self { clock, state: AtomicU64::new(seed) }
    }
}

impl Ambient for Seeded {
    fn now(&self) -> DateTime<FixedOffset> {
        self.clock.office()
    }

    fn fill(&self, bytes: &mut [u8]) -> Result<(), Refused> {
        for chunk in bytes.chunks_mut(8) {
            let step = 0x9E37_79B9_7F4A_7C15;
            let mut word = self.state.fetch_add(step, Ordering::SeqCst).wrapping_add(step);
            word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            word ^= word >> 31;
            chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}
