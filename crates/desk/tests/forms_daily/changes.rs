//! Changes of configuration and portal, and the daily check of data (W041, W070–W073, C013, C014).

use qianban_testkit::{Bureau, Script, shut};
use serde_json::json;

use crate::{Typed, close, fits_a_page, seal, started, submit};

fn portal<'a>(bureau: &'a Bureau, fields: &[Typed<'_>]) -> Script<'a> {
    let script = started(
        bureau,
        "李四",
        "门户业务系统及单点登陆变更单",
        &[
            ("phone", "0000-1234567"),
            ("item", "modify"),
            ("system", "非税收入"),
            ("effective_at", "2026-03-05 18:00"),
            ("owner", "王某"),
            ("owner_phone", "0000-7654321"),
            ("address_before", "http://10.0.0.1/a"),
            ("address_after", "http://10.0.0.1/b"),
            ("reason", "系统迁移"),
            ("impact", "当晚停用半小时，可改回原地址"),
        ],
    );
    script.fill(fields);
    script
}

/// C013, C014.
#[test]
fn a_portal_change_names_what_changes_and_is_verified() {
    let bureau = Bureau::whole(251);
    let mut same = portal(&bureau, &[("address_after", "http://10.0.0.1/a")]);
    assert_eq!(shut(submit(&mut same, "李四")), ["GATE-CHANGE-NAMED"]);
    let mut script = portal(&bureau, &[]);
    submit(&mut script, "李四").expect("sent");
    script.sign_step("赵六", "division", &[]).expect("reviewed");
    script.sign_step("孙八", "info_center", &[]).expect("approved");
    seal(&mut script);
    assert_eq!(shut(script.entry("钱七", "verify", &[("result", "success")])), ["GATE-MAINTAIN-FIRST"]);
    script.entry("钱七", "maintain", &[("done", "已改地址")]).expect("done");
    script.entry("钱七", "verify", &[("result", "failure"), ("remark", "打不开")]).expect("verified");
    assert_eq!(shut(close(&mut script, "李四", "")), ["GATE-VERIFY-SUCCESS"]);
    script.entry("钱七", "verify", &[("result", "success")]).expect("verified again");
    close(&mut script, "李四", "").expect("closed");
    fits_a_page(&script);
    assert_eq!(script.page()["findings"], json!([]));
}

fn configuration<'a>(bureau: &'a Bureau, fields: &[Typed<'_>]) -> Script<'a> {
    let script = started(
        bureau,
        "李四",
        "业务单据新增及配置变更单",
        &[
            ("phone", "0000-1234567"),
            ("category", "C054"),
            ("kind", "change"),
            ("system", "国库支付"),
            ("document", "支付申请单"),
            ("before", "无经办人电话"),
            ("after", "增加经办人电话"),
            ("reason", "便于联系"),
        ],
    );
    script.fill(fields);
    script
}

fn approved<'a>(bureau: &'a Bureau, fields: &[Typed<'_>]) -> Script<'a> {
    let mut script = configuration(bureau, fields);
    submit(&mut script, "李四").expect("sent");
    script.sign_step("王五", "section_chief", &[]).expect("agreed");
    script.sign_step("孙八", "info_center", &[]).expect("approved");
    seal(&mut script);
    script
}

/// W072.
#[test]
fn a_configuration_is_tested_by_another_and_fed_back() {
    let bureau = Bureau::whole(252);
    let mut same = configuration(&bureau, &[("after", "无经办人电话")]);
    assert_eq!(shut(submit(&mut same, "李四")), ["GATE-CHANGE-NAMED"]);
    let mut script = approved(&bureau, &[]);
    let test = |result| [("result", result), ("found", "已查看")];
    assert_eq!(shut(script.entry("郑一", "test", &test("pass"))), ["GATE-CONFIGURE-FIRST"]);
    script.entry("钱七", "configure", &[("done", "增加信息项")]).expect("configured");
    assert_eq!(shut(script.entry("钱七", "test", &test("pass"))), ["GATE-TESTER-OTHER"]);
    script.entry("郑一", "test", &test("fail")).expect("tested");
    let back = [("to", "李四"), ("answer", "已增加")];
    assert_eq!(shut(script.entry("钱七", "feedback", &back)), ["GATE-TEST-PASSED"]);
    script.entry("郑一", "test", &test("pass")).expect("tested again");
    script.entry("钱七", "feedback", &[]).expect("fed back");
    assert_eq!(shut(close(&mut script, "李四", "")), ["GATE-FEEDBACK"]);
    script
        .entry("钱七", "feedback", &[("to", "李四"), ("answer", "已增加"), ("satisfied", "1")])
        .expect("content");
    close(&mut script, "李四", "").expect("closed");
}

/// W073.
#[test]
fn what_needs_a_program_goes_the_way_of_an_upgrade() {
    let bureau = Bureau::whole(253);
    let mut script = approved(&bureau, &[("program", "1"), ("research", "2026-03-02 已提交，编号 17")]);
    let done = [("done", "增加信息项")];
    assert_eq!(shut(script.entry("钱七", "configure", &done)), ["GATE-UPGRADE-PROCESS"]);
    let follows = script.page()["follows"].to_string();
    assert!(follows.contains("upgrade"), "{follows}");
}

fn checked<'a>(bureau: &'a Bureau, count: &str, fields: &[Typed<'_>]) -> Script<'a> {
    let script = bureau.start("钱七", "数据检查记录");
    script.fill(&[("archive_log", "12.50"), ("tablespace", "60")]);
    let row = [("item", "clearing"), ("other", "代理银行"), ("count_here", "10"), ("count_there", count)];
    script.row("rows", 0, &[row.as_slice(), &[("amount_here", "100.00"), ("amount_there", "100")]].concat());
    script.fill(fields);
    script
}

/// W041, W135, W138.
#[test]
fn a_difference_is_explained_and_settled() {
    let bureau = Bureau::whole(254);
    let mut script = checked(&bureau, "9", &[]);
    assert_eq!(shut(submit(&mut script, "钱七")), ["GATE-DIFFERENCE-NOTE"]);
    script.cell("rows", 0, "note", "一笔在途");
    submit(&mut script, "钱七").expect("registered");
    seal(&mut script);
    assert_eq!(shut(close(&mut script, "钱七", "")), ["GATE-DIFFERENCE-SETTLED"]);
    script.entry("钱七", "handle", &[("done", "次日到账"), ("settled", "1")]).expect("settled");
    close(&mut script, "钱七", "").expect("closed");
    fits_a_page(&script);
    let mut abnormal = checked(&bureau, "10", &[("archive_log", "40.01")]);
    assert_eq!(shut(submit(&mut abnormal, "钱七")), ["GATE-ABNORMAL-REMARK"]);
    abnormal.set("remark", "09:10 已通知郑一排查");
    submit(&mut abnormal, "钱七").expect("registered");
}
