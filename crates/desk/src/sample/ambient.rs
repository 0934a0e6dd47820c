//! The surroundings of the sample while it is played: a clock that the script moves, and randomness from its seed.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use chrono::{DateTime, FixedOffset};

use crate::ambient::office;
use crate::{Ambient, Refused};

/// Clones share their clock and their randomness.
#[derive(Clone)]
pub(crate) struct Played(Arc<State>);

struct State {
    now_ms: AtomicI64,
    seed: u64,
    drawn: AtomicU64,
}

impl Played {
    /// The same seed gives the same ids, keys and nonces.
    pub(crate) fn at(now: DateTime<FixedOffset>, seed: u64) -> Self {
        let (now_ms, drawn) = (AtomicI64::new(now.timestamp_millis()), AtomicU64::new(0));
        Self(Arc::new(State { now_ms, seed, drawn }))
    }

    pub(crate) fn set(&self, now: DateTime<FixedOffset>) {
        self.0.now_ms.store(now.timestamp_millis(), Ordering::SeqCst);
    }
}

impl Ambient for Played {
    fn now(&self) -> DateTime<FixedOffset> {
        let now = DateTime::from_timestamp_millis(self.0.now_ms.load(Ordering::SeqCst));
        office(now.unwrap_or_default())
    }

    fn fill(&self, bytes: &mut [u8]) -> Result<(), Refused> {
        for piece in bytes.chunks_mut(32) {
            let drawn = self.0.drawn.fetch_add(1, Ordering::SeqCst);
            let said = [self.0.seed.to_be_bytes(), drawn.to_be_bytes()].concat();
            piece.copy_from_slice(&qianban_journal::digest(&said).0[..piece.len()]);
        }
        Ok(())
    }
}
