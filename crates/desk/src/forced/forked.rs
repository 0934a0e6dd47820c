//! Two PCs went on from one draft: both revisions stay, and somebody chooses (V4).

use qianban_catalog::{Section, Value};
use qianban_journal::{EventId, digest, fingerprint};
use serde_json::{Value as Json, json};

use super::{call, founded, sent, sign, signed, unasked};
use crate::desk::Sitting;
use crate::record::Record;
use crate::sign::act::Act;
use crate::{Desk, snapshot};

/// Saves two revisions of the same draft, neither of which knows the other.
fn fork(desk: &Desk, form: &str) {
    signed(desk, |look| {
        let revision = |ready: Value| {
            let record = Record::read(look, form)?;
            let values = [("ready".to_owned(), ready)].into();
            let bytes = snapshot::encode(&record.definition, record.def, &Section::Content, &values)?;
            let save = Act::Save { content: digest(&bytes), def: record.def };
            Ok(unasked(record, vec![save], bytes))
        };
        [Value::Flag(true), Value::Empty].into_iter().map(revision).collect()
    });
}

fn page(desk: &Desk, form: &str) -> Json {
    call(desk, "form_get", json!({ "form": form }))
}

/// The code of what a revision saved.
fn content(desk: &Desk, form: &str, revision: &str) -> String {
    let Sitting { opened, .. } = desk.sitting().unwrap();
    let log = opened.store.read(|reader| reader.form_log(form.parse().unwrap())).unwrap();
    let revision: EventId = revision.parse().unwrap();
    fingerprint(log.event(revision).unwrap().content.unwrap())
}

/// What each revision says, and whether it can be chosen.
fn leaves(page: &Json) -> (Vec<String>, bool) {
    let said = |leaf: &Json| leaf["fields"][0]["shown"].as_str().unwrap_or("（空）").to_owned();
    let offers = page["actions"].as_array().unwrap().iter();
    (
        page["leaves"].as_array().unwrap().iter().map(said).collect(),
        offers.filter(|offer| offer["action"] == "resolve").count() == 1,
    )
}

#[test]
fn a_forked_draft_is_shown_whole_and_chosen_by_its_editor() {
    let folder = tempfile::tempdir().unwrap();
    let desk = founded(folder.path());
    let form = sent(&desk, "1");
    sign(&desk, json!({ "kind": "withdraw", "form": form, "reason": "改一处" })).unwrap();
    assert_eq!(leaves(&page(&desk, &form)), (vec![], false), "one revision, nothing to choose");
    fork(&desk, &form);

    let forked = page(&desk, &form);
    let (mut said, may_choose) = leaves(&forked);
    said.sort();
    assert_eq!((said, may_choose), (vec!["是".to_owned(), "（空）".to_owned()], true));
    let listed = forked["leaves"].as_array().unwrap();
    assert_eq!(listed.iter().filter(|leaf| leaf["shown"] == true).count(), 1, "the sheet shows one of them");
    assert!(listed.iter().all(|leaf| leaf["own"] == true && leaf["name"] == "张三"));
    let refused = sign(&desk, json!({ "kind": "submit", "form": form })).unwrap_err();
    assert_eq!(refused.code, "SIGN-FORKED");

    let empty = listed.iter().find(|leaf| leaf["fields"].as_array().unwrap().is_empty()).unwrap();
    for leaf in listed {
        let kept = leaf["revision"].as_str().unwrap();
        let resolve = json!({ "kind": "resolve", "form": form, "keep": kept });
        let sheet = call(&desk, "sign_prepare", json!({ "action": resolve }));
        assert_eq!(sheet["content"], content(&desk, &form, kept), "the code is of the leaf that is shown");
    }
    let resolve = json!({ "kind": "resolve", "form": form, "keep": empty["revision"] });
    let sheet = call(&desk, "sign_prepare", json!({ "action": resolve }));
    let shown: Vec<&str> =
        sheet["fields"].as_array().unwrap().iter().filter_map(|field| field["shown"].as_str()).collect();
    assert_eq!(shown, ["张三所存", "1 份，仍保存在签批历程中"], "what is kept, and how many are not");
    sign(&desk, resolve.clone()).unwrap();

    let chosen = page(&desk, &form);
    assert_eq!(leaves(&chosen), (vec![], false));
    assert_eq!(chosen["content"]["fields"][0]["text"], "", "the kept revision is the form now");
    assert_eq!(sign(&desk, resolve).unwrap_err().code, "SIGN-NOT-TURN");
    sign(&desk, json!({ "kind": "submit", "form": form })).unwrap();
}
