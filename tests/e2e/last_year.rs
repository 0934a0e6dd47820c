//! What the office PC holds from last year, before its window is opened: a ledger with one request that waits for its
//! signatures and one that was rejected. Only the clock is another; folder, keyring and database are those of the
//! window.

use std::path::Path;

use qianban_desk::{Desk, DeskSetup};
use qianban_headless::OsStore;
use qianban_testkit::{Clock, Seeded};
use serde_json::{Value, json};

use crate::office::{APPLICANT, BUREAU, PEOPLE, Person, REGISTRAR, UNIT_HEAD, UNITS};

/// The year of it.
pub(crate) const YEAR: u16 = 2025;
/// A working day near its end.
const DAY: &str = "2025-12-22T09:30:00+08:00";

/// Founds the ledger and fills it.
pub(crate) fn leave_behind(home: &Path) {
    let ambient = Seeded::new(Clock::at(DAY), 2025);
    let setup = DeskSetup::at(home.join("data/qianban")).with_secrets(Box::new(OsStore));
    let desk = Desk::new(setup.with_ambient(Box::new(ambient)));
    let people: Vec<Value> = PEOPLE
        .iter()
        .map(|person| {
            let founder: &[&str] = if person.name == REGISTRAR.name { &["admin", "registrar"] } else { &[] };
            let roles: Vec<&str> = founder.iter().chain(person.roles).copied().collect();
            json!({ "name": person.name, "unit": person.unit, "roles": roles, "password": person.password })
        })
        .collect();
    call(&desk, "found", json!({ "bureau": BUREAU, "level": "county", "units": UNITS, "people": people }));
    request(&desk, "新调入人员，须办理国库支付业务。");
    let rejected = request(&desk, "重复填写的一份。");
    sign(&desk, &UNIT_HEAD, json!({ "kind": "reject", "form": rejected, "reason": "重复申请" }));
}

/// The applicant fills a permission request and sends it; answers its key.
fn request(desk: &Desk, reason: &str) -> Value {
    sit(desk, &APPLICANT);
    let listed = call(desk, "definitions", json!({}))["definitions"].as_array().cloned().expect("a list");
    let known = listed.iter().find(|one| one["id"] == "permission-request").expect("the form");
    let form = call(desk, "form_new", json!({ "definition": known["digest"] }))["form"].clone();
    let content = json!({ "kind": "content" });
    let rows =
        json!({ "form": form, "section": content, "field": "permissions", "change": { "kind": "add" } });
    call(desk, "draft_rows", rows);
    let cell = |column: &str| json!({ "row": 0, "column": column });
    for (field, cell, text) in [
        ("phone", Value::Null, "0000-1234567"),
        ("category", Value::Null, "new_user"),
        ("system", Value::Null, "国库支付"),
        ("reason", Value::Null, reason),
        ("permissions", cell("module"), "支付申请"),
        ("permissions", cell("role"), "录入岗"),
    ] {
        let set = json!({ "form": form, "section": content, "field": field, "cell": cell, "text": text });
        call(desk, "draft_set", set);
    }
    sign(desk, &APPLICANT, json!({ "kind": "submit", "form": form }))["form"].clone()
}

fn sit(desk: &Desk, person: &Person) {
    let status = call(desk, "host_status", json!({}));
    let listed = status["people"].as_array().cloned().expect("people with a seat");
    let id = listed.iter().find(|one| one["name"] == person.name).expect("a seat")["id"].clone();
    call(desk, "unlock", json!({ "person": id, "password": person.password }));
}

fn sign(desk: &Desk, person: &Person, action: Value) -> Value {
    sit(desk, person);
    let sheet = call(desk, "sign_prepare", json!({ "action": action }));
    let confirm =
        json!({ "request": sheet["request"], "digest": sheet["digest"], "password": person.password });
    call(desk, "sign_confirm", confirm)
}

fn call(desk: &Desk, command: &str, request: Value) -> Value {
    desk.call(command, request)
        .unwrap_or_else(|refusal| panic!("{command}: {} {}", refusal.code, refusal.message))
}
