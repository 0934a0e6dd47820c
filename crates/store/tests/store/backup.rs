//! Copies that were opened before anybody relies on them.

use std::fs;
use std::io::Read;
use std::ops::ControlFlow;

use qianban_store::{Cost, DATABASE_NAME, DraftKey, Password, Store, StoreError, Vault};

use crate::bureau::*;

#[test]
fn a_backup_opens_by_itself_with_everything_in_it() {
    let (dir, key, store) = store();
    let bureau = Bureau::found(&store);
    let (form, _) = bureau.sealed("预算", 1);
    let draft = DraftKey {
        person: person(DRAFTER),
        form: "new".into(),
        section: "content".into(),
        row: String::new(),
    };
    let mut writer = store.begin_attachment(1_000).unwrap();
    writer.chunk(b"scanned page").unwrap();
    let staged = writer.finish().unwrap();
    let attached = store.write(|w| w.draft_attach(&draft, "files", staged, "a.png", "image/png")).unwrap();
    let vault = Vault::create(dir.path(), Cost::TEST).unwrap();
    vault.add_person(person(ADMIN), &Password::new("口令").unwrap(), &key).unwrap();
    fs::write(dir.path().join("attachments/new-0"), b"being streamed").unwrap();

    let target = tempfile::tempdir().unwrap();
    let report = store.backup(target.path()).unwrap();
    assert_eq!(report.attachments, 1, "what is being streamed is no attachment yet");
    bureau.drafted("after the backup");

    let vault = Vault::open(target.path(), Cost::TEST).unwrap();
    let key = vault.unlock(person(ADMIN), &Password::new("口令").unwrap(), 0).unwrap();
    let copy = Store::open(target.path(), &key, Box::new(Reasons)).unwrap();
    assert_eq!(copy.verify(|_| ControlFlow::Continue(())).unwrap().faults, []);
    assert_eq!(copy.read(|r| r.forms()).unwrap(), [form]);
    let mut bytes = Vec::new();
    copy.read(|r| r.read_attachment(attached.digest)).unwrap().read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes, b"scanned page");
}

#[test]
fn a_backup_that_cannot_be_made_leaves_the_store_as_it_was() {
    let (dir, _key, store) = store();
    let taken = tempfile::tempdir().unwrap();
    fs::write(taken.path().join("somebody's file"), b"x").unwrap();
    assert!(matches!(store.backup(taken.path()), Err(StoreError::DatabaseExists)));
    assert_eq!(fs::read(taken.path().join("somebody's file")).unwrap(), b"x");
    let database = fs::read(dir.path().join(DATABASE_NAME)).unwrap();
    assert!(store.backup(&dir.path().join(DATABASE_NAME)).is_err(), "a file is no folder");
    assert_eq!(fs::read(dir.path().join(DATABASE_NAME)).unwrap(), database);
}
