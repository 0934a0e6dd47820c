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
    let faults = pc.desk.verify().expect("looked at");
    assert!(faults.iter().all(|fault| fault.what == "数据库比本机记录的进度旧"), "{faults:?}");
    assert_eq!(faults.len(), 2, "an event and an entry: {faults:?}");
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
    assert_eq!(pc.findings().iter().map(|(code, _)| &**code).collect::<Vec<_>>(), ["K4"], "for the auditor");

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

/// Finds the fork of 钱七's log at the first exchange, keeps both branches, and revokes the seat; what was signed stands.
fn found_out(hub: &Pc, forms: &[&str]) {
    let found = hub.findings();
    let fork = |(code, words): &(String, String)| code == "F5" && words.contains("钱七");
    assert!(found.iter().any(fork), "{found:?}");
    let people = hub.call("people", json!({}))["people"].as_array().expect("people").clone();
    let owner = people.iter().find(|person| person["name"] == "钱七").expect("known");
    let seat = owner["seats"].as_array().expect("seats").last().expect("a seat")["id"].clone();
    let revoke = json!({ "kind": "revoke_seat", "seat": seat, "reason": "电脑被复制" });
    hub.sign("张三", revoke).expect("revoked");
    for form in forms {
        assert_eq!(hub.status(form), "approved", "accepted by the list");
        hub.seal(form).expect("it counts");
    }
}

/// Faults 19: what this PC remembers was put back with the database, so it cannot know.
#[test]
fn a_copy_that_nobody_noticed_keeps_both_branches_and_is_found_by_others() {
    let stick = tempfile::tempdir().expect("a stick");
    let hub = Pc::founded(290);
    let other = Pc::joined(&hub, "钱七", stick.path(), 291);
    let yesterday = other.snapshot();
    let first = other.sent("2026-03-01");
    hub.sit("张三");
    hub.take(&other.written("钱七", stick.path()));
    assert_eq!(hub.findings(), []);

    let other = other.restarted(|data| yesterday.put_back(data));
    assert_eq!(other.sit("钱七")["awaits_seat"], false, "nothing tells it");
    let second = other.sent("2026-03-02");
    hub.take(&other.written("钱七", stick.path()));
    found_out(&hub, &[&first, &second]);
    other.take(&hub.written("张三", stick.path()));
    assert_eq!((other.status(&first), other.status(&second)), ("sealed".to_owned(), "sealed".to_owned()));
    assert_eq!(other.state(), hub.state());
}

/// Faults 20: disks imaged after their PC had a seat.
#[test]
fn images_of_a_pc_with_a_seat_are_found_at_the_first_exchange_and_lose_nothing() {
    let stick = tempfile::tempdir().expect("a stick");
    let hub = Pc::founded(300);
    let other = Pc::joined(&hub, "钱七", stick.path(), 301);
    let images: Vec<Pc> = (0..3).map(|n| other.image(310 + n)).collect();
    hub.sit("张三");
    let mut forms = Vec::new();
    for (n, pc) in images.iter().enumerate() {
        forms.push(pc.sent(&format!("2026-02-0{}", n + 1)));
        hub.take(&pc.written("钱七", stick.path()));
    }
    found_out(&hub, &forms.iter().map(String::as_str).collect::<Vec<_>>());
    let bundle = hub.written("张三", stick.path());
    for pc in &images {
        pc.take(&bundle);
        let refused = pc.desk.call("sign_prepare", json!({ "action": { "kind": "renew_seat" } }));
        assert_eq!(code(refused), "REGISTRY-NOT-ADMIN");
        pc.call("lock", json!({}));
        let status = pc.call("host_status", json!({}));
        assert_eq!(status["people"], json!([]), "a revoked seat opens nothing");
    }
}

/// Faults 21: the same draft is signed again after the machine went back to a snapshot.
#[test]
fn a_machine_that_went_back_in_the_middle_of_signing_signs_another_event() {
    let stick = tempfile::tempdir().expect("a stick");
    let hub = Pc::founded(320);
    let other = Pc::joined(&hub, "钱七", stick.path(), 321);
    let draft = other.filled("2026-03-01");
    let submit = json!({ "kind": "submit", "form": draft });
    other.prepared("钱七", submit.clone()).expect("the sign window is open");
    let snapshot = other.snapshot();
    let first = other.sign("钱七", submit.clone()).expect("signed")["form"].clone();
    hub.sit("张三");
    hub.take(&other.written("钱七", stick.path()));
    let other = other.restarted(|data| snapshot.put_back(data));
    let second = other.sign("钱七", submit).expect("signed again")["form"].clone();
    assert_ne!(first, second);
    hub.take(&other.written("钱七", stick.path()));
    found_out(&hub, &[first.as_str().expect("a key"), second.as_str().expect("a key")]);
}

/// Faults 14: a wrong clock is said where people look, and hinders nothing.
#[test]
fn a_clock_that_is_ahead_is_found_over_all_forms_and_on_the_form() {
    let pc = Pc::founded(330);
    pc.clock.set("2026-03-05T09:00:00+08:00");
    let form = pc.sent("2026-03-01");
    assert_eq!(pc.findings(), []);
    pc.clock.set("2026-03-02T09:00:00+08:00");
    let found = pc.findings();
    assert!(!found.is_empty() && found.iter().all(|(code, _)| code == "F8"), "{found:?}");
    let page = pc.call("form_get", json!({ "form": form }));
    assert_eq!(page["findings"][0]["code"], "F8");
}
