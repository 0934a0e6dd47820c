//! An incident from the login check to the final report (W220–W254), with the clock moving under it.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use chrono::TimeDelta;
use qianban_testkit::{Bureau, Script, shut};
use serde_json::{Value, json};

/// Keys with what is typed.
type Cells<'a> = &'a [(&'a str, &'a str)];

const LOSS: [(&str, &str); 4] =
    [("direct", "支付停办四小时"), ("indirect", "部分单位延后一天支付"), ("equipment", "无"), ("data", "无")];
const AUDIT: [(&str, &str); 3] =
    [("hole", "management"), ("cause", "归档日志占满磁盘"), ("responsible", "巡检岗未及时清理")];
const EVALUATION: [(&str, &str); 4] =
    [("effect", "基本适用"), ("defects", "联系人电话过期"), ("lessons", "每月核对联系人"), ("update", "yes")];
const REPORT: [(&str, &str); 3] =
    [("summary", "停止运行一次，已恢复"), ("advice", "增加磁盘告警"), ("submitted_to", "信息中心领导")];

/// 钱七 reports at nine that nobody can log in, and has checked it.
fn reported(bureau: &Bureau) -> Script<'_> {
    let script = bureau.start("钱七", "应急处置记录单");
    let officer = bureau.id("孙八");
    script.fill(&[
        ("system", "财政一体化平台"),
        ("trigger", "user"),
        ("reporter", "李四"),
        ("reporter_phone", "0000-1234567"),
        ("symptom", "全部用户不能登录"),
        ("scope", "全部预算单位的支付业务"),
        ("login_checked_at", "2026-03-02 09:00"),
        ("login_result", "refused"),
        ("stopped", "yes"),
        ("stopped_at", "2026-03-02 09:00"),
        ("nature", "p4"),
        ("event_type", "database"),
        ("first_judgement", "归档日志占满磁盘，数据库挂起"),
        ("officer", &officer),
        ("officer_told_at", "2026-03-02 09:00"),
    ]);
    script
}

/// The same, sent and confirmed by the officer.
fn confirmed(bureau: &Bureau) -> Script<'_> {
    let mut script = reported(bureau);
    script.sign("钱七", "submit", json!({})).expect("sent");
    script.sign_step("孙八", "confirm", &[]).expect("confirmed");
    script
}

/// What a gauge shows to whoever sits at the desk.
fn gauge(script: &Script<'_>, key: &str) -> String {
    let page = script.page();
    let gauges = page["gauges"].as_array().expect("gauges").clone();
    let found = gauges.iter().find(|gauge| gauge["key"] == key).expect("the gauge");
    found["shown"].as_str().expect("words").to_owned()
}

fn warned(script: &Script<'_>, words: &str) -> bool {
    let page = script.page();
    let alerts = page["alerts"].as_array().expect("alerts").clone();
    alerts.iter().any(|alert| alert["message"].as_str().is_some_and(|message| message.contains(words)))
}

fn started(script: &mut Script<'_>) {
    script.entry("褚四", "approve", &[("decision", "approved")]).expect("approved");
    let plan = [("reason", "thirty"), ("plan", "应急预案 2026-1"), ("departments", "国库科、支付中心")];
    script.entry("钱七", "start_plan", &plan).expect("started");
}

fn restored(script: &mut Script<'_>) -> Result<Value, qianban_desk::api::Refusal> {
    let done = [("login", "normal"), ("how", "清理归档日志后恢复"), ("departments", "国库科、支付中心")];
    script.entry("钱七", "restore", &done)
}

/// W230, W235.
#[test]
fn the_login_check_comes_first() {
    let bureau = Bureau::whole(300);
    let mut script = reported(&bureau);
    let unsent = |script: &mut Script<'_>| shut(script.sign("钱七", "submit", json!({})));
    for (field, text, code) in [
        ("login_checked_at", "2026-03-02 09:00", "GATE-LOGIN-CHECK"),
        ("login_result", "refused", "GATE-LOGIN-CHECK"),
        ("officer_told_at", "2026-03-02 09:00", "GATE-OFFICER-TOLD"),
    ] {
        script.set(field, "");
        assert_eq!(unsent(&mut script), [code], "without {field}");
        script.set(field, text);
    }
    script.set("login_result", "normal");
    assert_eq!(unsent(&mut script), ["GATE-LOGIN-ABNORMAL"], "nothing is wrong with the system");
    script.set("login_result", "slow");
    assert!(unsent(&mut script).is_empty(), "sent");
}

/// W249, W250, W251, W252, W253 and G6: stop at nine.
#[test]
fn the_level_rises_by_itself_and_stands_still_when_the_system_runs_again() {
    let bureau = Bureau::whole(301);
    let mut script = confirmed(&bureau);
    let second = TimeDelta::seconds(1);
    assert_eq!(gauge(&script, "level"), "P4");
    bureau.clock.pass(TimeDelta::hours(4));
    assert_eq!(gauge(&script, "level"), "P4", "13:00:00");
    bureau.clock.pass(second);
    assert_eq!(gauge(&script, "level"), "P3", "13:00:01");
    bureau.clock.pass(TimeDelta::hours(4) - second);
    assert_eq!(gauge(&script, "level"), "P3", "17:00:00");
    bureau.clock.pass(second);
    assert_eq!(gauge(&script, "level"), "P2", "17:00:01");
    let running = bureau.clock.clone();
    restored(&mut script).expect("runs again at 17:00");
    running.pass(TimeDelta::days(2));
    assert_eq!(gauge(&script, "level"), "P3", "eight hours, not more, and no longer counting");
    assert_eq!(gauge(&script, "stopped_minutes"), "480");
}

#[test]
fn a_day_of_standing_still_is_the_highest_level() {
    let bureau = Bureau::whole(302);
    let script = confirmed(&bureau);
    bureau.clock.pass(TimeDelta::hours(24));
    assert_eq!(gauge(&script, "level"), "P2", "next day 09:00:00");
    bureau.clock.pass(TimeDelta::seconds(1));
    assert_eq!(gauge(&script, "level"), "P1", "next day 09:00:01");
}

#[test]
fn the_nature_of_the_fault_may_be_worse_than_its_time() {
    let bureau = Bureau::whole(303);
    let mut script = confirmed(&bureau);
    bureau.clock.pass(TimeDelta::minutes(1));
    let paralysed = [("nature", "p1"), ("harm", "数据库瘫痪"), ("strategy", "切换备库")];
    script.entry("钱七", "assess", &paralysed).expect("assessed");
    assert_eq!(gauge(&script, "level"), "P1", "at 09:01 by nature");
}

/// W231.
#[test]
fn after_thirty_minutes_the_plan_is_started_with_approval_and_the_business_told() {
    let bureau = Bureau::whole(304);
    let mut script = confirmed(&bureau);
    let measure = [("phase", "contain"), ("done", "停止写入")];
    bureau.clock.pass(TimeDelta::minutes(30));
    assert!(!warned(&script, "没有解决"), "09:30:00");
    assert!(shut(script.entry("钱七", "handle", &measure)).is_empty(), "within the thirty minutes");
    bureau.clock.pass(TimeDelta::seconds(1));
    assert!(warned(&script, "没有解决"), "09:30:01");
    assert_eq!(shut(script.entry("钱七", "handle", &measure)), ["GATE-START-PLAN"]);

    let start = |script: &mut Script<'_>, departments: &str| {
        let plan = [("reason", "thirty"), ("plan", "应急预案 2026-1"), ("departments", departments)];
        shut(script.entry("钱七", "start_plan", &plan))
    };
    assert_eq!(start(&mut script, "国库科"), ["GATE-START-APPROVED"]);
    script
        .entry("褚四", "approve", &[("decision", "refused"), ("opinion", "再观察五分钟")])
        .expect("not yet");
    assert_eq!(start(&mut script, "国库科"), ["GATE-START-APPROVED"], "a refusal is no approval");
    script.entry("褚四", "approve", &[("decision", "approved")]).expect("approved");
    assert_eq!(start(&mut script, ""), ["GATE-BUSINESS-TOLD"]);
    assert!(start(&mut script, "国库科").is_empty(), "started");
    assert!(!warned(&script, "没有解决"));
    assert!(shut(script.entry("钱七", "handle", &measure)).is_empty(), "the work goes on");
}

/// W221: due at ten, half past ten and eleven.
#[test]
fn every_half_hour_without_a_report_stays_visible() {
    let bureau = Bureau::whole(305);
    let mut script = confirmed(&bureau);
    bureau.clock.pass(TimeDelta::minutes(30));
    started(&mut script);
    bureau.clock.pass(TimeDelta::minutes(25));
    script.entry("钱七", "report", &[("to", "国库科"), ("progress", "正在清理")]).expect("reported at 09:55");
    bureau.clock.pass(TimeDelta::minutes(75));
    restored(&mut script).expect("runs again at 11:10");
    bureau.clock.pass(TimeDelta::hours(3));
    let page = script.page();
    let ticker = &page["tickers"][0];
    let ticks = ticker["ticks"].as_array().expect("ticks").clone();
    let told: Vec<(&str, &str)> = ticks
        .iter()
        .map(|tick| (tick["due"].as_str().unwrap_or(""), tick["standing"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(
        told,
        [("2026-03-02 10:00", "met"), ("2026-03-02 10:30", "missed"), ("2026-03-02 11:00", "missed")],
        "nothing is owed after the system runs again"
    );
    assert_eq!(ticker["missed"], 2);
    script.sign("张三", "seal", json!({})).expect("sealed");
    script.entry("孙八", "final", &REPORT).expect("reported");
    let told = script.page()["tables"].to_string();
    for (label, shown) in
        [("最终级别", "P4"), ("停止运行(分钟)", "130"), ("应报告次数", "3"), ("已报告次数", "1")]
    {
        let said = format!(r#""label":"{label}","shown":"{shown}""#);
        assert!(told.contains(&said), "{said} in the final report: {told}");
    }
}

#[test]
fn restored_means_logged_in_and_told() {
    let bureau = Bureau::whole(306);
    let mut script = confirmed(&bureau);
    bureau.clock.pass(TimeDelta::minutes(10));
    let mut restore = |login: &str, departments: &str| {
        let done = [("login", login), ("how", "重启服务"), ("departments", departments)];
        shut(script.entry("钱七", "restore", &done))
    };
    assert_eq!(restore("abnormal", "国库科"), ["GATE-RESTORE-LOGIN"]);
    assert_eq!(restore("normal", ""), ["GATE-RESTORE-TOLD"]);
    assert!(restore("normal", "国库科").is_empty());
}

/// W238–W247: with each part that is recorded, exactly its own gate opens.
#[test]
fn closing_asks_for_every_part_by_name() {
    let bureau = Bureau::whole(307);
    let mut script = confirmed(&bureau);
    script.sign("张三", "seal", json!({})).expect("sealed");
    script
        .entry("钱七", "told", &[("who", "应急技术组"), ("duty", "team"), ("said", "立即到场")])
        .expect("told");
    assert_eq!(
        shut(script.entry("孙八", "final", &REPORT)),
        ["GATE-REPORT-RESTORED"],
        "the response has not ended"
    );
    bureau.clock.pass(TimeDelta::minutes(31));
    let owner = bureau.id("钱七");
    let remedy =
        [("kind", "configure"), ("what", "增加磁盘告警"), ("owner", owner.as_str()), ("due", "2026-03-31")];
    let evidence = [("what", "告警日志"), ("kept", "信息中心档案柜，光盘一张")];
    let done = [("login", "normal"), ("how", "清理归档日志"), ("departments", "国库科")];
    let parts: [(&str, &str, Cells<'_>); 7] = [
        ("restore", "GATE-RESTORED", &done),
        ("evidence", "GATE-EVIDENCE-KEPT", &evidence),
        ("loss", "GATE-LOSS-ASSESSED", &LOSS),
        ("audit", "GATE-AUDITED", &AUDIT),
        ("remedy", "GATE-REMEDIED", &remedy),
        ("evaluate", "GATE-PLAN-EVALUATED", &EVALUATION),
        ("final", "GATE-FINAL-REPORT", &REPORT),
    ];
    let mut owed: Vec<&str> = parts.iter().map(|(_, code, _)| *code).collect();
    for (table, code, fields) in parts {
        assert_eq!(shut(script.sign("孙八", "close", json!({ "remark": "" }))), owed, "before {table}");
        script.entry("孙八", table, fields).expect("recorded");
        owed.retain(|owed| *owed != code);
        if table == "restore" {
            owed.insert(0, "GATE-PLAN-STARTED");
        }
        if table == "evidence" {
            started(&mut script);
            owed.retain(|owed| *owed != "GATE-PLAN-STARTED");
        }
    }
    script.sign("孙八", "close", json!({ "remark": "" })).expect("closed");
    let page = script.page();
    assert_eq!(page["status"], "closed");
    let follow = &page["follows"][0];
    assert_eq!((&follow["key"], &follow["owed"]), (&json!("plan_update"), &json!(true)), "W248: {follow}");
}
