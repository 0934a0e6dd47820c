//! What the desk refuses, by name, and what never comes back.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use qianban_testkit::{Bureau, Script};
use serde_json::{Value, json};

/// The chain of a permission request: who signs which step.
const CHAIN: [(&str, &str); 4] =
    [("王五", "unit_head"), ("赵六", "division"), ("钱七", "check"), ("孙八", "info_center")];

fn sent(bureau: &Bureau) -> Script<'_> {
    let mut script = bureau.permission_request();
    script.sign("李四", "submit", json!({})).expect("sent");
    script
}

#[test]
fn every_order_that_skips_or_swaps_a_step_is_refused() {
    let bureau = Bureau::founded(2);
    let mut script = sent(&bureau);
    // In each state one step is open; that every other step is refused to everybody in each of them refuses every
    // order but one.
    for (turn, (signer, open)) in CHAIN.iter().enumerate() {
        for (name, _) in CHAIN {
            bureau.sit(name);
            for (_, step) in CHAIN.iter().filter(|(person, step)| (*person, *step) != (name, open)) {
                let action =
                    json!({ "kind": "approve", "form": script.form, "step": step, "on_behalf": null });
                let refusal = bureau.refuse("sign_prepare", json!({ "action": action }));
                let known = ["SIGN-NOT-TURN", "SIGN-NO-ROLE"];
                assert!(known.contains(&refusal.code.as_str()), "turn {turn}: {name} at {step}: {refusal:?}");
            }
            let other = CHAIN.iter().find(|(person, _)| *person == name).expect("in the chain").1;
            if other != *open {
                let action =
                    json!({ "kind": "approve", "form": script.form, "step": open, "on_behalf": null });
                bureau.refuse("sign_prepare", json!({ "action": action }));
            }
        }
        script.approve(signer, open).expect("whose turn it is");
    }
    assert_eq!(script.page()["status"], "approved");
}

#[test]
fn nobody_signs_their_own_request() {
    let bureau = Bureau::founded(3);
    bureau
        .sign(
            "张三",
            json!({ "kind": "set_roles", "person": bureau.id("李四"),
        "roles": ["applicant", "clerk", "unit_head", "division", "maintainer", "info_center"] }),
        )
        .expect("every role");
    let mut script = sent(&bureau);
    for (turn, (signer, step)) in CHAIN.iter().enumerate() {
        let refusal = script
            .sign("李四", "approve", json!({ "step": step, "on_behalf": null }))
            .expect_err("own request");
        assert_eq!(refusal.code, "SIGN-OWN", "turn {turn}");
        script.approve(signer, step).expect("somebody else");
    }
}

#[test]
fn old_sign_offs_never_revive() {
    let bureau = Bureau::founded(4);
    let mut script = sent(&bureau);
    let signed = |script: &Script<'_>| -> Value { script.page()["steps"][0]["signed"].clone() };
    script.approve("王五", "unit_head").expect("X is signed");
    assert_eq!(signed(&script), 1);
    let back = json!({ "target": { "to": "drafter" }, "reason": "请改" });
    script.sign("赵六", "return", back.clone()).expect("sent back");
    bureau.sit("李四");
    script.set("system", "账务处理");
    script.sign("李四", "submit", json!({})).expect("Y is sent");
    assert_eq!(signed(&script), 0, "Y has no sign-off");
    script.sign("王五", "return", back).expect("sent back again");
    bureau.sit("李四");
    script.set("system", "国库支付");
    script.sign("李四", "submit", json!({})).expect("X is sent again");
    let page = script.page();
    assert_eq!(page["steps"][0]["signed"], 0, "the old sign-off of X does not count");
    assert_eq!(page["steps"][0]["sign_offs"][0]["counts"], false, "and is shown as void");
    assert_eq!(page["steps"][0]["state"], "current");
}

#[test]
fn a_rejected_form_never_comes_back() {
    let bureau = Bureau::founded(5);
    let mut script = sent(&bureau);
    script.sign("王五", "reject", json!({ "reason": "不属于本单位" })).expect("rejected");
    let page = script.page();
    assert_eq!((&page["status"], &page["next"]), (&json!("rejected"), &json!([])));
    for (name, kind, more) in [
        ("李四", "submit", json!({})),
        ("王五", "approve", json!({ "step": "unit_head", "on_behalf": null })),
        ("张三", "seal", json!({})),
        ("李四", "handover", json!({ "person": bureau.id("王五") })),
    ] {
        script.sign(name, kind, more).expect_err(kind);
    }
}

#[test]
fn a_return_to_a_step_keeps_what_was_signed_before_it() {
    let bureau = Bureau::founded(6);
    let mut script = sent(&bureau);
    script.approve("王五", "unit_head").expect("signs");
    script.approve("赵六", "division").expect("signs");
    script
        .sign(
            "钱七",
            "return",
            json!({ "target": { "to": "step", "step": "division" }, "reason": "请复核范围" }),
        )
        .expect("sent back");
    bureau.sit("赵六");
    assert_eq!(script.page()["status_text"], "已退回到主管处室审核");
    script.sign("赵六", "submit", json!({})).expect("the step's holder sends again");
    let page = script.page();
    assert_eq!(page["steps"][0]["signed"], 1, "the unit head's sign-off is carried");
    assert_eq!(page["steps"][1]["state"], "current", "{}", page["status_text"]);
    script.approve("赵六", "division").expect("signs anew");
}

#[test]
fn gates_are_named_before_anything_is_signed() {
    let bureau = Bureau::founded(7);
    let mut script = sent(&bureau);
    script.approve("王五", "unit_head").expect("signs");
    script.approve("赵六", "division").expect("signs");
    bureau.sit("钱七");
    for (field, text) in
        [("person_check", "wrong"), ("permission_check", "correct"), ("remark", "身份证号不符")]
    {
        script.set_step("check", field, text).expect("typed");
    }
    let refusal =
        script.sign("钱七", "approve", json!({ "step": "check", "on_behalf": null })).expect_err("not clean");
    assert_eq!((refusal.code.as_str(), refusal.problems[0].code.as_str()), ("SIGN-GATE", "GATE-CHECK-CLEAN"));
}

#[test]
fn what_was_shown_is_what_is_signed() {
    let bureau = Bureau::founded(8);
    let script = bureau.permission_request();
    let action = json!({ "kind": "submit", "form": script.form });
    let sheet = bureau.call("sign_prepare", json!({ "action": action }));
    script.set("system", "账务处理");
    let confirm = json!({ "request": sheet["request"], "digest": sheet["digest"], "password": qianban_testkit::PASSWORD });
    let refusal = bureau.refuse("sign_confirm", confirm);
    assert_eq!(refusal.code, "SIGN-STALE", "the content changed under the dialog");
    let other =
        json!({ "request": sheet["request"], "digest": "0000", "password": qianban_testkit::PASSWORD });
    assert_eq!(bureau.refuse("sign_confirm", other).code, "SIGN-DIGEST");
    let unknown = json!({ "request": "00", "digest": "", "password": "" });
    assert_eq!(bureau.refuse("sign_confirm", unknown).code, "SIGN-GONE");
}

#[test]
fn a_revoked_seat_signs_nothing_more() {
    let bureau = Bureau::founded(9);
    let mut script = sent(&bureau);
    script.approve("王五", "unit_head").expect("signs");
    bureau.sit("张三");
    let people = bureau.call("people", json!({}));
    let listed = people["people"].as_array().expect("people").clone();
    let seat = |name: &str| {
        listed.iter().find(|person| person["name"] == name).expect("listed")["seats"][0]["id"].clone()
    };
    bureau
        .sign("张三", json!({ "kind": "revoke_seat", "seat": seat("王五"), "reason": "离岗" }))
        .expect("revoked");
    let page = script.page();
    assert_eq!(page["steps"][0]["signed"], 1, "what was signed before stays, by the allow-list");
    let unlock = json!({ "person": bureau.id("王五"), "password": qianban_testkit::PASSWORD });
    assert_eq!(bureau.refuse("unlock", unlock).code, "PERSON-NO-SEAT");
    let own = bureau
        .sign("张三", json!({ "kind": "revoke_seat", "seat": seat("张三"), "reason": "误操作" }))
        .expect_err("the last");
    assert_eq!(own.code, "REGISTRY-LAST-ADMIN");
}

/// 李四 starts a value-set change and sends it.
fn change_sent(bureau: &Bureau) -> Script<'_> {
    bureau.sit("李四");
    let page = bureau.call("form_new", json!({ "definition": bureau.definition("value-set") }));
    let mut script = Script { bureau, form: page["form"].as_str().expect("a key").to_owned() };
    for (field, text) in [
        ("phone", "0000-1234567"),
        ("category", "account_change"),
        ("object", "budget_unit"),
        ("action", "modify"),
        ("name_before", "样例小学"),
        ("account_name_before", "样例零余额"),
        ("account_before", "6222000000000000001"),
        ("account_after", "6222000000000000002"),
        ("reason", "换行"),
    ] {
        script.set(field, text);
    }
    script.sign("李四", "submit", json!({})).expect("sent");
    script
}

#[test]
fn paper_of_an_earlier_content_seals_nothing() {
    let bureau = Bureau::founded(9);
    let mut script = change_sent(&bureau);
    script.print("李四").expect("printed");
    script.paper_back("钱七", b"signed under the first content").expect("recorded");
    let back = json!({ "target": { "to": "drafter" }, "reason": "账号写错" });
    script.sign("王五", "return", back).expect("sent back");
    bureau.sit("李四");
    script.set("account_after", "6222000000000000003");
    script.sign("李四", "submit", json!({})).expect("sent again");
    for (name, step) in [("王五", "section_chief"), ("赵六", "payment_center"), ("孙八", "info_center")]
    {
        script.approve(name, step).expect("signs");
    }
    let refused = |script: &mut Script<'_>, why: &str| {
        let refusal = script.sign("张三", "seal", json!({})).expect_err(why);
        let code = refusal.problems.first().map(|problem| problem.code.clone());
        assert_eq!((refusal.code.as_str(), code.as_deref()), ("SIGN-GATE", Some("GATE-INK-COPY")), "{why}");
    };
    refused(&mut script, "the paper says something else");
    script.paper_back("钱七", b"the same old sheet, scanned only now").expect("recorded");
    refused(&mut script, "it was printed before the content was changed");
    script.print("李四").expect("printed from this content");
    refused(&mut script, "printed, but not back");
    script.paper_back("钱七", b"signed under this content").expect("recorded");
    script.sign("张三", "seal", json!({})).expect("sealed");
    assert_eq!(script.page()["findings"], json!([]), "the paper was there when it was sealed");
}

#[test]
fn what_has_not_happened_yet_is_not_recorded() {
    let bureau = Bureau::founded(10);
    let mut script = sent(&bureau);
    let note = |script: &mut Script<'_>, at: &str| {
        bureau.sit("李四");
        script.set_entry("note", "text", "已电话告知").expect("typed");
        script.sign("李四", "entry", json!({ "table": "note", "at": at, "corrects": null }))
    };
    for (at, says) in [
        ("2099-01-01 09:00", "所填时间还没有到。"),
        ("昨天", "所填时间写法不对。"),
        ("1900-01-01 09:00", "所填时间早于建单（2026-03-02 09:00）92 天以上。"),
    ] {
        let refusal = note(&mut script, at).expect_err(says);
        assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("ENTRY-TIME", says));
    }
    note(&mut script, "2026-03-02 09:10").expect("clocks differ");
    note(&mut script, "2026-03-01T09:00").expect("yesterday");
}
