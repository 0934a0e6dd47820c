//! `verify` names the first bad row, whatever another tool with the key did to the file (faults 6, 13, 52).

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use qianban_journal::{Attachment, FormId};
use qianban_store::{Anchor, AnchorFile, DatabaseKey, DraftKey, Fault, LogHead, Store, StoreError, Wrong};
use rusqlite::Connection;

use crate::bureau::*;

/// A bureau with a sealed form that has an attachment, closed; its folder and key.
fn whole() -> (tempfile::TempDir, DatabaseKey) {
    let (dir, key, store) = store();
    let bureau = Bureau::found(&store);
    let draft = DraftKey {
        person: person(DRAFTER),
        form: "new".into(),
        section: "content".into(),
        row: String::new(),
    };
    let mut writer = store.begin_attachment(1_000).unwrap();
    writer.chunk(b"scanned page").unwrap();
    let staged = writer.finish().unwrap();
    let file = store.write(|w| w.draft_attach(&draft, "files", staged, "a.png", "image/png")).unwrap();
    let attachment = Attachment {
        slot: "files".into(),
        name: file.name,
        media: file.media,
        len: file.length,
        digest: file.digest,
    };
    let (form, rev) = bureau.drafted_with(&bureau.snapshot("预算", vec![attachment]));
    let round = bureau.submit(form, rev);
    bureau.approve(HEAD, form, round, 0);
    bureau.approve(CHIEF, form, round, 1);
    bureau.seal(form, round, 1);
    bureau.entry(DRAFTER, form, "done", 1);
    let mut anchor = Anchor::new(PC.incarnation, "machine".into());
    let head = store.read(|r| r.log_head(seat(DRAFTER), PC.incarnation)).unwrap().unwrap();
    anchor.raise_head(seat(DRAFTER), head);
    anchor.raise_registry(bureau.chain().head().unwrap().number);
    AnchorFile::of(dir.path()).write(&anchor).unwrap();
    (dir, key)
}

fn faults(dir: &Path, key: &DatabaseKey) -> Vec<Fault> {
    let store = Store::open(dir, key, Box::new(Reasons)).unwrap();
    let report = store.verify(|_| ControlFlow::Continue(())).unwrap();
    assert!(report.finished);
    report.faults
}

/// The first fault after somebody with the key ran this.
fn after(sql: &str) -> Option<Fault> {
    let (dir, key) = whole();
    with_sql(dir.path(), &key, sql);
    faults(dir.path(), &key).into_iter().next()
}

fn fault(table: &'static str, row: impl ToString, what: Wrong) -> Option<Fault> {
    Some(Fault { table, row: row.to_string(), what })
}

#[test]
fn a_whole_file_has_no_fault() {
    let (dir, key) = whole();
    assert_eq!(faults(dir.path(), &key), []);
}

#[test]
fn a_caller_may_stop_it() {
    let (dir, key) = whole();
    let store = Store::open(dir.path(), &key, Box::new(Reasons)).unwrap();
    let mut seen = Vec::new();
    let report = store
        .verify(|progress| {
            seen.push(progress);
            if seen.len() == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .unwrap();
    assert!(!report.finished && report.checked == 3);
    assert!(seen.windows(2).all(|pair| pair[0].done < pair[1].done && pair[0].total == pair[1].total));
}

/// The bytes of one column of one row, and a way to put others there.
fn bytes_of(connection: &Connection, table: &str, column: &str, row: i64) -> Vec<u8> {
    let sql = format!("SELECT {column} FROM {table} WHERE rowid = {row}");
    connection.query_row(&sql, [], |row| row.get(0)).unwrap()
}

/// Flips one bit in every byte of `column`, one at a time, and demands that this very row is named first.
fn every_byte(table: &'static str, column: &str) {
    let (dir, key) = whole();
    let tool = other_tool(dir.path(), &key);
    let rows: Vec<i64> = {
        let mut statement = tool.prepare(&format!("SELECT rowid FROM {table} ORDER BY rowid")).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let update = format!("UPDATE {table} SET {column} = ?1 WHERE rowid = ?2");
    for row in [rows[0], rows[rows.len() / 2], rows[rows.len() - 1]] {
        let whole = bytes_of(&tool, table, column, row);
        let stride = (whole.len() / 24).max(1);
        for at in (0..whole.len()).step_by(stride).chain([whole.len() - 1]) {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            tool.execute(&update, (changed, row)).unwrap();
            let first = faults(dir.path(), &key).into_iter().next();
            let named = first.as_ref().map(|fault| (fault.table, fault.row.clone()));
            assert_eq!(
                named,
                Some((table, row.to_string())),
                "{table}.{column} row {row} byte {at}: {first:?}"
            );
        }
        tool.execute(&update, (whole, row)).unwrap();
    }
    assert_eq!(faults(dir.path(), &key), [], "put back");
}

#[test]
fn any_byte_of_an_event_or_its_signature() {
    every_byte("event", "envelope");
}

#[test]
fn any_byte_of_an_event_id() {
    every_byte("event", "id");
}

#[test]
fn any_byte_of_a_registry_entry() {
    every_byte("registry", "entry");
}

#[test]
fn any_byte_of_a_snapshot_or_definition() {
    every_byte("blob", "bytes");
}

#[test]
fn any_byte_of_an_attachment_key() {
    every_byte("attachment", "key");
}

#[test]
fn any_byte_of_an_attachment_digest_and_nothing_is_swept() {
    every_byte("attachment", "digest");
}

#[test]
fn any_byte_of_an_attachment_file() {
    let (dir, key) = whole();
    let path = fs::read_dir(dir.path().join("attachments")).unwrap().next().unwrap().unwrap().path();
    let sealed = fs::read(&path).unwrap();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        fs::write(&path, changed).unwrap();
        assert_eq!(
            faults(dir.path(), &key).into_iter().next(),
            fault("attachment", 1, Wrong::File),
            "byte {at}"
        );
    }
    fs::remove_file(&path).unwrap();
    assert_eq!(faults(dir.path(), &key).into_iter().next(), fault("attachment", 1, Wrong::File), "gone");
}

#[test]
fn a_missing_last_row_is_seen() {
    let (dir, key) = whole();
    let tool = other_tool(dir.path(), &key);
    let last = |table: &str| -> i64 {
        tool.query_row(&format!("SELECT max(rowid) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    let (event, entry, blob) = (last("event"), last("registry"), last("blob"));
    drop(tool);
    let first = |table: &str, row: i64| after(&format!("DELETE FROM {table} WHERE rowid = {row}"));
    assert_eq!(first("registry", entry), fault("registry", entry, Wrong::Missing));
    assert_eq!(first("blob", blob), fault("blob", blob, Wrong::Missing));
    assert_eq!(first("event", event), fault("event", event, Wrong::Missing));
    let (dir, key) = whole();
    with_sql(
        dir.path(),
        &key,
        &format!("DELETE FROM cite WHERE event = {event}; DELETE FROM event WHERE arrival = {event}"),
    );
    let all = faults(dir.path(), &key);
    assert_eq!(all.first().cloned(), fault("event", event, Wrong::Missing), "{all:?}");
    assert!(all.iter().any(|fault| fault.table == "log_head"));
    assert!(all.iter().any(|fault| fault.what == Wrong::BehindAnchor), "the anchor knows it: {all:?}");
    assert!(all.iter().any(|fault| fault.table == "form_view"));
    let attachment = after("DELETE FROM attachment").unwrap();
    assert_eq!((attachment.table, attachment.what), ("need", Wrong::Missing));
    let unnamed = after("DELETE FROM attachment; DELETE FROM need").unwrap();
    assert_eq!(unnamed.what, Wrong::Column, "a signed snapshot names it: {unnamed:?}");
    let draft = after("UPDATE draft_attachment SET digest = zeroblob(32)").unwrap();
    assert_eq!((draft.table, draft.what), ("draft_attachment", Wrong::Structure));
}

#[test]
fn a_thorough_liar_is_betrayed_by_the_anchor() {
    let (dir, key) = whole();
    let sql = "DELETE FROM cite WHERE event = (SELECT max(arrival) FROM event);
        DELETE FROM event WHERE arrival = (SELECT max(arrival) FROM event);
        UPDATE sqlite_sequence SET seq = (SELECT max(arrival) FROM event) WHERE name = 'event';
        DELETE FROM log_head;
        INSERT INTO log_head SELECT seat, incarnation, person, max(n), id FROM event GROUP BY seat, incarnation;";
    with_sql(dir.path(), &key, sql);
    let store = Store::open(dir.path(), &key, Box::new(Reasons)).unwrap();
    store.rebuild().unwrap();
    drop(store);
    let all = faults(dir.path(), &key);
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0].what, Wrong::BehindAnchor);
}

#[test]
fn columns_that_contradict_the_signed_bytes() {
    for (sql, table) in [
        ("UPDATE event SET legal = 0 WHERE arrival = 2", "event"),
        ("UPDATE event SET person = zeroblob(16) WHERE arrival = 2", "event"),
        ("UPDATE event SET actor = zeroblob(16) WHERE arrival = 2", "event"),
        ("UPDATE event SET actor = x'41' WHERE arrival = 2", "event"),
        ("UPDATE event SET form = zeroblob(32) WHERE arrival = 2", "event"),
        ("UPDATE event SET n = 99 WHERE arrival = 2", "event"),
        ("UPDATE event SET kind = 9 WHERE arrival = 2", "event"),
        ("DELETE FROM cite WHERE event = 2", "event"),
        ("DELETE FROM need WHERE holder = 0 AND row = 1", "event"),
        ("DELETE FROM need WHERE holder = 1", "blob"),
        ("DELETE FROM log_head", "log_head"),
        ("DELETE FROM meta WHERE name = 'root'", "registry"),
    ] {
        let first = after(sql);
        assert_eq!(first.as_ref().map(|fault| fault.table), Some(table), "{sql}: {first:?}");
    }
}

#[test]
fn derived_rows_that_lie_are_seen_and_rebuilt() {
    for sql in [
        "UPDATE form_view SET status = 0",
        "UPDATE form_view SET title = 'x'",
        "UPDATE form_view SET fold = zeroblob(32)",
        "UPDATE form_view SET seen = zeroblob(length(seen))",
        "UPDATE form_view SET seen = x'41'",
        "INSERT INTO open_step SELECT form, 0, 'registrar', unit FROM form_view",
        "INSERT INTO open_editor SELECT form, creator FROM form_view",
        "INSERT INTO finding SELECT form, 0, 'F2', x'', '' FROM form_view",
        "INSERT INTO form_link SELECT form, 'slot', id FROM form_view",
        "INSERT INTO form_mark SELECT form, 'name', 'value' FROM form_view",
        "UPDATE search SET text = 'x'",
        "DELETE FROM search",
    ] {
        let (dir, key) = whole();
        let before = derived_rows(dir.path(), &key);
        with_sql(dir.path(), &key, sql);
        let all = faults(dir.path(), &key);
        assert_eq!((all.len(), all[0].table, all[0].what), (1, "form_view", Wrong::Derived), "{sql}");
        let store = Store::open(dir.path(), &key, Box::new(Reasons)).unwrap();
        store.rebuild().unwrap();
        drop(store);
        assert_eq!(derived_rows(dir.path(), &key), before, "{sql}");
        assert_eq!(faults(dir.path(), &key), []);
    }
}

#[test]
fn a_flipped_page_of_the_file_is_named_or_keeps_it_shut() {
    let (dir, key) = whole();
    with_sql(dir.path(), &key, "PRAGMA wal_checkpoint(TRUNCATE)");
    let path = dir.path().join(qianban_store::DATABASE_NAME);
    let file = fs::read(&path).unwrap();
    for page in 1..=file.len() / 4_096 {
        let mut changed = file.clone();
        changed[(page - 1) * 4_096 + 1_000] ^= 1;
        fs::write(&path, &changed).unwrap();
        match Store::open(dir.path(), &key, Box::new(Reasons)) {
            Err(StoreError::Damaged(_) | StoreError::WrongKey(_)) => {
                let named = Store::damaged_pages(dir.path(), &key).unwrap();
                assert_eq!(named.into_iter().next(), fault("file", page, Wrong::Page));
            }
            Err(other) => panic!("page {page}: {other:?}"),
            Ok(store) => {
                let report = store.verify(|_| ControlFlow::Continue(())).unwrap();
                let first = report.faults.into_iter().next();
                assert_eq!(first, fault("file", page, Wrong::Page));
            }
        }
    }
}

#[test]
fn a_file_cut_short_is_never_taken_for_a_whole_one_or_a_new_one() {
    let (dir, key) = whole();
    with_sql(dir.path(), &key, "PRAGMA wal_checkpoint(TRUNCATE)");
    let path = dir.path().join(qianban_store::DATABASE_NAME);
    let file = fs::read(&path).unwrap();
    let pages = (0..file.len() / 4_096).map(|page| page * 4_096);
    for length in pages.chain([1, 100, 5_000, file.len() - 1]) {
        fs::write(&path, &file[..length]).unwrap();
        match Store::open(dir.path(), &key, Box::new(Reasons)) {
            Err(StoreError::Damaged(_) | StoreError::WrongKey(_)) => {}
            Err(other) => panic!("{length} bytes: {other:?}"),
            Ok(store) => {
                let report = store.verify(|_| ControlFlow::Continue(()));
                assert!(
                    !report.is_ok_and(|report| report.faults.is_empty()),
                    "{length} bytes pass for a whole file"
                );
            }
        }
        assert!(fs::read(&path).unwrap().len() <= length.max(4_096), "{length} bytes: nothing is made anew");
    }
}

#[test]
fn a_damaged_registry_keeps_the_file_readable_and_unwritten() {
    let (dir, key) = whole();
    with_sql(dir.path(), &key, "UPDATE registry SET entry = x'00' WHERE number = 5");
    let store = Store::open(dir.path(), &key, Box::new(Reasons)).unwrap();
    let refused = store.write(|w| w.put_blob(b"x"));
    assert!(matches!(refused, Err(StoreError::BadRow { table: "registry", row: 5 })));
    assert_eq!(store.read(|r| r.forms()).unwrap().len(), 1);
}

#[test]
fn a_damaged_event_shuts_its_form_and_no_other() {
    let (dir, key, store) = store();
    let bureau = Bureau::found(&store);
    let (damaged, _) = bureau.drafted("a");
    let (whole, _) = bureau.drafted("b");
    with_sql(dir.path(), &key, "UPDATE event SET envelope = x'00' WHERE arrival = 2");
    let refused = store.read(|r| r.form_log(damaged));
    assert!(matches!(refused, Err(StoreError::BadRow { table: "event", row: 2 })));
    assert_eq!(store.read(|r| r.form_log(whole)).unwrap().len(), 2);
    assert!(store.read(|r| r.form_row(FormId(damaged.0))).unwrap().is_some(), "it is still listed");
}

#[test]
fn a_copy_of_yesterday_is_behind_its_anchor() {
    let (dir, key, store) = store();
    let bureau = Bureau::found(&store);
    let (form, rev) = bureau.drafted("a");
    let copies = tempfile::tempdir().unwrap();
    let report = store.backup(&copies.path().join("yesterday")).unwrap();
    assert!(report.database_bytes > 0);
    let round = bureau.submit(form, rev);
    let mut anchor = Anchor::new(PC.incarnation, "machine".into());
    let place = bureau.log(form).event(round).unwrap().log;
    anchor.raise_head(seat(DRAFTER), LogHead { n: place.n, event: round });
    let yesterday = copies.path().join("yesterday");
    AnchorFile::of(&yesterday).write(&anchor).unwrap();
    let all = faults(&yesterday, &key);
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].table, all[0].what), ("event", Wrong::BehindAnchor));
    assert!(matches!(store.backup(&yesterday), Err(StoreError::DatabaseExists)), "a backup replaces nothing");
    drop(dir);
}
