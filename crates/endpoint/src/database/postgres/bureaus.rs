//! Bureaus, their registries, and how they and their PCs are let in.

use deadpool_postgres::{Object, Transaction};
use qianban_journal::{Digest, EndpointLog, Incarnation, WorkspaceId};

use super::{Result, count, id, number};
use crate::database::{BureauRow, EnrolmentRow, Kept, NewCode, OPERATOR, REGISTRY_FORM};

/// A bureau that begins: its workspace, the life of the logs, and its registry's root.
type Beginning = (WorkspaceId, Incarnation, Digest);

pub(super) async fn all(client: &Object) -> Result<Vec<WorkspaceId>> {
    let rows = client.query("SELECT ws FROM bureau ORDER BY ws", &[]).await?;
    rows.iter().map(|row| id(row, 0, "bureau")).collect()
}

pub(super) async fn one(client: &Object, ws: WorkspaceId) -> Result<Option<BureauRow>> {
    let sql = "SELECT root, registry, arrivals, log_root FROM bureau WHERE ws = $1";
    let statement = client.prepare_cached(sql).await?;
    let Some(row) = client.query_opt(&statement, &[&ws.0.as_slice()]).await? else { return Ok(None) };
    Ok(Some(BureauRow {
        root: id(&row, 0, "bureau")?,
        registry: u32::try_from(count(&row, 1)?).unwrap_or(u32::MAX),
        arrivals: count(&row, 2)?,
        log_root: id(&row, 3, "bureau")?,
    }))
}

pub(super) async fn add_code(client: &Object, code: NewCode) -> Result<()> {
    let sql = "INSERT INTO code (ws, digest, until_ms, used) VALUES ($1, $2, $3, 0)";
    client.execute(sql, &[&code.ws.0.as_slice(), &code.digest.0.as_slice(), &code.until_ms]).await?;
    Ok(())
}

/// Uses a code up; false if that cannot be.
async fn use_up(t: &Transaction<'_>, ws: WorkspaceId, code: Digest, now_ms: i64) -> Result<bool> {
    let sql = "UPDATE code SET used = 1 WHERE ws = $1 AND digest = $2 AND used = 0 AND until_ms > $3";
    Ok(t.execute(sql, &[&ws.0.as_slice(), &code.0.as_slice(), &now_ms]).await? == 1)
}

pub(super) async fn found(
    client: &mut Object,
    code: Digest,
    now_ms: i64,
    bureau: Beginning,
    entry: &[u8],
) -> Result<bool> {
    if one(client, bureau.0).await?.is_some() {
        return Ok(true);
    }
    let t = client.transaction().await?;
    if !use_up(&t, OPERATOR, code, now_ms).await? {
        return Ok(false);
    }
    begin(&t, bureau, entry).await?;
    t.commit().await?;
    Ok(true)
}

pub(super) async fn begin_alone(client: &mut Object, bureau: Beginning, entry: &[u8]) -> Result<()> {
    let t = client.transaction().await?;
    begin(&t, bureau, entry).await?;
    Ok(t.commit().await?)
}

async fn begin(t: &Transaction<'_>, (ws, incarnation, root): Beginning, entry: &[u8]) -> Result<()> {
    let log_root = EndpointLog::new(ws, incarnation).root();
    let ws = ws.0.as_slice();
    t.execute(
        "INSERT INTO bureau (ws, root, registry, arrivals, log_root, bytes) VALUES ($1, $2, 1, 0, $3, 0)",
        &[&ws, &root.0.as_slice(), &log_root.0.as_slice()],
    )
    .await?;
    t.execute("INSERT INTO registry (ws, number, entry) VALUES ($1, 1, $2)", &[&ws, &entry]).await?;
    Ok(())
}

pub(super) async fn code_bureau(client: &Object, code: Digest) -> Result<Option<WorkspaceId>> {
    let sql = "SELECT ws FROM code WHERE digest = $1 AND ws <> $2";
    let row = client.query_opt(sql, &[&code.0.as_slice(), &OPERATOR.0.as_slice()]).await?;
    row.map(|row| id(&row, 0, "code")).transpose()
}

pub(super) async fn enrol(
    client: &mut Object,
    ws: WorkspaceId,
    row: &EnrolmentRow,
    since_ms: i64,
    most: usize,
) -> Result<bool> {
    let (key, seat, code) = (ws.0.as_slice(), row.seat.0.as_slice(), row.code.0.as_slice());
    let same = "SELECT 1 FROM enrolment WHERE ws = $1 AND seat = $2 AND code = $3";
    if client.query_opt(same, &[&key, &seat, &code]).await?.is_some() {
        return Ok(true);
    }
    let t = client.transaction().await?;
    t.execute("DELETE FROM enrolment WHERE ws = $1 AND at_ms < $2", &[&key, &since_ms]).await?;
    let waiting = t.query_one("SELECT count(*) FROM enrolment WHERE ws = $1", &[&key]).await?;
    if count(&waiting, 0)? >= most as u64 || !use_up(&t, ws, row.code, row.at_ms).await? {
        return Ok(false);
    }
    t.execute(
        "INSERT INTO enrolment (ws, seat, code, request, at_ms) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (ws, seat) DO UPDATE SET code = excluded.code, request = excluded.request",
        &[&key, &seat, &code, &row.request, &row.at_ms],
    )
    .await?;
    t.commit().await?;
    Ok(true)
}

pub(super) async fn enrolments(client: &Object, ws: WorkspaceId, most: usize) -> Result<Vec<EnrolmentRow>> {
    let sql = "SELECT seat, code, request, at_ms FROM enrolment WHERE ws = $1 ORDER BY at_ms, seat LIMIT $2";
    let rows = client.query(sql, &[&ws.0.as_slice(), &number(most as u64)]).await?;
    rows.iter()
        .map(|row| {
            Ok(EnrolmentRow {
                seat: id(row, 0, "enrolment")?,
                code: id(row, 1, "enrolment")?,
                request: row.try_get(2)?,
                at_ms: row.try_get(3)?,
            })
        })
        .collect()
}

pub(super) async fn entries(
    client: &Object,
    ws: WorkspaceId,
    after: u32,
    most: usize,
) -> Result<Vec<Vec<u8>>> {
    let sql = "SELECT entry FROM registry WHERE ws = $1 AND number > $2 ORDER BY number LIMIT $3";
    let statement = client.prepare_cached(sql).await?;
    let rows = client.query(&statement, &[&ws.0.as_slice(), &i64::from(after), &number(most as u64)]).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

pub(super) async fn add_entry(
    client: &mut Object,
    ws: WorkspaceId,
    entry_number: u32,
    entry: &[u8],
    named: &[Digest],
) -> Result<Kept> {
    let (key, place) = (ws.0.as_slice(), i64::from(entry_number));
    let t = client.transaction().await?;
    let next = "UPDATE bureau SET registry = registry + 1 WHERE ws = $1 AND registry = $2::bigint - 1";
    if t.execute(next, &[&key, &place]).await? == 0 {
        return Ok(Kept::Moved);
    }
    t.execute("INSERT INTO registry (ws, number, entry) VALUES ($1, $2, $3)", &[&key, &place, &entry])
        .await?;
    let named: Vec<&[u8]> = named.iter().map(|digest| digest.0.as_slice()).collect();
    t.execute(
        "INSERT INTO mention (ws, digest, form) SELECT $1, d, $3 FROM UNNEST($2::bytea[]) d ON CONFLICT DO NOTHING",
        &[&key, &named, &REGISTRY_FORM.0.as_slice()],
    )
    .await?;
    t.commit().await?;
    Ok(Kept::Stored)
}
