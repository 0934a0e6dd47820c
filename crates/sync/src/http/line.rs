//! One line to one place: requests and answers as bytes. Every answer is bounded in length and time and must say that it
//! comes from an endpoint; nobody is followed elsewhere.

use std::io::Read;
use std::time::{Duration, Instant};

use qianban_protocol::hello::{Hello, VERSION};
use qianban_protocol::{Message, Refusal, path};
use qianban_store::StoreError;
use reqwest::blocking::{Client, Response};
use reqwest::{Certificate, Method, Proxy, Url, redirect};

use super::pinned;

/// Until a connection stands.
const CONNECT_TIME: Duration = Duration::from_secs(15);
/// For one request with its answer: a full body over 1 Mbit/s takes half a minute.
const REQUEST_TIME: Duration = Duration::from_secs(120);

/// Bytes that are asked of an answer at once.
const PIECE_BYTES: usize = 16 * 1024;

/// Why an exchange ended early. What was taken in before stays.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The address, the proxy or the certificate cannot be used.
    #[error("the setting cannot be used")]
    Setting,
    /// Whoever answers has no certificate that holds, or another key than the one that was agreed on.
    #[error("a certificate that does not hold")]
    Certificate,
    /// Nobody answers, or the line was cut.
    #[error("nobody answers")]
    Unreachable,
    /// Somebody answers who is no endpoint: a captive portal, a proxy's page.
    #[error("not an endpoint")]
    NotAnEndpoint,
    /// An endpoint whose answer has no sense.
    #[error("an answer that makes no sense")]
    Nonsense,
    /// One of the two sides must be updated.
    #[error("no common version")]
    Version,
    /// The endpoint refused the request.
    #[error("refused: {}", .0.code.name())]
    Refused(Refusal),
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// There is no randomness, or the key cannot sign.
    #[error("the request cannot be signed")]
    Unsigned,
    /// The store.
    #[error("store")]
    Store(#[from] StoreError),
}

impl ExchangeError {
    /// Whether trying again makes sense without anybody doing anything.
    #[must_use]
    pub const fn passes(&self) -> bool {
        match self {
            Self::Unreachable | Self::NotAnEndpoint => true,
            Self::Refused(refusal) => refusal.code.passes(),
            _ => false,
        }
    }
}

/// Where the endpoint is, and how to get there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Root of its addresses, `https://host:port`; of a PC that relays `https://host:port#fingerprint`, and then that key
    /// is right and no other.
    pub url: String,
    /// An HTTP proxy, where one is needed.
    pub proxy: Option<String>,
    /// The bureau's own certificate authority in PEM; no other is trusted then.
    pub authority: Option<String>,
}

/// Whether the way can be used; nobody is asked.
///
/// # Errors
/// [`ExchangeError::Setting`].
pub fn check(access: &Access) -> Result<(), ExchangeError> {
    Line::to(access).map(drop)
}

/// A request.
pub(super) struct Ask<'a> {
    pub(super) method: Method,
    pub(super) target: &'a str,
    pub(super) body: Vec<u8>,
    /// Value of the header that proves who asks.
    pub(super) proof: Option<String>,
    /// The first and the last byte that are asked for.
    pub(super) range: Option<(u64, u64)>,
    /// Bytes of the longest answer.
    pub(super) most: usize,
}

/// A line.
pub(super) struct Line {
    client: Client,
    root: Url,
}

impl Line {
    pub(super) fn to(access: &Access) -> Result<Self, ExchangeError> {
        // Another crate of the process may have chosen one before; any that is chosen will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (root, client) = client(access).ok_or(ExchangeError::Setting)?;
        Ok(Self { client, root })
    }

    /// Says hello.
    pub(super) fn hello(&self) -> Result<Hello, ExchangeError> {
        let hello: Hello = self.unproven(Method::GET, path::HELLO, Vec::new())?;
        hello.common_version().ok_or(ExchangeError::Version)?;
        Ok(hello)
    }

    /// A request that needs no proof, answered by a message.
    pub(super) fn unproven<A: Message>(
        &self,
        method: Method,
        target: &str,
        body: Vec<u8>,
    ) -> Result<A, ExchangeError> {
        let bytes = self.ask(Ask { method, target, body, proof: None, range: None, most: A::MAX_BYTES })?;
        A::decode(&bytes).map_err(|_| ExchangeError::Nonsense)
    }

    pub(super) fn ask(&self, ask: Ask<'_>) -> Result<Vec<u8>, ExchangeError> {
        let url = self.root.join(ask.target).map_err(|_| ExchangeError::Setting)?;
        let mut request = self.client.request(ask.method, url).header(path::VERSION_HEADER, VERSION);
        if !ask.body.is_empty() {
            request = request.header("content-type", path::MEDIA).body(ask.body);
        }
        if let Some(proof) = ask.proof {
            request = request.header("authorization", proof);
        }
        if let Some((first, last)) = ask.range {
            request = request.header("range", format!("bytes={first}-{last}"));
        }
        let began = Instant::now();
        read(request.send().map_err(unanswered)?, ask.most, &|| began.elapsed() < REQUEST_TIME)
    }
}

/// Why no answer came at all.
fn unanswered(error: reqwest::Error) -> ExchangeError {
    if pinned::is_other_key(&error) { ExchangeError::Certificate } else { ExchangeError::Unreachable }
}

fn read(answer: Response, most: usize, in_time: &dyn Fn() -> bool) -> Result<Vec<u8>, ExchangeError> {
    if !answer.headers().contains_key(path::VERSION_HEADER) {
        return Err(ExchangeError::NotAnEndpoint);
    }
    let good = answer.status().is_success();
    let most = if good { most } else { Refusal::MAX_BYTES };
    let bytes = whole(answer, most, in_time)?;
    if good {
        return Ok(bytes);
    }
    Err(Refusal::decode(&bytes).map_or(ExchangeError::Nonsense, ExchangeError::Refused))
}

/// All bytes of an answer, which has at most so many and comes in time: the client's own limit counts anew with every
/// piece, so that a server could trickle for ever (faults 69).
fn whole(mut answer: impl Read, most: usize, in_time: &dyn Fn() -> bool) -> Result<Vec<u8>, ExchangeError> {
    let (mut bytes, mut piece) = (Vec::new(), vec![0; PIECE_BYTES]);
    loop {
        let length = answer.read(&mut piece).map_err(|_| ExchangeError::Unreachable)?;
        bytes.extend(piece.iter().take(length));
        match length {
            _ if bytes.len() > most => return Err(ExchangeError::Nonsense),
            0 => return Ok(bytes),
            _ if !in_time() => return Err(ExchangeError::Unreachable),
            _ => {}
        }
    }
}

fn client(access: &Access) -> Option<(Url, Client)> {
    let mut root = Url::parse(&access.url).ok().filter(|url| matches!(url.scheme(), "https" | "http"))?;
    let pinned = pinned::config(&mut root)?;
    let mut builder = Client::builder()
        .connect_timeout(CONNECT_TIME)
        .timeout(REQUEST_TIME)
        .redirect(redirect::Policy::none())
        .no_proxy();
    if let Some(proxy) = &access.proxy {
        builder = builder.proxy(Proxy::all(proxy).ok()?);
    }
    if let Some(authority) = &access.authority {
        builder = builder.tls_certs_only(Certificate::from_pem_bundle(authority.as_bytes()).ok()?);
    }
    if let Some(pinned) = pinned {
        builder = builder.tls_backend_preconfigured(pinned);
    }
    Some((root, builder.build().ok()?))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// A server that sends one byte at a time, without end.
    struct Trickle;

    impl Read for Trickle {
        fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
            to.iter_mut().take(1).for_each(|byte| *byte = 0x80);
            Ok(to.len().min(1))
        }
    }

    #[test]
    fn an_answer_that_trickles_is_left_when_the_time_is_over() {
        let pieces = Cell::new(0);
        let in_time = || pieces.replace(pieces.get() + 1) < 50;
        let left = whole(Trickle, 1_000, &in_time);
        assert!(matches!(left, Err(ExchangeError::Unreachable)) && pieces.get() == 51, "{left:?}");
        let endless = whole(Trickle, 1_000, &|| true);
        assert!(matches!(endless, Err(ExchangeError::Nonsense)), "{endless:?}");
        assert_eq!(whole(&b"an answer"[..], 9, &|| true).ok().as_deref(), Some(&b"an answer"[..]));
    }
}
