//! The form designer's minimum (G8, G12): a definition is changed in the window, judged, signed into use; what was
//! filled before keeps the version that it was filled with.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use qianban_testkit::Bureau;
use serde_json::{Value, json};

/// The active definition of a title.
fn definition(bureau: &Bureau, title: &str) -> Value {
    let listed = bureau.call("designs", json!({}));
    let active = listed["active"].as_array().expect("a list");
    active.iter().find(|one| one["title"] == title).unwrap_or_else(|| panic!("no {title}")).clone()
}

fn tree(bureau: &Bureau, digest: &Value) -> Value {
    let opened = bureau.call("design_open", json!({ "definition": digest }));
    serde_json::from_str(opened["tree"].as_str().expect("a tree")).expect("JSON")
}

fn check(digest: &Value, tree: &Value) -> Value {
    json!({ "base": digest, "tree": tree.to_string() })
}

fn activate(bureau: &Bureau, digest: &Value, tree: &Value) -> Value {
    let action = json!({ "kind": "activate_design", "base": digest, "tree": tree.to_string() });
    bureau.sign("张三", action).expect("an administrator activates it")
}

#[test]
fn an_edited_form_is_judged_shown_and_activated_while_old_records_keep_theirs() {
    let bureau = Bureau::founded(61);
    let title = "应用系统使用申请表";
    let old = definition(&bureau, title);
    let before = bureau.permission_request();
    bureau.sit("李四");
    let printed = bureau.call("slip_pdf", json!({ "form": before.form, "copy": "" }));

    let mut edited = tree(&bureau, &old["digest"]);
    let fields = edited["field"].as_array_mut().expect("fields");
    fields.insert(0, json!({ "key": "room", "label": "办公室房号", "type": "text", "max": 20 }));
    edited["step"][0]["title"] = json!("单位主要负责人意见");
    let rows = edited["slip"]["row"].as_array_mut().expect("rows");
    rows.insert(0, json!({ "h": 9, "cells": [{ "label": "房号", "w": 3 }, { "field": "room", "w": 21 }] }));
    let designed = bureau.call("design_check", check(&old["digest"], &edited));
    assert_eq!(
        designed["changes"],
        json!([
            "栏目新增「办公室房号」",
            "签批步骤「单位负责人意见」改名为「单位主要负责人意见」",
            "打印版面有变"
        ]),
        "said in words before anything is signed"
    );
    assert!(designed["pages"].as_u64() >= Some(1), "the empty slip is shown");

    activate(&bureau, &old["digest"], &edited);
    bureau.sit("李四");
    let new = definition(&bureau, title);
    assert_eq!((&old["version"], &new["version"]), (&json!(1), &json!(2)));
    let page = bureau.call("form_new", json!({ "definition": new["digest"] }));
    assert!(page.to_string().contains("办公室房号"), "new forms have the new field");
    let refused = bureau.refuse("form_new", json!({ "definition": old["digest"] }));
    assert_eq!(refused.code, "DEFINITION-UNKNOWN", "the old version starts no more forms");

    let still = bureau.call("form_get", json!({ "form": before.form }));
    assert!(!still.to_string().contains("办公室房号"), "a record keeps the version it was filled with");
    let again = bureau.call("slip_pdf", json!({ "form": before.form, "copy": "" }));
    assert_eq!(printed["pdf"], again["pdf"], "and prints the same bytes");
}

#[test]
fn what_the_catalog_refuses_and_what_is_fixed_is_said_and_nothing_changes() {
    let bureau = Bureau::founded(62);
    let old = definition(&bureau, "上门服务单");
    let good = tree(&bureau, &old["digest"]);
    let refuse = |tree: &Value| bureau.refuse("design_check", check(&old["digest"], tree));

    assert_eq!(refuse(&good).code, "REGISTRY-NO-CHANGE", "the same again is no new version");
    let mut narrow = good.clone();
    narrow["slip"]["row"].as_array_mut().expect("rows").push(json!({ "cells": [{ "label": "窄", "w": 3 }] }));
    let refused = refuse(&narrow);
    assert_eq!(refused.code, "DEFINITION-BAD");
    assert!(refused.message.contains("应为 24 列"), "the reason is named: {}", refused.message);
    let mut moved = good.clone();
    moved["policy"]["ledger"] = json!("permission");
    assert_eq!(refuse(&moved).code, "DESIGN-SHAPE", "a form does not change its ledger");
    let broken = bureau.refuse("design_check", json!({ "base": old["digest"], "tree": "{" }));
    assert_eq!(broken.code, "DESIGN-SHAPE");
    let large = bureau.refuse("design_check", json!({ "base": old["digest"], "tree": "x".repeat(600_000) }));
    assert_eq!(large.code, "DESIGN-SHAPE");
    assert_eq!(definition(&bureau, "上门服务单"), old);
}

#[test]
fn only_those_who_sign_the_registry_activate() {
    let bureau = Bureau::founded(63);
    let old = definition(&bureau, "上门服务单");
    let mut edited = tree(&bureau, &old["digest"]);
    edited["title"] = json!("上门维护服务单");
    bureau.sit("李四");
    let action = json!({ "kind": "activate_design", "base": old["digest"], "tree": edited.to_string() });
    let refused = bureau.refuse("sign_prepare", json!({ "action": action }));
    assert_eq!(refused.code, "REGISTRY-NOT-ADMIN");
}

#[test]
fn forms_that_came_with_a_newer_program_are_taken_into_use() {
    let old =
        vec![("old.toml".to_owned(), include_str!("../../../assets/forms/on-site-service.toml").to_owned())];
    let bureau = Bureau::founded_with(64, |setup| setup.with_definitions(old));
    let first = bureau.call("designs", json!({}));
    assert_eq!(first["active"].as_array().map(Vec::len), Some(1));
    let secrets = Box::new(bureau.secrets.clone());
    let bureau = bureau.reopened(secrets, 65);
    bureau.sit("张三");
    let listed = bureau.call("designs", json!({}));
    let shipped = listed["shipped"].as_array().expect("a list");
    assert!(!shipped.is_empty(), "the rest came with the program");
    let digests: Vec<&Value> = shipped.iter().map(|one| &one["digest"]).collect();
    bureau.sign("张三", json!({ "kind": "take_up_definitions", "definitions": digests })).expect("signed");
    let after = bureau.call("designs", json!({}));
    assert_eq!(after["shipped"], json!([]), "all are in use");
    assert_eq!(after["active"].as_array().map(Vec::len), Some(1 + shipped.len()));
}
