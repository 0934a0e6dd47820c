//! Whatever byte another program changes in the file, `verify` says which row is the first bad one.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::bureau::{Bureau, fill, permission_request, sign};
use crate::ctl::Session;
use crate::witness::{Chance, Column, Witness, copy};

const EVENT: Column = Column { table: "event", row: "arrival", column: "envelope" };
const BLOB: Column = Column { table: "blob", row: "row", column: "bytes" };
const REGISTRY: Column = Column { table: "registry", row: "number", column: "entry" };

/// Bytes changed of each kind.
const OFFSETS: usize = 6;
/// The signature and the null after it end an envelope.
const AFTER_SIGNATURE: usize = 1;
const SIGNATURE: usize = 64;

/// A ledger with one form that went all the way, one that came back, and a registry that went on.
struct Ledger {
    bureau: Bureau,
    witness: Witness,
    /// A copy that is tampered with.
    copied: PathBuf,
    _folder: tempfile::TempDir,
}

impl Ledger {
    fn kept() -> Self {
        let bureau = Bureau::found(&["张三", "李四", "王五", "赵六", "钱七", "孙八"]);
        let mut session = bureau.sit("李四");
        let definition = permission_request(&mut session);
        let first = submitted(&mut session, &definition, &vec![b'A'; 150_000]);
        let second = submitted(&mut session, &definition, b"the other sheet");
        for (name, step) in
            [("王五", "unit_head"), ("赵六", "division"), ("钱七", "check"), ("孙八", "info_center")]
        {
            bureau.change(&mut session, name);
            if step == "check" {
                for field in ["person_check", "permission_check"] {
                    let section = json!({ "kind": "step", "key": step });
                    session.get("draft_set", in_section(&first, section, field, "correct"));
                }
            }
            sign(
                &mut session,
                name,
                json!({ "kind": "approve", "form": first, "step": step, "on_behalf": null }),
            );
        }
        bureau.change(&mut session, "王五");
        let back = json!({ "kind": "return", "form": second, "target": { "to": "drafter" }, "reason": "请补充岗位责任书。" });
        sign(&mut session, "王五", back);
        bureau.change(&mut session, "张三");
        sign(&mut session, "张三", json!({ "kind": "seal", "form": first }));
        sign(&mut session, "张三", json!({ "kind": "add_unit", "name": "样例县民政局" }));
        done(&bureau, &mut session, &first);
        session.end();
        let folder = tempfile::tempdir().expect("a folder");
        let witness = Witness::of(&bureau);
        Self { bureau, witness, copied: folder.path().join("data"), _folder: folder }
    }

    /// A fresh copy, changed by `tamper`, must be named bad at `row`.
    fn names(&self, row: &str, what: &str, tamper: impl FnOnce(&Path)) {
        if self.copied.exists() {
            fs::remove_dir_all(&self.copied).expect("ours");
        }
        copy(&self.bureau.data, &self.copied);
        tamper(&self.copied);
        let outcome = self.bureau.verify(&self.copied);
        assert_eq!(outcome.exit, 3, "{what} must be found: {outcome:?}");
        let first = outcome.standard_output.lines().next().unwrap_or_default();
        assert!(first.starts_with(&format!("{row}: ")), "{what}: {row} is the first bad row, not {first:?}");
    }

    /// Changes one byte in `range` of a row and asks for that row.
    fn flipped(&self, column: &Column, row: i64, bytes: &[u8], offset: usize) {
        let mut changed = bytes.to_vec();
        changed[offset] ^= 0x40;
        let what = format!("byte {offset} of {} in {} {row}", column.column, column.table);
        self.names(&format!("{} {row}", column.table), &what, |data| {
            self.witness.put(data, column, row, &changed)
        });
    }
}

fn submitted(session: &mut Session, definition: &str, bytes: &[u8]) -> String {
    let draft = fill(session, definition, bytes);
    sign(session, "李四", json!({ "kind": "submit", "form": draft }))
}

fn in_section(form: &str, section: Value, field: &str, text: &str) -> Value {
    json!({ "form": form, "section": section, "field": field, "cell": null, "text": text })
}

/// Records that it was done and verified, and closes.
fn done(bureau: &Bureau, session: &mut Session, form: &str) {
    bureau.change(session, "钱七");
    for (table, field, text) in [("assign", "done", "已开通单位经办岗。"), ("verify", "result", "success")]
    {
        let section = json!({ "kind": "entry", "table": table, "row": null });
        session.get("draft_set", in_section(form, section, field, text));
        sign(
            session,
            "钱七",
            json!({ "kind": "entry", "form": form, "table": table, "at": null, "corrects": null }),
        );
    }
    sign(session, "钱七", json!({ "kind": "close", "form": form, "remark": "" }));
}

#[test]
fn verify_names_the_first_bad_row_of_a_ledger_that_another_program_changed() {
    let ledger = Ledger::kept();
    let sound = ledger.bureau.verify(&ledger.bureau.data);
    assert_eq!(sound.exit, 0, "an untouched file is sound: {sound:?}");
    bytes_are_changed(&ledger);
    files_are_changed(&ledger);
    rows_are_deleted(&ledger);
    let sound = ledger.bureau.verify(&ledger.bureau.data);
    assert_eq!(sound.exit, 0, "only copies were changed: {sound:?}");
}

fn bytes_are_changed(ledger: &Ledger) {
    let mut chance = Chance::seeded(2026);
    let data = &ledger.bureau.data;
    let events = ledger.witness.column(data, &EVENT);
    let blobs = ledger.witness.column(data, &BLOB);
    let entries = ledger.witness.column(data, &REGISTRY);
    assert!(events.len() > 12 && blobs.len() > 8 && entries.len() > 20, "there is something to change");
    for _ in 0..OFFSETS {
        let (row, bytes) = &events[chance.below(events.len())];
        let end = bytes.len() - AFTER_SIGNATURE;
        ledger.flipped(&EVENT, *row, bytes, chance.below(end - SIGNATURE));
        ledger.flipped(&EVENT, *row, bytes, end - 1 - chance.below(SIGNATURE));
        let (row, bytes) = &blobs[chance.below(blobs.len())];
        ledger.flipped(&BLOB, *row, bytes, chance.below(bytes.len()));
        let (row, bytes) = &entries[chance.below(entries.len())];
        ledger.flipped(&REGISTRY, *row, bytes, chance.below(bytes.len()));
    }
    // The first entry is the root that all else hangs from.
    let (row, bytes) = &entries[0];
    ledger.flipped(&REGISTRY, *row, bytes, bytes.len() / 2);
}

fn files_are_changed(ledger: &Ledger) {
    let mut chance = Chance::seeded(7);
    let listed =
        ledger.witness.run(&ledger.bureau.data, &[("SELECT row, digest FROM attachment", json!([]))]);
    let files = listed[0].as_array().expect("rows");
    assert_eq!(files.len(), 2, "both sheets are attached");
    for file in files {
        let name = file[1]["hex"].as_str().expect("a digest");
        let row = format!("attachment {}", file[0]);
        for _ in 0..OFFSETS {
            ledger.names(&row, "a byte of an attachment", |data| {
                let path = data.join("attachments").join(name);
                let mut bytes = fs::read(&path).expect("a file");
                let offset = chance.below(bytes.len());
                bytes[offset] ^= 1;
                fs::write(path, bytes).expect("ours");
            });
        }
        ledger.names(&row, "a file that is gone", |data| {
            fs::remove_file(data.join("attachments").join(name)).expect("ours");
        });
        ledger.names(&row, "a file cut short", |data| {
            let path = data.join("attachments").join(name);
            let bytes = fs::read(&path).expect("a file");
            fs::write(path, &bytes[..bytes.len() - 1]).expect("ours");
        });
        ledger.names(&row, "a length that is not the file's", |data| {
            ledger
                .witness
                .run(data, &[("UPDATE attachment SET length = length + 1 WHERE row = ?", json!([file[0]]))]);
        });
    }
}

fn rows_are_deleted(ledger: &Ledger) {
    for Column { table, row, .. } in [EVENT, BLOB, REGISTRY] {
        let last = format!("SELECT max({row}) FROM {table}");
        let last = ledger.witness.run(&ledger.bureau.data, &[(&last, json!([]))])[0][0][0].clone();
        let delete = format!("DELETE FROM {table} WHERE {row} = ?");
        ledger.names(&format!("{table} {last}"), "the last row that is gone", |data| {
            ledger.witness.run(data, &[(&delete, json!([last]))]);
        });
    }
    let last = "FROM attachment WHERE row = (SELECT max(row) FROM attachment)";
    let digest = format!("SELECT lower(hex(digest)) {last}");
    let digest = ledger.witness.run(&ledger.bureau.data, &[(&digest, json!([]))])[0][0][0].clone();
    let row = format!("need {}", digest.as_str().expect("hex"));
    ledger.names(&row, "an attachment without its row", |data| {
        ledger.witness.run(data, &[(&format!("DELETE {last}"), json!([]))]);
    });
    let last = "SELECT lower(hex(seat)) || ' ' || n FROM event ORDER BY arrival DESC LIMIT 1";
    let last = ledger.witness.run(&ledger.bureau.data, &[(last, json!([]))])[0][0][0].clone();
    let row = format!("event {}", last.as_str().expect("seat and number"));
    ledger.names(&row, "the last event gone with all its traces", |data| {
        without_last_event(&ledger.witness, data)
    });
}

/// Deletes the last event as somebody would who knows the tables.
fn without_last_event(witness: &Witness, data: &Path) {
    let last = "(SELECT max(arrival) FROM event)";
    let statements = [
        format!("DELETE FROM cite WHERE event = {last}"),
        format!("DELETE FROM need WHERE holder = 0 AND row = {last}"),
        format!("DELETE FROM event WHERE arrival = {last}"),
        format!("UPDATE sqlite_sequence SET seq = {last} WHERE name = 'event'"),
        "UPDATE log_head SET (n, event) = (SELECT e.n, e.id FROM event e WHERE e.seat = log_head.seat
             ORDER BY e.n DESC LIMIT 1)"
            .to_owned(),
    ];
    let statements: Vec<(&str, Value)> = statements.iter().map(|sql| (sql.as_str(), json!([]))).collect();
    witness.run(data, &statements);
}
