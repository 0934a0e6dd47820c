//! The forms of daily service, filled by the people who fill them: each gate holds, and the good way is open.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

mod calls;
mod changes;
mod data_modification;
mod estimates;
mod reports;
mod visits;

use qianban_testkit::{Bureau, Script};
use serde_json::{Value, json};

/// A field of the content, and what is typed into it.
type Typed<'a> = (&'a str, &'a str);

/// The id of 预算科.
fn unit(script: &Script<'_>) -> String {
    let fields = script.page()["content"]["fields"].as_array().expect("fields").clone();
    let field = fields.iter().find(|field| field["key"] == "unit").expect("a unit field");
    let options = field["options"].as_array().expect("units").clone();
    let found =
        options.iter().find(|unit| unit["label"].as_str().is_some_and(|name| name.contains("预算科")));
    found.expect("the unit")["value"].as_str().expect("an id").to_owned()
}

/// Somebody starts a form about 预算科.
fn started<'a>(bureau: &'a Bureau, name: &str, title: &str, fields: &[Typed<'_>]) -> Script<'a> {
    let script = bureau.start(name, title);
    let unit = unit(&script);
    script.set("unit", &unit);
    script.fill(fields);
    script
}

fn attach(script: &Script<'_>, slot: &str, name: &str, bytes: &[u8]) {
    script.bureau.attach(&script.form, json!({ "kind": "content" }), slot, name, bytes).expect("attached");
}

fn attach_to(script: &Script<'_>, table: &str, slot: &str, name: &str, bytes: &[u8]) {
    let section = json!({ "kind": "entry", "table": table, "row": null });
    script.bureau.attach(&script.form, section, slot, name, bytes).expect("attached");
}

/// 张三 seals it.
fn seal(script: &mut Script<'_>) -> String {
    script.sign("张三", "seal", json!({})).expect("sealed");
    script.form.clone()
}

fn submit(script: &mut Script<'_>, name: &str) -> Result<Value, qianban_desk::api::Refusal> {
    script.sign(name, "submit", json!({}))
}

fn close(script: &mut Script<'_>, name: &str, remark: &str) -> Result<Value, qianban_desk::api::Refusal> {
    script.sign(name, "close", json!({ "remark": remark }))
}

/// Keys of what a form asks for next, owed ones first to last.
fn owed(script: &Script<'_>) -> Vec<String> {
    let follows = script.page()["follows"].as_array().expect("follows").clone();
    let owed = follows.iter().filter(|follow| follow["owed"] == true);
    owed.map(|follow| follow["key"].as_str().expect("a key").to_owned()).collect()
}

/// The slip has one page: what comes next is the history.
fn fits_a_page(script: &Script<'_>) {
    let paper = script.paper();
    let second = paper.split('\u{c}').nth(1).unwrap_or_default();
    assert!(second.starts_with("签批历程"), "{second}");
}
