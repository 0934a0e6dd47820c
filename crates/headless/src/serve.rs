//! `serve`: the screen for a browser on this computer, on 127.0.0.1 only.
//!
//! The address that is printed holds a token that works once: it is exchanged for a cookie that scripts cannot read
//! and other sites cannot send. Every request must name our host, and every command our origin, so neither a page of
//! another site nor a rebound name reaches the desk.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use qianban_desk::api::Refusal;
use qianban_desk::{Code, Desk, Refused};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::site::Site;
use crate::{Failure, print};

/// Bytes of a request: a file chunk of 1 MiB in base64, with room.
const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data: blob:; font-src 'self' data: blob:; connect-src 'self'; worker-src 'self' blob:; \
    frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

struct Host {
    desk: Arc<Desk>,
    site: Site,
    /// `127.0.0.1:port`, as every request must name it.
    authority: String,
    /// Taken by the first browser that shows it.
    token: Mutex<Option<String>>,
    session: String,
    /// Cookies belong to an address, not to a port: a name of its own keeps two hosts apart.
    cookie: String,
}

/// Serves until the process is ended; the address goes to standard output, one line.
pub(crate) fn run(desk: &Arc<Desk>, port: Option<u16>, ui: Option<PathBuf>) -> Result<(), Failure> {
    let site = Site::read(ui)?;
    desk.exchange_in_background()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_io().enable_time().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0))).await?;
        let (host, address) = host(Arc::clone(desk), site, listener.local_addr()?)?;
        print(&format!("{address}\n"))?;
        Ok(axum::serve(listener, router(host)).await?)
    })
}

fn host(desk: Arc<Desk>, site: Site, at: SocketAddr) -> Result<(Arc<Host>, String), Failure> {
    let (token, session) = (random()?, random()?);
    let authority = at.to_string();
    let address = format!("http://{authority}/?token={token}");
    let cookie = format!("qianban-{}", at.port());
    Ok((Arc::new(Host { desk, site, authority, token: Mutex::new(Some(token)), session, cookie }), address))
}

fn router(host: Arc<Host>) -> Router {
    Router::new()
        .route("/api/{command}", post(command))
        .fallback(get(page))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn_with_state(Arc::clone(&host), guard))
        .with_state(host)
}

/// 256 random bits, as hex.
fn random() -> Result<String, Failure> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| std::io::Error::other(error.to_string()))?;
    Ok(hex::encode(bytes))
}

/// Without telling by its time how much of a guess was right.
fn equal(left: &str, right: &str) -> bool {
    left.len() == right.len() && left.bytes().zip(right.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

/// Host and origin of every request; the headers of every response.
async fn guard(State(host): State<Arc<Host>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    // A second header, or a target that names a host of its own, is somebody who hopes that another one is read.
    let plain = request.uri().authority().is_none();
    let ours = plain && says(headers, &header::HOST, &host.authority) == Some(true);
    // Browsers leave the origin out when they only read from their own site.
    let from_us = says(headers, &header::ORIGIN, &host.origin())
        .unwrap_or_else(|| request.method() == axum::http::Method::GET);
    let mut response = if !(ours && from_us) {
        (StatusCode::FORBIDDEN, "不接受来自其他网站的请求。").into_response()
    } else {
        next.run(request).await
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether the one header of this name says just that; none without the header.
fn says(headers: &HeaderMap, name: &HeaderName, expected: &str) -> Option<bool> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    Some(first.as_bytes() == expected.as_bytes() && values.next().is_none())
}

impl Host {
    fn origin(&self) -> String {
        format!("http://{}", self.authority)
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .any(|(name, value)| name == self.cookie && equal(value, &self.session))
    }

    /// True once: for the first browser that shows the token.
    fn take_token(&self, shown: &str) -> bool {
        let Ok(mut token) = self.token.lock() else { return false };
        let right = token.as_deref().is_some_and(|token| equal(token, shown));
        if right {
            *token = None;
        }
        right
    }
}

/// The screen's files, and the exchange of the token for the cookie.
async fn page(
    State(host): State<Arc<Host>>,
    Query(query): Query<Vec<(String, String)>>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let token = query.into_iter().find(|(name, _)| name == "token").map(|(_, token)| token);
    if let Some(token) = token.filter(|_| uri.path() == "/")
        && host.take_token(&token)
    {
        let cookie = format!("{}={}; HttpOnly; SameSite=Strict; Path=/", host.cookie, host.session);
        return ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response();
    }
    if !host.knows(&headers) {
        return (StatusCode::UNAUTHORIZED, "请使用程序打印的网址打开；该网址只能用一次。").into_response();
    }
    match host.site.page(uri.path()) {
        Some(page) => ([(header::CONTENT_TYPE, page.media)], page.bytes.clone()).into_response(),
        None => (StatusCode::NOT_FOUND, "没有这个页面。").into_response(),
    }
}

/// One command: 200 with its answer, 409 with the refusal.
async fn command(
    State(host): State<Arc<Host>>,
    Path(command): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Response {
    if !host.knows(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Ok(body) = body else { return refusal(Refused::new(Code::RequestSize)) };
    let request: Value = match serde_json::from_slice(&body) {
        Ok(request) => request,
        Err(error) => return refusal(Refused::unread(&error)),
    };
    let desk = Arc::clone(&host.desk);
    match tokio::task::spawn_blocking(move || desk.call(&command, request)).await {
        Ok(Ok(answer)) => axum::Json(answer).into_response(),
        Ok(Err(no)) => (StatusCode::CONFLICT, axum::Json(no)).into_response(),
        Err(error) => refusal(Refused::about(Code::Internal, error)),
    }
}

fn refusal(refused: Refused) -> Response {
    (StatusCode::CONFLICT, axum::Json(Refusal::from(refused))).into_response()
}

#[cfg(test)]
mod tests;
