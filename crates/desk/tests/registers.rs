//! Register records: approved at once, sealed together at the end of the day, recorded late.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use qianban_testkit::{Bureau, Script};
use serde_json::{Value, json};

/// A register without steps: whoever writes it down sends it, and it is approved.
const CALLS: &str = r#"
id = "calls"
title = "样例电话登记"
row = "D06"
version = 1
cites = []

[policy]
ledger = "calls"
ledger_title = "电话台账"
series = "话"
create = ["applicant"]
edit = ["applicant"]
register = true
seal = "plain"

[[field]]
key = "caller"
label = "来电人"
type = "text"
required = true
key_field = true

[[field]]
key = "solved"
label = "已解决"
type = "flag"

[[gate]]
on = "seal"
require = 'form.solved'
code = "GATE-SOLVED"
message = "问题尚未解决，不能定稿。"

[[table]]
name = "handled"
title = "处理"
roles = ["applicant"]
phases = ["live", "sealed"]

[[table.field]]
key = "how"
label = "处理办法"
type = "text"
required = true

[[table]]
name = "print"
roles = ["applicant"]
phases = ["drafting", "live", "sealed", "closed"]

[[table]]
name = "paper"
roles = ["registrar"]
phases = ["sealed"]

[[table]]
name = "note"
roles = ["applicant"]
phases = ["drafting", "live", "sealed", "closed"]

[[table]]
name = "remind"
roles = ["applicant"]
phases = ["live"]

[[table]]
name = "export"
roles = ["registrar"]
phases = ["sealed"]

[[table]]
name = "close"
roles = ["registrar"]
phases = ["sealed"]

[slip]
paper = "A5"
orientation = "landscape"
copies = ["留存联"]

[[slip.row]]
cells = [{ label = "来电人", w = 4 }, { field = "caller", w = 8 }, { label = "已解决", w = 4 }, { field = "solved", w = 8 }]

[[slip.row]]
cells = [{ label = "处理", w = 4 }, { entry = "handled", w = 20 }]
"#;

fn bureau(seed: u64) -> Bureau {
    Bureau::founded_with(seed, |setup| {
        setup.with_definitions(vec![("calls.toml".to_owned(), CALLS.to_owned())])
    })
}

fn call<'a>(bureau: &'a Bureau, caller: &str, solved: bool) -> Script<'a> {
    bureau.sit("李四");
    let page = bureau.call("form_new", json!({ "definition": bureau.definition("calls") }));
    let mut script = Script { bureau, form: page["form"].as_str().expect("a key").to_owned() };
    script.set("caller", caller);
    script.set("solved", if solved { "1" } else { "0" });
    let signed = script.sign("李四", "submit", json!({})).expect("sent");
    assert_eq!(signed["number"], Value::Null, "this seat has no numbers");
    script
}

fn candidates(bureau: &Bureau, name: &str) -> Vec<Value> {
    bureau.sit(name);
    bureau.call("seal_candidates", json!({}))["rows"].as_array().expect("a list").clone()
}

#[test]
fn a_day_of_records_is_sealed_with_one_password() {
    let bureau = bureau(70);
    let calls: Vec<Script<'_>> =
        ["赵六", "钱七", "孙八"].map(|caller| call(&bureau, caller, true)).into_iter().collect();
    assert!(calls.iter().all(|call| call.page()["status"] == "approved"), "no step to wait for");
    assert!(candidates(&bureau, "李四").is_empty(), "李四 is no registrar");
    let listed = candidates(&bureau, "张三");
    let forms: Vec<Value> = listed.iter().map(|one| one["row"]["form"].clone()).collect();
    assert_eq!(forms, calls.iter().map(|call| json!(call.form)).collect::<Vec<_>>(), "oldest first");
    assert!(listed.iter().all(|one| one["problems"] == json!([])));

    let action = json!({ "kind": "seal_many", "forms": forms });
    let sheet = bureau.call("sign_prepare", json!({ "action": action }));
    let events = sheet["events"].as_array().expect("a list");
    assert_eq!(events.len(), 3);
    assert!(events[1].as_str().is_some_and(|words| words.contains("第0002号") && words.contains("钱七")));
    let signed = bureau.sign("张三", action).expect("sealed");
    assert_eq!((signed["events"].as_array().map(Vec::len), &signed["form"]), (Some(3), &Value::Null));
    for (call, number) in calls.iter().zip(["话〔2026〕第0001号", "话〔2026〕第0002号", "话〔2026〕第0003号"])
    {
        let page = call.page();
        assert_eq!((&page["status"], &page["number"]), (&json!("sealed"), &json!(number)));
        assert_eq!(page["findings"], json!([]));
    }
    assert!(candidates(&bureau, "张三").is_empty());
}

#[test]
fn one_that_cannot_be_sealed_keeps_all_unsealed() {
    let bureau = bureau(71);
    let (good, bad) = (call(&bureau, "赵六", true), call(&bureau, "钱七", false));
    let listed = candidates(&bureau, "张三");
    assert_eq!(listed[1]["problems"][0]["code"], "GATE-SOLVED");
    let refusal = bureau
        .sign("张三", json!({ "kind": "seal_many", "forms": [good.form, bad.form] }))
        .expect_err("one is not solved");
    assert_eq!(refusal.code, "SIGN-ONE-OF-MANY");
    assert!(refusal.message.contains("钱七") && refusal.message.contains("尚未解决"), "{}", refusal.message);
    assert_eq!(good.page()["status"], "approved", "nothing was sealed");
}

#[test]
fn only_register_records_and_at_most_two_hundred() {
    let bureau = Bureau::founded(72);
    let mut script = bureau.permission_request();
    script.sign("李四", "submit", json!({})).expect("sent");
    for (name, step) in
        [("王五", "unit_head"), ("赵六", "division"), ("钱七", "check"), ("孙八", "info_center")]
    {
        script.approve(name, step).expect("signs");
    }
    let refused = |forms: Value| {
        bureau.sign("张三", json!({ "kind": "seal_many", "forms": forms })).expect_err("refused").code
    };
    assert_eq!(refused(json!([script.form])), "SIGN-NOT-REGISTER");
    assert_eq!(refused(json!([])), "TEXT-EMPTY");
    let many: Vec<String> = (0..201).map(|number| format!("{number:064}")).collect();
    assert_eq!(refused(json!(many)), "SIGN-TOO-MANY-EVENTS");
    assert!(candidates(&bureau, "张三").is_empty(), "a form with steps is sealed by itself");
}

#[test]
fn what_is_recorded_late_keeps_both_times() {
    let bureau = bureau(73);
    let mut script = call(&bureau, "赵六", true);
    bureau.sit("李四");
    script.set_entry("handled", "how", "已电话答复。").expect("typed");
    let entry = |at: &str| json!({ "table": "handled", "at": at, "corrects": null });
    let refusal = script.sign("李四", "entry", entry("2026-03-01T18:20:00-07:00")).expect_err("not yet");
    assert_eq!(refusal.code, "ENTRY-TIME", "09:20 in the office has not come yet");
    script.sign("李四", "entry", entry("2026-03-01T23:30:00Z")).expect("recorded");
    let page = script.page();
    let tables = page["tables"].as_array().expect("tables");
    let row = &tables.iter().find(|table| table["name"] == "handled").expect("the table")["rows"][0];
    assert_eq!(row["at"], "2026-03-02 07:30", "half past seven in the office");
    assert_eq!(row["recorded_at"], "2026-03-02T09:00:00+08:00");
    assert_eq!(row["late"], true);
    let paper: String = script.paper().split_whitespace().collect();
    assert!(paper.contains("2026-03-0207:30(补录于2026-03-0209:00)"), "both times are printed: {paper}");
    let done =
        &page["history"].as_array().expect("rows")[page["history"].as_array().expect("rows").len() - 1];
    assert_eq!(done["what"], "补录");
    let printed = format!("补录·{}", done["place"].as_str().expect("the table"));
    assert!(paper.contains(&printed) && paper.contains("时间：2026-03-0207:30"), "in 签批历程 too: {paper}");
}
