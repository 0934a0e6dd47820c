//! What travels and is stored: a body with its signatures, and the step from bytes to a verified event.

use thiserror::Error;

use crate::cbor::{DecodeError, Reader, Writer, strict};
use crate::event::{Event, event_id};
use crate::ids::{EventId, WorkspaceId};
use crate::limit;
use crate::registry::{RegistryChain, SealingPc};
use crate::suite::{Signature, Signer, SuiteError};

/// `[body, suite, sig, sig2|null]`: the unit of storage and transfer (Y1). Kept verbatim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Canonical bytes of an [`Event`], at most 8 KiB.
    pub body: Vec<u8>,
    /// The suite of `sig`.
    pub suite: u8,
    /// The seat's signature over the event's id.
    pub sig: Signature,
    /// Signature of a USB key. Reserved: an envelope that has one is refused.
    pub sig2: Option<Signature>,
}

impl Envelope {
    /// The canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.array(4).bytes(&self.body).uint(self.suite).bytes(self.sig).option(self.sig2, |w, sig2| {
            w.bytes(sig2);
        });
        w.into_bytes()
    }

    /// Decodes strictly; the body is looked at only by [`Verified::check`].
    ///
    /// # Errors
    /// Not canonical or over a limit.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let signature =
            |r: &mut Reader<'_>| Signature::try_from(r.bytes(64)?).map_err(|_| DecodeError::OutOfRange);
        strict(
            bytes,
            limit::ENVELOPE_BYTES,
            |r| {
                r.tuple(4, |r| {
                    Ok(Self {
                        body: r.bytes(limit::BODY_BYTES)?.to_vec(),
                        suite: r.u8(u8::MAX)?,
                        sig: signature(r)?,
                        sig2: r.option(signature)?,
                    })
                })
            },
            Self::encode,
        )
    }

    /// The event's id. It covers the body alone: another valid signature is the same event.
    pub fn id(&self) -> EventId {
        event_id(&self.body)
    }
}

/// The bytes that are signed: `"qianban/sig/1" 00 id`.
pub fn signed_bytes(id: EventId) -> Vec<u8> {
    [b"qianban/sig/1\0".as_slice(), &id.0].concat()
}

/// Signs an event with the author's key.
///
/// # Errors
/// The event breaks a limit or its shape (its own [`Event::decode`] would refuse it), or the key cannot sign.
pub fn sign(event: &Event, signer: &dyn Signer) -> Result<Envelope, SignError> {
    let body = event.encode();
    Event::decode(&body)?;
    let sig = signer.sign(&signed_bytes(event_id(&body)))?;
    Ok(Envelope { body, suite: signer.public().suite(), sig, sig2: None })
}

/// Why an event cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignError {
    /// The event has no canonical form within the limits.
    #[error("the event cannot be encoded: {0}")]
    Encode(#[from] DecodeError),
    /// The key refused.
    #[error("the key cannot sign: {0}")]
    Key(#[from] SuiteError),
}

/// Why an envelope is not (yet) a verified event: rules A1, A2, A4 (workspace), A5 and A7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unverified {
    /// A1: the body is not canonical, too large or misshapen. Rejected.
    #[error("A1: {0}")]
    Body(DecodeError),
    /// A2: the rules are newer. Store, forward and show 需要新版本; do not fold this form.
    #[error("A2: rules {rules} are newer than this program")]
    Opaque {
        /// The version found.
        rules: u16,
    },
    /// A4: another workspace. Rejected.
    #[error("A4: belongs to another workspace")]
    Workspace,
    /// A5: the registry entry it names is not here. Pending.
    #[error("A5: registry entry {number} is not here")]
    Registry {
        /// The entry that is missing.
        number: u32,
    },
    /// A7: no such seat is certified for this person and incarnation at that epoch. Rejected.
    #[error("A7: the seat is not certified")]
    Seat,
    /// A7: the suite is not the workspace's, or a second signature is set. Rejected.
    #[error("A7: another suite")]
    Suite,
    /// A7: the signature is wrong. Rejected, and not remembered by id (A9).
    #[error("A7: the signature is not valid")]
    Signature,
}

impl Unverified {
    /// The stable code, such as `A7-SIGNATURE`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Body(_) => "A1-BODY",
            Self::Opaque { .. } => "A2-RULES",
            Self::Workspace => "A4-WORKSPACE",
            Self::Registry { .. } => "A5-REGISTRY",
            Self::Seat => "A7-SEAT",
            Self::Suite => "A7-SUITE",
            Self::Signature => "A7-SIGNATURE",
        }
    }
}

/// An event whose bytes, seat and signature have been checked. The only road into a [`crate::FormLog`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub(crate) id: EventId,
    pub(crate) event: Event,
    /// Device and incarnation of the seat.
    pub(crate) pc: SealingPc,
}

impl Verified {
    /// Checks an envelope against the registry (A1, A2, A4, A5, A7).
    ///
    /// # Errors
    /// See [`Unverified`]; only `Registry` may be tried again later, and `Opaque` is kept.
    pub fn check(envelope: &Envelope, chain: &RegistryChain) -> Result<Self, Unverified> {
        let verified = Self::check_unsigned(envelope, chain)?;
        let registry = chain.epoch(verified.event.epoch).ok_or(Unverified::Seat)?;
        let seat = registry.seat(verified.event.seat).ok_or(Unverified::Seat)?;
        seat.certificate
            .public
            .verify(&signed_bytes(verified.id), &envelope.sig)
            .map_err(|_| Unverified::Signature)?;
        Ok(verified)
    }

    /// Like [`Verified::check`] without the arithmetic of the signature: for events that this store has
    /// verified before and guards itself.
    ///
    /// # Errors
    /// See [`Unverified`].
    pub fn check_unsigned(envelope: &Envelope, chain: &RegistryChain) -> Result<Self, Unverified> {
        let event = Event::decode(&envelope.body).map_err(|error| match error {
            DecodeError::UnknownRules { rules } => Unverified::Opaque { rules },
            error => Unverified::Body(error),
        })?;
        check_workspace(event.ws, chain)?;
        let registry = chain.epoch(event.epoch).ok_or(Unverified::Registry { number: event.epoch.number })?;
        let seat = registry.seat(event.seat).ok_or(Unverified::Seat)?;
        if seat.certificate.person != event.person || seat.certificate.incarnation != event.log.inc {
            return Err(Unverified::Seat);
        }
        if envelope.suite != registry.suite() || envelope.sig2.is_some() {
            return Err(Unverified::Suite);
        }
        let pc = seat.certificate.pc();
        Ok(Self { id: envelope.id(), event, pc })
    }

    /// The id.
    pub const fn id(&self) -> EventId {
        self.id
    }

    /// The event.
    pub const fn event(&self) -> &Event {
        &self.event
    }
}

fn check_workspace(ws: WorkspaceId, chain: &RegistryChain) -> Result<(), Unverified> {
    if chain.workspace().is_none_or(|ours| ours == ws) { Ok(()) } else { Err(Unverified::Workspace) }
}
