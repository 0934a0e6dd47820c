//! What whoever runs the service may ask: figures, health and readiness. On an address of its own, and only from this
//! computer or a network that was named.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::answer::Answered;
use super::bare;
use crate::app::App;
use crate::settings::Network;

/// `/metrics`, `/health` (the process answers) and `/ready` (the database does too).
pub fn watch_router(app: Arc<App>, from: Vec<Network>) -> Router {
    Router::new()
        .route("/metrics", get(|State(app): State<Arc<App>>| async move { app.metrics.text() }))
        .route("/health", get(|| async { "ok\n" }))
        .route("/ready", get(ready))
        .layer(middleware::from_fn_with_state(Arc::new(from), guard))
        .with_state(app)
}

async fn guard(State(from): State<Arc<Vec<Network>>>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    let allowed = peer.is_some_and(|ip| ip.is_loopback() || from.iter().any(|network| network.contains(ip)));
    if allowed { next.run(request).await } else { StatusCode::FORBIDDEN.into_response() }
}

async fn ready(State(app): State<Arc<App>>) -> Answered {
    match app.database.ready().await {
        Ok(()) => bare(StatusCode::OK),
        Err(_) => bare(StatusCode::SERVICE_UNAVAILABLE),
    }
}
