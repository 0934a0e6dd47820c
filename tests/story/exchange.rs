//! The main job on three PCs, on every road.

use serde_json::{Value, json};

use crate::bureau::{Bureau, fill, password, permission_request, sign};
use crate::ctl::code_of;
use crate::pc::{Pc, Seated, admit, ended, ended_by};
use crate::relay::Relay;
use crate::road::{Endpoint, Road, Stick, take, write};

/// What the applicant attaches.
pub(crate) const FILE: &[u8] = b"%PDF-1.7 a duty list";

#[test]
fn three_pcs_do_the_main_job_by_stick_and_hold_the_same() {
    three_pcs_do_the_main_job(&mut Stick::new());
}

#[test]
fn three_pcs_do_the_main_job_through_an_endpoint_and_hold_the_same() {
    three_pcs_do_the_main_job(&mut Endpoint::start());
}

#[test]
fn three_pcs_do_the_main_job_through_the_registrar_s_and_hold_the_same() {
    three_pcs_do_the_main_job(&mut Relay::default());
}

/// 张三's PC, where the bureau was founded and most people sit, 李四's who asks, and 吴十's who is new.
fn three_pcs_do_the_main_job(road: &mut dyn Road) {
    let bureau = Bureau::found(&["张三", "王五", "赵六", "孙八"]);
    let (applicant, newcomer) = (Pc::join("李四"), Pc::join("吴十"));
    let mut registrar = Seated::registrar(&bureau);
    let fingerprint = registrar.session.get("host_status", json!({}))["bureau"]["fingerprint"].clone();
    let fingerprint = fingerprint.as_str().expect("a fingerprint");
    road.open(&mut registrar);
    road.ask(&mut registrar, &applicant);
    road.ask(&mut registrar, &newcomer);
    admit(&mut registrar, &[&applicant, &newcomer]);
    road.join(&mut registrar, &applicant, fingerprint);

    let mut asks = applicant.sit();
    let definition = permission_request(&mut asks.session);
    let draft = fill(&mut asks.session, &definition, FILE);
    let form = asks.sign(json!({ "kind": "submit", "form": draft }));
    road.pass(&mut asks, &mut registrar);
    assert_eq!(registrar.state(), asks.state());
    for (name, step) in [("王五", "unit_head"), ("赵六", "division")] {
        registrar.change(&bureau, name);
        registrar.sign(approve(&form, step));
    }
    registrar.change(&bureau, "张三");
    road.pass(&mut registrar, &mut asks);
    // From office to office: the third PC may never have met the registrar's.
    road.join(&mut asks, &newcomer, fingerprint);
    let mut checks = newcomer.sit();
    for field in ["person_check", "permission_check"] {
        write_in(&mut checks, &form, json!({ "kind": "step", "key": "check" }), field, "correct");
    }
    checks.sign(approve(&form, "check"));
    road.pass(&mut checks, &mut registrar);
    registrar.change(&bureau, "孙八");
    registrar.sign(approve(&form, "info_center"));
    registrar.change(&bureau, "张三");
    registrar.sign(json!({ "kind": "seal", "form": form }));
    road.pass(&mut registrar, &mut checks);
    do_and_verify(&mut checks, &form);
    road.pass(&mut checks, &mut registrar);
    registrar.sign(json!({ "kind": "close", "form": form, "remark": "" }));
    let hub = registrar.state();
    for to in [&mut asks, &mut checks] {
        road.pass(&mut registrar, to);
        assert_eq!(to.state(), hub, "{}", to.name);
        let page = to.session.get("form_get", json!({ "form": form }));
        assert_eq!((&page["status"], &page["findings"]), (&json!("closed"), &json!([])), "{page:#}");
        let slip = to.session.get("slip_pdf", json!({ "form": form, "copy": "" }));
        assert!(slip["pages"].as_u64().is_some_and(|pages| pages > 0));
    }
    for seated in [registrar, asks, checks] {
        seated.session.end();
    }
    assert_eq!(bureau.verify(&bureau.data).exit, 0);
    for pc in [&applicant, &newcomer] {
        assert_eq!(pc.verify().exit, 0, "{:?}", pc.verify());
    }
}

fn approve(form: &str, step: &str) -> Value {
    json!({ "kind": "approve", "form": form, "step": step, "on_behalf": null })
}

fn write_in(at: &mut Seated, form: &str, section: Value, field: &str, text: &str) {
    let typed = json!({ "form": form, "section": section, "field": field, "cell": null, "text": text });
    at.session.get("draft_set", typed);
}

/// What was permitted is done and tried out where the maintainer sits.
fn do_and_verify(at: &mut Seated, form: &str) {
    for (table, field, text) in [("assign", "done", "已分配单位经办岗。"), ("verify", "result", "success")]
    {
        let row = json!({ "kind": "entry", "table": table, "row": null });
        write_in(at, form, row, field, text);
        at.sign(json!({ "kind": "entry", "form": form, "table": table, "at": null, "corrects": null }));
    }
}

#[test]
fn until_an_administrator_says_so_nothing_leaves() {
    let bureau = Bureau::found(&["张三", "李四"]);
    let stick = tempfile::tempdir().expect("a stick");
    let mut session = bureau.sit("李四");
    let definition = permission_request(&mut session);
    let draft = fill(&mut session, &definition, FILE);
    sign(&mut session, "李四", json!({ "kind": "submit", "form": draft }));
    let mut seated = Seated { session, name: "李四" };
    let path = write(&mut seated, stick.path(), None);
    seated.session.get("bundle_scan", json!({ "path": path }));
    let found = ended(&mut seated.session)["found"].clone();
    let counts = |kind: &str| found["written"][kind].as_u64().expect("a number");
    assert_eq!((counts("events"), counts("contents"), counts("attachments")), (0, 0, 0), "{found:#}");
    assert!(counts("entries") > 0, "the registry always may");
}

#[test]
fn a_stranger_s_bundle_is_refused_by_the_name_of_its_owner() {
    let (ours, theirs) = (Bureau::found(&["张三"]), Bureau::found(&["张三"]));
    let stick = tempfile::tempdir().expect("a stick");
    let mut stranger = Seated::registrar(&theirs);
    let path = write(&mut stranger, stick.path(), None);
    stranger.session.end();
    let mut session = ours.sit("张三");
    let refused = take(&mut session, &path, None)["refused"].clone();
    assert_eq!(code_of(&refused), "BUNDLE-OTHER");
    assert!(refused["message"].as_str().expect("words").contains("样例县财政局"), "{refused:#}");
    std::fs::write(stick.path().join("letter.qbx"), "no bundle").expect("written");
    let refused = take(&mut session, &stick.path().join("letter.qbx"), None)["refused"].clone();
    assert_eq!(code_of(&refused), "BUNDLE-BAD");
    let refused = take(&mut session, &stick.path().join("gone.qbx"), None)["refused"].clone();
    assert_eq!(code_of(&refused), "BUNDLE-PATH");
}

#[test]
fn joining_is_given_up_and_nothing_of_it_is_left() {
    let pc = Pc::join("李四");
    let mut session = pc.awaited();
    let way = |url: &str| json!({ "url": url, "proxy": "", "authority": null });
    assert_eq!(session.refused("endpoint_way_set", way("ftp://exchange.example")), "ENDPOINT-SETTING");
    let missing = json!({ "url": "https://exchange.example", "proxy": "", "authority": "/nowhere/ca.pem" });
    assert_eq!(session.refused("endpoint_way_set", missing), "BUNDLE-PATH");
    let enrol = json!({ "code": "AAAA-AAAA-AAAA-AAAA", "fingerprint": "1", "password": password("李四") });
    assert_eq!(session.refused("enrol", enrol.clone()), "ENDPOINT-NONE");
    session.get("endpoint_way_set", way("http://127.0.0.1:1"));
    session.get("enrol", enrol);
    assert_eq!(code_of(&ended_by(&mut session, "sync_progress")["refused"]), "ENDPOINT-UNREACHABLE");
    assert_eq!(session.get("join_cancel", json!({}))["stage"], "first_start");
    assert_eq!(session.refused("join_cancel", json!({})), "HOST-NOT-FOUNDED");
    session.end();
    let left: Vec<_> = std::fs::read_dir(pc.data.parent().expect("a folder")).expect("read").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn whoever_sits_in_a_bureau_cannot_give_it_up() {
    let bureau = Bureau::found(&["张三"]);
    let mut session = bureau.sit("张三");
    assert_eq!(session.refused("join_cancel", json!({})), "JOIN-OVER");
    let people = session.get("people", json!({}));
    assert_eq!(people["units"][0]["name"], "样例县财政局", "an empty unit means the first");
    session.end();
    assert_eq!(bureau.verify(&bureau.data).exit, 0);
}
