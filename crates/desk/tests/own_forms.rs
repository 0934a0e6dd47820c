//! Forms of a bureau's own: signatures side by side, amounts, and files that are not right.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use qianban_desk::{Desk, DeskSetup};
use qianban_testkit::{Bureau, Script};
use serde_json::json;

/// Three sign side by side, then one more.
const JOINT: &str = r#"
id = "joint"
title = "联合会签单"
row = "D34"
version = 1
cites = []

[policy]
ledger = "joint"
ledger_title = "会签台账"
series = "会签"
create = ["applicant"]
edit = ["applicant"]
register = false
seal = "plain"

[[field]]
key = "amount"
label = "金额"
type = "money"
required = true
key_field = true

[[step]]
key = "joint"
title = "三人会签"
roles = ["division", "maintainer", "info_center"]
need = 3
bar = true
ink = "no"
outsider = false

[[step.field]]
key = "opinion"
label = "意见"
type = "paragraph"
max = 200
default = '"同意。"'

[[step]]
key = "chief"
title = "单位负责人"
roles = ["unit_head"]
need = 1
bar = true
ink = "no"
outsider = false

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
roles = ["auditor"]
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
cells = [{ label = "金额", w = 4 }, { field = "amount", w = 20 }]

[[slip.row]]
cells = [{ label = "会签", w = 4 }, { step = "joint", w = 20 }]

[[slip.row]]
cells = [{ label = "负责人", w = 4 }, { step = "chief", w = 20 }]
"#;

fn bureau(seed: u64) -> Bureau {
    Bureau::founded_with(seed, |setup| {
        setup.with_definitions(vec![("joint.toml".to_owned(), JOINT.to_owned())])
    })
}

fn begun(bureau: &Bureau) -> Script<'_> {
    bureau.sit("李四");
    let page = bureau.call("form_new", json!({ "definition": bureau.definition("joint") }));
    Script { bureau, form: page["form"].as_str().expect("a key").to_owned() }
}

#[test]
fn a_return_after_two_of_three_leaves_one_task_and_both_signatures_void() {
    let bureau = bureau(40);
    let mut script = begun(&bureau);
    script.set("amount", "100");
    script.sign("李四", "submit", json!({})).expect("sent");
    script.approve("钱七", "joint").expect("in any order");
    script.approve("赵六", "joint").expect("the second");
    let twice = script.approve("钱七", "joint").expect_err("one person counts once");
    assert_eq!(twice.code, "SIGN-SAME-PERSON");
    let early = script.approve("王五", "chief").expect_err("two of three are not enough");
    assert_eq!(early.code, "SIGN-NOT-TURN");
    script
        .sign("孙八", "return", json!({ "target": { "to": "drafter" }, "reason": "金额不对" }))
        .expect("sent back");

    bureau.sit("李四");
    let page = script.page();
    assert_eq!(page["next"].as_array().map(Vec::len), Some(1), "one open task: {}", page["next"]);
    let offers = page["actions"].as_array().expect("offers").clone();
    assert!(offers.iter().any(|offer| offer["action"] == "submit"), "for the drafter");
    let sign_offs = page["steps"][0]["sign_offs"].as_array().expect("a list").clone();
    assert_eq!(sign_offs.len(), 2, "both stay in view");
    assert!(sign_offs.iter().all(|one| one["counts"] == false && one["void_reason"] != ""), "{sign_offs:?}");
    for name in ["赵六", "钱七", "孙八"] {
        bureau.sit(name);
        let work = bureau.call("workbench", json!({}));
        assert_eq!(work["mine"], json!([]), "{name} has nothing to do");
    }
    let slip = bureau.call("slip_pdf", json!({ "form": script.form, "copy": "" }));
    let again = bureau.call("slip_pdf", json!({ "form": script.form, "copy": "" }));
    assert_eq!(slip["pdf"], again["pdf"], "the same events give the same bytes");
    let pages = script.paper();
    let (boxes, history) = pages.split_once("签批历程").expect("a page of history");
    assert_eq!(boxes.matches("已失效").count(), 2, "both signatures are void on paper:\n{boxes}");
    for name in ["钱七", "赵六"] {
        let line = boxes.lines().find(|line| line.contains(name)).expect("the signature stays");
        assert!(line.contains("电子签名"), "{line}");
        assert!(history.contains(name), "and in the history:\n{history}");
    }
    assert!(!boxes.contains("孙八"), "who sent it back has signed nothing:\n{boxes}");

    script.sign("李四", "submit", json!({})).expect("sent again");
    for name in ["孙八", "赵六", "钱七"] {
        script.approve(name, "joint").expect("all three sign anew");
    }
    script.approve("王五", "chief").expect("then the head");
    assert_eq!(script.page()["status"], "approved");
    let pages = script.paper();
    let (boxes, _) = pages.split_once("签批历程").expect("a page of history");
    assert_eq!(boxes.matches("已失效").count(), 2, "the old ones stay void beside the new:\n{boxes}");
    assert_eq!(boxes.matches("电子签名").count(), 6, "two void, three new and the head's:\n{boxes}");
}

#[test]
fn an_amount_beyond_floating_point_is_exact() {
    let bureau = bureau(41);
    let mut script = begun(&bureau);
    let saved = script.set("amount", "９０,０７１,９９２,５４７,４０９．９３");
    let field = &saved["section"]["fields"][0];
    assert_eq!(field["text"], "90071992547409.93", "9,007,199,254,740,993 分");
    assert_eq!(field["problem"], json!(null));
    script.sign("李四", "submit", json!({})).expect("sent");
    let page = script.page();
    assert_eq!(page["content"]["fields"][0]["text"], "90071992547409.93", "as it was signed");
    let mut other = begun(&bureau);
    let refused = other.set("amount", "1e3");
    assert_eq!(refused["section"]["fields"][0]["problem"]["code"], "FIELD-NOT-MONEY");
    other.sign("李四", "submit", json!({})).expect_err("not an amount");
}

#[test]
fn a_deputy_signs_in_the_name_of_the_absent() {
    let bureau = bureau(42);
    let mut script = begun(&bureau);
    script.set("amount", "1");
    script.sign("李四", "submit", json!({})).expect("sent");
    for name in ["孙八", "赵六", "钱七"] {
        script.approve(name, "joint").expect("signs");
    }
    let behalf = json!({ "step": "chief", "on_behalf": bureau.id("王五") });
    script.sign("赵六", "approve", behalf.clone()).expect_err("nobody asked them to");
    let pair = |since: &str, until: &str| {
        json!({ "kind": "delegate", "from": bureau.id("王五"), "to": bureau.id("赵六"),
            "since": since, "until": until })
    };
    let end = json!({ "kind": "delegation_end", "from": bureau.id("王五"), "to": bureau.id("赵六") });
    for (since, until) in [("2026-02-01", "2026-03-01"), ("2026-03-03", "2026-03-31")] {
        bureau.sign("张三", pair(since, until)).expect("delegated");
        let refusal = script.sign("赵六", "approve", behalf.clone()).expect_err("not today");
        assert_eq!(refusal.code, "SIGN-DELEGATION", "{since} to {until}");
        bureau.sign("张三", end.clone()).expect("ended");
    }
    bureau.sign("张三", pair("2026-03-02", "2026-03-02")).expect("delegated");
    script.sign("赵六", "approve", behalf).expect("in 王五's name");
    let page = script.page();
    assert_eq!(page["steps"][1]["sign_offs"][0]["name"], "王五(赵六代)");
    bureau.sign("张三", end).expect("ended");
    assert_eq!(script.page()["status"], "approved", "what was signed before stays");
}

#[test]
fn a_broken_definition_is_refused_with_file_line_and_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let broken = JOINT.replace("type = \"money\"", "type = \"gold\"");
    let setup =
        DeskSetup::at(folder.path().join("data")).with_definitions(vec![("joint.toml".to_owned(), broken)]);
    let people = json!([{ "name": "张三", "unit": "", "roles": [], "password": "a long password" }]);
    let found = json!({ "bureau": "样例县财政局", "level": "county", "units": [], "people": people });
    let refusal = Desk::new(setup).call("found", found).expect_err("not a form");
    assert_eq!(refusal.code, "DEFINITION-BAD");
    assert!(refusal.message.contains("joint.toml:20"), "{}", refusal.message);
    assert!(!folder.path().join("data").exists(), "nothing was founded");
}
