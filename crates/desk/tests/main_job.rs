//! The main job, from founding to the closed form, as one person after another does it.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use qianban_testkit::Bureau;
use serde_json::json;

#[test]
fn a_permission_request_goes_its_way() {
    let bureau = Bureau::founded(1);
    let mut script = bureau.permission_request();
    bureau
        .attach(&script.form, json!({ "kind": "content" }), "attachments", "调令.pdf", b"%PDF-1.7 sample")
        .expect("attached");
    script.sign("李四", "submit", json!({})).expect("sent");
    script.approve("王五", "unit_head").expect("the unit's head signs");

    bureau.sit("张三");
    let scan = bureau
        .attach(&script.form, json!({ "kind": "content" }), "scan", "签字页.pdf", b"%PDF-1.7 scan")
        .expect("scanned");
    let attachments = scan["section"]["attachments"].as_array().expect("a list").clone();
    let scan = attachments.iter().find(|file| file["slot"] == "scan").expect("the sheet")["digest"].clone();
    let signatures = json!([{ "step": "division", "signer": bureau.id("周九"), "outsider": null }]);
    script
        .sign("张三", "approve_ink", json!({ "scan": scan, "signatures": signatures }))
        .expect("paper is recorded");

    let back = json!({ "target": { "to": "drafter" }, "reason": "请补充数据范围" });
    script.sign("钱七", "return", back).expect("sent back");
    bureau.sit("李四");
    script.cell("permissions", 0, "scope", "本单位");
    script.sign("李四", "submit", json!({})).expect("sent again");
    script.approve("王五", "unit_head").expect("signs again");
    script.approve("赵六", "division").expect("reviews");
    script.approve("钱七", "check").expect("checks");
    script.approve("孙八", "info_center").expect("approves");
    let sealed = script.sign("张三", "seal", json!({})).expect("sealed");
    assert_eq!(sealed["number"], "权申〔2026〕第0001号");

    bureau.sit("钱七");
    script.set_entry("assign", "done", "已分配支付申请录入岗。").expect("typed");
    script
        .sign("钱七", "entry", json!({ "table": "assign", "at": null, "corrects": null }))
        .expect("assigned");
    script.set_entry("verify", "result", "success").expect("typed");
    script
        .sign("钱七", "entry", json!({ "table": "verify", "at": null, "corrects": null }))
        .expect("verified");
    script.sign("张三", "close", json!({ "remark": "" })).expect("closed");
    let page = script.page();
    assert_eq!(page["status"], "closed", "{page:#}");
    assert_eq!(page["findings"], json!([]), "an honest job has no findings");

    let slip = bureau.call("slip_pdf", json!({ "form": script.form, "copy": "" }));
    assert!(slip["pages"].as_u64().is_some_and(|pages| pages >= 1), "{}", slip["name"]);
    let found = bureau.call(
        "ledger_list",
        json!({ "ledger": null, "text": "支付", "status": null, "cursor": null, "limit": 10 }),
    );
    assert_eq!(found["rows"][0]["form"], json!(script.form), "{found:#}");
}
