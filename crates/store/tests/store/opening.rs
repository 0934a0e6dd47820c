//! Opening, refusing and surviving: the lock, wrong keys, newer files, full disks, damaged pages (faults 3–12).

use std::fs;
use std::ops::ControlFlow;

use crate::bureau::{self, Bureau, DRAFTER, NoIndex, PC, Reasons, seat, store};
use qianban_journal::PersonId;
use qianban_store::{
    Anchor, AnchorFile, DATABASE_NAME, DatabaseKey, DraftKey, LogHead, Store, StoreError, Wrong,
};

fn draft_key() -> DraftKey {
    DraftKey {
        person: PersonId([1; 16]),
        form: "new-1".into(),
        section: "content".into(),
        row: String::new(),
    }
}

fn type_something(store: &Store, value: &str) -> Result<(), StoreError> {
    store.write(|w| w.draft_set(&draft_key(), "reason", value, 1))
}

fn typed(store: &Store) -> Vec<String> {
    store
        .read(|r| Ok::<_, StoreError>(r.draft(&draft_key())?.into_iter().map(|field| field.value).collect()))
        .unwrap()
}

fn reopen(dir: &std::path::Path, key: &DatabaseKey) -> Result<Store, StoreError> {
    Store::open(dir, key, Box::new(NoIndex))
}

#[test]
fn what_was_written_is_there_after_reopening() {
    let (dir, key, store) = store();
    type_something(&store, "需要访问预算系统").unwrap();
    drop(store);
    assert_eq!(typed(&reopen(dir.path(), &key).unwrap()), ["需要访问预算系统"]);
}

#[test]
fn a_closed_store_is_one_file() {
    let (dir, _key, store) = store();
    type_something(&store, "需要访问预算系统").unwrap();
    assert_eq!(typed(&store), ["需要访问预算系统"], "a reader has been open too");
    drop(store);
    let left: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("-wal")), "{left:?}");
}

/// A cleaner took the write-ahead log away: what was in it is missing, and the anchor says so (faults 7).
#[test]
fn without_its_write_ahead_log_it_opens_as_it_was_before_and_behind_its_anchor() {
    let (dir, key, store) = store();
    let (form, rev) = Bureau::found(&store).drafted("a");
    drop(store);
    let store = Store::open(dir.path(), &key, Box::new(Reasons)).unwrap();
    let bureau = Bureau::visiting(&store, 100);
    let round = bureau.submit(form, rev);
    let place = bureau.log(form).event(round).unwrap().log;
    let mut anchor = Anchor::new(PC.incarnation, "machine".into());
    anchor.raise_head(seat(DRAFTER), LogHead { n: place.n, event: round });
    let cleaned = tempfile::tempdir().unwrap();
    fs::create_dir(cleaned.path().join("attachments")).unwrap();
    fs::copy(dir.path().join(DATABASE_NAME), cleaned.path().join(DATABASE_NAME)).unwrap();
    AnchorFile::of(cleaned.path()).write(&anchor).unwrap();
    let before = Store::open(cleaned.path(), &key, Box::new(Reasons)).unwrap();
    assert_eq!(before.read(|r| r.form_log(form)).unwrap().len(), 2, "as it was when it was last closed");
    let faults = before.verify(|_| ControlFlow::Continue(())).unwrap().faults;
    assert_eq!(faults.iter().map(|fault| fault.what).collect::<Vec<_>>(), [Wrong::BehindAnchor]);
}

#[test]
fn a_second_instance_is_told_so() {
    let (dir, key, store) = store();
    assert!(matches!(reopen(dir.path(), &key), Err(StoreError::AlreadyOpen)));
    drop(store);
    assert!(reopen(dir.path(), &key).is_ok());
}

#[test]
fn nothing_in_the_folder_is_readable_without_the_key() {
    let (dir, _key, store) = store();
    type_something(&store, "机密内容机密内容").unwrap();
    for entry in fs::read_dir(dir.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            let found = bytes.windows(12).any(|w| w == "机密内容".as_bytes());
            assert!(!found, "{} holds typed text in clear", path.display());
        }
    }
}

#[test]
fn another_key_is_refused_and_changes_nothing() {
    let (dir, key, store) = store();
    type_something(&store, "a").unwrap();
    drop(store);
    let other = DatabaseKey::generate().unwrap();
    assert!(matches!(reopen(dir.path(), &other), Err(StoreError::WrongKey(_))));
    assert_eq!(typed(&reopen(dir.path(), &key).unwrap()), ["a"]);
}

#[test]
fn an_existing_database_is_never_made_anew_and_a_missing_one_never_opened() {
    let (dir, key, store) = store();
    drop(store);
    let again = Store::create(dir.path(), &key, Box::new(NoIndex));
    assert!(matches!(again, Err(StoreError::DatabaseExists)));
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(reopen(empty.path(), &key), Err(StoreError::NoDatabase)));
    assert_eq!(fs::read_dir(empty.path()).unwrap().count(), 0, "looking leaves nothing behind");
}

#[test]
fn a_newer_database_is_not_written_but_read() {
    let (dir, key, store) = store();
    type_something(&store, "a").unwrap();
    drop(store);
    bureau::with_sql(dir.path(), &key, "PRAGMA user_version = 99");
    let before = fs::read(dir.path().join(DATABASE_NAME)).unwrap();
    assert!(matches!(reopen(dir.path(), &key), Err(StoreError::NewerDatabase { found: 99, known: 3 })));
    let reader = Store::open_read_only(dir.path(), &key, Box::new(NoIndex)).unwrap();
    assert_eq!(typed(&reader), ["a"]);
    assert!(matches!(type_something(&reader, "b"), Err(StoreError::ReadOnly(None))));
    drop(reader);
    assert_eq!(fs::read(dir.path().join(DATABASE_NAME)).unwrap(), before);
}

#[test]
fn a_changed_migration_is_refused() {
    let (dir, key, store) = store();
    drop(store);
    bureau::with_sql(dir.path(), &key, "UPDATE migration SET checksum = zeroblob(32)");
    assert!(matches!(reopen(dir.path(), &key), Err(StoreError::MigrationChanged { number: 1 })));
}

/// A file system of 2 MiB, for those who may mount one; unmounted when dropped.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mount = ["-t", "tmpfs", "-o", "size=2m", "tmpfs"];
        let status = std::process::Command::new("mount").args(mount).arg(dir.path()).status();
        status.is_ok_and(|status| status.success()).then_some(Self(dir))
    }

    fn make_read_only(&self) {
        let remount = ["-o", "remount,ro"];
        assert!(
            std::process::Command::new("mount").args(remount).arg(self.0.path()).status().unwrap().success()
        );
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_takes_neither_half_a_file_nor_the_work_before_it() {
    // Without the right to mount, `store::tests` fills a database by its page limit instead.
    let Some(disk) = SmallDisk::mount() else { return };
    let dir = disk.0.path().join("data");
    let key = DatabaseKey::generate().unwrap();
    let store = Store::create(&dir, &key, Box::new(NoIndex)).unwrap();
    type_something(&store, "kept").unwrap();
    let elsewhere = disk.0.path().join("somebody's file");
    fs::write(&elsewhere, vec![0; 300_000]).unwrap();
    let mut writer = store.begin_attachment(u64::MAX).unwrap();
    let refused = (0..100).find_map(|_| writer.chunk(&[7; 100_000]).err());
    assert_eq!(refused.unwrap().code(), "STORE-DISK-FULL");
    drop(writer);
    assert_eq!(fs::read_dir(dir.join("attachments")).unwrap().count(), 0, "nothing half remains");
    let text = "长".repeat(30_000);
    let refused = (0..100).find_map(|number| {
        let key = DraftKey { form: format!("long-{number}"), ..draft_key() };
        store.write(|w| w.draft_set(&key, "text", &text, 2)).err()
    });
    assert!(matches!(refused, Some(StoreError::DiskFull(_))), "{refused:?}");
    assert_eq!(typed(&store), ["kept"]);
    fs::remove_file(elsewhere).unwrap();
    type_something(&store, "room again").unwrap();
    drop(store);
    assert_eq!(typed(&reopen(&dir, &key).unwrap()), ["room again"]);
}

#[test]
fn a_file_held_by_another_program_is_waited_for() {
    let (dir, key, store) = store();
    let scanner = bureau::other_tool(dir.path(), &key);
    scanner.execute_batch("BEGIN IMMEDIATE").unwrap();
    std::thread::scope(|scope| {
        let typing = scope.spawn(|| type_something(&store, "a"));
        assert!(typed(&store).is_empty(), "reading is not held up");
        scanner.execute_batch("COMMIT").unwrap();
        typing.join().unwrap().unwrap();
    });
    assert_eq!(typed(&store), ["a"]);
}

#[test]
fn a_read_only_disk_is_told_so() {
    let Some(disk) = SmallDisk::mount() else { return };
    let dir = disk.0.path().join("data");
    let key = DatabaseKey::generate().unwrap();
    let store = Store::create(&dir, &key, Box::new(NoIndex)).unwrap();
    type_something(&store, "kept").unwrap();
    drop(store);
    disk.make_read_only();
    assert!(matches!(reopen(&dir, &key), Err(StoreError::ReadOnly(_))));
    let fresh = Store::create(&disk.0.path().join("other"), &key, Box::new(NoIndex));
    assert!(matches!(fresh, Err(StoreError::ReadOnly(_))));
}
