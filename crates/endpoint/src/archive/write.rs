//! Making a copy while the service runs: what arrives meanwhile is not in it.

use std::io::Write;

use qianban_journal::WorkspaceId;
use qianban_protocol::limit as wire;

use super::{ArchiveError, Kind, Out};
use crate::database::{BlobRow, Database, Range, Readers};
use crate::long_blobs::LongBlobs;

/// Small blobs read at once.
const BLOBS: usize = 64;
/// Pairs of a blob and a PC that has it in one frame, 64 bytes each.
const HAD: usize = 10_000;

/// Writes everything; how many bureaus and events there were.
///
/// # Errors
/// The file, the long blobs or the database.
pub async fn backup(
    database: &dyn Database,
    long: &LongBlobs,
    to: impl Write,
) -> Result<(usize, u64), ArchiveError> {
    let mut out = Out::new(to)?;
    out.frame(Kind::Life, &database.incarnation().await?.0)?;
    let (bureaus, mut events) = (database.bureaus().await?, 0);
    for ws in &bureaus {
        let head = database.bureau(*ws).await?.ok_or(ArchiveError::Damaged("a bureau is gone"))?;
        out.frame(Kind::Bureau, &ws.0)?;
        // The founding entry must come before what else the bureau has; allow-lists before the entries that name them.
        let first = database.entries(*ws, 0, 1).await?;
        out.frame(Kind::Entry, first.first().ok_or(ArchiveError::Damaged("a registry is gone"))?)?;
        blobs(database, long, *ws, &mut out).await?;
        had(database, *ws, &mut out).await?;
        entries(database, *ws, head.registry, &mut out).await?;
        events += all_events(database, *ws, head.arrivals, &mut out).await?;
    }
    out.end()?.flush()?;
    Ok((bureaus.len(), events))
}

async fn blobs(
    database: &dyn Database,
    long: &LongBlobs,
    ws: WorkspaceId,
    out: &mut Out<impl Write>,
) -> Result<(), ArchiveError> {
    let mut after = None;
    loop {
        let rows = database.all_blobs(ws, after, BLOBS).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(last.digest);
        for row in rows {
            blob(long, ws, &row, out).await?;
        }
    }
}

async fn blob(
    long: &LongBlobs,
    ws: WorkspaceId,
    row: &BlobRow,
    out: &mut Out<impl Write>,
) -> Result<(), ArchiveError> {
    if let Some(bytes) = &row.bytes {
        return Ok(out.frame(Kind::Blob, bytes)?);
    }
    out.frame(Kind::LongBlob, &[row.digest.0.as_slice(), &row.len.to_le_bytes()].concat())?;
    let mut from = 0;
    while from < row.len {
        let part = long.read(ws, row.digest, from, wire::PART_BYTES).await?;
        if part.is_empty() {
            return Err(ArchiveError::Damaged("a long blob is shorter than its row says"));
        }
        from += part.len() as u64;
        out.frame(Kind::Part, &part)?;
    }
    Ok(())
}

async fn had(
    database: &dyn Database,
    ws: WorkspaceId,
    out: &mut Out<impl Write>,
) -> Result<(), ArchiveError> {
    let mut after = None;
    loop {
        let rows = database.all_had(ws, after, HAD).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = Some(*last);
        let bytes: Vec<u8> = rows.iter().flat_map(|(digest, pc)| [digest.0, pc.0].concat()).collect();
        out.frame(Kind::Had, &bytes)?;
    }
}

/// Up to the last one of when the copy began: the blobs that a later one names may not be in it.
async fn entries(
    database: &dyn Database,
    ws: WorkspaceId,
    last: u32,
    out: &mut Out<impl Write>,
) -> Result<(), ArchiveError> {
    let mut after = 1;
    while after < last {
        let most = wire::ENTRIES.min((last - after) as usize);
        let entries = database.entries(ws, after, most).await?;
        if entries.is_empty() {
            return Err(ArchiveError::Damaged("registry entries are gone"));
        }
        after += entries.len() as u32;
        for entry in entries {
            out.frame(Kind::Entry, &entry)?;
        }
    }
    Ok(())
}

async fn all_events(
    database: &dyn Database,
    ws: WorkspaceId,
    head: u64,
    out: &mut Out<impl Write>,
) -> Result<u64, ArchiveError> {
    let mut after = 0;
    while after < head {
        let range = Range { ws, after, until: head, most: wire::EVENTS, readers: Readers::Every };
        let rows = database.range(range).await?;
        after = rows.last().ok_or(ArchiveError::Damaged("events are gone"))?.n;
        for row in rows {
            out.frame(Kind::Event, &row.envelope)?;
        }
    }
    Ok(head)
}
