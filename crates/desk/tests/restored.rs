//! A data folder that was put back from yesterday, or carried to another computer (K6).

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use std::fs;
use std::path::{Path, PathBuf};

use qianban_store::{Anchor, AnchorFile, DATABASE_NAME};
use qianban_testkit::Bureau;
use serde_json::{Value, json};

/// The files of the database in a folder.
fn database(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    let of_it = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(DATABASE_NAME))
    };
    files.filter(of_it).collect()
}

fn copy(from: &Path, to: &Path) {
    for file in database(to) {
        fs::remove_file(file).expect("removed");
    }
    for file in database(from) {
        fs::copy(&file, to.join(file.file_name().expect("a name"))).expect("copied");
    }
}

fn restarted(bureau: Bureau, seed: u64) -> Bureau {
    let secrets = Box::new(bureau.secrets.clone());
    bureau.reopened(secrets, seed)
}

fn ended(bureau: &Bureau) -> Value {
    loop {
        let status = bureau.call("exchange_status", json!({}));
        if status["running"] == false {
            return status;
        }
    }
}

/// 张三 writes everything on the stick.
fn written(bureau: &Bureau, stick: &Path) -> String {
    bureau.sit("张三");
    bureau.call("bundle_stage", json!({ "folder": stick, "peer": null, "attachments": true }));
    let bundle = ended(bureau)["staged"]["bundle"].clone();
    let signed = bureau.sign("张三", json!({ "kind": "write_bundle", "bundle": bundle })).expect("written");
    signed["events"][0].as_str().expect("a path").to_owned()
}

fn add_unit(bureau: &Bureau, name: &str) -> Result<Value, qianban_desk::api::Refusal> {
    bureau.sign("张三", json!({ "kind": "add_unit", "name": name }))
}

#[test]
fn a_database_of_yesterday_signs_nothing_until_what_it_lost_has_come_back() {
    let (yesterday, stick) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a stick"));
    let bureau = Bureau::founded(240);
    copy(&bureau.data(), yesterday.path());
    add_unit(&bureau, "国库科").expect("added");
    let bundle = written(&bureau, stick.path());

    let bureau = restarted(bureau, 241);
    copy(yesterday.path(), &bureau.data());
    assert_eq!(add_unit(&bureau, "社保科").expect_err("it was signed otherwise").code, "HOST-BEHIND");
    bureau.call("bundle_import", json!({ "path": bundle, "fingerprint": null }));
    assert_eq!(ended(&bureau)["imported"]["new"]["entries"], 1);
    assert_eq!(
        bureau.call("sync_status", json!({}))["peers"],
        json!([]),
        "its own bundle is from no other PC"
    );

    let bureau = restarted(bureau, 242);
    add_unit(&bureau, "社保科").expect("nothing is missing any more");
}

#[test]
fn another_computer_is_said_to_whoever_signs() {
    let bureau = Bureau::founded(243);
    let file = AnchorFile::of(&bureau.data());
    let anchor = file.read().expect("readable").expect("written");
    // A system that says nothing of itself is no other one.
    let expected = usize::from(!anchor.machine.is_empty());
    let bureau = restarted(bureau, 244);
    file.write(&Anchor { machine: "另一台".to_owned(), ..anchor }).expect("written");
    bureau.sit("张三");
    let action = json!({ "kind": "add_unit", "name": "国库科" });
    let sheet = bureau.call("sign_prepare", json!({ "action": action }));
    let warnings = sheet["warnings"].as_array().expect("warnings");
    assert_eq!(warnings.iter().filter(|one| one["code"] == "HOST-OTHER-MACHINE").count(), expected);
    add_unit(&bureau, "国库科").expect("signed");
}
