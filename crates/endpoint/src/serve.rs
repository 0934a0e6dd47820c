//! Accepting connections, with TLS where there are certificates, within bounds of number and time, and ending well.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;
use tower::Service;
use tracing::{debug, warn};

use crate::limit;

/// Answers on a listener until `end` is told, then lets requests under way finish. `count` is how many connections are
/// open.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<TlsAcceptor>,
    count: Arc<AtomicU64>,
    mut end: watch::Receiver<bool>,
) {
    let room = Arc::new(Semaphore::new(limit::CONNECTIONS));
    let graceful = GracefulShutdown::new();
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = end.wait_for(|ended| *ended) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(reason) => {
                warn!(%reason, "a connection was not accepted");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                continue;
            }
        };
        let (router, tls, count, watcher) =
            (router.clone(), tls.clone(), Arc::clone(&count), graceful.watcher());
        tokio::spawn(async move {
            count.fetch_add(1, Ordering::Relaxed);
            connection(stream, peer, router, tls, watcher).await;
            count.fetch_sub(1, Ordering::Relaxed);
            drop(permit);
        });
    }
    drop(listener);
    if tokio::time::timeout(limit::GRACE_TIME, graceful.shutdown()).await.is_err() {
        warn!("requests under way were cut off");
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    tls: Option<TlsAcceptor>,
    watcher: hyper_util::server::graceful::Watcher,
) {
    // Small answers must not wait for the next one.
    let _ = stream.set_nodelay(true);
    match tls {
        None => answer(stream, peer, router, watcher).await,
        Some(tls) => match tokio::time::timeout(limit::HANDSHAKE_TIME, tls.accept(stream)).await {
            Ok(Ok(stream)) => answer(stream, peer, router, watcher).await,
            Ok(Err(reason)) => debug!(%reason, "no handshake"),
            Err(_) => debug!("the handshake took too long"),
        },
    }
}

fn answer<S>(
    stream: S,
    peer: SocketAddr,
    router: Router,
    watcher: hyper_util::server::graceful::Watcher,
) -> impl Future<Output = ()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let mut router = router.clone();
        async move { Ok::<_, Infallible>(router.call(request).await.unwrap_or_else(|never| match never {})) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limit::HEAD_TIME)
        .serve_connection(TokioIo::new(stream), service);
    async move {
        if let Err(reason) = watcher.watch(connection).await {
            debug!(%reason, "a connection ended");
        }
    }
}
