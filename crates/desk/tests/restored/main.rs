//! A data folder that was put back from yesterday, or carried or imaged to another computer: a new life begins, in which
//! people draft, are certified again, and seal once they have exchanged (K5–K7).

#![allow(clippy::expect_used, clippy::panic, reason = "a story that cannot go on says why and stops")]

mod pc;

use std::fs;

use pc::Pc;
use qianban_desk::api::Refusal;
use qianban_store::{Anchor, AnchorFile};
use serde_json::{Value, json};

fn add_unit(pc: &Pc, name: &str) -> Result<Value, Refusal> {
    pc.sign("张三", json!({ "kind": "add_unit", "name": name }))
}

fn code(refused: Result<Value, Refusal>) -> String {
    refused.expect_err("it was done").code
}

/// Everybody's seats with whether they were revoked and why.
fn seats(pc: &Pc, name: &str) -> Vec<(bool, String)> {
    let people = pc.call("people", json!({}))["people"].as_array().expect("people").clone();
    let of = people.iter().find(|person| person["name"] == name).expect("known");
    let seat =
        |seat: &Value| (seat["revoked"] == true, seat["reason"].as_str().unwrap_or_default().to_owned());
    of["seats"].as_array().expect("seats").iter().map(seat).collect()
}

/// Faults 18 and 51a, where nobody else could help: 张三 is the only administrator of the only PC.
#[test]
fn the_only_pc_of_a_bureau_renews_itself_and_seals_nothing_twice() {
    let pc = Pc::founded(240);
    let form = pc.sent("2026-03-01");
    let yesterday = pc.backup();
    pc.seal(&form).expect("sealed");
    add_unit(&pc, "国库科").expect("added");

    let pc = pc.restarted(|data| yesterday.put_back(data));
    assert_eq!(pc.sit("张三")["awaits_seat"], true);
    assert_eq!(code(add_unit(&pc, "社保科")), "HOST-COPY");
    assert_eq!(code(pc.seal(&form)), "HOST-COPY");
    let draft = pc.filled("2026-03-02");
    assert_eq!(code(pc.sign("钱七", json!({ "kind": "submit", "form": draft }))), "HOST-COPY", "he drafts");
    let asked = pc.request_of("钱七");
    assert_eq!(code(pc.sign("钱七", json!({ "kind": "renew_seat" }))), "REGISTRY-NOT-ADMIN");

    pc.sit("张三");
    assert_eq!(pc.call("seat_requests", json!({}))["may_renew"], true);
    let sheet = pc.prepared("张三", json!({ "kind": "renew_seat" })).expect("prepared");
    let warned: Vec<&str> = sheet["warnings"]
        .as_array()
        .expect("warnings")
        .iter()
        .map(|one| one["message"].as_str().expect("words"))
        .collect();
    assert!(warned[0].contains("还签过 1 次，还改过 1 次名册，还定稿过 1 张单据"), "{warned:?}");
    pc.sign("张三", json!({ "kind": "renew_seat" })).expect("certified with the former key");
    assert_eq!(pc.sit("张三")["awaits_seat"], false);
    assert_eq!(
        seats(&pc, "张三"),
        [(true, "数据恢复或复制，由本人换发席位".to_owned()), (false, String::new())]
    );
    assert_eq!(code(pc.sign("张三", json!({ "kind": "renew_seat" }))), "RENEW-NOTHING");

    assert_eq!(code(pc.seal(&form)), "SEAL-LISTED", "it was sealed and is lost: never twice");
    pc.certify(&asked, None);
    let other = pc.sent("2026-03-02");
    pc.seal(&other).expect("nobody is there to exchange with");
    let pc = pc.restarted(|_| ());
    assert_eq!(pc.sit("张三")["awaits_seat"], false, "no second copy");
    assert_eq!(pc.status(&other), "sealed");
    assert_eq!(code(pc.seal(&form)), "SEAL-LISTED");
}

/// Faults 18 and 51a, where another PC has what was lost.
#[test]
fn a_sealing_pc_of_yesterday_seals_after_another_pc_has_seen_its_new_seat() {
    let stick = tempfile::tempdir().expect("a stick");
    let hub = Pc::founded(250);
    let other = Pc::joined(&hub, "钱七", stick.path(), 251);
    let form = other.sent("2026-03-01");
    hub.sit("张三");
    hub.take(&other.written("钱七", stick.path()));
    let yesterday = hub.backup();
    hub.seal(&form).expect("sealed");
    other.take(&hub.written("张三", stick.path()));
    let second = other.sent("2026-03-02");
    let before = other.written("钱七", stick.path());

    let hub = hub.restarted(|data| yesterday.put_back(data));
    assert_eq!(code(hub.seal(&form)), "HOST-COPY");
    let warnings = |pc: &Pc| -> Vec<Value> {
        let sheet = pc.prepared("张三", json!({ "kind": "renew_seat" })).expect("prepared");
        let warnings = sheet["warnings"].as_array().expect("warnings").clone();
        warnings.iter().map(|one| one["code"].clone()).collect()
    };
    assert_eq!(warnings(&hub), ["RENEW-LOST", "RENEW-FIRST"]);
    hub.take(&before);
    assert_eq!(hub.status(&form), "sealed", "the seal came back");
    assert_eq!(warnings(&hub), [Value::Null; 0]);
    hub.sign("张三", json!({ "kind": "renew_seat" })).expect("no administrator sits elsewhere");
    assert_eq!(hub.status(&form), "sealed", "and is accepted");
    hub.take(&before);
    assert_eq!(code(hub.seal(&second)), "SEAL-NOT-EXCHANGED", "who wrote that knew of no new seat");
    other.take(&hub.written("张三", stick.path()));
    hub.take(&other.written("钱七", stick.path()));
    hub.seal(&second).expect("exchanged");
    other.take(&hub.written("张三", stick.path()));
    assert_eq!(other.status(&second), "sealed", "by the seat to which the ledger moved");
    assert_eq!(other.state(), hub.state());
}

/// Faults 18: the PC of somebody else is restored, and the administrator certifies it from his own.
#[test]
fn a_pc_of_yesterday_is_certified_by_the_administrator_on_another() {
    let stick = tempfile::tempdir().expect("a stick");
    let hub = Pc::founded(260);
    let other = Pc::joined(&hub, "钱七", stick.path(), 261);
    let yesterday = other.backup();
    let form = other.sent("2026-03-01");
    hub.take(&other.written("钱七", stick.path()));

    let other = other.restarted(|data| yesterday.put_back(data));
    assert_eq!(other.sit("钱七")["awaits_seat"], true);
    assert_eq!(other.call("seat_requests", json!({}))["may_renew"], false);
    let draft = other.filled("2026-03-02");
    assert_eq!(code(other.sign("钱七", json!({ "kind": "submit", "form": draft }))), "HOST-COPY");
    let request = other.request_of("钱七");
    other.sit("钱七");
    assert_eq!(other.request_of("钱七"), request, "it is asked for once");
    hub.certify(&request, None);
    let whole = hub.written("张三", stick.path());
    other.take(&whole);
    assert_eq!(other.call("host_status", json!({}))["awaits_seat"], false, "while he sits there");
    assert_eq!(other.status(&form), "approved", "what it lost came back");
    assert_eq!(other.state(), hub.state(), "and nothing was dropped there");
    let signed = other.sign_here(json!({ "kind": "submit", "form": draft })).expect("signs again");
    hub.take(&other.written("钱七", stick.path()));
    let second = signed["form"].as_str().expect("a key");
    for form in [&*form, second] {
        hub.seal(form).expect("what the former and the new seat signed counts");
    }
    let seats = seats(&hub, "钱七");
    assert_eq!(seats[1], (true, "数据恢复或复制，由管理员换发席位".to_owned()), "{seats:?}");
    assert_eq!(seats[2], (false, String::new()));
}

#[test]
fn another_computer_is_another_pc_with_a_seat_of_its_own() {
    let pc = Pc::founded(270);
    pc.sit("张三");
    add_unit(&pc, "国库科").expect("signed");
    let file = AnchorFile::of(&pc.data);
    let anchor = file.read().expect("readable").expect("written");
    // A system that says nothing of itself is no other one.
    let known = !anchor.machine.is_empty();
    let pc =
        pc.restarted(|_| file.write(&Anchor { machine: "另一台".to_owned(), ..anchor }).expect("written"));
    assert_eq!(pc.sit("张三")["awaits_seat"], known);
    if known {
        assert_eq!(code(add_unit(&pc, "社保科")), "HOST-COPY");
        pc.sign("张三", json!({ "kind": "renew_seat" })).expect("certified");
    }
    add_unit(&pc, "社保科").expect("signed");
}

#[test]
fn a_pc_that_has_forgotten_how_far_it_had_come_is_a_copy() {
    for damage in [None, Some("{")] {
        let pc = Pc::founded(280).restarted(|data| {
            let anchor = data.join("anchor.json");
            match damage {
                None => fs::remove_file(anchor).expect("removed"),
                Some(bytes) => fs::write(anchor, bytes).expect("written"),
            }
        });
        assert_eq!(pc.sit("张三")["awaits_seat"], true);
        assert_eq!(code(add_unit(&pc, "社保科")), "HOST-COPY");
        pc.sign("张三", json!({ "kind": "renew_seat" })).expect("certified");
        add_unit(&pc, "社保科").expect("signed");
    }
}
