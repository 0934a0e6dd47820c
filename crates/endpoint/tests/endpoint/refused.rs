//! What an endpoint does not take: stolen, stale, changed, repeated, endless.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use qianban_endpoint::database::{EnrolmentRow, NewBlob, NewCode, Room, Sender};
use qianban_endpoint::quota::Quota;
use qianban_journal::{Certificate, Change, Incarnation, Sm2Key, digest, seat_id};
use qianban_protocol::enrol::{Enrol, Enrolled, OneTimeCode, Waiting};
use qianban_protocol::events::Envelopes;
use qianban_protocol::hello::VERSION;
use qianban_protocol::registry::Entries;
use qianban_protocol::{Fate, Fates, Message, Proof, RefusalCode, Session, limit, path};

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::bureau::{Bureau, UNIT, Who};
use crate::pc::{Pc, plain, send};
use crate::world::{World, quota};

const TARGET: &str = "/v1/registry?after=0";

async fn world() -> (World, Bureau, Pc) {
    let (world, bureau) = (World::on_sqlite(quota()).await, Bureau::founded(7));
    let admin = world.let_in(&bureau).await;
    (world, bureau, admin)
}

async fn with(pc: &Pc, proof: &Proof) -> Option<RefusalCode> {
    let header = format!("authorization: {}\r\n", proof.to_header());
    plain(pc.at, "GET", TARGET, &header, &[]).await.refusal()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_is_of_this_request_and_of_now_and_once() {
    let (world, bureau, pc) = world().await;
    let good = pc.proof("GET", TARGET, &[]);
    assert_eq!(with(&pc, &good).await, None);
    assert_eq!(with(&pc, &good).await, Some(RefusalCode::Replayed));
    let of_another = pc.proof("GET", "/v1/registry?after=1", &[]);
    assert_eq!(with(&pc, &of_another).await, Some(RefusalCode::Proof));
    let of_a_body = pc.proof("GET", TARGET, b"body");
    assert_eq!(with(&pc, &of_a_body).await, Some(RefusalCode::Digest));
    for late in [limit::CLOCK_MS + 60_000, -limit::CLOCK_MS - 60_000] {
        let clock = Pc { now_ms: pc.now_ms + late, session: pc.session.clone(), key: key(101), ..pc };
        assert_eq!(with(&pc, &clock.proof("GET", TARGET, &[])).await, Some(RefusalCode::Clock));
    }
    let elsewhere =
        Pc { incarnation: Incarnation([9; 16]), session: pc.session.clone(), key: key(101), ..pc };
    assert_eq!(with(&pc, &elsewhere.proof("GET", TARGET, &[])).await, Some(RefusalCode::Incarnation));
    let none = plain(pc.at, "GET", TARGET, "", &[]).await;
    assert_eq!((none.status, none.refusal()), (401, Some(RefusalCode::Proof)));
    let stranger = Pc::new(world.at, &Bureau::founded(8), Who::Admin).await;
    assert_eq!(stranger.get(TARGET).await.refusal(), Some(RefusalCode::UnknownBureau));
    let clerk = Pc::new(world.at, &bureau, Who::Clerk).await;
    assert_eq!(clerk.get(TARGET).await.refusal(), Some(RefusalCode::NotCertified));
}

/// Somebody forges sessions and requests of the registrar without end, from the address of all PCs of the bureau (they
/// are behind one proxy). The registrar works on, and opens a new session meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_forges_slows_nobody_but_whoever_forges() {
    let (world, bureau, _) = world().await;
    let registrar = Pc::new(world.at, &bureau, Who::Registrar).await;
    assert_eq!(registrar.get(TARGET).await.status, 200);
    let forged = registrar.session.session.clone().sign(&key(9)).expect("signs");
    let forger = Arc::new(Pc { session: forged, key: key(101), ..registrar.elsewhere(world.at) });
    let thief = Arc::new(Pc { key: key(150), ..registrar.elsewhere(world.at) });
    let done = Arc::new(AtomicBool::new(false));
    let forgers: Vec<_> = (0..32)
        .map(|n| {
            let (pc, done) = (Arc::clone(if n % 4 == 0 { &thief } else { &forger }), Arc::clone(&done));
            tokio::spawn(async move {
                let mut refused = 0;
                while !done.load(Ordering::Relaxed) || refused < 10 {
                    let code = pc.get(TARGET).await.refusal();
                    assert_eq!(code, Some(RefusalCode::Proof));
                    refused += 1;
                }
                refused
            })
        })
        .collect();
    for _ in 0..50 {
        assert_eq!(registrar.get(TARGET).await.status, 200, "a session that is known");
        let fresh = Pc::new(world.at, &bureau, Who::Registrar).await;
        assert_eq!(fresh.get(TARGET).await.status, 200, "and one that is not yet");
    }
    done.store(true, Ordering::Relaxed);
    for forger in forgers {
        assert!(forger.await.expect("ended") >= 10);
    }
}

fn key(byte: u8) -> Sm2Key {
    Sm2Key::from_bytes(&[byte; 32]).expect("a key")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_the_seats_and_ends() {
    let (_world, bureau, pc) = world().await;
    let session = |until_ms| Session { until_ms, ..pc.session.session.clone() };
    let forged = session(pc.now_ms + 1_000_000).sign(&key(9)).expect("signs");
    let over = session(pc.now_ms - 1_000).sign(&Who::Admin.key()).expect("signs");
    let for_ever = session(i64::MAX).sign(&Who::Admin.key()).expect("signs");
    for (session, expected) in
        [(forged, RefusalCode::Proof), (over, RefusalCode::SessionOver), (for_ever, RefusalCode::SessionOver)]
    {
        let other = Pc { session, key: key(101), ..pc };
        assert_eq!(with(&pc, &other.proof("GET", TARGET, &[])).await, Some(expected));
    }
    assert_eq!(pc.get(&format!("/v1/events?inc={}&after=0", Incarnation([1; 16]))).await.status, 410);
    assert_eq!(
        pc.get(&format!("/v1/events?inc={}&after=9", pc.incarnation)).await.status,
        410,
        "beyond the log"
    );
    drop(bureau);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_a_message_is_refused_with_its_status() {
    let (_world, _, pc) = world().await;
    let status = |answer: crate::pc::Answer| (answer.status, answer.refusal());
    let html = pc.ask_with("POST", path::EVENTS, "", b"<html>").await;
    assert_eq!(status(html), (400, Some(RefusalCode::Malformed)));
    let packed = pc.ask_with("POST", path::EVENTS, "content-encoding: gzip\r\n", &[0x80]).await;
    assert_eq!(status(packed), (400, Some(RefusalCode::Malformed)), "nothing is unpacked");
    let long = pc.ask_with("POST", path::EVENTS, "", &vec![0; Envelopes::MAX_BYTES + 1]).await;
    assert_eq!(status(long), (413, Some(RefusalCode::TooLarge)));
    for target in
        ["/v1/events?inc=x&after=0", "/v1/events", "/v1/compare/256", "/v1/blobs/xyz", "/v1/receipt/1"]
    {
        assert!([400, 410].contains(&pc.get(target).await.status), "{target}");
    }
    assert_eq!(pc.get("/v1/nothing").await.refusal(), Some(RefusalCode::NotFound));
    assert_eq!(pc.ask_with("DELETE", path::EVENTS, "", &[]).await.refusal(), Some(RefusalCode::NotFound));
    let old = format!("GET {TARGET} HTTP/1.1\r\nHost: a\r\n{}: 2020-01-01\r\n", path::VERSION_HEADER);
    let answer = send(pc.at, &old, &[]).await;
    assert_eq!(answer.refusal(), Some(RefusalCode::Version));
    assert_eq!(answer.header(path::VERSION_HEADER), Some(VERSION), "so that it is known who answers");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_may_ask_and_send_so_much_and_no_more() {
    let quota =
        Quota { bureau_bytes: 1_000, seat_day_bytes: 1_000_000, requests_per_second: 1, requests_at_once: 6 };
    let (world, mut bureau) = (World::on_sqlite(quota).await, Bureau::founded(7));
    let admin = world.let_in(&bureau).await;
    let forms = [bureau.form(Who::Registrar, UNIT, DIGEST), bureau.form(Who::Registrar, UNIT, DIGEST)];
    let envelopes = Envelopes(forms.concat().iter().map(qianban_journal::Envelope::encode).collect());
    let full = admin.post(path::EVENTS, &envelopes).await;
    assert_eq!((full.status, full.refusal()), (507, Some(RefusalCode::Quota)));
    let row = world.database.bureau(bureau.ws).await.expect("read").expect("here");
    assert_eq!(row.arrivals, 0, "nothing half kept");
    let long = vec![7; 2_000];
    let blob = format!("{}/{}?offset=0&len={}", path::BLOBS, digest(&long), long.len());
    let full = admin.ask_with("PUT", &blob, "", &long).await;
    assert_eq!((full.status, full.refusal()), (507, Some(RefusalCode::Quota)));
    assert_eq!(files(&world.folder.path().join("blobs")), 0, "nor on the disk");
    let mut last = admin.get(TARGET).await;
    for _ in 0..10 {
        last = admin.get(TARGET).await;
    }
    assert_eq!((last.status, last.refusal()), (429, Some(RefusalCode::TooMany)));
    assert_eq!(last.header("retry-after"), Some("1"));
    let kept = admin.proof("GET", TARGET, &[]);
    assert_eq!(with(&admin, &kept).await, Some(RefusalCode::TooMany));
    let answer = loop {
        match with(&admin, &kept).await {
            Some(RefusalCode::TooMany) => {}
            answer => break answer,
        }
    };
    assert_eq!(answer, None, "what was refused for being too much was not used up");
}

/// So many PCs may wait; one that has its seat waits no more.
#[tokio::test(flavor = "multi_thread")]
async fn a_pc_with_a_seat_takes_no_place_among_those_that_wait() {
    let (world, mut bureau) = (World::on_sqlite(quota()).await, Bureau::founded(7));
    bureau.certify(Who::Clerk);
    let admin = world.let_in(&bureau).await;
    let request = |code: &str, certificate: Certificate, who: Who| {
        let enrol = Enrol::sign(code.into(), certificate, "二楼窗口".into(), &who.key());
        enrol.expect("signs").encode()
    };
    let life = |n: u64| {
        let mut life = [9; 16];
        life[..8].copy_from_slice(&n.to_be_bytes());
        Certificate { incarnation: Incarnation(life), ..Who::Clerk.certificate() }
    };
    let others = (1..limit::ENROLMENTS as u64).map(life);
    for asked in [Who::Clerk.certificate()].into_iter().chain(others) {
        let seat = seat_id(bureau.ws, &asked);
        let (code, until_ms) = (digest(&seat.0), i64::MAX);
        world.database.add_code(NewCode { ws: bureau.ws, digest: code, until_ms }).await.expect("kept");
        let row = EnrolmentRow {
            seat,
            code,
            request: request("AAAA-AAAA-AAAA-AAAA", asked, Who::Clerk),
            at_ms: admin.now_ms,
        };
        assert!(world.database.enrol(bureau.ws, row, 0, usize::MAX).await.expect("asked"));
    }
    let last = request(&code_of(&admin).await, Who::ServiceDesk.certificate(), Who::ServiceDesk);
    plain(world.at, "POST", path::ENROL, "", &last).await.message::<Enrolled>();
    let Waiting(waiting) = admin.get(path::ENROL).await.message();
    assert_eq!(waiting.len(), limit::ENROLMENTS, "and all of them are shown");
    let more = request(&code_of(&admin).await, Who::Registrar.certificate(), Who::Registrar);
    let refused = plain(world.at, "POST", path::ENROL, "", &more).await;
    assert_eq!(refused.refusal(), Some(RefusalCode::OneTimeCode), "no place is left");
}

async fn code_of(admin: &Pc) -> String {
    admin.ask_with("POST", path::ENROL_CODE, "", &[]).await.message::<OneTimeCode>().code
}

/// What an entry names is not even looked for while nobody of the quorum has signed it: the row of this allow-list stands
/// for a file that cannot be read.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_loaded_for_an_entry_that_nobody_signed() {
    let (world, bureau, admin) = world().await;
    let allow = NewBlob { digest: DIGEST, len: 100, bytes: None, parts: vec![] };
    let room = Room { bureau_bytes: 1_000, seat_day_bytes: 1_000 };
    let sender = Sender {
        ws: bureau.ws,
        seat: Who::Admin.seat(bureau.ws),
        pc: qianban_endpoint::database::Pc::NOBODY,
        day: 0,
        room,
    };
    world.database.add_blobs(sender, vec![allow]).await.expect("asked").expect("kept");
    let seat = Who::Registrar.seat(bureau.ws);
    let mut entry = bureau.chain.draft(bureau.ws, Change::Revoke { seat, allow: DIGEST });
    entry.sign(0, &key(9)).expect("signs");
    let Fates(fates) = admin.post(path::REGISTRY, &Entries(vec![entry.encode()])).await.message();
    assert!(matches!(&fates[..], [Fate::Rejected(code)] if code.starts_with("G")), "{fates:?}");
    entry.sign(0, &Who::Admin.key()).expect("signs");
    let unreadable = admin.post(path::REGISTRY, &Entries(vec![entry.encode()])).await;
    assert_eq!(unreadable.refusal(), Some(RefusalCode::Internal));
}

/// Files in a folder and below it.
fn files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
}

/// Faults 68 on this side: what was cut off did nothing, wherever the cut was.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_cut_at_any_byte_does_nothing() {
    let (world, mut bureau, pc) = world().await;
    let form = bureau.form(Who::Registrar, UNIT, DIGEST);
    let body = Envelopes(form.iter().map(qianban_journal::Envelope::encode).collect()).encode();
    let request = pc.raw("POST", path::EVENTS, &body);
    for end in 0..request.len() {
        let mut stream = TcpStream::connect(pc.at).await.expect("connects");
        stream.write_all(&request[..end]).await.expect("sent");
        drop(stream);
    }
    let row = world.database.bureau(bureau.ws).await.expect("read").expect("here");
    assert_eq!(row.arrivals, 0);
    let fates = pc.ask_with("POST", path::EVENTS, "", &body).await.message::<Fates>();
    assert_eq!(fates.0, [Fate::Stored, Fate::Stored]);
}

const DIGEST: qianban_journal::Digest = qianban_journal::Digest([1; 32]);
