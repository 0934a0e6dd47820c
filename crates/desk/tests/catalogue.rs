//! The service catalogue on the form: shipped items, a bureau's own, and the flag of performance tuning.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use qianban_testkit::{Bureau, Script};
use serde_json::{Value, json};

fn set(bureau: &Bureau, key: &str, value: &str) {
    bureau.sign("张三", json!({ "kind": "set_setting", "key": key, "value": value })).expect("set");
}

/// The item with this code, as the field's choices have it.
fn item(bureau: &Bureau, code: &str) -> Option<Value> {
    let all = bureau.call("catalogue", json!({}));
    all["items"].as_array()?.iter().find(|item| item["code"] == code).cloned()
}

/// The field in which a visit is classified.
fn service(script: &Script<'_>) -> Value {
    let page = script.page();
    let fields = page["content"]["fields"].as_array().cloned().unwrap_or_default();
    fields.into_iter().find(|field| field["key"] == "item").expect("a visit is classified")
}

#[test]
fn a_visit_is_classified_by_the_white_paper_or_by_the_bureau() {
    let bureau = Bureau::founded(7);
    let script = bureau.start("钱七", "上门服务单");
    let begun = service(&script);
    assert_eq!((&begun["kind"], &begun["shown"]), (&json!("catalogue"), &json!("C135 现场咨询和操作指导")));
    assert_eq!(bureau.call("catalogue", json!({}))["items"].as_array().map(Vec::len), Some(154));
    script.set("item", "Z001");
    assert_eq!(service(&script)["shown"], "Z001", "nobody has said what it is");

    set(&bureau, "catalogue.Z001", "本局自办培训");
    bureau.sit("钱七");
    assert_eq!(service(&script)["shown"], "Z001 本局自办培训");
    let own = item(&bureau, "Z001").expect("among the items");
    assert_eq!((&own["text"], &own["own"]), (&json!("本局自办培训"), &json!(true)));
    script.set("item", "C999");
    assert_eq!(service(&script)["problem"]["code"], "FIELD-NOT-ITEM");
}

/// G1: the white paper both offers performance tuning and leaves it out.
#[test]
fn performance_tuning_is_flagged_as_the_bureau_says() {
    let bureau = Bureau::founded(8);
    let script = bureau.start("钱七", "上门服务单");
    script.set("item", "C080");
    let flag = |expected: &str| {
        assert_eq!(
            (&service(&script)["shown"], &service(&script)["note"]),
            (&json!("C080 提高系统性能"), &json!(expected))
        );
        assert_eq!(item(&bureau, "C080").map(|item| item["mark"].clone()), Some(json!(expected)));
    };
    flag("范围外/需确认");
    set(&bureau, "scope_performance", "outside");
    bureau.sit("钱七");
    flag("范围外");
    set(&bureau, "scope_performance", "inside");
    bureau.sit("钱七");
    flag("");
}
