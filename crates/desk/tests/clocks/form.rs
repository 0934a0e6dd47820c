//! What the form page shows.

use qianban_testkit::Script;
use serde_json::{Value, json};

use super::{bureau, call, clock, entry, of, sent, set, until};

fn due(script: &Script<'_>, key: &str) -> String {
    clock(script, key)["due"].as_str().expect("a text").to_owned()
}

/// W164, W210: phone, half an hour day and night. W211: network, one hour of 5×8.
#[test]
fn the_first_answer_is_due_by_channel() {
    let bureau = bureau(60);
    let script = call(&bureau, &[("called_at", "2026-02-13 17:20"), ("channel", "network")]);
    // W211
    assert_eq!(due(&script, "answer"), "2026-02-14 08:50");
    script.set("called_at", "2026-02-14 17:30");
    assert_eq!(due(&script, "answer"), "2026-02-24 09:00");
    // W164, W210
    script.set("channel", "phone");
    script.set("called_at", "2026-02-14 23:50");
    assert_eq!(due(&script, "answer"), "2026-02-15 00:20");
    assert_eq!(clock(&script, "answer")["allowance"], "30 分钟");
    script.set("called_at", "");
    assert_eq!(clock(&script, "answer")["standing"], "not_started");
    assert_eq!(clock(&script, "answer")["shown"], "未开始");
}

/// W208: it ends with the answer. W212, W214: a county has four hours from the response and none without one.
#[test]
fn arrival_is_counted_from_the_response() {
    let bureau = bureau(61);
    let mut script = sent(&bureau, &[("called_at", "2026-03-02 09:00")]);
    assert_eq!(clock(&script, "answer")["shown"], "剩 30 分钟");
    assert_eq!(clock(&script, "arrival")["standing"], "not_started");
    until(&bureau, "2026-03-02 09:25:00");
    assert_eq!(clock(&script, "answer")["soon"], true);
    until(&bureau, "2026-03-02 09:40:00");
    let late = clock(&script, "answer");
    assert_eq!((&late["standing"], &late["shown"]), (&json!("overdue"), &json!("已超 10 分钟")));
    entry(&mut script, "answer", "2026-03-02 09:20", &[("text", "已指导")]);
    // W208
    let met = clock(&script, "answer");
    assert_eq!((&met["standing"], &met["shown"]), (&json!("met"), &json!("按时（用时 20 分钟）")));
    // W212, W214
    assert_eq!(due(&script, "arrival"), "2026-03-02 13:20");
}

/// W209, G3: at once has no number; what it took is shown, and nobody is late.
#[test]
fn on_site_shows_what_it_took() {
    let bureau = bureau(62);
    let mut script = sent(&bureau, &[("called_at", "2026-03-02 08:50"), ("channel", "site")]);
    let running = clock(&script, "answer");
    assert_eq!((&running["standing"], &running["shown"]), (&json!("running"), &json!("已用 10 分钟")));
    assert_eq!(running["allowance"], "立即");
    entry(&mut script, "answer", "2026-03-02 08:55", &[]);
    let met = clock(&script, "answer");
    assert_eq!((&met["standing"], &met["shown"]), (&json!("met"), &json!("用时 5 分钟")));
    set(&bureau, "answer_onsite_minutes", "3");
    assert_eq!(clock(&script, "answer")["shown"], "超时 2 分钟", "a bureau may set a number");
}

/// W198, G5: five natural days, or five working days over National Day.
#[test]
fn days_are_natural_or_working_as_set() {
    let bureau = bureau(63);
    until(&bureau, "2026-09-30 15:00:00");
    let script = call(&bureau, &[("called_at", "2026-09-30 15:00")]);
    assert_eq!(due(&script, "reply"), "2026-10-05");
    set(&bureau, "complaint_count", "working");
    assert_eq!(due(&script, "reply"), "2026-10-13");
    assert_eq!(clock(&script, "reply")["allowance"], "5 个工作日");
    set(&bureau, "complaint_count", "");
    assert_eq!(due(&script, "reply"), "2026-10-05", "the default again");
}

#[test]
fn a_pause_holds_the_clock_and_its_end_lets_it_run() {
    let bureau = bureau(64);
    let mut script = sent(&bureau, &[("called_at", "2026-03-02 09:00")]);
    entry(&mut script, "hold", "2026-03-02 09:00", &[("since", "2026-03-02 09:00")]);
    until(&bureau, "2026-03-02 11:00:00");
    let held = clock(&script, "answer");
    assert_eq!((&held["standing"], &held["shown"]), (&json!("paused"), &json!("暂停中，剩 30 分钟")));
    assert_eq!(held["due"], "");
    let row = script.page()["tables"].as_array().and_then(|tables| {
        let hold = tables.iter().find(|table| table["name"] == "hold")?;
        hold["rows"][0]["row"].as_str().map(str::to_owned)
    });
    let section = json!({ "kind": "entry", "table": "hold", "row": row });
    for (field, text) in [("since", "2026-03-02 09:00"), ("until", "2026-03-02 10:50")] {
        let typed =
            json!({ "form": script.form, "section": section, "field": field, "cell": null, "text": text });
        bureau.call("draft_set", typed);
    }
    let corrected = json!({ "table": "hold", "at": "2026-03-02 09:00", "corrects": row });
    script.sign("钱七", "entry", corrected).expect("corrected");
    assert_eq!(clock(&script, "answer")["due"], "2026-03-02 11:20");
}

/// What came before does not matter: another channel, calendar and hours give what a fresh form gives under them.
#[test]
fn every_change_is_as_if_it_had_always_been_so() {
    let bureau = bureau(65);
    let at = ("called_at", "2026-02-13 17:20");
    let script = call(&bureau, &[at, ("channel", "phone")]);
    let fresh = |channel: &str| clock(&call(&bureau, &[at, ("channel", channel)]), "answer");
    for channel in ["network", "phone", "network"] {
        script.set("channel", channel);
        assert_eq!(clock(&script, "answer"), fresh(channel), "{channel}");
    }
    let before = clock(&script, "answer");
    // A calendar in which that Saturday is not worked.
    let text = "year = 2026\nsource = \"样例通知\"\nholidays = [2026-02-16]\nworkdays = []\n";
    let import = json!({ "kind": "import_calendar", "name": "2026.toml", "text": text });
    bureau.sign("张三", import).expect("imported");
    assert_eq!(due(&script, "answer"), "2026-02-17 08:50", "Saturday, Sunday and that Monday are off");
    assert_eq!(clock(&script, "answer"), fresh("network"));
    set(&bureau, "office_hours", "09:00-17:30");
    assert_eq!(due(&script, "answer"), "2026-02-17 09:50");
    assert_eq!(clock(&script, "answer"), fresh("network"));
    set(&bureau, "calendar.2026", "");
    set(&bureau, "office_hours", "");
    assert_eq!(clock(&script, "answer"), before, "back to what it was");
}

/// W221: a report every half hour; what was slept through is a row.
#[test]
fn reports_are_owed_every_half_hour() {
    let bureau = bureau(66);
    let mut script = sent(&bureau, &[("called_at", "2026-03-02 09:00"), ("channel", "site")]);
    until(&bureau, "2026-03-02 10:40:00");
    entry(&mut script, "report", "2026-03-02 09:30", &[("text", "排查中")]);
    let ticker = of(&script, "tickers", "recovery");
    let ticks: Vec<(&str, &str)> = ticker["ticks"]
        .as_array()
        .expect("ticks")
        .iter()
        .map(|tick| (tick["due"].as_str().expect("due"), tick["standing"].as_str().expect("standing")))
        .collect();
    let expected = [
        ("2026-03-02 09:30", "met"),
        ("2026-03-02 10:00", "missed"),
        ("2026-03-02 10:30", "missed"),
        ("2026-03-02 11:00", "next"),
    ];
    assert_eq!(ticks, expected);
    assert_eq!((&ticker["every"], &ticker["missed"]), (&json!("每 30 分钟"), &json!(2)));
    let slip = script.paper();
    let (report, missed) = (slip.find("排查中"), slip.find("进展报告 · 应于 2026-03-02 10:00 · 漏报"));
    assert!(report.zip(missed).is_some_and(|(report, missed)| report < missed), "{slip}");
    assert_eq!(slip.matches("漏报").count(), 2, "{slip}");
    set(&bureau, "recovery_report_minutes", "60");
    assert_eq!(of(&script, "tickers", "recovery")["missed"], 0, "the report lies within the first hour");
}

/// W250, W251, W252, W253, G6: P4 up to four hours, P3 above, P2 above eight, P1 above a day.
#[test]
fn the_level_rises_by_itself() {
    let bureau = bureau(67);
    let script = sent(&bureau, &[("called_at", "2026-03-02 09:00")]);
    for (time, level) in [
        ("2026-03-02 13:00:00", "P4"),
        ("2026-03-02 13:00:01", "P3"),
        ("2026-03-02 17:00:00", "P3"),
        ("2026-03-02 17:00:01", "P2"),
        ("2026-03-03 09:00:00", "P2"),
        ("2026-03-03 09:00:01", "P1"),
    ] {
        until(&bureau, time);
        assert_eq!(of(&script, "gauges", "level")["shown"], level, "{time}");
    }
}

/// W135: strictly over 40 %.
#[test]
fn a_threshold_is_passed_only_above_it() {
    let bureau = bureau(68);
    let script = call(&bureau, &[("archive_log", "40.00")]);
    assert_eq!(of(&script, "gauges", "log")["shown"], "正常");
    script.set("archive_log", "40.01");
    assert_eq!(of(&script, "gauges", "log")["shown"], "异常");
    set(&bureau, "archive_log_percent", "45");
    assert_eq!(of(&script, "gauges", "log")["shown"], "正常");
}

/// W201: the third confirmed one warns; one that is not confirmed, or of another engineer, does not count.
#[test]
fn the_third_confirmed_one_warns() {
    let bureau = bureau(69);
    let one = |engineer: &str, confirmed: &str| -> Vec<Value> {
        let script = sent(&bureau, &[("engineer", engineer), ("confirmed", confirmed)]);
        script.page()["alerts"].as_array().expect("alerts").clone()
    };
    assert!(one("郑一", "1").is_empty());
    assert!(one("郑一", "0").is_empty());
    assert!(one("冯二", "1").is_empty());
    assert!(one("郑一", "1").is_empty(), "the second");
    let warned = one("郑一", "1");
    assert_eq!(warned.len(), 1, "the third");
    assert_eq!(warned[0]["message"], "被投诉属实达到次数：应予解聘");
    let draft = call(&bureau, &[("engineer", "郑一"), ("confirmed", "1")]);
    assert_eq!(draft.page()["alerts"].as_array().map(Vec::len), Some(1), "a fourth, not sent yet");
}

/// A sign-off is judged by the settings that its author knew.
#[test]
fn a_later_setting_makes_no_finding() {
    let bureau = bureau(70);
    let script = sent(&bureau, &[("minutes", "25")]);
    set(&bureau, "answer_phone_minutes", "20");
    assert_eq!(script.page()["findings"], json!([]));
    let mut next = call(&bureau, &[("minutes", "25")]);
    let refused = next.sign("钱七", "submit", json!({})).expect_err("over the limit now");
    assert_eq!(refused.problems.first().map(|problem| problem.code.as_str()), Some("GATE-MINUTES"));
}
