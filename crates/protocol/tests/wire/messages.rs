//! Each message has one form; anything else is refused in bounded time.

use std::fmt::Debug;

use qianban_journal::{
    Certificate, DeviceId, Digest, EventId, Incarnation, PersonId, Signer, WorkspaceId, digest,
};
use qianban_protocol::blobs::{Batch, Digests, LongBlob, Progress, SmallBlobs};
use qianban_protocol::compare::{BucketIds, Buckets, bucket_digest};
use qianban_protocol::enrol::{Enrol, Enrolled, Found, OneTimeCode, Waiting, WaitingSeat};
use qianban_protocol::events::{Arrived, Envelopes, Ids, Page};
use qianban_protocol::hello::{Capability, Hello};
use qianban_protocol::registry::Entries;
use qianban_protocol::{Fate, Fates, Message, Missing, Refusal, RefusalCode, Session, limit};

use crate::bureau::{NOW_MS, WS, key};

const INC: Incarnation = Incarnation([5; 16]);

fn certificate() -> Certificate {
    let (person, device) = (PersonId([1; 16]), DeviceId([2; 16]));
    Certificate { person, device, incarnation: INC, public: key(7).public() }
}

fn fates() -> Fates {
    Fates(vec![
        Fate::Stored,
        Fate::Duplicate,
        Fate::Pending(Missing::Events(vec![EventId([1; 32]), EventId([2; 32])])),
        Fate::Pending(Missing::Registry(70_000)),
        Fate::Pending(Missing::Blob(Digest([3; 32]))),
        Fate::Rejected("A7-SIGNATURE".into()),
    ])
}

fn page() -> Page {
    let events = vec![Arrived { n: 3, envelope: vec![1, 2] }, Arrived { n: 9, envelope: vec![] }];
    Page { incarnation: INC, last: 10, head: 300, events }
}

/// One example of every message, with the digest of its form on the day the version was made.
#[test]
fn the_bytes_of_a_version_are_frozen() {
    let mut digests = [None; limit::BUCKETS];
    digests[255] = bucket_digest([EventId([1; 32])]);
    let session =
        Session { ws: WS, seat: qianban_journal::SeatId([6; 32]), key: key(8).public(), until_ms: NOW_MS };
    let enrol = Enrol::sign("ABCD-1234".into(), certificate(), "二楼窗口".into(), &key(7)).expect("signs");
    let waiting = WaitingSeat { certificate: certificate(), label: String::new(), at_ms: -1 };
    let long = LongBlob { digest: Digest([4; 32]), len: 70_000 };
    let lines = [
        frozen(
            "hello",
            &Hello::of(&[Capability::Receipt, Capability::Enrol], INC, Some(key(9).public()), NOW_MS),
        ),
        frozen("session", &session.sign(&key(7)).expect("signs")),
        frozen("enrol", &enrol),
        frozen("found", &Found { code: "A".into(), entry: vec![0x80] }),
        frozen(
            "enrolled",
            &Enrolled { ws: WorkspaceId([7; 16]), root: Digest([8; 32]), person: Some(PersonId([1; 16])) },
        ),
        frozen("one-time-code", &OneTimeCode { code: "ABCD-1234".into(), until_ms: NOW_MS }),
        frozen("waiting", &Waiting(vec![waiting])),
        frozen("entries", &Entries(vec![vec![0x80], vec![]])),
        frozen("envelopes", &Envelopes(vec![vec![1; 30]])),
        frozen("ids", &Ids(vec![EventId([1; 32]), EventId([2; 32])])),
        frozen("page", &page()),
        frozen("fates", &fates()),
        frozen("buckets", &Buckets { head: 3, digests: digests.to_vec() }),
        frozen("bucket-ids", &BucketIds { ids: vec![EventId([1; 32])], more: true }),
        frozen("digests", &Digests(vec![Digest([1; 32])])),
        frozen("small-blobs", &SmallBlobs(vec![vec![7; 300]])),
        frozen("batch", &Batch { blobs: vec![vec![7]], long: vec![long], missing: vec![Digest([1; 32])] }),
        frozen("progress", &Progress { received: 4_194_304, complete: false }),
        frozen("refusal", &Refusal { code: RefusalCode::TooMany, retry_after_s: Some(5) }),
    ];
    let shown: String = lines.into_iter().map(|line| line + "\n").collect();
    assert_eq!(shown, include_str!("frozen.txt"), "a message has another form than before");
}

/// The message survives its bytes, and nothing shorter or longer does; its name and the digest of its bytes.
fn frozen<M: Message + PartialEq + Debug>(name: &str, message: &M) -> String {
    let bytes = message.encode();
    assert_eq!(M::decode(&bytes).as_ref(), Ok(message), "{name}");
    for end in 0..bytes.len() {
        assert!(M::decode(&bytes[..end]).is_err(), "{name} cut at {end}");
    }
    assert!(M::decode(&[bytes.as_slice(), &[0]].concat()).is_err(), "{name} with a byte after it");
    for (place, byte) in bytes.iter().enumerate().take(64) {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[place] = byte ^ (1 << bit);
            if let Ok(other) = M::decode(&flipped) {
                assert_eq!(other.encode(), flipped, "{name}: what is read is what was sent");
            }
        }
    }
    format!("{name} {}", digest(&bytes))
}

#[test]
fn hostile_bytes_are_refused() {
    let bomb = vec![0x81; 4_096];
    let long = b"\x9a\xff\xff\xff\xff".to_vec();
    let text = b"\x81\x7b\x7f\xff\xff\xff\xff\xff\xff\xff".to_vec();
    let html = b"<html><body>please log in".to_vec();
    for bytes in [bomb, long, text, html, vec![], vec![0xff; 64]] {
        assert!(Page::decode(&bytes).is_err());
        assert!(Fates::decode(&bytes).is_err());
        assert!(Envelopes::decode(&bytes).is_err());
        assert!(Batch::decode(&bytes).is_err());
        assert!(Hello::decode(&bytes).is_err());
        assert!(Enrol::decode(&bytes).is_err());
    }
}

#[test]
fn bounds_hold_on_both_sides() {
    assert!(Envelopes::decode(&Envelopes(vec![vec![]; limit::EVENTS]).encode()).is_ok());
    assert!(Envelopes::decode(&Envelopes(vec![vec![]; limit::EVENTS + 1]).encode()).is_err());
    assert!(SmallBlobs::decode(&SmallBlobs(vec![vec![0; limit::SMALL_BLOB_BYTES + 1]]).encode()).is_err());
    assert!(Buckets::decode(&Buckets { head: 0, digests: vec![None; 255] }.encode()).is_err());
    let longest = vec![vec![0; qianban_journal::limit::ENVELOPE_BYTES]; limit::EVENTS];
    let events = (1..).zip(longest.clone()).map(|(n, envelope)| Arrived { n, envelope }).collect();
    let page = Page { incarnation: INC, last: 490, head: 490, events };
    assert_eq!(Page::decode(&page.encode()), Ok(page), "a page of the longest events fits");
    assert!(Envelopes::decode(&Envelopes(longest).encode()).is_ok(), "and so does a push");
}

#[test]
fn lists_are_ascending_and_cursors_make_sense() {
    let twice = Ids(vec![EventId([1; 32]); 2]);
    assert!(Ids::decode(&twice.encode()).is_err());
    let unordered = Page { events: page().events.into_iter().rev().collect(), ..page() };
    assert!(Page::decode(&unordered.encode()).is_err());
    assert!(Page::decode(&Page { last: 8, ..page() }.encode()).is_err(), "an event beyond the cursor");
    assert!(Page::decode(&Page { head: 9, ..page() }.encode()).is_err(), "a cursor beyond the log");
}

#[test]
fn a_client_speaks_the_newest_version_that_both_know() {
    let mut hello = Hello::of(&[], INC, None, NOW_MS);
    hello.versions.push("2031-01-01".into());
    assert_eq!(hello.common_version(), Some("2026-11-27"));
    assert!(!hello.can(Capability::Receipt));
    hello.versions.remove(0);
    assert_eq!(hello.common_version(), None);
}

#[test]
fn every_refusal_has_a_name_of_its_own_and_a_status_of_its_kind() {
    for code in RefusalCode::ALL {
        assert_eq!(RefusalCode::of(code.name()), Some(*code));
        assert!((400..600).contains(&code.status()), "{code:?}");
    }
    assert_eq!(RefusalCode::of("unheard-of"), None);
}
