//! What the white paper leaves open is set by an administrator, in words, and signed (G1–G15).

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use qianban_desk::{Cost, Desk, DeskSetup};
use qianban_testkit::{Bureau, Clock, MemoryStore, PASSWORD, Seeded};
use serde_json::{Value, json};

fn page(bureau: &Bureau) -> Value {
    bureau.call("settings", json!({}))
}

fn setting(bureau: &Bureau, key: &str) -> Value {
    let listed = page(bureau)["settings"].as_array().expect("settings").clone();
    listed.into_iter().find(|one| one["key"] == key).unwrap_or_else(|| panic!("no setting {key}"))
}

fn set(key: &str, value: &str) -> Value {
    json!({ "kind": "set_setting", "key": key, "value": value })
}

/// G1 to G15: each has a row, with the default that the register of gaps names.
#[test]
fn every_gap_is_a_setting() {
    let bureau = Bureau::founded(90);
    let listed = page(&bureau)["settings"].as_array().expect("settings").clone();
    for gap in 1..=15 {
        let gap = format!("G{gap}");
        assert!(listed.iter().any(|one| one["gap"] == gap.as_str()), "{gap} is not listed");
    }
    for (key, shown) in [
        ("scope_performance", "范围外/需确认"),
        ("answer_phone_minutes", "30 分钟"),
        ("answer_network_minutes", "60 分钟"),
        ("answer_onsite_minutes", "0 分钟"),
        ("arrival_city_minutes", "60 分钟"),
        ("arrival_county_minutes", "240 分钟"),
        ("arrival_province_minutes", "未设定"),
        ("complaint_verify_days", "2 天"),
        ("complaint_reply_days", "5 天"),
        ("complaint_fine_yuan", "500"),
        ("complaint_dismissal_count", "3"),
        ("observation_days_min", "3 天"),
        ("observation_days_max", "5 天"),
        ("archive_log_percent", "40.00%"),
        ("weblogic_log_percent", "50.00%"),
        ("tablespace_percent", "90.00%"),
        ("recovery_report_minutes", "30 分钟"),
        ("start_plan_minutes", "30 分钟"),
        ("service_record_full", "是"),
        ("office_hours", "08:30-12:00,13:30-18:00"),
    ] {
        let one = setting(&bureau, key);
        assert_eq!((&one["shown"], &one["default_shown"]), (&json!(shown), &json!(shown)), "{key}");
        assert_eq!((&one["value"], &one["changed"]), (&json!(""), &Value::Null), "{key} is at its default");
    }
    assert_eq!(setting(&bureau, "arrival_province_minutes")["required"], false, "this is a county");
}

#[test]
fn a_change_is_shown_signed_and_taken_back() {
    let bureau = Bureau::founded(91);
    bureau.sit("张三");
    assert_eq!(page(&bureau)["may_change"], true);
    let sheet = bureau.call("sign_prepare", json!({ "action": set("answer_phone_minutes", " 20 ") }));
    let fields: Vec<&str> = sheet["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .filter_map(|field| field["shown"].as_str())
        .collect();
    assert_eq!(fields, ["电话首次答复时限", "30 分钟（默认）", "20 分钟"]);
    bureau.sign("张三", set("answer_phone_minutes", "20")).expect("set");
    let changed = setting(&bureau, "answer_phone_minutes");
    assert_eq!((&changed["value"], &changed["shown"]), (&json!("20"), &json!("20 分钟")));
    assert_eq!(changed["changed"]["name"], "张三");
    assert_eq!(changed["changed"]["at"], "2026-03-02T09:00:00+08:00");
    bureau.sign("张三", set("answer_phone_minutes", "")).expect("the default again");
    let back = setting(&bureau, "answer_phone_minutes");
    assert_eq!((&back["shown"], &back["changed"]), (&json!("30 分钟"), &Value::Null));
    let people = bureau.call("people", json!({}));
    let entries = people["entries"].to_string();
    assert!(entries.contains("设置「电话首次答复时限」为 20 分钟"), "{entries}");
}

#[test]
fn only_an_administrator_changes_them() {
    let bureau = Bureau::founded(92);
    bureau.sit("钱七");
    assert_eq!(page(&bureau)["may_change"], false);
    let action = json!({ "action": set("answer_phone_minutes", "20") });
    assert_eq!(bureau.refuse("sign_prepare", action).code, "REGISTRY-NOT-ADMIN");
}

#[test]
fn what_is_no_value_is_refused_by_name() {
    let bureau = Bureau::founded(93);
    bureau.sit("张三");
    for (key, value, code, says) in [
        ("answer_phone_minutes", "半小时", "SETTING-VALUE", "设置没有改动"),
        ("answer_phone_minutes", "0", "SETTING-VALUE", "设置没有改动"),
        ("answer_phone_minutes", "999999", "SETTING-VALUE", "设置没有改动"),
        ("answer_phone_count", "sometimes", "SETTING-VALUE", "设置没有改动"),
        ("archive_log_percent", "100.01", "SETTING-VALUE", "设置没有改动"),
        ("office_hours", "12:00-08:30", "SETTING-VALUE", "上班时间请写作"),
        ("office_hours", "08:30-08:31", "SETTING-VALUE", "不能少于 60 分钟"),
        ("level_p4_minutes", "481", "SETTING-VALUE", "「四级事件停机上限」不能大于「三级事件停机上限」"),
        ("observation_days_max", "2", "SETTING-VALUE", "「升级后最少观察天数」不能大于"),
        ("no_such_thing", "1", "SETTING-VALUE", "没有设置项「no_such_thing」"),
        ("catalogue.C001", "占用的编码", "SETTING-VALUE", "没有设置项"),
        ("calendar.2027", &"0".repeat(64), "SETTING-VALUE", "请导入文件"),
        ("answer_phone_minutes", "", "REGISTRY-NO-CHANGE", "没有需要改动的内容"),
    ] {
        let refused = bureau.refuse("sign_prepare", json!({ "action": set(key, value) }));
        assert_eq!(refused.code, code, "{key} = {value}: {}", refused.message);
        assert!(refused.message.contains(says), "{key} = {value}: {}", refused.message);
    }
}

#[test]
fn a_bureau_has_items_of_its_own() {
    let bureau = Bureau::founded(94);
    bureau.sign("张三", set("catalogue.Z001", "本局内网专线巡查")).expect("added");
    let items = page(&bureau)["items"].clone();
    assert_eq!((&items[0]["code"], &items[0]["text"]), (&json!("Z001"), &json!("本局内网专线巡查")));
    bureau.sign("张三", set("catalogue.Z001", "")).expect("taken away");
    assert_eq!(page(&bureau)["items"], json!([]));
}

#[test]
fn a_calendar_comes_in_as_a_file() {
    let bureau = Bureau::founded(95);
    let years = |page: &Value| -> Vec<(i64, bool)> {
        let listed = page["calendars"].as_array().expect("calendars").iter();
        listed.map(|one| (one["year"].as_i64().expect("a year"), one["imported"] == true)).collect()
    };
    assert_eq!(years(&page(&bureau)), [(2025, false), (2026, false)]);
    let import = |text: &str| json!({ "kind": "import_calendar", "name": "2027.toml", "text": text });
    let good =
        "year = 2027\nsource = \"样例通知\"\nholidays = [\n  2027-01-01,\n]\nworkdays = [2027-01-03]\n";
    bureau.sit("张三");
    let bad = good.replace("  2027-01-01", "  2028-01-01");
    let refused = bureau.refuse("sign_prepare", json!({ "action": import(&bad) }));
    assert_eq!(refused.code, "CALENDAR-BAD");
    assert!(refused.message.contains("2027.toml 第 4 行：2028-01-01 不在 2027 年内"), "{}", refused.message);
    let sheet = bureau.call("sign_prepare", json!({ "action": import(good) }));
    assert!(sheet["fields"].to_string().contains("样例通知"), "{}", sheet["fields"]);
    bureau.sign("张三", import(good)).expect("imported");
    assert_eq!(years(&page(&bureau)), [(2025, false), (2026, false), (2027, true)]);
    let imported = page(&bureau)["calendars"][2].clone();
    assert_eq!((&imported["off"], &imported["make_up"]), (&json!(["2027-01-01"]), &json!(["2027-01-03"])));
    assert_eq!(imported["changed"]["name"], "张三");
    let again = bureau.refuse("sign_prepare", json!({ "action": import(good) }));
    assert_eq!(again.code, "REGISTRY-NO-CHANGE");
    bureau.sign("张三", set("calendar.2027", "")).expect("taken back");
    assert_eq!(years(&page(&bureau)), [(2025, false), (2026, false)]);
}

/// G4: the white paper names no time for a province, so a province has to.
#[test]
fn a_province_must_set_its_time_of_arrival() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = Clock::at("2026-03-02T09:00:00+08:00");
    let setup = DeskSetup::at(folder.path().join("data"))
        .with_ambient(Box::new(Seeded::new(clock, 96)))
        .with_secrets(Box::new(MemoryStore::default()))
        .with_cost(Cost::TEST);
    let desk = Desk::new(setup);
    let admin = json!({ "name": "张三", "unit": "", "roles": ["registrar", "admin"], "password": PASSWORD });
    let found = json!({ "bureau": "样例省财政厅", "level": "province", "units": [], "people": [admin] });
    desk.call("found", found).expect("founded");
    let status = desk.call("host_status", json!({})).expect("a status");
    let unlock = json!({ "person": status["people"][0]["id"], "password": PASSWORD });
    desk.call("unlock", unlock).expect("at the desk");
    let page = desk.call("settings", json!({})).expect("settings");
    let settings = page["settings"].as_array().expect("settings");
    let required: Vec<&Value> =
        settings.iter().filter(|one| one["required"] == true).map(|one| &one["key"]).collect();
    assert_eq!(required, [&json!("arrival_province_minutes")]);
}
