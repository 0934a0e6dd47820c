//! The requests that are answered, and what all of them have in common.

mod answer;
mod blobs;
mod caller;
mod compare;
mod enrol;
mod events;
mod folded;
mod readable;
mod registry;
mod statement;
#[cfg(feature = "program")]
mod watch;

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use qianban_journal::Signer;
use qianban_protocol::hello::{Capability, Hello, VERSION, VERSIONS};
use qianban_protocol::{RefusalCode, path};
use tracing::info;

use crate::app::App;
use crate::clock::now_ms;
use crate::limit;
use answer::{Answered, Refused, message};

#[cfg(feature = "program")]
pub use watch::watch_router;

/// Everything that is answered to PCs.
pub fn router(app: Arc<App>) -> Router {
    let blob = format!("{}/{{digest}}", path::BLOBS);
    Router::new()
        .route(path::HELLO, get(hello))
        .route(path::FOUND, post(enrol::found))
        .route(path::ENROL, post(enrol::enrol).get(enrol::waiting))
        .route(path::ENROL_CODE, post(enrol::code))
        .route(path::REGISTRY, get(registry::pull).post(registry::push))
        .route(path::EVENTS, get(events::pull).post(events::push))
        .route(path::EVENTS_BY_ID, post(events::by_id))
        .route(path::COMPARE, get(compare::buckets))
        .route(&format!("{}/{{bucket}}", path::COMPARE), get(compare::ids))
        .route(path::BLOBS_MISSING, post(blobs::missing))
        .route(path::BLOBS_PUT, post(blobs::put_small))
        .route(path::BLOBS_GET, post(blobs::get_small))
        .route(&blob, get(blobs::get_long).head(blobs::head).put(blobs::put_part))
        .route(&format!("{}/{{form}}", path::RECEIPT), get(statement::receipt))
        .route(path::CHECKPOINT, get(statement::checkpoint))
        .route(readable::FORMS, get(readable::changed).post(readable::answer))
        .route(&format!("{}/{{form}}", readable::FORMS), get(readable::one))
        .fallback(nowhere)
        .method_not_allowed_fallback(nowhere)
        .layer(middleware::from_fn_with_state(Arc::clone(&app), frame))
        .with_state(app)
}

/// Around every request: its version, its time, its figures, and the version header of the answer.
async fn frame(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let method = request.method().clone();
    let pattern = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let mut response = match checked_version(&request) {
        Err(refused) => refused.into_response(),
        Ok(()) => match tokio::time::timeout(limit::REQUEST_TIME, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Refused::from(RefusalCode::Busy).into_response(),
        },
    };
    response.headers_mut().insert(path::VERSION_HEADER, HeaderValue::from_static(VERSION));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let (status, took) = (response.status().as_u16(), start.elapsed());
    app.metrics.request(&pattern, status, took);
    info!(%method, path = %pattern, status, ms = took.as_millis() as u64, "request");
    response
}

/// Every request but a hello names a version that is understood, and no body is packed: what is not unpacked is no bomb.
fn checked_version(request: &Request) -> Result<(), Refused> {
    if request.headers().contains_key(header::CONTENT_ENCODING) {
        return Err(RefusalCode::Malformed.into());
    }
    let version = request.headers().get(path::VERSION_HEADER).and_then(|value| value.to_str().ok());
    let understood = version.is_some_and(|version| VERSIONS.contains(&version));
    if understood || request.uri().path() == path::HELLO { Ok(()) } else { Err(RefusalCode::Version.into()) }
}

async fn nowhere() -> Refused {
    RefusalCode::NotFound.into()
}

async fn hello(State(app): State<Arc<App>>) -> Answered {
    let capabilities = [Capability::Enrol, Capability::Receipt, Capability::Checkpoint, Capability::Readable];
    message(&Hello::of(&capabilities, app.incarnation, Some(app.key.public()), now_ms()))
}

/// A status without a body.
fn bare(status: StatusCode) -> Answered {
    Ok(status.into_response())
}
