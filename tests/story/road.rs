//! The roads on which PCs of a bureau reach each other.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::bureau::password;
use crate::ctl::{Session, code_of};
use crate::pc::{Pc, Seated, ended, ended_by};

/// How what one PC holds comes to another.
pub(crate) trait Road {
    /// The first PC, with the administrator at it, takes the road, before anybody asks to join.
    fn open(&mut self, registrar: &mut Seated);

    /// A PC that joins says so on the road; its seat is not certified yet.
    fn ask(&mut self, registrar: &mut Seated, pc: &Pc);

    /// The seat is certified at `from`: the PC, with nobody at its desk, takes the ledger in. `fingerprint` is the one that
    /// was told by telephone.
    fn join(&mut self, from: &mut Seated, pc: &Pc, fingerprint: &str);

    /// What `from` holds and `to` does not comes to `to`.
    fn pass(&mut self, from: &mut Seated, to: &mut Seated);
}

/// No network at all: a stick, from office to office.
pub(crate) struct Stick(TempDir);

impl Stick {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a stick"))
    }
}

impl Road for Stick {
    fn open(&mut self, _: &mut Seated) {}

    fn ask(&mut self, _: &mut Seated, _: &Pc) {}

    fn join(&mut self, from: &mut Seated, pc: &Pc, fingerprint: &str) {
        let path = write(from, self.0.path(), None);
        let mut session = pc.awaited();
        let needed = take(&mut session, &path, None);
        assert_eq!(code_of(&needed["refused"]), "FINGERPRINT-NEEDED", "no trust on first use");
        let wrong = take(&mut session, &path, Some("0000 1111 2222 3333 4444 5555 6666 7777"));
        assert_eq!(code_of(&wrong["refused"]), "FINGERPRINT-WRONG");
        let taken = take(&mut session, &path, Some(fingerprint));
        assert_eq!(taken["refused"], Value::Null, "{taken:#}");
        assert_eq!(taken["imported"]["refused"], json!([]), "{taken:#}");
        assert_eq!(session.get("host_status", json!({}))["stage"], "locked", "whoever asked may sit down");
        session.end();
    }

    /// Only what the other PC has not confirmed, as far as its own bundles have told; then once more what it has.
    fn pass(&mut self, from: &mut Seated, to: &mut Seated) {
        let room = from.session.get("sync_status", json!({}));
        let peers = room["peers"].as_array().expect("peers").clone();
        let peer = peers.iter().find(|peer| peer["name"] == to.name).and_then(|peer| peer["id"].as_str());
        let path = write(from, self.0.path(), peer);
        let taken = take(&mut to.session, &path, None);
        assert_eq!(taken["refused"], Value::Null, "{taken:#}");
        assert_eq!(
            (&taken["imported"]["waiting"], &taken["imported"]["refused"]),
            (&json!(0), &json!([])),
            "{taken:#}"
        );
        let before = to.state();
        let again = take(&mut to.session, &path, None)["imported"].clone();
        assert!(again["message"].as_str().expect("words").starts_with("没有新内容"), "{again:#}");
        assert_eq!(to.state(), before, "twice is once");
    }
}

/// Takes a bundle in.
pub(crate) fn take(session: &mut Session, path: &Path, fingerprint: Option<&str>) -> Value {
    session.get("bundle_import", json!({ "path": path, "fingerprint": fingerprint }));
    ended(session)
}

/// Whoever sits there writes a bundle; answers where it is.
pub(crate) fn write(from: &mut Seated, stick: &Path, peer: Option<&str>) -> PathBuf {
    let session = &mut from.session;
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
        json!({ "request": sheet["request"], "digest": sheet["digest"], "password": password(from.name) });
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

/// A real endpoint: `qianban-endpoint serve` in a process of its own.
pub(crate) struct Endpoint {
    folder: TempDir,
    program: Option<Child>,
    pub(crate) line: Line,
}

impl Endpoint {
    /// Starts it on a free port.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data").display().to_string();
        let ports = "listen = \"127.0.0.1:0\"\nwatch = \"127.0.0.1:0\"\n";
        std::fs::write(folder.path().join("endpoint.toml"), format!("data = {data:?}\n{ports}"))
            .expect("written");
        let mut endpoint = Self { folder, program: None, line: Line::default() };
        let mut command = endpoint.command("serve");
        let mut program =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the endpoint starts");
        let mut lines = BufReader::new(program.stdout.take().expect("piped")).lines();
        let mut next = || lines.next().expect("an address").expect("text");
        // Both lines: it ends when it cannot say the second.
        let (first, _watch) = (next(), next());
        endpoint.line.url = first.split_whitespace().last().expect("an address").to_owned();
        assert!(endpoint.line.url.starts_with("http://"), "{first}");
        endpoint.program = Some(program);
        endpoint
    }

    fn command(&self, job: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_story-endpoint"));
        command.arg("--config").arg(self.folder.path().join("endpoint.toml")).arg(job);
        command
    }

    /// A code that lets one bureau in, from the endpoint's operator.
    pub(crate) fn invite(&self) -> String {
        let output = self.command("invite").output().expect("runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        if let Some(mut program) = self.program.take() {
            // It is ours; that it is already gone is no failure.
            let _ = program.kill();
            let _ = program.wait();
        }
    }
}

/// One exchange with the endpoint that nothing keeps from its end.
pub(crate) fn sync(session: &mut Session) -> Value {
    session.get("sync_now", json!({}));
    let status = ended_by(session, "sync_progress");
    assert_eq!(status["refused"], Value::Null, "{status:#}");
    assert_eq!(
        (&status["synced"]["refused"], &status["synced"]["not_taken"]),
        (&json!([]), &json!([])),
        "{status:#}"
    );
    status["synced"].clone()
}

/// Forms that the endpoint does not wholly have, as the room 同步 lists them.
fn unsent(session: &mut Session) -> usize {
    let room = session.get("sync_status", json!({}));
    let forms = room["unsent"].as_array().expect("a list");
    assert!(forms.iter().all(|form| form["leaves"] == true), "{room:#}");
    forms.len()
}

impl Road for Endpoint {
    fn open(&mut self, registrar: &mut Seated) {
        let session = &mut registrar.session;
        assert_eq!(session.refused("sync_now", json!({})), "ENDPOINT-NONE");
        self.line.set_way(session);
        session.get("sync_now", json!({}));
        let unknown = ended_by(session, "sync_progress");
        assert_eq!(code_of(&unknown["refused"]), "ENDPOINT-BUREAU", "{unknown:#}");
        session.get("introduce", json!({ "code": self.invite() }));
        let known = ended_by(session, "sync_progress");
        assert_eq!(known["refused"], Value::Null, "{known:#}");
        assert_eq!(known["enrolled"]["certified"], true, "{known:#}");
        sync(session);
    }

    fn ask(&mut self, registrar: &mut Seated, pc: &Pc) {
        self.line.ask(registrar, pc);
    }

    fn join(&mut self, from: &mut Seated, pc: &Pc, fingerprint: &str) {
        self.line.join(from, pc, fingerprint);
    }

    fn pass(&mut self, from: &mut Seated, to: &mut Seated) {
        Line::pass(from, to);
    }
}

/// How PCs get to whoever answers them.
#[derive(Default)]
pub(crate) struct Line {
    pub(crate) url: String,
    /// The administrator's one-time codes, by the PC that they were given to.
    codes: Vec<(&'static str, String)>,
}

impl Line {
    pub(crate) fn set_way(&self, session: &mut Session) {
        let way = session.get("endpoint_way_set", json!({ "url": self.url, "proxy": "", "authority": null }));
        assert_eq!(way["url"], self.url.as_str(), "{way:#}");
    }

    fn enrol(&self, session: &mut Session, pc: &Pc, fingerprint: &str) -> Value {
        let (_, code) = self.codes.iter().find(|(name, _)| *name == pc.name).expect("a code was given");
        let request = json!({ "code": code, "fingerprint": fingerprint, "password": password(pc.name) });
        session.get("enrol", request);
        ended_by(session, "sync_progress")
    }

    pub(crate) fn ask(&mut self, registrar: &mut Seated, pc: &Pc) {
        let given = registrar.session.get("enrolment_code", json!({}));
        self.codes.push((pc.name, given["code"].as_str().expect("a code").to_owned()));
        let fingerprint = registrar.session.get("host_status", json!({}))["bureau"]["fingerprint"].clone();
        let fingerprint = fingerprint.as_str().expect("a fingerprint").to_owned();
        let mut session = pc.awaited();
        self.set_way(&mut session);
        let wrong = self.enrol(&mut session, pc, "0000 1111 2222 3333 4444 5555 6666 7777");
        assert_eq!(code_of(&wrong["refused"]), "ENDPOINT-FINGERPRINT", "no trust on first use");
        let asked = self.enrol(&mut session, pc, &fingerprint);
        assert_eq!((&asked["refused"], &asked["enrolled"]["certified"]), (&Value::Null, &json!(false)));
        session.end();
        let waiting = registrar.session.get("enrolments", json!({}))["enrolments"].clone();
        let mut waiting = waiting.as_array().expect("a list").iter();
        let found = waiting.find(|one| one["text"] == pc.request["text"]).expect("it waits there");
        assert_eq!(found["fingerprint"], pc.request["fingerprint"], "the same on both screens");
    }

    pub(crate) fn join(&self, from: &mut Seated, pc: &Pc, fingerprint: &str) {
        sync(&mut from.session);
        let mut session = pc.awaited();
        let came = self.enrol(&mut session, pc, fingerprint);
        assert_eq!((&came["refused"], &came["enrolled"]["certified"]), (&Value::Null, &json!(true)));
        assert_eq!(came["synced"]["refused"], json!([]), "{came:#}");
        assert_eq!(session.get("host_status", json!({}))["stage"], "locked", "whoever asked may sit down");
        session.end();
    }

    pub(crate) fn pass(from: &mut Seated, to: &mut Seated) {
        let unsent = unsent(&mut from.session);
        let gave = sync(&mut from.session);
        assert_eq!(gave["given"] != 0, unsent > 0, "the room names what is not there yet: {gave:#}");
        assert_eq!(self::unsent(&mut from.session), 0, "and it is there now");
        let came = sync(&mut to.session);
        assert_eq!(came["waiting"], 0, "{came:#}");
        let before = to.state();
        let again = sync(&mut to.session);
        assert!(again["message"].as_str().expect("words").starts_with("没有新内容"), "{again:#}");
        assert_eq!(to.state(), before, "twice is once");
    }
}
