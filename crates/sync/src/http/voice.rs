//! The key that speaks for a seat on the wire.

use qianban_journal::{SeatId, Signer, Sm2Key, SuiteError, WorkspaceId};
use qianban_protocol::{Session, SignedSession, limit};

use super::wire::Caller;

/// A key of this PC for which a seat has signed. It can sign no event, lives in memory only, and is wiped when dropped.
pub struct Voice {
    session: SignedSession,
    key: Sm2Key,
}

impl Voice {
    /// The seat's key lets `key` speak for it, for half of the longest time: the clock of this PC may be as far off in
    /// either direction.
    ///
    /// # Errors
    /// The seat's key cannot sign.
    pub fn open(
        ws: WorkspaceId,
        seat: SeatId,
        owner: &dyn Signer,
        key: Sm2Key,
        now_ms: i64,
    ) -> Result<Self, SuiteError> {
        let until_ms = now_ms.saturating_add(limit::SESSION_MS / 2);
        let session = Session { ws, seat, key: key.public(), until_ms }.sign(owner)?;
        Ok(Self { session, key })
    }

    /// Who asks, with a clock and randomness.
    #[must_use]
    pub fn caller<'a>(
        &'a self,
        now_ms: &'a dyn Fn() -> i64,
        nonce: &'a dyn Fn() -> Option<[u8; 16]>,
    ) -> Caller<'a> {
        Caller { session: &self.session, key: &self.key, now_ms, nonce }
    }
}
