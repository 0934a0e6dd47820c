//! The arrival log and what is asked of it.

use std::fmt::Write;

use qianban_journal::{Digest, EndpointLog, EventId, FormId, WorkspaceId};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Transaction, params, params_from_iter};

use super::possession::{add_had, mention};
use super::{Result, count, number};
use crate::database::{
    Batch, Bucket, DatabaseError, EventRow, FormRow, Kept, NewEvent, Range, Readers, Sender,
};

/// A statement whose values are bound in the order in which its text is written.
pub(super) struct Query {
    text: String,
    values: Vec<Value>,
}

impl Query {
    pub(super) fn new(text: &str, values: impl IntoIterator<Item = Value>) -> Self {
        Self { text: text.to_owned(), values: values.into_iter().collect() }
    }

    pub(super) fn and(mut self, text: &str, values: impl IntoIterator<Item = Value>) -> Self {
        self.text.push_str(text);
        self.values.extend(values);
        self
    }

    /// ` IN (?, …)`.
    pub(super) fn among<'i>(mut self, items: impl IntoIterator<Item = &'i [u8]>) -> Self {
        self.text.push_str(" IN (");
        for (place, item) in items.into_iter().enumerate() {
            let _ = write!(self.text, "{}?", if place == 0 { "" } else { "," });
            self.values.push(Value::Blob(item.to_vec()));
        }
        self.text.push(')');
        self
    }

    /// Only rows whose `form` column may be read.
    pub(super) fn readable(self, form: &str, ws: WorkspaceId, readers: &Readers) -> Self {
        match readers {
            Readers::Every => self,
            Readers::Some(subjects) => self
                .and(
                    &format!(
                        " AND EXISTS (SELECT 1 FROM reach r WHERE r.form = {form} AND r.ws = ? AND r.subject"
                    ),
                    [Value::Blob(ws.0.to_vec())],
                )
                .among(subjects.iter().map(<[u8; 16]>::as_slice))
                .and(")", []),
        }
    }

    pub(super) fn rows<T>(
        self,
        c: &Connection,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = c.prepare_cached(&self.text)?;
        let rows = statement.query_map(params_from_iter(self.values), read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

pub(super) fn blob(bytes: impl AsRef<[u8]>) -> Value {
    Value::Blob(bytes.as_ref().to_vec())
}

pub(super) fn integer(value: u64) -> Value {
    Value::Integer(number(value))
}

fn event_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<EventRow> {
    Ok(EventRow { n: count(row.get(0)?), id: EventId(row.get(1)?), envelope: row.get(2)? })
}

pub(super) fn form(c: &Connection, ws: WorkspaceId, form: FormId) -> Result<Vec<Vec<u8>>> {
    let sql = "SELECT envelope FROM event WHERE ws = ?1 AND form = ?2 ORDER BY n";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map([&ws.0[..], &form.0], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn counts(c: &Connection, ws: WorkspaceId, forms: &[FormId]) -> Result<Vec<(FormId, u64)>> {
    Query::new("SELECT form, events FROM form WHERE ws = ? AND form", [blob(ws.0)])
        .among(forms.iter().map(|form| form.0.as_slice()))
        .and(" ORDER BY form", [])
        .rows(c, |row| Ok((FormId(row.get(0)?), count(row.get(1)?))))
}

pub(super) fn known(c: &Connection, ws: WorkspaceId, ids: &[EventId]) -> Result<Vec<EventId>> {
    Query::new("SELECT id FROM event WHERE ws = ? AND id", [blob(ws.0)])
        .among(ids.iter().map(|id| id.0.as_slice()))
        .and(" ORDER BY id", [])
        .rows(c, |row| row.get(0).map(EventId))
}

/// Takes room of the bureau for bytes that stay, and of the sender's day for bytes that were sent; false, and nothing
/// taken, if there is none.
pub(super) fn take_room(t: &Transaction<'_>, sender: Sender, stay: u64, sent: u64) -> Result<bool> {
    let Sender { ws, seat, day, room, .. } = sender;
    let sql = "SELECT bytes FROM bureau WHERE ws = ?1";
    let of_bureau: i64 = t.prepare_cached(sql)?.query_row([ws.0], |row| row.get(0))?;
    let sql = "SELECT bytes FROM usage WHERE ws = ?1 AND seat = ?2 AND day = ?3";
    let row = t.prepare_cached(sql)?.query_row(params![ws.0, seat.0, number(day)], |row| row.get(0));
    let of_seat: Option<i64> = row.optional()?;
    let used = of_seat.map_or(0, count);
    if count(of_bureau) + stay > room.bureau_bytes || used + sent > room.seat_day_bytes {
        return Ok(false);
    }
    if of_seat.is_none() {
        t.execute("DELETE FROM usage WHERE ws = ?1 AND seat = ?2", params![ws.0, seat.0])?;
    }
    let sql = "UPDATE bureau SET bytes = bytes + ?2 WHERE ws = ?1";
    t.prepare_cached(sql)?.execute(params![ws.0, number(stay)])?;
    let sql = "INSERT INTO usage (ws, seat, day, bytes) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (ws, seat, day) DO UPDATE SET bytes = bytes + excluded.bytes";
    t.prepare_cached(sql)?.execute(params![ws.0, seat.0, number(day), number(sent)])?;
    Ok(true)
}

pub(super) fn arrive(t: &Transaction<'_>, batch: &Batch) -> Result<Kept> {
    let ws = batch.sender.ws;
    let sql = "SELECT arrivals, log_root FROM bureau WHERE ws = ?1";
    let row = t.query_row(sql, [ws.0], |row| Ok((count(row.get(0)?), Digest(row.get(1)?)))).optional()?;
    let (arrivals, root) = row.ok_or(DatabaseError::Damaged { table: "bureau" })?;
    for touched in &batch.touched {
        let sql = "SELECT events FROM form WHERE ws = ?1 AND form = ?2";
        let here =
            t.prepare_cached(sql)?.query_row([&ws.0[..], &touched.form.0], |row| row.get(0).map(count));
        if here.optional()?.unwrap_or(0) != touched.known {
            return Ok(Kept::Moved);
        }
    }
    let bytes = batch.events.iter().map(|event| event.envelope.len() as u64).sum();
    if !take_room(t, batch.sender, bytes, bytes)? {
        return Ok(Kept::Full);
    }
    let mut log = EndpointLog::at(arrivals, root);
    for event in &batch.events {
        log.push(event.id);
        insert(t, ws, &log, event)?;
    }
    note(t, batch, log.n())?;
    t.execute(
        "UPDATE bureau SET arrivals = ?2, log_root = ?3 WHERE ws = ?1",
        params![ws.0, number(log.n()), log.root().0],
    )?;
    Ok(Kept::Stored)
}

fn insert(t: &Transaction<'_>, ws: WorkspaceId, log: &EndpointLog, event: &NewEvent) -> Result<()> {
    let sql = "INSERT INTO event (ws, n, id, form, root, envelope) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    t.prepare_cached(sql)?.execute(params![
        ws.0,
        number(log.n()),
        event.id.0,
        event.form.0,
        log.root().0,
        event.envelope
    ])?;
    Ok(())
}

/// What the batch says about its forms.
fn note(t: &Transaction<'_>, batch: &Batch, last: u64) -> Result<()> {
    let ws = batch.sender.ws;
    let mut form = t.prepare_cached(
        "INSERT INTO form (ws, form, ledger, events, changed) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (ws, form) DO UPDATE SET events = events + excluded.events, changed = excluded.changed",
    )?;
    for touched in &batch.touched {
        let (new, changed) = batch.added(touched.form, last);
        form.execute(params![ws.0, touched.form.0, touched.ledger.as_str(), number(new), number(changed)])?;
    }
    let mut reach = t.prepare_cached("INSERT INTO reach VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?;
    for (subject, form) in &batch.reach {
        reach.execute(params![ws.0, subject, form.0])?;
    }
    mention(t, ws, &batch.mentions)?;
    add_had(t, ws, &batch.had)
}

pub(super) fn range(c: &Connection, range: &Range) -> Result<Vec<EventRow>> {
    Query::new(
        "SELECT e.n, e.id, e.envelope FROM event e WHERE e.ws = ? AND e.n > ? AND e.n <= ?",
        [blob(range.ws.0), integer(range.after), integer(range.until)],
    )
    .readable("e.form", range.ws, &range.readers)
    .and(" ORDER BY e.n LIMIT ?", [integer(range.most as u64)])
    .rows(c, event_row)
}

pub(super) fn by_id(
    c: &Connection,
    ws: WorkspaceId,
    ids: &[EventId],
    readers: &Readers,
) -> Result<Vec<EventRow>> {
    Query::new("SELECT e.n, e.id, e.envelope FROM event e WHERE e.ws = ? AND e.id", [blob(ws.0)])
        .among(ids.iter().map(|id| id.0.as_slice()))
        .readable("e.form", ws, readers)
        .and(" ORDER BY e.n", [])
        .rows(c, event_row)
}

pub(super) fn bucket(c: &Connection, bucket: &Bucket) -> Result<Vec<EventId>> {
    let (first, last) = ([bucket.byte; 1], [[bucket.byte].as_slice(), &[0xff; 32]].concat());
    let after = bucket.after.map_or(vec![], |id| id.0.to_vec());
    Query::new(
        "SELECT e.id FROM event e WHERE e.ws = ? AND e.form >= ? AND e.form <= ? AND e.n <= ? AND e.id > ?",
        [blob(bucket.ws.0), blob(first), blob(last), integer(bucket.until), blob(after)],
    )
    .readable("e.form", bucket.ws, &bucket.readers)
    .and(" ORDER BY e.id LIMIT ?", [integer(bucket.most as u64)])
    .rows(c, |row| row.get(0).map(EventId))
}

pub(super) fn log_root(c: &Connection, ws: WorkspaceId, n: u64) -> Result<Option<Digest>> {
    let sql = "SELECT root FROM event WHERE ws = ?1 AND n = ?2";
    let row = c.prepare_cached(sql)?.query_row(params![ws.0, number(n)], |row| row.get(0).map(Digest));
    Ok(row.optional()?)
}

pub(super) fn changed(c: &Connection, range: &Range) -> Result<Vec<FormRow>> {
    Query::new(
        "SELECT f.form, f.changed FROM form f WHERE f.ws = ? AND f.changed > ? AND f.changed <= ?",
        [blob(range.ws.0), integer(range.after), integer(range.until)],
    )
    .readable("f.form", range.ws, &range.readers)
    .and(" ORDER BY f.changed, f.form LIMIT ?", [integer(range.most as u64)])
    .rows(c, |row| Ok(FormRow { form: FormId(row.get(0)?), changed: count(row.get(1)?) }))
}

pub(super) fn may_read(c: &Connection, ws: WorkspaceId, form: FormId, readers: &Readers) -> Result<bool> {
    let found = Query::new("SELECT 1 FROM form f WHERE f.ws = ? AND f.form = ?", [blob(ws.0), blob(form.0)])
        .readable("f.form", ws, readers)
        .rows(c, |_| Ok(()))?;
    Ok(!found.is_empty())
}
