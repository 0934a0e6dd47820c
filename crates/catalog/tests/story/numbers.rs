//! The numbers of the white paper, one by one: what a bureau finds before it changes anything, and where it counts.

use super::shipped;
use qianban_catalog::{Allowance, Definition, Every, Settings};

/// Rule, setting, its default.
const SETTINGS: [(&str, &str, i64); 21] = [
    ("W087", "observation_days_min", 3),
    ("W087", "observation_days_max", 5),
    ("W135", "archive_log_percent", 40_00),
    ("W136", "weblogic_log_percent", 50_00),
    ("W137", "tablespace_percent", 90_00),
    ("W164", "answer_phone_minutes", 30),
    ("W165", "answer_mail_minutes", 30),
    ("W166", "answer_mail_minutes", 30),
    ("W197", "complaint_verify_days", 2),
    ("W198", "complaint_reply_days", 5),
    ("W200", "complaint_fine_yuan", 500),
    ("W201", "complaint_dismissal_count", 3),
    ("W209", "answer_onsite_minutes", 0),
    ("W210", "answer_phone_minutes", 30),
    ("W211", "answer_network_minutes", 60),
    ("W213", "arrival_city_minutes", 60),
    ("W214", "arrival_county_minutes", 240),
    ("W221", "recovery_report_minutes", 30),
    ("W231", "start_plan_minutes", 30),
    ("W252", "level_p3_minutes", 8 * 60),
    ("W253", "level_p4_minutes", 4 * 60),
];

/// Rule, form, how often one is owed.
const DUTIES: [(&str, &str, Every); 11] = [
    ("W025", "consulting-record", Every::Year),
    ("W032", "operation-report", Every::Month),
    ("W035", "phone-daily", Every::WorkingDay),
    ("W093", "backup-record", Every::Day),
    ("W094", "backup-record", Every::Day),
    ("W095", "backup-record", Every::Week),
    ("W133", "inspection-log", Every::WorkingDay),
    ("W134", "inspection-filing", Every::Month),
    ("W170", "training-plan", Every::Year),
    ("W205", "survey", Every::Year),
    ("W257", "drill", Every::Year),
];

/// Rule, and the setting that a clock citing it runs by.
const CLOCKS: [(&str, &str); 11] = [
    ("W164", "answer_phone_minutes"),
    ("W165", "answer_mail_minutes"),
    ("W166", "answer_mail_minutes"),
    ("W197", "complaint_verify_days"),
    ("W198", "complaint_reply_days"),
    ("W209", "answer_onsite_minutes"),
    ("W210", "answer_phone_minutes"),
    ("W211", "answer_network_minutes"),
    ("W213", "arrival_city_minutes"),
    ("W214", "arrival_county_minutes"),
    ("W231", "start_plan_minutes"),
];

fn form<'a>(shipped: &'a [Definition], id: &str) -> &'a Definition {
    shipped.iter().find(|definition| definition.id == id).unwrap_or_else(|| panic!("no form {id}"))
}

#[test]
fn a_bureau_that_set_nothing_has_the_numbers_of_the_white_paper() {
    let settings = Settings::default();
    for (rule, key, default) in SETTINGS {
        assert_eq!(settings.number(key), Some(default), "{rule}: {key}");
    }
    assert_eq!(settings.number("level_p2_minutes"), Some(24 * 60), "W250, W251: more than a day is P1");
    assert_eq!(settings.number("arrival_province_minutes"), None, "G4: a province must say it");
    assert_eq!(settings.text("answer_network_count"), "office", "W211: five days of eight hours");
    assert_eq!(settings.text("answer_phone_count"), "natural", "W210: seven days of 24 hours");
}

#[test]
fn every_term_runs_by_its_own_number() {
    let shipped = shipped();
    let clocks: Vec<_> = shipped.iter().flat_map(|definition| &definition.clocks).collect();
    for (rule, key) in CLOCKS {
        let runs = clocks.iter().filter(|clock| clock.cites.iter().any(|cite| cite == rule)).any(|clock| {
            let (Allowance::Minutes(limit) | Allowance::Days(limit)) = &clock.allowance;
            limit.source().contains(&format!("settings.{key}"))
        });
        assert!(runs, "{rule}: no clock that cites it reads settings.{key}");
    }
    let ticker = form(&shipped, "incident").tickers.first().expect("W221: reports while recovering");
    assert_eq!(ticker.minutes.source(), "settings.recovery_report_minutes", "W221");
}

#[test]
fn what_is_owed_regularly_is_owed_that_often() {
    let shipped = shipped();
    for (rule, id, every) in DUTIES {
        let duties = &form(&shipped, id).duties;
        let owed =
            duties.iter().any(|duty| duty.every == every && duty.cites.iter().any(|cite| cite == rule));
        assert!(owed, "{rule}: {id} is owed every {every:?}");
    }
    let both_years = form(&shipped, "backup-record").duties.iter().any(|duty| duty.months.contains(&12));
    assert!(both_years, "W093: at year-end both annual databases");
}
