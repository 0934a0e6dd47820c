//! Bundles that only their recipients can read.

use std::fs;

use qianban_journal::*;
use qianban_sync::bundle::*;

use crate::bureau::{FILE, Pc, keep_going, key, seat};

const WORDS: &str = "只给李四看的一件";

/// Two PCs with one registry, and a bundle from the first for the holder of seat 2.
fn case() -> (Pc, Pc, std::path::PathBuf) {
    let first = Pc::founded();
    let second = first.joined(2);
    first.draft(WORDS, true);
    first.draft("第二件", false);
    let recipients = vec![(seat(2), key(2).public())];
    let [path] = first.write(&Request { recipients, ..first.request(Some(2)) }).try_into().unwrap();
    (first, second, path)
}

#[test]
fn only_its_recipients_can_read_it_and_all_can_compare_it() {
    let (first, second, path) = case();
    let bytes = fs::read(&path).unwrap();
    for secret in [WORDS.as_bytes(), FILE, &digest(FILE).0] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret), "not a byte of it");
    }
    let found = scan(&path, &mut keep_going).unwrap();
    assert!(found.is_whole() && found.found.events == 4, "counts and fingerprint need no key: {found:?}");
    assert!(found.signer(first.chain().now().unwrap()).is_some());

    let third = first.joined(3);
    let before = third.state();
    let refused = third.try_take(&path, None);
    assert!(matches!(refused, Err(ImportError::Sealed)), "{refused:?}");
    let wrong = ContentKey::of(&found.header, seat(2), &key(3));
    assert!(wrong.is_none(), "another's key opens nothing");
    assert_eq!(third.state(), before);

    let imported = second.take(&path);
    assert!(imported.signed && imported.outcome.refusals() == 0, "{imported:?}");
    assert_eq!(second.state(), first.state());
    assert_eq!(second.store.read(|r| r.attachment_length(digest(FILE))).unwrap(), Some(FILE.len() as u64));
    assert!(!second.take(&path).outcome.is_new(), "twice is once");
}

#[test]
fn a_damaged_one_gives_its_good_beginning_too() {
    let (first, second, path) = case();
    let bytes = fs::read(&path).unwrap();
    let whole = scan(&path, &mut keep_going).unwrap().found.total();
    let mut came = Vec::new();
    for length in (0..bytes.len()).step_by(bytes.len() / 40) {
        fs::write(&path, &bytes[..length]).unwrap();
        let Ok(found) = scan(&path, &mut keep_going) else { continue };
        let content = ContentKey::of(&found.header, seat(2), &key(2)).unwrap();
        let imported =
            import(&second.store, &path, &found, None, Some(&content), 2_000, &mut keep_going).unwrap();
        assert!(!imported.signed && imported.good == found.found, "cut at {length}");
        came.push(imported.good.total());
    }
    assert!(came.is_sorted() && came.last() > Some(&0) && came.first() < came.last(), "{came:?}");
    assert!(came.iter().all(|count| *count <= whole));
    fs::write(&path, &bytes).unwrap();
    second.take(&path);
    assert_eq!(second.state(), first.state());
}

/// The checksum is no secret: whoever changes the bytes can make it fit. The key's tag is.
#[test]
fn items_that_somebody_put_in_another_order_are_not_read() {
    let (_first, second, path) = case();
    let bytes = fs::read(&path).unwrap();
    let mut frames = Vec::new();
    let mut rest = &bytes[10..];
    while !rest.is_empty() {
        let length = u32::from_le_bytes(rest[1..5].try_into().unwrap()) as usize + 9;
        frames.push(rest[..length].to_vec());
        rest = &rest[length..];
    }
    frames.swap(2, 3);
    fs::write(&path, [&bytes[..10], &frames.concat()].concat()).unwrap();
    let imported = second.take(&path);
    assert!(!imported.signed && imported.good.total() == 1, "{imported:?}");
    second.well();
}
