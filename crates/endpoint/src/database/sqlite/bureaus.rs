//! Bureaus, their registries, and how they and their PCs are let in.

use qianban_journal::{Digest, EndpointLog, Incarnation, SeatId, WorkspaceId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{Result, count, number};
use crate::database::{BureauRow, EnrolmentRow, Kept, NewCode, OPERATOR, REGISTRY_FORM};

pub(super) fn all(c: &Connection) -> Result<Vec<WorkspaceId>> {
    let mut statement = c.prepare_cached("SELECT ws FROM bureau ORDER BY ws")?;
    let rows = statement.query_map([], |row| row.get(0).map(WorkspaceId))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn one(c: &Connection, ws: WorkspaceId) -> Result<Option<BureauRow>> {
    let sql = "SELECT root, registry, arrivals, log_root FROM bureau WHERE ws = ?1";
    let row = c.prepare_cached(sql)?.query_row([ws.0], |row| {
        Ok(BureauRow {
            root: Digest(row.get(0)?),
            registry: row.get(1)?,
            arrivals: count(row.get(2)?),
            log_root: Digest(row.get(3)?),
        })
    });
    Ok(row.optional()?)
}

pub(super) fn add_code(t: &Transaction<'_>, code: NewCode) -> Result<()> {
    t.execute(
        "INSERT INTO code (ws, digest, until_ms, used) VALUES (?1, ?2, ?3, 0)",
        params![code.ws.0, code.digest.0, code.until_ms],
    )?;
    Ok(())
}

/// Uses a code up; false if that cannot be.
fn use_up(t: &Transaction<'_>, ws: WorkspaceId, code: Digest, now_ms: i64) -> Result<bool> {
    let sql = "UPDATE code SET used = 1 WHERE ws = ?1 AND digest = ?2 AND used = 0 AND until_ms > ?3";
    Ok(t.execute(sql, params![ws.0, code.0, now_ms])? == 1)
}

pub(super) fn found(
    t: &Transaction<'_>,
    code: Digest,
    now_ms: i64,
    bureau: (WorkspaceId, Incarnation, Digest),
    entry: &[u8],
) -> Result<bool> {
    if one(t, bureau.0)?.is_some() {
        return Ok(true);
    }
    if !use_up(t, OPERATOR, code, now_ms)? {
        return Ok(false);
    }
    begin(t, bureau, entry)?;
    Ok(true)
}

pub(super) fn begin(
    t: &Transaction<'_>,
    (ws, incarnation, root): (WorkspaceId, Incarnation, Digest),
    entry: &[u8],
) -> Result<()> {
    let log_root = EndpointLog::new(ws, incarnation).root();
    t.execute(
        "INSERT INTO bureau (ws, root, registry, arrivals, log_root, bytes) VALUES (?1, ?2, 1, 0, ?3, 0)",
        params![ws.0, root.0, log_root.0],
    )?;
    t.execute("INSERT INTO registry (ws, number, entry) VALUES (?1, 1, ?2)", params![ws.0, entry])?;
    Ok(())
}

pub(super) fn code_bureau(c: &Connection, code: Digest) -> Result<Option<WorkspaceId>> {
    let sql = "SELECT ws FROM code WHERE digest = ?1 AND ws <> ?2";
    let row = c.prepare_cached(sql)?.query_row([&code.0[..], &OPERATOR.0], |row| row.get(0).map(WorkspaceId));
    Ok(row.optional()?)
}

pub(super) fn enrol(
    t: &Transaction<'_>,
    ws: WorkspaceId,
    row: &EnrolmentRow,
    since_ms: i64,
    most: usize,
) -> Result<bool> {
    let same = "SELECT 1 FROM enrolment WHERE ws = ?1 AND seat = ?2 AND code = ?3";
    if t.prepare_cached(same)?.exists(params![ws.0, row.seat.0, row.code.0])? {
        return Ok(true);
    }
    t.execute("DELETE FROM enrolment WHERE ws = ?1 AND at_ms < ?2", params![ws.0, since_ms])?;
    let waiting: i64 =
        t.query_row("SELECT count(*) FROM enrolment WHERE ws = ?1", [ws.0], |row| row.get(0))?;
    if count(waiting) >= most as u64 || !use_up(t, ws, row.code, row.at_ms)? {
        return Ok(false);
    }
    t.execute(
        "INSERT INTO enrolment (ws, seat, code, request, at_ms) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (ws, seat) DO UPDATE SET code = excluded.code, request = excluded.request",
        params![ws.0, row.seat.0, row.code.0, row.request, row.at_ms],
    )?;
    Ok(true)
}

pub(super) fn enrolments(c: &Connection, ws: WorkspaceId, most: usize) -> Result<Vec<EnrolmentRow>> {
    let sql = "SELECT seat, code, request, at_ms FROM enrolment WHERE ws = ?1 ORDER BY at_ms, seat LIMIT ?2";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map(params![ws.0, number(most as u64)], |row| {
        Ok(EnrolmentRow {
            seat: SeatId(row.get(0)?),
            code: Digest(row.get(1)?),
            request: row.get(2)?,
            at_ms: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn entries(c: &Connection, ws: WorkspaceId, after: u32, most: usize) -> Result<Vec<Vec<u8>>> {
    let sql = "SELECT entry FROM registry WHERE ws = ?1 AND number > ?2 ORDER BY number LIMIT ?3";
    let mut statement = c.prepare_cached(sql)?;
    let rows = statement.query_map(params![ws.0, after, number(most as u64)], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn add_entry(
    t: &Transaction<'_>,
    ws: WorkspaceId,
    entry_number: u32,
    entry: &[u8],
    named: &[Digest],
) -> Result<Kept> {
    let sql = "UPDATE bureau SET registry = registry + 1 WHERE ws = ?1 AND registry = ?2 - 1";
    if t.execute(sql, params![ws.0, entry_number])? == 0 {
        return Ok(Kept::Moved);
    }
    t.execute(
        "INSERT INTO registry (ws, number, entry) VALUES (?1, ?2, ?3)",
        params![ws.0, entry_number, entry],
    )?;
    let mut mention = t.prepare_cached(
        "INSERT INTO mention (ws, digest, form) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    )?;
    for digest in named {
        mention.execute(params![ws.0, digest.0, REGISTRY_FORM.0])?;
    }
    Ok(Kept::Stored)
}
