//! What the buttons say is missing is what is missing now, with what was typed a moment ago.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use qianban_testkit::{Bureau, Script};
use serde_json::json;

/// Codes of what an offered action still lacks.
fn lacks(script: &Script<'_>, place: &str) -> Vec<String> {
    let page = script.page();
    let offers = page["actions"].as_array().expect("offers").clone();
    let offer = offers.iter().find(|offer| offer["place"] == place).expect("is offered").clone();
    let problems = offer["problems"].as_array().expect("problems").clone();
    problems.iter().map(|problem| problem["code"].as_str().expect("a code").to_owned()).collect()
}

fn complaint(bureau: &Bureau) -> Script<'_> {
    let mut script = bureau.start("钱七", "客户投诉处理单");
    let engineer = bureau.id("郑一");
    let fields = script.page()["content"]["fields"].as_array().expect("fields").clone();
    let unit = fields.iter().find(|field| field["key"] == "unit").expect("a unit");
    script.set("unit", unit["options"][0]["value"].as_str().expect("a unit"));
    script.fill(&[
        ("complainant", "李四"),
        ("phone", "0000-1234567"),
        ("engineer", &engineer),
        ("service_date", "2026-03-02"),
        ("kind", "late"),
        ("what", "约定上午到场，下午才到"),
    ]);
    script.sign("钱七", "submit", json!({})).expect("sent");
    script.sign_step("冯二", "accept", &[]).expect("accepted");
    script
}

#[test]
fn a_do_table_is_judged_with_the_row_that_is_being_written() {
    let bureau = Bureau::whole(360);
    let script = complaint(&bureau);
    bureau.sit("冯二");
    assert_eq!(lacks(&script, "verify"), ["FIELD-MISSING", "FIELD-MISSING", "GATE-ENGINEER-HEARD"]);
    for (field, text) in [("found", "情况属实"), ("finding", "responsible")] {
        script.set_entry("verify", field, text).expect("typed");
    }
    assert_eq!(lacks(&script, "verify"), ["GATE-ENGINEER-HEARD"]);
    script.set_entry("verify", "statement", "途中堵车").expect("typed");
    assert_eq!(lacks(&script, "verify"), [""; 0]);
}

#[test]
fn what_a_remark_decides_does_not_keep_anybody_from_writing_it() {
    let bureau = Bureau::versatile(361, vec![("slip.toml".to_owned(), SLIP.to_owned())]);
    let mut script = bureau.start("李四", "样例登记");
    script.sign("李四", "submit", json!({})).expect("sent");
    script.sign("张三", "seal", json!({})).expect("sealed");
    bureau.sit("李四");
    assert_eq!(lacks(&script, "close"), ["GATE-READY"], "the remark is asked for in a dialog");
    script.entry("李四", "done", &[]).expect("recorded");
    bureau.sit("李四");
    assert_eq!(lacks(&script, "close"), [""; 0]);
    let refusal = script.sign("李四", "close", json!({ "remark": "" })).expect_err("no remark");
    assert_eq!(refusal.problems.first().map(|problem| problem.code.as_str()), Some("GATE-REMARK"));
    script.sign("李四", "close", json!({ "remark": "已核对" })).expect("closed");
}

const SLIP: &str = r#"
id = "slip"
title = "样例登记"
row = "D06"
version = 1
cites = []

[policy]
ledger = "slip"
ledger_title = "样例台账"
create = ["maintainer"]
edit = ["maintainer"]
register = true
seal = "plain"

[[field]]
key = "note"
label = "说明"
type = "text"

[[table]]
name = "done"
title = "办理"
roles = ["maintainer"]
phases = ["sealed"]
[[table.field]]
key = "what"
label = "事项"
type = "text"

[[gate]]
on = "close"
require = 'size(entries.done) > 0'
code = "GATE-READY"
message = "尚未办理，不能办结"

[[gate]]
on = "close"
require = 'box.remark != ""'
code = "GATE-REMARK"
message = "须写明办结说明"

[slip]
paper = "A5"
orientation = "landscape"
copies = ["留存联"]
[[slip.row]]
cells = [{ label = "说明", w = 4 }, { field = "note", w = 8 }, { entry = "done", w = 12 }]
"#;
