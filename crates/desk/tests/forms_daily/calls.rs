//! Calls: answered, followed up by their owner, handed up and handed on (W031, W034, W035, W038–W040, W167).

use chrono::TimeDelta;
use qianban_testkit::{Bureau, Script, shut};
use serde_json::json;

use crate::{Typed, close, fits_a_page, owed, seal, started, submit};

/// 钱七 takes a call; it is registered at once.
fn call<'a>(bureau: &'a Bureau, fields: &[Typed<'_>]) -> Script<'a> {
    let mut script =
        started(bureau, "钱七", "电话记录", &[("caller", "李四"), ("question", "支付凭证打印错位")]);
    script.fill(fields);
    submit(&mut script, "钱七").expect("registered");
    script
}

const OPEN: [Typed<'static>; 1] = [("state", "open")];

#[test]
fn a_call_answered_at_once_is_sealed_and_closed() {
    let bureau = Bureau::whole(211);
    let mut script = call(&bureau, &[("answer", "重设打印机边距")]);
    seal(&mut script);
    assert!(owed(&script).is_empty());
    close(&mut script, "钱七", "").expect("closed");
    fits_a_page(&script);
    assert_eq!(script.page()["findings"], json!([]));
}

/// What a field of the content shows.
fn shown(script: &Script<'_>, key: &str) -> String {
    let page = script.page();
    let fields = page["content"]["fields"].as_array().expect("fields");
    let field = fields.iter().find(|field| field["key"] == key).expect("the field");
    field["text"].as_str().expect("a text").to_owned()
}

#[test]
fn a_time_that_began_with_now_stays_while_the_rest_is_filled() {
    let bureau = Bureau::whole(210);
    let script = bureau.start("钱七", "电话记录");
    let minutes = |count| bureau.clock.pass(TimeDelta::minutes(count));
    minutes(1);
    let called = shown(&script, "called_at");
    assert_eq!(called, bureau.clock.office().format("%Y-%m-%d %H:%M").to_string(), "nothing is typed yet");
    script.set("caller", "李四");
    minutes(3);
    assert_eq!(shown(&script, "called_at"), called);
    script.set("answer", "重设打印机边距");
    let answered = shown(&script, "answered_at");
    assert_ne!(answered, called, "the answer began when there was one");
    minutes(5);
    script.set("question", "支付凭证打印错位");
    assert_eq!([shown(&script, "called_at"), shown(&script, "answered_at")], [called, answered]);
}

#[test]
fn what_was_not_answered_is_not_closed() {
    let bureau = Bureau::whole(212);
    let mut script = call(&bureau, &[("state", "transferred"), ("transfer", "data")]);
    assert_eq!(shut(script.entry("钱七", "arrive", &[("place", "305 室")])), ["GATE-ANSWER-FIRST"]);
    seal(&mut script);
    assert_eq!(shut(close(&mut script, "钱七", "")), ["GATE-ANSWERED"]);
    script.entry("钱七", "answer", &[("text", "填修改记录单后处理")]).expect("answered");
    script.entry("钱七", "arrive", &[]).expect("arrival is counted from the answer");
    close(&mut script, "钱七", "").expect("closed");
    fits_a_page(&script);
}

#[test]
fn an_open_call_is_followed_up_and_goes_up_step_by_step() {
    let bureau = Bureau::whole(213);
    let mut script = call(&bureau, &[OPEN.as_slice(), &[("answer", "正在查")]].concat());
    seal(&mut script);
    assert_eq!(shut(close(&mut script, "钱七", "")), ["GATE-FOLLOWED-UP"]);
    let branch = [("to", "branch_manager"), ("person", "李某"), ("instructions", "请研发人员到现场")];
    assert_eq!(shut(script.entry("钱七", "escalate", &branch)), ["GATE-ESCALATE-ORDER"]);
    script.entry("钱七", "escalate", &[("to", "site_manager")]).expect("first the site's manager");
    script.entry("钱七", "escalate", &branch).expect("then the branch");
    let on = [("done", "仍在排查"), ("result", "open"), ("next", "2026-03-03")];
    script.entry("钱七", "follow", &on).expect("followed up");
    assert_eq!(shut(close(&mut script, "钱七", "")), ["GATE-FOLLOWED-UP"], "still open");
    script.entry("钱七", "follow", &[("done", "已修复"), ("result", "solved")]).expect("solved");
    close(&mut script, "钱七", "").expect("closed");
}

#[test]
fn a_call_handed_on_names_itself_in_the_form_that_it_asked_for() {
    let bureau = Bureau::whole(214);
    let mut script = call(
        &bureau,
        &[("answer", "派人上门"), ("state", "transferred"), ("transfer", "on_site"), ("collect", "1")],
    );
    seal(&mut script);
    assert_eq!(owed(&script), ["on_site_service", "collection"]);
    bureau.sit("钱七");
    let start = script.page()["follows"][0]["start"].clone();
    let link = json!({ "slot": start["slot"], "form": script.form });
    let page = bureau.call("form_new", json!({ "definition": start["definition"], "link": link }));
    assert_eq!(page["links"][0]["rows"][0]["form"], json!(script.form), "{page:#}");
}

#[test]
fn the_daily_sheet_takes_the_days_calls_and_their_key_issues() {
    let bureau = Bureau::whole(215);
    let mut solved = call(&bureau, &[("answer", "已指导")]);
    let mut key = call(&bureau, &[("answer", "正在查"), ("state", "open"), ("key_issue", "1")]);
    let calls = [seal(&mut solved), seal(&mut key)];
    let mut sheet = bureau.start("钱七", "电话记录日报表");
    sheet.link("calls", &[&calls[0], &calls[1]]).expect("linked");
    sheet.fill(&[("open_note", "打印错位，钱七次日跟进")]);
    assert_eq!(shut(submit(&mut sheet, "钱七")), ["GATE-KEY-ISSUES"]);
    sheet.fill(&[("key_issues", "打印错位已交接郑一")]);
    sheet.fill(&[("report_date", "2026-03-01")]);
    assert_eq!(shut(submit(&mut sheet, "钱七")), ["GATE-SAME-DAY"]);
    sheet.fill(&[("report_date", "2026-03-02")]);
    submit(&mut sheet, "钱七").expect("sent");
    sheet.sign_step("吴十", "resident", &[]).expect("seen");
    sheet.sign_step("孙八", "info_center", &[]).expect("received");
    seal(&mut sheet);
    fits_a_page(&sheet);
    let page = sheet.page();
    let fields = page["content"]["fields"].as_array().expect("fields").clone();
    let shown =
        |key: &str| fields.iter().find(|field| field["key"] == key).expect("a field")["shown"].clone();
    assert_eq!([shown("total"), shown("solved"), shown("open")], [json!("2"), json!("1"), json!("1")]);
}

/// W034.
#[test]
fn what_was_answered_once_is_collected() {
    let bureau = Bureau::whole(216);
    let mut answered = call(&bureau, &[("answer", "重设打印机边距")]);
    let source = seal(&mut answered);
    let mut kept = bureau.start("钱七", "问题集锦");
    kept.fill(&[
        ("system", "国库支付"),
        ("cause", "terminal"),
        ("question", "凭证打印错位"),
        ("answer", "打印设置，页边距改为 0"),
    ]);
    kept.link("sources", &[&source]).expect("linked");
    submit(&mut kept, "钱七").expect("registered");
    kept.entry("钱七", "update", &[("text", "新版控件无须设置"), ("state", "obsolete")]).expect("updated");
    seal(&mut kept);
    fits_a_page(&kept);
}
