//! What the workbench lists: owed, late, called for, warned of.

use qianban_store::MARKED_MAX;
use qianban_testkit::Bureau;
use serde_json::{Value, json};

use super::{bureau, entry, sent, set, until};

/// A list of the workbench of a person, each row as one line.
fn list(bureau: &Bureau, name: &str, list: &str, line: fn(&Value) -> String) -> Vec<String> {
    bureau.sit(name);
    let workbench = bureau.call("workbench", json!({}));
    workbench[list].as_array().expect("a list").iter().map(line).collect()
}

fn duties(bureau: &Bureau, name: &str) -> Vec<String> {
    list(bureau, name, "duties", |duty| {
        let missed = if duty["missed"] == true { "缺" } else { "应办" };
        format!("{} {missed}", duty["period"].as_str().expect("a period"))
    })
}

/// W133: every working day since the form came into use; a make-up Saturday is demanded, a holiday is not.
#[test]
fn a_working_day_without_a_record_is_missing() {
    let bureau = bureau(80);
    assert_eq!(duties(&bureau, "钱七"), ["2026-03-02 应办"]);
    sent(&bureau, &[("day", "2026-03-02")]);
    assert_eq!(duties(&bureau, "钱七"), Vec::<String>::new());
    until(&bureau, "2026-03-05 08:00:00");
    assert_eq!(duties(&bureau, "钱七"), ["2026-03-05 应办", "2026-03-04 缺", "2026-03-03 缺"]);
    sent(&bureau, &[("day", "2026-03-03")]);
    assert_eq!(duties(&bureau, "钱七"), ["2026-03-05 应办", "2026-03-04 缺"], "a late record fills its day");
    assert_eq!(
        duties(&bureau, "孙八"),
        duties(&bureau, "钱七"),
        "the information center sees what is missing"
    );
    assert_eq!(duties(&bureau, "李四"), Vec::<String>::new(), "an applicant has nothing to do with it");
    until(&bureau, "2026-10-12 08:00:00");
    let october =
        duties(&bureau, "钱七").into_iter().filter(|line| line.starts_with("2026-10")).collect::<Vec<_>>();
    assert_eq!(october, ["2026-10-12 应办", "2026-10-10 缺", "2026-10-09 缺", "2026-10-08 缺"]);
    let oldest = duties(&bureau, "钱七").pop();
    assert_eq!(oldest.as_deref(), Some("2026-08-11 缺"), "sixty-two days back");
}

#[test]
fn a_draft_or_a_void_record_covers_no_day() {
    let bureau = bureau(81);
    until(&bureau, "2026-03-03 08:00:00");
    let mut script = super::call(&bureau, &[("day", "2026-03-02")]);
    assert_eq!(duties(&bureau, "钱七").len(), 2);
    script.sign("钱七", "submit", json!({})).expect("sent");
    assert_eq!(duties(&bureau, "钱七").len(), 1);
    script.sign("张三", "reject", json!({ "reason": "填错" })).expect("void");
    assert_eq!(duties(&bureau, "钱七").len(), 2);
}

#[test]
fn clocks_that_are_late_come_before_those_soon_due() {
    let bureau = bureau(82);
    let late = sent(&bureau, &[("called_at", "2026-03-02 08:00"), ("engineer", "甲")]);
    let mut soon = sent(&bureau, &[("called_at", "2026-03-02 08:35"), ("engineer", "乙")]);
    sent(&bureau, &[("called_at", "2026-03-02 08:55"), ("engineer", "丙")]);
    let line = |row: &Value| {
        let words = |value: &Value| value.as_str().expect("words").to_owned();
        format!(
            "{} {} {}",
            words(&row["row"]["summary"]),
            words(&row["clock"]["title"]),
            words(&row["clock"]["shown"])
        )
    };
    let clocks = || list(&bureau, "钱七", "clocks", line);
    assert_eq!(
        clocks(),
        ["2026-03-02 08:00 · 甲 首次答复 已超 30 分钟", "2026-03-02 08:35 · 乙 首次答复 剩 5 分钟"]
    );
    entry(&mut soon, "answer", "2026-03-02 08:58", &[]);
    assert_eq!(clocks().len(), 1, "answered");
    bureau.sit("李四");
    assert!(list(&bureau, "李四", "clocks", line).is_empty(), "not an applicant's matter");
    let mut late = late;
    entry(&mut late, "answer", "2026-03-02 08:59", &[]);
    assert!(clocks().is_empty());
}

/// More calls than are looked into: the clock that ends first is among those that are, and that there are more is told.
#[test]
fn an_old_clock_is_not_lost_behind_newer_ones() {
    let bureau = bureau(87);
    let in_time = [("called_at", "2026-03-02 09:00"), ("engineer", "乙")];
    let mut waits = sent(&bureau, &[("called_at", "2026-03-02 08:00"), ("engineer", "甲")]);
    for _ in 0..MARKED_MAX {
        sent(&bureau, &in_time);
    }
    let workbench = || {
        bureau.sit("钱七");
        let workbench = bureau.call("workbench", json!({}));
        let due = |row: &Value| row["row"]["summary"].as_str().expect("words").to_owned();
        let clocks = workbench["clocks"].as_array().expect("clocks").iter().map(due).collect::<Vec<_>>();
        (clocks, workbench["cut"].clone())
    };
    let cut = json!(["under_way", "clocks", "alerts"]);
    assert_eq!(workbench(), (vec!["2026-03-02 08:00 · 甲".to_owned()], cut));
    entry(&mut waits, "answer", "2026-03-02 09:00", &[]);
    assert_eq!(workbench().0, Vec::<String>::new());
}

#[test]
fn the_end_of_a_list_is_told() {
    let bureau = bureau(88);
    let drafts = || {
        let workbench = bureau.call("workbench", json!({}));
        (workbench["drafts"].as_array().expect("drafts").len(), workbench["cut"].clone())
    };
    for _ in 0..100 {
        super::call(&bureau, &[("engineer", "甲")]);
    }
    assert_eq!(drafts(), (100, json!([])));
    super::call(&bureau, &[("engineer", "甲")]);
    assert_eq!(drafts(), (100, json!(["drafts"])));
}

/// W221: the next report stands among the clocks, and a missed one makes it late.
#[test]
fn the_next_report_is_among_the_clocks() {
    let bureau = bureau(86);
    let mut script = sent(&bureau, &[("called_at", "2026-03-02 09:00"), ("channel", "site")]);
    let reports = || {
        let line = |row: &Value| row["clock"]["shown"].as_str().expect("words").to_owned();
        list(&bureau, "钱七", "clocks", line)
    };
    assert_eq!(reports(), ["下次 2026-03-02 09:30"]);
    until(&bureau, "2026-03-02 10:20:00");
    assert_eq!(reports(), ["已漏报 2 次，下次 2026-03-02 10:30"]);
    entry(&mut script, "report", "2026-03-02 10:20", &[("text", "恢复中")]);
    until(&bureau, "2026-03-02 10:40:00");
    assert_eq!(reports(), ["下次 2026-03-02 11:00"]);
}

/// W204 and the like: a form that calls for another one is a task until that one links it.
#[test]
fn what_a_form_calls_for_is_owed_until_it_is_begun() {
    let bureau = bureau(83);
    let mut script = sent(&bureau, &[("engineer", "甲")]);
    let owed = |name: &str| {
        list(&bureau, name, "owed", |row| {
            format!(
                "{} {}",
                row["row"]["number"].as_str().expect("a number"),
                row["title"].as_str().expect("a title")
            )
        })
    };
    assert!(owed("钱七").is_empty(), "not sealed yet");
    script.sign("张三", "seal", json!({})).expect("sealed");
    assert_eq!(owed("钱七"), ["来电〔2026〕第0001号 转上门服务"]);
    assert!(owed("孙八").is_empty(), "who may not begin it has it not to do");
    bureau.sit("钱七");
    let follow = script.page()["follows"][0].clone();
    assert_eq!((&follow["key"], &follow["owed"]), (&json!("visit"), &json!(true)));
    let start = &follow["start"];
    let link = json!({ "slot": start["slot"], "form": script.form });
    let begun = bureau.call("form_new", json!({ "definition": start["definition"], "link": link }));
    let visit = json!({ "kind": "submit", "form": begun["form"] });
    bureau.sign("钱七", visit).expect("sent");
    assert!(owed("钱七").is_empty());
    let follow = script.page()["follows"][0].clone();
    assert_eq!((&follow["owed"], &follow["forms"][0]["title"]), (&json!(false), &json!("样例上门服务")));
}

#[test]
fn warnings_are_listed_with_their_form() {
    let bureau = bureau(84);
    set(&bureau, "complaint_dismissal_count", "2");
    for _ in 0..2 {
        sent(&bureau, &[("engineer", "甲"), ("confirmed", "1")]);
    }
    let alerts = list(&bureau, "钱七", "alerts", |row| row["message"].as_str().expect("words").to_owned());
    assert_eq!(alerts, ["被投诉属实达到次数：应予解聘"; 2]);
}

#[test]
fn a_year_without_a_calendar_is_said() {
    let bureau = bureau(85);
    let years = || {
        bureau.sit("钱七");
        bureau.call("workbench", json!({}))["unknown_years"].clone()
    };
    assert_eq!(years(), json!([]));
    until(&bureau, "2026-12-01 09:00:00");
    assert_eq!(years(), json!([2027]));
    let text = "year = 2027\nsource = \"样例通知\"\nholidays = [2027-01-01]\nworkdays = []\n";
    let import = json!({ "kind": "import_calendar", "name": "2027.toml", "text": text });
    bureau.sign("张三", import).expect("imported");
    assert_eq!(years(), json!([]));
}
