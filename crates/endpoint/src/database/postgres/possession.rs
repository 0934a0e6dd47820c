//! Who has which bytes, and so what forms open to whom.

use deadpool_postgres::{Object, Transaction};
use qianban_journal::{Digest, WorkspaceId};

use super::{Result, id, number, subjects};
use crate::database::{Mention, Pc, REGISTRY_FORM, Readers};

/// The bureau may read blob `b`, because the registry names it. `$1` is the bureau.
pub(super) fn registry_names() -> String {
    let registry = hex::encode(REGISTRY_FORM.0);
    format!(
        "EXISTS (SELECT 1 FROM mention m WHERE m.ws = $1 AND m.digest = b.digest AND m.form = '\\x{registry}')"
    )
}

/// The PC that brought the name of blob `b` into a form, by the row `m` that says so, has its bytes.
pub(super) fn is_open() -> String {
    let nobody = hex::encode(Pc::NOBODY.0);
    format!(
        "(m.pc = '\\x{nobody}' OR EXISTS \
          (SELECT 1 FROM had h WHERE h.ws = $1 AND h.digest = b.digest AND h.pc = m.pc))"
    )
}

/// Blob `b` may be read by `$2`, none for whoever may read everything.
pub(super) fn readable() -> String {
    let (registry_names, is_open) = (registry_names(), is_open());
    format!(
        "($2::bytea[] IS NULL OR {registry_names} OR EXISTS (SELECT 1 FROM mention m \
           JOIN reach r ON r.ws = m.ws AND r.form = m.form \
           WHERE m.ws = $1 AND m.digest = b.digest AND r.subject = ANY($2) AND {is_open}))"
    )
}

/// Forms name blobs, and the attachments of the snapshots among them; whoever named one in a form first stands there.
pub(super) async fn mention(t: &Transaction<'_>, ws: WorkspaceId, mentions: &[Mention]) -> Result<()> {
    let digests: Vec<&[u8]> = mentions.iter().map(|one| one.digest.0.as_slice()).collect();
    let forms: Vec<&[u8]> = mentions.iter().map(|one| one.form.0.as_slice()).collect();
    let pcs: Vec<&[u8]> = mentions.iter().map(|one| one.pc.0.as_slice()).collect();
    let sql = "INSERT INTO mention (ws, digest, form, pc) \
         SELECT DISTINCT ON (n.digest, n.form) $1, n.digest, n.form, n.pc FROM (\
           SELECT u.digest, u.form, u.pc, u.place, 0 AS part \
             FROM UNNEST($2::bytea[], $3::bytea[], $4::bytea[]) WITH ORDINALITY u (digest, form, pc, place) \
           UNION ALL SELECT p.digest, u.form, u.pc, u.place, 1 \
             FROM UNNEST($2::bytea[], $3::bytea[], $4::bytea[]) WITH ORDINALITY u (digest, form, pc, place) \
             JOIN part p ON p.ws = $1 AND p.snapshot = u.digest) n \
         ORDER BY n.digest, n.form, n.place, n.part ON CONFLICT DO NOTHING";
    let statement = t.prepare_cached(sql).await?;
    t.execute(&statement, &[&ws.0.as_slice(), &digests, &forms, &pcs]).await?;
    Ok(())
}

/// Snapshots have come: the forms that name them name their attachments too.
pub(super) async fn mention_parts(t: &Transaction<'_>, ws: WorkspaceId, snapshots: &[&[u8]]) -> Result<()> {
    let sql = "INSERT INTO mention (ws, digest, form, pc) \
         SELECT DISTINCT ON (p.digest, m.form) $1, p.digest, m.form, m.pc FROM part p \
         JOIN mention m ON m.ws = $1 AND m.digest = p.snapshot \
         WHERE p.ws = $1 AND p.snapshot = ANY($2) ORDER BY p.digest, m.form, p.snapshot ON CONFLICT DO NOTHING";
    let statement = t.prepare_cached(sql).await?;
    t.execute(&statement, &[&ws.0.as_slice(), &snapshots]).await?;
    Ok(())
}

pub(super) async fn add_had(t: &Transaction<'_>, ws: WorkspaceId, had: &[(Digest, Pc)]) -> Result<()> {
    let digests: Vec<&[u8]> = had.iter().map(|(digest, _)| digest.0.as_slice()).collect();
    let pcs: Vec<&[u8]> = had.iter().map(|(_, pc)| pc.0.as_slice()).collect();
    let sql = "INSERT INTO had (ws, digest, pc) SELECT $1, u.* FROM UNNEST($2::bytea[], $3::bytea[]) u \
         ON CONFLICT DO NOTHING";
    let statement = t.prepare_cached(sql).await?;
    t.execute(&statement, &[&ws.0.as_slice(), &digests, &pcs]).await?;
    Ok(())
}

pub(super) async fn held(
    client: &Object,
    ws: WorkspaceId,
    digests: &[Digest],
    pc: Pc,
    readers: &Readers,
) -> Result<Vec<Digest>> {
    let readable = readable();
    let sql = format!(
        "SELECT b.digest FROM blob b WHERE b.ws = $1 AND b.digest = ANY($3) AND \
         (EXISTS (SELECT 1 FROM had h WHERE h.ws = $1 AND h.digest = b.digest AND h.pc = $4) OR {readable}) \
         ORDER BY b.digest"
    );
    let digests: Vec<&[u8]> = digests.iter().map(|digest| digest.0.as_slice()).collect();
    let statement = client.prepare_cached(&sql).await?;
    let values: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
        [&ws.0.as_slice(), &subjects(readers), &digests, &pc.0.as_slice()];
    let rows = client.query(&statement, &values).await?;
    rows.iter().map(|row| id(row, 0, "blob")).collect()
}

pub(super) async fn closed(
    client: &Object,
    ws: WorkspaceId,
    digests: &[Digest],
    pc: Pc,
) -> Result<Vec<Digest>> {
    let (registry_names, is_open) = (registry_names(), is_open());
    let sql = format!(
        "SELECT b.digest FROM had b WHERE b.ws = $1 AND b.digest = ANY($2) AND b.pc = $3 AND NOT {registry_names} \
         AND NOT EXISTS (SELECT 1 FROM mention m WHERE m.ws = $1 AND m.digest = b.digest AND {is_open}) \
         ORDER BY b.digest"
    );
    let digests: Vec<&[u8]> = digests.iter().map(|digest| digest.0.as_slice()).collect();
    let statement = client.prepare_cached(&sql).await?;
    let rows = client.query(&statement, &[&ws.0.as_slice(), &digests, &pc.0.as_slice()]).await?;
    rows.iter().map(|row| id(row, 0, "had")).collect()
}

pub(super) async fn parts(
    client: &Object,
    ws: WorkspaceId,
    snapshots: &[Digest],
) -> Result<Vec<(Digest, Digest)>> {
    let sql = "SELECT snapshot, digest FROM part WHERE ws = $1 AND snapshot = ANY($2) ORDER BY 1, 2";
    let snapshots: Vec<&[u8]> = snapshots.iter().map(|digest| digest.0.as_slice()).collect();
    let statement = client.prepare_cached(sql).await?;
    let rows = client.query(&statement, &[&ws.0.as_slice(), &snapshots]).await?;
    rows.iter().map(|row| Ok((id(row, 0, "part")?, id(row, 1, "part")?))).collect()
}

pub(super) async fn all_had(
    client: &Object,
    ws: WorkspaceId,
    after: Option<(Digest, Pc)>,
    most: usize,
) -> Result<Vec<(Digest, Pc)>> {
    let (digest, pc) = after.map_or((vec![], vec![]), |(digest, pc)| (digest.0.to_vec(), pc.0.to_vec()));
    let sql = "SELECT digest, pc FROM had WHERE ws = $1 AND (digest, pc) > ($2, $3) ORDER BY 1, 2 LIMIT $4";
    let rows = client.query(sql, &[&ws.0.as_slice(), &digest, &pc, &number(most as u64)]).await?;
    rows.iter().map(|row| Ok((id(row, 0, "had")?, Pc(id::<Digest>(row, 1, "had")?.0)))).collect()
}
