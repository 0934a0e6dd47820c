//! How often somebody may ask, and that no proof is used twice. Both are kept by each instance for itself: a request
//! that is repeated at another one does nothing twice, and tells only what its sender was told already.

use std::collections::HashSet;
use std::hash::Hash;
use std::net::IpAddr;
use std::time::Instant;

use qianban_journal::SeatId;
use qianban_protocol::RefusalCode;
use qianban_protocol::limit::CLOCK_MS;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::limit::{REMEMBERED_PROOFS, SLOWED};
use crate::recent::Recent;

/// Requests whose buckets are remembered: whoever has not asked for as many requests of others has a full one.
const BUCKETS: usize = 10_000;

/// A bucket of requests for each caller, filled steadily.
pub(crate) struct Rates<K> {
    per_second: f64,
    at_once: f64,
    buckets: Recent<K, (f64, Instant)>,
}

impl<K: Eq + Hash> Rates<K> {
    pub(crate) fn new(per_second: u32, at_once: u32) -> Self {
        Self { per_second: per_second.into(), at_once: at_once.max(1).into(), buckets: Recent::new(BUCKETS) }
    }

    /// Takes so many requests out; else after how many seconds there will be as many.
    pub(crate) fn take(&mut self, caller: K, cost: u32, now: Instant) -> Result<(), u32> {
        let cost = f64::from(cost).min(self.at_once);
        let left = self.left(&caller, now);
        let taken = left >= cost;
        self.buckets.put(caller, (if taken { left - cost } else { left }, now), 1);
        if taken { Ok(()) } else { Err(((cost - left) / self.per_second.max(0.001)).ceil() as u32) }
    }

    /// Whether a caller has asked as often as it may.
    pub(crate) fn is_empty(&mut self, caller: K, now: Instant) -> bool {
        let left = self.left(&caller, now);
        self.buckets.put(caller, (left, now), 1);
        left < 1.0
    }

    fn left(&mut self, caller: &K, now: Instant) -> f64 {
        let (left, at) = self.buckets.take(caller).unwrap_or((self.at_once, now));
        (left + now.duration_since(at).as_secs_f64() * self.per_second).min(self.at_once)
    }
}

/// From where proofs fail: an address, and under a session that did hold also the seat. Behind a reverse proxy all PCs
/// have one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Origin {
    address: IpAddr,
    seat: Option<SeatId>,
}

impl Origin {
    /// Of IPv6 the network counts: whoever has one has all its addresses.
    pub(crate) fn new(address: IpAddr, seat: Option<SeatId>) -> Self {
        let address = match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
            v4 => v4,
        };
        Self { address, seat }
    }
}

/// Where proofs are checked one at a time that come from where too many have failed. Nobody is turned away for what
/// others sent from the same address; they only stand in one line, so that all of them together cost no more than one.
pub(crate) struct Line {
    standing: Semaphore,
    turn: Semaphore,
}

impl Default for Line {
    fn default() -> Self {
        Self { standing: Semaphore::new(SLOWED), turn: Semaphore::new(1) }
    }
}

impl Line {
    /// Waits for its turn, which ends with the answer.
    ///
    /// # Errors
    /// [`RefusalCode::Busy`] when as many stand there as may.
    pub(crate) async fn stand(&self) -> Result<[SemaphorePermit<'_>; 2], RefusalCode> {
        let place = self.standing.try_acquire().map_err(|_| RefusalCode::Busy)?;
        let turn = self.turn.acquire().await.map_err(|_| RefusalCode::Busy)?;
        Ok([place, turn])
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
    fn whoever_asks_on_is_remembered_among_any_number_of_others() {
        let (mut rates, start) = (Rates::new(1, 2), Instant::now());
        assert_eq!((rates.take(0, 2, start), rates.is_empty(0, start)), (Ok(()), true));
        for caller in 1..=5 * BUCKETS {
            assert_eq!(rates.take(caller, 1, start), Ok(()));
            assert_eq!(rates.take(0, 1, start), Err(1));
        }
        assert!(!rates.is_empty(0, start + Duration::from_secs(1)));
    }

    #[tokio::test]
    async fn a_line_is_short_and_moves_one_at_a_time() {
        let line = std::sync::Arc::new(Line::default());
        let first = line.stand().await.expect("nobody stands there");
        let others: Vec<_> = (1..SLOWED)
            .map(|_| {
                let line = std::sync::Arc::clone(&line);
                tokio::spawn(async move { line.stand().await.map(drop) })
            })
            .collect();
        while line.standing.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(line.stand().await.map(drop), Err(RefusalCode::Busy), "no place is left");
        assert!(others.iter().all(|other| !other.is_finished()), "one at a time");
        drop(first);
        for other in others {
            assert_eq!(other.await.expect("ended"), Ok(()), "each has its turn");
        }
    }

    #[test]
    fn of_an_address_its_network_counts() {
        let of = |text: &str| Origin::new(text.parse().expect("an address"), None);
        assert_eq!(of("2001:db8:0:1::7"), of("2001:db8:0:1:8::"));
        assert_ne!(of("2001:db8:0:1::7"), of("2001:db8:0:2::7"));
        assert_eq!(of("::ffff:10.1.2.3"), of("10.1.2.3"));
        assert_ne!(of("10.1.2.3"), of("10.1.2.4"));
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
