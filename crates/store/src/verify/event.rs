//! Events: every id, signature and column against the signed bytes.

use std::collections::BTreeSet;

use qianban_journal::{Actor, Envelope, Event, EventId, FormId, RegistryChain, Unverified, Verified};
use rusqlite::Row;

use super::{Check, Sequence, Stop, Wrong};
use crate::blob::Holder;
use crate::event::{named, needed, stored_n};
use crate::row::{id, id_or_null};

/// The columns of an event.
struct EventRow {
    arrival: i64,
    id: EventId,
    form: FormId,
    kind: u8,
    person: Vec<u8>,
    actor: Option<[u8; 16]>,
    seat: Vec<u8>,
    incarnation: Vec<u8>,
    n: i64,
    envelope: Vec<u8>,
}

impl EventRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            arrival: row.get(0)?,
            id: id(row, 1)?,
            form: id(row, 2)?,
            kind: row.get(3)?,
            person: row.get(4)?,
            actor: id_or_null(row, 5)?,
            seat: row.get(6)?,
            incarnation: row.get(7)?,
            n: row.get(8)?,
            envelope: row.get(9)?,
        })
    }

    /// Whether the columns say what the signed bytes say.
    fn says(&self, event: &Event) -> bool {
        let actor = match event.actor() {
            Actor::Person(person) if person != event.person => Some(person.0),
            _ => None,
        };
        self.form == event.form_of(self.id)
            && self.kind == event.kind() as u8
            && self.person == event.person.0
            && self.actor == actor
            && self.seat == event.seat.0
            && self.incarnation == event.log.inc.0
            && self.n == stored_n(event.log.n)
    }
}

impl Check<'_> {
    pub(super) fn events(&mut self, chain: &RegistryChain) -> Result<(), Stop> {
        let mut sequence = Sequence(0);
        let mut statement = self.reader.statement(
            "SELECT arrival, id, form, kind, person, actor, seat, incarnation, n, envelope FROM event ORDER BY arrival",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let arrival = row.get(0)?;
            self.step()?;
            for hole in sequence.holes_before(arrival) {
                self.fault("event", hole, Wrong::Missing)?;
            }
            let Some(row) = self.readable("event", arrival, EventRow::read(row))? else { continue };
            if let Some(wrong) = self.event(&row, chain)? {
                self.bad.insert(row.form);
                self.fault("event", row.arrival, wrong)?;
            }
        }
        let ever = self.highest_ever("event")?;
        for hole in sequence.holes_before(ever + 1) {
            self.fault("event", hole, Wrong::Missing)?;
        }
        Ok(())
    }

    fn event(&mut self, row: &EventRow, chain: &RegistryChain) -> Result<Option<Wrong>, Stop> {
        let Ok(envelope) = Envelope::decode(&row.envelope) else { return Ok(Some(Wrong::Unreadable)) };
        if envelope.id() != row.id {
            return Ok(Some(Wrong::Digest));
        }
        let verified = match Verified::check(&envelope, chain) {
            Ok(verified) => verified,
            Err(Unverified::Body(_) | Unverified::Opaque { .. }) => return Ok(Some(Wrong::Unreadable)),
            // Under an entry beside the chain (G2) its seat cannot be looked up; its id stands.
            Err(Unverified::Registry { .. }) if self.reader.is_contested()? => return Ok(None),
            Err(Unverified::Registry { .. }) => return Ok(Some(Wrong::Chain)),
            Err(_) => return Ok(Some(Wrong::Signature)),
        };
        let event = verified.event();
        if !row.says(event) || self.cites(row.arrival)? != named(event).collect() {
            return Ok(Some(Wrong::Column));
        }
        let key = self.reader.arrival(row.form.into())?;
        let named = needed(event).map(|(digest, _)| digest);
        let noted = self.are_noted(Holder::Form, key.unwrap_or_default(), named)?;
        Ok((!noted).then_some(Wrong::Column))
    }

    /// What the table `cite` says an event cites; a cited row that is gone makes the set smaller.
    fn cites(&self, arrival: i64) -> Result<BTreeSet<(EventId, bool)>, Stop> {
        let mut statement = self.reader.statement(
            "SELECT e.id, c.basis FROM cite c JOIN event e ON e.arrival = c.cited WHERE c.event = ?1",
        )?;
        let rows = statement.query_map([arrival], |row| Ok((id(row, 0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
