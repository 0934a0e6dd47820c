//! A stated time that cannot be that of its row is refused here and found where another client signed it (C6, F14).

use serde_json::json;

use super::*;

const MISSTATED: &str = "F14 有一条登记所填的时间不可能：晚于记录、早于定稿或者过早，请审计员核对。";

fn state(desk: &Desk, form: &str, table: &str, at: &str) -> Result<Value, crate::api::Refusal> {
    let section = json!({ "kind": "entry", "table": table, "row": null });
    call(
        desk,
        "draft_set",
        json!({ "form": form, "section": section, "field": "rows", "cell": null, "text": "1" }),
    );
    sign(desk, json!({ "kind": "entry", "form": form, "table": table, "at": at, "corrects": null }))
}

#[test]
fn what_is_done_after_the_seal_is_not_stated_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let desk = founded(folder.path());
    let form = sent(&desk, "1");
    sign(&desk, json!({ "kind": "seal", "form": form })).unwrap();
    for at in ["2026-03-01 09:00", "1900-01-01 09:00"] {
        let refusal = state(&desk, &form, "deploy", at).unwrap_err();
        assert_eq!(refusal.code, "ENTRY-TIME", "{at}");
        assert!(refusal.message.contains("早于定稿时间 2026-03-02 09:00"), "{}", refusal.message);
    }
    state(&desk, &form, "deploy", "2026-03-02 08:50").expect("clocks differ by so much");
    assert_eq!(found(&desk, &form), Vec::<String>::new());
    force(&desk, &form, "deploy", "2026-03-01 09:00", Content::new());
    assert_eq!(found(&desk, &form), [MISSTATED]);
}

#[test]
fn what_may_be_done_before_the_seal_is_late_and_no_finding() {
    let folder = tempfile::tempdir().unwrap();
    let desk = founded(folder.path());
    let form = sent(&desk, "1");
    state(&desk, &form, "execute", "2026-03-01 09:00").expect("the day before, told as such");
    let refusal = state(&desk, &form, "execute", "2025-11-01 09:00").unwrap_err();
    assert_eq!(refusal.code, "ENTRY-TIME", "too long before the form: {}", refusal.message);
    assert_eq!(found(&desk, &form), Vec::<String>::new());
    let page = call(&desk, "form_get", json!({ "form": form }));
    let last = page["history"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["what"], &last["text"]), (&json!("补录"), &json!("时间：2026-03-01 09:00；行数：1")));
}

#[test]
fn a_time_that_nobody_could_state_is_found() {
    for at in ["1900-01-01 00:00", "2099-01-01 00:00", "昨天", ""] {
        let folder = tempfile::tempdir().unwrap();
        let desk = founded(folder.path());
        let form = sent(&desk, "1");
        let rows = Content::from([("rows".to_owned(), qianban_catalog::Value::Int(1))]);
        force(&desk, &form, "execute", at, rows);
        assert_eq!(found(&desk, &form), [MISSTATED], "{at:?}");
    }
}
