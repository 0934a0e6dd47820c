//! The PCs of a bureau, each with a desk of its own; what goes between them travels on a stick.

use std::fs;
use std::path::{Path, PathBuf};

use qianban_desk::api::Refusal;
use qianban_desk::{Cost, Desk, DeskSetup};
use qianban_testkit::{Bureau, Clock, PASSWORD, Premises, Seeded};
use serde_json::{Value, json};
use tempfile::TempDir;

/// What is of the database in a data folder, and what this PC remembers beside it.
const DATABASE: &str = "qianban.db";
const BESIDE: [&str; 2] = ["anchor.json", "sealed.list"];

/// A PC that is switched on.
pub(crate) struct Pc {
    pub(crate) desk: Desk,
    pub(crate) data: PathBuf,
    place: Place,
    pub(crate) clock: Clock,
    seed: u64,
}

/// The folder, which goes when the PC does.
enum Place {
    Founded { _kept: Premises },
    Joined { _kept: TempDir },
}

/// What a backup holds.
pub(crate) struct Backup(TempDir);

impl Pc {
    /// The PC on which the bureau was founded.
    pub(crate) fn founded(seed: u64) -> Self {
        let bureau = Bureau::whole(seed);
        let clock = bureau.clock.clone();
        let place = bureau.left();
        Self::on(place.data(), Place::Founded { _kept: place }, clock, seed + 1)
    }

    /// A PC where somebody of the bureau asks for a seat, certified by 张三 on `hub`, with everything from there.
    pub(crate) fn joined(hub: &Self, name: &str, stick: &Path, seed: u64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let pc =
            Self::on(folder.path().join("data"), Place::Joined { _kept: folder }, hub.clock.clone(), seed);
        let joined = pc.call("join", json!({ "name": name, "password": PASSWORD }));
        hub.sign("张三", json!({ "kind": "set_setting", "key": "leave_ledgers", "value": "*" }))
            .expect("set");
        hub.certify(&joined["request"], Some(name));
        let fingerprint = hub.call("host_status", json!({}))["bureau"]["fingerprint"].clone();
        let bundle = hub.written("张三", stick);
        pc.call("bundle_import", json!({ "path": bundle, "fingerprint": fingerprint }));
        assert_eq!(pc.ended()["refused"], Value::Null);
        pc.sit(name);
        pc
    }

    fn on(data: PathBuf, place: Place, clock: Clock, seed: u64) -> Self {
        let desk = Self::desk(&data, &clock, seed);
        Self { desk, data, place, clock, seed }
    }

    fn desk(data: &Path, clock: &Clock, seed: u64) -> Desk {
        let ambient = Box::new(Seeded::new(clock.clone(), seed));
        Desk::new(DeskSetup::at(data.to_path_buf()).with_cost(Cost::TEST).with_ambient(ambient))
    }

    /// Switched off, something happens to its folder, and on again; nobody sits at it.
    pub(crate) fn restarted(self, meanwhile: impl FnOnce(&Path)) -> Self {
        let Self { desk, data, place, clock, seed } = self;
        drop(desk);
        meanwhile(&data);
        Self::on(data, place, clock, seed + 1_000)
    }

    /// What is in its folder now, the database alone.
    pub(crate) fn backup(&self) -> Backup {
        let folder = tempfile::tempdir().expect("a folder");
        copy(&self.data, folder.path());
        Backup(folder)
    }

    /// The same with what this PC remembers beside the database, as a disk image or a virtual machine keeps it.
    pub(crate) fn snapshot(&self) -> Backup {
        let backup = self.backup();
        copy_beside(&self.data, backup.0.path());
        backup
    }

    /// Another PC made from the image of this one; the system and the computer look the same.
    pub(crate) fn image(&self, seed: u64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        fs::create_dir_all(data.join("attachments")).expect("a folder");
        self.snapshot().put_back(&data);
        for name in ["keys.json", "people.json"] {
            fs::copy(self.data.join(name), data.join(name)).expect("copied");
        }
        Self::on(data, Place::Joined { _kept: folder }, self.clock.clone(), seed)
    }

    /// A command that must be carried out.
    pub(crate) fn call(&self, command: &str, request: Value) -> Value {
        let shown = request.to_string();
        self.desk.call(command, request).unwrap_or_else(|no| panic!("{command} {shown}: {no:?}"))
    }

    /// Somebody sits down; answers what the first screen shows.
    pub(crate) fn sit(&self, name: &str) -> Value {
        let status = self.call("host_status", json!({}));
        let people = status["people"].as_array().expect("people").clone();
        let known = people.iter().find(|person| person["name"] == name);
        let id = &known.unwrap_or_else(|| panic!("{name} is not listed: {status:#}"))["id"];
        self.call("open_database", json!({ "with": "password", "person": id, "password": PASSWORD }))
    }

    /// The id of somebody in the registry; somebody sits here.
    pub(crate) fn id(&self, name: &str) -> Value {
        let people = self.call("people", json!({}))["people"].as_array().expect("people").clone();
        people.iter().find(|person| person["name"] == name).expect("known")["id"].clone()
    }

    /// What would be signed.
    pub(crate) fn prepared(&self, name: &str, action: Value) -> Result<Value, Refusal> {
        self.sit(name);
        self.desk.call("sign_prepare", json!({ "action": action }))
    }

    /// Somebody sits down and signs.
    pub(crate) fn sign(&self, name: &str, action: Value) -> Result<Value, Refusal> {
        self.sit(name);
        self.sign_here(action)
    }

    /// Whoever sits here signs.
    pub(crate) fn sign_here(&self, action: Value) -> Result<Value, Refusal> {
        let sheet = self.desk.call("sign_prepare", json!({ "action": action }))?;
        let confirm = json!({ "request": sheet["request"], "digest": sheet["digest"], "password": PASSWORD });
        self.desk.call("sign_confirm", confirm)
    }

    /// 张三 certifies a seat that was asked for elsewhere.
    pub(crate) fn certify(&self, request: &Value, name: Option<&str>) {
        self.sit("张三");
        let person = name.map(|name| self.id(name));
        let seat =
            json!({ "request": request["text"], "person": person, "unit": "", "roles": [], "system": false });
        let sheet = self.prepared("张三", json!({ "kind": "certify_seat", "seat": seat })).expect("prepared");
        let shown = sheet["fields"].as_array().expect("fields").clone();
        assert!(shown.iter().any(|field| field["shown"] == request["fingerprint"]), "{sheet:#}");
        self.sign("张三", json!({ "kind": "certify_seat", "seat": seat })).expect("certified");
    }

    /// The seat that somebody asked for here.
    pub(crate) fn request_of(&self, name: &str) -> Value {
        let asked = self.call("seat_requests", json!({}));
        let requests = asked["requests"].as_array().expect("requests").clone();
        let own: Vec<&Value> = requests.iter().filter(|request| request["name"] == name).collect();
        assert_eq!(own.len(), 1, "{asked:#}");
        own[0].clone()
    }

    /// 钱七 fills a record of a backup; answers its key.
    pub(crate) fn filled(&self, day: &str) -> String {
        self.sit("钱七");
        let listed = self.call("definitions", json!({}))["definitions"].as_array().expect("a list").clone();
        let found =
            listed.iter().find(|definition| definition["title"] == "数据备份登记表").expect("shipped");
        let form = self.call("form_new", json!({ "definition": found["digest"] }))["form"].clone();
        let content = json!({ "kind": "content" });
        let set = |field: &str, cell: Value, text: &str| {
            let typed =
                json!({ "form": form, "section": content, "field": field, "cell": cell, "text": text });
            self.call("draft_set", typed);
        };
        let (begun, done) = (format!("{day} 01:00"), format!("{day} 02:00"));
        for (field, text) in [
            ("backup_date", day),
            ("database", "platform"),
            ("started_at", &begun),
            ("finished_at", &done),
            ("verified", "1"),
        ] {
            set(field, Value::Null, text);
        }
        let add = json!({ "form": form, "section": content, "field": "files", "change": { "kind": "add" } });
        self.call("draft_rows", add);
        let cells =
            [("year", "2026"), ("file", "a.dmp"), ("size", "2048"), ("done_at", &done), ("place", "备份机")];
        for (column, text) in cells {
            set("files", json!({ "row": 0, "column": column }), text);
        }
        form.as_str().expect("a key").to_owned()
    }

    /// 钱七 fills and sends a record of a backup, which is then approved; answers its key.
    pub(crate) fn sent(&self, day: &str) -> String {
        let draft = self.filled(day);
        let signed = self.sign("钱七", json!({ "kind": "submit", "form": draft })).expect("sent");
        signed["form"].as_str().expect("a key").to_owned()
    }

    /// 张三 seals a form.
    pub(crate) fn seal(&self, form: &str) -> Result<Value, Refusal> {
        self.sign("张三", json!({ "kind": "seal", "form": form }))
    }

    /// How a form stands; somebody sits here.
    pub(crate) fn status(&self, form: &str) -> String {
        self.call("form_get", json!({ "form": form }))["status"].as_str().expect("a status").to_owned()
    }

    /// Somebody writes everything on the stick; answers where.
    pub(crate) fn written(&self, name: &str, stick: &Path) -> PathBuf {
        self.sit(name);
        self.call("bundle_stage", json!({ "folder": stick, "peer": null, "attachments": true }));
        let bundle = self.ended()["staged"]["bundle"].clone();
        let signed = self.sign(name, json!({ "kind": "write_bundle", "bundle": bundle })).expect("written");
        PathBuf::from(signed["events"][0].as_str().expect("a path"))
    }

    /// Takes a bundle in; somebody sits here.
    pub(crate) fn take(&self, bundle: &Path) -> Value {
        self.call("bundle_import", json!({ "path": bundle, "fingerprint": null }));
        let status = self.ended();
        assert_eq!(status["refused"], Value::Null, "{status:#}");
        status["imported"].clone()
    }

    fn ended(&self) -> Value {
        loop {
            let status = self.call("exchange_status", json!({}));
            if status["running"] == false {
                return status;
            }
            std::thread::yield_now();
        }
    }

    /// The audit's findings as code and words; somebody sits here.
    pub(crate) fn findings(&self) -> Vec<(String, String)> {
        let found = self.call("findings", json!({}))["findings"].as_array().expect("findings").clone();
        let text = |finding: &Value, key: &str| finding[key].as_str().expect("words").to_owned();
        found.iter().map(|finding| (text(finding, "code"), text(finding, "message"))).collect()
    }

    /// What PCs with the same content show alike; somebody sits here.
    pub(crate) fn state(&self) -> Value {
        self.call("sync_status", json!({}))["state"].clone()
    }
}

impl Backup {
    /// Puts back what it holds; the rest of the folder stays as it is.
    pub(crate) fn put_back(&self, data: &Path) {
        copy(self.0.path(), data);
        copy_beside(self.0.path(), data);
    }
}

fn copy_beside(from: &Path, to: &Path) {
    for name in BESIDE.iter().filter(|name| from.join(name).exists()) {
        fs::copy(from.join(name), to.join(name)).expect("copied");
    }
}

/// The files of the database from one folder to another, in place of those that are there.
fn copy(from: &Path, to: &Path) {
    let of_it =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(DATABASE));
    let listed = |folder: &Path| -> Vec<PathBuf> {
        let files = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
        files.filter(of_it).collect()
    };
    for file in listed(to) {
        fs::remove_file(file).expect("removed");
    }
    for file in listed(from) {
        fs::copy(&file, to.join(file.file_name().expect("a name"))).expect("copied");
    }
}
