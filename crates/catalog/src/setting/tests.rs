use super::*;

#[test]
fn every_gap_has_a_setting_with_a_default_that_may_be_typed() {
    let sources = toml::from_str::<Sources>(TEXT).unwrap_or_else(|error| panic!("{error}")).setting;
    assert_eq!(sources.len(), settings().len());
    for gap in 1..=15 {
        assert!(settings().iter().any(|setting| setting.gap == format!("G{gap}")), "G{gap}");
    }
    for (source, setting) in sources.iter().zip(settings()) {
        let read = normalise_setting(&source.key, &source.default);
        match setting.kind {
            SettingKind::Definition => assert!(setting.field.is_none() && !setting.help.is_empty()),
            _ => assert_eq!(read, Ok(typed(&setting.default)), "{}", source.key),
        }
        assert_eq!(setting.default.is_empty(), source.default.is_empty(), "{}", source.key);
    }
    let mut keys: Vec<&str> = settings().iter().map(|setting| setting.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), settings().len());
}

/// G1–G6, G9–G11, G13–G15 and the numbers of W135, W136, W137, W221, W231, as the white paper gives them.
#[test]
fn the_defaults_are_those_of_the_white_paper() {
    let settings = Settings::default();
    for (key, number) in [
        ("answer_phone_minutes", Some(30)),
        ("answer_mail_minutes", Some(30)),
        ("answer_network_minutes", Some(60)),
        ("answer_onsite_minutes", Some(0)),
        ("arrival_city_minutes", Some(60)),
        ("arrival_county_minutes", Some(240)),
        ("arrival_province_minutes", None),
        ("complaint_verify_days", Some(2)),
        ("complaint_reply_days", Some(5)),
        ("complaint_fine_yuan", Some(500)),
        ("complaint_dismissal_count", Some(3)),
        ("level_p4_minutes", Some(240)),
        ("level_p3_minutes", Some(480)),
        ("level_p2_minutes", Some(1440)),
        ("observation_days_min", Some(3)),
        ("observation_days_max", Some(5)),
        ("budget_year", None),
        ("copies", None),
        ("retention_years", Some(10)),
        ("archive_log_percent", Some(4_000)),
        ("weblogic_log_percent", Some(5_000)),
        ("tablespace_percent", Some(9_000)),
        ("recovery_report_minutes", Some(30)),
        ("start_plan_minutes", Some(30)),
    ] {
        assert_eq!(settings.number(key), number, "{key}");
    }
    for (key, text) in [
        ("scope_performance", "confirm"),
        ("answer_phone_count", "natural"),
        ("answer_mail_count", "natural"),
        ("answer_network_count", "office"),
        ("complaint_count", "natural"),
        ("inspection_title", "log"),
        ("office_hours", "08:30-12:00,13:30-18:00"),
    ] {
        assert_eq!(settings.text(key), text, "{key}");
    }
    for key in ["request_due_required", "service_record_full", "seal_boxes"] {
        assert!(settings.flag(key), "{key}");
    }
}

#[test]
fn a_registry_entry_overrides_and_an_empty_one_brings_the_default_back() {
    let set = [("complaint_count", "working"), ("tablespace_percent", "85.50"), ("copies", "2")];
    let settings = Settings::new(set);
    assert_eq!(settings.text("complaint_count"), "working");
    assert_eq!(settings.number("tablespace_percent"), Some(8_550));
    assert_eq!(settings.number("copies"), Some(2));
    let again = Settings::new(set.into_iter().chain([("complaint_count", ""), ("copies", "")]));
    assert_eq!(again.text("complaint_count"), "natural");
    assert_eq!(again.number("copies"), None, "unset again");
    let doctored =
        [("copies", "9"), ("copies", " 2"), ("weather", "1"), ("layouts", "x"), ("catalogue.C001", "甲")];
    assert_eq!(Settings::new(doctored), Settings::default(), "what no honest program signs is passed over");
}

#[test]
fn a_value_is_checked_against_its_setting() {
    let code = |key: &str, value: &str| match normalise_setting(key, value) {
        Ok(normal) => normal,
        Err(SettingError::Value(problem)) => problem.code().to_owned(),
        Err(error) => error.to_string(),
    };
    assert_eq!(code("copies", " ３ "), "3", "as it is signed");
    assert_eq!(code("tablespace_percent", "85.5%"), "85.50");
    assert_eq!(code("seal_boxes", "否"), "0");
    assert_eq!(code("copies", "5"), "FIELD-TOO-BIG");
    assert_eq!(code("copies", "二"), "FIELD-NOT-INTEGER");
    assert_eq!(code("complaint_count", "never"), "FIELD-NOT-OPTION");
    assert_eq!(code("weather", "1"), "没有设置项「weather」");
    assert_eq!(code("layouts", "1"), "没有设置项「layouts」", "set in the form designer");
    assert_eq!(code("office_hours", "09:00-17:00"), "09:00-17:00");
    for hours in ["9-17", "13:30-18:00,08:30-12:00", "12:00-08:30", "上午"] {
        assert!(code("office_hours", hours).starts_with("上班时间请写作"), "{hours}");
    }
}

#[test]
fn own_items_and_calendars_are_settings_too() {
    let digest = "ab".repeat(32);
    let settings = Settings::new([
        ("catalogue.Z001", "本局自办培训"),
        ("catalogue.Z002", "旧条目"),
        ("catalogue.Z002", ""),
        ("calendar.2027", digest.as_str()),
    ]);
    assert_eq!(settings.items().get("Z001").map(String::as_str), Some("本局自办培训"));
    assert_eq!(settings.items().len(), 1, "an empty value takes an item out");
    assert_eq!(settings.calendars().get(&2027), Some(&digest));
    for (key, value) in [
        ("catalogue.C001", "甲"),
        ("catalogue.Z1", "甲"),
        ("catalogue.Z001", "一\n二"),
        ("calendar.27", digest.as_str()),
        ("calendar.2027", "AB"),
    ] {
        assert!(normalise_setting(key, value).is_err(), "{key} {value:?}");
    }
}

#[test]
fn numbers_that_belong_together_do_not_cross() {
    let crossed = |in_force: &Settings, key: &str, value: &str| match change_setting(in_force, key, value) {
        Err(SettingError::Crossed { lower, upper }) => format!("{lower} > {upper}"),
        other => other.unwrap_or_else(|error| error.to_string()),
    };
    let bare = Settings::default();
    assert_eq!(crossed(&bare, "level_p4_minutes", "481"), "四级事件停机上限 > 三级事件停机上限");
    assert_eq!(crossed(&bare, "level_p4_minutes", "480"), "480", "as long as the next level");
    assert_eq!(crossed(&bare, "level_p3_minutes", "239"), "四级事件停机上限 > 三级事件停机上限");
    assert_eq!(crossed(&bare, "level_p2_minutes", "60"), "三级事件停机上限 > 二级事件停机上限");
    assert_eq!(crossed(&bare, "observation_days_min", "6"), "升级后最少观察天数 > 升级后观察提醒天数");
    let longer = Settings::new([("observation_days_max", "9"), ("observation_days_min", "6")]);
    assert_eq!(crossed(&longer, "observation_days_min", "9"), "9");
    let back = crossed(&longer, "observation_days_max", "");
    assert_eq!(back, "升级后最少观察天数 > 升级后观察提醒天数", "the default is a number too");
    let before = Settings::new([("level_p4_minutes", "500")]);
    assert_eq!(before.number("level_p4_minutes"), Some(500), "what was signed before stands");
    assert_eq!(crossed(&before, "copies", "2"), "2", "and hinders no other setting");
    for setting in settings() {
        let upper = setting.at_most.as_deref().map(super::setting);
        assert!(upper.is_none_or(|upper| upper.is_some()), "{}", setting.key);
    }
}

#[test]
fn a_working_day_has_office_hours() {
    let change = |hours: &str| change_setting(&Settings::default(), "office_hours", hours);
    assert_eq!(change("08:30-08:31"), Err(SettingError::HoursShort));
    assert_eq!(change("08:30-09:00,13:30-13:59"), Err(SettingError::HoursShort));
    assert_eq!(change("08:30-09:00,13:30-14:00").as_deref(), Ok("08:30-09:00,13:30-14:00"));
    assert_eq!(change("").as_deref(), Ok(""), "the usual hours again");
}
