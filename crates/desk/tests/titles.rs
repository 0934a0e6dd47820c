//! G11: one record, several titles on paper.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use qianban_testkit::Bureau;
use serde_json::json;

const LOG: &str = "财政一体化管理信息系统运维巡检工作日志";
const SHEET: &str = "每日巡检表";

#[test]
fn a_record_is_printed_under_any_of_its_titles_the_usual_one_first() {
    let bureau = Bureau::whole(81);
    let script = bureau.start("钱七", LOG);
    let slip = |title: &str| {
        bureau.desk.call("slip_pdf", json!({ "form": script.form, "copy": "", "title": title }))
    };
    let usual = slip("").expect("printed");
    assert_eq!(usual["titles"], json!([LOG, SHEET]));
    assert!(script.paper().contains(LOG) && !script.paper().contains(SHEET));
    let other = slip(SHEET).expect("printed under the other title");
    assert!(other["name"].as_str().is_some_and(|name| name.starts_with(SHEET)), "{}", other["name"]);
    assert_ne!(other["pdf"], usual["pdf"]);
    assert_eq!(slip("对账单").expect_err("a foreign title").code, "PAPER-TITLE");

    bureau
        .sign("张三", json!({ "kind": "set_setting", "key": "inspection_title", "value": "sheet" }))
        .expect("the bureau says sheet");
    bureau.sit("钱七");
    assert_eq!(slip("").expect("printed")["titles"], json!([SHEET, LOG]));
    assert!(script.paper().contains(SHEET), "the usual title is on the paper");
}
