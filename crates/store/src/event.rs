//! Signed events on the disk, and the one way in: verify, admit, store as received, fold, project, all in one
//! transaction.

use std::collections::BTreeMap;

use qianban_journal::{
    Action, Actor, Admission, Digest, Envelope, Event, EventId, FormId, FormLog, FormView, Illegal,
    Incarnation, Missing, RegistryChain, Rejected, SeatId, Signed, Unverified, Verified,
};
use rusqlite::{OptionalExtension, params};

use crate::blob::Holder;
use crate::row::id;
use crate::{LogHead, Reader, StoreError, Writer};

/// Signatures that are not worth a thread of their own.
const CHECKED_ALONE: usize = 32;

/// What became of one event (Y2). One bad event never stops the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemResult {
    /// Stored; an illegal event is kept as evidence, with the rule it breaks (L0).
    Stored(EventId, Result<(), Illegal>),
    /// It was here already.
    Duplicate(EventId),
    /// It cites what is not here (A5, A8): not stored, to be offered again after that.
    Pending(EventId, Missing),
    /// Its bytes, seat or signature are wrong, or its rules are newer (A1, A2, A4, A7): not stored.
    Unverified(EventId, Unverified),
    /// It can never be part of its form (A3, A4, A6): not stored.
    Rejected(EventId, Rejected),
}

/// An event at the door.
pub(crate) trait Offered {
    fn envelope(&self) -> &Envelope;
    fn check(&self, chain: &RegistryChain) -> Result<Verified, Unverified>;
}

impl Offered for Envelope {
    fn envelope(&self) -> &Envelope {
        self
    }

    fn check(&self, chain: &RegistryChain) -> Result<Verified, Unverified> {
        Verified::check(self, chain)
    }
}

impl Offered for Signed {
    fn envelope(&self) -> &Envelope {
        self.envelope()
    }

    fn check(&self, chain: &RegistryChain) -> Result<Verified, Unverified> {
        Verified::check_signed(self, chain)
    }
}

/// An event that came from elsewhere, with its signature looked at already: outside the transaction, and on every core.
#[derive(Clone, Debug)]
pub struct Checked {
    envelope: Envelope,
    outcome: Result<Verified, Unverified>,
}

impl Checked {
    /// Looks at every signature under one version of the registry. Later versions leave what was found as it is; what
    /// waited for one is looked at again at the door.
    pub fn all(envelopes: Vec<Envelope>, chain: &RegistryChain) -> Vec<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let share = envelopes.len().div_ceil(cores).max(CHECKED_ALONE);
        let check = |envelopes: &[Envelope]| -> Vec<_> {
            envelopes.iter().map(|envelope| Verified::check(envelope, chain)).collect()
        };
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let shares: Vec<_> =
                envelopes.chunks(share).map(|share| (share, scope.spawn(move || check(share)))).collect();
            let joined =
                shares.into_iter().map(|(share, thread)| thread.join().unwrap_or_else(|_| check(share)));
            joined.flatten().collect()
        });
        envelopes.into_iter().zip(outcomes).map(|(envelope, outcome)| Self { envelope, outcome }).collect()
    }

    /// The event's id.
    pub fn id(&self) -> EventId {
        self.envelope.id()
    }
}

impl Offered for Checked {
    fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    fn check(&self, chain: &RegistryChain) -> Result<Verified, Unverified> {
        match &self.outcome {
            Err(Unverified::Registry { .. }) => Verified::check(&self.envelope, chain),
            outcome => outcome.clone(),
        }
    }
}

impl Writer<'_> {
    /// Offers events in an order in which cited ones come first. Each is judged by itself; the views of the forms
    /// they belong to are brought up to date before this returns.
    pub fn append_events(&mut self, envelopes: &[Envelope]) -> Result<Vec<ItemResult>, StoreError> {
        self.append(envelopes)
    }

    /// Like [`Writer::append_events`] for events that this process signed a moment ago: their signatures are not
    /// verified once more.
    pub fn append_signed(&mut self, signed: &[Signed]) -> Result<Vec<ItemResult>, StoreError> {
        self.append(signed)
    }

    pub(crate) fn append(&mut self, offered: &[impl Offered]) -> Result<Vec<ItemResult>, StoreError> {
        let mut changed = BTreeMap::new();
        let mut results = Vec::with_capacity(offered.len());
        for event in offered {
            results.push(self.append_event(event, &mut changed)?);
        }
        for (form, before) in changed {
            self.project(form, before.as_ref())?;
        }
        Ok(results)
    }

    fn append_event(
        &mut self,
        offered: &impl Offered,
        changed: &mut BTreeMap<FormId, Option<FormView>>,
    ) -> Result<ItemResult, StoreError> {
        let envelope = offered.envelope();
        let id = envelope.id();
        if self.arrival(id)?.is_some() {
            return Ok(ItemResult::Duplicate(id));
        }
        let verified = match offered.check(&self.chain) {
            Ok(verified) => verified,
            Err(Unverified::Registry { number }) => {
                return Ok(ItemResult::Pending(id, Missing::Registry(number)));
            }
            Err(unverified) => return Ok(ItemResult::Unverified(id, unverified)),
        };
        let event = verified.event().clone();
        let form = event.form_of(id);
        let mut log = self.take_log(form)?;
        let before = if changed.contains_key(&form) { None } else { self.view_of(&log) };
        let admission = log.admit(verified, &self.chain);
        self.keep_log(log);
        Ok(match admission {
            Admission::Stored(legality) => {
                self.insert_event(id, form, &event, envelope, legality.is_ok())?;
                changed.entry(form).or_insert(before);
                ItemResult::Stored(id, legality)
            }
            Admission::Duplicate => ItemResult::Duplicate(id),
            Admission::Pending(missing) => ItemResult::Pending(id, missing),
            Admission::Rejected(rejected) => ItemResult::Rejected(id, rejected),
        })
    }

    fn insert_event(
        &mut self,
        id: EventId,
        form: FormId,
        event: &Event,
        envelope: &Envelope,
        legal: bool,
    ) -> Result<(), StoreError> {
        let actor = match event.actor() {
            Actor::Person(person) if person != event.person => Some(person),
            _ => None,
        };
        self.statement(
            "INSERT INTO event (id, form, kind, person, actor, seat, incarnation, n, legal, envelope)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            id.as_bytes(),
            form.as_bytes(),
            event.kind() as u8,
            event.person.as_bytes(),
            actor.as_ref().map(|actor| actor.as_bytes()),
            event.seat.as_bytes(),
            event.log.inc.as_bytes(),
            stored_n(event.log.n),
            legal,
            envelope.encode(),
        ])?;
        let arrival = self.connection().last_insert_rowid();
        self.no_longer_missing(id)?;
        for (cited, basis) in named(event) {
            self.statement(
                "INSERT INTO cite (event, cited, basis) SELECT ?1, arrival, ?3 FROM event WHERE id = ?2",
            )?
            .execute(params![arrival, cited.as_bytes(), basis])?;
        }
        if let Some(key) = self.arrival(form.into())? {
            for (digest, file) in needed(event) {
                self.note_need(digest, Holder::Form, key, file)?;
            }
        }
        self.statement(
            "INSERT INTO log_head (seat, incarnation, person, n, event) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET n = excluded.n, event = excluded.event WHERE excluded.n > n",
        )?
        .execute(params![
            event.seat.as_bytes(),
            event.log.inc.as_bytes(),
            event.person.as_bytes(),
            stored_n(event.log.n),
            id.as_bytes()
        ])?;
        Ok(())
    }
}

/// SQLite has no unsigned numbers; a log number over its range sorts as the largest. It is for audit only (F1, F5).
pub(crate) fn stored_n(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// What an event cites, and what its args name as basis.
pub(crate) fn named(event: &Event) -> impl Iterator<Item = (EventId, bool)> {
    let cited = event.cites.iter().map(|id| (*id, false));
    cited.chain(event.action.basis().iter().map(|id| (*id, true)))
}

/// The blobs and attachments an event names: content, definition, box, scanned page; whether it is an attachment.
pub(crate) fn needed(event: &Event) -> impl Iterator<Item = (Digest, bool)> {
    let scan = event.action.hand().and_then(|hand| hand.scan);
    let named = content_named(event).map(move |digest| (digest, Some(digest) == scan));
    named.chain(event.def.map(|def| (def, false)))
}

/// The same without the definition, which the registry names too.
pub(crate) fn content_named(event: &Event) -> impl Iterator<Item = Digest> + use<> {
    let boxed = match &event.action {
        Action::Approve { boxed, .. } | Action::Entry { boxed, .. } => *boxed,
        _ => None,
    };
    let scan = event.action.hand().and_then(|hand| hand.scan);
    [event.content, boxed, scan].into_iter().flatten()
}

impl Reader<'_> {
    /// The arrival number of an event, `None` if it is not here.
    pub(crate) fn arrival(&self, event: EventId) -> Result<Option<i64>, StoreError> {
        let mut statement = self.statement("SELECT arrival FROM event WHERE id = ?1")?;
        Ok(statement.query_row([event.as_bytes()], |row| row.get(0)).optional()?)
    }

    /// An event as it was received, `None` if it is not here.
    pub fn envelope(&self, event: EventId) -> Result<Option<Envelope>, StoreError> {
        let mut statement = self.statement("SELECT arrival, envelope FROM event WHERE id = ?1")?;
        let found = statement.query_row([event.as_bytes()], stored_envelope).optional()?;
        found.map(|(arrival, bytes)| decode(arrival, &bytes)).transpose()
    }

    /// All events of a form with their legality. Signatures were checked when they came in and are checked again by
    /// `verify` only. An event that does not read back is a [`StoreError::BadRow`].
    pub fn form_log(&self, form: FormId) -> Result<FormLog, StoreError> {
        let mut log = FormLog::new(form);
        let mut statement =
            self.statement("SELECT arrival, envelope FROM event WHERE form = ?1 ORDER BY arrival")?;
        for row in statement.query_map([form.as_bytes()], stored_envelope)? {
            let (arrival, bytes) = row?;
            let bad = StoreError::BadRow { table: "event", row: arrival };
            let envelope = decode(arrival, &bytes)?;
            match Verified::check_unsigned(&envelope, &self.chain).map(|event| log.admit(event, &self.chain))
            {
                Ok(Admission::Stored(_)) => {}
                // It was made under an entry that stands beside the chain, or builds on such an event (G2).
                Err(Unverified::Registry { .. }) | Ok(Admission::Pending(_)) if self.is_contested()? => {}
                _ => return Err(bad),
            }
        }
        Ok(log)
    }

    /// The last event of a device log, `None` for an empty one.
    pub fn log_head(&self, seat: SeatId, incarnation: Incarnation) -> Result<Option<LogHead>, StoreError> {
        let mut statement =
            self.statement("SELECT n, event FROM log_head WHERE seat = ?1 AND incarnation = ?2")?;
        let head = statement.query_row(params![seat.as_bytes(), incarnation.as_bytes()], |row| {
            Ok(LogHead { n: row.get(0)?, event: id(row, 1)? })
        });
        Ok(head.optional()?)
    }
}

fn stored_envelope(row: &rusqlite::Row<'_>) -> rusqlite::Result<(i64, Vec<u8>)> {
    Ok((row.get(0)?, row.get(1)?))
}

fn decode(arrival: i64, bytes: &[u8]) -> Result<Envelope, StoreError> {
    Envelope::decode(bytes).map_err(|_| StoreError::BadRow { table: "event", row: arrival })
}
