//! Forms as JSON, for another system of the vendor's: a service desk that reads requests and incidents and answers them.
//!
//! It is a person of kind system with a seat of its own. It asks with a session and proofs like any PC, reads within the
//! scope of its roles, follows the change cursor, and sends envelopes that its own seat has signed and no others.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use qianban_journal::{Envelope, Event, FormId, PersonKind, Registry};
use qianban_protocol::{Fate, Missing, RefusalCode, limit as wire};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Refused;
use super::caller::{Caller, open, query};
use super::events::take_in;
use super::folded;
use crate::app::App;
use crate::database::Range;

/// `GET ?after=N&limit=N`: forms that changed. `POST`: envelopes of the system's own seat.
pub(super) const FORMS: &str = "/v1/forms";
/// Forms in one page; each is folded and its content read.
const PAGE_FORMS: usize = 100;
/// Bytes of a request with envelopes in base64.
const BODY_BYTES: usize = wire::BODY_BYTES / 3 * 4;

/// A refusal as JSON.
pub(super) struct JsonRefused(Refused);

impl<E: Into<Refused>> From<E> for JsonRefused {
    fn from(refused: E) -> Self {
        Self(refused.into())
    }
}

impl IntoResponse for JsonRefused {
    fn into_response(self) -> Response {
        let refusal = self.0.0;
        let status = StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = json!({ "refused": refusal.code.name(), "retryAfterSeconds": refusal.retry_after_s });
        (status, Json(body)).into_response()
    }
}

type Answered = Result<Json<Value>, JsonRefused>;

/// Where the system is among the changes.
#[derive(Deserialize)]
pub(super) struct Cursor {
    #[serde(default)]
    after: u64,
    limit: Option<usize>,
}

/// Forms in the order of their last change; `last` is the next cursor, the end is reached when it is `head`.
pub(super) async fn changed(State(app): State<Arc<App>>, request: Request) -> Answered {
    let cursor: Cursor = query(&request)?;
    let caller = system(&app, request, 0).await?.0;
    let ws = caller.bureau.ws;
    let head = app.database.bureau(ws).await?.ok_or(RefusalCode::UnknownBureau)?.arrivals;
    let most = cursor.limit.unwrap_or(PAGE_FORMS).clamp(1, PAGE_FORMS);
    let range = Range { ws, after: cursor.after, until: head, most, readers: caller.readers()? };
    let rows = app.database.changed(range).await?;
    let last = if rows.len() == most { rows.last().map_or(head, |row| row.changed) } else { head };
    let mut forms = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(mut form) = form(&app, &caller, row.form).await? {
            form["changed"] = json!(row.changed);
            forms.push(form);
        }
    }
    Ok(Json(json!({
        "incarnation": app.incarnation.to_string(),
        "registry": caller.chain.head().map(|head| head.number),
        "head": head,
        "last": last,
        "forms": forms,
    })))
}

/// One form, with its envelopes for whoever builds on them.
pub(super) async fn one(State(app): State<Arc<App>>, Path(id): Path<String>, request: Request) -> Answered {
    let id: FormId = id.parse().map_err(|_| RefusalCode::Malformed)?;
    let caller = system(&app, request, 0).await?.0;
    let ws = caller.bureau.ws;
    if !app.database.may_read(ws, id, caller.readers()?).await? {
        return Err(RefusalCode::NotFound.into());
    }
    let mut form = form(&app, &caller, id).await?.ok_or(RefusalCode::NotFound)?;
    let envelopes = app.database.form(ws, id).await?;
    form["envelopes"] = envelopes.iter().map(|bytes| STANDARD.encode(bytes)).collect();
    Ok(Json(form))
}

async fn form(app: &App, caller: &Caller, id: FormId) -> Result<Option<Value>, JsonRefused> {
    let ws = caller.bureau.ws;
    let folded = app.bureaus.fold(ws, id, &caller.chain).await?;
    let Some((view, registry)) = caller.chain.now().and_then(|now| Some((folded.log.view(now)?, now))) else {
        return Ok(None);
    };
    let named = folded::named(&view).into_iter().collect();
    let mut blobs = std::collections::BTreeMap::new();
    for row in app.database.lengths(ws, named, caller.readers()?).await? {
        blobs.insert(row.digest, app.bureaus.blob(ws, row.digest).await?);
    }
    Ok(Some(folded::json(&view, registry, &blobs)))
}

/// What the system sends.
#[derive(Deserialize)]
struct Sent {
    envelopes: Vec<String>,
}

/// The fate of each envelope.
pub(super) async fn answer(State(app): State<Arc<App>>, request: Request) -> Answered {
    let (caller, body) = system(&app, request, BODY_BYTES).await?;
    let sent: Sent = serde_json::from_slice(&body).map_err(|_| RefusalCode::Malformed)?;
    if sent.envelopes.len() > wire::EVENTS {
        return Err(RefusalCode::TooLarge.into());
    }
    let decoded = sent.envelopes.iter().map(|text| STANDARD.decode(text)).collect::<Result<Vec<_>, _>>();
    let envelopes = decoded.map_err(|_| RefusalCode::Malformed)?;
    for bytes in &envelopes {
        let envelope = Envelope::decode(bytes).map_err(|_| RefusalCode::Malformed)?;
        let event = Event::decode(&envelope.body).map_err(|_| RefusalCode::Malformed)?;
        if event.seat != caller.seat {
            return Err(RefusalCode::NotAllowed.into());
        }
    }
    let fates = take_in(&app, &caller, envelopes).await?;
    Ok(Json(json!({ "fates": fates.iter().map(fate).collect::<Vec<_>>() })))
}

fn fate(fate: &Fate) -> Value {
    match fate {
        Fate::Stored => json!({ "fate": "stored" }),
        Fate::Duplicate => json!({ "fate": "duplicate" }),
        Fate::Pending(Missing::Events(ids)) => {
            json!({ "fate": "pending", "events": ids.iter().map(ToString::to_string).collect::<Vec<_>>() })
        }
        Fate::Pending(Missing::Registry(number)) => json!({ "fate": "pending", "registry": number }),
        Fate::Pending(Missing::Blob(digest)) => json!({ "fate": "pending", "blob": digest.to_string() }),
        Fate::Rejected(code) => json!({ "fate": "rejected", "code": code }),
    }
}

/// A caller of kind system.
async fn system(
    app: &App,
    request: Request,
    body_max: usize,
) -> Result<(Caller, axum::body::Bytes), JsonRefused> {
    let (caller, body) = open(app, request, body_max).await?;
    let kind = |registry: Registry<'_>| {
        let person = registry.seat(caller.seat)?.certificate.person;
        Some(registry.person(person)?.kind)
    };
    if caller.chain.now().and_then(kind) == Some(PersonKind::System) {
        Ok((caller, body))
    } else {
        Err(RefusalCode::NotAllowed.into())
    }
}
