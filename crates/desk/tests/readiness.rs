//! Readiness for an emergency: plans and their updates, drills, checks, and documents in the archive (W245–W258).

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use chrono::TimeDelta;
use qianban_testkit::{Bureau, Script, shut};
use serde_json::json;

const PASSED: [(&str, &str); 1] = [("result", "passed")];
const PUBLISHED: [(&str, &str); 1] = [("to", "应急指挥机构成员和业务部门")];

fn drafted(bureau: &Bureau) -> Script<'_> {
    let script = bureau.start("吴十", "应急预案");
    script.fill(&[
        ("kind", "new"),
        ("edition", "2026-1"),
        ("system", "财政一体化平台"),
        ("source", "yearly"),
        ("reason", "首次编制"),
        ("proposal", "按白皮书编制"),
        ("measures", "隔离、修复、恢复"),
        ("protection", "停电时由值班员确认，备份异地保存"),
        ("publish_by", "2026-03-12"),
    ]);
    for (row, duty) in [(0, "leader"), (1, "officer"), (2, "team")] {
        let person = [("duty", duty), ("name", "孙八"), ("unit", "信息中心"), ("phone", "0000-1234567")];
        script.row("members", row, &person);
    }
    script
}

fn approved(bureau: &Bureau) -> Script<'_> {
    let mut script = drafted(bureau);
    script.sign("吴十", "submit", json!({})).expect("sent");
    script.sign_step("孙八", "info_center", &[]).expect("checked");
    script.sign_step("褚四", "leader", &[]).expect("approved");
    script
}

fn revised(script: &mut Script<'_>, name: &str) -> Vec<String> {
    script.bureau.sit(name);
    script.set_entry("revise", "done", "已按方案改写").expect("typed");
    let entry = json!({ "kind": "entry", "table": "revise", "row": null });
    script.bureau.attach(&script.form, entry, "files", "应急预案.pdf", b"%PDF-1.7 plan").expect("attached");
    shut(script.sign(name, "entry", json!({ "table": "revise", "at": null, "corrects": null })))
}

fn published(bureau: &Bureau) -> Script<'_> {
    let mut script = approved(bureau);
    assert!(revised(&mut script, "吴十").is_empty());
    script.entry("孙八", "review", &PASSED).expect("reviewed");
    script.entry("孙八", "publish", &PUBLISHED).expect("published");
    script.sign("张三", "seal", json!({})).expect("sealed");
    script
}

/// W248: proposal, approval, update, review, publication, in this order.
#[test]
fn a_plan_is_approved_updated_reviewed_and_published() {
    let bureau = Bureau::whole(330);
    let mut early = drafted(&bureau);
    early.sign("吴十", "submit", json!({})).expect("sent");
    assert_eq!(revised(&mut early, "吴十"), ["GATE-APPROVE-FIRST"]);

    let mut script = approved(&bureau);
    let seal = |script: &mut Script<'_>| shut(script.sign("张三", "seal", json!({})));
    assert_eq!(shut(script.entry("孙八", "review", &PASSED)), ["GATE-REVISE-FIRST"]);
    assert_eq!(shut(script.entry("孙八", "publish", &PUBLISHED)), ["GATE-REVIEW-PASSED"]);
    assert!(revised(&mut script, "孙八").is_empty());
    assert_eq!(shut(script.entry("孙八", "review", &PASSED)), ["GATE-REVIEW-OTHER"]);
    assert_eq!(seal(&mut script), ["GATE-PLAN-PUBLISHED"]);
    script.entry("褚四", "review", &PASSED).expect("reviewed by another");
    script.entry("孙八", "publish", &PUBLISHED).expect("published");
    assert!(seal(&mut script).is_empty());
    script.sign("吴十", "close", json!({ "remark": "" })).expect("closed");
}

/// W248 and G9: within the time that was set, or with a reason.
#[test]
fn a_plan_that_is_published_late_says_why() {
    let bureau = Bureau::whole(331);
    let mut script = approved(&bureau);
    let clocks = script.page()["clocks"].clone();
    assert_eq!(clocks[0]["due"], "2026-03-12", "{clocks}");
    assert!(revised(&mut script, "吴十").is_empty());
    script.entry("孙八", "review", &PASSED).expect("reviewed");
    bureau.clock.pass(TimeDelta::days(11));
    let refusal = script.entry("孙八", "publish", &PUBLISHED).expect_err("no reason given");
    assert!(refusal.problems.iter().any(|problem| problem.code == "FIELD-MISSING"), "{refusal:?}");
    script.entry("孙八", "publish", &[("late", "等待系统切换完成")]).expect("published");
    assert_eq!(script.page()["clocks"][0]["standing"], "missed");
}

/// W224, W227, W247.
#[test]
fn a_plan_names_its_command_and_what_it_follows_from() {
    let bureau = Bureau::whole(332);
    let mut script = drafted(&bureau);
    let send = |script: &mut Script<'_>| shut(script.sign("吴十", "submit", json!({})));
    script.cell("members", 1, "duty", "team");
    assert_eq!(send(&mut script), ["GATE-PLAN-COMMAND"], "nobody is in charge of the system");
    script.cell("members", 1, "duty", "officer");
    script.set("source", "drill");
    assert_eq!(send(&mut script), ["GATE-PLAN-BASIS"]);
}

fn drilled<'a>(bureau: &'a Bureau, plan: &str) -> Script<'a> {
    let script = bureau.start("钱七", "演练记录");
    script.fill(&[
        ("name", "数据库故障恢复演练"),
        ("held_at", "2026-03-02 08:00"),
        ("ended_at", "2026-03-02 08:50"),
        ("place", "机房"),
        ("way", "simulated"),
        ("scenario", "数据库挂起"),
        ("effect", "五十分钟恢复"),
        ("flawed", "yes"),
        ("defects", "联系人电话过期"),
        ("problems", "备库切换不熟练"),
    ]);
    let person = [("name", "钱七"), ("unit", "项目组"), ("duty", "处置"), ("present", "yes")];
    script.row("people", 0, &person);
    script.row("actions", 0, &[("phase", "recover"), ("action", "切换备库"), ("result", "good")]);
    let change = json!({ "kind": "add", "forms": [plan] });
    bureau.call("link_change", json!({ "form": script.form, "slot": "plan", "change": change }));
    script
}

/// W257, W247.
#[test]
fn a_drill_tries_a_published_plan_and_calls_for_its_update() {
    let bureau = Bureau::whole(333);
    let unpublished = approved(&bureau);
    let plan = published(&bureau);
    let mut script = drilled(&bureau, &plan.form);
    let change = json!({ "kind": "add", "forms": [unpublished.form] });
    let other = bureau.start("钱七", "演练记录");
    let refusal =
        bureau.refuse("link_change", json!({ "form": other.form, "slot": "plan", "change": change }));
    assert_eq!(refusal.code, "LINK-NOT-SEALED", "a plan is sealed when it is published");
    script.cell("people", 0, "present", "no");
    assert_eq!(shut(script.sign("钱七", "submit", json!({}))), ["GATE-DRILL-ATTENDED"]);
    script.cell("people", 0, "present", "yes");
    script.sign("钱七", "submit", json!({})).expect("sent");
    script.sign_step("吴十", "site", &[]).expect("signed");
    script.sign_step("孙八", "info_center", &[("verdict", "passed")]).expect("signed");
    script.sign("张三", "seal", json!({})).expect("sealed");

    let close = |script: &mut Script<'_>| shut(script.sign("钱七", "close", json!({ "remark": "" })));
    let owner = bureau.id("钱七");
    assert_eq!(close(&mut script), ["GATE-DRILL-RECTIFIED"]);
    let open = [("done", "已培训一次"), ("owner", owner.as_str()), ("state", "open")];
    script.entry("钱七", "rectify", &open).expect("recorded");
    assert_eq!(close(&mut script), ["GATE-DRILL-RECTIFIED"], "not done yet");
    script
        .entry("钱七", "rectify", &[("done", "再次演练合格"), ("owner", owner.as_str()), ("state", "done")])
        .expect("recorded");
    assert!(close(&mut script).is_empty());

    let follow = script.page()["follows"][0].clone();
    assert_eq!((&follow["key"], &follow["owed"]), (&json!("plan_update"), &json!(true)), "{follow}");
    bureau.sit("吴十");
    let start = script.page()["follows"][0]["start"].clone();
    let link = json!({ "slot": start["slot"], "form": script.form });
    let update = bureau.call("form_new", json!({ "definition": start["definition"], "link": link }));
    assert_eq!(
        update["links"][0]["rows"][0]["values"],
        json!(["数据库故障恢复演练", "2026-03-02 08:00"]),
        "{}",
        update["links"]
    );
}

/// W258.
#[test]
fn a_check_that_found_something_is_closed_after_a_second_look() {
    let bureau = Bureau::whole(334);
    let mut script = bureau.start("孙八", "应急能力检查记录");
    script.set("site", "驻场项目组");
    script.row(
        "people",
        0,
        &[("name", "钱七"), ("post", "值班"), ("phone", "0000-1234567"), ("reached", "no")],
    );
    script.row("items", 0, &[("item", "phone"), ("result", "bad"), ("remark", "夜间无人接听")]);
    let saved = script.set("conclusion", "good");
    assert!(saved.to_string().contains("限期整改"), "nobody answered at night: it is not in order");
    script.fill(&[("conclusion", "rectify"), ("requirement", "安排夜间值班"), ("due", "2026-03-09")]);
    script.sign("孙八", "submit", json!({})).expect("sent");
    script.sign_step("吴十", "site", &[]).expect("confirmed");
    script.sign("张三", "seal", json!({})).expect("sealed");
    let close = |script: &mut Script<'_>| shut(script.sign("孙八", "close", json!({ "remark": "" })));
    let good = [("result", "good")];
    assert_eq!(shut(script.entry("孙八", "recheck", &good)), ["GATE-RECTIFY-FIRST"]);
    script.entry("吴十", "rectify", &[("done", "已排值班表")]).expect("recorded");
    assert_eq!(close(&mut script), ["GATE-RECHECKED"]);
    script.entry("孙八", "recheck", &good).expect("looked at again");
    assert!(close(&mut script).is_empty());
}

fn document(path: &'static str) -> [(&'static str, &'static str); 6] {
    [
        ("name", "系统安全管理手册"),
        ("kind", "manual"),
        ("version", "2.1"),
        ("path", path),
        ("revision", "1024"),
        ("updated", "2026-02-20"),
    ]
}

fn filing(bureau: &Bureau) -> Script<'_> {
    let script = bureau.start("钱七", "技术资料归档单");
    script.fill(&[("batch", "2026年第一季度"), ("repository", "svn://192.0.2.10/platform/docs")]);
    script.row("documents", 0, &document("/manual/safety.doc"));
    script
}

/// W256.
#[test]
fn documents_are_complete_true_to_the_system_and_counted_before_they_are_archived() {
    let bureau = Bureau::whole(335);
    let mut script = filing(&bureau);
    script.row("documents", 1, &document("/manual/safety-old.doc"));
    assert_eq!(shut(script.sign("钱七", "submit", json!({}))), ["GATE-ONE-VERSION"]);
    script.cell("documents", 1, "name", "系统安装与部署手册");
    script.sign("钱七", "submit", json!({})).expect("sent");
    let mut review = |complete: &str, consistent: &str| {
        let said = [("complete", complete), ("consistent", consistent), ("opinion", "已逐份核对")];
        shut(script.sign_step("冯二", "review", &said))
    };
    assert_eq!(review("no", "yes"), ["GATE-DOCUMENTS-COMPLETE"]);
    assert_eq!(review("yes", "no"), ["GATE-DOCUMENTS-CONSISTENT"]);
    assert!(review("yes", "yes").is_empty());
    let received = [("copies", "1"), ("place", "档案室 3 号柜")];
    assert_eq!(shut(script.sign_step("孙八", "receive", &received)), ["GATE-DOCUMENTS-COUNTED"]);
    script.sign_step("孙八", "receive", &[("copies", "2")]).expect("received");
}

#[test]
fn what_a_box_began_with_goes_on_following_the_form_until_it_is_signed() {
    let bureau = Bureau::whole(336);
    let mut script = filing(&bureau);
    let reviewed = [("complete", "yes"), ("consistent", "yes")];
    script.sign("钱七", "submit", json!({})).expect("sent");
    script.sign_step("冯二", "review", &reviewed).expect("reviewed");
    bureau.sit("孙八");
    script.set_step("receive", "place", "档案室 3 号柜").expect("typed");
    let back = json!({ "target": { "to": "drafter" }, "reason": "还缺一份" });
    script.sign("冯二", "return", back).expect("sent back");
    bureau.sit("钱七");
    script.row("documents", 1, &document("/manual/safety-old.doc"));
    script.cell("documents", 1, "name", "系统安装与部署手册");
    script.sign("钱七", "submit", json!({})).expect("sent again");
    script.sign_step("冯二", "review", &reviewed).expect("reviewed again");
    script.sign_step("孙八", "receive", &[]).expect("two are received, as the list says now");
}
