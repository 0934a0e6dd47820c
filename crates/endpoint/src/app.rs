//! One running instance: what all requests share.

use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

use qianban_journal::{Digest, Incarnation, SealingPc, SeatId, Sm2Key, WorkspaceId};
use tokio::sync::Semaphore;

use crate::bureau::Bureaus;
use crate::clock::day_of;
use crate::database::{Database, Room, Sender};
use crate::guard::{Line, Origin, Proofs, Rates};
use crate::limit;
use crate::long_blobs::LongBlobs;
use crate::metrics::Metrics;
use crate::quota::Quota;
use crate::recent::Recent;

/// What all requests share.
pub struct App {
    pub(crate) database: Arc<dyn Database>,
    pub(crate) incarnation: Incarnation,
    pub(crate) key: Sm2Key,
    pub(crate) bureaus: Bureaus,
    pub(crate) long: LongBlobs,
    pub(crate) quota: Quota,
    pub(crate) proofs: Mutex<Proofs>,
    pub(crate) rates: Mutex<Rates<SeatId>>,
    /// Proofs that failed, by where they came from, and the line where such proofs are checked.
    pub(crate) failed: Mutex<Rates<Origin>>,
    pub(crate) slowed: Line,
    /// Callers without a proof, all together.
    pub(crate) open_rate: Mutex<Rates<()>>,
    /// Sessions that were verified, with the registry's number at that time.
    pub(crate) sessions: Mutex<Recent<Digest, u32>>,
    /// When each caller was heard last, milliseconds since 1970.
    heard: Mutex<HashMap<SeatId, i64>>,
    pub(crate) verifying: Arc<Semaphore>,
    pub(crate) metrics: Metrics,
}

impl App {
    /// An instance on a database and a place for long blobs, with the endpoint's key.
    pub async fn new(
        database: Arc<dyn Database>,
        long: impl Into<LongBlobs>,
        key: Sm2Key,
        quota: Quota,
    ) -> Result<Self, crate::database::DatabaseError> {
        let long = long.into();
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let (per_second, at_once) = (quota.requests_per_second, quota.requests_at_once);
        Ok(Self {
            incarnation: database.incarnation().await?,
            bureaus: Bureaus::new(Arc::clone(&database), long.clone()),
            database,
            key,
            long,
            quota,
            proofs: Mutex::default(),
            rates: Mutex::new(Rates::new(per_second, at_once)),
            failed: Mutex::new(Rates::new(limit::FAILED_PER_SECOND, limit::FAILED_AT_ONCE)),
            slowed: Line::default(),
            open_rate: Mutex::new(Rates::new(limit::OPEN_PER_SECOND, limit::OPEN_PER_SECOND * 10)),
            sessions: Mutex::new(Recent::new(limit::CACHED_SESSIONS)),
            heard: Mutex::default(),
            verifying: Arc::new(Semaphore::new(cores)),
            metrics: Metrics::default(),
        })
    }

    /// Notes a caller whose proof held.
    pub(crate) fn hear(&self, seat: SeatId, now_ms: i64) {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.len() < limit::HEARD || heard.contains_key(&seat) {
            heard.insert(seat, now_ms);
        }
    }

    /// The seats that asked since the start, each with the time of its last request, milliseconds since 1970.
    #[must_use]
    pub fn heard(&self) -> Vec<(SeatId, i64)> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.iter().map(|(seat, at_ms)| (*seat, *at_ms)).collect()
    }

    /// How many connections are open, for the figures.
    #[must_use]
    pub fn connection_count(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.metrics.connections)
    }

    /// Whose room is used by what a seat sends now.
    pub(crate) fn sender(&self, ws: WorkspaceId, seat: SeatId, pc: SealingPc, now_ms: i64) -> Sender {
        let Quota { bureau_bytes, seat_day_bytes, .. } = self.quota;
        Sender { ws, seat, pc: pc.into(), day: day_of(now_ms), room: Room { bureau_bytes, seat_day_bytes } }
    }
}
