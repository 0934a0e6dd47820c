//! Training: the yearly plan by contract, and a session with its sign-in sheet and materials (W170–W186).

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use qianban_testkit::{Bureau, Script, shut};
use serde_json::{Value, json};

const SESSION: [(&str, &str); 4] =
    [("month", "3"), ("kind", "business"), ("audience", "unit"), ("topic", "支付申请录入")];

fn planned(bureau: &Bureau) -> Script<'_> {
    let script = bureau.start("张三", "年度培训计划");
    script.fill(&[
        ("contract", "样合2026-001"),
        ("business_sessions", "2"),
        ("platform_sessions", "1"),
        ("needs", "新用户的业务操作"),
    ]);
    script.row("sessions", 0, &SESSION);
    script.row("books", 0, &[("book", "unit"), ("audience", "unit")]);
    script
}

/// The plan with all that the contract asks for, sealed.
fn agreed(bureau: &Bureau) -> Script<'_> {
    let mut script = planned(bureau);
    script.row("sessions", 1, &SESSION);
    let platform =
        [("month", "5"), ("kind", "platform"), ("audience", "admin"), ("topic", "WebLogic 安装和调试")];
    script.row("sessions", 2, &platform);
    script.row("books", 1, &[("book", "install"), ("audience", "admin")]);
    script.sign("张三", "submit", json!({})).expect("sent");
    script.sign_step("吴十", "vendor", &[]).expect("agreed");
    script.sign_step("孙八", "info_center", &[]).expect("agreed");
    script.sign("张三", "seal", json!({})).expect("sealed");
    script
}

/// A session of two hours on the morning of the clock, one attended and one away.
fn held<'a>(bureau: &'a Bureau, plan: &str) -> Script<'a> {
    let script = bureau.start("郑一", "培训记录");
    script.fill(&[
        ("kind", "business"),
        ("audience", "unit"),
        ("topic", "支付申请录入"),
        ("users", "new"),
        ("contract", "样合2026-001"),
        ("held_at", "2026-03-02 07:00"),
        ("ended_at", "2026-03-02 08:30"),
        ("place", "样例县财政局三楼会议室"),
        ("organiser", "孙八"),
        ("lecturer", "郑一"),
        ("qualification", "从事支付系统实施五年"),
    ]);
    script.row("materials", 0, &[("book", "unit"), ("edition", "2026"), ("copies", "30")]);
    script.row("attendees", 0, &[("unit", "样例县第一中学"), ("name", "李四"), ("signed", "yes")]);
    script.row("attendees", 1, &[("unit", "样例县第二中学"), ("name", "王五"), ("signed", "no")]);
    bureau
        .attach(&script.form, json!({ "kind": "content" }), "sheet", "签到表.pdf", b"%PDF-1.7 signed in")
        .expect("scanned");
    let change = json!({ "kind": "add", "forms": [plan] });
    bureau.call("link_change", json!({ "form": script.form, "slot": "plan", "change": change }));
    script
}

fn field(page: &Value, key: &str) -> String {
    let fields = page["content"]["fields"].as_array().expect("fields").clone();
    let found = fields.iter().find(|field| field["key"] == key).expect("the field");
    found["text"].as_str().expect("text").to_owned()
}

/// W171, W177, W184, W185.
#[test]
fn the_plan_has_as_many_sessions_as_the_contract_and_a_textbook_for_each_audience() {
    let bureau = Bureau::whole(320);
    let mut script = planned(&bureau);
    let send = |script: &mut Script<'_>| shut(script.sign("张三", "submit", json!({})));
    assert_eq!(send(&mut script), ["GATE-BUSINESS-SESSIONS", "GATE-PLATFORM-SESSIONS"]);
    script.set("platform_sessions", "0");
    assert_eq!(send(&mut script), ["GATE-BUSINESS-SESSIONS"], "one of two");
    script.row("sessions", 1, &SESSION);
    script.set("platform_sessions", "1");
    assert_eq!(send(&mut script), ["GATE-PLATFORM-SESSIONS"]);
    let platform =
        [("month", "5"), ("kind", "platform"), ("audience", "admin"), ("topic", "WebLogic 安装和调试")];
    script.row("sessions", 2, &platform);
    assert_eq!(send(&mut script), ["GATE-BOOK-EACH"], "nothing for the administrators to read");
    script.row("books", 1, &[("book", "install"), ("audience", "admin")]);
    assert!(send(&mut script).is_empty(), "sent");
}

/// A contract with one training, sealed.
fn contracted(bureau: &Bureau) -> Script<'_> {
    let mut script = bureau.start("张三", "运维服务合同约定登记表");
    script.fill(&[
        ("contract_number", "样合2026-001"),
        ("name", "预算一体化运维服务"),
        ("vendor", "样例软件公司"),
        ("signed_on", "2026-01-04"),
        ("begins_on", "2026-01-05"),
        ("ends_on", "2026-12-31"),
        ("junior", "1"),
        ("price", "100000"),
        ("trainings", "1"),
    ]);
    let content = json!({ "kind": "content" });
    bureau.attach(&script.form, content, "contract", "合同.pdf", b"%PDF-1.7 contract").expect("attached");
    script.sign("张三", "submit", json!({})).expect("sent");
    script.sign_step("孙八", "info_center", &[]).expect("as in the contract");
    script.sign_step("褚四", "leader", &[]).expect("agreed");
    script.sign("张三", "seal", json!({})).expect("sealed");
    script
}

/// W171: the number of sessions is that of the contract.
#[test]
fn a_plan_that_names_its_contract_keeps_to_its_terms() {
    let bureau = Bureau::whole(324);
    let contract = contracted(&bureau);
    let mut script = planned(&bureau);
    script.fill(&[("business_sessions", "0"), ("platform_sessions", "0")]);
    let change = json!({ "kind": "add", "forms": [contract.form] });
    bureau.call("link_change", json!({ "form": script.form, "slot": "contract", "change": change }));
    let send = |script: &mut Script<'_>| shut(script.sign("张三", "submit", json!({})));
    assert_eq!(send(&mut script), ["GATE-CONTRACT-TERMS"], "one training was agreed");
    script.fill(&[("business_sessions", "1"), ("contract", "另一合同")]);
    assert_eq!(send(&mut script), ["GATE-CONTRACT-TERMS"]);
    script.set("contract", "样合2026-001");
    assert!(send(&mut script).is_empty(), "sent");
}

/// W172: each condition is asked for by itself.
#[test]
fn a_session_is_recorded_when_it_was_held_and_signed_in() {
    let bureau = Bureau::whole(321);
    let plan = agreed(&bureau);
    let send = |script: &mut Script<'_>| shut(script.sign("郑一", "submit", json!({})));

    let mut script = held(&bureau, &plan.form);
    script.cell("attendees", 0, "signed", "no");
    assert_eq!(send(&mut script), ["GATE-SIGNED-IN"]);
    script.cell("attendees", 0, "signed", "yes");
    script.fill(&[("held_at", "2026-03-03 07:00"), ("ended_at", "2026-03-03 08:30")]);
    assert_eq!(send(&mut script), ["GATE-SESSION-HELD"]);
    script.fill(&[
        ("held_at", "2026-03-02 07:00"),
        ("ended_at", "2026-03-02 08:30"),
        ("contract", "另一合同"),
    ]);
    assert_eq!(send(&mut script), ["GATE-SAME-PLAN"]);
    script.set("contract", "样合2026-001");
    assert!(send(&mut script).is_empty(), "sent");

    let page = script.page();
    assert_eq!(field(&page, "present"), "1", "who is away is not counted");
    assert_eq!(field(&page, "focus"), "相关业务流程、系统功能、应用操作", "W175");
    script.sign_step("郑一", "lecturer", &[("summary", "按计划完成")]).expect("signed");
    script.sign_step("孙八", "user", &[("rating", "satisfied")]).expect("signed");
    script.sign("张三", "seal", json!({})).expect("sealed");
    script.sign("郑一", "close", json!({ "remark": "" })).expect("closed");
}

/// W172: the sheet is signed in ink.
#[test]
fn without_the_scanned_sheet_there_was_no_session() {
    let bureau = Bureau::whole(322);
    let plan = agreed(&bureau);
    let mut script = held(&bureau, &plan.form);
    let files = script.page()["content"]["attachments"].clone();
    let digest = files.as_array().and_then(|files| files.first()).expect("the sheet")["digest"].clone();
    let content = json!({ "kind": "content" });
    bureau.call(
        "file_remove",
        json!({ "form": script.form, "section": content, "slot": "sheet", "digest": digest }),
    );
    assert_eq!(shut(script.sign("郑一", "submit", json!({}))), ["GATE-SIGN-IN-SHEET"]);
}

/// W171: by contract, two.
#[test]
fn a_session_beyond_the_contract_warns() {
    let bureau = Bureau::whole(323);
    let plan = agreed(&bureau);
    for (turn, warned) in [(1, false), (2, false), (3, true)] {
        let mut script = held(&bureau, &plan.form);
        script.sign("郑一", "submit", json!({})).expect("sent");
        let alerts = script.page()["alerts"].clone();
        assert_eq!(alerts.as_array().is_some_and(|alerts| !alerts.is_empty()), warned, "session {turn}");
    }
}
