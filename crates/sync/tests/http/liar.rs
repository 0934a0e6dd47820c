//! An endpoint that lies: it leaves out, repeats, reorders, invents, forgets, answers slowly or without end. Nothing
//! unsigned is taken in, and an honest exchange afterwards makes everything good (faults 69).

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use qianban_journal::Incarnation;
use qianban_protocol::events::{Envelopes, Page};
use qianban_protocol::hello::{Hello, VERSION};
use qianban_protocol::{Message, Refusal, RefusalCode, limit, path};
use qianban_sync::http::{ExchangeError, Exchanged};

use crate::bureau::Pc;
use crate::stories::two_pcs;
use crate::world::{World, exchange_at};

/// What is told instead of the truth: the path that was asked and the body that the endpoint answered.
type Lie = fn(&str, Vec<u8>) -> Vec<u8>;

/// One request: its first line, and all its bytes.
fn request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4_096]);
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        let length = stream.read(&mut buffer).ok().filter(|length| *length > 0)?;
        bytes.extend(&buffer[..length]);
    };
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    while bytes.len() < end + length.unwrap_or(0) {
        let length = stream.read(&mut buffer).ok().filter(|length| *length > 0)?;
        bytes.extend(&buffer[..length]);
    }
    Some((head.lines().next()?.to_owned(), bytes))
}

/// The endpoint's answer on a connection of its own: status line and headers, and the body.
fn answer(endpoint: SocketAddr, request: &[u8]) -> Option<(String, Vec<u8>)> {
    let mut stream = TcpStream::connect(endpoint).ok()?;
    let first = request.windows(2).position(|two| two == b"\r\n")? + 2;
    stream.write_all(&[&request[..first], b"connection: close\r\n", &request[first..]].concat()).ok()?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).ok()?;
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    Some((String::from_utf8_lossy(&bytes[..end]).into_owned(), bytes[end..].to_vec()))
}

/// Somebody who asks the endpoint and tells a lie; the address.
fn liar(endpoint: SocketAddr, lie: Lie) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let tell = move |mut stream: TcpStream| -> Option<()> {
        let (first, bytes) = request(&mut stream)?;
        let (head, body) = answer(endpoint, &bytes)?;
        let good = head.contains(" 200 ");
        let body = if good { lie(first.split(' ').nth(1)?, body) } else { body };
        let kept = head.lines().filter(|line| {
            let line = line.to_lowercase();
            !line.is_empty() && !line.starts_with("content-length") && !line.starts_with("connection")
        });
        let head = kept.collect::<Vec<_>>().join("\r\n");
        let head = format!("{head}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all(&[head.as_bytes(), &body].concat()).ok()
    };
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Whoever asked may have gone away.
            let _ = tell(stream);
        }
    });
    url
}

/// Changes the pages of events.
fn pages(target: &str, body: Vec<u8>, change: fn(&mut Page)) -> Vec<u8> {
    if !target.starts_with(path::EVENTS) {
        return body;
    }
    let Ok(mut page) = Page::decode(&body) else { return body };
    change(&mut page);
    page.encode()
}

fn drops(target: &str, body: Vec<u8>) -> Vec<u8> {
    pages(target, body, |page| page.events.retain(|one| one.n % 3 != 1))
}

fn reorders(target: &str, body: Vec<u8>) -> Vec<u8> {
    pages(target, body, |page| {
        let numbers: Vec<u64> = page.events.iter().map(|one| one.n).collect();
        page.events.reverse();
        for (one, n) in page.events.iter_mut().zip(numbers) {
            one.n = n;
        }
    })
}

fn repeats(target: &str, body: Vec<u8>) -> Vec<u8> {
    pages(target, body, |page| {
        let twice = page.events.iter().flat_map(|one| [one.clone(), one.clone()]).collect();
        page.events = twice;
        page.events.iter_mut().zip(1..).for_each(|(one, n)| one.n = n);
        page.last = page.last.max(page.events.len() as u64);
        page.head = page.head.max(page.last);
    })
}

fn invents(target: &str, body: Vec<u8>) -> Vec<u8> {
    let bent = |bytes: &mut Vec<u8>| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
    };
    if target.starts_with(path::EVENTS_BY_ID)
        && let Ok(Envelopes(mut all)) = Envelopes::decode(&body)
    {
        all.iter_mut().for_each(bent);
        return Envelopes(all).encode();
    }
    pages(target, body, |page| {
        page.events.iter_mut().for_each(|one| {
            let last = one.envelope.len() - 10;
            one.envelope[last] ^= 1;
        });
    })
}

fn knows_nothing(target: &str, body: Vec<u8>) -> Vec<u8> {
    pages(target, body, |page| {
        page.events.clear();
        page.head = page.last;
    })
}

fn counts_to_the_end_of_numbers(target: &str, body: Vec<u8>) -> Vec<u8> {
    pages(target, body, |page| (page.last, page.head) = (u64::MAX, u64::MAX))
}

fn lives_anew_each_time(target: &str, body: Vec<u8>) -> Vec<u8> {
    static LIVES: AtomicUsize = AtomicUsize::new(0);
    match Hello::decode(&body) {
        Ok(hello) if target == path::HELLO => {
            let life = LIVES.fetch_add(1, Ordering::SeqCst) as u8;
            Hello { incarnation: Incarnation([0x80 | life; 16]), ..hello }.encode()
        }
        _ => body,
    }
}

fn asked(url: &str, pc: &Pc, compare: bool) -> Result<Exchanged, ExchangeError> {
    exchange_at(url, pc, compare, &mut |_| ControlFlow::Continue(()))
}

#[test]
fn whatever_an_endpoint_tells_an_honest_exchange_makes_good() {
    let lies: [Lie; 7] = [
        drops,
        reorders,
        repeats,
        invents,
        knows_nothing,
        counts_to_the_end_of_numbers,
        lives_anew_each_time,
    ];
    for (n, lie) in lies.into_iter().enumerate() {
        let (first, second) = two_pcs();
        let world = World::new();
        world.let_in(&first);
        for form in 1..=4 {
            first.draft(&format!("第{form}件"), form == 1);
        }
        world.exchange(&first, false).unwrap();
        let url = liar(world.address(), lie);
        for compare in [false, true, false] {
            match asked(&url, &second, compare) {
                Ok(_) | Err(ExchangeError::Nonsense | ExchangeError::Refused(_)) => {}
                Err(other) => panic!("lie {n}: {other:?}"),
            }
            second.well();
        }
        second.draft("照常可写", false);
        world.exchange(&second, true).unwrap();
        world.exchange(&first, true).unwrap();
        assert_eq!(second.state(), first.state(), "lie {n}: nothing of it is left");
        first.well();
    }
}

/// Somebody who answers every request with what `tell` writes; the address.
fn somebody(tell: impl Fn(&mut TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            if request(&mut stream).is_some() {
                tell(&mut stream);
            }
        }
    });
    url
}

#[test]
fn an_answer_without_end_is_read_no_further_than_answers_go() {
    const PIECE: usize = 64 * 1024;
    let (first, _) = two_pcs();
    let (written, sum) = channel();
    let url = somebody(move |stream| {
        let head = format!(
            "HTTP/1.1 200 OK\r\n{}: {VERSION}\r\ncontent-length: 10737418240\r\n\r\n",
            path::VERSION_HEADER
        );
        let mut sent = 0;
        let _ = stream.write_all(head.as_bytes());
        while stream.write_all(&[0x80; PIECE]).is_ok() {
            sent += PIECE;
        }
        written.send(sent).unwrap();
    });
    assert!(matches!(asked(&url, &first, false), Err(ExchangeError::Nonsense)));
    let sent = sum.recv().unwrap();
    assert!(sent < 4 * limit::BODY_BYTES, "{sent} bytes fitted into the buffers on the way, of 10 GB");
    first.well();
}

#[test]
fn what_is_packed_is_not_unpacked_and_what_failed_is_said() {
    let (first, _) = two_pcs();
    let version = format!("{}: {VERSION}", path::VERSION_HEADER);
    // Ten bytes that gzip makes a megabyte of would be no message even so.
    let packed = format!(
        "HTTP/1.1 200 OK\r\n{version}\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n\x1f\x08\x08\x00"
    );
    let broken = format!("HTTP/1.1 500 Internal\r\n{version}\r\ncontent-length: 4\r\n\r\noops");
    let busy = Refusal { code: RefusalCode::Busy, retry_after_s: Some(3) }.encode();
    let mut refused =
        format!("HTTP/1.1 503 Busy\r\n{version}\r\ncontent-length: {}\r\n\r\n", busy.len()).into_bytes();
    refused.extend(&busy);
    let ask =
        |answer: Vec<u8>| asked(&somebody(move |stream| drop(stream.write_all(&answer))), &first, false);
    assert!(matches!(ask(packed.into_bytes()), Err(ExchangeError::Nonsense)));
    assert!(matches!(ask(broken.into_bytes()), Err(ExchangeError::Nonsense)));
    let refusal = ask(refused).unwrap_err();
    assert!(matches!(&refusal, ExchangeError::Refused(refusal) if refusal.retry_after_s == Some(3)));
    assert!(refusal.passes(), "tried again by itself");
}
