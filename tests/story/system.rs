//! The service desk of the vendor's is a person of kind system: it takes its step in a form without a window.

use serde_json::{Value, json};

use crate::bureau::{Bureau, fill, password, permission_request, sign};
use crate::ctl::{Outcome, qianbanctl};
use crate::pc::{Pc, Seated};
use crate::road::{Endpoint, Road, sync};

const NAME: &str = "运维服务台";

#[test]
fn a_system_signs_its_step_and_gives_the_envelope() {
    let bureau = Bureau::found(&["张三", "李四", "王五", "赵六"]);
    let mut road = Endpoint::start();
    let mut registrar = Seated::registrar(&bureau);
    road.open(&mut registrar);
    let desk = Pc::join(NAME);
    road.ask(&mut registrar, &desk);
    registrar.sign(json!({ "kind": "set_setting", "key": "leave_ledgers", "value": "*" }));
    let seat = json!({ "request": desk.request["text"], "person": null, "unit": "", "roles": ["maintainer"], "system": true });
    registrar.sign(json!({ "kind": "certify_seat", "seat": seat }));
    let form = request(&bureau, &mut registrar);
    let fingerprint = registrar.session.get("host_status", json!({}))["bureau"]["fingerprint"].clone();
    road.join(&mut registrar, &desk, fingerprint.as_str().expect("a fingerprint"));

    let mut session = desk.sit().session;
    let person = session.get("host_status", json!({}))["person"]["id"].clone();
    let person = person.as_str().expect("an id");
    for field in ["person_check", "permission_check"] {
        let section = json!({ "kind": "step", "key": "check" });
        let typed =
            json!({ "form": form, "section": section, "field": field, "cell": null, "text": "correct" });
        session.get("draft_set", typed);
    }
    session.end();
    let action = json!({ "kind": "approve", "form": form, "step": "check", "on_behalf": null });
    let run = |password: &str| {
        let mut command = qianbanctl(&desk.data);
        Outcome::of(command.args(["sign", "--person", person]), &format!("{password}\n{action}"))
    };
    let signed = run(&password(NAME));
    assert_eq!(signed.exit, 0, "{signed:?}");
    let answer: Value = serde_json::from_str(&signed.standard_output).expect("JSON");
    assert_eq!(answer["envelopes"].as_array().map(Vec::len), Some(1), "{answer:#}");
    assert_eq!(run(&password(NAME)).refusal(), "SIGN-NOT-TURN", "once is enough");

    let words = ["call", "sync_now", "{}", "--person", person];
    let gave = Outcome::of(qianbanctl(&desk.data).args(words), &format!("{}\n", password(NAME)));
    assert_eq!(gave.exit, 0, "{gave:?}");
    let gave: Value = serde_json::from_str(&gave.standard_output).expect("JSON");
    assert_eq!((&gave["running"], &gave["synced"]["given"]), (&json!(false), &json!(1)), "{gave:#}");
    sync(&mut registrar.session);
    let page = registrar.session.get("form_get", json!({ "form": form }));
    let step = page["steps"].as_array().expect("steps").iter().find(|step| step["key"] == "check");
    assert_eq!(step.expect("it is there")["state"], "passed", "{page:#}");
    registrar.session.end();
    // Last: a wrong password makes the next one wait.
    assert_eq!(run("不是这个口令").refusal(), "PASSWORD-WRONG");
}

/// A request that waits for the maintainer.
fn request(bureau: &Bureau, registrar: &mut Seated) -> String {
    registrar.change(bureau, "李四");
    let definition = permission_request(&mut registrar.session);
    let draft = fill(&mut registrar.session, &definition, b"%PDF-1.7");
    let form = registrar.sign(json!({ "kind": "submit", "form": draft }));
    for (name, step) in [("王五", "unit_head"), ("赵六", "division")] {
        registrar.change(bureau, name);
        let approve = json!({ "kind": "approve", "form": form, "step": step, "on_behalf": null });
        sign(&mut registrar.session, name, approve);
    }
    registrar.change(bureau, "张三");
    form
}
