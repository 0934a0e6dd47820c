//! A seat lets a key of its PC speak for it on the wire.

use qianban_journal::cbor::{Reader, Writer};
use qianban_journal::{
    DecodeError, PublicKey, Registry, SeatId, Signature, Signer, SuiteError, WorkspaceId, digest,
    limit as bounds,
};

use crate::RefusalCode;
use crate::limit;
use crate::message::Message;

/// What the seat's key signs, once, when its owner has just typed the password: `[ws, seat, key, until]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The workspace.
    pub ws: WorkspaceId,
    /// The seat that is spoken for.
    pub seat: SeatId,
    /// The key that signs requests; never the seat's own.
    pub key: PublicKey,
    /// Until when, milliseconds since 1970, by the server's clock.
    pub until_ms: i64,
}

impl Session {
    fn signed_bytes(&self) -> Vec<u8> {
        [b"qianban/session/1\0".as_slice(), &digest(&self.encode()).0].concat()
    }

    /// Signs with the seat's key.
    ///
    /// # Errors
    /// The key cannot sign.
    pub fn sign(self, seat: &dyn Signer) -> Result<SignedSession, SuiteError> {
        let sig = seat.sign(&self.signed_bytes())?;
        Ok(SignedSession { session: self, sig })
    }
}

impl Message for Session {
    const MAX_BYTES: usize = 256;

    fn write(&self, w: &mut Writer) {
        w.array(4).bytes(self.ws.0).bytes(self.seat.0);
        self.key.write(w);
        w.int(self.until_ms);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.tuple(4, |r| Ok(Self { ws: r.id()?, seat: r.id()?, key: PublicKey::read(r)?, until_ms: r.int()? }))
    }
}

/// A session with the seat's signature: `[session, sig]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedSession {
    /// What was signed.
    pub session: Session,
    /// By the seat's key.
    pub sig: Signature,
}

impl SignedSession {
    /// Whether the seat is certified now and let this key speak for it, all but the dates, which are looked at for every
    /// request ([`SignedSession::check_dates`]).
    ///
    /// # Errors
    /// [`RefusalCode::NotCertified`], [`RefusalCode::Proof`].
    pub fn check_seat(&self, registry: Registry<'_>) -> Result<(), RefusalCode> {
        let seat = registry.seat(self.session.seat).ok_or(RefusalCode::NotCertified)?;
        let public = &seat.certificate.public;
        if self.session.key == *public {
            return Err(RefusalCode::Proof);
        }
        public.verify(&self.session.signed_bytes(), &self.sig).map_err(|_| RefusalCode::Proof)
    }

    /// Whether the session is in its time.
    ///
    /// # Errors
    /// [`RefusalCode::SessionOver`]: over, or to last longer than sessions do.
    pub const fn check_dates(&self, now_ms: i64) -> Result<(), RefusalCode> {
        let left_ms = self.session.until_ms.saturating_sub(now_ms);
        if left_ms > 0 && left_ms <= limit::SESSION_MS { Ok(()) } else { Err(RefusalCode::SessionOver) }
    }
}

impl Message for SignedSession {
    const MAX_BYTES: usize = Session::MAX_BYTES + 128;

    fn write(&self, w: &mut Writer) {
        w.array(2);
        self.session.write(w);
        w.bytes(self.sig);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.tuple(2, |r| Ok(Self { session: Session::read(r)?, sig: read_signature(r)? }))
    }
}

/// A raw signature.
pub(crate) fn read_signature(r: &mut Reader<'_>) -> Result<Signature, DecodeError> {
    Signature::try_from(r.bytes(bounds::SIGNATURE_BYTES)?).map_err(|_| DecodeError::OutOfRange)
}
