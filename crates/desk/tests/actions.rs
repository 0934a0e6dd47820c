//! Single actions: what each takes, keeps and refuses.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use qianban_testkit::{Bureau, Script};
use serde_json::{Value, json};

fn sent(bureau: &Bureau) -> Script<'_> {
    let mut script = bureau.permission_request();
    script.sign("李四", "submit", json!({})).expect("sent");
    script
}

#[test]
fn a_form_is_handed_only_to_somebody_who_may_fill_it() {
    let bureau = Bureau::founded(68);
    let mut script = sent(&bureau);
    let back = json!({ "target": { "to": "drafter" }, "reason": "请补充" });
    script.sign("王五", "return", back).expect("sent back");
    for name in ["孙八", "周九"] {
        let refusal = script
            .sign("李四", "handover", json!({ "person": bureau.id(name) }))
            .expect_err("no role that may edit");
        assert_eq!(refusal.code, "HANDOVER-ROLE", "{name}");
        assert!(refusal.message.contains(name), "{}", refusal.message);
    }
    let roles =
        json!({ "kind": "set_roles", "person": bureau.id("孙八"), "roles": ["info_center", "applicant"] });
    bureau.sign("张三", roles).expect("a role more");
    script.sign("李四", "handover", json!({ "person": bureau.id("孙八") })).expect("handed over");
    bureau.sit("孙八");
    assert!(script.page()["content"]["editable"].as_bool().expect("a flag"), "孙八 goes on");
}

#[test]
fn tables_with_an_action_of_their_own_take_no_plain_row() {
    let bureau = Bureau::founded(69);
    let mut script = sent(&bureau);
    for (name, table) in [("李四", "print"), ("钱七", "paper"), ("张三", "close")] {
        let row = json!({ "table": table, "at": null, "corrects": null });
        let refusal = script.sign(name, "entry", row).expect_err("it has its own action");
        assert_eq!(refusal.code, "SIGN-TABLE-OWN", "{table}");
    }
    script.sign("李四", "print", json!({ "copy": copy(&script) })).expect("printed by its action");
}

fn copy(script: &Script<'_>) -> Value {
    script.page()["copies"][0].clone()
}

#[test]
fn a_correction_begins_with_what_the_row_says() {
    let bureau = Bureau::founded(70);
    let mut script = sent(&bureau);
    bureau.sit("李四");
    script.set_entry("note", "text", "已电话告知申请人").expect("typed");
    let row = |corrects: Value| json!({ "table": "note", "at": null, "corrects": corrects });
    script.sign("李四", "entry", row(Value::Null)).expect("noted");
    let rows = |script: &Script<'_>| -> Vec<Value> {
        let tables = script.page()["tables"].as_array().expect("tables").clone();
        let note = tables.into_iter().find(|table| table["name"] == "note").expect("the notes");
        note["rows"].as_array().expect("rows").clone()
    };
    let first = rows(&script)[0]["row"].clone();
    let section = json!({ "kind": "entry", "table": "note", "row": first });
    let open =
        |section: &Value| bureau.desk.call("draft_get", json!({ "form": script.form, "section": section }));
    assert_eq!(open(&section).expect("opened")["fields"][0]["text"], "已电话告知申请人");
    let unknown = json!({ "kind": "entry", "table": "note", "row": "00".repeat(16) });
    assert_eq!(open(&unknown).expect_err("no such row").code, "SECTION-READ-ONLY");
    assert_eq!(rows(&script)[0]["may_correct"], true);
    let set = json!({ "form": script.form, "section": section, "field": "text", "cell": null,
        "text": "已电话告知申请人，次日补材料" });
    script.sign("李四", "entry", row(first.clone())).expect("the row as it stands is a whole row");
    let saved = bureau.call("draft_set", set);
    assert_eq!(saved["section"]["fields"][0]["text"], "已电话告知申请人，次日补材料");
    script.sign("李四", "entry", row(first)).expect("corrected");
    let listed = rows(&script);
    assert_eq!(listed.len(), 3, "every version stays");
    assert_eq!(listed.iter().filter(|row| row["superseded"] == false).count(), 1);
    assert_eq!(listed[1]["fields"], listed[0]["fields"], "it began with the row's values");
    let offered: Vec<&Value> = listed.iter().map(|row| &row["may_correct"]).collect();
    assert_eq!(offered, [false, false, true], "only the row that stands can be corrected");
}

#[test]
fn why_a_seat_was_revoked_is_kept() {
    let bureau = Bureau::founded(71);
    bureau.sit("张三");
    let of = |people: &Value, name: &str| {
        let listed = people["people"].as_array().expect("people").clone();
        listed.into_iter().find(|person| person["name"] == name).expect("listed")["seats"][0].clone()
    };
    let seat = of(&bureau.call("people", json!({})), "王五");
    assert_eq!((&seat["revoked"], &seat["reason"]), (&json!(false), &json!("")));
    let revoke = json!({ "kind": "revoke_seat", "seat": seat["id"], "reason": "离岗，口令疑似外泄" });
    bureau.sign("张三", revoke).expect("revoked");
    let people = bureau.call("people", json!({}));
    let seat = of(&people, "王五");
    assert_eq!((&seat["revoked"], &seat["reason"]), (&json!(true), &json!("离岗，口令疑似外泄")));
    let told = people["entries"].to_string();
    assert!(told.contains("吊销理由：离岗，口令疑似外泄"), "in the list of entries: {told}");
}
