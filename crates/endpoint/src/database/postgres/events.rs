//! The arrival log and what is asked of it.

use std::collections::BTreeMap;

use deadpool_postgres::{Object, Transaction};
use qianban_journal::{Digest, EndpointLog, EventId, FormId, WorkspaceId};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::possession::{add_had, mention};
use super::{Result, count, id, number, subjects};
use crate::database::{Batch, Bucket, DatabaseError, EventRow, FormRow, Kept, Range, Readers, Sender};

/// Rows whose form may be read: `$2` are the subjects, none for every form.
const READABLE: &str = "($2::bytea[] IS NULL OR EXISTS (SELECT 1 FROM reach r \
     WHERE r.ws = $1 AND r.form = t.form AND r.subject = ANY($2)))";

/// How many events of some forms are here.
const COUNTS: &str = "SELECT form, events FROM form WHERE ws = $1 AND form = ANY($2) ORDER BY form";

async fn rows(client: &Object, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>> {
    let statement = client.prepare_cached(sql).await?;
    Ok(client.query(&statement, values).await?)
}

async fn run(t: &Transaction<'_>, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<u64> {
    let statement = t.prepare_cached(sql).await?;
    Ok(t.execute(&statement, values).await?)
}

async fn row(t: &Transaction<'_>, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Option<Row>> {
    let statement = t.prepare_cached(sql).await?;
    Ok(t.query_opt(&statement, values).await?)
}

fn event_row(row: &Row) -> Result<EventRow> {
    Ok(EventRow { n: count(row, 0)?, id: id(row, 1, "event")?, envelope: row.try_get(2)? })
}

pub(super) async fn form(client: &Object, ws: WorkspaceId, form: FormId) -> Result<Vec<Vec<u8>>> {
    let sql = "SELECT envelope FROM event WHERE ws = $1 AND form = $2 ORDER BY n";
    let rows = rows(client, sql, &[&ws.0.as_slice(), &form.0.as_slice()]).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

pub(super) async fn counts(client: &Object, ws: WorkspaceId, forms: &[FormId]) -> Result<Vec<(FormId, u64)>> {
    let forms: Vec<&[u8]> = forms.iter().map(|form| form.0.as_slice()).collect();
    rows(client, COUNTS, &[&ws.0.as_slice(), &forms]).await?.iter().map(form_count).collect()
}

pub(super) async fn known(client: &Object, ws: WorkspaceId, ids: &[EventId]) -> Result<Vec<EventId>> {
    let ids: Vec<&[u8]> = ids.iter().map(|id| id.0.as_slice()).collect();
    let sql = "SELECT id FROM event WHERE ws = $1 AND id = ANY($2) ORDER BY id";
    let rows = rows(client, sql, &[&ws.0.as_slice(), &ids]).await?;
    rows.iter().map(|row| id(row, 0, "event")).collect()
}

/// The bureau's row, locked until the transaction ends.
pub(super) async fn lock(t: &Transaction<'_>, ws: WorkspaceId) -> Result<Row> {
    let sql = "SELECT arrivals, log_root, bytes FROM bureau WHERE ws = $1 FOR UPDATE";
    row(t, sql, &[&ws.0.as_slice()]).await?.ok_or(DatabaseError::Damaged { table: "bureau" })
}

/// Takes room under the row lock: of the bureau for bytes that stay, and of the sender's day for bytes that were sent;
/// false, and nothing taken, if there is none.
pub(super) async fn take_room(
    t: &Transaction<'_>,
    bureau: &Row,
    sender: Sender,
    stay: u64,
    sent: u64,
) -> Result<bool> {
    let Sender { ws, seat, day, room, .. } = sender;
    let (ws, seat, day) = (ws.0.as_slice(), seat.0.as_slice(), number(day));
    let sql = "SELECT bytes FROM usage WHERE ws = $1 AND seat = $2 AND day = $3";
    let of_seat = row(t, sql, &[&ws, &seat, &day]).await?.map(|row| count(&row, 0)).transpose()?;
    let used = of_seat.unwrap_or(0);
    if count(bureau, 2)? + stay > room.bureau_bytes || used + sent > room.seat_day_bytes {
        return Ok(false);
    }
    if of_seat.is_none() {
        run(t, "DELETE FROM usage WHERE ws = $1 AND seat = $2", &[&ws, &seat]).await?;
    }
    let (stay, sent) = (number(stay), number(sent));
    run(t, "UPDATE bureau SET bytes = bytes + $2 WHERE ws = $1", &[&ws, &stay]).await?;
    let sql = "INSERT INTO usage (ws, seat, day, bytes) VALUES ($1, $2, $3, $4)
         ON CONFLICT (ws, seat, day) DO UPDATE SET bytes = usage.bytes + excluded.bytes";
    run(t, sql, &[&ws, &seat, &day, &sent]).await?;
    Ok(true)
}

pub(super) async fn arrive(client: &mut Object, batch: &Batch) -> Result<Kept> {
    let t = client.transaction().await?;
    let bureau = lock(&t, batch.sender.ws).await?;
    if !is_as_known(&t, batch).await? {
        return Ok(Kept::Moved);
    }
    let bytes = batch.events.iter().map(|event| event.envelope.len() as u64).sum();
    if !take_room(&t, &bureau, batch.sender, bytes, bytes).await? {
        return Ok(Kept::Full);
    }
    let log = insert(&t, batch, EndpointLog::at(count(&bureau, 0)?, id(&bureau, 1, "bureau")?)).await?;
    note(&t, batch, log.n()).await?;
    let sql = "UPDATE bureau SET arrivals = $2, log_root = $3 WHERE ws = $1";
    let (n, root) = (number(log.n()), log.root());
    run(&t, sql, &[&batch.sender.ws.0.as_slice(), &n, &root.0.as_slice()]).await?;
    t.commit().await?;
    Ok(Kept::Stored)
}

/// Whether the forms have just the events that were known when the new ones were judged.
async fn is_as_known(t: &Transaction<'_>, batch: &Batch) -> Result<bool> {
    let forms: Vec<&[u8]> = batch.touched.iter().map(|touched| touched.form.0.as_slice()).collect();
    let statement = t.prepare_cached(COUNTS).await?;
    let rows = t.query(&statement, &[&batch.sender.ws.0.as_slice(), &forms]).await?;
    let here = rows.iter().map(form_count).collect::<Result<BTreeMap<FormId, u64>>>()?;
    Ok(batch.touched.iter().all(|touched| here.get(&touched.form).copied().unwrap_or(0) == touched.known))
}

fn form_count(row: &Row) -> Result<(FormId, u64)> {
    Ok((id(row, 0, "form")?, count(row, 1)?))
}

async fn insert(t: &Transaction<'_>, batch: &Batch, mut log: EndpointLog) -> Result<EndpointLog> {
    let (mut numbers, mut roots) = (Vec::new(), Vec::new());
    for event in &batch.events {
        log.push(event.id);
        numbers.push(number(log.n()));
        roots.push(log.root().0.to_vec());
    }
    let ids: Vec<&[u8]> = batch.events.iter().map(|event| event.id.0.as_slice()).collect();
    let forms: Vec<&[u8]> = batch.events.iter().map(|event| event.form.0.as_slice()).collect();
    let envelopes: Vec<&[u8]> = batch.events.iter().map(|event| event.envelope.as_slice()).collect();
    let sql = "INSERT INTO event (ws, n, id, form, root, envelope) SELECT $1, u.* \
         FROM UNNEST($2::bigint[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[]) u";
    run(t, sql, &[&batch.sender.ws.0.as_slice(), &numbers, &ids, &forms, &roots, &envelopes]).await?;
    Ok(log)
}

/// What the batch says about its forms.
async fn note(t: &Transaction<'_>, batch: &Batch, last: u64) -> Result<()> {
    let ws = batch.sender.ws.0.as_slice();
    let forms: Vec<&[u8]> = batch.touched.iter().map(|touched| touched.form.0.as_slice()).collect();
    let ledgers: Vec<&str> = batch.touched.iter().map(|touched| touched.ledger.as_str()).collect();
    let added: Vec<(u64, u64)> =
        batch.touched.iter().map(|touched| batch.added(touched.form, last)).collect();
    let counts: Vec<i64> = added.iter().map(|(count, _)| number(*count)).collect();
    let changes: Vec<i64> = added.iter().map(|(_, changed)| number(*changed)).collect();
    let sql = "INSERT INTO form (ws, form, ledger, events, changed) SELECT $1, u.* \
         FROM UNNEST($2::bytea[], $3::text[], $4::bigint[], $5::bigint[]) u \
         ON CONFLICT (ws, form) DO UPDATE SET events = form.events + excluded.events, changed = excluded.changed";
    run(t, sql, &[&ws, &forms, &ledgers, &counts, &changes]).await?;
    let subjects: Vec<&[u8]> = batch.reach.iter().map(|(subject, _)| subject.as_slice()).collect();
    let forms: Vec<&[u8]> = batch.reach.iter().map(|(_, form)| form.0.as_slice()).collect();
    let sql = "INSERT INTO reach (ws, subject, form) SELECT $1, u.* FROM UNNEST($2::bytea[], $3::bytea[]) u \
         ON CONFLICT DO NOTHING";
    run(t, sql, &[&ws, &subjects, &forms]).await?;
    mention(t, batch.sender.ws, &batch.mentions).await?;
    add_had(t, batch.sender.ws, &batch.had).await
}

pub(super) async fn range(client: &Object, range: &Range) -> Result<Vec<EventRow>> {
    let sql = format!(
        "SELECT t.n, t.id, t.envelope FROM event t WHERE t.ws = $1 AND t.n > $3 AND t.n <= $4 AND {READABLE} \
         ORDER BY t.n LIMIT $5"
    );
    let (after, until, most) = (number(range.after), number(range.until), number(range.most as u64));
    let readers = subjects(&range.readers);
    let rows = rows(client, &sql, &[&range.ws.0.as_slice(), &readers, &after, &until, &most]).await?;
    rows.iter().map(event_row).collect()
}

pub(super) async fn by_id(
    client: &Object,
    ws: WorkspaceId,
    ids: &[EventId],
    readers: &Readers,
) -> Result<Vec<EventRow>> {
    let sql = format!(
        "SELECT t.n, t.id, t.envelope FROM event t WHERE t.ws = $1 AND t.id = ANY($3) AND {READABLE} ORDER BY t.n"
    );
    let ids: Vec<&[u8]> = ids.iter().map(|id| id.0.as_slice()).collect();
    let rows = rows(client, &sql, &[&ws.0.as_slice(), &subjects(readers), &ids]).await?;
    rows.iter().map(event_row).collect()
}

pub(super) async fn bucket(client: &Object, bucket: &Bucket) -> Result<Vec<EventId>> {
    let sql = format!(
        "SELECT t.id FROM event t WHERE t.ws = $1 AND t.form >= $3 AND t.form <= $4 AND t.n <= $5 AND t.id > $6 \
         AND {READABLE} ORDER BY t.id LIMIT $7"
    );
    let (first, last) = ([bucket.byte; 1], [[bucket.byte].as_slice(), &[0xff; 32]].concat());
    let after = bucket.after.map_or(vec![], |id| id.0.to_vec());
    let (until, most) = (number(bucket.until), number(bucket.most as u64));
    let readers = subjects(&bucket.readers);
    let values: [&(dyn ToSql + Sync); 7] =
        [&bucket.ws.0.as_slice(), &readers, &first.as_slice(), &last, &until, &after, &most];
    let rows = rows(client, &sql, &values).await?;
    rows.iter().map(|row| id(row, 0, "event")).collect()
}

pub(super) async fn log_root(client: &Object, ws: WorkspaceId, n: u64) -> Result<Option<Digest>> {
    let sql = "SELECT root FROM event WHERE ws = $1 AND n = $2";
    let rows = rows(client, sql, &[&ws.0.as_slice(), &number(n)]).await?;
    rows.first().map(|row| id(row, 0, "event")).transpose()
}

pub(super) async fn changed(client: &Object, range: &Range) -> Result<Vec<FormRow>> {
    let sql = format!(
        "SELECT t.form, t.changed FROM form t WHERE t.ws = $1 AND t.changed > $3 AND t.changed <= $4 \
         AND {READABLE} ORDER BY t.changed, t.form LIMIT $5"
    );
    let (after, until, most) = (number(range.after), number(range.until), number(range.most as u64));
    let readers = subjects(&range.readers);
    let rows = rows(client, &sql, &[&range.ws.0.as_slice(), &readers, &after, &until, &most]).await?;
    rows.iter().map(|row| Ok(FormRow { form: id(row, 0, "form")?, changed: count(row, 1)? })).collect()
}

pub(super) async fn may_read(
    client: &Object,
    ws: WorkspaceId,
    form: FormId,
    readers: &Readers,
) -> Result<bool> {
    let sql = format!("SELECT 1 FROM form t WHERE t.ws = $1 AND t.form = $3 AND {READABLE}");
    let rows = rows(client, &sql, &[&ws.0.as_slice(), &subjects(readers), &form.0.as_slice()]).await?;
    Ok(!rows.is_empty())
}
