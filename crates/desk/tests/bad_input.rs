//! Bad input is refused with a clear message and a code, and loses nothing.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use chrono::TimeDelta;
use qianban_desk::{Cost, Desk, DeskSetup, NoSecretStore};
use qianban_testkit::{Bureau, PASSWORD};
use serde_json::json;

#[test]
fn typed_text_is_normalised_or_refused() {
    let bureau = Bureau::founded(20);
    let script = bureau.permission_request();
    let field = |answer: &serde_json::Value, key: &str| {
        let fields = answer["section"]["fields"].as_array().cloned().unwrap_or_default();
        fields.into_iter().find(|field| field["key"] == key).expect("the field")
    };
    assert_eq!(
        field(&script.set("phone", "０８７１-１２３４５６７"), "phone")["text"],
        "0871-1234567",
        "full-width digits"
    );
    let section = json!({ "kind": "content" });
    for bad in ["国库\u{0}支付", "国库\u{202e}支付"] {
        let set =
            json!({ "form": script.form, "section": section, "field": "system", "cell": null, "text": bad });
        let refusal = bureau.refuse("draft_set", set);
        assert_eq!(refusal.code, "FIELD-INVALID", "{bad:?}");
        assert!(!refusal.problems.is_empty(), "it says what is wrong");
    }
    assert_eq!(
        field(&json!({ "section": script.page()["content"] }), "system")["text"],
        "国库支付",
        "nothing was lost"
    );
    let long = field(&script.set("system", &"长".repeat(300)), "system");
    assert_eq!(long["problem"]["code"], "FIELD-TOO-LONG", "kept as typed, and said");
    let refusal =
        bureau.refuse("sign_prepare", json!({ "action": { "kind": "submit", "form": script.form } }));
    assert_eq!(refusal.code, "FIELDS-INCOMPLETE");
}

#[test]
fn files_of_no_byte_or_too_many_are_refused() {
    let bureau = Bureau::founded(21);
    let script = bureau.permission_request();
    let begin = |size: u64, slot: &str| {
        json!({ "form": script.form, "section": { "kind": "content" }, "slot": slot, "name": "调令.pdf",
            "media": "application/pdf", "size_bytes": size })
    };
    assert_eq!(bureau.refuse("file_begin", begin(0, "attachments")).code, "FILE-EMPTY");
    assert_eq!(bureau.refuse("file_begin", begin(200 * 1024 * 1024 + 1, "attachments")).code, "FILE-TOO-BIG");
    assert_eq!(bureau.refuse("file_begin", begin(1, "nothing")).code, "FILE-SLOT");
    let upload = bureau.call("file_begin", begin(3, "attachments"))["upload"].clone();
    assert_eq!(bureau.refuse("file_chunk", json!({ "upload": upload, "bytes": "!" })).code, "FILE-CHUNK");
    assert_eq!(
        bureau.refuse("file_chunk", json!({ "upload": upload, "bytes": "AAAAAAAA" })).code,
        "FILE-SIZE"
    );
    let kept = bureau
        .attach(&script.form, json!({ "kind": "content" }), "attachments", "../../CON.txt", b"abc")
        .expect("kept");
    let name = kept["section"]["attachments"][0]["name"].as_str().expect("a name").to_owned();
    assert!(!name.contains(['/', '\\']), "{name}");
    let digest = kept["section"]["attachments"][0]["digest"].clone();
    let part = bureau.call("file_read", json!({ "form": script.form, "digest": digest, "offset": 1 }));
    assert_eq!((&part["bytes"], &part["last"]), (&json!("YmM="), &json!(true)));
    let removed = json!({ "form": script.form, "section": { "kind": "content" }, "slot": "attachments", "digest": digest });
    assert_eq!(bureau.call("file_remove", removed)["section"]["attachments"], json!([]));
}

#[test]
fn ten_wrong_passwords_delay_and_never_lock() {
    let bureau = Bureau::founded(22);
    let person = bureau.id("李四");
    let wrong = json!({ "person": person, "password": "不是这个口令" });
    let mut waited = 0;
    for attempt in 1..=10 {
        let refusal = bureau.refuse("unlock", wrong.clone());
        assert_eq!(refusal.code, "PASSWORD-WRONG", "attempt {attempt}");
        let seconds = refusal.retry_after_seconds.expect("how long to wait");
        assert!(seconds >= waited, "attempt {attempt}: the delay never falls");
        waited = seconds;
        let early = bureau.refuse("unlock", json!({ "person": person, "password": PASSWORD }));
        assert_eq!(early.code, "PASSWORD-WAIT", "not even the right one is looked at");
        bureau.clock.pass(TimeDelta::seconds(i64::from(seconds)));
    }
    assert_eq!(waited, 300, "five minutes at most");
    bureau.sit("李四");
}

#[test]
fn without_a_keyring_a_password_or_the_sheet_opens() {
    let bureau = Bureau::founded(23);
    let person = bureau.id("李四");
    let code = bureau.founded["recovery_code"].as_str().expect("a code").to_owned();
    let bureau = bureau.reopened(Box::new(NoSecretStore), 24);
    let status = bureau.call("host_status", json!({}));
    assert_eq!((&status["stage"], &status["os_store"]), (&json!("closed"), &json!(false)));
    assert!(status["people"].to_string().contains("李四"), "names to choose from: {status}");
    assert_eq!(bureau.refuse("workbench", json!({})).code, "HOST-CLOSED");
    let wrong = json!({ "with": "recovery", "code": "0000-0000" });
    assert_eq!(bureau.refuse("open_database", wrong).code, "RECOVERY-WRONG");
    let opened =
        bureau.call("open_database", json!({ "with": "password", "person": person, "password": PASSWORD }));
    assert_eq!((&opened["stage"], &opened["person"]["name"]), (&json!("open"), &json!("李四")));
    let bureau = bureau.reopened(Box::new(NoSecretStore), 25);
    let opened = bureau.call("open_database", json!({ "with": "recovery", "code": code }));
    assert_eq!(opened["stage"], "locked", "the sheet opens the data and seats nobody");
}

#[test]
fn a_second_program_and_a_second_founding_are_refused() {
    let bureau = Bureau::founded(26);
    let person = bureau.id("李四");
    let second = Desk::new(DeskSetup::at(bureau.data()).with_cost(Cost::TEST));
    let open = json!({ "with": "password", "person": person, "password": PASSWORD });
    let refusal = second.call("open_database", open).expect_err("one program at a time");
    assert_eq!(refusal.code, "HOST-SECOND-INSTANCE");
    let found = json!({ "bureau": "乙", "level": "county", "units": [], "people": [] });
    assert_eq!(bureau.refuse("found", found).code, "HOST-FOUNDED");
}
