//! The signed body of an event: its fields, their canonical bytes and which kinds set which.

use std::collections::BTreeSet;

use crate::action::{Action, Hand, Kind, Mode};
use crate::cbor::{DecodeError, Reader, Writer, prefix, strict};
use crate::digest::labelled;
use crate::endpoint::Receipt;
use crate::ids::{Digest, EventId, FormId, Incarnation, PersonId, SeatId, WorkspaceId};
use crate::limit;
use crate::plan::Plan;

/// The only version of the rules (A2).
pub const RULES: u16 = 1;

/// A version of the registry: its number and the hash of that entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch {
    /// Number of the entry, from 1.
    pub number: u32,
    /// Hash of the entry.
    pub hash: Digest,
}

/// Place of an event in the log of its seat: for audit only, never a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogPlace {
    /// Life of the device's database.
    pub inc: Incarnation,
    /// Number in this seat's log, from 1.
    pub n: u64,
    /// The event before it in this log; none for the first.
    pub prev: Option<EventId>,
}

/// Who an event speaks of. Every rule about who signed speaks of the actor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// A person of the registry.
    Person(PersonId),
    /// Somebody without a record, by the name written on the paper.
    Outsider(String),
}

/// The body of an event. [`Event::encode`] and [`Event::decode`] give and take its one canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Version of the rules, [`RULES`].
    pub rules: u16,
    /// The workspace.
    pub ws: WorkspaceId,
    /// The form; none in its Create, whose id is the form's.
    pub form: Option<FormId>,
    /// Whose key signs.
    pub person: PersonId,
    /// The seat that signs.
    pub seat: SeatId,
    /// The registry as the author knew it (L1).
    pub epoch: Epoch,
    /// The latest events that the author knew; strictly ascending, at most 64 (A3).
    pub cites: Vec<EventId>,
    /// Save: the parent revision (the Create or a Save).
    pub prev: Option<EventId>,
    /// Approve, Return, Seal: the round, a Submit.
    pub round: Option<EventId>,
    /// Submit, Approve: the revision, a Save.
    pub rev: Option<EventId>,
    /// Save, Submit, Approve: digest of the content's snapshot.
    pub content: Option<Digest>,
    /// Create, Save, Submit, Approve: digest of the definition.
    pub def: Option<Digest>,
    /// Approve: index of the step in the plan.
    pub step: Option<u8>,
    /// Submit: the plan.
    pub plan: Option<Plan>,
    /// Place in the seat's log.
    pub log: LogPlace,
    /// The author's clock, milliseconds since 1970-01-01 UTC; decides nothing (F8).
    pub wall: i64,
    /// What is done.
    pub action: Action,
    /// Random, so that two equal actions have two ids.
    pub nonce: [u8; 16],
}

/// What can be read of any version of a body: `[rules, ws, form, kind, person, seat, epoch, …]`. It is as much as tells
/// whose signature must be on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Version of the rules.
    pub rules: u16,
    /// The workspace.
    pub ws: WorkspaceId,
    /// The form; none in a Create.
    pub form: Option<FormId>,
    /// The kind, which this program may not know.
    pub kind: u8,
    /// Whose key signs.
    pub person: PersonId,
    /// The author's seat.
    pub seat: SeatId,
    /// The registry entry that the author knew last.
    pub epoch: Epoch,
}

impl Header {
    /// Reads the header of a body of any rules (A2).
    ///
    /// # Errors
    /// The body is too large or does not begin with these fields.
    pub fn peek(body: &[u8]) -> Result<Self, DecodeError> {
        if body.len() > limit::BODY_BYTES {
            return Err(DecodeError::TooLarge);
        }
        prefix(body, Self::read)
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            rules: r.u16()?,
            ws: r.id()?,
            form: r.option(Reader::id)?,
            kind: r.u8(u8::MAX)?,
            person: r.id()?,
            seat: r.id()?,
            epoch: r.tuple(2, |r| Ok(Epoch { number: r.u32()?, hash: r.id()? }))?,
        })
    }
}

/// The id of an event: SM3 of `"qianban/event/1" 00 body`.
pub fn event_id(body: &[u8]) -> EventId {
    EventId(labelled("qianban/event/1", body))
}

impl Event {
    /// The canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.array(19).uint(self.rules).bytes(self.ws.0);
        w.option(self.form, |w, form| {
            w.bytes(form.0);
        });
        w.uint(self.action.kind() as u8).bytes(self.person.0).bytes(self.seat.0);
        w.array(2).uint(self.epoch.number).bytes(self.epoch.hash.0);
        w.list(&self.cites, |w, id| {
            w.bytes(id.0);
        });
        for id in [self.prev, self.round, self.rev] {
            w.option(id, |w, id| {
                w.bytes(id.0);
            });
        }
        for digest in [self.content, self.def] {
            w.option(digest, |w, digest| {
                w.bytes(digest.0);
            });
        }
        w.option(self.step, |w, step| {
            w.uint(step);
        });
        w.option(self.plan.as_ref(), |w, plan| {
            w.bytes(plan.encode());
        });
        w.array(3).bytes(self.log.inc.0).uint(self.log.n).option(self.log.prev, |w, id| {
            w.bytes(id.0);
        });
        w.int(self.wall).bytes(self.action.encode_args()).bytes(self.nonce);
        w.into_bytes()
    }

    /// Decodes a body strictly (A1, A2) and checks that exactly the fields of its kind are set.
    ///
    /// # Errors
    /// [`DecodeError::UnknownRules`] for newer rules; any other reason means the event is rejected.
    pub fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        let header = Header::peek(body)?;
        if header.rules != RULES {
            return Err(DecodeError::UnknownRules { rules: header.rules });
        }
        let event = strict(body, limit::BODY_BYTES, |r| r.tuple(19, Self::read), Self::encode)?;
        event.check_shape()?;
        Ok(event)
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let Header { rules, ws, form, kind, person, seat, epoch } = Header::read(r)?;
        Ok(Self {
            rules,
            ws,
            form,
            person,
            seat,
            epoch,
            cites: r.set(limit::CITES, Reader::id)?,
            prev: r.option(Reader::id)?,
            round: r.option(Reader::id)?,
            rev: r.option(Reader::id)?,
            content: r.option(Reader::id)?,
            def: r.option(Reader::id)?,
            step: r.option(|r| r.u8(u8::MAX))?,
            plan: r.option(|r| Plan::decode(r.bytes(limit::PLAN_BYTES)?))?,
            log: r.tuple(3, |r| {
                Ok(LogPlace { inc: r.id()?, n: r.uint(u64::MAX)?, prev: r.option(Reader::id)? })
            })?,
            wall: r.int()?,
            action: Action::decode_args(kind, r.bytes(limit::ARGS_BYTES)?)?,
            nonce: <[u8; 16]>::try_from(r.bytes(16)?).map_err(|_| DecodeError::OutOfRange)?,
        })
    }

    /// Which optional fields each kind sets: all of its own, and no others.
    fn check_shape(&self) -> Result<(), DecodeError> {
        let found = [
            self.form.is_some(),
            self.prev.is_some(),
            self.round.is_some(),
            self.rev.is_some(),
            self.content.is_some(),
            self.def.is_some(),
            self.step.is_some(),
            self.plan.is_some(),
        ];
        let set = |names: &str| {
            ["form", "prev", "round", "rev", "content", "def", "step", "plan"]
                .map(|name| names.split(' ').any(|n| n == name))
        };
        let expected = match self.action.kind() {
            Kind::Create => set("def"),
            Kind::Save => set("form prev content def"),
            Kind::Submit => set("form rev content def plan"),
            Kind::Approve => set("form round rev content def step"),
            Kind::Return | Kind::Seal => set("form round"),
            Kind::Resolve | Kind::Handover | Kind::Entry => set("form"),
        };
        if found == expected { Ok(()) } else { Err(DecodeError::WrongShape) }
    }

    /// The form this event belongs to, given its own id.
    pub fn form_of(&self, id: EventId) -> FormId {
        self.form.unwrap_or(FormId::from(id))
    }

    /// Which of the nine kinds this is.
    pub const fn kind(&self) -> Kind {
        self.action.kind()
    }

    /// Whether it takes part in the flow: everything but Entries.
    pub const fn is_flow(&self) -> bool {
        !matches!(self.action, Action::Entry { .. })
    }

    /// The same Seal holding a receipt over what it cites (L7b); any other event as it is.
    #[must_use]
    pub fn with_receipt(mut self, held: &Receipt) -> Self {
        if let Action::Seal { receipt, .. } = &mut self.action {
            *receipt = Some(held.encode());
        }
        self
    }

    /// The actor: the paper signer with ink, else the person acted for, else the author.
    pub fn actor(&self) -> Actor {
        match self.action.hand() {
            Some(Hand { mode: Mode::Ink, signer: Some(signer), .. }) => Actor::Person(*signer),
            Some(Hand { mode: Mode::Ink, outsider: Some(name), .. }) => Actor::Outsider(name.clone()),
            _ => Actor::Person(self.action.on_behalf().unwrap_or(self.person)),
        }
    }

    /// Everybody who stands behind a sign-off, ascending: the actor, and under a delegation also whoever signed for
    /// them. Separation of duties speaks of both (L4).
    pub fn signers(&self) -> BTreeSet<Actor> {
        let delegate = self.action.on_behalf().map(|_| Actor::Person(self.person));
        delegate.into_iter().chain([self.actor()]).collect()
    }
}
