//! Who sends a request: its method, target, body, time and audience, signed by the key of a session.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use qianban_journal::cbor::{Reader, Writer};
use qianban_journal::{DecodeError, Digest, Incarnation, Signature, Signer, SuiteError, digest};
use thiserror::Error;

use crate::RefusalCode;
use crate::limit;
use crate::message::Message;
use crate::session::{SignedSession, read_signature};

/// The header is `authorization: Qianban <base64url of the proof>`.
pub const AUTHORIZATION_SCHEME: &str = "Qianban";

/// What is asked, of whom and when; all of it is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim<'a> {
    /// `GET`, `HEAD`, `POST` or `PUT`.
    pub method: &'a str,
    /// Path and query as sent, without scheme and host: a proxy may change those.
    pub target: &'a str,
    /// SM3 of the body; of nothing where there is none.
    pub body: Digest,
    /// The server that is asked: a proof shown to one is of no use at another.
    pub incarnation: Incarnation,
    /// When, milliseconds since 1970, by the server's clock.
    pub at_ms: i64,
    /// Random, so that no two requests have one proof.
    pub nonce: [u8; 16],
}

impl Claim<'_> {
    /// `"qianban/request/1" 00 SM3([method, target, body, incarnation, at, nonce, SM3(session)])`.
    fn signed_bytes(&self, session: &SignedSession) -> Vec<u8> {
        let mut w = Writer::new();
        w.array(7).text(self.method).text(self.target).bytes(self.body.0).bytes(self.incarnation.0);
        w.int(self.at_ms).bytes(self.nonce).bytes(digest(&session.encode()).0);
        [b"qianban/request/1\0".as_slice(), &digest(&w.into_bytes()).0].concat()
    }
}

/// Why a header is no proof of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProofError {
    /// Another scheme, not base64, or not a proof.
    #[error("not a proof")]
    Malformed,
    /// The signature does not hold for this request.
    #[error("the signature is not valid")]
    Signature,
}

impl From<ProofError> for RefusalCode {
    fn from(_: ProofError) -> Self {
        Self::Proof
    }
}

/// The proof of one request: `[session, body, incarnation, at, nonce, sig]`.
///
/// The body's digest stands in it, so that the signature is checked before a byte of the body is taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Who may sign.
    pub session: SignedSession,
    /// SM3 of the body.
    pub body: Digest,
    /// The server that is asked.
    pub incarnation: Incarnation,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
    /// Random.
    pub nonce: [u8; 16],
    /// By the session's key.
    pub sig: Signature,
}

impl Proof {
    /// Signs a request with the session's key.
    ///
    /// # Errors
    /// The key cannot sign.
    pub fn sign(session: SignedSession, claim: &Claim<'_>, key: &dyn Signer) -> Result<Self, SuiteError> {
        let sig = key.sign(&claim.signed_bytes(&session))?;
        let Claim { body, incarnation, at_ms, nonce, .. } = *claim;
        Ok(Self { session, body, incarnation, at_ms, nonce, sig })
    }

    /// The value of the header.
    #[must_use]
    pub fn to_header(&self) -> String {
        format!("{AUTHORIZATION_SCHEME} {}", URL_SAFE_NO_PAD.encode(self.encode()))
    }

    /// Reads the header; nothing is verified.
    ///
    /// # Errors
    /// [`ProofError::Malformed`].
    pub fn from_header(value: &str) -> Result<Self, ProofError> {
        let (scheme, text) = value.split_once(' ').ok_or(ProofError::Malformed)?;
        if scheme != AUTHORIZATION_SCHEME || text.len() > limit::PROOF_BYTES.div_ceil(3) * 4 {
            return Err(ProofError::Malformed);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| ProofError::Malformed)?;
        Self::decode(&bytes).map_err(|_| ProofError::Malformed)
    }

    /// Whether the session's key signed just this method and target with what the proof says. That the session itself
    /// holds is [`SignedSession::check_seat`].
    ///
    /// # Errors
    /// [`ProofError::Signature`].
    pub fn check(&self, method: &str, target: &str) -> Result<(), ProofError> {
        let Self { session, body, incarnation, at_ms, nonce, sig } = self;
        let claim =
            Claim { method, target, body: *body, incarnation: *incarnation, at_ms: *at_ms, nonce: *nonce };
        session.session.key.verify(&claim.signed_bytes(session), sig).map_err(|_| ProofError::Signature)
    }

    /// Whether the request is of now.
    ///
    /// # Errors
    /// [`RefusalCode::Clock`].
    pub const fn check_time(&self, now_ms: i64) -> Result<(), RefusalCode> {
        let apart_ms = now_ms.saturating_sub(self.at_ms);
        if apart_ms >= -limit::CLOCK_MS && apart_ms <= limit::CLOCK_MS {
            Ok(())
        } else {
            Err(RefusalCode::Clock)
        }
    }
}

impl Message for Proof {
    const MAX_BYTES: usize = limit::PROOF_BYTES;

    fn write(&self, w: &mut Writer) {
        w.array(6);
        self.session.write(w);
        w.bytes(self.body.0).bytes(self.incarnation.0).int(self.at_ms).bytes(self.nonce).bytes(self.sig);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.tuple(6, |r| {
            Ok(Self {
                session: SignedSession::read(r)?,
                body: r.id()?,
                incarnation: r.id()?,
                at_ms: r.int()?,
                nonce: <[u8; 16]>::try_from(r.bytes(16)?).map_err(|_| DecodeError::OutOfRange)?,
                sig: read_signature(r)?,
            })
        })
    }
}
