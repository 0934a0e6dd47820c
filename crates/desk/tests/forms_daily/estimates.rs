//! Paid work: estimated, agreed to, then done (W005, W012, W025, W140, W141, G1).

use qianban_testkit::{Bureau, Script, shut};
use serde_json::json;

use crate::{Typed, close, fits_a_page, owed, seal, started, submit};

fn estimate(bureau: &Bureau) -> Script<'_> {
    let mut script = started(
        bureau,
        "郑一",
        "工作量评估",
        &[
            ("contact", "李四"),
            ("phone", "0000-1234567"),
            ("category", "C133"),
            ("matter", "历年指标核对"),
            ("demand", "核对 2021—2025 年指标"),
            ("standard", "公司收费标准 2026"),
            ("begins_on", "2026-03-05"),
            ("ends_on", "2026-03-20"),
        ],
    );
    script.row("works", 0, &[("work", "核对"), ("grade", "middle"), ("days", "3"), ("price", "1200.50")]);
    script.row("works", 1, &[("work", "分析"), ("grade", "senior"), ("days", "1"), ("price", "2000")]);
    submit(&mut script, "郑一").expect("sent");
    script.sign_step("吴十", "service_manager", &[]).expect("reviewed");
    script
}

fn agreed(bureau: &Bureau) -> String {
    let mut script = estimate(bureau);
    script.sign_step("王五", "user", &[("agree", "yes")]).expect("agreed");
    seal(&mut script);
    fits_a_page(&script);
    script.form
}

#[test]
fn an_estimate_adds_up_and_stands_only_when_the_user_agrees() {
    let bureau = Bureau::whole(241);
    let mut script = estimate(&bureau);
    let fields = script.page()["content"]["fields"].as_array().expect("fields").clone();
    let total = fields.iter().find(|field| field["key"] == "total").expect("a total");
    assert_eq!(total["shown"], "5,601.50", "{total}");
    let no = [("agree", "no"), ("opinion", "价格偏高")];
    assert_eq!(shut(script.sign_step("王五", "user", &no)), ["GATE-USER-AGREED"]);
}

fn special<'a>(bureau: &'a Bureau, fields: &[Typed<'_>]) -> Script<'a> {
    let script = started(
        bureau,
        "李四",
        "专项数据服务单",
        &[
            ("phone", "0000-1234567"),
            ("category", "C133"),
            ("system", "指标管理"),
            ("years", "2021—2025"),
            ("wanted_on", "2026-03-20"),
            ("purpose", "审计"),
            ("scope", "全部单位约二十万条"),
            ("requirement", "逐条核对并分析差异"),
            ("delivery", "file"),
        ],
    );
    script.fill(fields);
    script
}

/// W012, W141, W036.
#[test]
fn paid_work_on_data_begins_with_the_agreed_estimate() {
    let bureau = Bureau::whole(242);
    let mut script = special(&bureau, &[("paid", "1"), ("modifies", "1")]);
    assert_eq!(shut(submit(&mut script, "李四")), ["GATE-ESTIMATE-AGREED"]);
    let estimate = agreed(&bureau);
    bureau.sit("李四");
    script.link("estimate", &[&estimate]).expect("linked");
    submit(&mut script, "李四").expect("sent");
    script.sign_step("王五", "unit_head", &[]).expect("needed");
    script.sign_step("孙八", "info_center", &[]).expect("approved");
    seal(&mut script);
    assert_eq!(owed(&script), ["modification"]);
    let checked = |result| [("result", result), ("analysis", "差异为调账")];
    assert_eq!(shut(script.entry("钱七", "check", &checked("same"))), ["GATE-WORK-FIRST"]);
    script.entry("钱七", "work", &[("done", "已核对"), ("rows", "200000")]).expect("done");
    script.entry("钱七", "check", &checked("different")).expect("checked");
    assert_eq!(shut(script.entry("钱七", "deliver", &[("to", "李四")])), ["GATE-CHECKED"]);
    script.entry("钱七", "check", &checked("same")).expect("checked again");
    script.entry("钱七", "deliver", &[]).expect("delivered");
    assert_eq!(shut(close(&mut script, "李四", "")), ["GATE-ACCEPTED"]);
    script.entry("钱七", "deliver", &[("to", "李四"), ("accepted", "1")]).expect("accepted");
    close(&mut script, "李四", "").expect("closed");
}

/// W025.
#[test]
fn consulting_is_paid_unless_it_says_otherwise() {
    let bureau = Bureau::whole(243);
    let mut script = started(
        &bureau,
        "郑一",
        "咨询服务记录",
        &[
            ("recipient", "李四"),
            ("phone", "0000-1234567"),
            ("category", "C143"),
            ("way", "visit"),
            ("place", "财政局会议室"),
            ("consultant", "解决方案部顾问"),
            ("people", "6"),
            ("subject", "零余额账户改革"),
            ("demand", "改革后业务流程"),
            ("solution", "流程建议书"),
        ],
    );
    assert_eq!(shut(submit(&mut script, "郑一")), ["GATE-ESTIMATE-AGREED"]);
    script.set("paid", "0");
    submit(&mut script, "郑一").expect("sent");
    script.sign_step("李四", "customer", &[("rating", "satisfied")]).expect("signed");
    seal(&mut script);
    close(&mut script, "郑一", "").expect("closed");
    fits_a_page(&script);
}

fn tested<'a>(bureau: &'a Bureau, seconds: &str) -> Script<'a> {
    let script = started(
        bureau,
        "郑一",
        "性能监控与优化记录",
        &[
            ("category", "C128"),
            ("began_on", "2026-03-01"),
            ("ended_on", "2026-03-02"),
            ("environment", "与正式环境同配置"),
            ("volume", "支付 100 万笔"),
            ("users", "200"),
            ("conclusion", "支付查询须优化"),
        ],
    );
    script.row(
        "cases",
        0,
        &[("business", "payment"), ("action", "查询"), ("seconds", seconds), ("limit", "3")],
    );
    script
}

/// W005, W140, G1.
#[test]
fn who_pays_for_tuning_is_said_before_it_is_signed() {
    let bureau = Bureau::whole(244);
    let mut script = tested(&bureau, "9");
    script.set("problems", "数据交互速度缓慢");
    let alerts = script.page()["alerts"].to_string();
    assert!(alerts.contains("范围外/需确认"), "{alerts}");
    submit(&mut script, "郑一").expect("sent");
    assert_eq!(shut(script.sign_step("孙八", "info_center", &[])), ["GATE-SCOPE-CONFIRMED"]);
    let outside = [("scope", "outside")];
    assert_eq!(shut(script.sign_step("孙八", "info_center", &outside)), ["GATE-ESTIMATE-AGREED"]);
    script.sign_step("孙八", "info_center", &[("scope", "inside")]).expect("within the service");
    seal(&mut script);
    assert_eq!(shut(close(&mut script, "郑一", "")), ["GATE-RETEST"]);
    script.entry("郑一", "retest", &[("result", "pass"), ("found", "2 秒")]).expect("tested again");
    close(&mut script, "郑一", "").expect("closed");
    fits_a_page(&script);
    assert_eq!(script.page()["findings"], json!([]));
}
