//! What cannot be printed is not signed.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use qianban_desk::api::Refusal;
use qianban_desk::{Cost, Desk, DeskSetup};
use qianban_testkit::Bureau;
use serde_json::{Value, json};

fn names(refused: Result<Value, Refusal>, character: &str) {
    let refusal = refused.expect_err("it has no glyph");
    assert_eq!(refusal.code, "TEXT-GLYPH", "{}", refusal.message);
    assert!(refusal.message.contains(character), "{}", refusal.message);
}

#[test]
fn a_character_without_a_glyph_is_refused_wherever_it_would_be_signed() {
    let bureau = Bureau::founded(63);
    let mut script = bureau.permission_request();
    script.set("reason", "新调入人员😀，须办理国库支付业务。");
    names(script.sign("李四", "submit", json!({})), "😀（U+1F600）");
    script.set("reason", "新调入人员，须办理国库支付业务。");
    script.cell("permissions", 0, "scope", "本单位👍");
    names(script.sign("李四", "submit", json!({})), "👍（U+1F44D）");
    script.cell("permissions", 0, "scope", "本单位");
    script.sign("李四", "submit", json!({})).expect("sent");

    script.set_entry("note", "text", "已电话告知☎\u{fe0f}𲎯").expect("typed");
    let note = json!({ "table": "note", "at": null, "corrects": null });
    names(script.sign("李四", "entry", note), "𲎯（U+323AF）");
    bureau.sit("王五");
    script.set_step("unit_head", "opinion", "同意😀").expect("typed");
    names(script.approve("王五", "unit_head"), "😀（U+1F600）");
    let back = json!({ "target": { "to": "drafter" }, "reason": "请改q\u{301}" });
    names(script.sign("王五", "return", back), "U+0301");
    let person = json!({ "name": "钱😀", "unit": "", "roles": [], "password": null });
    names(bureau.sign("张三", json!({ "kind": "add_person", "person": person })), "😀（U+1F600）");
    names(bureau.sign("张三", json!({ "kind": "add_unit", "name": "样例科😀" })), "😀（U+1F600）");
    bureau.call("slip_pdf", json!({ "form": script.form, "copy": "" }));
}

#[test]
fn a_bureau_is_not_founded_under_names_that_cannot_be_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    let person = |name: &str| json!({ "name": name, "unit": "", "roles": [], "password": "a long password" });
    let found = |bureau: &str, unit: &str, name: &str| {
        let request =
            json!({ "bureau": bureau, "level": "county", "units": [unit], "people": [person(name)] });
        Desk::new(DeskSetup::at(folder.path().join("data")).with_cost(Cost::TEST)).call("found", request)
    };
    names(found("样例县财政局😀", "预算科", "张三"), "😀（U+1F600）");
    names(found("样例县财政局", "预算科😀", "张三"), "😀（U+1F600）");
    names(found("样例县财政局", "预算科", "张😀"), "😀（U+1F600）");
    assert!(!folder.path().join("data").exists(), "nothing was founded");
    found("样例县财政局", "预算科", "张三").expect("founded");
}
