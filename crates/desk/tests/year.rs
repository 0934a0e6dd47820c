//! Year change: series begin anew, the old year turns read-only, open work goes on by name.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use chrono::TimeDelta;
use qianban_testkit::{Bureau, Script};
use serde_json::json;

fn code(outcome: Result<serde_json::Value, qianban_desk::api::Refusal>) -> String {
    outcome.err().map(|refusal| refusal.code).unwrap_or_default()
}

/// Signs every step and seals; the number that the seal gives.
fn sealed(script: &mut Script<'_>) -> serde_json::Value {
    for (name, step) in
        [("王五", "unit_head"), ("赵六", "division"), ("钱七", "check"), ("孙八", "info_center")]
    {
        script.approve(name, step).expect("signed");
    }
    script.sign("张三", "seal", json!({})).expect("sealed")["number"].clone()
}

#[test]
fn a_year_is_closed_with_its_open_work_carried_over_by_name() {
    let bureau = Bureau::founded(71);
    bureau.clock.pass(TimeDelta::days(303));
    let mut open = bureau.permission_request();
    open.sign("李四", "submit", json!({})).expect("sent");
    let mut first = bureau.permission_request();
    first.sign("李四", "submit", json!({})).expect("sent");
    assert_eq!(sealed(&mut first), "权申〔2026〕第0001号");
    first.entry("钱七", "assign", &[("done", "已分配")]).expect("done");
    first.entry("钱七", "verify", &[("result", "success")]).expect("verified");
    first.sign("张三", "close", json!({ "remark": "" })).expect("closed");
    let mut void = bureau.permission_request();
    void.sign("李四", "submit", json!({})).expect("sent");
    void.sign("王五", "reject", json!({ "reason": "重复申请" })).expect("void");

    bureau.sit("张三");
    let early = bureau.refuse("sign_prepare", json!({ "action": { "kind": "close_year", "year": 2026 } }));
    assert_eq!(early.code, "YEAR-NOT-OVER", "the year still runs");

    bureau.clock.pass(TimeDelta::days(6));
    let years = bureau.call("years", json!({}));
    let past = &years["past"][0];
    assert_eq!((&years["current"]["year"], &past["count"]["year"]), (&json!(2027), &json!(2026)));
    assert_eq!(
        (&years["may_change"], &past["count"]["forms"], &past["closed"]),
        (&json!(true), &json!(3), &json!(null))
    );
    assert_eq!(past["count"]["series"], json!([{ "series": "权申", "last": 1 }]), "where its numbers end");
    assert_eq!(years["current"]["series"], json!([]), "the new year has none yet");
    let listed = years["past"][0]["open"].as_array().expect("open work");
    assert_eq!(listed.len(), 1, "what was rejected is finished: {listed:?}");
    assert_eq!(listed[0]["form"], json!(open.form), "open work is named");
    bureau.sign("张三", json!({ "kind": "close_year", "year": 2026 })).expect("closed");
    let closed = &bureau.call("years", json!({}))["past"][0];
    assert_eq!(
        (&closed["closed"]["name"], &closed["carried"]),
        (&json!("张三"), &json!(1)),
        "by whom, with how many"
    );
    let again = bureau.sign("张三", json!({ "kind": "close_year", "year": 2026 }));
    assert_eq!(code(again), "YEAR-CLOSED", "once");

    let number = sealed(&mut open);
    let begun = bureau.call("years", json!({}));
    assert_eq!(
        begun["current"]["series"],
        json!([{ "series": "权申", "last": 1 }]),
        "the series begins anew"
    );
    assert_eq!(
        number, "权申〔2027〕第0001号",
        "the series begins anew: what was carried over goes on, and is numbered when it is sealed"
    );
    let note = void.entry("张三", "note", &[("text", "补充说明")]);
    assert_eq!(code(note), "SECTION-READ-ONLY", "the rest is read-only");
    let kinds: Vec<_> = void.page()["actions"].as_array().expect("offers").clone();
    assert!(kinds.iter().all(|offer| offer["action"] == "print"), "only copies are offered: {kinds:?}");
    let copy = void.page()["copies"][0].clone();
    let printed = void.sign("张三", "print", json!({ "copy": copy }));
    printed.expect("a form of a closed year can still be printed");
}

#[test]
fn a_clock_that_was_set_back_begins_nothing_in_a_closed_year() {
    let bureau = Bureau::founded(73);
    bureau.clock.set("2026-12-20T09:00:00+08:00");
    let mut old = bureau.permission_request();
    old.sign("李四", "submit", json!({})).expect("sent");
    bureau.clock.set("2027-01-04T09:00:00+08:00");
    let mut new = bureau.permission_request();
    new.sign("李四", "submit", json!({})).expect("sent");
    for (name, step) in
        [("王五", "unit_head"), ("赵六", "division"), ("钱七", "check"), ("孙八", "info_center")]
    {
        new.approve(name, step).expect("signed");
    }
    bureau.sign("张三", json!({ "kind": "close_year", "year": 2026 })).expect("closed");
    bureau.clock.set("2026-12-21T09:00:00+08:00");
    let mut late = bureau.permission_request();
    assert_eq!(code(late.sign("李四", "submit", json!({}))), "YEAR-CLOSED", "nobody could go on with it");
    assert_eq!(code(new.sign("张三", "seal", json!({}))), "YEAR-CLOSED", "its series has ended");
    bureau.clock.set("2027-01-05T09:00:00+08:00");
    assert_eq!(new.sign("张三", "seal", json!({})).expect("sealed")["number"], "权申〔2027〕第0001号");
    late.sign("李四", "submit", json!({})).expect("what was written is still there");
}

#[test]
fn a_year_without_forms_cannot_be_closed() {
    let bureau = Bureau::founded(72);
    drop(bureau.permission_request());
    bureau.clock.pass(TimeDelta::days(400));
    for year in [0, 1900, 2025] {
        let refused = bureau.sign("张三", json!({ "kind": "close_year", "year": year }));
        assert_eq!(code(refused), "YEAR-EMPTY", "{year}");
    }
    let no_year = bureau.refuse("sign_prepare", json!({ "action": { "kind": "close_year", "year": -1 } }));
    assert_eq!(no_year.code, "REQUEST-SHAPE");
    assert_eq!(
        bureau.call("years", json!({}))["past"],
        json!([]),
        "a draft that was never sent is of no year"
    );
}
