//! The daily inspection, its thresholds and its filing (W030, W133–W138), deep inspections (W132, W139), the month in
//! figures (W032).

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use chrono::TimeDelta;
use qianban_desk::api::Refusal;
use qianban_testkit::{Bureau, Script, shut};
use serde_json::{Value, json};

const LOG: &str = "财政一体化管理信息系统运维巡检工作日志";
const NORMAL: [(&str, &str); 4] =
    [("system", "国库支付"), ("archive_log", "40.00"), ("weblogic_log", "50.00"), ("tablespace", "90.00")];

/// 钱七 writes the log of a day, with one system on it.
fn log<'a>(bureau: &'a Bureau, day: &str) -> Script<'a> {
    let script = bureau.start("钱七", LOG);
    let (started, finished) = (format!("{day} 08:30"), format!("{day} 08:50"));
    script.fill(&[("inspect_date", day), ("started_at", &started), ("finished_at", &finished)]);
    script.row("systems", 0, &NORMAL);
    script
}

/// The same, sent and sealed.
fn kept(bureau: &Bureau, day: &str) -> String {
    let mut script = log(bureau, day);
    script.sign("钱七", "submit", json!({})).expect("sent");
    script.sign("张三", "seal", json!({})).expect("sealed");
    script.form
}

/// Keys of the fields that the desk still asks for.
fn asked(outcome: Result<Value, Refusal>) -> Vec<String> {
    let refusal = outcome.expect_err("something is missing");
    assert_eq!(refusal.code, "FIELDS-INCOMPLETE", "{refusal:?}");
    refusal.problems.into_iter().filter_map(|problem| problem.field).map(|field| field.field).collect()
}

/// What a field of the content shows.
fn shown(section: &Value, key: &str) -> String {
    let fields = section["fields"].as_array().expect("fields");
    let field = fields.iter().find(|field| field["key"] == key).expect("the field");
    field["shown"].as_str().expect("words").to_owned()
}

fn set_setting(bureau: &Bureau, key: &str, value: &str) {
    bureau.sign("张三", json!({ "kind": "set_setting", "key": key, "value": value })).expect("signed");
}

/// W135: 40 %. W136: 50 %. W137: 90 %. Strictly over.
#[test]
fn a_ratio_at_its_threshold_is_normal_and_over_it_abnormal() {
    let bureau = Bureau::whole(200);
    let mut script = log(&bureau, "2026-03-02");
    for (column, normal, abnormal) in [
        ("archive_log", "40.00", "40.01"),
        ("weblogic_log", "50.00", "50.01"),
        ("tablespace", "90.00", "90.01"),
    ] {
        let saved = script.cell("systems", 0, column, abnormal);
        assert_eq!(shown(&saved["section"], "found"), "是", "{column} {abnormal}");
        assert_eq!(shown(&saved["section"], "abnormal_count"), "1");
        assert_eq!(
            asked(script.sign("钱七", "submit", json!({}))),
            ["remarks", "notified", "notified_at"],
            "W138: {column} {abnormal} wants remarks, who was told and when"
        );
        let saved = script.cell("systems", 0, column, normal);
        assert_eq!(shown(&saved["section"], "found"), "否", "{column} {normal}");
    }
    script.sign("钱七", "submit", json!({})).expect("40.00, 50.00 and 90.00 are normal");
}

/// W138: 任一系统异常.
#[test]
fn whatever_is_abnormal_is_written_down_and_told() {
    let bureau = Bureau::whole(201);
    let mut script = log(&bureau, "2026-03-02");
    script.cell("systems", 0, "server", "abnormal");
    let told = [
        ("remarks", "应用服务器磁盘已满，已清理"),
        ("notified", "孙八"),
        ("notified_at", "2026-03-02 08:40"),
    ];
    for (missing, _) in told {
        script.fill(&told);
        script.set(missing, "");
        assert_eq!(asked(script.sign("钱七", "submit", json!({}))), [missing]);
    }
    script.fill(&told);
    script.set("notified_at", "2026-03-02 08:29");
    assert_eq!(asked(script.sign("钱七", "submit", json!({}))), ["notified_at"], "told before it was found");
    script.fill(&told);
    script.sign("钱七", "submit", json!({})).expect("sent");
    script.sign("张三", "seal", json!({})).expect("sealed");

    let close = |script: &mut Script<'_>| shut(script.sign("钱七", "close", json!({ "remark": "" })));
    assert_eq!(close(&mut script), ["GATE-ABNORMAL-HANDLED"]);
    let handled = |result| [("cause", "日志未轮转"), ("done", "清理并设轮转"), ("result", result)];
    script.entry("钱七", "handle", &handled("open")).expect("still looked into");
    assert_eq!(close(&mut script), ["GATE-ABNORMAL-HANDLED"]);
    script.entry("钱七", "handle", &handled("solved")).expect("solved");
    assert!(close(&mut script).is_empty(), "closed");
}

#[test]
fn each_of_the_three_ratios_is_read_every_day() {
    let bureau = Bureau::whole(202);
    let mut script = log(&bureau, "2026-03-02");
    for (column, text) in NORMAL.into_iter().skip(1) {
        script.cell("systems", 0, column, "");
        assert_eq!(shut(script.sign("钱七", "submit", json!({}))), ["GATE-READINGS"], "without {column}");
        script.cell("systems", 0, column, text);
    }
    script.sign("钱七", "submit", json!({})).expect("sent");
    let slip = bureau.call("slip_pdf", json!({ "form": script.form, "copy": "" }));
    assert!(slip["pages"].as_u64().is_some_and(|pages| pages >= 1), "prints");
}

#[test]
fn a_bureau_sets_its_own_threshold() {
    let bureau = Bureau::whole(203);
    set_setting(&bureau, "weblogic_log_percent", "60.00");
    let script = log(&bureau, "2026-03-02");
    let found = |text| shown(&script.cell("systems", 0, "weblogic_log", text)["section"], "found");
    assert_eq!((found("60.00").as_str(), found("60.01").as_str()), ("否", "是"));
}

/// Days of a missed record, newest first, as the workbench of 钱七 shows them.
fn missed(bureau: &Bureau, title: &str) -> Vec<String> {
    bureau.sit("钱七");
    let work = bureau.call("workbench", json!({}));
    let duties = work["duties"].as_array().expect("duties").clone();
    let due = duties.iter().filter(|duty| duty["title"] == title && duty["missed"] == true);
    due.map(|duty| duty["period"].as_str().expect("a period").to_owned()).collect()
}

/// W133: 每个工作日. A make-up Saturday is one, a holiday is not.
#[test]
fn a_working_day_without_a_log_is_missing() {
    let bureau = Bureau::whole(204);
    kept(&bureau, "2026-03-02");
    bureau.clock.pass(TimeDelta::days(2));
    assert_eq!(missed(&bureau, "每个工作日巡检"), ["2026-03-03"], "today is not over");
    kept(&bureau, "2026-03-03");
    assert!(missed(&bureau, "每个工作日巡检").is_empty(), "recorded late is recorded");
    bureau.clock.pass(TimeDelta::days(68));
    let days = missed(&bureau, "每个工作日巡检");
    assert!(days.contains(&"2026-05-09".to_owned()), "a make-up Saturday: {days:?}");
    assert!(!days.contains(&"2026-05-04".to_owned()), "a holiday on a Monday: {days:?}");
    assert!(!days.contains(&"2026-05-10".to_owned()), "a Sunday: {days:?}");
}

/// W134.
#[test]
fn the_logs_of_a_month_are_filed_with_every_working_day_explained() {
    let bureau = Bureau::whole(205);
    let march = [kept(&bureau, "2026-03-02"), kept(&bureau, "2026-03-02")];
    bureau.clock.pass(TimeDelta::days(30));
    let april = kept(&bureau, "2026-04-01");
    let mut script = bureau.start("吴十", "运维巡检工作日志月度存档单");
    script.fill(&[
        ("period_start", "2026-03-01"),
        ("period_end", "2026-03-31"),
        ("working_days", "3"),
        ("summary", "各系统运行正常。"),
        ("sheets", "2"),
    ]);
    let unsent = |script: &mut Script<'_>| shut(script.sign("吴十", "submit", json!({})));
    script.link("logs", &[&march[0], &march[1], &april]).expect("linked");
    script.row("gaps", 0, &[("day", "2026-03-03"), ("reason", "机房停电检修")]);
    assert_eq!(unsent(&mut script), ["GATE-LOGS-OF-MONTH"]);
    bureau.sit("吴十");
    script.unlink("logs", &[&april]);
    assert_eq!(unsent(&mut script), ["GATE-GAPS-EXPLAINED"], "two logs of one day are one day");
    bureau.sit("吴十");
    script.row("gaps", 1, &[("day", "2026-03-04"), ("reason", "机房停电检修")]);
    assert!(unsent(&mut script).is_empty(), "sent");

    let receive = |script: &mut Script<'_>, sheets| {
        script.sign_step("孙八", "info_center", &[("received", sheets), ("place", "3号柜2盒")])
    };
    assert_eq!(shut(receive(&mut script, "1")), ["GATE-SHEETS-RECEIVED"]);
    receive(&mut script, "2").expect("received");
    script.sign("张三", "seal", json!({})).expect("sealed");
    script.sign("吴十", "close", json!({ "remark": "" })).expect("closed");
    assert_eq!(script.page()["findings"], json!([]));
}

/// W132 and W139: what was found is followed to its end.
#[test]
fn a_deep_inspection_is_closed_when_nothing_is_left_open() {
    let bureau = Bureau::whole(206);
    let mut script = bureau.start("钱七", "系统深度巡检记录表");
    script.fill(&[
        ("team", "郑一"),
        ("targets", "平台库"),
        ("conclusion", "基本正常"),
        ("db_note", "慢查询较多"),
    ]);
    for item in ["hardware", "resources", "os", "application", "hidden", "support"] {
        script.set(item, "normal");
    }
    script.set("db", "abnormal");
    assert_eq!(asked(script.sign("钱七", "submit", json!({}))), ["problems"], "what is abnormal is listed");
    let problem = [("problem", "慢查询"), ("advice", "加索引"), ("state", "open"), ("due", "2026-03-20")];
    script.row("problems", 0, &problem);
    script.sign("钱七", "submit", json!({})).expect("sent");
    script.sign_step("吴十", "manager", &[]).expect("signs");
    script.sign_step("孙八", "info_center", &[]).expect("signs");
    script.sign("张三", "seal", json!({})).expect("sealed");
    let close = |script: &mut Script<'_>| shut(script.sign("钱七", "close", json!({ "remark": "" })));
    assert_eq!(close(&mut script), ["GATE-RECTIFIED"]);
    script.entry("钱七", "rectify", &[("done", "已加索引"), ("left", "0")]).expect("done");
    assert!(close(&mut script).is_empty(), "closed");
}

/// W032.
#[test]
fn a_month_in_figures_says_how_long_each_system_ran_and_what_is_left_open() {
    let bureau = Bureau::whole(207);
    bureau.clock.pass(TimeDelta::days(30));
    let mut script = bureau.start("钱七", "业务系统运行情况表");
    script.fill(&[
        ("period_start", "2026-03-01"),
        ("period_end", "2026-03-31"),
        ("overview", "总体平稳"),
        ("unresolved", "1"),
    ]);
    script.row("systems", 0, &[("system", "国库支付"), ("faults", "1"), ("state", "normal")]);
    let saved = script.cell("systems", 0, "stopped", "446");
    let fields = saved["section"]["fields"].as_array().expect("fields");
    let systems = fields.iter().find(|field| field["key"] == "systems").expect("the table");
    let row = systems["rows"][0].as_array().expect("a row");
    let uptime = row.iter().find(|cell| cell["key"] == "uptime").expect("the column");
    assert_eq!(uptime["shown"], "99.01%", "446 of 44,640 minutes stood still");
    assert_eq!(asked(script.sign("钱七", "submit", json!({}))), ["issues"], "what is left open is said");
    script.set("issues", "一件待研发答复");
    script.sign("钱七", "submit", json!({})).expect("sent");
    script.sign_step("吴十", "manager", &[]).expect("looked through");
    script.sign_step("孙八", "info_center", &[]).expect("received");
    script.sign("张三", "seal", json!({})).expect("sealed");
    assert!(missed(&bureau, "每月业务系统运行情况表").is_empty(), "March has its figures");
}
