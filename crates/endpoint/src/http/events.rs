//! Events in and out (Y2–Y4).

use std::sync::Arc;

use axum::extract::{Request, State};
use qianban_protocol::events::{Arrived, Envelopes, Ids, Page};
use qianban_protocol::{Fate, Fates, Message, RefusalCode, limit as wire};
use serde::Deserialize;

use super::answer::{Answered, message};
use super::caller::{Caller, open, query};
use crate::admission::{Intake, Untaken};
use crate::app::App;
use crate::database::{EventRow, Range};
use crate::limit;

/// `POST`: the fate of each.
pub(super) async fn push(State(app): State<Arc<App>>, request: Request) -> Answered {
    let (caller, body) = open(&app, request, Envelopes::MAX_BYTES).await?;
    let Envelopes(envelopes) = Envelopes::decode(&body).map_err(|_| RefusalCode::Malformed)?;
    message(&Fates(take_in(&app, &caller, envelopes).await?))
}

/// Takes envelopes in and counts what became of them.
pub(super) async fn take_in(
    app: &App,
    caller: &Caller,
    envelopes: Vec<Vec<u8>>,
) -> Result<Vec<Fate>, Untaken> {
    let intake = Intake {
        database: &*app.database,
        bureaus: &app.bureaus,
        bureau: &caller.bureau,
        sender: caller.sender,
        readers: caller.readers().map_err(Untaken::Refused)?,
        verifying: &app.verifying,
        first: true,
    };
    let fates = intake.take_in(envelopes).await?;
    app.metrics.events(&fates);
    Ok(fates)
}

/// Where a client is in the log.
#[derive(Deserialize)]
pub(super) struct Cursor {
    inc: String,
    after: u64,
}

/// `GET`: what arrived after the cursor.
pub(super) async fn pull(State(app): State<Arc<App>>, request: Request) -> Answered {
    let cursor: Cursor = query(&request)?;
    let (caller, _) = open(&app, request, 0).await?;
    if cursor.inc.parse() != Ok(app.incarnation) {
        return Err(RefusalCode::Incarnation.into());
    }
    let ws = caller.bureau.ws;
    let head = app.database.bureau(ws).await?.ok_or(RefusalCode::UnknownBureau)?.arrivals;
    if cursor.after > head {
        return Err(RefusalCode::Incarnation.into());
    }
    let until = head.min(cursor.after.saturating_add(limit::SCANNED));
    let range = Range { ws, after: cursor.after, until, most: wire::EVENTS, readers: caller.readers()? };
    let rows = app.database.range(range).await?;
    let last = if rows.len() == wire::EVENTS { rows.last().map_or(until, |row| row.n) } else { until };
    let events = rows.into_iter().map(|EventRow { n, envelope, .. }| Arrived { n, envelope }).collect();
    message(&Page { incarnation: app.incarnation, last, head, events })
}

/// `POST`: those that are here and in scope.
pub(super) async fn by_id(State(app): State<Arc<App>>, request: Request) -> Answered {
    let (caller, body) = open(&app, request, Ids::MAX_BYTES).await?;
    let Ids(ids) = Ids::decode(&body).map_err(|_| RefusalCode::Malformed)?;
    let rows = app.database.by_id(caller.bureau.ws, ids, caller.readers()?).await?;
    message(&Envelopes(rows.into_iter().map(|row| row.envelope).collect()))
}
