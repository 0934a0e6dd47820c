//! Bytes that were changed or lost, and files that were made to deceive.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use proptest::prelude::*;
use qianban_journal::Signer;
use qianban_store::{BATCH_EVENTS, StoreError};
use qianban_sync::bundle::*;

use crate::bureau::{Pc, keep_going, key, seat};

struct Case {
    first: Pc,
    bytes: Vec<u8>,
    path: std::path::PathBuf,
}

fn case() -> Case {
    let first = Pc::founded();
    first.draft("第一件", true);
    first.draft("第二件", false);
    let [path] = first.write(&first.request(None)).try_into().unwrap();
    Case { bytes: fs::read(&path).unwrap(), first, path }
}

/// Takes in what can be taken; whatever happens, the file is whole afterwards and nothing unsigned is in it.
fn take(case: &Case, bytes: &[u8]) -> Option<(Imported, Pc)> {
    fs::write(&case.path, bytes).unwrap();
    let second = Pc::empty(2);
    let found = scan(&case.path, &mut keep_going).ok()?;
    let fingerprint = case.first.chain().root_fingerprint();
    let imported =
        import(&second.store, &case.path, &found, Some(&fingerprint), None, 2_000, &mut keep_going).ok();
    second.well();
    Some((imported?, second))
}

#[test]
fn a_bundle_cut_anywhere_gives_its_good_beginning_and_the_rest_later() {
    let case = case();
    let whole = take(&case, &case.bytes).unwrap().0;
    let mut last = 0;
    for length in (0..case.bytes.len()).step_by(211) {
        let Some((imported, second)) = take(&case, &case.bytes[..length]) else { continue };
        assert!(!imported.signed, "cut at {length}");
        assert_eq!(imported.written, whole.written, "so many of so many");
        assert!(imported.good.total() >= last && imported.good.total() <= whole.good.total());
        last = imported.good.total();
        fs::write(&case.path, &case.bytes).unwrap();
        second.take(&case.path);
        assert_eq!(second.state(), case.first.state(), "the whole one completes it");
    }
    assert_eq!(last, whole.good.total(), "a cut in the trailer leaves every item");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_flipped_bit_gives_the_good_beginning_and_never_more(place in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let case = case();
        let place = place.index(case.bytes.len());
        let mut bytes = case.bytes.clone();
        bytes[place] ^= 1 << bit;
        let Some((imported, second)) = take(&case, &bytes) else { return Ok(()) };
        prop_assert!(!imported.signed, "byte {place}");
        prop_assert!(imported.outcome.refusals() == 0, "what a checksum passes is what was written: {imported:?}");
        fs::write(&case.path, &case.bytes).unwrap();
        second.take(&case.path);
        prop_assert_eq!(second.state(), case.first.state());
    }

    #[test]
    fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..4_000), after_magic in any::<bool>()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.qbx");
        let start: &[u8] = if after_magic { b"\x89QBX\r\n\x1a\n\x01\x00" } else { b"" };
        fs::write(&path, [start, &bytes].concat()).unwrap();
        let found = scan(&path, &mut keep_going);
        prop_assert!(matches!(found, Err(BundleError::NotABundle | BundleError::Newer(_))), "{found:?}");
    }
}

/// A bundle whose frames are good and whose content somebody else chose.
fn forged(path: &Path, change: impl FnOnce(&mut Header)) -> Vec<u8> {
    let bytes = fs::read(path).unwrap();
    let length = u32::from_le_bytes(bytes[11..15].try_into().unwrap()) as usize;
    let mut header: Header = serde_json::from_slice(&bytes[15..15 + length]).unwrap();
    change(&mut header);
    let json = serde_json::to_vec(&header).unwrap();
    [&bytes[..10], &frame(1, &json), &bytes[15 + length + 4..]].concat()
}

fn frame(kind: u8, bytes: &[u8]) -> Vec<u8> {
    let head = [&[kind][..], &(bytes.len() as u32).to_le_bytes(), bytes].concat();
    let crc = crc32c::crc32c(&head);
    [&head[..], &crc.to_le_bytes()].concat()
}

/// Where the events of a bundle begin, and how many frames are before them.
fn first_event(bytes: &[u8]) -> (usize, u64) {
    let (mut place, mut frames) = (10, 0);
    while bytes[place] < 4 {
        place += 9 + u32::from_le_bytes(bytes[place + 1..place + 5].try_into().unwrap()) as usize;
        frames += 1;
    }
    (place, frames)
}

/// A stick may hold gigabytes of what calls itself a registry: it is judged while it is read, not piled up.
#[test]
fn entries_are_judged_batch_by_batch_and_long_ones_not_at_all() {
    let case = case();
    let (place, before) = first_event(&case.bytes);
    let long = frame(2, &vec![0; qianban_journal::limit::ENTRY_BYTES + 1]);
    let padding = [long, frame(2, b"no entry").repeat(BATCH_EVENTS)].concat();
    fs::write(&case.path, [&case.bytes[..place], &padding, &case.bytes[place..]].concat()).unwrap();
    let second = Pc::empty(2);
    let found = scan(&case.path, &mut keep_going).unwrap();
    let fingerprint = case.first.chain().root_fingerprint();
    let last = before + 1 + BATCH_EVENTS as u64;
    let mut until_then =
        |frames| if frames < last { ControlFlow::Continue(()) } else { ControlFlow::Break(()) };
    let stopped = import(&second.store, &case.path, &found, Some(&fingerprint), None, 2_000, &mut until_then);
    assert!(matches!(stopped, Err(ImportError::Cancelled)), "{stopped:?}");
    assert_eq!(second.chain().head(), case.first.chain().head(), "a full batch was taken in by then");
    let imported = second.take(&case.path);
    assert_eq!(imported.outcome.refused["G1-BODY"], 1 + BATCH_EVENTS as u64);
    assert_eq!(second.state(), case.first.state(), "and nothing else suffers");
}

#[test]
fn receipts_of_a_forged_header_are_not_believed() {
    let case = case();
    let second = case.first.joined(2);
    let [path] = second.write(&second.request(None)).try_into().unwrap();
    case.first.draft("不让对方看见的一件", false);
    let buckets = case.first.store.read(|r| r.buckets()).unwrap();
    let bytes = forged(&path, |header| {
        header.receipts.buckets = buckets.into_iter().map(|b| b.map(qianban_sync::Text)).collect()
    });
    fs::write(&path, bytes).unwrap();
    let imported = case.first.take(&path);
    assert!(!imported.signed);
    let [next] = case.first.write(&case.first.request(Some(2))).try_into().unwrap();
    assert!(scan(&next, &mut keep_going).unwrap().found.events >= 2, "it still goes");
}

#[test]
fn a_bundle_signed_by_nobody_of_the_bureau_is_judged_item_by_item() {
    let case = case();
    let staged = case.first.stage(&case.first.request(None)).unwrap();
    let [path] = finish(staged, seat(1), &mut |bytes| key(9).sign(bytes).ok()).unwrap().try_into().unwrap();
    let second = Pc::empty(2);
    let imported = second.try_take(&path, Some(&case.first.chain().root_fingerprint())).unwrap();
    assert!(!imported.signed && imported.outcome.refusals() == 0);
    assert_eq!(second.state(), case.first.state(), "its events carry their own signatures");
}

/// Frames of a bundle: kind, and the whole frame.
fn frames(bytes: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let (mut frames, mut rest) = (Vec::new(), &bytes[10..]);
    while !rest.is_empty() {
        let length = u32::from_le_bytes(rest[1..5].try_into().unwrap()) as usize;
        let (frame, after) = rest.split_at(5 + length + 4);
        frames.push((frame[0], frame.to_vec()));
        rest = after;
    }
    frames
}

/// The snapshot that it brings names a file that was not missing before: there is as much to ask for as there was.
#[test]
fn a_snapshot_that_pretends_to_be_of_the_registry_is_counted_as_what_it_is() {
    const REGISTRY_BLOB: u8 = 3;
    const EVENT: u8 = 4;
    const BLOB: u8 = 5;
    let first = Pc::founded();
    first.draft("带附件的一件", true);
    let [path] = first.write(&first.request(None)).try_into().unwrap();
    let bytes = fs::read(&path).unwrap();
    let frames = frames(&bytes);
    let before_blobs = frames.iter().take_while(|(kind, _)| *kind <= EVENT);
    let without: Vec<u8> = before_blobs.flat_map(|(_, frame)| frame.clone()).collect();
    fs::write(&path, [&bytes[..10], &without].concat()).unwrap();
    let second = Pc::empty(2);
    second.try_take(&path, Some(&first.chain().root_fingerprint())).unwrap();

    let (_, blob) = frames.iter().find(|(kind, _)| *kind == BLOB).unwrap();
    let blob = frame(REGISTRY_BLOB, &blob[5..blob.len() - 4]);
    fs::write(&path, [&bytes[..10], &frames[0].1, &blob, &without[frames[0].1.len()..]].concat()).unwrap();
    let imported = second.take(&path);
    assert_eq!(imported.outcome.blobs, 1, "{imported:?}");
    assert_eq!(second.take(&path).outcome.blobs, 0, "twice is once");
    second.well();
}

#[test]
fn what_follows_the_trailer_is_noticed() {
    let case = case();
    let mut bytes = case.bytes.clone();
    bytes.push(0);
    fs::write(&case.path, bytes).unwrap();
    let found = scan(&case.path, &mut keep_going).unwrap();
    assert!(!found.is_whole());
    assert_eq!(found.found, found.header.counts, "and everything before it stands");
}

#[test]
fn a_stick_pulled_between_looking_and_taking_leaves_whole_transactions() {
    let case = case();
    let found = scan(&case.path, &mut keep_going).unwrap();
    fs::write(&case.path, &case.bytes[..case.bytes.len() - 1_500]).unwrap();
    let second = Pc::empty(2);
    let fingerprint = case.first.chain().root_fingerprint();
    let half = import(&second.store, &case.path, &found, Some(&fingerprint), None, 2_000, &mut keep_going);
    assert!(half.is_ok_and(|imported| imported.good.total() < found.found.total()), "it says how much came");
    second.well();
    fs::remove_file(&case.path).unwrap();
    let gone = import(&second.store, &case.path, &found, None, None, 2_000, &mut keep_going);
    assert!(matches!(gone, Err(ImportError::Io(_))), "{gone:?}");
}

#[test]
fn stopping_leaves_what_came_in_and_the_next_reading_brings_the_rest() {
    let case = case();
    let found = scan(&case.path, &mut keep_going).unwrap();
    let second = Pc::empty(2);
    let fingerprint = case.first.chain().root_fingerprint();
    let mut stop = |done| {
        if done > found.frames / 2 {
            std::ops::ControlFlow::Break(())
        } else {
            std::ops::ControlFlow::Continue(())
        }
    };
    let stopped = import(&second.store, &case.path, &found, Some(&fingerprint), None, 2_000, &mut stop);
    assert!(matches!(stopped, Err(ImportError::Cancelled)));
    second.well();
    second.try_take(&case.path, Some(&fingerprint)).unwrap();
    assert_eq!(second.state(), case.first.state());
    let unread: Result<Vec<_>, StoreError> = second.store.read(|r| r.wanted(10));
    assert!(unread.unwrap().is_empty());
}
