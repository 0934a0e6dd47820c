//! Drafts and attachments: unsigned work that survives, files that leave nothing behind.

use std::fs;
use std::io::Read;
use std::path::Path;

use crate::bureau::*;
use qianban_journal::{Attachment, Digest, digest};
use qianban_store::{
    ATTACHMENT_BYTES_MAX, AttachmentError, DRAFT_VALUE_BYTES_MAX, DraftKey, Store, StoreError,
};

fn draft(form: &str) -> DraftKey {
    DraftKey { person: person(DRAFTER), form: form.into(), section: "content".into(), row: String::new() }
}

fn attach(store: &Store, key: &DraftKey, bytes: &[u8], name: &str) -> Result<Digest, AttachmentError> {
    let mut writer = store.begin_attachment(1_000_000)?;
    for part in bytes.chunks(7_000) {
        writer.chunk(part)?;
    }
    let staged = writer.finish()?;
    let attached = store.write(|w| w.draft_attach(key, "files", staged, name, "text/plain"))?;
    Ok(attached.digest)
}

fn files(dir: &Path) -> usize {
    fs::read_dir(dir.join("attachments")).unwrap().count()
}

fn read_back(store: &Store, digest: Digest) -> Vec<u8> {
    let mut bytes = Vec::new();
    store.read(|r| r.read_attachment(digest)).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

fn typed(store: &Store, key: &DraftKey) -> Vec<(String, String)> {
    let fields = store.read(|r| r.draft(key)).unwrap();
    fields.into_iter().map(|field| (field.field, field.value)).collect()
}

#[test]
fn work_is_kept_field_by_field_and_person_by_person() {
    let (_dir, _key, store) = store();
    let mine = draft("new-1");
    let theirs = DraftKey { person: person(OTHER), ..mine.clone() };
    let row = DraftKey { section: "table".into(), row: "1".into(), ..mine.clone() };
    store
        .write(|w| {
            w.draft_set(&mine, "reason", "a", 1)?;
            w.draft_set(&mine, "account", "6222", 2)?;
            w.draft_set(&mine, "reason", "ab", 3)?;
            w.draft_set(&row, "amount", "5", 4)?;
            w.draft_set(&theirs, "reason", "x", 9)
        })
        .unwrap();
    let both = [("account".to_owned(), "6222".to_owned()), ("reason".to_owned(), "ab".to_owned())];
    assert_eq!(typed(&store, &mine), both);
    let drafts = store.read(|r| r.drafts(person(DRAFTER))).unwrap();
    assert_eq!((drafts.len(), drafts[0].fields, drafts[0].saved_ms), (1, 3, 4));
    assert_eq!(store.read(|r| r.draft_keys(person(DRAFTER), "new-1")).unwrap(), [mine.clone(), row.clone()]);
    store.write(|w| w.draft_unset(&mine, "account")).unwrap();
    assert_eq!(typed(&store, &mine).len(), 1);
    store.write(|w| w.draft_rename(person(DRAFTER), "new-1", "f00d")).unwrap();
    assert_eq!(typed(&store, &draft("f00d")).len(), 1);
    store.write(|w| w.draft_clear(&draft("f00d"))).unwrap();
    assert_eq!(typed(&store, &DraftKey { form: "f00d".into(), ..row }).len(), 1, "another section stays");
    store.write(|w| w.draft_discard(person(DRAFTER), "f00d")).unwrap();
    assert!(store.read(|r| r.drafts(person(DRAFTER))).unwrap().is_empty());
    assert_eq!(typed(&store, &theirs).len(), 1);
}

#[test]
fn an_oversized_value_or_key_is_refused_and_the_earlier_value_stays() {
    let (_dir, _key, store) = store();
    store.write(|w| w.draft_set(&draft("new-1"), "reason", "a", 1)).unwrap();
    let long = "x".repeat(DRAFT_VALUE_BYTES_MAX + 1);
    let refused = store.write(|w| w.draft_set(&draft("new-1"), "reason", &long, 2));
    assert!(matches!(refused, Err(StoreError::DraftTooLong { .. })));
    let refused = store.write(|w| w.draft_set(&draft(&"x".repeat(200)), "reason", "a", 2));
    assert!(matches!(refused, Err(StoreError::DraftTooLong { bytes: 200 })));
    assert_eq!(typed(&store, &draft("new-1"))[0].1, "a");
}

#[test]
fn an_attached_file_comes_back_byte_by_byte_and_is_sealed_on_the_disk() {
    let (dir, _key, store) = store();
    let bytes = "扫描件".as_bytes().repeat(30_000);
    let stored = attach(&store, &draft("new-1"), &bytes, r"C:\scan\..\CON.txt").unwrap();
    assert_eq!(stored, digest(&bytes));
    assert_eq!(read_back(&store, stored), bytes);
    let listed = store.read(|r| r.draft_attachments(&draft("new-1"))).unwrap();
    assert_eq!((listed[0].name.as_str(), listed[0].length), ("_CON.txt", bytes.len() as u64));
    let sealed = fs::read(dir.path().join("attachments").join(stored.to_string())).unwrap();
    assert!(!sealed.windows(9).any(|window| window == "扫描件".as_bytes()));
}

#[test]
fn an_empty_or_oversized_file_is_refused_and_nothing_of_it_remains() {
    let (dir, _key, store) = store();
    let key = draft("new-1");
    assert!(matches!(attach(&store, &key, b"", "a"), Err(AttachmentError::Empty)));
    let long = vec![0; 1_000_001];
    assert!(matches!(attach(&store, &key, &long, "a"), Err(AttachmentError::TooLong { max: 1_000_000 })));
    let mut dropped = store.begin_attachment(ATTACHMENT_BYTES_MAX).unwrap();
    dropped.chunk(b"half").unwrap();
    assert_eq!(files(dir.path()), 1);
    drop(dropped);
    assert_eq!(files(dir.path()), 0);
    assert!(store.read(|r| r.draft_attachments(&key)).unwrap().is_empty());
}

#[test]
fn the_same_bytes_are_stored_once_whatever_their_names() {
    let (dir, _key, store) = store();
    let first = attach(&store, &draft("new-1"), b"same", "a.txt").unwrap();
    let second = attach(&store, &draft("new-2"), b"same", "b.txt").unwrap();
    assert_eq!((first, files(dir.path())), (second, 1));
    attach(&store, &draft("new-1"), b"same", "c.txt").unwrap();
    let listed = store.read(|r| r.draft_attachments(&draft("new-1"))).unwrap();
    assert_eq!((listed.len(), listed[0].name.as_str()), (1, "c.txt"), "attached again: a new name");
    assert_eq!(read_back(&store, first), b"same");
}

#[test]
fn the_same_digest_with_another_length_is_refused() {
    let (dir, key, store) = store();
    attach(&store, &draft("new-1"), b"same", "a.txt").unwrap();
    with_sql(dir.path(), &key, "UPDATE attachment SET length = 5");
    match attach(&store, &draft("new-1"), b"same", "a.txt") {
        Err(AttachmentError::Store(StoreError::BlobDiffers { stored: 5, offered: 4, .. })) => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(files(dir.path()), 1, "the refused copy is gone");
}

#[test]
fn a_transaction_that_fails_after_the_rename_leaves_an_orphan_that_the_next_opening_sweeps() {
    let (dir, key, store) = store();
    let kept = attach(&store, &draft("new-1"), b"kept", "a").unwrap();
    let mut writer = store.begin_attachment(100).unwrap();
    writer.chunk(b"orphan").unwrap();
    let staged = writer.finish().unwrap();
    let failed: Result<(), StoreError> = store.write(|w| {
        w.draft_attach(&draft("new-1"), "files", staged, "b", "")?;
        Err(StoreError::NoRandomness)
    });
    assert!(failed.is_err());
    fs::write(dir.path().join("attachments/new-0123"), b"half a frame").unwrap();
    assert_eq!(files(dir.path()), 3);
    assert_eq!(store.read(|r| r.draft_attachments(&draft("new-1"))).unwrap().len(), 1);
    drop(store);
    let store = Store::open(dir.path(), &key, Box::new(NoIndex)).unwrap();
    assert_eq!(files(dir.path()), 1);
    assert_eq!(read_back(&store, kept), b"kept");
    assert_eq!(attach(&store, &draft("new-1"), b"orphan", "b").unwrap(), digest(b"orphan"), "may come again");
    assert_eq!(read_back(&store, digest(b"orphan")), b"orphan");
}

#[test]
fn a_file_stays_while_a_draft_or_a_signed_snapshot_names_it() {
    let (dir, key, store) = store();
    let bureau = Bureau::found(&store);
    let signed = attach(&store, &draft("new-1"), b"signed", "a").unwrap();
    let drafted = attach(&store, &draft("new-2"), b"drafted", "b").unwrap();
    let dropped = attach(&store, &draft("new-1"), b"dropped", "c").unwrap();
    let attachment = Attachment {
        slot: "files".into(),
        name: "a".into(),
        media: "text/plain".into(),
        len: 6,
        digest: signed,
    };
    let (form, _) = bureau.drafted_with(&bureau.snapshot("with a file", vec![attachment]));
    assert!(store.read(|r| r.missing_blobs(form)).unwrap().is_empty());
    store.write(|w| w.draft_discard(person(DRAFTER), "new-1")).unwrap();
    drop(store);
    let store = Store::open(dir.path(), &key, Box::new(NoIndex)).unwrap();
    assert_eq!(
        (read_back(&store, signed), read_back(&store, drafted)),
        (b"signed".to_vec(), b"drafted".to_vec())
    );
    assert!(matches!(store.read(|r| r.read_attachment(dropped)), Err(StoreError::NoBlob(_))));
    fs::remove_file(dir.path().join("attachments").join(signed.to_string())).unwrap();
    assert_eq!(store.read(|r| r.attachment_length(signed)).unwrap(), None);
    with_sql(dir.path(), &key, "DELETE FROM attachment WHERE length = 6");
    assert_eq!(store.read(|r| r.missing_blobs(form)).unwrap(), [signed]);
}

#[test]
fn a_changed_attachment_file_is_never_read_as_other_bytes() {
    let (dir, _key, store) = store();
    let bytes = vec![1; 200_000];
    let stored = attach(&store, &draft("new-1"), &bytes, "a").unwrap();
    let path = dir.path().join("attachments").join(stored.to_string());
    let sealed = fs::read(&path).unwrap();
    for at in (0..sealed.len()).step_by(20_011) {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        fs::write(&path, changed).unwrap();
        let read =
            store.read(|r| r.read_attachment(stored)).map(|mut reader| reader.read_to_end(&mut Vec::new()));
        assert!(!matches!(read, Ok(Ok(_))), "byte {at} was changed and nobody noticed");
    }
}
