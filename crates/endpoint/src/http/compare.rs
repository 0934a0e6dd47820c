//! The daily comparison (Y5).

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use qianban_journal::EventId;
use qianban_protocol::compare::{BucketIds, Buckets, bucket_digest};
use qianban_protocol::{RefusalCode, limit as wire};
use serde::Deserialize;

use super::answer::{Answered, message};
use super::caller::{charge, open, query};
use crate::app::App;
use crate::database::Bucket;
use crate::limit;

/// `GET`: the digests of all buckets.
pub(super) async fn buckets(State(app): State<Arc<App>>, request: Request) -> Answered {
    let (caller, _) = open(&app, request, 0).await?;
    charge(&app, caller.seat, limit::COMPARE_COST)?;
    let ws = caller.bureau.ws;
    let head = app.database.bureau(ws).await?.ok_or(RefusalCode::UnknownBureau)?.arrivals;
    let readers = caller.readers()?;
    let mut digests = Vec::with_capacity(wire::BUCKETS);
    for byte in 0..=u8::MAX {
        let whole = Bucket { ws, byte, after: None, until: head, most: usize::MAX, readers: readers.clone() };
        digests.push(bucket_digest(app.database.bucket(whole).await?));
    }
    message(&Buckets { head, digests })
}

/// After which id.
#[derive(Deserialize)]
pub(super) struct Cursor {
    after: Option<String>,
}

/// `GET`: the ids of one bucket.
pub(super) async fn ids(State(app): State<Arc<App>>, Path(byte): Path<String>, request: Request) -> Answered {
    let cursor: Cursor = query(&request)?;
    let byte: u8 = byte.parse().map_err(|_| RefusalCode::Malformed)?;
    let (caller, _) = open(&app, request, 0).await?;
    let after =
        cursor.after.map(|id| id.parse::<EventId>()).transpose().map_err(|_| RefusalCode::Malformed)?;
    let (ws, most, readers) = (caller.bureau.ws, wire::BUCKET_IDS + 1, caller.readers()?);
    let bucket = Bucket { ws, byte, after, until: u64::MAX, most, readers };
    let mut ids = app.database.bucket(bucket).await?;
    let more = ids.len() > wire::BUCKET_IDS;
    ids.truncate(wire::BUCKET_IDS);
    message(&BucketIds { ids, more })
}
