//! An upgrade from the release notice to the three-paper archive (W080–W088).

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use chrono::TimeDelta;
use qianban_testkit::{Bureau, Script, shut};
use serde_json::{Value, json};

const VERSION: &str = "V6.2.1";

/// A bureau in which 冯二 tests what 郑一 integrates.
fn bureau(seed: u64) -> Bureau {
    let bureau = Bureau::whole(seed);
    let roles = json!(["supervisor", "reviewer", "tester"]);
    bureau
        .sign("张三", json!({ "kind": "set_roles", "person": bureau.id("冯二"), "roles": roles }))
        .expect("a tester");
    bureau
}

fn sealed(mut script: Script<'_>) -> String {
    script.sign("张三", "seal", json!({})).expect("sealed");
    script.form
}

/// W082: 郑一 received, read and forwarded the release; 钱七 signs for it.
fn release(bureau: &Bureau) -> String {
    let mut script = bureau.start("郑一", "发版说明");
    script.fill(&[
        ("version", VERSION),
        ("system", "国库支付"),
        ("kind", "bug"),
        ("released_on", "2026-02-27"),
        ("released_by", "研发部"),
        ("dependencies", "先升级平台"),
        ("cautions", "升级时停支付业务"),
        ("forwarded_to", "钱七"),
    ]);
    script.row("parts", 0, &[("part", "支付"), ("number", VERSION), ("change", "修复打印"), ("read", "1")]);
    let content = json!({ "kind": "content" });
    bureau.attach(&script.form, content, "documents", "发版说明.pdf", b"%PDF-1.7 notes").expect("attached");
    script.sign("郑一", "submit", json!({})).expect("sent");
    script.sign_step("钱七", "resident", &[("documents", "1")]).expect("received");
    sealed(script)
}

/// W083: 冯二 writes the cases.
fn cases<'a>(bureau: &'a Bureau, release: &str) -> Script<'a> {
    let script = bureau.start("冯二", "软件测试用例");
    script.fill(&[
        ("system", "国库支付"),
        ("version", VERSION),
        ("ended_on", "2026-03-02"),
        ("environment_ready", "1"),
        ("environment", "测试服务器一台，取上月数据"),
    ]);
    let row = [("item", "打印"), ("steps", "打开凭证，打印"), ("expected", "版式正确"), ("result", "passed")];
    script.row("cases", 0, &row);
    script.link("release", &[release]).expect("linked");
    script
}

fn tested(bureau: &Bureau) -> String {
    let mut script = cases(bureau, &release(bureau));
    script.sign("冯二", "submit", json!({})).expect("sent");
    script.sign_step("郑一", "integrator", &[]).expect("received");
    sealed(script)
}

/// W084: 郑一 sums up.
fn summary<'a>(bureau: &'a Bureau, cases: &str) -> Script<'a> {
    let script = bureau.start("郑一", "测试总结报告");
    script.fill(&[
        ("system", "国库支付"),
        ("version", VERSION),
        ("testers", "冯二"),
        ("began_on", "2026-03-02"),
        ("ended_on", "2026-03-02"),
        ("range", "支付打印"),
        ("process", "逐项测试"),
        ("conclusion", "pass"),
        ("advice", "当日下班后更新"),
        ("discussed_with", "信息中心孙八"),
        ("discussed_at", "2026-03-02 08:55"),
    ]);
    script.link("cases", &[cases]).expect("linked");
    script
}

/// A summary on which the user said this.
fn answered(bureau: &Bureau, cases: &str, answer: &[(&str, &str)]) -> String {
    let mut script = summary(bureau, cases);
    script.sign("郑一", "submit", json!({})).expect("sent");
    script.sign_step("孙八", "consent", answer).expect("answered");
    sealed(script)
}

const AGREED: [(&str, &str); 2] = [("consent", "agree"), ("window", "2026-03-02 18:00")];

/// 钱七 draws up the control table.
fn control(bureau: &Bureau) -> Script<'_> {
    let script = bureau.start("钱七", "版本升级或服务器维护控制表");
    script.fill(&[
        ("system", "国库支付"),
        ("version_from", "V6.2.0"),
        ("version", VERSION),
        ("server", "应用服务器"),
        ("reason", "修复打印"),
        ("content", "更新支付程序包"),
        ("planned_from", "2026-03-02 18:00"),
        ("planned_until", "2026-03-02 20:00"),
        ("impact", "停支付业务两小时"),
        ("rollback_plan", "换回原程序包"),
    ]);
    script
}

fn unsent(script: &mut Script<'_>) -> Vec<String> {
    shut(script.sign("钱七", "submit", json!({})))
}

/// A control table with the user's consent, approved by everybody.
fn approved<'a>(bureau: &'a Bureau, summary: &str) -> Script<'a> {
    let mut script = control(bureau);
    script.link("summary", &[summary]).expect("linked");
    assert!(unsent(&mut script).is_empty(), "sent");
    script.sign_step("吴十", "manager", &[]).expect("signs");
    script.sign_step("孙八", "info_center", &[]).expect("signs");
    script
}

fn baseline(script: &mut Script<'_>) {
    script.entry("钱七", "baseline", &[("baseline", "svn-1024"), ("files", "pay.war")]).expect("baseline");
}

fn rollback(script: &mut Script<'_>) {
    let point = [("point", "原程序包"), ("file", "pay-620.war"), ("size", "80"), ("verified", "1")];
    script.entry("钱七", "rollback", &point).expect("rollback point");
}

fn deploy(script: &mut Script<'_>) -> Vec<String> {
    shut(script.entry("钱七", "deploy", &[("done", "已部署，登录正常"), ("result", "success")]))
}

fn observe(script: &mut Script<'_>, state: &str) -> Vec<String> {
    let seen = [("state", state), ("situation", "查看支付和日志"), ("handled", "重启打印服务")];
    let seen = if state == "abnormal" { &seen[..] } else { &seen[..2] };
    shut(script.entry("钱七", "observe", seen))
}

fn seal(script: &mut Script<'_>) -> Vec<String> {
    shut(script.sign("张三", "seal", json!({})))
}

fn close(script: &mut Script<'_>) -> Vec<String> {
    shut(script.sign("钱七", "close", json!({ "remark": "" })))
}

#[test]
fn cases_are_run_in_a_test_environment_on_the_released_version() {
    let bureau = bureau(210);
    let mut script = cases(&bureau, &release(&bureau));
    let unsent = |script: &mut Script<'_>| shut(script.sign("冯二", "submit", json!({})));
    script.set("environment_ready", "0");
    assert_eq!(unsent(&mut script), ["GATE-TEST-ENVIRONMENT"]);
    script.set("environment_ready", "1");
    script.set("version", "V6.2.2");
    assert_eq!(unsent(&mut script), ["GATE-TEST-VERSION"]);
    script.set("version", VERSION);
    assert!(unsent(&mut script).is_empty(), "sent");
}

#[test]
fn a_summary_says_what_the_cases_say() {
    let bureau = bureau(211);
    let mut failing = cases(&bureau, &release(&bureau));
    failing.cell("cases", 0, "result", "failed");
    failing.cell("cases", 0, "actual", "少一行");
    failing.set("remark", "打印少一行");
    failing.sign("冯二", "submit", json!({})).expect("sent");
    failing.sign_step("郑一", "integrator", &[]).expect("received");
    let mut script = summary(&bureau, &sealed(failing));
    let unsent = |script: &mut Script<'_>| shut(script.sign("郑一", "submit", json!({})));
    assert_eq!(unsent(&mut script), ["GATE-FAILED-CASES"]);
    script.set("conclusion", "conditional");
    assert_eq!(unsent(&mut script), ["GATE-DEFECTS-LISTED"]);
    script.set("version", "V6.2.2");
    script.set("conclusion", "fail");
    assert_eq!(unsent(&mut script), ["GATE-CASES-VERSION"]);
    script.set("version", VERSION);
    assert!(unsent(&mut script).is_empty(), "sent as failed");
    assert_eq!(shut(script.sign_step("孙八", "consent", &AGREED)), ["GATE-CONSENT-FAILED"]);
}

/// W084: no consent, no deployment.
#[test]
fn nothing_is_upgraded_without_the_users_consent() {
    let bureau = bureau(212);
    let cases = tested(&bureau);
    let refused = answered(&bureau, &cases, &[("consent", "refuse"), ("opinion", "月底再议")]);
    let agreed = answered(&bureau, &cases, &AGREED);
    let mut script = control(&bureau);
    assert_eq!(unsent(&mut script), ["GATE-SUMMARY-LINKED"]);
    script.link("summary", &[&refused]).expect("linked");
    assert_eq!(unsent(&mut script), ["GATE-USER-CONSENT"]);
    bureau.sit("钱七");
    script.unlink("summary", &[&refused]);
    script.link("summary", &[&agreed]).expect("linked");
    script.set("version", "V6.2.2");
    assert_eq!(unsent(&mut script), ["GATE-SAME-VERSION"]);
    script.set("version", VERSION);
    assert!(unsent(&mut script).is_empty(), "sent");
}

/// W088.
#[test]
fn a_remote_upgrade_is_agreed_with_the_information_center_by_somebody_at_some_time() {
    let bureau = bureau(213);
    let mut script = control(&bureau);
    script.set("kind", "maintenance");
    script.set("mode", "remote");
    let agreed = [
        ("agreed", "1", "GATE-REMOTE-AGREED"),
        ("agreed_with", "孙八", "GATE-REMOTE-WHO"),
        ("agreed_at", "2026-03-02 08:30", "GATE-REMOTE-WHEN"),
    ];
    for (missing, _, code) in agreed {
        for (field, text, _) in agreed {
            script.set(field, if field == missing { "" } else { text });
        }
        assert_eq!(unsent(&mut script), [code]);
    }
    script.set("agreed_at", "2026-03-02 08:30");
    assert!(unsent(&mut script).is_empty(), "sent");
}

/// W085.
#[test]
fn a_deployment_has_its_approval_its_baseline_its_rollback_point_and_its_hour() {
    let bureau = bureau(214);
    let agreed = answered(&bureau, &tested(&bureau), &AGREED);
    let mut script = control(&bureau);
    script.link("summary", &[&agreed]).expect("linked");
    assert!(unsent(&mut script).is_empty(), "sent");
    script.sign_step("吴十", "manager", &[]).expect("signs");
    bureau.clock.pass(TimeDelta::hours(9));
    assert_eq!(deploy(&mut script), ["GATE-APPROVED-FIRST", "GATE-BASELINE-FIRST", "GATE-ROLLBACK-FIRST"]);
    script.sign_step("孙八", "info_center", &[]).expect("signs");
    assert_eq!(deploy(&mut script), ["GATE-BASELINE-FIRST", "GATE-ROLLBACK-FIRST"]);
    baseline(&mut script);
    assert_eq!(deploy(&mut script), ["GATE-ROLLBACK-FIRST"]);
    rollback(&mut script);
    assert_eq!(seal(&mut script), ["GATE-DEPLOYED"]);
    assert!(deploy(&mut script).is_empty(), "at six in the evening, as agreed");
    assert!(seal(&mut script).is_empty(), "sealed");
}

#[test]
fn nothing_is_deployed_before_the_agreed_hour() {
    let bureau = bureau(215);
    let agreed = answered(&bureau, &tested(&bureau), &AGREED);
    let mut script = approved(&bureau, &agreed);
    baseline(&mut script);
    rollback(&mut script);
    assert_eq!(deploy(&mut script), ["GATE-DEPLOY-WINDOW"]);
}

fn warned(script: &Script<'_>, words: &str) -> bool {
    let page = script.page();
    let alerts = page["alerts"].as_array().expect("alerts").clone();
    alerts.iter().any(|alert| alert["message"].as_str().is_some_and(|message| message.contains(words)))
}

fn follows(script: &Script<'_>) -> Vec<Value> {
    let page = script.page();
    let follows = page["follows"].as_array().expect("follows").clone();
    follows.into_iter().map(|follow| follow["key"].clone()).collect()
}

/// W086 and W087: 3 to 5 days, then the three papers.
#[test]
fn an_upgrade_is_observed_on_three_days_and_its_three_papers_are_filed() {
    let bureau = bureau(216);
    let cases = tested(&bureau);
    let agreed = answered(&bureau, &cases, &AGREED);
    let mut script = approved(&bureau, &agreed);
    bureau.clock.pass(TimeDelta::hours(9));
    baseline(&mut script);
    rollback(&mut script);
    assert!(deploy(&mut script).is_empty(), "deployed");
    assert!(seal(&mut script).is_empty(), "sealed");
    assert_eq!(close(&mut script), ["GATE-OBSERVED", "GATE-OBSERVED-NORMAL"]);
    let clock = &script.page()["clocks"][0];
    assert_eq!((&clock["key"], &clock["due"]), (&json!("observation"), &json!("2026-03-07")));
    for _ in 0..2 {
        assert!(observe(&mut script, "normal").is_empty());
    }
    assert_eq!(close(&mut script), ["GATE-OBSERVED"], "twice on one day is one day");
    bureau.clock.pass(TimeDelta::days(1));
    observe(&mut script, "normal");
    assert_eq!(close(&mut script), ["GATE-OBSERVED"], "two days");
    bureau.clock.pass(TimeDelta::days(1));
    observe(&mut script, "abnormal");
    assert_eq!(close(&mut script), ["GATE-OBSERVED-NORMAL"], "three days, the last not normal");
    bureau.clock.pass(TimeDelta::days(2));
    assert!(!warned(&script, "最后一天"), "the fourth day");
    bureau.clock.pass(TimeDelta::days(1));
    assert!(warned(&script, "最后一天"), "the fifth day");
    observe(&mut script, "normal");
    assert!(close(&mut script).is_empty(), "closed");
    assert!(!warned(&script, "最后一天"), "nothing is left to do");
    assert_eq!(follows(&script), ["pack"]);
    assert_eq!(script.page()["findings"], json!([]));

    let mut pack = bureau.start("吴十", "升级存档移交单");
    pack.fill(&[("system", "国库支付"), ("version", "V6.2.2")]);
    pack.fill(&[("control_pages", "2"), ("report_pages", "3"), ("cases_pages", "5")]);
    for (slot, form) in [("control", &script.form), ("report", &agreed), ("cases", &cases)] {
        pack.link(slot, &[form]).expect("linked");
    }
    assert_eq!(shut(pack.sign("吴十", "submit", json!({}))), ["GATE-PACK-VERSION"]);
    pack.set("version", VERSION);
    pack.sign("吴十", "submit", json!({})).expect("sent");
    let papers =
        [("control", "GATE-PAPER-CONTROL"), ("report", "GATE-PAPER-REPORT"), ("cases", "GATE-PAPER-CASES")];
    for (missing, code) in papers {
        let mut received = vec![("place", "2号柜")];
        received.extend(papers.map(|(paper, _)| (paper, if paper == missing { "0" } else { "1" })));
        assert_eq!(shut(pack.sign_step("孙八", "info_center", &received)), [code]);
    }
    let all = [("control", "1"), ("report", "1"), ("cases", "1")];
    pack.sign_step("孙八", "info_center", &all).expect("filed");
    let pack = sealed(pack);
    let slip = bureau.call("slip_pdf", json!({ "form": pack, "copy": "" }));
    assert!(slip["pages"].as_u64().is_some_and(|pages| pages >= 1), "prints");
}

#[test]
fn a_failed_upgrade_is_reverted_and_is_no_archive() {
    let bureau = bureau(217);
    let cases = tested(&bureau);
    let agreed = answered(&bureau, &cases, &AGREED);
    let mut script = approved(&bureau, &agreed);
    bureau.clock.pass(TimeDelta::hours(9));
    baseline(&mut script);
    rollback(&mut script);
    let failed = [("done", "启动失败"), ("result", "failed"), ("problem", "缺少依赖包")];
    script.entry("钱七", "deploy", &failed).expect("recorded");
    assert_eq!(seal(&mut script), ["GATE-DEPLOYED"]);
    script.entry("钱七", "revert", &[("reason", "启动失败"), ("result", "已恢复原版本")]).expect("reverted");
    assert!(seal(&mut script).is_empty(), "sealed");
    assert!(follows(&script).is_empty(), "nothing to file");

    let mut pack = bureau.start("吴十", "升级存档移交单");
    pack.fill(&[("system", "国库支付"), ("version", VERSION)]);
    pack.fill(&[("control_pages", "2"), ("report_pages", "3"), ("cases_pages", "5")]);
    for (slot, form) in [("control", &script.form), ("report", &agreed), ("cases", &cases)] {
        pack.link(slot, &[form]).expect("linked");
    }
    assert_eq!(shut(pack.sign("吴十", "submit", json!({}))), ["GATE-PACK-DEPLOYED"]);

    assert_eq!(close(&mut script), ["GATE-OBSERVED-NORMAL"], "does the old version run?");
    assert!(observe(&mut script, "normal").is_empty(), "it does");
    assert!(close(&mut script).is_empty(), "closed");
}
