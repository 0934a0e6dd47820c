//! 摆渡包 that only some people can open.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use qianban_testkit::{Bureau, PASSWORD};
use serde_json::{Value, json};

fn ended(bureau: &Bureau) -> Value {
    loop {
        let status = bureau.call("exchange_status", json!({}));
        if status["running"] == false {
            return status;
        }
    }
}

#[test]
fn a_bundle_opens_for_the_people_who_were_chosen_and_with_their_own_password() {
    let stick = tempfile::tempdir().expect("a stick");
    let bureau = Bureau::founded(260);
    bureau.sit("张三");
    let request = json!({ "folder": stick.path(), "peer": null, "attachments": true,
        "recipients": [bureau.id("李四")] });
    bureau.call("bundle_stage", request);
    let bundle = ended(&bureau)["staged"]["bundle"].clone();
    let action = json!({ "kind": "write_bundle", "bundle": bundle });
    let sheet = bureau.call("sign_prepare", json!({ "action": action }));
    assert_eq!(sheet["fields"][0]["shown"], "只有 李四（已加密）");
    let signed = bureau.sign("张三", action).expect("written");
    let path = signed["events"][0].as_str().expect("a path");

    let take = |password: Value| {
        bureau.call("bundle_import", json!({ "path": path, "fingerprint": null, "password": password }));
        ended(&bureau)
    };
    bureau.call("bundle_scan", json!({ "path": path }));
    let found = ended(&bureau)["found"].clone();
    assert_eq!(found["recipients"], json!(["李四"]));
    assert_eq!(
        (&found["whole"], &found["good"]),
        (&json!(true), &found["written"]),
        "anybody can compare it"
    );
    assert_eq!(take(json!(PASSWORD))["refused"]["code"], "BUNDLE-SEALED", "not even who wrote it");
    bureau.sit("李四");
    assert_eq!(take(Value::Null)["refused"]["code"], "BUNDLE-PASSWORD");
    let imported = take(json!(PASSWORD))["imported"].clone();
    assert_eq!((&imported["signed"], &imported["new"]["entries"]), (&json!(true), &json!(0)), "{imported}");
    assert_eq!(take(json!("不是这个口令"))["refused"]["code"], "PASSWORD-WRONG");
}

#[test]
fn a_person_without_a_seat_cannot_be_a_recipient() {
    let stick = tempfile::tempdir().expect("a stick");
    let bureau = Bureau::founded(261);
    bureau.sit("张三");
    let nobody = "00".repeat(16);
    let request =
        json!({ "folder": stick.path(), "peer": null, "attachments": true, "recipients": [nobody] });
    bureau.call("bundle_stage", request);
    assert_eq!(ended(&bureau)["refused"]["code"], "RECIPIENT-NO-SEAT");
}
