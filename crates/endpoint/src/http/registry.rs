//! The registry in and out.

use std::sync::Arc;

use axum::extract::{Request, State};
use qianban_protocol::registry::Entries;
use qianban_protocol::{Fates, Message, RefusalCode, limit as wire};
use serde::Deserialize;

use super::answer::{Answered, message};
use super::caller::{open, query};
use crate::app::App;

/// The last entry that a client has.
#[derive(Deserialize)]
pub(super) struct Cursor {
    after: u32,
}

/// `GET`: entries after a number.
pub(super) async fn pull(State(app): State<Arc<App>>, request: Request) -> Answered {
    let cursor: Cursor = query(&request)?;
    let (caller, _) = open(&app, request, 0).await?;
    message(&Entries(app.database.entries(caller.bureau.ws, cursor.after, wire::ENTRIES).await?))
}

/// `POST`: the fate of each.
pub(super) async fn push(State(app): State<Arc<App>>, request: Request) -> Answered {
    let (caller, body) = open(&app, request, Entries::MAX_BYTES).await?;
    let Entries(entries) = Entries::decode(&body).map_err(|_| RefusalCode::Malformed)?;
    let mut fates = Vec::with_capacity(entries.len());
    for entry in entries {
        fates.push(app.bureaus.add_entry(&caller.bureau, entry).await?);
    }
    message(&Fates(fates))
}
