//! What a disk, another program or a person may do wrong: each is refused in Chinese with a code, and loses nothing.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::bureau::{Bureau, base64, file, fill, password, permission_request, sign, typed};
use crate::ctl::{Session, call, code_of, without_bus};
use crate::witness::{Witness, copy};

const TYPIST: &str = "李四";

/// A bureau with a draft; what was typed must be there after every fault.
fn with_draft() -> (Bureau, String) {
    let bureau = Bureau::found(&["张三", TYPIST]);
    let mut session = bureau.sit(TYPIST);
    let definition = permission_request(&mut session);
    let form = fill(&mut session, &definition, b"a sheet");
    session.end();
    (bureau, form)
}

fn open(bureau: &Bureau) -> Value {
    json!({ "with": "password", "person": bureau.id(TYPIST), "password": password(TYPIST) })
}

/// The draft is whole, the file is sound, and work goes on.
fn nothing_is_lost(bureau: &Bureau, form: &str) {
    let sound = bureau.verify(&bureau.data);
    assert_eq!(sound.exit, 0, "the file is sound: {sound:?}");
    let mut session = bureau.sit(TYPIST);
    assert_eq!(text(&mut session, form, "phone"), "0571-86001234", "what was typed is there");
    sign(&mut session, TYPIST, json!({ "kind": "submit", "form": form }));
    session.end();
}

fn text(session: &mut Session, form: &str, key: &str) -> String {
    let page = session.get("form_get", json!({ "form": form }));
    let fields = page["content"]["fields"].as_array().expect("a list");
    let field = fields.iter().find(|field| field["key"] == key).expect("a field");
    field["text"].as_str().expect("text").to_owned()
}

/// A sitting on a data folder inside a file system of its own, set up by a shell script that may use `$DATA` and
/// `$PLACE`. The mounts are seen by this process alone and end with it.
fn session_in(place: &Path, data: &Path, script: &str) -> Session {
    let program = env!("CARGO_BIN_EXE_story-host");
    let script = format!("set -e; {script}; exec '{program}' --data \"$SITTING\" session");
    let mut command = Command::new("unshare");
    without_bus(&mut command);
    command.args(["--mount", "--map-root-user", "sh", "-c", &script]).env("DATA", data).env("PLACE", place);
    Session::of(&mut command)
}

#[test]
fn a_full_disk_refuses_and_loses_nothing() {
    let (bureau, form) = with_draft();
    let place = tempfile::tempdir().expect("a folder");
    let script =
        "mount -t tmpfs -o size=8m none \"$PLACE\"; cp -r \"$DATA\" \"$PLACE/data\"; SITTING=\"$PLACE/data\"";
    let mut session = session_in(place.path(), &bureau.data, script);
    session.get("unlock", bureau.unlock(TYPIST));
    // The mount as the program sees it.
    let seen = Path::new("/proc")
        .join(session.id().to_string())
        .join("root")
        .join(place.path().strip_prefix("/").expect("an absolute path"));
    fill_up(&seen.join("filler"));
    let mut saved = "0571-86001234".to_owned();
    let refusal = (0..50).find_map(|n| {
        let typed_now = format!("0571-8600{n:04}");
        match session.ask("draft_set", typed(&form, "phone", &typed_now)) {
            Ok(_) => {
                saved = typed_now;
                None
            }
            Err(refusal) => Some(code_of(&refusal)),
        }
    });
    assert_eq!(refusal.as_deref(), Some("HOST-DISK-FULL"), "typing says that the disk is full");
    assert_eq!(attach(&mut session, &form), Err("HOST-DISK-FULL".to_owned()), "so does a file");
    assert_eq!(text(&mut session, &form, "phone"), saved, "what was said to be saved is there");
    fs::remove_file(seen.join("filler")).expect("ours");
    attach(&mut session, &form).expect("with room again it goes on");
    sign(&mut session, TYPIST, json!({ "kind": "submit", "form": form }));
    let copied = place.path().join("copied");
    copy(&seen.join("data"), &copied);
    session.end();
    let files = fs::read_dir(copied.join("attachments")).expect("a folder").count();
    assert_eq!(files, 2, "nothing of the refused file is left");
    let sound = bureau.verify(&copied);
    assert_eq!(sound.exit, 0, "the file is sound: {sound:?}");
}

/// Takes all room that is left on a file system.
fn fill_up(path: &Path) {
    let mut filler = fs::File::create(path).expect("room for a name");
    let refused =
        std::iter::repeat_with(|| filler.write_all(&[0; 4096])).find_map(Result::err).expect("it is small");
    assert_eq!(refused.kind(), std::io::ErrorKind::StorageFull, "{refused}");
}

/// Attaches a second sheet, or answers the code of the refusal.
fn attach(session: &mut Session, form: &str) -> Result<(), String> {
    let bytes = vec![7; 200_000];
    let refused = |refusal: Value| code_of(&refusal);
    let upload =
        session.ask("file_begin", file(form, "第二份.pdf", &bytes)).map_err(refused)?["upload"].clone();
    session.ask("file_chunk", json!({ "upload": upload, "bytes": base64(&bytes) })).map_err(refused)?;
    session.ask("file_finish", json!({ "upload": upload })).map_err(refused)?;
    Ok(())
}

#[test]
fn a_folder_that_cannot_be_written_is_refused() {
    let (bureau, form) = with_draft();
    let script = "mount --bind \"$DATA\" \"$PLACE\"; mount -o remount,ro,bind \"$PLACE\"; SITTING=\"$PLACE\"";
    let place = tempfile::tempdir().expect("a folder");
    let mut session = session_in(place.path(), &bureau.data, script);
    assert_eq!(session.refused("unlock", bureau.unlock(TYPIST)), "HOST-READ-ONLY");
    session.end();
    nothing_is_lost(&bureau, &form);
}

#[test]
fn a_file_that_another_program_holds_is_refused_after_a_while() {
    let (bureau, form) = with_draft();
    let mut session = bureau.sit(TYPIST);
    let held = Witness::of(&bureau).hold(&bureau.data);
    assert_eq!(session.refused("draft_set", typed(&form, "phone", "0571-86009999")), "HOST-BUSY");
    assert_eq!(text(&mut session, &form, "phone"), "0571-86001234", "nothing of it is there");
    drop(held);
    session.get("draft_set", typed(&form, "phone", "0571-86001234"));
    session.end();
    nothing_is_lost(&bureau, &form);
}

#[test]
fn ten_wrong_passwords_make_the_pause_grow_and_lock_nobody_out() {
    let (bureau, form) = with_draft();
    let wrong = json!({ "with": "password", "person": bureau.id(TYPIST), "password": "不是这个口令" });
    for pause_seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300] {
        let refused = call(&bureau.data, "open_database", &wrong);
        assert_eq!(refused.refusal(), "PASSWORD-WRONG");
        let refusal: Value = serde_json::from_str(&refused.standard_output).expect("JSON");
        assert_eq!(refusal["retry_after_seconds"], pause_seconds, "the pause doubles up to five minutes");
        // A busy machine may take longer to start a program than a short pause lasts; `desk` tries those by its own clock.
        if pause_seconds >= 60 {
            assert_eq!(
                call(&bureau.data, "open_database", &open(&bureau)).refusal(),
                "PASSWORD-WAIT",
                "nothing is looked at before its end, not even the right password"
            );
        }
        the_pause_is_over(&bureau);
    }
    assert_eq!(call(&bureau.data, "open_database", &open(&bureau)).exit, 0, "the right one opens");
    nothing_is_lost(&bureau, &form);
}

/// Takes the end of the pause out of the key file, as five minutes of patience would.
fn the_pause_is_over(bureau: &Bureau) {
    let path = bureau.data.join("keys.json");
    let mut keys: Value = serde_json::from_slice(&fs::read(&path).expect("the key file")).expect("JSON");
    keys["people"][bureau.id(TYPIST)]["delay"]["not_before_ms"] = json!(0);
    fs::write(path, keys.to_string()).expect("ours");
}

#[test]
fn without_a_keyring_password_and_recovery_code_open() {
    let (bureau, form) = with_draft();
    let status = call(&bureau.data, "host_status", &json!({}));
    let status: Value = serde_json::from_str(&status.standard_output).expect("JSON");
    assert_eq!(status["os_store"], false, "there is no session bus");
    assert_eq!(status["stage"], "closed");
    assert_eq!(call(&bureau.data, "ledgers", &json!({})).refusal(), "HOST-CLOSED");
    assert_eq!(call(&bureau.data, "open_database", &open(&bureau)).exit, 0, "the password opens");
    let recovery = |code: &str| json!({ "with": "recovery", "code": code });
    assert_eq!(call(&bureau.data, "open_database", &recovery("AAAA-BBBB")).refusal(), "RECOVERY-WRONG");
    assert_eq!(
        call(&bureau.data, "open_database", &recovery(&bureau.recovery_code)).exit,
        0,
        "so does the sheet"
    );
    nothing_is_lost(&bureau, &form);
}

#[test]
fn a_database_of_a_newer_version_is_not_written() {
    let (bureau, form) = with_draft();
    let witness = Witness::of(&bureau);
    let version = witness.run(&bureau.data, &[("PRAGMA user_version", json!([]))])[0][0][0].clone();
    witness.run(&bureau.data, &[("PRAGMA user_version = 9999", json!([]))]);
    let before = fs::read(bureau.data.join("qianban.db")).expect("the database");
    assert_eq!(call(&bureau.data, "open_database", &open(&bureau)).refusal(), "HOST-NEWER-DATABASE");
    let after = fs::read(bureau.data.join("qianban.db")).expect("the database");
    assert!(before == after, "not a byte is changed");
    witness.run(&bureau.data, &[(&format!("PRAGMA user_version = {version}"), json!([]))]);
    nothing_is_lost(&bureau, &form);
}

#[test]
fn a_second_instance_is_refused() {
    let (bureau, form) = with_draft();
    let first = bureau.sit("张三");
    assert_eq!(call(&bureau.data, "open_database", &open(&bureau)).refusal(), "HOST-SECOND-INSTANCE");
    first.end();
    nothing_is_lost(&bureau, &form);
}
