//! What travels and is stored: a body with its signatures, and the step from bytes to a verified event.

use thiserror::Error;

use crate::cbor::{DecodeError, Reader, Writer, strict};
use crate::event::{Epoch, Event, Header, event_id};
use crate::ids::{EventId, PersonId, SeatId, WorkspaceId};
use crate::limit;
use crate::registry::{RegistryChain, SealingPc, Seat};
use crate::suite::{PublicKey, Signature, Signer, Sm2Key, SuiteError};

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
        strict(
            bytes,
            limit::ENVELOPE_BYTES,
            |r| {
                r.tuple(4, |r| {
                    Ok(Self {
                        body: r.bytes(limit::BODY_BYTES)?.to_vec(),
                        suite: r.u8(u8::MAX)?,
                        sig: r.signature()?,
                        sig2: r.option(Reader::signature)?,
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

/// An event that was signed in this process, by the key it names: its signature need not be verified again. Nothing
/// but [`Signed::new`] makes one, and nothing changes it.
#[derive(Debug, Clone)]
pub struct Signed {
    envelope: Envelope,
    event: Event,
    public: PublicKey,
}

impl Signed {
    /// Signs an event with a key in memory, whose public half was computed from it. Other signers, who only say what
    /// their public half is, sign with [`sign`] and are verified.
    ///
    /// # Errors
    /// As [`sign`].
    pub fn new(event: &Event, key: &Sm2Key) -> Result<Self, SignError> {
        Ok(Self { envelope: sign(event, key)?, event: event.clone(), public: key.public() })
    }

    /// What is stored and travels.
    pub const fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// The event's id.
    pub fn id(&self) -> EventId {
        self.envelope.id()
    }
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
        let (verified, seat) = Self::of_seat(envelope.id(), decoded(envelope)?, envelope, chain)?;
        seat.certificate
            .public
            .verify(&signed_bytes(verified.id), &envelope.sig)
            .map_err(|_| Unverified::Signature)?;
        Ok(verified)
    }

    /// Like [`Verified::check`] for an event that this process signed: that the seat is certified for the very key that
    /// signed stands for the arithmetic of the signature.
    ///
    /// # Errors
    /// See [`Unverified`]; `Signature` when another key signed than the seat's.
    pub fn check_signed(signed: &Signed, chain: &RegistryChain) -> Result<Self, Unverified> {
        let (envelope, event) = (&signed.envelope, signed.event.clone());
        let (verified, seat) = Self::of_seat(envelope.id(), event, envelope, chain)?;
        if seat.certificate.public == signed.public { Ok(verified) } else { Err(Unverified::Signature) }
    }

    /// Like [`Verified::check`] without the arithmetic of the signature: for events that this store has
    /// verified before and guards itself.
    ///
    /// # Errors
    /// See [`Unverified`].
    pub fn check_unsigned(envelope: &Envelope, chain: &RegistryChain) -> Result<Self, Unverified> {
        Self::of_seat(envelope.id(), decoded(envelope)?, envelope, chain).map(|(verified, _)| verified)
    }

    /// All but the signature, and the seat whose key must have made it.
    fn of_seat<'c>(
        id: EventId,
        event: Event,
        envelope: &Envelope,
        chain: &'c RegistryChain,
    ) -> Result<(Self, &'c Seat), Unverified> {
        let seat = signing_seat(envelope, (event.ws, event.epoch), (event.person, event.seat), chain)?;
        if seat.certificate.incarnation != event.log.inc {
            return Err(Unverified::Seat);
        }
        Ok((Self { id, event, pc: seat.certificate.pc() }, seat))
    }

    /// The id.
    pub const fn id(&self) -> EventId {
        self.id
    }

    /// The event.
    pub const fn event(&self) -> &Event {
        &self.event
    }

    /// The PC of the seat.
    pub const fn pc(&self) -> SealingPc {
        self.pc
    }
}

impl Header {
    /// Checks what can be checked of an event that only a newer program can read (A2): its workspace, the registry entry
    /// that it names, its seat and its signature (A4, A5, A7). The incarnation, the body and what it builds on cannot be.
    ///
    /// # Errors
    /// See [`Unverified`]; only `Registry` may be tried again later.
    pub fn check(envelope: &Envelope, chain: &RegistryChain) -> Result<Self, Unverified> {
        let header = Self::peek(&envelope.body).map_err(Unverified::Body)?;
        let author = (header.person, header.seat);
        let seat = signing_seat(envelope, (header.ws, header.epoch), author, chain)?;
        let signed = signed_bytes(envelope.id());
        seat.certificate.public.verify(&signed, &envelope.sig).map_err(|_| Unverified::Signature)?;
        Ok(header)
    }
}

/// The seat whose key must have signed (A4, A5, A7).
fn signing_seat<'c>(
    envelope: &Envelope,
    (ws, epoch): (WorkspaceId, Epoch),
    (person, seat): (PersonId, SeatId),
    chain: &'c RegistryChain,
) -> Result<&'c Seat, Unverified> {
    check_workspace(ws, chain)?;
    let registry = chain.epoch(epoch).ok_or(Unverified::Registry { number: epoch.number })?;
    let seat = registry.seat(seat).ok_or(Unverified::Seat)?;
    if seat.certificate.person != person {
        return Err(Unverified::Seat);
    }
    if envelope.suite != registry.suite() || envelope.sig2.is_some() {
        return Err(Unverified::Suite);
    }
    Ok(seat)
}

fn decoded(envelope: &Envelope) -> Result<Event, Unverified> {
    Event::decode(&envelope.body).map_err(|error| match error {
        DecodeError::UnknownRules { rules } => Unverified::Opaque { rules },
        error => Unverified::Body(error),
    })
}

fn check_workspace(ws: WorkspaceId, chain: &RegistryChain) -> Result<(), Unverified> {
    if chain.workspace().is_none_or(|ours| ours == ws) { Ok(()) } else { Err(Unverified::Workspace) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Author, Certificate, Change, DeviceId, Digest, Incarnation, Ledger, LogPlace, NoBlobs, PersonId,
        Quorum, RegistryEntry, SM2_SM3, UnitId, seat_id,
    };

    const WS: WorkspaceId = WorkspaceId([7; 16]);
    const INC: Incarnation = Incarnation([4; 16]);

    fn key(byte: u8) -> Sm2Key {
        Sm2Key::from_bytes(&[byte; 32]).expect("a key")
    }

    /// A bureau whose founder's seat holds `key`, and the first event of a form by that seat.
    fn founded(key: &Sm2Key) -> (RegistryChain, Event) {
        let person = PersonId([1; 16]);
        let (device, public) = (DeviceId([3; 16]), key.public());
        let founder = Certificate { person, device, incarnation: INC, public: public.clone() };
        let seat = seat_id(WS, &founder);
        let body = Change::Found {
            name: "样例县财政局".into(),
            level: "county".into(),
            suite: SM2_SM3,
            quorum: Quorum::single(person, public),
            founder,
            code: "01".into(),
        };
        let mut entry = RegistryEntry { ws: WS, number: 1, prev: None, body, sigs: Vec::new() };
        entry.sign(0, key).expect("signs");
        let mut chain = RegistryChain::new(entry.hash());
        chain.append(&entry, &NoBlobs).expect("founds");
        let epoch = chain.head().expect("an entry");
        let log = LogPlace { inc: INC, n: 1, prev: None };
        let author = Author { ws: WS, person, seat, epoch, log, wall: 0, nonce: [0; 16] };
        (chain, author.create(Digest([5; 32]), Ledger::from("permission"), UnitId([9; 16])))
    }

    #[test]
    fn what_this_process_signed_is_what_would_be_verified() {
        let (chain, event) = founded(&key(7));
        let signed = Signed::new(&event, &key(7)).expect("signs");
        let verified = Verified::check(signed.envelope(), &chain).expect("a good signature");
        assert_eq!(Verified::check_signed(&signed, &chain), Ok(verified));
    }

    #[test]
    fn a_key_that_is_not_the_seats_opens_no_door() {
        let (chain, event) = founded(&key(7));
        let other = Signed::new(&event, &key(8)).expect("signs");
        assert_eq!(Verified::check_signed(&other, &chain), Err(Unverified::Signature));
        assert_eq!(Verified::check(other.envelope(), &chain), Err(Unverified::Signature));
        let (elsewhere, _) = founded(&key(9));
        let signed = Signed::new(&event, &key(7)).expect("signs");
        assert!(Verified::check_signed(&signed, &elsewhere).is_err(), "another bureau's registry");
    }
}
