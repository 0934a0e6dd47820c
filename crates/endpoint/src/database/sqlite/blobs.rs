//! Blobs: small ones with their bytes, long ones by their length alone.

use std::collections::BTreeSet;

use qianban_journal::{Digest, WorkspaceId};
use rusqlite::{Connection, Transaction, params};

use super::events::{Query, blob, integer, take_room};
use super::possession::{add_had, mention_parts};
use super::{Result, count, number};
use crate::database::{BlobRow, NewBlob, Readers, Sender};

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<BlobRow> {
    Ok(BlobRow { digest: Digest(row.get(0)?), len: count(row.get(1)?), bytes: row.get(2)? })
}

pub(super) fn add(t: &Transaction<'_>, sender: Sender, blobs: &[NewBlob]) -> Result<Option<Vec<bool>>> {
    let ws = sender.ws;
    let mut here: BTreeSet<Digest> =
        Query::new("SELECT digest FROM blob WHERE ws = ? AND digest", [blob(ws.0)])
            .among(blobs.iter().map(|new| new.digest.0.as_slice()))
            .rows(t, |row| row.get(0).map(Digest))?
            .into_iter()
            .collect();
    let fresh: Vec<bool> = blobs.iter().map(|new| here.insert(new.digest)).collect();
    let new = || blobs.iter().zip(&fresh).filter(|(_, fresh)| **fresh).map(|(new, _)| new);
    // Long ones were counted for the day part by part.
    let small = new().filter(|new| new.bytes.is_some()).map(|new| new.len).sum();
    if new().next().is_some() && !take_room(t, sender, new().map(|new| new.len).sum(), small)? {
        return Ok(None);
    }
    add_had(t, ws, &sender.has(blobs))?;
    let mut insert = t.prepare_cached("INSERT INTO blob (ws, digest, len, bytes) VALUES (?1, ?2, ?3, ?4)")?;
    let mut part = t.prepare_cached("INSERT INTO part VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?;
    for new in new() {
        insert.execute(params![ws.0, new.digest.0, number(new.len), new.bytes])?;
        for digest in &new.parts {
            part.execute(params![ws.0, digest.0, new.digest.0])?;
        }
        mention_parts(t, ws, new.digest)?;
    }
    Ok(Some(fresh))
}

pub(super) fn some(
    c: &Connection,
    ws: WorkspaceId,
    digests: &[Digest],
    readers: &Readers,
    bytes: &str,
) -> Result<Vec<BlobRow>> {
    let select = format!("SELECT b.digest, b.len, {bytes} FROM blob b WHERE b.ws = ? AND b.digest");
    Query::new(&select, [blob(ws.0)])
        .among(digests.iter().map(|digest| digest.0.as_slice()))
        .open_to(None, readers)
        .and(" ORDER BY b.digest", [])
        .rows(c, row)
}

pub(super) fn all(
    c: &Connection,
    ws: WorkspaceId,
    after: Option<Digest>,
    most: usize,
) -> Result<Vec<BlobRow>> {
    let after = after.map_or(vec![], |digest| digest.0.to_vec());
    Query::new(
        "SELECT digest, len, bytes FROM blob WHERE ws = ? AND digest > ? ORDER BY digest LIMIT ?",
        [blob(ws.0), blob(after), integer(most as u64)],
    )
    .rows(c, row)
}
