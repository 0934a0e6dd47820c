//! The door for what others made: each event is judged by itself, and what waits for something is kept within bounds (Y2,
//! A8). An event that was refused is never remembered by its id alone (A9).

use qianban_journal::{Envelope, EventId, FormId, Header, Missing, Rejected, Unverified, limit};
use rusqlite::{OptionalExtension, Row, params};

use crate::event::{Checked, ItemResult, Offered};
use crate::peer::PeerKey;
use crate::row::id;
use crate::{Reader, StoreError, Writer};

/// Events of one transaction of an import.
pub const BATCH_EVENTS: usize = 500;
/// Events of one peer that may wait (A8).
pub const PENDING_EVENTS_MAX: u64 = limit::PENDING_EVENTS as u64;
/// Bytes of one peer's events that may wait (A8).
pub const PENDING_BYTES_MAX: u64 = limit::PENDING_BYTES as u64;
/// Events of one form that one peer may let wait (A8).
pub const PENDING_OF_FORM_MAX: u64 = limit::PENDING_FORM_EVENTS as u64;
/// Refused items that are remembered for the eyes of people.
pub const REFUSED_MAX: u32 = 1_000;

/// Events that wait for nothing any more, the oldest first.
const READY: &str = "SELECT place, peer, envelope FROM pending p WHERE registry IS NULL AND rules IS NULL
    AND NOT EXISTS (SELECT 1 FROM pending_need n WHERE n.pending = p.place) ORDER BY place LIMIT ?1";

/// What an event waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Another event of its form.
    Event(EventId),
    /// A registry entry.
    Registry(u32),
    /// A newer program, which knows these rules (A2).
    Program(u16),
    /// Nothing any more: it is taken in next.
    Nothing,
}

/// An event that waits here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingRow {
    /// The event.
    pub event: EventId,
    /// Its form.
    pub form: FormId,
    /// From whom it came.
    pub peer: String,
    /// What is missing.
    pub waiting: Waiting,
}

/// An item that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedRow {
    /// The id that its bytes have.
    pub event: EventId,
    /// From whom it came.
    pub peer: String,
    /// The rule, such as `A7-SIGNATURE`.
    pub code: String,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
}

/// Why an event waits, as it is stored.
struct Hold {
    registry: Option<u32>,
    rules: Option<u16>,
    needs: Vec<EventId>,
}

impl Writer<'_> {
    /// Takes a peer's events, at most [`BATCH_EVENTS`] of them, and notes that the peer holds what is here now.
    pub fn take_events(
        &mut self,
        peer: PeerKey,
        offered: &[Checked],
        now_ms: i64,
    ) -> Result<Vec<ItemResult>, StoreError> {
        let results = self.append(offered)?;
        for (offered, result) in offered.iter().zip(&results) {
            self.settle(peer, offered.envelope(), result, now_ms)?;
        }
        Ok(results)
    }

    /// Takes in what waits for nothing any more, at most [`BATCH_EVENTS`] events; empty when there is none. Stored
    /// events may free others: ask again until it is empty.
    pub fn take_pending(&mut self, now_ms: i64) -> Result<Vec<ItemResult>, StoreError> {
        let ready = self.ready()?;
        let mut results = Vec::with_capacity(ready.len());
        let envelopes = ready.iter().map(|(_, _, envelope)| envelope.clone()).collect();
        let checked = Checked::all(envelopes, &self.chain);
        for ((place, peer, _), checked) in ready.iter().zip(&checked) {
            self.release(*place)?;
            results.extend(self.take_events(*peer, std::slice::from_ref(checked), now_ms)?);
        }
        Ok(results)
    }

    /// Looks again at what waited for a newer program.
    pub(crate) fn wake_opaque(&mut self) -> Result<(), StoreError> {
        self.statement("UPDATE pending SET rules = NULL WHERE rules <= ?1")?
            .execute([qianban_journal::RULES])?;
        Ok(())
    }

    fn settle(
        &mut self,
        peer: PeerKey,
        envelope: &Envelope,
        result: &ItemResult,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let hold = |registry, rules, needs| Hold { registry, rules, needs };
        match result {
            ItemResult::Stored(id, _) | ItemResult::Duplicate(id) => {
                self.forget_pending(*id)?;
                self.note_have(peer, &[*id])
            }
            ItemResult::Pending(id, Missing::Events(needs)) => {
                self.hold(peer, *id, envelope, hold(None, None, needs.clone()), now_ms)
            }
            ItemResult::Pending(id, Missing::Registry(number)) => {
                self.hold(peer, *id, envelope, hold(Some(*number), None, Vec::new()), now_ms)
            }
            ItemResult::Unverified(id, Unverified::Opaque { rules }) => {
                self.hold(peer, *id, envelope, hold(None, Some(*rules), Vec::new()), now_ms)
            }
            ItemResult::Unverified(id, unverified) => self.note_refused(peer, *id, unverified.code(), now_ms),
            ItemResult::Rejected(id, rejected) => self.note_refused(peer, *id, rejected.code(), now_ms),
        }
    }

    /// Keeps an event that waits; the oldest that nobody waits for goes when there are too many (A8). Dropping is safe:
    /// the peer has it and offers it again.
    fn hold(
        &mut self,
        peer: PeerKey,
        id: EventId,
        envelope: &Envelope,
        hold: Hold,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let header = Header::peek(&envelope.body).ok();
        let form = header.and_then(|header| header.form).unwrap_or(FormId::from(id));
        let (mut needs, mut registry) = (Vec::with_capacity(hold.needs.len()), hold.registry);
        for need in hold.needs {
            match self.form_of(need)? {
                None => needs.push(need),
                // It is here and not folded, because of a fork of the registry (G2): only another entry helps.
                Some(found) if found == form && self.is_unfolded(form, need)? => {
                    registry = Some(self.registry().head().map_or(1, |head| head.number + 1));
                }
                // It came later in the same batch.
                Some(found) if found == form => {}
                // It is here, and of another form: no waiting ever mends that (A4).
                Some(_) => return self.note_refused(peer, id, Rejected::OtherForm.code(), now_ms),
            }
        }
        let bytes = envelope.encode();
        let size = bytes.len() as u64;
        let kept = self
            .statement(
                "INSERT INTO pending (id, sig, sig2, form, peer, registry, rules, envelope)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                id.as_bytes(),
                &envelope.sig[..],
                envelope.sig2.as_ref().map_or(&[][..], |sig| &sig[..]),
                form.as_bytes(),
                peer.0,
                registry,
                hold.rules,
                bytes
            ])?;
        if kept == 0 {
            return Ok(());
        }
        let place = self.connection().last_insert_rowid();
        for need in &needs {
            self.statement("INSERT INTO pending_need (id, pending) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
                .execute(params![need.as_bytes(), place])?;
        }
        self.count_held(peer, 1, size as i64)?;
        while self.pending_of_form(peer, form)? > PENDING_OF_FORM_MAX {
            self.drop_oldest(peer, Some(form))?;
        }
        loop {
            let (held, bytes) = self.held(peer)?;
            if held <= PENDING_EVENTS_MAX && bytes <= PENDING_BYTES_MAX {
                return Ok(());
            }
            self.drop_oldest(peer, None)?;
        }
    }

    /// Drops what a peer let wait first, of one form or of all: what nothing waits for before the rest.
    fn drop_oldest(&mut self, peer: PeerKey, form: Option<FormId>) -> Result<(), StoreError> {
        let of_form = if form.is_some() { "form = ?2" } else { "?2 IS NULL" };
        let oldest = format!("SELECT place FROM pending p WHERE peer = ?1 AND {of_form}");
        let unsolicited = format!("{oldest} AND NOT EXISTS (SELECT 1 FROM pending_need n WHERE n.id = p.id)");
        let values = params![peer.0, form.as_ref().map(|form| form.as_bytes())];
        for sql in [unsolicited, oldest] {
            let mut statement = self.statement(&format!("{sql} ORDER BY place LIMIT 1"))?;
            if let Some(place) = statement.query_row(values, |row| row.get(0)).optional()? {
                drop(statement);
                return self.release(place);
            }
        }
        Ok(())
    }

    fn count_held(&mut self, peer: PeerKey, events: i64, bytes: i64) -> Result<(), StoreError> {
        self.statement(
            "UPDATE peer_cursor SET held = held + ?2, held_bytes = held_bytes + ?3 WHERE peer = ?1",
        )?
        .execute(params![peer.0, events, bytes])?;
        Ok(())
    }

    /// Whether an event that is here is not part of its folded form.
    fn is_unfolded(&mut self, form: FormId, event: EventId) -> Result<bool, StoreError> {
        Ok(self.is_contested()? && self.form_log(form)?.event(event).is_none())
    }

    /// Takes a waiting event out of the table.
    fn release(&mut self, place: i64) -> Result<(), StoreError> {
        let row = self
            .statement("DELETE FROM pending WHERE place = ?1 RETURNING peer, length(envelope)")?
            .query_row([place], |row| Ok((PeerKey(row.get(0)?), row.get::<_, i64>(1)?)))
            .optional()?;
        row.map_or(Ok(()), |(peer, bytes)| self.count_held(peer, -1, -bytes))
    }

    /// An event is here: whatever waited under its id goes, with whatever signature it came.
    fn forget_pending(&mut self, event: EventId) -> Result<(), StoreError> {
        let places: Vec<i64> = {
            let mut statement = self.statement("SELECT place FROM pending WHERE id = ?1")?;
            let rows = statement.query_map([event.as_bytes()], |row| row.get(0))?;
            rows.collect::<Result<_, _>>()?
        };
        places.into_iter().try_for_each(|place| self.release(place))
    }

    /// An event is here: nothing waits for it any more.
    pub(crate) fn no_longer_missing(&mut self, event: EventId) -> Result<(), StoreError> {
        self.statement("DELETE FROM pending_need WHERE id = ?1")?.execute([event.as_bytes()])?;
        Ok(())
    }

    /// A registry entry is here: nothing waits for it any more.
    pub(crate) fn no_longer_unknown(&mut self, number: u32) -> Result<(), StoreError> {
        self.statement("UPDATE pending SET registry = NULL WHERE registry <= ?1")?.execute([number])?;
        Ok(())
    }

    /// Remembers for the eyes of people that an item was refused.
    pub fn note_refused(
        &mut self,
        peer: PeerKey,
        id: EventId,
        code: &str,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        self.statement("INSERT INTO refused (peer, id, code, at_ms) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![peer.0, id.as_bytes(), code, now_ms])?;
        self.statement("DELETE FROM refused WHERE place <= (SELECT max(place) FROM refused) - ?1")?
            .execute([REFUSED_MAX])?;
        Ok(())
    }

    fn ready(&self) -> Result<Vec<(i64, PeerKey, Envelope)>, StoreError> {
        let mut statement = self.statement(READY)?;
        let rows = statement.query_map([BATCH_EVENTS as i64], |row| {
            Ok((row.get(0)?, PeerKey(row.get(1)?), row.get::<_, Vec<u8>>(2)?))
        })?;
        let read = |(place, peer, bytes): (i64, PeerKey, Vec<u8>)| {
            let bad = StoreError::BadRow { table: "pending", row: place };
            Ok((place, peer, Envelope::decode(&bytes).map_err(|_| bad)?))
        };
        rows.map(|row| read(row?)).collect()
    }
}

impl Reader<'_> {
    fn held(&self, peer: PeerKey) -> Result<(u64, u64), StoreError> {
        let mut statement = self.statement("SELECT held, held_bytes FROM peer_cursor WHERE peer = ?1")?;
        Ok(statement.query_row([peer.0], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    fn form_of(&self, event: EventId) -> Result<Option<FormId>, StoreError> {
        let mut statement = self.statement("SELECT form FROM event WHERE id = ?1")?;
        Ok(statement.query_row([event.as_bytes()], |row| id(row, 0)).optional()?)
    }

    fn pending_of_form(&self, peer: PeerKey, form: FormId) -> Result<u64, StoreError> {
        let mut statement = self.statement("SELECT count(*) FROM pending WHERE form = ?1 AND peer = ?2")?;
        Ok(statement.query_row(params![form.as_bytes(), peer.0], |row| row.get(0))?)
    }

    /// Whether something waits for nothing any more.
    pub fn has_ready(&self) -> Result<bool, StoreError> {
        let mut statement = self.statement(READY)?;
        Ok(statement.exists([1_i64])?)
    }

    /// How many events wait.
    pub fn pending_count(&self) -> Result<u64, StoreError> {
        Ok(self.statement("SELECT count(*) FROM pending")?.query_row([], |row| row.get(0))?)
    }

    /// Events that wait, the oldest first, at most `limit`.
    pub fn pending(&self, limit: u32) -> Result<Vec<PendingRow>, StoreError> {
        let mut statement = self.statement(
            "SELECT p.id, p.form, c.name, p.registry, p.rules,
                 (SELECT n.id FROM pending_need n WHERE n.pending = p.place LIMIT 1)
             FROM pending p JOIN peer_cursor c USING (peer) ORDER BY p.place LIMIT ?1",
        )?;
        let rows = statement.query_map([limit], pending_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether events of newer rules belong to this form (A2): it is kept and forwarded, and not worked on.
    pub fn is_opaque(&self, form: FormId) -> Result<bool, StoreError> {
        let mut statement = self.statement("SELECT 1 FROM pending WHERE form = ?1 AND rules IS NOT NULL")?;
        Ok(statement.exists([form.as_bytes()])?)
    }

    /// Events of newer rules as they were received: they go on to others (A2).
    pub fn opaque(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut statement =
            self.statement("SELECT envelope FROM pending WHERE rules IS NOT NULL ORDER BY place")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Items that were refused, the last one first, at most `limit`.
    pub fn refused(&self, limit: u32) -> Result<Vec<RefusedRow>, StoreError> {
        let mut statement = self.statement(
            "SELECT r.id, c.name, r.code, r.at_ms FROM refused r JOIN peer_cursor c USING (peer)
             ORDER BY r.place DESC LIMIT ?1",
        )?;
        let rows = statement.query_map([limit], |row| {
            Ok(RefusedRow { event: id(row, 0)?, peer: row.get(1)?, code: row.get(2)?, at_ms: row.get(3)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn pending_row(row: &Row<'_>) -> rusqlite::Result<PendingRow> {
    let (registry, rules): (Option<u32>, Option<u16>) = (row.get(3)?, row.get(4)?);
    let need: Option<EventId> = crate::row::id_or_null(row, 5)?;
    let waiting = match (registry, rules, need) {
        (_, Some(rules), _) => Waiting::Program(rules),
        (Some(number), ..) => Waiting::Registry(number),
        (_, _, Some(event)) => Waiting::Event(event),
        _ => Waiting::Nothing,
    };
    Ok(PendingRow { event: id(row, 0)?, form: id(row, 1)?, peer: row.get(2)?, waiting })
}
