//! The PCs of a bureau that has more than one.

use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::bureau::{Bureau, password, sign};
use crate::ctl::{Outcome, Session, qianbanctl};

/// A PC that joins the bureau.
pub(crate) struct Pc {
    _folder: TempDir,
    pub(crate) data: PathBuf,
    pub(crate) name: &'static str,
    /// The seat that is asked for.
    pub(crate) request: Value,
}

impl Pc {
    /// Somebody asks for a seat on a new PC.
    pub(crate) fn join(name: &'static str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let mut session = Session::start(&data);
        let joined = session.get("join", json!({ "name": name, "password": password(name) }));
        assert_eq!(session.get("host_status", json!({}))["stage"], "joining");
        session.end();
        Self { _folder: folder, data, name, request: joined["request"].clone() }
    }

    /// The PC with nobody at the desk: the key of the database is not with the operating system here, so the password
    /// opens it, and no seat is yet.
    pub(crate) fn awaited(&self) -> Session {
        let mut session = Session::start(&self.data);
        let open = json!({ "with": "password", "person": self.asked(&mut session), "password": password(self.name) });
        assert_eq!(session.refused("open_database", open), "SEAT-AWAITED");
        session
    }

    fn asked(&self, session: &mut Session) -> String {
        let status = session.get("host_status", json!({}));
        let people = status["people"].as_array().expect("a list").clone();
        assert_eq!(people.len(), 1, "{status:#}");
        people[0]["id"].as_str().expect("an id").to_owned()
    }

    /// The person sits down.
    pub(crate) fn sit(&self) -> Seated {
        let mut session = Session::start(&self.data);
        let person = self.asked(&mut session);
        let open = json!({ "with": "password", "person": person, "password": password(self.name) });
        let status = session.get("open_database", open);
        assert_eq!(status["person"]["name"], self.name, "{status:#}");
        Seated { session, name: self.name }
    }

    /// Every row of the file is checked.
    pub(crate) fn verify(&self) -> Outcome {
        let mut session = Session::start(&self.data);
        let person = self.asked(&mut session);
        session.end();
        let words = ["verify", "--person", &person];
        Outcome::of(qianbanctl(&self.data).args(words), &format!("{}\n", password(self.name)))
    }
}

/// A PC with somebody at the desk.
pub(crate) struct Seated {
    pub(crate) session: Session,
    pub(crate) name: &'static str,
}

impl Seated {
    /// 张三's PC.
    pub(crate) fn registrar(bureau: &Bureau) -> Self {
        Self { session: bureau.sit("张三"), name: "张三" }
    }

    /// Another person of the bureau sits down at its first PC.
    pub(crate) fn change(&mut self, bureau: &Bureau, name: &'static str) {
        bureau.change(&mut self.session, name);
        self.name = name;
    }

    /// Whoever sits here signs; answers the form's key.
    pub(crate) fn sign(&mut self, action: Value) -> String {
        sign(&mut self.session, self.name, action)
    }

    /// What PCs with the same events have in common.
    pub(crate) fn state(&mut self) -> String {
        let state = self.session.get("state_digest", json!({}));
        state["state"].as_str().expect("a digest").to_owned()
    }
}

/// Waits for an exchange by bundle; every answer takes a moment of the program's own time.
pub(crate) fn ended(session: &mut Session) -> Value {
    ended_by(session, "exchange_status")
}

/// Waits for an exchange that this command tells of.
pub(crate) fn ended_by(session: &mut Session, command: &str) -> Value {
    loop {
        let status = session.get(command, json!({}));
        if status["running"] == false {
            return status;
        }
    }
}

/// 张三 lets every ledger leave and certifies the seats that were asked for.
pub(crate) fn admit(registrar: &mut Seated, pcs: &[&Pc]) {
    registrar.sign(json!({ "kind": "set_setting", "key": "leave_ledgers", "value": "*" }));
    let people = registrar.session.get("people", json!({}))["people"].as_array().expect("people").clone();
    for pc in pcs {
        let known = people.iter().find(|person| person["name"] == pc.name).map(|person| person["id"].clone());
        let seat = json!({ "request": pc.request["text"], "person": known, "unit": "", "roles": ["maintainer"], "system": false });
        let action = json!({ "kind": "certify_seat", "seat": seat });
        let sheet = registrar.session.get("sign_prepare", json!({ "action": action }));
        let shown = sheet["fields"].as_array().expect("fields").clone();
        assert!(
            shown.iter().any(|field| field["shown"] == pc.request["fingerprint"]),
            "to be compared: {sheet:#}"
        );
        registrar.sign(action);
    }
}
