//! 代签: what a delegate may do, and what nobody may do through a delegate.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use qianban_testkit::{Bureau, Script};
use serde_json::{Value, json};

fn delegate(bureau: &Bureau, from: &str, to: &str) {
    let pair = json!({ "kind": "delegate", "from": bureau.id(from), "to": bureau.id(to),
        "since": "2026-03-01", "until": "2026-03-31" });
    bureau.sign("张三", pair).expect("delegated");
}

fn sent(bureau: &Bureau) -> Script<'_> {
    let mut script = bureau.permission_request();
    script.sign("李四", "submit", json!({})).expect("sent");
    script
}

fn in_the_name_of(bureau: &Bureau, step: &str, absent: &str) -> Value {
    json!({ "step": step, "on_behalf": bureau.id(absent) })
}

#[test]
fn nobody_signs_their_own_request_in_another_name() {
    let bureau = Bureau::founded(60);
    for to in ["李四", "钱七"] {
        delegate(&bureau, "王五", to);
    }
    let mut script = sent(&bureau);
    let behalf = in_the_name_of(&bureau, "unit_head", "王五");
    let refusal = script.sign("李四", "approve", behalf.clone()).expect_err("their own request");
    assert_eq!(refusal.code, "SIGN-OWN", "{}", refusal.message);
    script.sign("钱七", "approve", behalf).expect("somebody else in the same name");
    assert_eq!(script.page()["steps"][0]["sign_offs"][0]["name"], "王五(钱七代)");
}

#[test]
fn a_delegate_finds_fills_and_signs_the_step_of_the_absent() {
    let bureau = Bureau::founded(61);
    let mut script = sent(&bureau);
    script.approve("王五", "unit_head").expect("signs");
    script.approve("赵六", "division").expect("signs");
    let type_in = |field: &str, text: &str| script.set_step("check", field, text);
    bureau.sit("孙八");
    let refusal = type_in("person_check", "correct").expect_err("not their step");
    assert_eq!(refusal.code, "SECTION-READ-ONLY");

    delegate(&bureau, "钱七", "孙八");
    bureau.sit("孙八");
    let mine = bureau.call("workbench", json!({}))["mine"].clone();
    assert_eq!(mine[0]["form"], script.form, "on the workbench of the delegate");
    let page = script.page();
    let offers = page["actions"].as_array().expect("offers").clone();
    let offered: Vec<_> = offers.iter().filter(|offer| offer["action"] == "approve").collect();
    assert_eq!(offered.len(), 1, "in the absent one's name alone: {offered:?}");
    assert_eq!(offered[0]["on_behalf"], bureau.id("钱七"));
    assert_eq!(offered[0]["label"], "代钱七同意 · 人员与权限信息检查");
    assert_eq!(page["steps"][2]["section"]["editable"], true);
    type_in("person_check", "correct").expect("typed");
    type_in("permission_check", "correct").expect("typed");
    let behalf = in_the_name_of(&bureau, "check", "钱七");
    script.sign("孙八", "approve", behalf).expect("signed with the box");
    let sign_off = script.page()["steps"][2]["sign_offs"][0].clone();
    assert_eq!(sign_off["name"], "钱七(孙八代)");
    assert_eq!(sign_off["fields"].as_array().map(Vec::len), Some(2), "{sign_off}");
}

#[test]
fn a_delegation_of_other_days_opens_nothing() {
    let bureau = Bureau::founded(72);
    let script = sent(&bureau);
    let pair = json!({ "kind": "delegate", "from": bureau.id("王五"), "to": bureau.id("孙八"),
        "since": "2026-03-03", "until": "2026-03-31" });
    bureau.sign("张三", pair).expect("delegated, from tomorrow on");
    bureau.sit("孙八");
    let offers = script.page()["actions"].to_string();
    assert!(!offers.contains("approve"), "{offers}");
    assert_eq!(bureau.call("workbench", json!({}))["mine"], json!([]));
    let refusal = script.set_step("unit_head", "opinion", "同意").expect_err("not yet");
    assert_eq!(refusal.code, "SECTION-READ-ONLY");
    bureau.clock.pass(chrono::TimeDelta::days(1));
    script.set_step("unit_head", "opinion", "同意").expect("from the first day on");
}
