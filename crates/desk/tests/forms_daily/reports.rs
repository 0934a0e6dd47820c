//! Report requests: reviewed with a term, made, verified, inspected, opened (W121–W124, G9).

use qianban_testkit::{Bureau, Script, shut};
use serde_json::json;

use crate::{attach, close, fits_a_page, seal, started, submit};

fn asked<'a>(bureau: &'a Bureau, layout: &str) -> Script<'a> {
    let script = started(
        bureau,
        "李四",
        "报表需求",
        &[
            ("phone", "0000-1234567"),
            ("name", "支付进度月报"),
            ("system", "国库支付"),
            ("wanted_on", "2026-03-20"),
            ("period", "month"),
            ("purpose", "报送局领导"),
            ("caliber", "按预算单位汇总当月支付数"),
            ("readers", "预算科、国库科"),
        ],
    );
    attach(&script, "layout", layout, b"layout");
    script
}

/// W121.
#[test]
fn the_layout_comes_as_word_or_excel() {
    let bureau = Bureau::whole(231);
    let refusal = submit(&mut asked(&bureau, "样式.pdf"), "李四").expect_err("no pdf");
    assert!(refusal.problems.iter().any(|problem| problem.message.contains("WORD 或 EXCEL")), "{refusal:?}");
    for layout in ["样式.xlsx", "样式.DOC"] {
        submit(&mut asked(&bureau, layout), "李四").expect("sent");
    }
}

fn reviewed(bureau: &Bureau) -> Script<'_> {
    let mut script = asked(bureau, "样式.xlsx");
    submit(&mut script, "李四").expect("sent");
    script.sign_step("王五", "unit_head", &[]).expect("needed");
    script
}

/// W122, G9.
#[test]
fn it_is_accepted_when_it_is_feasible_and_has_a_term() {
    let bureau = Bureau::whole(232);
    let mut script = reviewed(&bureau);
    let review = |script: &mut Script<'_>, feasible, due| {
        shut(script.sign_step("孙八", "info_center", &[("feasible", feasible), ("due", due)]))
    };
    assert_eq!(review(&mut script, "no", "2026-03-12"), ["GATE-FEASIBLE"]);
    assert_eq!(review(&mut script, "yes", ""), ["GATE-DUE-DATE"]);
    assert!(review(&mut script, "yes", "2026-03-12").is_empty());
}

/// W123, W124.
#[test]
fn it_is_opened_after_it_was_made_verified_and_inspected() {
    let bureau = Bureau::whole(233);
    let mut script = reviewed(&bureau);
    script.sign_step("孙八", "info_center", &[("feasible", "yes"), ("due", "2026-03-12")]).expect("accepted");
    seal(&mut script);
    let verify = |result| [("method", "与支付台账核对"), ("result", result)];
    assert_eq!(shut(script.entry("钱七", "verify", &verify("accurate"))), ["GATE-MAKE-FIRST"]);
    assert_eq!(shut(script.entry("孙八", "inspect", &[("result", "accepted")])), ["GATE-ACCURATE"]);
    assert_eq!(shut(script.entry("钱七", "open", &[])), ["GATE-ACCEPTED"]);
    script.entry("钱七", "make", &[("done", "已制作"), ("place", "综合查询/月报")]).expect("made");
    script.entry("钱七", "verify", &verify("wrong")).expect("verified");
    assert_eq!(shut(script.entry("孙八", "inspect", &[])), ["GATE-ACCURATE"], "wrong figures");
    script.entry("钱七", "verify", &verify("accurate")).expect("verified again");
    script.entry("孙八", "inspect", &[("result", "accepted")]).expect("as needed");
    assert_eq!(shut(close(&mut script, "李四", "")), ["GATE-TABLE-OPEN"], "not opened yet");
    script.entry("钱七", "open", &[]).expect("opened");
    close(&mut script, "李四", "").expect("closed");
    fits_a_page(&script);
    assert_eq!(script.page()["findings"], json!([]));
}
