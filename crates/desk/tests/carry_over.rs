//! The year-end carry-over: plan, notice, a confirmation per unit, and the form that collects them (W091, W100–W107).

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use chrono::TimeDelta;
use qianban_testkit::{Bureau, Script, shut};
use serde_json::{Value, json};

const CUTOFF: &str = "2026-12-20 18:00";

/// A bureau on 10 December; 冯二 speaks for the treasury and for a division.
fn december(seed: u64) -> Bureau {
    let bureau = Bureau::whole(seed);
    let roles = json!(["treasury", "division"]);
    bureau
        .sign("张三", json!({ "kind": "set_roles", "person": bureau.id("冯二"), "roles": roles }))
        .expect("the treasury");
    bureau.clock.pass(TimeDelta::days(283));
    bureau
}

fn unit(bureau: &Bureau, name: &str) -> String {
    let people = bureau.call("people", json!({}));
    let units = people["units"].as_array().expect("units").clone();
    let found = units.iter().find(|unit| unit["name"] == name).expect("the unit");
    found["id"].as_str().expect("an id").to_owned()
}

fn sealed(script: &mut Script<'_>) {
    script.sign("张三", "seal", json!({})).expect("sealed");
}

fn unsent(script: &mut Script<'_>, by: &str) -> Vec<String> {
    shut(script.sign(by, "submit", json!({})))
}

/// 李四 draws up the plan.
fn plan(bureau: &Bureau) -> Script<'_> {
    let script = bureau.start("李四", "结转方案");
    script.fill(&[
        ("cutoff", CUTOFF),
        ("starts_at", "2026-12-22 09:00"),
        ("ends_at", "2026-12-31 18:00"),
        ("requirements", "四类全部结转"),
        ("test", "测试库试结转一次"),
        ("backup", "截止后两库全量备份"),
        ("fallback", "用备份恢复"),
    ]);
    let step = [("step", "对账"), ("office", "支付中心"), ("owner", "赵六")];
    script.row("steps", 0, &step);
    script.cell("steps", 0, "begins", "2026-12-20 18:00");
    script.cell("steps", 0, "ends", "2026-12-21 18:00");
    script
}

/// W102: agreed with 预算, 国库 and 支付中心.
fn agreed(bureau: &Bureau) -> String {
    let mut script = plan(bureau);
    script.sign("李四", "submit", json!({})).expect("sent");
    for (name, step) in [("陈三", "budget"), ("冯二", "treasury"), ("赵六", "payment_center")] {
        script.sign_step(name, step, &[]).expect("agrees");
    }
    sealed(&mut script);
    script.form
}

/// W103: the notice to the units.
fn notice<'a>(bureau: &'a Bureau, plan: &str) -> Script<'a> {
    let script = bureau.start("李四", "截止通知");
    script.fill(&[("cutoff", CUTOFF), ("contact", "李四"), ("phone", "0000-1234567")]);
    script.link("plan", &[plan]).expect("linked");
    script
}

fn issued(script: &mut Script<'_>) {
    script.sign("李四", "submit", json!({})).expect("sent");
    script.sign_step("冯二", "treasury", &[]).expect("signs");
    script.sign_step("褚四", "leader", &[]).expect("signs");
    sealed(script);
}

fn announced(script: &mut Script<'_>) -> Vec<String> {
    shut(script.entry("李四", "send", &[("way", "platform"), ("units", "2")]))
}

const TYPES: [&str; 4] = ["plan", "section", "executable", "quota"];

/// 李四 fills the confirmation of 预算科; every amount is the same on both sides.
fn confirmation(bureau: &Bureau) -> Script<'_> {
    let script = bureau.start("李四", "对账确认单");
    script.fill(&[("division", "预算科"), ("as_of", "2026-12-21 09:00"), ("phone", "0000-1234567")]);
    for kind in TYPES {
        script.set(&format!("{kind}_own"), "1000.00");
        script.set(&format!("{kind}_platform"), "1000.00");
        script.set(&format!("{kind}_result"), "agreed");
    }
    script
}

fn confirmed(mut script: Script<'_>) -> String {
    script.sign("李四", "submit", json!({})).expect("sent");
    for (name, step) in [("王五", "unit"), ("冯二", "division"), ("赵六", "payment_center")] {
        script.sign_step(name, step, &[]).expect("confirms");
    }
    sealed(&mut script);
    script.form
}

/// 钱七's backup of the platform's databases of two years.
fn backup(bureau: &Bureau, day: &str, years: [&str; 2]) -> String {
    let mut script = bureau.start("钱七", "数据备份登记表");
    let (started, finished) = (format!("{day} 19:00"), format!("{day} 20:00"));
    script.fill(&[("backup_date", day), ("database", "platform"), ("purpose", "carry_over")]);
    script.fill(&[("started_at", &started), ("finished_at", &finished), ("verified", "1")]);
    for (row, year) in (0u32..).zip(years) {
        let proof =
            [("year", year), ("file", "p.dmp"), ("size", "9"), ("done_at", &finished), ("place", "备份机")];
        script.row("files", row, &proof);
    }
    script.sign("钱七", "submit", json!({})).expect("sent");
    sealed(&mut script);
    script.form
}

/// Everything that the carry-over collects; it is 22 December.
struct Collected {
    plan: String,
    notice: String,
    confirmation: String,
    backup: String,
}

fn collected(bureau: &Bureau) -> Collected {
    let plan = agreed(bureau);
    let mut notice = notice(bureau, &plan);
    issued(&mut notice);
    assert!(announced(&mut notice).is_empty(), "sent to the units");
    bureau.clock.pass(TimeDelta::days(12));
    let confirmation = confirmed(confirmation(bureau));
    Collected {
        plan,
        notice: notice.form,
        confirmation,
        backup: backup(bureau, "2026-12-20", ["2026", "2027"]),
    }
}

/// 钱七 begins the carry-over of the one unit, nothing linked yet.
fn begun(bureau: &Bureau) -> Script<'_> {
    let script = bureau.start("钱七", "年终结转办理单");
    script.fill(&[
        ("cutoff", CUTOFF),
        ("execute_at", "2026-12-22 10:00"),
        ("transit_checked_at", "2026-12-21 09:00"),
        ("transit_left", "0"),
        ("config_checked", "1"),
        ("test_done", "测试库试结转相符"),
    ]);
    script.row("units", 0, &[("unit", &unit(bureau, "预算科"))]);
    script
}

fn ready<'a>(bureau: &'a Bureau, of: &Collected) -> Script<'a> {
    let script = begun(bureau);
    for (slot, form) in [
        ("plan", &of.plan),
        ("notice", &of.notice),
        ("confirmations", &of.confirmation),
        ("backups", &of.backup),
    ] {
        script.link(slot, &[form]).expect("linked");
    }
    script
}

/// W102, W103, W105, W091: with nothing linked, each condition is named.
#[test]
fn a_carry_over_with_nothing_behind_it_lacks_everything() {
    let bureau = december(230);
    bureau.clock.pass(TimeDelta::days(12));
    let mut script = begun(&bureau);
    assert_eq!(
        unsent(&mut script, "钱七"),
        [
            "GATE-PLAN-AGREED",
            "GATE-NOTICE-ISSUED",
            "GATE-UNITS-UNSIGNED",
            "GATE-BACKUP-THIS-YEAR",
            "GATE-BACKUP-NEXT-YEAR",
        ]
    );
}

#[test]
fn each_missing_condition_alone_stops_the_carry_over() {
    let bureau = december(231);
    let of = collected(&bureau);
    let mut script = ready(&bureau, &of);
    let alone = |script: &mut Script<'_>, slot: &str, form: &str, codes: &[&str]| {
        bureau.sit("钱七");
        script.unlink(slot, &[form]);
        assert_eq!(unsent(script, "钱七"), codes, "without {slot}");
        script.link(slot, &[form]).expect("linked again");
    };
    alone(&mut script, "plan", &of.plan, &["GATE-PLAN-AGREED"]);
    alone(&mut script, "notice", &of.notice, &["GATE-NOTICE-ISSUED"]);
    alone(&mut script, "confirmations", &of.confirmation, &["GATE-UNITS-UNSIGNED"]);
    alone(&mut script, "backups", &of.backup, &["GATE-BACKUP-THIS-YEAR", "GATE-BACKUP-NEXT-YEAR"]);

    script.set("transit_left", "1");
    assert_eq!(unsent(&mut script, "钱七"), ["GATE-IN-TRANSIT"]);
    script.set("transit_left", "0");
    script.row("transit", 0, &[("kind", "payment"), ("unit", "预算科"), ("count", "1"), ("state", "open")]);
    assert_eq!(unsent(&mut script, "钱七"), ["GATE-IN-TRANSIT"], "the list says something else");
    script.cell("transit", 0, "state", "done");

    script.row("units", 1, &[("unit", &unit(&bureau, "样例县财政局"))]);
    assert_eq!(unsent(&mut script, "钱七"), ["GATE-UNITS-UNSIGNED"], "one unit of two has signed");
    let drop = json!({ "form": script.form, "section": { "kind": "content" }, "field": "units",
        "change": { "kind": "remove", "row": 1 } });
    bureau.call("draft_rows", drop);
    assert!(unsent(&mut script, "钱七").is_empty(), "sent");
}

/// W093: the backups of both years, later than the cut-off (W091).
#[test]
fn a_backup_of_another_year_or_from_before_the_cut_off_is_no_proof() {
    let bureau = december(232);
    let of = collected(&bureau);
    let mut script = ready(&bureau, &of);
    let early = backup(&bureau, "2026-12-19", ["2026", "2027"]);
    let past = backup(&bureau, "2026-12-21", ["2025", "2026"]);
    let coming = backup(&bureau, "2026-12-21", ["2027", "2028"]);
    bureau.sit("钱七");
    script.unlink("backups", &[&of.backup]);
    for (backup, codes) in [
        (&early, &["GATE-BACKUP-THIS-YEAR", "GATE-BACKUP-NEXT-YEAR"][..]),
        (&past, &["GATE-BACKUP-NEXT-YEAR"]),
        (&coming, &["GATE-BACKUP-THIS-YEAR"]),
    ] {
        bureau.sit("钱七");
        script.link("backups", &[backup]).expect("linked");
        assert_eq!(unsent(&mut script, "钱七"), codes);
        script.unlink("backups", &[backup]);
    }
    script.link("backups", &[&past, &coming]).expect("linked");
    assert!(unsent(&mut script, "钱七").is_empty(), "two records together cover both years");
}

/// W104: four types, each agreed.
#[test]
fn one_type_that_does_not_agree_stops_the_carry_over() {
    let bureau = december(233);
    let of = collected(&bureau);
    for kind in TYPES {
        let script = confirmation(&bureau);
        script.set(&format!("{kind}_platform"), "999.99");
        let refusal = bureau
            .sign("李四", json!({ "kind": "submit", "form": script.form }))
            .expect_err("a difference does not agree");
        let words = &refusal.problems[0].message;
        assert!(words.ends_with("有差额，不能选“相符”"), "{kind}: {words}");
        script.set(&format!("{kind}_result"), "differs");
        script.set("reason", "一笔在途");
        let differing = confirmed(script);
        let mut carry_over = ready(&bureau, &of);
        carry_over.unlink("confirmations", &[&of.confirmation]);
        carry_over.link("confirmations", &[&differing]).expect("linked");
        assert_eq!(unsent(&mut carry_over, "钱七"), ["GATE-TYPES-AGREED"], "{kind}");
    }
    let mut twice = ready(&bureau, &of);
    let again = confirmed(confirmation(&bureau));
    bureau.sit("钱七");
    twice.link("confirmations", &[&again]).expect("linked");
    assert_eq!(unsent(&mut twice, "钱七"), ["GATE-UNIT-TWICE"]);

    let last_year = confirmation(&bureau);
    last_year.set("year", "2025");
    let last_year = confirmed(last_year);
    let mut carry_over = ready(&bureau, &of);
    carry_over.unlink("confirmations", &[&of.confirmation]);
    carry_over.link("confirmations", &[&last_year]).expect("linked");
    assert_eq!(unsent(&mut carry_over, "钱七"), ["GATE-CONFIRMED-YEAR"]);
}

/// W104: at least one of the four; W103: what the plan says, in time.
#[test]
fn the_notice_says_what_the_plan_says_and_goes_out_in_time() {
    let bureau = december(234);
    let mut empty = plan(&bureau);
    for kind in TYPES {
        empty.set(&format!("{kind}_way"), "none");
        empty.set(&format!("{kind}_note"), "本年无余额");
    }
    assert_eq!(unsent(&mut empty, "李四"), ["GATE-NOTHING-CARRIED"]);

    let plan = agreed(&bureau);
    let mut script = notice(&bureau, &plan);
    script.set("cutoff", "2026-12-20 17:00");
    assert_eq!(unsent(&mut script, "李四"), ["GATE-NOTICE-CUTOFF"]);
    script.set("cutoff", CUTOFF);
    script.sign("李四", "submit", json!({})).expect("sent");
    let carry_over = bureau.start("钱七", "年终结转办理单");
    let refusal = carry_over.link("notice", &[&script.form]).expect_err("nobody has signed it yet");
    assert_eq!(refusal.code, "LINK-NOT-SEALED");
    script.sign_step("冯二", "treasury", &[]).expect("signs");
    script.sign_step("褚四", "leader", &[]).expect("signs");
    sealed(&mut script);
    let clock = &script.page()["clocks"][0];
    assert_eq!((&clock["standing"], &clock["due"]), (&json!("running"), &json!(CUTOFF)));
    bureau.clock.pass(TimeDelta::days(11));
    assert_eq!(announced(&mut script), ["GATE-SENT-IN-TIME"]);
    assert_eq!(script.page()["clocks"][0]["standing"], "overdue");
}

/// W106, W107: carry over, clear the platform, clear the agent banks.
#[test]
fn three_acts_follow_in_their_order() {
    let bureau = december(235);
    let of = collected(&bureau);
    let mut script = ready(&bureau, &of);
    script.sign("钱七", "submit", json!({})).expect("sent");
    for (name, step) in [("赵六", "payment_center"), ("冯二", "treasury"), ("孙八", "info_center")] {
        script.sign_step(name, step, &[]).expect("signs");
    }
    sealed(&mut script);

    let executed = |started: &'static str, quota: &'static str| {
        let mut fields = vec![("started_at", started), ("situation", "按方案结转"), ("quota", quota)];
        fields.extend(TYPES.iter().take(3).map(|kind| (*kind, "done")));
        fields
    };
    let cleared = [("database", "平台2027"), ("situation", "已清库"), ("result", "done")];
    let bank = |result| [("bank", "样例银行"), ("result", result), ("remark", "接口超时")];
    assert_eq!(shut(script.entry("钱七", "platform_clear", &cleared)), ["GATE-EXECUTE-FIRST"]);
    assert_eq!(shut(script.entry("钱七", "bank_clear", &bank("done"))), ["GATE-PLATFORM-FIRST"]);
    let early = executed("2026-12-20 17:59", "done");
    assert_eq!(shut(script.entry("钱七", "execute", &early)), ["GATE-CUTOFF-PASSED", "GATE-BACKUP-BEFORE"]);
    let unsaved = executed("2026-12-20 18:30", "done");
    assert_eq!(shut(script.entry("钱七", "execute", &unsaved)), ["GATE-BACKUP-BEFORE"]);
    script.entry("钱七", "execute", &executed("2026-12-22 08:00", "failed")).expect("recorded");
    assert_eq!(shut(script.entry("钱七", "platform_clear", &cleared)), ["GATE-EXECUTE-FIRST"], "one failed");
    script.entry("钱七", "execute", &executed("2026-12-22 08:30", "done")).expect("carried over");
    script.entry("钱七", "platform_clear", &cleared).expect("platform cleared");
    script.entry("钱七", "bank_clear", &bank("failed")).expect("recorded");
    let close = |script: &mut Script<'_>| shut(script.sign("孙八", "close", json!({ "remark": "" })));
    assert_eq!(close(&mut script), ["GATE-BANKS-CLEARED"]);
    script.entry("钱七", "bank_clear", &bank("done")).expect("banks cleared");
    assert!(close(&mut script).is_empty(), "closed");
    let page = script.page();
    assert_eq!((&page["status"], &page["findings"]), (&json!("closed"), &Value::Array(Vec::new())));
}
