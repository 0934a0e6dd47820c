//! A round whose plan is not that of its content (F7), or whose files are not here: it can be read and is not signed.

use qianban_journal::{Attachment, Digest};
use serde_json::json;

use super::*;

const PLANNED: &str = r#"
id = "planned"
title = "样例付款"
row = "D06"
version = 1
cites = []

[policy]
ledger = "planned"
ledger_title = "样例付款台账"
create = ["maintainer"]
edit = ["maintainer"]
register = true
seal = "plain"

[[field]]
key = "large"
label = "大额"
type = "flag"
required = true

[[field]]
key = "files"
label = "附件"
type = "attachment"

[[step]]
key = "chief"
title = "大额审核"
roles = ["registrar"]
need = 1
when = 'form.large'
bar = false
ink = "no"
outsider = false

[slip]
paper = "A5"
orientation = "landscape"
copies = ["留存联"]
[[slip.row]]
cells = [{ label = "大额", w = 4 }, { field = "large", w = 6 }, { field = "files", w = 6 }, { step = "chief", w = 8 }]
"#;

/// A draft that says whether the amount is large.
fn filled(desk: &Desk, large: &str) -> String {
    let form = begun(desk, "planned");
    let section = json!({ "kind": "content" });
    let set = json!({ "form": form, "section": section, "field": "large", "cell": null, "text": large });
    call(desk, "draft_set", set);
    form
}

fn seal(desk: &Desk, form: &str) -> Result<Value, crate::api::Refusal> {
    sign(desk, json!({ "kind": "seal", "form": form }))
}

#[test]
fn a_plan_that_skips_a_step_is_found_and_never_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let desk = founded_with(folder.path(), &[("planned.toml", PLANNED)]);
    let skipping = force_submit(&desk, &filled(&desk, "1"), &Ends::new(), |_| {});
    assert_eq!(found(&desk, &skipping), ["F7 签批步骤与内容不符，请退回起草人重新送签。"]);
    assert_eq!(seal(&desk, &skipping).unwrap_err().code, "SIGN-PLAN");
    let honest = force_submit(&desk, &filled(&desk, "0"), &Ends::new(), |_| {});
    assert_eq!(found(&desk, &honest), Vec::<String>::new(), "nobody need sign a small one");
    seal(&desk, &honest).unwrap();
}

#[test]
fn a_round_whose_file_is_missing_is_read_and_not_signed() {
    let folder = tempfile::tempdir().unwrap();
    let desk = founded_with(folder.path(), &[("planned.toml", PLANNED)]);
    let form = force_submit(&desk, &filled(&desk, "0"), &Ends::new(), |content| {
        content.attachments.push(Attachment {
            slot: "files".to_owned(),
            name: "发票.pdf".to_owned(),
            media: "application/pdf".to_owned(),
            len: 1_000,
            digest: Digest([9; 32]),
        });
    });
    let page = call(&desk, "form_get", json!({ "form": form }));
    assert_eq!(page["content"]["attachments"][0]["name"], "发票.pdf", "it can be read");
    let refused = seal(&desk, &form).unwrap_err();
    assert_eq!((refused.code.as_str(), refused.message.as_str()), ("FILE-MISSING", "附件未到齐，不能签名。"));
}
