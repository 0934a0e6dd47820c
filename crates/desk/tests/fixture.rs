//! Databases of earlier releases open, verify and print in this one.
//!
//! `QIANBAN_FIXTURE=write` puts the one of this release under `tests/fixtures/db`. A release's database is written once;
//! that an old one no longer opens means that somebody's ledger does not open.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use std::fs;
use std::path::{Path, PathBuf};

use qianban_desk::{Cost, Desk, DeskSetup, NoSecretStore};
use qianban_testkit::{Bureau, PASSWORD, Script};
use serde_json::{Value, json};

const FORM: &str = include_str!("../../../assets/forms/permission-request.toml");

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/db")
}

/// A bureau with one form that has met most of what can happen to one.
fn told() -> Bureau {
    let bureau = Bureau::founded_with(2026, |setup| {
        setup.with_definitions(vec![("permission-request.toml".to_owned(), FORM.to_owned())])
    });
    let mut script = bureau.permission_request();
    let content = json!({ "kind": "content" });
    bureau.attach(&script.form, content, "attachments", "调令.pdf", b"%PDF-1.7 sample").expect("attached");
    script.sign("李四", "submit", json!({})).expect("sent");
    script.approve("王五", "unit_head").expect("the unit's head signs");
    let back = json!({ "target": { "to": "drafter" }, "reason": "请补充数据范围" });
    script.sign("赵六", "return", back).expect("sent back");
    bureau.sit("李四");
    script.cell("permissions", 0, "scope", "本单位");
    script.sign("李四", "submit", json!({})).expect("sent again");
    script.approve("王五", "unit_head").expect("signs again");
    on_paper(&mut script);
    script.approve("钱七", "check").expect("checks");
    let pair = json!({ "kind": "delegate", "from": bureau.id("孙八"), "to": bureau.id("钱七"),
        "since": "2026-03-01", "until": "2026-03-31" });
    bureau.sign("张三", pair).expect("delegated");
    script.approve("孙八", "info_center").expect("approves");
    script.sign("张三", "seal", json!({})).expect("sealed");
    bureau.sit("钱七");
    script.set_entry("assign", "done", "已分配支付申请录入岗。").expect("typed");
    let row = |table: &str| json!({ "table": table, "at": null, "corrects": null });
    script.sign("钱七", "entry", row("assign")).expect("assigned");
    script.set_entry("verify", "result", "success").expect("typed");
    script.sign("钱七", "entry", row("verify")).expect("verified");
    script.print("张三").expect("printed");
    script.sign("张三", "close", json!({ "remark": "" })).expect("closed");
    bureau
}

/// 周九, who has no seat, signs the review on paper.
fn on_paper(script: &mut Script<'_>) {
    let bureau = script.bureau;
    bureau.sit("张三");
    let content = json!({ "kind": "content" });
    let saved =
        bureau.attach(&script.form, content, "scan", "签字页.pdf", b"%PDF-1.7 scan").expect("scanned");
    let files = saved["section"]["attachments"].as_array().expect("a list").clone();
    let scan = files.iter().find(|file| file["slot"] == "scan").expect("the sheet")["digest"].clone();
    let signatures = json!([{ "step": "division", "signer": bureau.id("周九"), "outsider": null }]);
    script
        .sign("张三", "approve_ink", json!({ "scan": scan, "signatures": signatures }))
        .expect("paper is recorded");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("readable");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            copy(&entry.path(), &target);
        } else if entry.path().extension().is_none_or(|end| end != "lock") {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

/// Another desk on the same folder: the first one is closed, and all its pages are in the file.
fn write() {
    let bureau = told().reopened(Box::new(NoSecretStore), 2027);
    let folder = fixtures().join(env!("CARGO_PKG_VERSION"));
    let _ = fs::remove_dir_all(&folder);
    copy(&bureau.data(), &folder);
    let anchor = folder.join("anchor.json");
    let mut kept: Value = serde_json::from_slice(&fs::read(&anchor).expect("read")).expect("an anchor");
    kept["machine"] = json!("");
    fs::write(anchor, kept.to_string()).expect("of no computer in particular");
}

#[test]
fn the_database_of_every_release_opens_verifies_and_prints() {
    if std::env::var_os("QIANBAN_FIXTURE").is_some_and(|value| value == "write") {
        write();
    }
    let releases: Vec<_> = fs::read_dir(fixtures()).expect("fixtures").flatten().map(|e| e.path()).collect();
    assert!(releases.iter().any(|path| path.ends_with("0.1.0")), "the first release: {releases:?}");
    for release in releases {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        copy(&release, &data);
        let desk = Desk::new(DeskSetup::at(data).with_cost(Cost::TEST));
        let call = |command: &str, request: Value| {
            desk.call(command, request)
                .unwrap_or_else(|no| panic!("{}: {command}: {no:?}", release.display()))
        };
        let people = call("host_status", json!({}))["people"].as_array().expect("people").clone();
        let clerk = people.iter().find(|person| person["name"] == "李四").expect("李四")["id"].clone();
        call("open_database", json!({ "with": "password", "person": clerk, "password": PASSWORD }));
        let faults = desk.verify().expect("looked at");
        assert!(faults.is_empty(), "{}: {faults:?}", release.display());
        let list = json!({ "ledger": null, "text": "", "status": null, "cursor": null, "limit": 10 });
        let rows = call("ledger_list", list)["rows"].as_array().expect("rows").clone();
        assert_eq!(rows.len(), 1, "{}", release.display());
        assert_eq!(
            (&rows[0]["status"], &rows[0]["number"]),
            (&json!("closed"), &json!("权申〔2026〕第0001号"))
        );
        let slip = call("slip_pdf", json!({ "form": rows[0]["form"], "copy": "" }));
        assert!(slip["pages"].as_u64().is_some_and(|pages| pages >= 2), "a slip with its history");
        let page = call("form_get", json!({ "form": rows[0]["form"] }));
        assert_eq!(page["findings"], json!([]), "{}", release.display());
        let counted: Vec<_> =
            page["steps"].as_array().expect("steps").iter().map(|s| s["state"].clone()).collect();
        assert!(counted.iter().all(|state| state == "passed"), "{counted:?}");
    }
}
