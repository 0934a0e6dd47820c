//! Requests and answers. Every answer is bounded in length and time, must say that it comes from an endpoint, and is
//! decoded strictly.

use std::io::Read;
use std::time::Duration;

use qianban_journal::limit::CHECKPOINT_BYTES;
use qianban_journal::{Checkpoint, Incarnation, Signer, digest};
use qianban_protocol::hello::{Capability, Hello, VERSION};
use qianban_protocol::{Claim, Message, Proof, Refusal, SignedSession, path};
use qianban_store::StoreError;
use reqwest::blocking::{Client, Response};
use reqwest::{Certificate, Method, Proxy, Url, redirect};

use super::pinned;

/// Until a connection stands.
const CONNECT_TIME: Duration = Duration::from_secs(15);
/// For one request with its answer: a full body over 1 Mbit/s takes half a minute.
const REQUEST_TIME: Duration = Duration::from_secs(120);

/// Why an exchange ended early. What was taken in before stays.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The address, the proxy or the certificate cannot be used.
    #[error("the setting cannot be used")]
    Setting,
    /// Nobody answers, or the line was cut.
    #[error("nobody answers")]
    Unreachable,
    /// Whoever answers has no certificate that holds, or another key than the one that was agreed on.
    #[error("a certificate that does not hold")]
    Certificate,
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

/// Who asks: a session that the seat's key opened, the session's key, and what the surroundings give.
pub struct Caller<'a> {
    /// Signed by the seat.
    pub session: &'a SignedSession,
    /// The session's key.
    pub key: &'a dyn Signer,
    /// This PC's clock, milliseconds since 1970.
    pub now_ms: &'a dyn Fn() -> i64,
    /// Random bytes.
    pub nonce: &'a dyn Fn() -> Option<[u8; 16]>,
}

/// A way to one endpoint.
pub struct Wire<'a> {
    client: Client,
    root: Url,
    caller: Caller<'a>,
    /// Which life of which endpoint answers.
    pub incarnation: Incarnation,
    /// Whether it signs checkpoints of its log (Y7).
    pub(crate) gives_checkpoints: bool,
    /// What its clock is ahead of ours, in milliseconds.
    ahead_ms: i64,
}

impl<'a> Wire<'a> {
    /// Says hello.
    ///
    /// # Errors
    /// See [`ExchangeError`].
    pub fn open(access: &Access, caller: Caller<'a>) -> Result<Self, ExchangeError> {
        // Another crate of the process may have chosen one before; any that is chosen will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (root, client) = client(access).ok_or(ExchangeError::Setting)?;
        let incarnation = Incarnation([0; 16]);
        let mut wire = Self { client, root, caller, incarnation, gives_checkpoints: false, ahead_ms: 0 };
        let before_ms = (wire.caller.now_ms)();
        let bytes = wire.send(Method::GET, path::HELLO, Vec::new(), None, Hello::MAX_BYTES)?;
        let hello = Hello::decode(&bytes).map_err(|_| ExchangeError::Nonsense)?;
        hello.common_version().ok_or(ExchangeError::Version)?;
        wire.incarnation = hello.incarnation;
        wire.gives_checkpoints = hello.capabilities.iter().any(|name| name == Capability::Checkpoint.name());
        wire.ahead_ms = hello.now_ms.saturating_sub(before_ms);
        Ok(wire)
    }

    /// A request with a message, answered by one.
    pub(crate) fn post<A: Message>(&self, target: &str, message: &impl Message) -> Result<A, ExchangeError> {
        let bytes = self.signed(Method::POST, target, message.encode(), A::MAX_BYTES)?;
        A::decode(&bytes).map_err(|_| ExchangeError::Nonsense)
    }

    /// A request without a body, answered by a message.
    pub(crate) fn get<A: Message>(&self, target: &str) -> Result<A, ExchangeError> {
        let bytes = self.signed(Method::GET, target, Vec::new(), A::MAX_BYTES)?;
        A::decode(&bytes).map_err(|_| ExchangeError::Nonsense)
    }

    /// A part of a blob on its way up, answered by a message.
    pub(crate) fn put<A: Message>(&self, target: &str, bytes: Vec<u8>) -> Result<A, ExchangeError> {
        let bytes = self.signed(Method::PUT, target, bytes, A::MAX_BYTES)?;
        A::decode(&bytes).map_err(|_| ExchangeError::Nonsense)
    }

    /// Bytes `from` to `until` of a blob, `until` included.
    pub(crate) fn range(&self, target: &str, from: u64, until: u64) -> Result<Vec<u8>, ExchangeError> {
        let proof = self.proof(Method::GET.as_str(), target, &[])?;
        let range = format!("bytes={from}-{until}");
        let most = usize::try_from(until - from + 1).unwrap_or(usize::MAX);
        let request = self.request(Method::GET, target, Vec::new(), Some(proof))?.header("range", range);
        self.read(request.send().map_err(unanswered)?, most)
    }

    /// The log as it is, or as it was when `n` events had arrived.
    pub(crate) fn checkpoint(&self, n: Option<u64>) -> Result<Checkpoint, ExchangeError> {
        let target = n.map_or(path::CHECKPOINT.to_owned(), |n| format!("{}?n={n}", path::CHECKPOINT));
        let bytes = self.signed(Method::GET, &target, Vec::new(), CHECKPOINT_BYTES)?;
        Checkpoint::decode(&bytes).map_err(|_| ExchangeError::Nonsense)
    }

    fn signed(
        &self,
        method: Method,
        target: &str,
        body: Vec<u8>,
        most: usize,
    ) -> Result<Vec<u8>, ExchangeError> {
        let proof = self.proof(method.as_str(), target, &body)?;
        self.send(method, target, body, Some(proof), most)
    }

    fn proof(&self, method: &str, target: &str, body: &[u8]) -> Result<String, ExchangeError> {
        let claim = Claim {
            method,
            target,
            body: digest(body),
            incarnation: self.incarnation,
            at_ms: (self.caller.now_ms)().saturating_add(self.ahead_ms),
            nonce: (self.caller.nonce)().ok_or(ExchangeError::Unsigned)?,
        };
        let proof = Proof::sign(self.caller.session.clone(), &claim, self.caller.key);
        proof.map(|proof| proof.to_header()).map_err(|_| ExchangeError::Unsigned)
    }

    fn request(
        &self,
        method: Method,
        target: &str,
        body: Vec<u8>,
        proof: Option<String>,
    ) -> Result<reqwest::blocking::RequestBuilder, ExchangeError> {
        let url = self.root.join(target).map_err(|_| ExchangeError::Setting)?;
        let request = self.client.request(method, url).header(path::VERSION_HEADER, VERSION);
        let request =
            if body.is_empty() { request } else { request.header("content-type", path::MEDIA).body(body) };
        Ok(match proof {
            Some(proof) => request.header("authorization", proof),
            None => request,
        })
    }

    fn send(
        &self,
        method: Method,
        target: &str,
        body: Vec<u8>,
        proof: Option<String>,
        most: usize,
    ) -> Result<Vec<u8>, ExchangeError> {
        let request = self.request(method, target, body, proof)?;
        self.read(request.send().map_err(unanswered)?, most)
    }

    fn read(&self, answer: Response, most: usize) -> Result<Vec<u8>, ExchangeError> {
        if !answer.headers().contains_key(path::VERSION_HEADER) {
            return Err(ExchangeError::NotAnEndpoint);
        }
        let good = answer.status().is_success();
        let most = if good { most } else { Refusal::MAX_BYTES };
        let mut bytes = Vec::new();
        answer.take(most as u64 + 1).read_to_end(&mut bytes).map_err(|_| ExchangeError::Unreachable)?;
        if bytes.len() > most {
            return Err(ExchangeError::Nonsense);
        }
        if good {
            return Ok(bytes);
        }
        Err(Refusal::decode(&bytes).map_or(ExchangeError::Nonsense, ExchangeError::Refused))
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

/// Why no answer came at all.
fn unanswered(error: reqwest::Error) -> ExchangeError {
    if pinned::is_other_key(&error) { ExchangeError::Certificate } else { ExchangeError::Unreachable }
}
