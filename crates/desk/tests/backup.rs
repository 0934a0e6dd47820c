//! The backup scheme, the register of backups and what it owes, and recovery in three steps (W090–W096).

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use chrono::TimeDelta;
use qianban_testkit::{Bureau, Script, shut};
use serde_json::json;

/// 钱七 writes down a backup of a day with files of these years.
fn backup<'a>(bureau: &'a Bureau, day: &str, database: &str, years: &[&str]) -> Script<'a> {
    let script = bureau.start("钱七", "数据备份登记表");
    let (started, finished) = (format!("{day} 01:00"), format!("{day} 02:00"));
    script.fill(&[
        ("backup_date", day),
        ("database", database),
        ("started_at", &started),
        ("finished_at", &finished),
        ("verified", "1"),
    ]);
    for (row, year) in (0u32..).zip(years) {
        let file = format!("{database}-{year}.dmp");
        let proof =
            [("year", *year), ("file", &file), ("size", "2048"), ("done_at", &finished), ("place", "备份机")];
        script.row("files", row, &proof);
    }
    script
}

fn kept(mut script: Script<'_>) -> String {
    script.sign("钱七", "submit", json!({})).expect("sent");
    script.sign("张三", "seal", json!({})).expect("sealed");
    script.form
}

/// W093–W095 in the scheme.
#[test]
fn a_scheme_without_the_rhythm_of_the_white_paper_is_not_sent() {
    let bureau = Bureau::whole(220);
    let mut script = bureau.start("钱七", "备份方案");
    script.fill(&[
        ("effective_on", "2026-04-01"),
        ("scope", "平台库、综合查询库、接入库"),
        ("carry_over", "截止后两库全量备份"),
        ("offsite", "每周拷到异地"),
        ("restore", "按恢复记录单三步恢复"),
        ("check", "每日检查，每季演练"),
        ("both_years", "1"),
    ]);
    let rhythm = [
        ("platform", "daily", "weekly", "GATE-PLAN-PLATFORM"),
        ("query", "daily", "weekly", "GATE-PLAN-QUERY"),
        ("access", "weekly", "monthly", "GATE-PLAN-ACCESS"),
    ];
    for (row, (database, every, ..)) in (0u32..).zip(rhythm) {
        let line = [("database", database), ("name", "全库"), ("every", every), ("time", "凌晨1点")];
        script.row("databases", row, &line);
        let rest = [("method", "full"), ("kept_days", "30"), ("place", "备份机"), ("owner", "钱七")];
        for (column, text) in rest {
            script.cell("databases", row, column, text);
        }
    }
    let unsent = |script: &mut Script<'_>| shut(script.sign("钱七", "submit", json!({})));
    for (row, (_, every, seldom, code)) in (0u32..).zip(rhythm) {
        script.cell("databases", row, "every", seldom);
        assert_eq!(unsent(&mut script), [code]);
        script.cell("databases", row, "every", every);
    }
    script.set("both_years", "0");
    assert_eq!(unsent(&mut script), ["GATE-PLAN-BOTH-YEARS"]);
    script.set("both_years", "1");
    script.sign("钱七", "submit", json!({})).expect("sent");
    for (name, step) in [("吴十", "manager"), ("孙八", "info_center"), ("褚四", "leader")] {
        script.sign_step(name, step, &[]).expect("signs");
    }
    script.sign("张三", "seal", json!({})).expect("sealed");
    assert_eq!(script.page()["findings"], json!([]));
}

/// W093: 年底两个年度同时备份.
#[test]
fn in_december_and_january_both_annual_databases_are_backed_up() {
    let bureau = Bureau::whole(221);
    bureau.clock.pass(TimeDelta::days(365));
    for (day, years, codes) in [
        ("2026-11-30", &["2026"][..], &[][..]),
        ("2026-12-01", &["2026"], &["GATE-BOTH-YEARS"]),
        ("2026-12-31", &["2026", "2026"], &["GATE-BOTH-YEARS"]),
        ("2027-01-31", &["2027"], &["GATE-BOTH-YEARS"]),
        ("2027-01-31", &["2026", "2027"], &[]),
        ("2027-02-01", &["2027"], &[]),
    ] {
        let mut script = backup(&bureau, day, "platform", years);
        assert_eq!(shut(script.sign("钱七", "submit", json!({}))), codes, "{day} {years:?}");
    }
    let mut query = backup(&bureau, "2026-12-01", "query", &["2026"]);
    assert!(shut(query.sign("钱七", "submit", json!({}))).is_empty(), "the query database is one");
}

#[test]
fn a_backup_is_read_back_and_a_failed_one_is_made_good() {
    let bureau = Bureau::whole(222);
    let mut script = backup(&bureau, "2026-03-02", "query", &["2026"]);
    script.set("verified", "0");
    assert_eq!(shut(script.sign("钱七", "submit", json!({}))), ["GATE-BACKUP-VERIFIED"]);
    script.set("verified", "1");
    let platform = backup(&bureau, "2026-03-02", "platform", &[""]);
    let refusal = platform.bureau.sign("钱七", json!({ "kind": "submit", "form": platform.form }));
    let problem = refusal.expect_err("of which year?").problems.remove(0);
    assert_eq!(problem.code, "FIELD-MISSING");
    kept(script);

    let mut failed = backup(&bureau, "2026-03-02", "access", &[]);
    failed.fill(&[("result", "failed"), ("cause", "磁盘已满")]);
    failed.sign("钱七", "submit", json!({})).expect("sent");
    failed.sign("张三", "seal", json!({})).expect("sealed");
    let close = |script: &mut Script<'_>| shut(script.sign("钱七", "close", json!({ "remark": "" })));
    assert_eq!(close(&mut failed), ["GATE-BACKUP-REDONE"]);
    failed.entry("钱七", "redo", &[("done", "又失败"), ("result", "failed")]).expect("recorded");
    assert_eq!(close(&mut failed), ["GATE-BACKUP-REDONE"]);
    failed.entry("钱七", "redo", &[("done", "清理磁盘后补做"), ("result", "success")]).expect("recorded");
    assert!(close(&mut failed).is_empty(), "closed");
}

/// Missed periods of a duty, newest first, as the workbench of 钱七 shows them.
fn missed(bureau: &Bureau, title: &str) -> Vec<String> {
    bureau.sit("钱七");
    let work = bureau.call("workbench", json!({}));
    let duties = work["duties"].as_array().expect("duties").clone();
    let due = duties.iter().filter(|duty| duty["title"] == title && duty["missed"] == true);
    due.map(|duty| duty["period"].as_str().expect("a period").to_owned()).collect()
}

/// W092–W095: every day before dawn, every week.
#[test]
fn a_day_without_proof_is_missing_the_next_morning() {
    let bureau = Bureau::whole(223);
    let (platform, query, access) = ("平台数据库每日备份", "综合查询库每日备份", "接入库每周备份");
    assert!(missed(&bureau, platform).is_empty(), "today is not over");
    kept(backup(&bureau, "2026-03-02", "platform", &["2026"]));
    let failed = backup(&bureau, "2026-03-02", "query", &[]);
    failed.fill(&[("result", "failed"), ("cause", "磁盘已满")]);
    kept(failed);
    bureau.clock.pass(TimeDelta::days(1));
    assert!(missed(&bureau, platform).is_empty(), "has its proof");
    assert_eq!(missed(&bureau, query), ["2026-03-02"], "a failed backup is no proof");
    assert!(missed(&bureau, access).is_empty(), "the week is not over");
    bureau.clock.pass(TimeDelta::days(6));
    assert_eq!(missed(&bureau, access).len(), 1, "the first week of March");
    assert_eq!(missed(&bureau, platform).len(), 6, "Sundays too: {:?}", missed(&bureau, platform));
}

/// W093: at the end of the year two are owed.
#[test]
fn december_owes_both_annual_databases() {
    let bureau = Bureau::whole(224);
    let both = "年底平台数据库两个年度同时备份";
    bureau.clock.pass(TimeDelta::days(273));
    assert_eq!(missed(&bureau, both), [""; 0], "November owes one");
    bureau.clock.pass(TimeDelta::days(2));
    assert_eq!(missed(&bureau, both), ["2026-12-01"]);
    kept(backup(&bureau, "2026-12-01", "platform", &["2026", "2027"]));
    assert_eq!(missed(&bureau, both), [""; 0]);
}

/// W096.
#[test]
fn a_recovery_takes_three_steps_in_their_order() {
    let bureau = Bureau::whole(225);
    let failed = backup(&bureau, "2026-03-02", "platform", &[]);
    failed.fill(&[("result", "failed"), ("cause", "磁盘已满")]);
    let failed = kept(failed);
    let good = kept(backup(&bureau, "2026-03-02", "platform", &["2026"]));
    let mut script = bureau.start("钱七", "数据恢复记录单");
    script.fill(&[
        ("database", "platform"),
        ("target", "测试库"),
        ("damage", "设定情景：数据文件损坏"),
        ("scheme", "用当日凌晨备份恢复到测试库"),
    ]);
    script.link("backup", &[&failed]).expect("linked");
    assert_eq!(shut(script.sign("钱七", "submit", json!({}))), ["GATE-BACKUP-USABLE"]);
    bureau.sit("钱七");
    script.unlink("backup", &[&failed]);
    script.link("backup", &[&good]).expect("linked");
    script.sign("钱七", "submit", json!({})).expect("sent");
    script.sign_step("孙八", "info_center", &[]).expect("agreed");
    script.sign("张三", "seal", json!({})).expect("sealed");

    let restored = [("started_at", "2026-03-02 09:00"), ("file", "platform-2026.dmp"), ("done", "已还原")];
    let checked = |service, login, result| {
        [("service", service), ("login", login), ("result", result), ("remark", "核对余额")]
    };
    assert_eq!(shut(script.entry("钱七", "restore", &restored)), ["GATE-CAUSE-FIRST"]);
    let normal = checked("1", "1", "normal");
    assert_eq!(shut(script.entry("钱七", "verify", &normal)), ["GATE-RESTORE-FIRST"]);
    script.entry("钱七", "cause", &[("cause", "演练设定")]).expect("first");
    assert_eq!(shut(script.entry("钱七", "verify", &normal)), ["GATE-RESTORE-FIRST"]);
    script.entry("钱七", "restore", &restored).expect("second");
    let close = |script: &mut Script<'_>| shut(script.sign("钱七", "close", json!({ "remark": "" })));
    assert_eq!(close(&mut script), ["GATE-RECOVERED"]);
    for half in [checked("0", "1", "normal"), checked("1", "0", "normal"), checked("1", "1", "abnormal")] {
        script.entry("钱七", "verify", &half).expect("third");
        assert_eq!(close(&mut script), ["GATE-RECOVERED"], "{half:?}");
    }
    script.entry("钱七", "verify", &normal).expect("third");
    assert!(close(&mut script).is_empty(), "closed");
}
