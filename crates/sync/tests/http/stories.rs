//! What two PCs hold after they have met an endpoint, whatever it did.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::ops::ControlFlow;

use qianban_journal::{Change, Checkpoint, EndpointLog, Finding, Incarnation, Signer, digest};
use qianban_sync::http::{ExchangeError, Pace};

use crate::bureau::{FILE, Pc};
use crate::world::{World, exchange_at};

/// A founded bureau whose forms may leave, and a second PC that has joined it.
pub(crate) fn two_pcs() -> (Pc, Pc) {
    let first = Pc::founded();
    let everything = Change::Setting { key: "leave_ledgers".to_owned(), value: "*".to_owned() };
    first.change(everything);
    let second = first.joined(2);
    (first, second)
}

#[test]
fn forms_and_files_go_up_and_come_down() {
    let (first, second) = two_pcs();
    let world = World::new();
    world.let_in(&first);
    first.draft("第一件", true);
    for n in 2..=9 {
        first.draft(&format!("第{n}件"), false);
    }
    let up = world.exchange(&first, false).unwrap();
    assert_eq!((up.given, up.not_taken.as_slice()), (18, &[][..]), "{up:?}");
    let down = world.exchange(&second, false).unwrap();
    assert_eq!((down.outcome.events, down.outcome.attachments), (18, 1), "{down:?}");
    assert_eq!(second.state(), first.state());
    let length = second.store.read(|r| r.attachment_length(digest(FILE))).unwrap();
    assert_eq!(length, Some(FILE.len() as u64));
    second.draft("另一台写的", false);
    world.exchange(&second, false).unwrap();
    world.exchange(&first, false).unwrap();
    assert_eq!(first.state(), second.state());
    let again = world.exchange(&first, true).unwrap();
    assert!(!again.outcome.is_new() && again.given == 0, "nothing is sent twice: {again:?}");
    first.well();
    second.well();
    assert!(world.folder().exists());
}

#[test]
fn an_endpoint_put_back_from_an_old_backup_gets_everything_again() {
    let (first, second) = two_pcs();
    let world = World::new();
    world.let_in(&first);
    first.draft("第一件", true);
    world.exchange(&first, false).unwrap();
    let world = world.restored(6);
    world.let_in(&first);
    first.draft("第二件", false);
    let up = world.exchange(&first, false).unwrap();
    assert_eq!(up.given, 4, "what another life of it confirmed counts for nothing (Y5)");
    world.exchange(&second, false).unwrap();
    assert_eq!(first.state(), second.state());
}

/// Y7: what another PC was told is held against what the endpoint says of that moment now.
#[test]
fn the_words_of_an_endpoint_are_kept_and_held_against_each_other() {
    let (first, second) = two_pcs();
    let world = World::new();
    let life = Incarnation([5; 16]);
    first.change(Change::EndpointKey { incarnation: life, public: world.key().public() });
    world.let_in(&first);
    first.draft("第一件", false);
    world.exchange(&first, false).unwrap();
    let kept = first.store.read(|r| r.checkpoints()).unwrap();
    assert_eq!(kept.iter().map(|kept| kept.said.n()).collect::<Vec<_>>(), [2], "its word on two events");
    first.draft("第二件", false);
    world.exchange(&first, true).unwrap();
    world.exchange(&second, false).unwrap();
    let findings = |pc: &Pc| pc.store.read(|r| r.endpoint_findings()).unwrap();
    assert!(findings(&first).is_empty(), "an honest one says the same again");
    let other = EndpointLog::at(2, digest(b"another log"));
    let told = Checkpoint::issue(crate::bureau::WS, life, other, 1, &world.key()).unwrap();
    assert!(second.store.write(|w| w.keep_checkpoint(&told)).unwrap());
    assert!(findings(&second).is_empty(), "it was told of four events only");
    world.exchange(&second, true).unwrap();
    assert!(findings(&second).contains(&Finding::EndpointForked { incarnation: life, n: 2 }), "F11");
}

#[test]
fn an_exchange_that_is_stopped_anywhere_is_finished_by_the_next() {
    let (first, second) = two_pcs();
    let world = World::new();
    world.let_in(&first);
    for n in 1..=5 {
        first.draft(&format!("第{n}件"), n == 1);
    }
    for pc in [&first, &second] {
        let mut allowed = 0;
        loop {
            allowed += 1;
            let mut asked = 0;
            let mut stop = |_: Pace| {
                asked += 1;
                if asked > allowed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            match exchange_at(&world.url, pc, false, &mut stop) {
                Err(ExchangeError::Cancelled) => pc.well(),
                other => break drop(other.unwrap()),
            }
        }
    }
    assert_eq!(first.state(), second.state());
}

/// Somebody who answers every request alike.
fn answering(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 4_096];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(answer);
        }
    });
    url
}

#[test]
fn a_captive_portal_and_a_liar_change_nothing() {
    let (first, _) = two_pcs();
    first.draft("一件", false);
    let before = first.state();
    let portal = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>";
    let redirect = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    let liar = b"HTTP/1.1 200 OK\r\nqianban-protocol: 2026-11-27\r\ncontent-length: 3\r\n\r\n\xff\xff\xff";
    let cut = b"HTTP/1.1 200 OK\r\nqianban-protocol: 2026-11-27\r\ncontent-length: 300\r\n\r\n\x85";
    let endless = b"HTTP/1.1 200 OK\r\nqianban-protocol: 2026-11-27\r\ncontent-length: 99999999999\r\n\r\n";
    let ask = |answer| exchange_at(&answering(answer), &first, false, &mut |_| ControlFlow::Continue(()));
    assert!(matches!(ask(portal), Err(ExchangeError::NotAnEndpoint)));
    assert!(matches!(ask(redirect), Err(ExchangeError::NotAnEndpoint)), "nobody is followed elsewhere");
    assert!(matches!(ask(liar), Err(ExchangeError::Nonsense)));
    assert!(matches!(ask(cut), Err(ExchangeError::Unreachable)));
    assert!(matches!(ask(endless), Err(ExchangeError::Unreachable | ExchangeError::Nonsense)));
    let nobody = exchange_at("http://127.0.0.1:1", &first, false, &mut |_| ControlFlow::Continue(()));
    assert!(matches!(nobody, Err(ExchangeError::Unreachable)) && nobody.is_err_and(|error| error.passes()));
    let setting = exchange_at("ftp://x", &first, false, &mut |_| ControlFlow::Continue(()));
    assert!(matches!(setting, Err(ExchangeError::Setting)));
    assert_eq!(first.state(), before);
    first.well();
}
