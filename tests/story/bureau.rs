//! A county's finance bureau on one PC, and its permission request.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::ctl::{Outcome, Session, qianbanctl};

/// Every person's password is their name and this.
const PASSWORD_END: &str = " 的口令 2026";
const SCHOOL: &str = "样例县教育局";

/// Who is in the bureau: name, unit, roles. The first one founds it.
const PEOPLE: [(&str, &str, &[&str]); 6] = [
    ("张三", "", &["admin", "registrar", "clerk"]),
    ("李四", SCHOOL, &["applicant"]),
    ("王五", SCHOOL, &["unit_head"]),
    ("赵六", "", &["division"]),
    ("钱七", "", &["maintainer"]),
    ("孙八", "", &["info_center"]),
];

/// A founded bureau in a folder of its own.
pub(crate) struct Bureau {
    _folder: TempDir,
    /// The data folder.
    pub(crate) data: PathBuf,
    /// Code of the recovery sheet.
    pub(crate) recovery_code: String,
    people: Vec<(String, String)>,
}

/// The password of a person.
pub(crate) fn password(name: &str) -> String {
    format!("{name}{PASSWORD_END}")
}

impl Bureau {
    /// Founds it; `seated` people have a password on this PC, the others sign on paper only.
    pub(crate) fn found(seated: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let people: Vec<Value> = PEOPLE
            .iter()
            .map(|(name, unit, roles)| {
                let password = seated.contains(name).then(|| password(name));
                json!({ "name": name, "unit": unit, "roles": roles, "password": password })
            })
            .collect();
        let request =
            json!({ "bureau": "样例县财政局", "level": "county", "units": [SCHOOL], "people": people });
        let mut session = Session::start(&data);
        let founded = session.get("found", request);
        let status = session.get("host_status", json!({}));
        session.end();
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let listed = status["people"].as_array().expect("a list");
        let people = listed.iter().map(|person| (text(&person["name"]), text(&person["id"]))).collect();
        Self { _folder: folder, data, recovery_code: text(&founded["recovery_code"]), people }
    }

    /// The id of a person with a seat.
    pub(crate) fn id(&self, name: &str) -> &str {
        let found = self.people.iter().find(|(known, _)| known == name);
        &found.unwrap_or_else(|| panic!("{name} has a seat")).1
    }

    /// The request that puts a person at the desk.
    pub(crate) fn unlock(&self, name: &str) -> Value {
        json!({ "person": self.id(name), "password": password(name) })
    }

    /// `verify` on a copy of the data folder, opened by the founder.
    pub(crate) fn verify(&self, data: &Path) -> Outcome {
        let mut command = qianbanctl(data);
        Outcome::of(command.args(["verify", "--person", self.id("张三")]), &format!("{}\n", password("张三")))
    }

    /// A sitting with a person at the desk.
    pub(crate) fn sit(&self, name: &str) -> Session {
        let mut session = Session::start(&self.data);
        session.get("unlock", self.unlock(name));
        session
    }

    /// Another person sits down.
    pub(crate) fn change(&self, session: &mut Session, name: &str) {
        session.get("unlock", self.unlock(name));
    }
}

/// The digest of the permission request's definition.
pub(crate) fn permission_request(session: &mut Session) -> String {
    let listed = session.get("definitions", json!({}));
    let definitions = listed["definitions"].as_array().expect("a list");
    let found = definitions.iter().find(|definition| definition["id"] == "permission-request");
    found.expect("it ships")["digest"].as_str().expect("text").to_owned()
}

/// The fields of a complete request, in the order in which a person fills them.
pub(crate) const FIELDS: [(&str, &str); 5] = [
    ("phone", "0571-86001234"),
    ("category", "new_user"),
    ("system", "预算一体化系统"),
    ("reason", "因原经办人员调离，申请开通单位经办岗权限。"),
    ("id_number", "20500117"),
];

/// The cells of its only row of permissions.
pub(crate) const CELLS: [(&str, &str); 2] = [("module", "指标管理"), ("role", "单位经办岗")];

/// `draft_set` of a field of the content.
pub(crate) fn typed(form: &str, field: &str, text: &str) -> Value {
    json!({ "form": form, "section": { "kind": "content" }, "field": field, "cell": null, "text": text })
}

/// `draft_set` of a cell of the first permission.
pub(crate) fn typed_cell(form: &str, column: &str, text: &str) -> Value {
    let cell = json!({ "row": 0, "column": column });
    json!({ "form": form, "section": { "kind": "content" }, "field": "permissions", "cell": cell, "text": text })
}

/// `draft_rows` that adds the first permission.
pub(crate) fn one_row(form: &str) -> Value {
    json!({ "form": form, "section": { "kind": "content" }, "field": "permissions", "change": { "kind": "add" } })
}

/// `file_begin` of an attachment of the content.
pub(crate) fn file(form: &str, name: &str, bytes: &[u8]) -> Value {
    json!({
        "form": form, "section": { "kind": "content" }, "slot": "attachments", "name": name,
        "media": "application/pdf", "size_bytes": bytes.len(),
    })
}

/// Standard base64 with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits =
            three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= three.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

/// Fills a new request and attaches a file; answers its key.
pub(crate) fn fill(session: &mut Session, definition: &str, bytes: &[u8]) -> String {
    let page = session.get("form_new", json!({ "definition": definition }));
    let form = page["form"].as_str().expect("a key").to_owned();
    for (field, text) in FIELDS {
        session.get("draft_set", typed(&form, field, text));
    }
    session.get("draft_rows", one_row(&form));
    for (column, text) in CELLS {
        session.get("draft_set", typed_cell(&form, column, text));
    }
    let upload = session.get("file_begin", file(&form, "岗位责任书.pdf", bytes))["upload"].clone();
    session.get("file_chunk", json!({ "upload": upload, "bytes": base64(bytes) }));
    session.get("file_finish", json!({ "upload": upload }));
    form
}

/// Prepares and confirms; answers the form's final key.
pub(crate) fn sign(session: &mut Session, name: &str, action: Value) -> String {
    let sheet = session.get("sign_prepare", json!({ "action": action }));
    let confirm =
        json!({ "request": sheet["request"], "digest": sheet["digest"], "password": password(name) });
    session.get("sign_confirm", confirm)["form"].as_str().unwrap_or_default().to_owned()
}
