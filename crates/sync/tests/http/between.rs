//! Whoever sits between a PC and its endpoint and hands bytes on, until the line is cut.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;

/// Where a line is cut. Bytes are counted over all its connections.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cut {
    /// After so many bytes of requests.
    Asked(usize),
    /// After so many bytes of answers.
    Answered(usize),
    /// The endpoint has given so many answers, and this one is lost whole.
    Answer(usize),
}

#[derive(Default)]
struct Line {
    cut: Option<Cut>,
    dead: bool,
    asked: usize,
    answered: usize,
    answers: usize,
    asking: bool,
}

impl Line {
    /// How many of the next `length` bytes go on.
    fn pass(&mut self, asking: bool, length: usize) -> usize {
        if self.dead {
            return 0;
        }
        self.answers += usize::from(self.asking && !asking);
        self.asking = asking;
        let counted = if asking { &mut self.asked } else { &mut self.answered };
        let before = *counted;
        *counted += length;
        let end = match self.cut {
            Some(Cut::Asked(at)) if asking => at,
            Some(Cut::Answered(at)) if !asking => at,
            Some(Cut::Answer(n)) if !asking && self.answers >= n => before,
            _ => return length,
        };
        self.dead = end < before + length;
        length.min(end.saturating_sub(before))
    }
}

/// The line.
pub(crate) struct Between {
    pub(crate) url: String,
    line: Arc<Mutex<Line>>,
}

impl Between {
    pub(crate) fn of(endpoint: SocketAddr, handle: &Handle) -> Self {
        let line = Arc::new(Mutex::new(Line::default()));
        let listener = handle.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        handle.spawn(listen(listener, endpoint, Arc::clone(&line)));
        Self { url, line }
    }

    /// The line is whole again, until it is cut here.
    pub(crate) fn cut(&self, cut: Option<Cut>) {
        *lock(&self.line) = Line { cut, ..Line::default() };
    }

    /// Bytes of requests, bytes of answers and answers since then.
    pub(crate) fn carried(&self) -> (usize, usize, usize) {
        let line = lock(&self.line);
        (line.asked, line.answered, line.answers)
    }
}

fn lock(line: &Mutex<Line>) -> MutexGuard<'_, Line> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn listen(listener: TcpListener, endpoint: SocketAddr, line: Arc<Mutex<Line>>) {
    while let Ok((pc, _)) = listener.accept().await {
        if lock(&line).dead {
            continue;
        }
        let line = Arc::clone(&line);
        tokio::spawn(async move {
            let Ok(endpoint) = TcpStream::connect(endpoint).await else { return };
            let ((from_pc, to_pc), (from_endpoint, to_endpoint)) = (pc.into_split(), endpoint.into_split());
            // Whichever ends first ends both.
            tokio::select! {
                () = hand_on(from_pc, to_endpoint, &line, true) => {}
                () = hand_on(from_endpoint, to_pc, &line, false) => {}
            }
        });
    }
}

async fn hand_on(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, line: &Mutex<Line>, asking: bool) {
    let mut buffer = [0; 4_096];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let allowed = lock(line).pass(asking, length);
        if to.write_all(&buffer[..allowed]).await.is_err() || allowed < length {
            return;
        }
    }
}
