//! The main job on several PCs without any network: everything travels on a stick.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::bureau::{Bureau, fill, password, permission_request, sign};
use crate::ctl::{Outcome, Session, code_of, qianbanctl};

/// What the applicant attaches.
const FILE: &[u8] = b"%PDF-1.7 a duty list";

/// A PC that joins the bureau.
struct Pc {
    _folder: TempDir,
    data: PathBuf,
    name: &'static str,
    request: Value,
}

impl Pc {
    /// Somebody asks for a seat on a new PC.
    fn join(name: &'static str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let mut session = Session::start(&data);
        let joined = session.get("join", json!({ "name": name, "password": password(name) }));
        assert_eq!(session.get("host_status", json!({}))["stage"], "joining");
        session.end();
        Self { _folder: folder, data, name, request: joined["request"].clone() }
    }

    /// Takes in a bundle with nobody at the desk, as a PC that joins may.
    fn first_bundle(&self, path: &Path, fingerprint: &str) -> Value {
        let mut session = Session::start(&self.data);
        // The key of the database is not with the operating system here: the password opens it, and no seat is yet.
        let open = json!({ "with": "password", "person": self.asked(&mut session), "password": password(self.name) });
        assert_eq!(session.refused("open_database", open), "SEAT-AWAITED");
        let needed = take(&mut session, path, None);
        assert_eq!(code_of(&needed["refused"]), "FINGERPRINT-NEEDED", "no trust on first use");
        let wrong = take(&mut session, path, Some("0000 1111 2222 3333 4444 5555 6666 7777"));
        assert_eq!(code_of(&wrong["refused"]), "FINGERPRINT-WRONG");
        let taken = take(&mut session, path, Some(fingerprint));
        assert_eq!(taken["refused"], Value::Null, "{taken:#}");
        session.end();
        taken["imported"].clone()
    }

    fn asked(&self, session: &mut Session) -> String {
        let status = session.get("host_status", json!({}));
        let people = status["people"].as_array().expect("a list").clone();
        assert_eq!(people.len(), 1, "{status:#}");
        people[0]["id"].as_str().expect("an id").to_owned()
    }

    /// The person sits down.
    fn sit(&self) -> Session {
        let mut session = Session::start(&self.data);
        let person = self.asked(&mut session);
        let open = json!({ "with": "password", "person": person, "password": password(self.name) });
        let status = session.get("open_database", open);
        assert_eq!(status["person"]["name"], self.name, "{status:#}");
        session
    }

    /// Every row of the file is checked.
    fn verify(&self) -> Outcome {
        let mut session = Session::start(&self.data);
        let person = self.asked(&mut session);
        session.end();
        let words = ["verify", "--person", &person];
        Outcome::of(qianbanctl(&self.data).args(words), &format!("{}\n", password(self.name)))
    }
}

/// Waits for an exchange; every answer takes a moment of the program's own time.
fn ended(session: &mut Session) -> Value {
    loop {
        let status = session.get("exchange_status", json!({}));
        if status["running"] == false {
            return status;
        }
    }
}

fn take(session: &mut Session, path: &Path, fingerprint: Option<&str>) -> Value {
    session.get("bundle_import", json!({ "path": path, "fingerprint": fingerprint }));
    ended(session)
}

/// A person writes a bundle; answers where it is.
fn write(session: &mut Session, name: &str, stick: &Path, peer: Option<&str>) -> PathBuf {
    session.get("bundle_stage", json!({ "folder": stick, "peer": peer, "attachments": true }));
    let staged = ended(session);
    let bundle = staged["staged"]["bundle"].clone();
    assert!(bundle.is_string(), "{staged:#}");
    let sheet =
        session.get("sign_prepare", json!({ "action": { "kind": "write_bundle", "bundle": bundle } }));
    let shown = sheet["fields"].as_array().expect("fields").clone();
    let fingerprint = shown.iter().find(|field| field["label"] == "摆渡包指纹").expect("shown");
    assert_eq!(fingerprint["shown"], staged["staged"]["fingerprint"]);
    let confirm =
        json!({ "request": sheet["request"], "digest": sheet["digest"], "password": password(name) });
    let signed = session.get("sign_confirm", confirm);
    let path = PathBuf::from(signed["events"][0].as_str().expect("a path"));
    session.get("bundle_scan", json!({ "path": path }));
    let found = ended(session)["found"].clone();
    assert_eq!(
        (&found["whole"], &found["signed"], &found["ours"]),
        (&json!(true), &json!(true), &json!(true))
    );
    assert_eq!(found["fingerprint"], staged["staged"]["fingerprint"], "the same on both screens");
    path
}

fn state(session: &mut Session) -> String {
    session.get("sync_status", json!({}))["state"].as_str().expect("a digest").to_owned()
}

/// 张三 lets every ledger leave and certifies the seats that were asked for.
fn admit(bureau: &Bureau, session: &mut Session, pcs: &[&Pc]) {
    bureau.change(session, "张三");
    sign(session, "张三", json!({ "kind": "set_setting", "key": "leave_ledgers", "value": "*" }));
    let people = session.get("people", json!({}))["people"].as_array().expect("people").clone();
    for pc in pcs {
        let known = people.iter().find(|person| person["name"] == pc.name).map(|person| person["id"].clone());
        let seat =
            json!({ "request": pc.request["text"], "person": known, "unit": "", "roles": ["maintainer"] });
        let action = json!({ "kind": "certify_seat", "seat": seat });
        let sheet = session.get("sign_prepare", json!({ "action": action }));
        let shown = sheet["fields"].as_array().expect("fields").clone();
        assert!(
            shown.iter().any(|field| field["shown"] == pc.request["fingerprint"]),
            "to be compared: {sheet:#}"
        );
        sign(session, "张三", action);
    }
}

#[test]
fn three_pcs_do_the_main_job_by_stick_and_hold_the_same() {
    let bureau = Bureau::found(&["张三", "王五", "赵六", "孙八"]);
    let stick = tempfile::tempdir().expect("a stick");
    let (applicant, newcomer) = (Pc::join("李四"), Pc::join("吴十"));
    let mut registrar = bureau.sit("张三");
    let fingerprint = registrar.get("host_status", json!({}))["bureau"]["fingerprint"].clone();
    let fingerprint = fingerprint.as_str().expect("a fingerprint").to_owned();
    admit(&bureau, &mut registrar, &[&applicant, &newcomer]);
    let first = write(&mut registrar, "张三", stick.path(), None);
    let taken = applicant.first_bundle(&first, &fingerprint);
    assert_eq!((&taken["signed"], &taken["refused"]), (&json!(true), &json!([])), "{taken:#}");

    let mut session = applicant.sit();
    let definition = permission_request(&mut session);
    let draft = fill(&mut session, &definition, FILE);
    let form = sign(&mut session, "李四", json!({ "kind": "submit", "form": draft }));
    let sent = write(&mut session, "李四", stick.path(), None);

    let came = take(&mut registrar, &sent, None)["imported"].clone();
    assert_eq!((&came["new"]["attachments"], &came["waiting"]), (&json!(1), &json!(0)), "{came:#}");
    assert_eq!(state(&mut registrar), state(&mut session));
    for (name, step) in [("王五", "unit_head"), ("赵六", "division")] {
        bureau.change(&mut registrar, name);
        sign(
            &mut registrar,
            name,
            json!({ "kind": "approve", "form": form, "step": step, "on_behalf": null }),
        );
    }
    let second = write_for(&bureau, &mut registrar, stick.path(), "李四");
    // From office to office: the third PC has never seen the registrar's.
    take(&mut session, &second, None);
    let onward = write(&mut session, "李四", stick.path(), None);
    session.end();
    newcomer.first_bundle(&onward, &fingerprint);
    let mut session = newcomer.sit();
    for field in ["person_check", "permission_check"] {
        let section = json!({ "kind": "step", "key": "check" });
        let typed =
            json!({ "form": form, "section": section, "field": field, "cell": null, "text": "correct" });
        session.get("draft_set", typed);
    }
    sign(
        &mut session,
        "吴十",
        json!({ "kind": "approve", "form": form, "step": "check", "on_behalf": null }),
    );
    let checked = write(&mut session, "吴十", stick.path(), None);
    session.end();

    bureau.change(&mut registrar, "孙八");
    take(&mut registrar, &checked, None);
    let last = json!({ "kind": "approve", "form": form, "step": "info_center", "on_behalf": null });
    sign(&mut registrar, "孙八", last);
    bureau.change(&mut registrar, "张三");
    sign(&mut registrar, "张三", json!({ "kind": "seal", "form": form }));
    let end = write(&mut registrar, "张三", stick.path(), None);
    let hub = state(&mut registrar);
    for pc in [&applicant, &newcomer] {
        let mut session = pc.sit();
        let taken = take(&mut session, &end, None);
        assert_eq!(taken["refused"], Value::Null, "{taken:#}");
        assert_eq!(state(&mut session), hub, "{}", pc.name);
        let again = take(&mut session, &end, None)["imported"].clone();
        assert!(again["message"].as_str().expect("words").starts_with("没有新内容"), "{again:#}");
        assert_eq!(state(&mut session), hub, "twice is once");
        let page = session.get("form_get", json!({ "form": form }));
        assert_eq!((&page["status"], &page["findings"]), (&json!("sealed"), &json!([])), "{page:#}");
        let slip = session.get("slip_pdf", json!({ "form": form, "copy": "" }));
        assert!(slip["pages"].as_u64().is_some_and(|pages| pages > 0));
        session.end();
        assert_eq!(pc.verify().exit, 0, "{:?}", pc.verify());
    }
    registrar.end();
    assert_eq!(bureau.verify(&bureau.data).exit, 0);
}

/// 张三 writes what one PC has not confirmed.
fn write_for(bureau: &Bureau, registrar: &mut Session, stick: &Path, name: &str) -> PathBuf {
    bureau.change(registrar, "张三");
    let room = registrar.get("sync_status", json!({}));
    let peers = room["peers"].as_array().expect("peers").clone();
    let peer = peers.iter().find(|peer| peer["name"] == name).unwrap_or_else(|| panic!("{room:#}"));
    let id = peer["id"].as_str().expect("an id").to_owned();
    write(registrar, "张三", stick, Some(&id))
}

#[test]
fn until_an_administrator_says_so_nothing_leaves() {
    let bureau = Bureau::found(&["张三", "李四"]);
    let stick = tempfile::tempdir().expect("a stick");
    let mut session = bureau.sit("李四");
    let definition = permission_request(&mut session);
    let draft = fill(&mut session, &definition, FILE);
    sign(&mut session, "李四", json!({ "kind": "submit", "form": draft }));
    let path = write(&mut session, "李四", stick.path(), None);
    session.get("bundle_scan", json!({ "path": path }));
    let found = ended(&mut session)["found"].clone();
    let counts = |kind: &str| found["written"][kind].as_u64().expect("a number");
    assert_eq!((counts("events"), counts("contents"), counts("attachments")), (0, 0, 0), "{found:#}");
    assert!(counts("entries") > 0, "the registry always may");
}

#[test]
fn a_stranger_s_bundle_is_refused_by_the_name_of_its_owner() {
    let (ours, theirs) = (Bureau::found(&["张三"]), Bureau::found(&["张三"]));
    let stick = tempfile::tempdir().expect("a stick");
    let mut session = theirs.sit("张三");
    let path = write(&mut session, "张三", stick.path(), None);
    session.end();
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
