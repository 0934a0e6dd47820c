//! Who has which bytes, and so what forms open to whom.

use qianban_journal::{Digest, WorkspaceId};
use rusqlite::{Connection, Transaction, params};

use super::Result;
use super::events::{Query, blob, integer};
use crate::database::{Mention, Pc, REGISTRY_FORM, Readers};

/// The PC that brought the name of blob `b` into a form, by the row `m` that says so, has its bytes.
const IS_OPEN: &str = "(m.pc = zeroblob(32) OR EXISTS \
     (SELECT 1 FROM had h WHERE h.ws = m.ws AND h.digest = b.digest AND h.pc = m.pc))";

/// The bureau may read blob `b`, because the registry names it.
const REGISTRY_NAMES: &str =
    "EXISTS (SELECT 1 FROM mention m WHERE m.ws = b.ws AND m.digest = b.digest AND m.form = ?)";

impl Query {
    /// Only blobs `b` that a PC has, if one is named, or that may be read.
    pub(super) fn open_to(self, pc: Option<Pc>, readers: &Readers) -> Self {
        let Readers::Some(subjects) = readers else { return self };
        let query = match pc {
            None => self.and(" AND (", []),
            Some(pc) => self.and(
                " AND (EXISTS (SELECT 1 FROM had h WHERE h.ws = b.ws AND h.digest = b.digest AND h.pc = ?) OR ",
                [blob(pc.0)],
            ),
        };
        query
            .and(REGISTRY_NAMES, [blob(REGISTRY_FORM.0)])
            .and(
                " OR EXISTS (SELECT 1 FROM mention m JOIN reach r ON r.ws = m.ws AND r.form = m.form
                   WHERE m.ws = b.ws AND m.digest = b.digest AND r.subject",
                [],
            )
            .among(subjects.iter().map(<[u8; 16]>::as_slice))
            .and(&format!(" AND {IS_OPEN}))"), [])
    }
}

/// Forms name blobs, and the attachments of the snapshots among them; whoever named one in a form first stands there.
pub(super) fn mention(t: &Transaction<'_>, ws: WorkspaceId, mentions: &[Mention]) -> Result<()> {
    let mut mention = t.prepare_cached(
        "INSERT INTO mention (ws, digest, form, pc) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    )?;
    let mut parts = t.prepare_cached(
        "INSERT INTO mention (ws, digest, form, pc) SELECT p.ws, p.digest, ?3, ?4 FROM part p
         WHERE p.ws = ?1 AND p.snapshot = ?2 ON CONFLICT DO NOTHING",
    )?;
    for Mention { digest, form, pc } in mentions {
        mention.execute(params![ws.0, digest.0, form.0, pc.0])?;
        parts.execute(params![ws.0, digest.0, form.0, pc.0])?;
    }
    Ok(())
}

/// A snapshot has come: the forms that name it name its attachments too.
pub(super) fn mention_parts(t: &Transaction<'_>, ws: WorkspaceId, snapshot: Digest) -> Result<()> {
    let sql = "INSERT INTO mention (ws, digest, form, pc) SELECT p.ws, p.digest, m.form, m.pc FROM part p
         JOIN mention m ON m.ws = p.ws AND m.digest = p.snapshot
         WHERE p.ws = ?1 AND p.snapshot = ?2 ON CONFLICT DO NOTHING";
    t.prepare_cached(sql)?.execute([&ws.0[..], &snapshot.0])?;
    Ok(())
}

pub(super) fn add_had(t: &Transaction<'_>, ws: WorkspaceId, had: &[(Digest, Pc)]) -> Result<()> {
    let mut insert =
        t.prepare_cached("INSERT INTO had (ws, digest, pc) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?;
    for (digest, pc) in had {
        insert.execute(params![ws.0, digest.0, pc.0])?;
    }
    Ok(())
}

pub(super) fn held(
    c: &Connection,
    ws: WorkspaceId,
    digests: &[Digest],
    pc: Pc,
    readers: &Readers,
) -> Result<Vec<Digest>> {
    Query::new("SELECT b.digest FROM blob b WHERE b.ws = ? AND b.digest", [blob(ws.0)])
        .among(digests.iter().map(|digest| digest.0.as_slice()))
        .open_to(Some(pc), readers)
        .and(" ORDER BY b.digest", [])
        .rows(c, |row| row.get(0).map(Digest))
}

pub(super) fn closed(c: &Connection, ws: WorkspaceId, digests: &[Digest], pc: Pc) -> Result<Vec<Digest>> {
    Query::new("SELECT b.digest FROM had b WHERE b.ws = ? AND b.pc = ?", [blob(ws.0), blob(pc.0)])
        .and(" AND b.digest", [])
        .among(digests.iter().map(|digest| digest.0.as_slice()))
        .and(&format!(" AND NOT {REGISTRY_NAMES}"), [blob(REGISTRY_FORM.0)])
        .and(
            &format!(
                " AND NOT EXISTS (SELECT 1 FROM mention m WHERE m.ws = b.ws AND m.digest = b.digest AND {IS_OPEN})"
            ),
            [],
        )
        .and(" ORDER BY b.digest", [])
        .rows(c, |row| row.get(0).map(Digest))
}

pub(super) fn parts(c: &Connection, ws: WorkspaceId, snapshots: &[Digest]) -> Result<Vec<(Digest, Digest)>> {
    Query::new("SELECT snapshot, digest FROM part WHERE ws = ? AND snapshot", [blob(ws.0)])
        .among(snapshots.iter().map(|digest| digest.0.as_slice()))
        .and(" ORDER BY 1, 2", [])
        .rows(c, |row| Ok((Digest(row.get(0)?), Digest(row.get(1)?))))
}

pub(super) fn all_had(
    c: &Connection,
    ws: WorkspaceId,
    after: Option<(Digest, Pc)>,
    most: usize,
) -> Result<Vec<(Digest, Pc)>> {
    let (digest, pc) = after.map_or((vec![], vec![]), |(digest, pc)| (digest.0.to_vec(), pc.0.to_vec()));
    Query::new(
        "SELECT digest, pc FROM had WHERE ws = ? AND (digest, pc) > (?, ?) ORDER BY 1, 2 LIMIT ?",
        [blob(ws.0), blob(digest), blob(pc), integer(most as u64)],
    )
    .rows(c, |row| Ok((Digest(row.get(0)?), Pc(row.get(1)?))))
}
