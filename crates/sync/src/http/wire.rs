//! Signed requests and their messages. What comes back is decoded strictly.

use qianban_journal::limit::CHECKPOINT_BYTES;
use qianban_journal::{Checkpoint, Incarnation, Signer, digest};
use qianban_protocol::hello::Capability;
use qianban_protocol::{Claim, Message, Proof, SignedSession, path};
use reqwest::Method;

use super::line::{Access, Ask, ExchangeError, Line};

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
    line: Line,
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
        let line = Line::to(access)?;
        let before_ms = (caller.now_ms)();
        let hello = line.hello()?;
        let ahead_ms = hello.now_ms.saturating_sub(before_ms);
        let gives_checkpoints = hello.capabilities.iter().any(|name| name == Capability::Checkpoint.name());
        Ok(Self { line, caller, incarnation: hello.incarnation, gives_checkpoints, ahead_ms })
    }

    /// A request with a message, answered by one.
    pub(crate) fn post<A: Message>(&self, target: &str, message: &impl Message) -> Result<A, ExchangeError> {
        self.message(Method::POST, target, message.encode())
    }

    /// A request without a body, answered by a message.
    pub(crate) fn get<A: Message>(&self, target: &str) -> Result<A, ExchangeError> {
        self.message(Method::GET, target, Vec::new())
    }

    /// A part of a blob on its way up, answered by a message.
    pub(crate) fn put<A: Message>(&self, target: &str, bytes: Vec<u8>) -> Result<A, ExchangeError> {
        self.message(Method::PUT, target, bytes)
    }

    /// A request with these bytes, answered by a message.
    pub(crate) fn message<A: Message>(
        &self,
        method: Method,
        target: &str,
        body: Vec<u8>,
    ) -> Result<A, ExchangeError> {
        let bytes = self.signed(method, target, body, None, A::MAX_BYTES)?;
        A::decode(&bytes).map_err(|_| ExchangeError::Nonsense)
    }

    /// Bytes `first` to `last` of a blob, `last` included.
    pub(crate) fn range(&self, target: &str, first: u64, last: u64) -> Result<Vec<u8>, ExchangeError> {
        let most = usize::try_from(last - first + 1).unwrap_or(usize::MAX);
        self.signed(Method::GET, target, Vec::new(), Some((first, last)), most)
    }

    /// The log as it is, or as it was when `n` events had arrived.
    pub(crate) fn checkpoint(&self, n: Option<u64>) -> Result<Checkpoint, ExchangeError> {
        let target = n.map_or(path::CHECKPOINT.to_owned(), |n| format!("{}?n={n}", path::CHECKPOINT));
        let bytes = self.signed(Method::GET, &target, Vec::new(), None, CHECKPOINT_BYTES)?;
        Checkpoint::decode(&bytes).map_err(|_| ExchangeError::Nonsense)
    }

    fn signed(
        &self,
        method: Method,
        target: &str,
        body: Vec<u8>,
        range: Option<(u64, u64)>,
        most: usize,
    ) -> Result<Vec<u8>, ExchangeError> {
        let claim = Claim {
            method: method.as_str(),
            target,
            body: digest(&body),
            incarnation: self.incarnation,
            at_ms: (self.caller.now_ms)().saturating_add(self.ahead_ms),
            nonce: (self.caller.nonce)().ok_or(ExchangeError::Unsigned)?,
        };
        let proof = Proof::sign(self.caller.session.clone(), &claim, self.caller.key);
        let proof = Some(proof.map_err(|_| ExchangeError::Unsigned)?.to_header());
        self.line.ask(Ask { method, target, body, proof, range, most })
    }
}
