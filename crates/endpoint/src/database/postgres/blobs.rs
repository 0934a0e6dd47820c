//! Blobs: small ones with their bytes, long ones by their length alone.

use std::collections::BTreeSet;

use deadpool_postgres::Object;
use qianban_journal::{Digest, WorkspaceId};
use tokio_postgres::Row;

use super::events::{lock, take_room};
use super::possession::{add_had, mention_parts, readable};
use super::{Result, count, id, number, subjects};
use crate::database::{BlobRow, NewBlob, Readers, Sender};

fn blob_row(row: &Row) -> Result<BlobRow> {
    Ok(BlobRow { digest: id(row, 0, "blob")?, len: count(row, 1)?, bytes: row.try_get(2)? })
}

pub(super) async fn count_part(client: &mut Object, sender: Sender, bytes: u64) -> Result<bool> {
    let t = client.transaction().await?;
    let bureau = lock(&t, sender.ws).await?;
    let counted = take_room(&t, &bureau, sender, 0, bytes).await?;
    t.commit().await?;
    Ok(counted)
}

pub(super) async fn add(client: &mut Object, sender: Sender, blobs: &[NewBlob]) -> Result<Option<Vec<bool>>> {
    let ws = sender.ws.0.as_slice();
    let digests: Vec<&[u8]> = blobs.iter().map(|new| new.digest.0.as_slice()).collect();
    let t = client.transaction().await?;
    let bureau = lock(&t, sender.ws).await?;
    let statement = t.prepare_cached("SELECT digest FROM blob WHERE ws = $1 AND digest = ANY($2)").await?;
    let rows = t.query(&statement, &[&ws, &digests]).await?;
    let mut here = rows.iter().map(|row| id(row, 0, "blob")).collect::<Result<BTreeSet<Digest>>>()?;
    let fresh: Vec<bool> = blobs.iter().map(|new| here.insert(new.digest)).collect();
    let new = || blobs.iter().zip(&fresh).filter(|(_, fresh)| **fresh).map(|(new, _)| new);
    // Long ones were counted for the day part by part.
    let small = new().filter(|new| new.bytes.is_some()).map(|new| new.len).sum();
    if new().next().is_some()
        && !take_room(&t, &bureau, sender, new().map(|new| new.len).sum(), small).await?
    {
        return Ok(None);
    }
    add_had(&t, sender.ws, &sender.has(blobs)).await?;
    let digests: Vec<&[u8]> = new().map(|new| new.digest.0.as_slice()).collect();
    let lengths: Vec<i64> = new().map(|new| number(new.len)).collect();
    let bytes: Vec<Option<&[u8]>> = new().map(|new| new.bytes.as_deref()).collect();
    let insert = "INSERT INTO blob (ws, digest, len, bytes) \
         SELECT $1, u.* FROM UNNEST($2::bytea[], $3::bigint[], $4::bytea[]) u";
    let statement = t.prepare_cached(insert).await?;
    t.execute(&statement, &[&ws, &digests, &lengths, &bytes]).await?;
    let pairs = || new().flat_map(|new| new.parts.iter().map(|part| (part, &new.digest)));
    let parts: Vec<&[u8]> = pairs().map(|(part, _)| part.0.as_slice()).collect();
    let snapshots: Vec<&[u8]> = pairs().map(|(_, snapshot)| snapshot.0.as_slice()).collect();
    let insert = "INSERT INTO part (ws, digest, snapshot) \
         SELECT $1, u.* FROM UNNEST($2::bytea[], $3::bytea[]) u ON CONFLICT DO NOTHING";
    let statement = t.prepare_cached(insert).await?;
    t.execute(&statement, &[&ws, &parts, &snapshots]).await?;
    mention_parts(&t, sender.ws, &digests).await?;
    t.commit().await?;
    Ok(Some(fresh))
}

pub(super) async fn some(
    client: &Object,
    ws: WorkspaceId,
    digests: &[Digest],
    readers: &Readers,
    bytes: &str,
) -> Result<Vec<BlobRow>> {
    let readable = readable();
    let sql = format!(
        "SELECT b.digest, b.len, {bytes} FROM blob b WHERE b.ws = $1 AND b.digest = ANY($3) AND {readable} \
         ORDER BY b.digest"
    );
    let digests: Vec<&[u8]> = digests.iter().map(|digest| digest.0.as_slice()).collect();
    let statement = client.prepare_cached(&sql).await?;
    let rows = client.query(&statement, &[&ws.0.as_slice(), &subjects(readers), &digests]).await?;
    rows.iter().map(blob_row).collect()
}

pub(super) async fn all(
    client: &Object,
    ws: WorkspaceId,
    after: Option<Digest>,
    most: usize,
) -> Result<Vec<BlobRow>> {
    let after = after.map_or(vec![], |digest| digest.0.to_vec());
    let sql = "SELECT digest, len, bytes FROM blob WHERE ws = $1 AND digest > $2 ORDER BY digest LIMIT $3";
    let rows = client.query(sql, &[&ws.0.as_slice(), &after, &number(most as u64)]).await?;
    rows.iter().map(blob_row).collect()
}
