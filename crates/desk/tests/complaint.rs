//! Complaints: heard within two days, answered within five, and counted only where they are confirmed (W197–W201).

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use qianban_testkit::{Bureau, Script, shut};
use serde_json::{Value, json};

/// A complaint of 郑一, sent and accepted.
fn accepted(bureau: &Bureau) -> Script<'_> {
    let mut script = bureau.start("钱七", "客户投诉处理单");
    let engineer = bureau.id("郑一");
    let units = script.page()["content"]["fields"].clone();
    let unit =
        units.as_array().and_then(|fields| fields.iter().find(|field| field["key"] == "unit")).cloned();
    let unit = unit.expect("the unit")["options"][0]["value"].as_str().expect("a unit").to_owned();
    script.fill(&[
        ("unit", &unit),
        ("complainant", "李四"),
        ("phone", "0000-1234567"),
        ("engineer", &engineer),
        ("service_date", "2026-03-02"),
        ("service_item", "C020"),
        ("kind", "late"),
        ("what", "约定上午到场，下午才到"),
    ]);
    script.sign("钱七", "submit", json!({})).expect("sent");
    script.sign_step("冯二", "accept", &[]).expect("accepted");
    script
}

fn verified(script: &mut Script<'_>, finding: &str) -> Vec<String> {
    let found = [("statement", "途中堵车，未提前告知"), ("found", "情况属实"), ("finding", finding)];
    shut(script.entry("冯二", "verify", &found))
}

fn answered(script: &mut Script<'_>) {
    script.entry("吴十", "reply", &[("text", "经核实……"), ("received_by", "李四")]).expect("answered");
    script
        .entry("吴十", "apology", &[("signed_by", "客户服务部"), ("received_by", "李四")])
        .expect("apologised");
}

fn warns_of_dismissal(script: &Script<'_>) -> bool {
    let alerts = script.page()["alerts"].clone();
    let alerts = alerts.as_array().expect("alerts").clone();
    alerts.iter().any(|alert| alert["message"].as_str().is_some_and(|words| words.contains("解聘")))
}

/// The terms of the form by title, as the page shows them.
fn due(page: &Value, key: &str) -> String {
    let clocks = page["clocks"].as_array().expect("clocks").clone();
    let clock = clocks.iter().find(|clock| clock["key"] == key).expect("the term");
    clock["due"].as_str().expect("a day").to_owned()
}

#[test]
fn two_days_to_verify_and_five_to_answer() {
    let bureau = Bureau::whole(310);
    let script = accepted(&bureau);
    let page = script.page();
    assert_eq!(
        (due(&page, "verify"), due(&page, "reply")),
        ("2026-03-04".to_owned(), "2026-03-07".to_owned())
    );
    let working = json!({ "kind": "set_setting", "key": "complaint_count", "value": "working" });
    bureau.sign("张三", working).expect("set");
    let page = script.page();
    assert_eq!(
        (due(&page, "verify"), due(&page, "reply")),
        ("2026-03-04".to_owned(), "2026-03-09".to_owned()),
        "G5: by working days, over the weekend"
    );
}

/// W197, W198, W200.
#[test]
fn the_engineer_is_heard_before_anything_is_answered() {
    let bureau = Bureau::whole(311);
    let mut script = accepted(&bureau);
    let reply = [("text", "经核实……"), ("received_by", "李四")];
    assert_eq!(shut(script.entry("吴十", "reply", &reply)), ["GATE-VERIFY-FIRST"]);
    assert_eq!(shut(script.entry("吴十", "penalty", &[])), ["GATE-PENALTY-RESPONSIBLE"]);

    let other = bureau.id("钱七");
    let unheard = [("found", "情况属实"), ("finding", "responsible")];
    assert_eq!(shut(script.entry("冯二", "verify", &unheard)), ["GATE-ENGINEER-HEARD"], "no statement");
    let wrong = [("heard", other.as_str()), ("statement", "有此事")];
    assert_eq!(shut(script.entry("冯二", "verify", &wrong)), ["GATE-ENGINEER-HEARD"], "somebody else's");
    let engineer = bureau.id("郑一");
    script.entry("冯二", "verify", &[("heard", engineer.as_str())]).expect("heard");

    let fine = script.page()["tables"].to_string();
    assert!(fine.contains("500.00"), "five hundred yuan: {fine}");
    assert_eq!(shut(script.entry("吴十", "penalty", &[("amount", "300")])), ["GATE-PENALTY-AMOUNT"]);
    script.entry("吴十", "penalty", &[("amount", "500")]).expect("fined");
}

/// W199: with each part that is recorded, exactly its own gate opens.
#[test]
fn closing_asks_for_every_part_by_name() {
    let bureau = Bureau::whole(312);
    let mut script = accepted(&bureau);
    script.sign("张三", "seal", json!({})).expect("sealed");
    let close = |script: &mut Script<'_>| shut(script.sign("冯二", "close", json!({ "remark": "" })));
    assert_eq!(close(&mut script), ["GATE-VERIFIED", "GATE-REPLIED", "GATE-APOLOGISED"]);
    assert!(verified(&mut script, "responsible").is_empty());
    assert_eq!(close(&mut script), ["GATE-REPLIED", "GATE-APOLOGISED", "GATE-PENALTY-DONE"]);
    answered(&mut script);
    assert_eq!(close(&mut script), ["GATE-PENALTY-DONE"]);
    script.entry("吴十", "penalty", &[]).expect("fined by the default");
    assert!(close(&mut script).is_empty());
    assert_eq!(script.page()["status"], "closed");
}

/// D23: the user gets two letters, and reads in neither what the office said among itself.
#[test]
fn a_letter_prints_what_the_user_is_told_and_nothing_else() {
    let bureau = Bureau::whole(316);
    let mut script = accepted(&bureau);
    script.sign("张三", "seal", json!({})).expect("sealed");
    assert!(verified(&mut script, "responsible").is_empty());
    answered(&mut script);
    script.entry("吴十", "penalty", &[]).expect("fined");
    let print = |title: &str| script.paper_titled(title).split_whitespace().collect::<String>();
    let (reply, apology, sheet) = (print("书面答复"), print("致歉函"), print("客户投诉处理单"));
    let both = ["0000-1234567", "李四", "约定上午到场，下午才到"];
    let inner = ["郑一", "途中堵车", "情况属实", "罚款", "签批历程", "受理意见"];
    for (letter, own, other) in [(&reply, "经核实……", "深表歉意"), (&apology, "深表歉意", "经核实……")]
    {
        for words in both.iter().chain([&own]) {
            assert!(letter.contains(words), "{words} in {letter}");
        }
        for words in inner.iter().chain([&other]) {
            assert!(!letter.contains(words), "{words} in {letter}");
        }
    }
    for words in both.iter().chain(&inner).chain(&["经核实……", "深表歉意"]) {
        assert!(sheet.contains(words), "{words} in {sheet}");
    }
    let text = "经复核……，另行上门致歉";
    let rows = script.page()["tables"].as_array().expect("tables").clone();
    let row =
        rows.iter().find(|table| table["name"] == "reply").expect("the reply")["rows"][0]["row"].clone();
    bureau.sit("吴十");
    let section = json!({ "kind": "entry", "table": "reply", "row": row });
    bureau.call(
        "draft_set",
        json!({ "form": script.form, "section": section, "field": "text", "cell": null, "text": text }),
    );
    script
        .sign("吴十", "entry", json!({ "table": "reply", "at": null, "corrects": row }))
        .expect("corrected");
    let reply: String = script.paper_titled("书面答复").split_whitespace().collect();
    assert!(reply.contains(text) && !reply.contains("经核实……"), "only what stands: {reply}");
}

#[test]
fn who_is_not_responsible_pays_nothing() {
    let bureau = Bureau::whole(313);
    let mut script = accepted(&bureau);
    script.sign("张三", "seal", json!({})).expect("sealed");
    assert!(verified(&mut script, "not_responsible").is_empty());
    assert_eq!(shut(script.entry("吴十", "penalty", &[])), ["GATE-PENALTY-RESPONSIBLE"]);
    answered(&mut script);
    script.sign("冯二", "close", json!({ "remark": "" })).expect("closed without a fine");
}

/// W201.
#[test]
fn the_third_confirmed_complaint_calls_for_dismissal() {
    let bureau = Bureau::whole(314);
    for (turn, finding, warned) in [
        ("first", "responsible", false),
        ("unfounded", "not_responsible", false),
        ("second", "responsible", false),
        ("not yet verified", "", false),
        ("third", "responsible", true),
        ("unfounded again", "not_responsible", false),
    ] {
        let mut script = accepted(&bureau);
        if !finding.is_empty() {
            assert!(verified(&mut script, finding).is_empty());
        }
        assert_eq!(warns_of_dismissal(&script), warned, "{turn}");
    }
}

#[test]
fn nobody_hears_a_complaint_of_themselves() {
    let bureau = Bureau::whole(315);
    let roles = json!({ "kind": "set_roles", "person": bureau.id("郑一"), "roles": ["supervisor"] });
    bureau.sign("张三", roles).expect("appointed");
    let mut script = accepted(&bureau);
    let found = [("statement", "没有此事"), ("found", "不属实"), ("finding", "not_responsible")];
    assert_eq!(shut(script.entry("郑一", "verify", &found)), ["GATE-NOT-ENGINEER"]);
}
