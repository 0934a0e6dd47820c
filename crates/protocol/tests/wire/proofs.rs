//! Who is believed: a session by the seat's key, a request by the session's.

use qianban_journal::{Change, Digest, Incarnation, PersonId, Signer, digest, encode_allow_list};
use qianban_protocol::{Claim, Message, Proof, RefusalCode, Session, SignedSession, limit};

use crate::bureau::{Bureau, CLERK, NOW_MS, WS, key, seat};

const INC: Incarnation = Incarnation([5; 16]);

fn session(of: PersonId, days: i64) -> Session {
    Session { ws: WS, seat: seat(of), key: key(100).public(), until_ms: NOW_MS + days * 24 * 3_600 * 1_000 }
}

fn signed() -> SignedSession {
    session(CLERK, 31).sign(&key(3)).expect("signs")
}

fn claim() -> Claim<'static> {
    Claim {
        method: "POST",
        target: "/v1/events?x=1",
        body: digest(b"body"),
        incarnation: INC,
        at_ms: NOW_MS,
        nonce: [1; 16],
    }
}

#[test]
fn a_request_is_its_session_s_and_of_now() {
    let bureau = Bureau::founded();
    let registry = bureau.chain.now().expect("founded");
    let header = Proof::sign(signed(), &claim(), &key(100)).expect("signs").to_header();
    let proof = Proof::from_header(&header).expect("a proof");
    assert!(proof.to_header().len() <= "Qianban ".len() + limit::PROOF_BYTES * 4 / 3);
    assert_eq!(proof.session.check_seat(registry), Ok(()));
    assert_eq!(proof.session.check_dates(NOW_MS), Ok(()));
    assert!(proof.check("POST", "/v1/events?x=1").is_ok());
    assert_eq!(proof.check_time(NOW_MS + limit::CLOCK_MS), Ok(()));
    assert_eq!(proof.check_time(NOW_MS - limit::CLOCK_MS - 1), Err(RefusalCode::Clock));
}

#[test]
fn nothing_of_a_request_can_be_changed() {
    let proof = Proof::sign(signed(), &claim(), &key(100)).expect("signs");
    assert!(proof.check("PUT", "/v1/events?x=1").is_err(), "another method");
    assert!(proof.check("POST", "/v1/events?x=2").is_err(), "another target");
    let other_session = session(CLERK, 30).sign(&key(3)).expect("signs");
    let changed = [
        Proof { body: digest(b"bodies"), ..proof.clone() },
        Proof { incarnation: Incarnation([6; 16]), ..proof.clone() },
        Proof { at_ms: NOW_MS + 1, ..proof.clone() },
        Proof { nonce: [2; 16], ..proof.clone() },
        Proof { session: other_session, ..proof.clone() },
    ];
    for changed in changed {
        assert!(changed.check("POST", "/v1/events?x=1").is_err(), "{changed:?}");
    }
    let by_another = Proof::sign(signed(), &claim(), &key(101)).expect("signs");
    assert!(by_another.check("POST", "/v1/events?x=1").is_err(), "another key");
}

#[test]
fn only_a_certified_seat_opens_a_session() {
    let mut bureau = Bureau::founded();
    let registry = bureau.chain.now().expect("founded");
    let by_another = session(CLERK, 31).sign(&key(2)).expect("signs");
    assert_eq!(by_another.check_seat(registry), Err(RefusalCode::Proof));
    let stranger = session(PersonId([99; 16]), 31).sign(&key(99)).expect("signs");
    assert_eq!(stranger.check_seat(registry), Err(RefusalCode::NotCertified));
    let own = Session { key: key(3).public(), ..session(CLERK, 31) }.sign(&key(3)).expect("signs");
    assert_eq!(own.check_seat(registry), Err(RefusalCode::Proof), "the seat's own key stays closed");
    assert_eq!(signed().check_seat(registry), Ok(()));

    let list = encode_allow_list(&std::collections::BTreeSet::new());
    let blobs = std::collections::BTreeMap::from([(digest(&list), list.clone())]);
    let revoke = Change::Revoke { seat: seat(CLERK), allow: digest(&list) };
    let mut entry = bureau.chain.draft(WS, revoke);
    entry.sign(0, &key(1)).expect("signs");
    bureau.chain.append(&entry, &blobs).expect("appends");
    assert_eq!(signed().check_seat(bureau.chain.now().expect("founded")), Err(RefusalCode::NotCertified));
}

#[test]
fn a_session_ends_and_lasts_no_longer_than_sessions_do() {
    assert_eq!(signed().check_dates(NOW_MS + 32 * 24 * 3_600 * 1_000), Err(RefusalCode::SessionOver));
    let for_ever = Session { until_ms: i64::MAX, ..session(CLERK, 0) }.sign(&key(3)).expect("signs");
    assert_eq!(for_ever.check_dates(NOW_MS), Err(RefusalCode::SessionOver));
}

#[test]
fn headers_that_are_no_proof() {
    let long = format!("Qianban {}", "A".repeat(2_000));
    for header in ["", "Qianban", "Qianban ", "Bearer AAAA", "Qianban !!!!", "Qianban AAAA", &long] {
        assert!(Proof::from_header(header).is_err(), "{header}");
    }
    let mut bytes = Proof::sign(signed(), &claim(), &key(100)).expect("signs").encode();
    bytes.push(0);
    assert!(Proof::decode(&bytes).is_err());
    let nothing: Digest = digest(b"");
    assert_ne!(nothing, claim().body, "the digest of no body is a digest like any other");
}
