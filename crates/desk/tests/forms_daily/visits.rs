//! Faults, visits under a contract and service records (W012–W014, W161–W163, W192, W196, G14).

use qianban_testkit::{Bureau, Script, shut};
use serde_json::json;

use crate::{Typed, attach, close, fits_a_page, owed, seal, started, submit};

/// 张三 registers the contract: one junior visit, no senior one.
fn contract<'a>(bureau: &'a Bureau, fields: &[Typed<'_>]) -> Script<'a> {
    let script = started(
        bureau,
        "张三",
        "运维服务合同约定登记表",
        &[
            ("contract_number", "样合2026"),
            ("name", "预算一体化运维服务"),
            ("vendor", "样例软件公司"),
            ("signed_on", "2026-01-04"),
            ("begins_on", "2026-01-05"),
            ("ends_on", "2026-12-31"),
            ("junior", "1"),
            ("price", "100000"),
        ],
    );
    script.fill(fields);
    attach(&script, "contract", "合同.pdf", b"%PDF-1.7 contract");
    script
}

fn agreed(bureau: &Bureau) -> String {
    let mut script = contract(bureau, &[]);
    submit(&mut script, "张三").expect("sent");
    script.sign_step("孙八", "info_center", &[]).expect("as in the contract");
    script.sign_step("褚四", "leader", &[]).expect("agreed");
    seal(&mut script);
    fits_a_page(&script);
    script.form
}

#[test]
fn a_contract_says_something_and_its_staff_are_approved() {
    let bureau = Bureau::whole(221);
    let mut empty = contract(&bureau, &[("junior", "0")]);
    assert_eq!(shut(submit(&mut empty, "张三")), ["GATE-SOMETHING-AGREED"]);
    let mut staffed = contract(&bureau, &[("resident", "1")]);
    assert_eq!(shut(submit(&mut staffed, "张三")), ["GATE-STAFF-APPROVED"]);
    staffed.row(
        "engineers",
        0,
        &[("name", "钱七"), ("grade", "middle"), ("phone", "0000-7654321"), ("approved", "1")],
    );
    submit(&mut staffed, "张三").expect("sent");
}

fn visit<'a>(bureau: &'a Bureau, fields: &[Typed<'_>]) -> Script<'a> {
    let script = started(
        bureau,
        "郑一",
        "现场服务报告",
        &[
            ("contact", "李四"),
            ("phone", "0000-1234567"),
            ("mode", "periodic"),
            ("grade", "junior"),
            ("category", "C119"),
            ("system", "国库支付"),
            ("arrived_at", "2026-03-02 08:00"),
            ("left_at", "2026-03-02 08:40"),
            ("matter", "定期巡检"),
            ("work", "清理日志，检查表空间"),
            ("result", "solved"),
            ("contract_number", "样合2026"),
        ],
    );
    script.fill(fields);
    script
}

#[test]
fn a_periodic_visit_counts_against_its_contract() {
    let bureau = Bureau::whole(222);
    let contract = agreed(&bureau);
    assert_eq!(shut(submit(&mut visit(&bureau, &[]), "郑一")), ["GATE-CONTRACT"]);
    for (fields, code) in [
        ([("contract_number", "样合2025")], "GATE-CONTRACT-NUMBER"),
        ([("grade", "senior")], "GATE-CONTRACT-GRADE"),
    ] {
        let mut script = visit(&bureau, &fields);
        script.link("contract", &[&contract]).expect("linked");
        assert_eq!(shut(submit(&mut script, "郑一")), [code]);
    }
    let mut warned = Vec::new();
    for _ in 0..2 {
        let mut script = visit(&bureau, &[]);
        script.link("contract", &[&contract]).expect("linked");
        submit(&mut script, "郑一").expect("sent");
        script.sign_step("李四", "customer", &[("rating", "satisfied")]).expect("signed by the customer");
        seal(&mut script);
        close(&mut script, "郑一", "").expect("closed");
        assert_eq!(owed(&script), ["visit_call"], "W204");
        warned.push(script.page()["alerts"].as_array().map_or(0, Vec::len));
    }
    assert_eq!(warned, [0, 1], "the second of one visit warns");
}

#[test]
fn what_stays_open_after_a_visit_is_followed_up() {
    let bureau = Bureau::whole(223);
    let fields = [
        ("mode", "dispatched"),
        ("notified_at", "2026-03-02 07:00"),
        ("answered_at", "2026-03-02 07:20"),
        ("dispatcher", "王某"),
        ("result", "partial"),
        ("remaining", "报表取数口径待确认"),
    ];
    let mut script = visit(&bureau, &fields);
    submit(&mut script, "郑一").expect("sent");
    script.sign_step("李四", "customer", &[("rating", "acceptable")]).expect("signed");
    seal(&mut script);
    assert_eq!(shut(close(&mut script, "郑一", "")), ["GATE-FOLLOWED-UP"]);
    script.entry("郑一", "follow", &[("done", "口径已确认"), ("result", "solved")]).expect("followed up");
    close(&mut script, "郑一", "").expect("closed");
    fits_a_page(&script);
}

/// W161–W163, W167.
#[test]
fn a_fault_that_the_telephone_cannot_solve_goes_to_the_site() {
    let bureau = Bureau::whole(224);
    let mut script = started(
        &bureau,
        "郑一",
        "故障技术报告",
        &[
            ("caller", "李四"),
            ("phone", "0000-1234567"),
            ("system", "国库支付"),
            ("occurred_at", "2026-03-02 08:30"),
            ("reach", "unit"),
            ("level", "p3"),
            ("symptom", "无法登录"),
            ("diagnosis", "控件损坏"),
            ("cause", "terminal"),
            ("guidance", "重装控件未成功"),
            ("result", "transferred"),
            ("transferred_to", "样例运维服务机构"),
        ],
    );
    submit(&mut script, "郑一").expect("sent");
    script.sign_step("吴十", "service_manager", &[]).expect("the manager sends somebody");
    seal(&mut script);
    assert_eq!(owed(&script), ["visit"]);
    assert_eq!(shut(close(&mut script, "郑一", "")), ["GATE-FAULT-SOLVED"]);
    script.entry("郑一", "outcome", &[("done", "现场重装成功"), ("result", "solved")]).expect("solved");
    close(&mut script, "郑一", "").expect("closed");
    fits_a_page(&script);
}

/// G14: time, content and recipient always.
#[test]
fn a_service_record_has_time_content_and_recipient() {
    let bureau = Bureau::whole(225);
    let fields = [
        ("recipient", "李四"),
        ("phone", "0000-1234567"),
        ("category", "C135"),
        ("started_at", "2026-03-02 08:00"),
        ("ended_at", "2026-03-02 08:30"),
        ("content", "现场指导打印设置"),
        ("result", "solved"),
    ];
    for (without, code) in [
        ("recipient", "GATE-RECORD-RECIPIENT"),
        ("started_at", "GATE-RECORD-TIME"),
        ("ended_at", "GATE-RECORD-TIME"),
        ("content", "GATE-RECORD-CONTENT"),
    ] {
        let kept: Vec<_> = fields.into_iter().filter(|(key, _)| *key != without).collect();
        let mut script = started(&bureau, "钱七", "服务记录", &kept);
        assert_eq!(shut(submit(&mut script, "钱七")), [code], "without {without}");
    }
    let mut script = started(&bureau, "钱七", "服务记录", &fields);
    submit(&mut script, "钱七").expect("sent");
    script
        .sign_step("李四", "customer", &[("rating", "dissatisfied"), ("opinion", "来得太晚")])
        .expect("W196");
    seal(&mut script);
    let looked = [("way", "sample"), ("found", "记录属实"), ("advice", "缩短到场时间")];
    script.entry("冯二", "inspect", &looked).expect("W193: the group looks into it");
    close(&mut script, "钱七", "").expect("closed");
    fits_a_page(&script);
    assert_eq!(script.page()["findings"], json!([]));
}
