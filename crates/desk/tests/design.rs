//! The form designer's minimum (G7, G8, G12): a definition is changed in the window, judged, signed into use; what was
//! filled before keeps the version that it was filled with.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use qianban_testkit::Bureau;
use serde_json::{Value, json};

/// The lines that say what changed.
fn texts(changes: &Value) -> Vec<&str> {
    changes.as_array().expect("a list").iter().filter_map(|change| change["text"].as_str()).collect()
}

/// The one fault of an edited tree.
fn fault(bureau: &Bureau, digest: &Value, tree: &Value) -> Value {
    let designed = bureau.call("design_check", check(digest, tree));
    assert_eq!(
        (&designed["slip"], &designed["changes"]),
        (&json!(null), &json!([])),
        "nothing but the fault"
    );
    let faults = designed["faults"].as_array().expect("a list");
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults[0].clone()
}

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
        texts(&designed["changes"]),
        [
            "打印版面新增文字「房号」",
            "打印版面的布置有变",
            "栏目新增「办公室房号」（类型：单行文字）",
            "签批步骤「单位负责人意见」改名为「单位主要负责人意见」",
        ],
        "said in words before anything is signed"
    );
    assert!(designed["slip"]["pages"].as_u64() >= Some(1), "the empty slip is shown");
    let unchanged = bureau.call("design_check", check(&old["digest"], &tree(&bureau, &old["digest"])));
    assert_eq!(unchanged["changes"], json!([]), "before anything is changed");
    assert_ne!(unchanged["slip"]["pdf"], designed["slip"]["pdf"], "and the slip changes with the form");

    activate(&bureau, &old["digest"], &edited);
    bureau.sit("李四");
    let new = definition(&bureau, title);
    assert_eq!((&old["version"], &new["version"]), (&json!(1), &json!(2)));
    let page = bureau.call("form_new", json!({ "definition": new["digest"] }));
    assert!(page.to_string().contains("办公室房号"), "new forms have the new field");
    let refused = bureau.refuse("form_new", json!({ "definition": old["digest"] }));
    assert_eq!(refused.code, "DEFINITION-UNKNOWN", "the old version starts no more forms");

    let listed = bureau.call("designs", json!({}));
    let versions = listed["versions"].as_array().expect("a list").clone();
    let ours: Vec<_> = versions.iter().filter(|one| one["id"] == "permission-request").collect();
    assert_eq!(
        ours.iter().map(|one| (one["version"].clone(), one["active"].clone())).collect::<Vec<_>>(),
        [(json!(2), json!(true)), (json!(1), json!(false))],
        "every version stays known"
    );
    assert_eq!(ours[0]["changed"]["name"], "张三", "with who took it into use");

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

    let same = json!({ "kind": "activate_design", "base": old["digest"], "tree": good.to_string() });
    let refused = bureau.refuse("sign_prepare", json!({ "action": same }));
    assert_eq!(refused.code, "REGISTRY-NO-CHANGE", "the same again is no new version");
    let mut narrow = good.clone();
    narrow["slip"]["row"].as_array_mut().expect("rows").push(json!({ "cells": [{ "label": "窄", "w": 3 }] }));
    let last = narrow["slip"]["row"].as_array().expect("rows").len();
    let fault = fault(&bureau, &old["digest"], &narrow);
    assert_eq!(fault["code"], "DEF-SLIP-WIDTH");
    let words = fault["message"].as_str().expect("words");
    assert!(words.starts_with(&format!("打印版面第 {last} 行")), "the place is named: {words}");
    assert!(words.contains("应为 24 列"), "and the reason: {words}");
    assert!(fault["place"].as_str().expect("a path").starts_with(&format!("slip.row.{}", last - 1)));
    let mut moved = good.clone();
    moved["policy"]["ledger"] = json!("permission");
    assert_eq!(refuse(&moved).code, "DESIGN-SHAPE", "a form does not change its ledger");
    let broken = bureau.refuse("design_check", json!({ "base": old["digest"], "tree": "{" }));
    assert_eq!(broken.code, "DESIGN-SHAPE");
    assert_eq!(broken.message, "改动后的单据定义不能用：第 1 行第 1 个字符：没有写完");
    let null = bureau.refuse("design_check", json!({ "base": old["digest"], "tree": r#"{"title": null}"# }));
    assert_eq!((null.code.as_str(), latin(&null.message)), ("DESIGN-SHAPE", "title".to_owned()));
    let large = bureau.refuse("design_check", json!({ "base": old["digest"], "tree": "x".repeat(600_000) }));
    assert_eq!(large.code, "DESIGN-SHAPE");
    assert_eq!(definition(&bureau, "上门服务单"), old);
}

/// The Latin words of a sentence.
fn latin(words: &str) -> String {
    words.chars().filter(char::is_ascii_alphabetic).collect()
}

#[test]
fn a_fault_is_told_at_its_place() {
    let bureau = Bureau::founded(66);
    let old = definition(&bureau, "应用系统使用申请表");
    let good = tree(&bureau, &old["digest"]);
    let told = |edit: &dyn Fn(&mut Value)| {
        let mut edited = good.clone();
        edit(&mut edited);
        let fault = fault(&bureau, &old["digest"], &edited);
        let text = |key: &str| fault[key].as_str().expect("a text").to_owned();
        (text("code"), text("place"), text("message"))
    };
    let row =
        |code: &str, place: &str, message: &str| (code.to_owned(), place.to_owned(), message.to_owned());

    assert_eq!(
        told(&|tree| tree["step"][1]["roles"] = json!(["king"])),
        row("DEF-ROLE", "step.1.roles.0", "签批步骤「主管处室审核」的角色：没有角色「king」")
    );
    assert_eq!(
        told(&|tree| tree["field"][1]["label"] = json!("")),
        row(
            "DEF-WORDS",
            "field.1.label",
            "第 2 个栏目的名称：文字「」为空、超过 40 个字、不止一行，或含有控制字符"
        )
    );
    assert_eq!(
        told(&|tree| tree["field"][1] = json!({ "key": "apply_date", "type": "date" })),
        row("DEF-FORMAT", "field.1", "第 2 个栏目：格式不对：缺少「label」")
    );
    let (code, place, words) =
        told(&|tree| tree["gate"][0]["require"] = json!("box.person_check == correct"));
    assert_eq!((code.as_str(), place.as_str()), ("DEF-EXPRESSION", "gate.0.require"), "{words}");
    let (code, place, words) = told(&|tree| tree["gate"][0]["require"] = json!("box.person_check == "));
    assert_eq!((code.as_str(), place.as_str()), ("DEF-EXPRESSION", "gate.0.require"));
    assert!(!words.contains("ERROR") && words.contains("写法不对"), "no words of the parser: {words}");
    let (_, place, words) = told(&|tree| tree["field"][0]["label"] = json!("申请😀单位"));
    assert_eq!(
        (place.as_str(), words.as_str()),
        ("field.0.label", "栏目「申请😀单位」的名称：有打印不出来的字")
    );

    let mut edited = good.clone();
    edited["title"] = json!("申请表😀");
    bureau.sit("张三");
    let action = json!({ "kind": "activate_design", "base": old["digest"], "tree": edited.to_string() });
    let refused = bureau.refuse("sign_prepare", json!({ "action": action }));
    assert_eq!(refused.code, "TEXT-GLYPH", "nor is it signed past the screen");
    edited["title"] = json!("申请表");
    edited["step"][0]["roles"] = json!([]);
    let action = json!({ "kind": "activate_design", "base": old["digest"], "tree": edited.to_string() });
    let refused = bureau.refuse("sign_prepare", json!({ "action": action }));
    assert_eq!(refused.code, "DEFINITION-BAD");
    assert!(refused.message.contains("签批步骤「单位负责人意见」"), "{}", refused.message);
}

#[test]
fn the_sign_sheet_names_every_control_that_changes_and_shows_apart_those_that_fall() {
    let bureau = Bureau::founded(67);
    let old = definition(&bureau, "应用系统使用申请表");
    let mut edited = tree(&bureau, &old["digest"]);
    edited["title"] = json!("应用系统权限申请表");
    edited["step"][0]["bar"] = json!(false);
    edited["step"][0]["bar_fields"] = json!([]);
    edited["step"][1]["ink"] = json!("no");
    edited["step"][1]["outsider"] = json!(false);
    edited["step"][2]["roles"] = json!(["maintainer", "applicant"]);
    edited["step"][3]["differ"] = json!([]);
    edited["step"][3]["need"] = json!(2);
    edited["policy"]["create"] = json!(["clerk"]);
    edited["gate"].as_array_mut().expect("gates").remove(3);
    edited["gate"][0]["require"] = json!("box.person_check == \"correct\"");
    edited["link"][0]["max"] = json!(3);
    edited["field"][2]["required"] = json!(false);
    bureau.sit("张三");
    let action = json!({ "kind": "activate_design", "base": old["digest"], "tree": edited.to_string() });
    let sheet = bureau.call("sign_prepare", json!({ "action": action }));

    let said: Vec<&str> = sheet["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .filter_map(|line| line["shown"].as_str())
        .collect();
    assert_eq!(
        said,
        [
            "应用系统权限申请表（第 2 版）",
            "办理规则的可填写的角色由「申请人、业务经办、运维人员、台账登记员」改为「业务经办」",
            "标题由「应用系统使用申请表」改为「应用系统权限申请表」",
            "关联「来源电话」的上限由「1」改为「3」",
            "签批步骤「主管处室审核」的纸质签字由「可以」改为「不接受」",
            "签批步骤「主管处室审核」的名册外人员签字由「是」改为「否」",
            "签批步骤「信息中心核准」的签字人数由「1」改为「2」",
        ]
    );
    assert_eq!(
        sheet["weakened"],
        json!([
            "栏目「申请人」的必填由「是」改为「否」",
            "关口「GATE-CHECK-CLEAN」的条件由「box.person_check == \"correct\" && box.permission_check == \"correct\"」改为「box.person_check == \"correct\"」",
            "关口去掉「GATE-VERIFY-SUCCESS」",
            "签批步骤「单位负责人意见」的本人回避由「是」改为「否」",
            "签批步骤「单位负责人意见」的须回避的人员栏由「申请人」改为「无」",
            "签批步骤「人员与权限信息检查」的角色由「运维人员」改为「运维人员、申请人」",
            "签批步骤「信息中心核准」的须由不同的人签的步骤由「人员与权限信息检查」改为「无」",
        ])
    );
    let codes: Vec<_> =
        sheet["warnings"].as_array().expect("warnings").iter().map(|one| &one["code"]).collect();
    assert_eq!(
        codes,
        ["DESIGN-BAR", "DESIGN-TOO-FEW"],
        "nobody bars himself any more; one holder cannot sign twice"
    );
}

#[test]
fn a_form_that_nobody_could_finish_is_warned_of() {
    let bureau = Bureau::founded(68);
    let old = definition(&bureau, "应用系统使用申请表");
    let warned = |edit: &dyn Fn(&mut Value)| {
        let mut edited = tree(&bureau, &old["digest"]);
        edit(&mut edited);
        let designed = bureau.call("design_check", check(&old["digest"], &edited));
        assert_eq!(designed["faults"], json!([]), "a warning is no fault");
        let warnings = designed["warnings"].as_array().expect("a list").clone();
        let text = |one: &Value, key: &str| one[key].as_str().expect("a text").to_owned();
        warnings.iter().map(|one| (text(one, "code"), text(one, "place"))).collect::<Vec<_>>()
    };
    let one = |code: &str, place: &str| vec![(code.to_owned(), place.to_owned())];

    assert_eq!(warned(&|tree| tree["title"] = json!("申请表")), []);
    assert_eq!(
        warned(&|tree| tree["step"][3]["roles"] = json!(["leader"])),
        one("DESIGN-NOBODY", "step.3.roles"),
        "a role that nobody holds"
    );
    assert_eq!(
        warned(&|tree| tree["policy"]["create"] = json!(["treasury"])),
        one("DESIGN-NOBODY", "policy.create"),
        "nobody could begin one"
    );
    assert_eq!(
        warned(&|tree| tree["policy"]["edit"] = json!(["auditor"])),
        one("DESIGN-NOBODY", "policy.edit"),
        "nor send it"
    );
    assert_eq!(
        warned(&|tree| tree["gate"][1]["require"] = json!("false && size(steps.check) > 0")),
        one("DESIGN-GATE-NEVER", "gate.1.require"),
        "a gate that never opens"
    );
    assert_eq!(
        warned(&|tree| tree["step"][1]["when"] = json!("1 > 2")),
        one("DESIGN-STEP-NEVER", "step.1.when"),
        "a step that is never asked"
    );
    assert_eq!(
        warned(&|tree| tree["step"][3]["roles"] = json!(["maintainer"])),
        one("DESIGN-TOO-FEW", "step.3.roles"),
        "two people are asked where there is one"
    );
}

#[test]
fn the_procedure_of_data_modifications_is_the_bureaus_own() {
    let bureau = Bureau::whole(69);
    let old = definition(&bureau, "财政一体化管理信息系统平台/数据库修改记录单");
    let mut edited = tree(&bureau, &old["digest"]);
    let steps = edited["step"].as_array_mut().expect("steps");
    let mut leader = steps[0].clone();
    leader["key"] = json!("leader");
    leader["title"] = json!("分管领导意见");
    leader["roles"] = json!(["leader"]);
    steps.insert(1, leader);
    let rows = edited["slip"]["row"].as_array_mut().expect("rows");
    rows.insert(
        0,
        json!({ "h": 22, "cells": [{ "label": "领导意见", "w": 3 }, { "step": "leader", "w": 21 }] }),
    );
    activate(&bureau, &old["digest"], &edited);
    let form = bureau.start("钱七", "财政一体化管理信息系统平台/数据库修改记录单");
    let page = bureau.call("form_get", json!({ "form": form.form }));
    let keys: Vec<&Value> =
        page["steps"].as_array().expect("steps").iter().map(|step| &step["key"]).collect();
    assert!(keys.contains(&&json!("leader")), "G7: the bureau adds a step to the chain: {keys:?}");
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
