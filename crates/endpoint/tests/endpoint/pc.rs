//! A PC that asks, over TCP, with a session and a proof for each request.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use qianban_journal::{Incarnation, Signer, Sm2Key, digest};
use qianban_protocol::hello::{Hello, VERSION};
use qianban_protocol::{Claim, Message, Proof, Refusal, RefusalCode, Session, SignedSession, limit, path};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::bureau::{Bureau, Who};

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The message of an answer that must be good.
    pub(crate) fn message<M: Message>(&self) -> M {
        assert_eq!(self.status, 200, "{:?}", self.refusal());
        M::decode(&self.body).expect("a message")
    }

    /// Why it was refused.
    pub(crate) fn refusal(&self) -> Option<RefusalCode> {
        Refusal::decode(&self.body).ok().map(|refusal| refusal.code)
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// Sends bytes and reads until the other side closes; none if it was cut off before its answer was whole.
async fn try_send(at: SocketAddr, head: &str, body: &[u8]) -> Option<Answer> {
    let mut stream = TcpStream::connect(at).await.ok()?;
    stream.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes()).await.ok()?;
    // Whoever refuses by the head alone does not read the body.
    let _ = stream.write_all(body).await;
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let text = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = text.split(' ').nth(1)?.parse().ok()?;
    let answer = Answer { status, head: text, body: bytes[end + 4..].to_vec() };
    let whole = answer.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    (answer.body.len() == whole || head.starts_with("HEAD")).then_some(answer)
}

/// The same of somebody who answers.
pub(crate) async fn send(at: SocketAddr, head: &str, body: &[u8]) -> Answer {
    try_send(at, head, body).await.expect("an answer")
}

fn head_of(method: &str, target: &str, more: &str, length: usize) -> String {
    let version = path::VERSION_HEADER;
    format!(
        "{method} {target} HTTP/1.1\r\nHost: endpoint\r\n{version}: {VERSION}\r\n{more}Content-Length: {length}\r\n"
    )
}

/// A request without a proof.
pub(crate) async fn plain(at: SocketAddr, method: &str, target: &str, more: &str, body: &[u8]) -> Answer {
    send(at, &head_of(method, target, more, body.len()), body).await
}

/// A PC with a session.
pub(crate) struct Pc {
    pub(crate) at: SocketAddr,
    pub(crate) incarnation: Incarnation,
    pub(crate) session: SignedSession,
    pub(crate) key: Sm2Key,
    pub(crate) now_ms: i64,
}

static NONCE: AtomicU64 = AtomicU64::new(1);

impl Pc {
    /// Says hello and opens a session.
    pub(crate) async fn new(at: SocketAddr, bureau: &Bureau, who: Who) -> Self {
        let hello: Hello = plain(at, "GET", path::HELLO, "", &[]).await.message();
        let key = Sm2Key::from_bytes(&[100 + who as u8; 32]).expect("a key");
        let until_ms = hello.now_ms + limit::SESSION_MS - limit::CLOCK_MS;
        let session = Session { ws: bureau.ws, seat: who.seat(bureau.ws), key: key.public(), until_ms };
        let session = session.sign(&who.key()).expect("signs");
        Self { at, incarnation: hello.incarnation, session, key, now_ms: hello.now_ms }
    }

    /// The proof of a request, to be changed or sent.
    pub(crate) fn proof(&self, method: &str, target: &str, body: &[u8]) -> Proof {
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&NONCE.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        let claim = Claim {
            method,
            target,
            body: digest(body),
            incarnation: self.incarnation,
            at_ms: self.now_ms,
            nonce,
        };
        Proof::sign(self.session.clone(), &claim, &self.key).expect("signs")
    }

    /// Asks with one more header line, ended by `\r\n`, or none.
    pub(crate) async fn ask_with(&self, method: &str, target: &str, more: &str, body: &[u8]) -> Answer {
        let header = self.proof(method, target, body).to_header();
        plain(self.at, method, target, &format!("authorization: {header}\r\n{more}"), body).await
    }

    /// All bytes of a request.
    pub(crate) fn raw(&self, method: &str, target: &str, body: &[u8]) -> Vec<u8> {
        let more = format!("authorization: {}\r\n", self.proof(method, target, body).to_header());
        let head = head_of(method, target, &more, body.len());
        [head.as_bytes(), b"\r\n", body].concat()
    }

    /// `POST` to somebody who may be gone, or whose database may be.
    pub(crate) async fn try_post(&self, target: &str, message: &impl Message) -> Option<Answer> {
        self.try_ask("POST", target, &message.encode()).await
    }

    /// `GET` from somebody who may be gone, or whose database may be.
    pub(crate) async fn try_get(&self, target: &str) -> Option<Answer> {
        self.try_ask("GET", target, &[]).await
    }

    async fn try_ask(&self, method: &str, target: &str, body: &[u8]) -> Option<Answer> {
        let more = format!("authorization: {}\r\n", self.proof(method, target, body).to_header());
        let answer = try_send(self.at, &head_of(method, target, &more, body.len()), body).await?;
        assert!([200, 500, 503].contains(&answer.status), "{:?}", answer.refusal());
        (answer.status == 200).then_some(answer)
    }

    /// The same PC, as it knows the endpoint, asking somewhere else.
    pub(crate) fn elsewhere(&self, at: SocketAddr) -> Self {
        let key = Sm2Key::from_bytes(&self.key.to_bytes()).expect("a key");
        Self { at, key, session: self.session.clone(), ..*self }
    }

    /// `GET`.
    pub(crate) async fn get(&self, target: &str) -> Answer {
        self.ask_with("GET", target, "", &[]).await
    }

    /// `POST` of a message.
    pub(crate) async fn post(&self, target: &str, message: &impl Message) -> Answer {
        self.ask_with("POST", target, "", &message.encode()).await
    }
}
