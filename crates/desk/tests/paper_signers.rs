//! Signatures on paper: by whom they may be recorded, and which paper counts.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use qianban_testkit::{Bureau, Script};
use serde_json::{Value, json};

fn scanned(script: &Script<'_>, name: &str, bytes: &[u8]) -> Value {
    script.bureau.sit(name);
    let content = json!({ "kind": "content" });
    let saved = script.bureau.attach(&script.form, content, "scan", "签字页.pdf", bytes).expect("a scan");
    let files = saved["section"]["attachments"].as_array().cloned().unwrap_or_default();
    files.iter().find(|file| file["slot"] == "scan").expect("is listed")["digest"].clone()
}

#[test]
fn nobody_of_the_registry_signs_paper_as_an_outsider() {
    let bureau = Bureau::founded(64);
    let mut script = bureau.permission_request();
    script.sign("李四", "submit", json!({})).expect("sent");
    script.approve("王五", "unit_head").expect("signs");
    let scan = scanned(&script, "张三", b"%PDF-1.7 signed sheet");
    for known in ["李四", "李 四", "李\u{3000}四", "周九"] {
        let signature = json!([{ "step": "division", "signer": null, "outsider": known }]);
        let refusal = script
            .sign("张三", "approve_ink", json!({ "scan": scan, "signatures": signature }))
            .expect_err("a person of the registry");
        assert_eq!(refusal.code, "SIGN-OUTSIDER-KNOWN", "{known}");
    }
    let own = json!([{ "step": "division", "signer": bureau.id("李四"), "outsider": null }]);
    let refusal = script
        .sign("张三", "approve_ink", json!({ "scan": scan, "signatures": own }))
        .expect_err("their own request, on paper too");
    assert!(["SIGN-OWN", "SIGN-NO-ROLE"].contains(&refusal.code.as_str()), "{}", refusal.code);
    let outsider = json!([{ "step": "division", "signer": null, "outsider": "样例主管部门 甲某" }]);
    script
        .sign("张三", "approve_ink", json!({ "scan": scan, "signatures": outsider }))
        .expect("somebody from outside");
}
