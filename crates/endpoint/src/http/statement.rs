//! What the endpoint says under its own key: receipts (L7b) and checkpoints (Y7).

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use qianban_journal::{Checkpoint, EndpointLog, FormHeads, FormId, Receipt, flow_heads};
use qianban_protocol::RefusalCode;
use serde::Deserialize;

use super::answer::{Answered, Refused, bytes};
use super::caller::{open, query};
use crate::app::App;
use crate::clock::now_ms;

/// `GET`: what is here of a form.
pub(super) async fn receipt(
    State(app): State<Arc<App>>,
    Path(form): Path<String>,
    request: Request,
) -> Answered {
    let (caller, _) = open(&app, request, 0).await?;
    let form: FormId = form.parse().map_err(|_| RefusalCode::Malformed)?;
    let ws = caller.bureau.ws;
    if !app.database.may_read(ws, form, caller.readers()?).await? {
        return Err(RefusalCode::NotFound.into());
    }
    let folded = app.bureaus.fold(ws, form, &caller.chain).await?;
    let heads = flow_heads(folded.log.ids().filter_map(|id| Some((id, folded.log.event(id)?))));
    let receipt = Receipt::issue(ws, app.incarnation, FormHeads::of(form, &heads), now_ms(), &app.key);
    bytes(receipt.map_err(|_| Refused::from(RefusalCode::Internal))?.encode())
}

/// Of when so many events had arrived; of now without.
#[derive(Deserialize)]
pub(super) struct Moment {
    n: Option<u64>,
}

/// `GET`: the log as it is or was.
pub(super) async fn checkpoint(State(app): State<Arc<App>>, request: Request) -> Answered {
    let moment: Moment = query(&request)?;
    let (caller, _) = open(&app, request, 0).await?;
    let ws = caller.bureau.ws;
    let log = match moment.n {
        None => {
            let row = app.database.bureau(ws).await?.ok_or(RefusalCode::UnknownBureau)?;
            EndpointLog::at(row.arrivals, row.log_root)
        }
        Some(0) => EndpointLog::new(ws, app.incarnation),
        Some(n) => EndpointLog::at(n, app.database.log_root(ws, n).await?.ok_or(RefusalCode::NotFound)?),
    };
    let checkpoint = Checkpoint::issue(ws, app.incarnation, log, now_ms(), &app.key);
    bytes(checkpoint.map_err(|_| Refused::from(RefusalCode::Internal))?.encode())
}
