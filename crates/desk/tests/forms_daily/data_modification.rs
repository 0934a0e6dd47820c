//! 修改记录单: nothing is run that was not tested, decided, signed on paper and saved before (W036, W042, G7).

use qianban_testkit::{Bureau, Script, shut};
use serde_json::json;

use crate::{attach, attach_to, close, fits_a_page, owed, seal, started, submit};

const TITLE: &str = "财政一体化管理信息系统平台/数据库修改记录单";
const SCRIPT: &[u8] = b"update quota set amount = 100 where id = 7;";

/// 李四 asks; everything is there but what is left out.
fn asked<'a>(bureau: &'a Bureau, without: &str) -> Script<'a> {
    let fields = [
        ("phone", "0000-1234567"),
        ("system", "国库支付"),
        ("target", "支付库 quota"),
        ("cause", "user"),
        ("reason", "用户录错额度"),
        ("before", "额度 1000"),
        ("after", "额度 100"),
        ("estimate", "1"),
        ("test_note", "测试库执行，影响 1 行"),
    ];
    let kept: Vec<_> = fields.into_iter().filter(|(key, _)| *key != without).collect();
    let script = started(bureau, "李四", TITLE, &kept);
    script.set("engineer", &bureau.id("钱七"));
    for (slot, name, bytes) in [
        ("script", "修改.sql", SCRIPT),
        ("evidence", "测试.png", b"shot".as_slice()),
        ("rollback", "回退.sql", b"update quota set amount = 1000 where id = 7;".as_slice()),
    ] {
        if slot != without {
            attach(&script, slot, name, bytes);
        }
    }
    script
}

fn sealed(bureau: &Bureau) -> Script<'_> {
    let mut script = asked(bureau, "");
    submit(&mut script, "李四").expect("sent");
    for (name, step) in [("王五", "section_chief"), ("赵六", "payment_center"), ("孙八", "info_center")]
    {
        script.sign_step(name, step, &[]).expect("signed");
    }
    seal(&mut script);
    script
}

/// 张三 prints it and scans the signed sheet.
fn paper_is_back(script: &mut Script<'_>) {
    script.print("张三").expect("printed");
    script.paper_back("张三", b"%PDF-1.7 signed").expect("the paper is back");
}

/// 钱七 registers the run with this script, proof of backup or none, and these values.
fn run(script: &mut Script<'_>, ran: &[u8], backup: bool, fields: &[(&str, &str)]) -> Vec<String> {
    script.bureau.sit("钱七");
    attach_to(script, "execute", "executed", "修改.sql", ran);
    if backup {
        attach_to(script, "execute", "backup", "备份.png", b"backup");
    }
    shut(script.entry("钱七", "execute", fields))
}

#[test]
fn each_missing_piece_stops_the_request_by_its_own_name() {
    let bureau = Bureau::whole(201);
    for (without, code) in [
        ("script", "GATE-SCRIPT"),
        ("evidence", "GATE-TEST-EVIDENCE"),
        ("estimate", "GATE-ESTIMATED-ROWS"),
        ("before", "GATE-BEFORE-AFTER"),
        ("after", "GATE-BEFORE-AFTER"),
        ("rollback", "GATE-ROLLBACK"),
    ] {
        let mut script = asked(&bureau, without);
        assert_eq!(shut(submit(&mut script, "李四")), [code], "without {without}");
    }
    let mut stated = asked(&bureau, "rollback");
    stated.set("no_rollback", "数据已归档，只能重新录入");
    submit(&mut stated, "李四").expect("a stated reason stands for a rollback script");
}

#[test]
fn nothing_is_run_but_the_signed_script_with_the_paper_back() {
    let bureau = Bureau::whole(202);
    let done = [("actual", "1"), ("result", "success")];
    let mut script = sealed(&bureau);
    assert_eq!(
        shut(script.entry("孙八", "review", &[("result", "pass"), ("found", "无误")])),
        ["GATE-EXECUTE-FIRST"]
    );
    assert_eq!(run(&mut script, SCRIPT, true, &done), ["GATE-INK-COPY"]);
    paper_is_back(&mut script);
    assert!(
        run(&mut sealed_with_paper(&bureau), b"delete from quota;", true, &done)
            .contains(&"GATE-SCRIPT-SAME".to_owned())
    );
    assert_eq!(run(&mut sealed_with_paper(&bureau), SCRIPT, false, &done), ["GATE-BACKUP-PROOF"]);
    let more = [("actual", "3"), ("result", "success")];
    let mut noted = sealed_with_paper(&bureau);
    assert_eq!(run(&mut noted, SCRIPT, true, &more), ["GATE-ROWS-NOTE"]);
    noted
        .entry("钱七", "execute", &[("note", "另有两行同一单位的额度")])
        .expect("the difference is explained");
    script.entry("钱七", "execute", &[]).expect("run as it was typed");
    let page = script.page();
    assert_eq!(page["status"], "sealed", "{page:#}");
}

fn sealed_with_paper(bureau: &Bureau) -> Script<'_> {
    let mut script = sealed(bureau);
    paper_is_back(&mut script);
    script
}

#[test]
fn another_person_reviews_and_what_fails_is_corrected_by_a_slip_of_its_own() {
    let bureau = Bureau::whole(203);
    let mut script = sealed_with_paper(&bureau);
    assert!(run(&mut script, SCRIPT, true, &[("actual", "1"), ("result", "success")]).is_empty());
    let failed = [("result", "fail"), ("found", "额度仍为 1000")];
    assert_eq!(shut(script.entry("钱七", "review", &failed)), ["GATE-REVIEWER-OTHER"]);
    script.entry("孙八", "review", &failed).expect("reviewed");
    assert_eq!(owed(&script), ["correct"]);
    assert_eq!(shut(close(&mut script, "李四", "")), ["GATE-REVIEW-PASSED"]);

    bureau.sit("李四");
    let start = script.page()["follows"][0]["start"].clone();
    let link = json!({ "slot": start["slot"], "form": script.form });
    let page = bureau.call("form_new", json!({ "definition": start["definition"], "link": link }));
    let slots = page["links"].as_array().expect("slots").clone();
    let corrects = slots.iter().find(|slot| slot["slot"] == "corrects").expect("the slot");
    assert_eq!(corrects["rows"][0]["form"], json!(script.form), "{corrects:#}");
    close(&mut script, "李四", "已填更正单，额度改为 100").expect("closed");
    assert_eq!(script.page()["findings"], json!([]));
}

#[test]
fn the_good_way_is_open_to_the_end() {
    let bureau = Bureau::whole(204);
    let mut script = sealed_with_paper(&bureau);
    assert!(run(&mut script, SCRIPT, true, &[("actual", "1"), ("result", "success")]).is_empty());
    script.entry("冯二", "review", &[("result", "pass"), ("found", "额度为 100")]).expect("reviewed");
    close(&mut script, "李四", "").expect("closed");
    let page = script.page();
    assert_eq!((&page["status"], &page["findings"]), (&json!("closed"), &json!([])));
    fits_a_page(&script);
    let paper: String = script.paper().split_whitespace().collect();
    let digest = page["content"]["fields"].as_array().expect("fields").iter();
    let digest =
        digest.clone().find(|field| field["key"] == "script_digest").expect("computed")["shown"].clone();
    let digest = digest.as_str().expect("text");
    assert!(digest.len() == 64 && paper.contains(digest), "the script's digest stands on the paper: {paper}");
    assert!(paper.contains("预计行数1") && paper.contains("实际影响行数：1"), "{paper}");
}
