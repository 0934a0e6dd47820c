//! The loopback host and a small client that speaks to it as a browser would.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::ctl::qianbanctl;

/// A running `serve`.
pub(crate) struct Host {
    child: Child,
    authority: String,
    token: String,
}

impl Host {
    /// Starts it with a screen of one empty page.
    pub(crate) fn start(data: &Path, screen: &Path) -> Self {
        let mut child = qianbanctl(data)
            .arg("serve")
            .arg("--ui")
            .arg(screen)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the host starts");
        let mut address = String::new();
        let mut output = BufReader::new(child.stdout.take().expect("piped"));
        output.read_line(&mut address).expect("it prints its address");
        let rest = address.trim().strip_prefix("http://").expect("a loopback address");
        let (authority, token) = rest.split_once("/?token=").expect("with a token");
        Self { child, authority: authority.to_owned(), token: token.to_owned() }
    }

    /// Exchanges the token for the cookie, as the first page does.
    pub(crate) fn client(&self) -> Client {
        let request = format!("GET /?token={} HTTP/1.1\r\nHost: {}\r\n", self.token, self.authority);
        let answer = exchange(&self.authority, &request, "").expect("the host answers");
        let cookie = answer
            .lines()
            .find_map(|line| {
                line.to_ascii_lowercase().starts_with("set-cookie: ").then(|| line[12..].to_owned())
            })
            .expect("a cookie");
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Client { authority: self.authority.clone(), cookie }
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it is ours");
        self.child.wait().expect("it is gone");
    }
}

/// A browser that has the cookie.
#[derive(Clone)]
pub(crate) struct Client {
    authority: String,
    cookie: String,
}

impl Client {
    /// The answer, or the refusal; `None` when the host is gone.
    pub(crate) fn try_ask(&mut self, command: &str, request: Value) -> Option<Result<Value, Value>> {
        let body = request.to_string();
        let Self { authority, cookie } = self;
        let head = format!(
            "POST /api/{command} HTTP/1.1\r\nHost: {authority}\r\nOrigin: http://{authority}\r\nCookie: {cookie}\r\n"
        );
        let answer = exchange(authority, &head, &body)?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let value: Value = serde_json::from_str(body).ok()?;
        match head.split(' ').nth(1)? {
            "200" => Some(Ok(value)),
            "409" => Some(Err(value)),
            other => panic!("{command}: status {other}"),
        }
    }
}

/// One request on a connection of its own; `None` when the host is gone before its whole answer is here.
fn exchange(authority: &str, head: &str, body: &str) -> Option<String> {
    let mut stream = TcpStream::connect(authority).ok()?;
    let length = body.len();
    let whole = format!(
        "{head}Connection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(whole.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    // The host is gone when the connection cannot be closed in order; what was read is whole all the same.
    let _ = stream.shutdown(Shutdown::Both);
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    (length.unwrap_or(0) == body.len()).then_some(answer)
}
