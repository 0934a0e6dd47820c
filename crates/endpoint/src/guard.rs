//! How often somebody may ask, and that no proof is used twice. Both are kept by each instance for itself: a request
//! that is repeated at another one does nothing twice, and tells only what its sender was told already.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::time::Instant;

use qianban_protocol::RefusalCode;
use qianban_protocol::limit::CLOCK_MS;

use crate::limit::REMEMBERED_PROOFS;

/// Buckets that are looked through for full ones when there are more: whoever has not asked for a while needs none.
const BUCKETS: usize = 10_000;

/// A bucket of requests for each caller, filled steadily.
pub(crate) struct Rates<K> {
    per_second: f64,
    at_once: f64,
    buckets: HashMap<K, (f64, Instant)>,
}

impl<K: Eq + Hash> Rates<K> {
    pub(crate) fn new(per_second: u32, at_once: u32) -> Self {
        Self { per_second: per_second.into(), at_once: at_once.max(1).into(), buckets: HashMap::new() }
    }

    /// Takes so many requests out; else after how many seconds there will be as many.
    pub(crate) fn take(&mut self, caller: K, cost: u32, now: Instant) -> Result<(), u32> {
        let cost = f64::from(cost).min(self.at_once);
        if self.buckets.len() > BUCKETS {
            let (per_second, at_once) = (self.per_second, self.at_once);
            self.buckets
                .retain(|_, (left, at)| *left + now.duration_since(*at).as_secs_f64() * per_second < at_once);
        }
        let (left, at) = self.buckets.entry(caller).or_insert((self.at_once, now));
        *left = (*left + now.duration_since(*at).as_secs_f64() * self.per_second).min(self.at_once);
        *at = now;
        if *left >= cost {
            *left -= cost;
            return Ok(());
        }
        Err(((cost - *left) / self.per_second.max(0.001)).ceil() as u32)
    }
}

/// Proofs that were used, for as long as their time would let them in again.
#[derive(Default)]
pub(crate) struct Proofs {
    young: HashSet<[u8; 16]>,
    old: HashSet<[u8; 16]>,
    since_ms: i64,
}

impl Proofs {
    /// Notes a proof by its nonce.
    ///
    /// # Errors
    /// [`RefusalCode::Replayed`]; [`RefusalCode::Busy`] when there is no room to remember it.
    pub(crate) fn use_once(&mut self, nonce: [u8; 16], now_ms: i64) -> Result<(), RefusalCode> {
        // A proof is let in from CLOCK_MS before its time until CLOCK_MS after it.
        if now_ms.saturating_sub(self.since_ms).abs() > 2 * CLOCK_MS {
            self.old = std::mem::take(&mut self.young);
            self.since_ms = now_ms;
        }
        if self.young.len() >= REMEMBERED_PROOFS {
            return Err(RefusalCode::Busy);
        }
        let fresh = !self.old.contains(&nonce) && self.young.insert(nonce);
        if fresh { Ok(()) } else { Err(RefusalCode::Replayed) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_caller_gets_so_many_at_once_and_then_so_many_a_second() {
        let (mut rates, start) = (Rates::new(2, 3), Instant::now());
        for _ in 0..3 {
            assert_eq!(rates.take("a", 1, start), Ok(()));
        }
        assert_eq!(rates.take("a", 1, start), Err(1));
        assert_eq!(rates.take("b", 1, start), Ok(()), "another caller has a bucket of its own");
        assert_eq!(rates.take("a", 1, start + Duration::from_millis(500)), Ok(()));
        assert_eq!(rates.take("a", 1, start + Duration::from_millis(600)), Err(1));
        assert_eq!(
            rates.take("b", 9, start + Duration::from_millis(400)),
            Err(1),
            "a dear one waits for a full bucket"
        );
        assert_eq!(rates.take("b", 9, start + Duration::from_millis(600)), Ok(()));
    }

    #[test]
    fn buckets_that_are_full_again_are_forgotten() {
        let (mut rates, start) = (Rates::new(1, 2), Instant::now());
        for caller in 0..=BUCKETS {
            assert_eq!(rates.take(caller, 1, start), Ok(()));
        }
        assert_eq!(rates.take(0, 1, start + Duration::from_secs(60)), Ok(()));
        assert_eq!(rates.buckets.len(), 1);
    }

    #[test]
    fn a_proof_is_used_once_for_as_long_as_it_would_be_let_in() {
        let mut proofs = Proofs::default();
        let now = 1_000 * CLOCK_MS;
        assert_eq!(proofs.use_once([1; 16], now), Ok(()));
        assert_eq!(proofs.use_once([1; 16], now), Err(RefusalCode::Replayed));
        assert_eq!(proofs.use_once([2; 16], now + 2 * CLOCK_MS + 1), Ok(()));
        assert_eq!(
            proofs.use_once([1; 16], now + 2 * CLOCK_MS),
            Err(RefusalCode::Replayed),
            "still remembered"
        );
        assert_eq!(proofs.use_once([2; 16], now + 4 * CLOCK_MS), Err(RefusalCode::Replayed));
    }
}
