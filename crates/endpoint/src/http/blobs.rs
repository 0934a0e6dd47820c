//! Blobs in and out (Y9): small ones many at a time, long ones part by part.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qianban_journal::Digest;
use qianban_protocol::blobs::{Batch, Digests, LongBlob, Progress, SmallBlobs};
use qianban_protocol::{Fate, Fates, Message, RefusalCode, limit as wire, path};
use serde::Deserialize;

use super::answer::{Answered, Refused, message};
use super::caller::{Caller, open, query};
use crate::app::App;
use crate::database::{BlobRow, NewBlob, Readers};
use crate::long_blobs::Part;

/// `POST`: which of these the PC must send: those that are not here, and those of which it has not shown that it has them.
pub(super) async fn missing(State(app): State<Arc<App>>, request: Request) -> Answered {
    let (caller, body) = open(&app, request, Digests::MAX_BYTES).await?;
    let Digests(digests) = Digests::decode(&body).map_err(|_| RefusalCode::Malformed)?;
    let held = held(&app, &caller, digests.clone()).await?;
    message(&Digests(digests.into_iter().filter(|digest| held.binary_search(digest).is_err()).collect()))
}

/// `POST`: the fate of each.
pub(super) async fn put_small(State(app): State<Arc<App>>, request: Request) -> Answered {
    let (caller, body) = open(&app, request, SmallBlobs::MAX_BYTES).await?;
    let SmallBlobs(blobs) = SmallBlobs::decode(&body).map_err(|_| RefusalCode::Malformed)?;
    let new: Vec<_> = tokio::task::spawn_blocking(|| blobs.into_iter().map(NewBlob::small).collect()).await?;
    may_read_parts(&app, &caller, &new).await?;
    let fresh = app.database.add_blobs(caller.sender, new).await?.ok_or(RefusalCode::Quota)?;
    let fate = |fresh| if fresh { Fate::Stored } else { Fate::Duplicate };
    message(&Fates(fresh.into_iter().map(fate).collect()))
}

/// Blobs that are here and the caller's PC has or may read.
async fn held(app: &App, caller: &Caller, digests: Vec<Digest>) -> Result<Vec<Digest>, Refused> {
    let (ws, pc) = (caller.bureau.ws, caller.sender.pc);
    Ok(app.database.held(ws, digests, pc, caller.readers()?).await?)
}

/// Whoever sends a snapshot has the attachments of it that it may read here: a later event that names the snapshot need
/// not show them again.
async fn may_read_parts(app: &App, caller: &Caller, new: &[NewBlob]) -> Result<(), Refused> {
    let parts: BTreeSet<Digest> = new.iter().flat_map(|blob| &blob.parts).copied().collect();
    if parts.is_empty() {
        return Ok(());
    }
    let held = held(app, caller, parts.into_iter().collect()).await?;
    let had = held.into_iter().map(|digest| (digest, caller.sender.pc)).collect();
    Ok(app.database.add_had(caller.bureau.ws, had).await?)
}

/// `POST`: as many as fit.
pub(super) async fn get_small(State(app): State<Arc<App>>, request: Request) -> Answered {
    let (caller, body) = open(&app, request, Digests::MAX_BYTES).await?;
    let Digests(digests) = Digests::decode(&body).map_err(|_| RefusalCode::Malformed)?;
    let (ws, readers) = (caller.bureau.ws, caller.readers()?);
    let rows = app.database.lengths(ws, digests.clone(), readers).await?;
    let (mut long, mut small, mut room) = (Vec::new(), Vec::new(), wire::PART_BYTES);
    for BlobRow { digest, len, .. } in &rows {
        if *len > wire::SMALL_BLOB_BYTES as u64 {
            long.push(LongBlob { digest: *digest, len: *len });
        } else if small.len() < wire::SMALL_BLOBS && room as u64 >= *len {
            room -= *len as usize;
            small.push(*digest);
        }
    }
    let here: BTreeSet<Digest> = rows.iter().map(|row| row.digest).collect();
    let missing = digests.into_iter().filter(|digest| !here.contains(digest)).collect();
    let rows = app.database.blobs(ws, small, Readers::Every).await?;
    let mut blobs = Vec::with_capacity(rows.len());
    for row in rows {
        blobs.push(match row.bytes {
            Some(bytes) => bytes,
            None => app.bureaus.blob(ws, row.digest).await?.ok_or(RefusalCode::Internal)?,
        });
    }
    message(&Batch { blobs, long, missing })
}

/// Where a part begins, and how long the whole is.
#[derive(Deserialize)]
pub(super) struct Place {
    offset: u64,
    len: u64,
}

/// `PUT`: one part.
pub(super) async fn put_part(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    request: Request,
) -> Answered {
    let place: Place = query(&request)?;
    let name: Digest = name.parse().map_err(|_| RefusalCode::Malformed)?;
    let (caller, body) = open(&app, request, wire::PART_BYTES).await?;
    let (ws, len) = (caller.bureau.ws, place.len);
    if len > wire::BLOB_BYTES {
        return Err(RefusalCode::TooLarge.into());
    }
    let complete = Progress { received: len, complete: true };
    if !held(&app, &caller, vec![name]).await?.is_empty() {
        return message(&complete);
    }
    if !app.database.count_part(caller.sender, body.len() as u64).await? {
        return Err(RefusalCode::Quota.into());
    }
    match app.long.take_in(ws, name, (caller.sender.pc, place.offset, len), body).await? {
        Part::Elsewhere(_) => Err(RefusalCode::Offset.into()),
        Part::OtherDigest => Err(RefusalCode::Digest.into()),
        Part::Received(received) => message(&Progress { received, complete: false }),
        Part::Complete => {
            keep_long(&app, &caller, name, len).await?;
            message(&complete)
        }
    }
}

/// Makes a long blob known.
async fn keep_long(app: &App, caller: &Caller, name: Digest, len: u64) -> Result<(), Refused> {
    let ws = caller.bureau.ws;
    let new = app.long.complete(ws, name, len).await?;
    let added = app.database.add_blobs(caller.sender, vec![new]).await?;
    if added.is_some() {
        let row = app.database.blobs(ws, vec![name], Readers::Every).await?.pop();
        if row.is_some_and(|row| row.bytes.is_none()) {
            return Ok(());
        }
    }
    // What nobody counted, or what the database has itself, must not stay on the disk.
    app.long.forget(ws, name).await?;
    if added.is_some() { Ok(()) } else { Err(RefusalCode::Quota.into()) }
}

/// `HEAD`: how long it is, or how much of it has come.
pub(super) async fn head(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    request: Request,
) -> Answered {
    let name: Digest = name.parse().map_err(|_| RefusalCode::Malformed)?;
    let (caller, _) = open(&app, request, 0).await?;
    let ws = caller.bureau.ws;
    let row = app.database.lengths(ws, vec![name], caller.readers()?).await?.pop();
    let Some(row) = row else {
        let received = app.long.received(ws, name, caller.sender.pc).await?;
        let header = [(path::OFFSET_HEADER, received.to_string())];
        return Ok((StatusCode::NOT_FOUND, header).into_response());
    };
    Ok(([(header::CONTENT_LENGTH, row.len.to_string())], Body::empty()).into_response())
}

/// `GET` with a range: at most 4 MiB of it.
pub(super) async fn get_long(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    request: Request,
) -> Answered {
    let name: Digest = name.parse().map_err(|_| RefusalCode::Malformed)?;
    let (from, to) = range_of(request.headers()).ok_or(RefusalCode::Malformed)?;
    let (caller, _) = open(&app, request, 0).await?;
    let ws = caller.bureau.ws;
    let row =
        app.database.blobs(ws, vec![name], caller.readers()?).await?.pop().ok_or(RefusalCode::NotFound)?;
    if from >= row.len {
        return Err(RefusalCode::Malformed.into());
    }
    let most = usize::try_from((to - from).saturating_add(1))
        .map_or(wire::PART_BYTES, |most| most.min(wire::PART_BYTES));
    let bytes = match row.bytes {
        Some(bytes) => bytes[from as usize..].iter().copied().take(most).collect(),
        None => app.long.read(ws, name, from, most).await?,
    };
    Ok(partial(from, row.len, bytes))
}

fn partial(from: u64, len: u64, bytes: Vec<u8>) -> Response {
    let last = (from + bytes.len() as u64).saturating_sub(1);
    let range = format!("bytes {from}-{last}/{len}");
    let headers = [(header::CONTENT_RANGE, range), (header::CONTENT_TYPE, "application/octet-stream".into())];
    (StatusCode::PARTIAL_CONTENT, headers, bytes).into_response()
}

/// `bytes=from-to`, both ends in it, and no other form.
fn range_of(headers: &HeaderMap) -> Option<(u64, u64)> {
    let value = headers.get(header::RANGE)?.to_str().ok()?;
    let (from, to) = value.strip_prefix("bytes=")?.split_once('-')?;
    let (from, to) = (from.parse().ok()?, to.parse().ok()?);
    (from <= to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn one_form_of_a_range() {
        let range = |text: &str| {
            range_of(&HeaderMap::from_iter([(header::RANGE, HeaderValue::from_str(text).expect("a value"))]))
        };
        assert_eq!(range("bytes=3-9"), Some((3, 9)));
        for bad in ["bytes=9-3", "bytes=-5", "bytes=3-", "bytes=1-2,5-6", "lines=1-2", "bytes=a-b"] {
            assert_eq!(range(bad), None, "{bad}");
        }
        assert_eq!(range_of(&HeaderMap::new()), None);
    }
}
