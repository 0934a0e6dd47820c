//! What was signed past a gate or with links that hold nothing is found (F14).

use qianban_catalog::{CLOSE, Content};
use qianban_journal::{Digest, EventId, Link};
use serde_json::json;

use super::*;

#[test]
fn what_is_forced_past_a_gate_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let desk = founded(folder.path());
    let form = sent(&desk, "");
    let honest = json!({ "kind": "entry", "form": form, "table": "execute", "at": null, "corrects": null });
    let refused = sign(&desk, honest.clone()).unwrap_err();
    assert_eq!(refused.problems[0].code, "GATE-READY");
    force(&desk, &form, "execute", NOW, Content::new());
    assert_eq!(found(&desk, &form), ["F14 有一次签名时条件未满足(GATE-READY)。"]);
    sign(&desk, json!({ "kind": "seal", "form": form })).unwrap();
    force(&desk, &form, CLOSE, NOW, Content::new());
    let both = ["F14 有一次签名时条件未满足(GATE-READY)。", "F14 有一次签名时条件未满足(GATE-TWICE)。"];
    let mut all = found(&desk, &form);
    all.sort();
    assert_eq!(all, both);
    assert_eq!(call(&desk, "workbench", json!({}))["findings"], 2, "the auditor sees how many there are");
}

#[test]
fn what_keeps_to_its_gates_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let desk = founded(folder.path());
    let form = sent(&desk, "1");
    for rows in ["1", "2"] {
        let section = json!({ "kind": "entry", "table": "execute", "row": null });
        let set = json!({ "form": form, "section": section, "field": "rows", "cell": null, "text": rows });
        call(&desk, "draft_set", set);
        let entry =
            json!({ "kind": "entry", "form": form, "table": "execute", "at": null, "corrects": null });
        sign(&desk, entry).unwrap();
    }
    sign(&desk, json!({ "kind": "seal", "form": form })).unwrap();
    sign(&desk, json!({ "kind": "close", "form": form, "remark": "" })).unwrap();
    assert_eq!(found(&desk, &form), Vec::<String>::new());
}

#[test]
fn links_that_hold_nothing_are_found_and_never_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let desk = founded(folder.path());
    let unsealed = sent(&desk, "1").parse().unwrap();
    let to = |form| Link { form, seal: EventId([1; 32]), content: Digest([2; 32]) };
    let seal = |form: &str| sign(&desk, json!({ "kind": "seal", "form": form }));
    let none = force_links(&desk, &begun(&desk, "collection"), Vec::new());
    assert_eq!(found(&desk, &none), ["F14 有一次签名时条件未满足(LINK-TOO-FEW)。"]);
    assert_eq!(seal(&none).unwrap_err().problems[0].code, "LINK-TOO-FEW");
    let loose = force_links(&desk, &begun(&desk, "collection"), vec![to(unsealed)]);
    assert_eq!(found(&desk, &loose), ["F14 有一次签名时条件未满足(LINK-NOT-SEALED)。"]);
    assert_eq!(seal(&loose).unwrap_err().problems[0].code, "LINK-NOT-SEALED");
    let page = call(&desk, "form_get", json!({ "form": loose }));
    assert_eq!(page["links"][0]["rows"][0]["problem"]["code"], "LINK-NOT-SEALED");

    seal(&unsealed.to_string()).unwrap();
    let other_seal = found(&desk, &loose);
    assert_eq!(other_seal, ["F14 有一次签名时条件未满足(LINK-NOT-SEALED)。"], "another seal was named");
    assert!(desk.verify().unwrap().is_empty(), "what is kept of the link is what it says now");
    let missing = force_links(&desk, &begun(&desk, "collection"), vec![to(qianban_journal::FormId([9; 32]))]);
    assert_eq!(found(&desk, &missing), Vec::<String>::new(), "not here yet, not judged yet");
    assert_eq!(seal(&missing).unwrap_err().problems[0].code, "LINK-MISSING");
}
