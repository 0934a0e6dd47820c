//! A founded bureau with the usual people, driven through the commands.

use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use qianban_desk::api::Refusal;
use qianban_desk::{Cost, Desk, DeskSetup, SecretStore};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Clock, MemoryStore, Seeded};

/// The roles that shipped forms name, but the registrar's.
const EVERY_ROLE: [&str; 19] = [
    "applicant",
    "unit_head",
    "clerk",
    "section_chief",
    "division",
    "payment_center",
    "maintainer",
    "info_center",
    "auditor",
    "resident_manager",
    "service_engineer",
    "service_manager",
    "supervisor",
    "integrator",
    "tester",
    "budget",
    "treasury",
    "leader",
    "reviewer",
];

/// Everybody's password.
pub const PASSWORD: &str = "签办-口令-2026";

/// 样例县财政局 with its people on one PC.
pub struct Bureau {
    /// The desk.
    pub desk: Desk,
    /// Its clock; it stands still unless told.
    pub clock: Clock,
    /// The OS store; clones share it.
    pub secrets: MemoryStore,
    /// What `found` answered.
    pub founded: Value,
    folder: TempDir,
    people: Vec<(String, String)>,
}

/// The data folder of a bureau whose desk is shut, for a program of its own.
pub struct Premises {
    folder: TempDir,
    people: Vec<(String, String)>,
}

/// A form that is being worked on.
pub struct Script<'a> {
    /// The bureau.
    pub bureau: &'a Bureau,
    /// The form's key, as it is now.
    pub form: String,
}

impl Bureau {
    /// Founds it. 张三 is founder, administrator and registrar; 李四 applies, 王五 heads the unit, 赵六 reviews,
    /// 钱七 maintains, 孙八 is the information center; 周九 has no seat and signs on paper only.
    #[must_use]
    pub fn founded(seed: u64) -> Self {
        Self::founded_with(seed, |setup| setup)
    }

    /// The same bureau with something else about its desk.
    #[must_use]
    pub fn founded_with(seed: u64, change: impl FnOnce(DeskSetup) -> DeskSetup) -> Self {
        Self::of(seed, &[], change)
    }

    /// The same bureau with a holder of every role: 吴十 is the resident manager and the vendor's service manager, 郑一
    /// the vendor's engineer, integrator and tester, 冯二 supervises and reviews, 陈三 speaks for budget and treasury,
    /// 褚四 leads.
    #[must_use]
    pub fn whole(seed: u64) -> Self {
        let more: [(&str, &[&str]); 5] = [
            ("吴十", &["resident_manager", "service_manager"]),
            ("郑一", &["service_engineer", "integrator", "tester"]),
            ("冯二", &["supervisor", "reviewer"]),
            ("陈三", &["budget", "treasury"]),
            ("褚四", &["leader"]),
        ];
        Self::of(seed, &more, |setup| setup)
    }

    /// A bureau with these definitions in which everybody but the founder has every role that shipped forms name: who
    /// may do what is another story's matter.
    #[must_use]
    pub fn versatile(seed: u64, definitions: Vec<(String, String)>) -> Self {
        let people: Vec<Value> = ["李四", "王五", "赵六", "钱七", "孙八"]
            .iter()
            .map(|name| json!({ "name": name, "unit": "预算科", "roles": EVERY_ROLE, "password": PASSWORD }))
            .collect();
        Self::with(seed, people, |setup| setup.with_definitions(definitions))
    }

    fn of(seed: u64, more: &[(&str, &[&str])], change: impl FnOnce(DeskSetup) -> DeskSetup) -> Self {
        let person = |name: &str, unit: &str, roles: &[&str], seat: bool| {
            let password = seat.then_some(PASSWORD);
            json!({ "name": name, "unit": unit, "roles": roles, "password": password })
        };
        let mut people = vec![
            person("李四", "预算科", &["applicant", "clerk"], true),
            person("王五", "预算科", &["unit_head", "section_chief"], true),
            person("赵六", "", &["division", "payment_center"], true),
            person("钱七", "", &["maintainer"], true),
            person("孙八", "", &["info_center"], true),
            person("周九", "", &["division"], false),
        ];
        people.extend(more.iter().map(|(name, roles)| person(name, "", roles, true)));
        Self::with(seed, people, change)
    }

    /// 张三 founds it with these people besides.
    fn with(seed: u64, more: Vec<Value>, change: impl FnOnce(DeskSetup) -> DeskSetup) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Clock::at("2026-03-02T09:00:00+08:00");
        let secrets = MemoryStore::default();
        let setup = setup(&folder.path().join("data"), &clock, Box::new(secrets.clone()), seed);
        let desk = Desk::new(change(setup));
        let mut people = vec![
            json!({ "name": "张三", "unit": "", "roles": ["registrar", "admin"], "password": PASSWORD }),
        ];
        people.extend(more);
        let request =
            json!({ "bureau": "样例县财政局", "level": "county", "units": ["预算科"], "people": people });
        let founded = desk.call("found", request).expect("the bureau is founded");
        let mut bureau = Self { desk, clock, secrets, founded, folder, people: Vec::new() };
        bureau.unlock_founder();
        bureau
    }

    fn unlock_founder(&mut self) {
        let status = self.call("host_status", json!({}));
        let listed = status["people"].as_array().cloned().unwrap_or_default();
        let founder = listed.iter().find(|person| person["name"] == "张三").expect("the founder has a seat");
        let id = founder["id"].as_str().expect("an id").to_owned();
        self.call("unlock", json!({ "person": id, "password": PASSWORD }));
        let people = self.call("people", json!({}));
        let people = people["people"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        self.people = people.iter().map(|person| (text(&person["name"]), text(&person["id"]))).collect();
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// Everybody leaves, and the desk is shut.
    #[must_use]
    pub fn left(self) -> Premises {
        Premises { folder: self.folder, people: self.people }
    }

    /// The same bureau where passwords cost what they cost in an office.
    #[must_use]
    pub fn at_office_cost(self, seed: u64) -> Self {
        let Self { desk: old, clock, secrets, founded, folder, people } = self;
        drop(old);
        let setup = setup(&folder.path().join("data"), &clock, Box::new(secrets.clone()), seed);
        let desk = Desk::new(setup.with_cost(Cost::OFFICE));
        let bureau = Self { desk, clock, secrets, founded, folder, people };
        for (name, _) in &bureau.people {
            bureau.sit(name);
            bureau.call("password_change", json!({ "old": PASSWORD, "new": PASSWORD }));
        }
        bureau
    }

    /// Another desk on the same folder with this OS store, as after a restart.
    #[must_use]
    pub fn reopened(self, secrets: Box<dyn SecretStore>, seed: u64) -> Self {
        let Self { desk: old, clock, secrets: kept, founded, folder, people } = self;
        drop(old);
        let desk = Desk::new(setup(&folder.path().join("data"), &clock, secrets, seed));
        Self { desk, clock, secrets: kept, founded, folder, people }
    }

    /// The id of a person.
    #[must_use]
    pub fn id(&self, name: &str) -> String {
        id(&self.people, name)
    }

    /// A command that must be carried out.
    pub fn call(&self, command: &str, request: Value) -> Value {
        let shown = request.to_string();
        self.desk.call(command, request).unwrap_or_else(|no| panic!("{command} {shown}: {no:?}"))
    }

    /// A command that must be refused.
    pub fn refuse(&self, command: &str, request: Value) -> Refusal {
        match self.desk.call(command, request) {
            Ok(answer) => panic!("{command} was carried out: {answer}"),
            Err(refusal) => refusal,
        }
    }

    /// Somebody sits down.
    pub fn sit(&self, name: &str) {
        self.call("unlock", json!({ "person": self.id(name), "password": PASSWORD }));
    }

    /// Somebody sits down and signs an action.
    ///
    /// # Errors
    /// What the desk refuses.
    pub fn sign(&self, name: &str, action: Value) -> Result<Value, Refusal> {
        self.sit(name);
        let sheet = self.desk.call("sign_prepare", json!({ "action": action }))?;
        let confirm = json!({ "request": sheet["request"], "digest": sheet["digest"], "password": PASSWORD });
        self.desk.call("sign_confirm", confirm)
    }

    /// Somebody sits down and starts the form of this title.
    #[must_use]
    pub fn start(&self, name: &str, title: &str) -> Script<'_> {
        self.start_where(name, "title", title)
    }

    /// Somebody sits down and starts the form of the definition with this id.
    #[must_use]
    pub fn start_of(&self, name: &str, definition: &str) -> Script<'_> {
        self.start_where(name, "id", definition)
    }

    fn start_where(&self, name: &str, key: &str, wanted: &str) -> Script<'_> {
        self.sit(name);
        let listed = self.call("definitions", json!({}));
        let listed = listed["definitions"].as_array().cloned().unwrap_or_default();
        let found = listed.iter().find(|definition| definition[key] == wanted);
        let digest = &found.unwrap_or_else(|| panic!("no form has the {key} {wanted}"))["digest"];
        let page = self.call("form_new", json!({ "definition": digest }));
        Script { bureau: self, form: page["form"].as_str().expect("a key").to_owned() }
    }

    /// The digest of the definition that is kept in a ledger.
    #[must_use]
    pub fn definition(&self, ledger: &str) -> String {
        let listed = self.call("definitions", json!({}));
        let listed = listed["definitions"].as_array().cloned().unwrap_or_default();
        let found = listed.iter().find(|definition| definition["ledger"] == ledger);
        found.and_then(|found| found["digest"].as_str()).expect("an active definition").to_owned()
    }

    /// 李四 starts a permission request and fills what must be filled.
    pub fn permission_request(&self) -> Script<'_> {
        self.sit("李四");
        let page = self.call("form_new", json!({ "definition": self.definition("permission") }));
        let script = Script { bureau: self, form: page["form"].as_str().expect("a key").to_owned() };
        for (field, text) in [
            ("phone", "0000-1234567"),
            ("category", "new_user"),
            ("system", "国库支付"),
            ("reason", "新调入人员，须办理国库支付业务。"),
        ] {
            script.set(field, text);
        }
        let content = json!({ "kind": "content" });
        let add = json!({ "form": script.form, "section": content, "field": "permissions", "change": { "kind": "add" } });
        self.call("draft_rows", add);
        for (column, text) in [("module", "支付申请"), ("role", "录入岗")] {
            script.cell("permissions", 0, column, text);
        }
        script
    }

    /// A file comes in, in one piece; answers what `file_finish` said.
    pub fn attach(
        &self,
        form: &str,
        section: Value,
        slot: &str,
        name: &str,
        bytes: &[u8],
    ) -> Result<Value, Refusal> {
        let begin = json!({ "form": form, "section": section, "slot": slot, "name": name,
            "media": "application/pdf", "size_bytes": bytes.len() });
        let upload = self.desk.call("file_begin", begin)?["upload"].clone();
        for piece in bytes.chunks(1 << 20) {
            self.desk.call("file_chunk", json!({ "upload": upload, "bytes": STANDARD.encode(piece) }))?;
        }
        self.desk.call("file_finish", json!({ "upload": upload }))
    }
}

impl Premises {
    /// The data folder.
    #[must_use]
    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// The id of a person.
    #[must_use]
    pub fn id(&self, name: &str) -> String {
        id(&self.people, name)
    }
}

fn id(people: &[(String, String)], name: &str) -> String {
    let known = people.iter().find(|(known, _)| known == name);
    known.unwrap_or_else(|| panic!("nobody is called {name}")).1.clone()
}

impl Script<'_> {
    /// Types into a field of the content.
    pub fn set(&self, field: &str, text: &str) -> Value {
        let section = json!({ "kind": "content" });
        let set =
            json!({ "form": self.form, "section": section, "field": field, "cell": null, "text": text });
        self.bureau.call("draft_set", set)
    }

    /// Types into a cell of a table field of the content.
    pub fn cell(&self, field: &str, row: u32, column: &str, text: &str) -> Value {
        let section = json!({ "kind": "content" });
        let cell = json!({ "row": row, "column": column });
        let set =
            json!({ "form": self.form, "section": section, "field": field, "cell": cell, "text": text });
        self.bureau.call("draft_set", set)
    }

    /// Types into several fields of the content.
    pub fn fill(&self, fields: &[(&str, &str)]) {
        for (field, text) in fields {
            self.set(field, text);
        }
    }

    /// Adds a row to a table field of the content and types into its cells.
    pub fn row(&self, field: &str, row: u32, cells: &[(&str, &str)]) {
        let content = json!({ "kind": "content" });
        let add =
            json!({ "form": self.form, "section": content, "field": field, "change": { "kind": "add" } });
        self.bureau.call("draft_rows", add);
        for (column, text) in cells {
            self.cell(field, row, column, text);
        }
    }

    /// Somebody fills and signs a new row of a do-table, now.
    ///
    /// # Errors
    /// What the desk refuses.
    pub fn entry(&mut self, name: &str, table: &str, fields: &[(&str, &str)]) -> Result<Value, Refusal> {
        self.bureau.sit(name);
        for (field, text) in fields {
            self.set_entry(table, field, text)?;
        }
        self.sign(name, "entry", json!({ "table": table, "at": null, "corrects": null }))
    }

    /// Somebody fills the box of a step and signs it electronically.
    ///
    /// # Errors
    /// What the desk refuses.
    pub fn sign_step(&mut self, name: &str, step: &str, fields: &[(&str, &str)]) -> Result<Value, Refusal> {
        self.bureau.sit(name);
        for (field, text) in fields {
            self.set_step(step, field, text)?;
        }
        self.sign(name, "approve", json!({ "step": step, "on_behalf": null }))
    }

    /// Whoever sits at the desk links sealed forms in a slot of the content.
    ///
    /// # Errors
    /// What the desk refuses.
    pub fn link(&self, slot: &str, forms: &[&str]) -> Result<Value, Refusal> {
        let change = json!({ "kind": "add", "forms": forms });
        let link = json!({ "form": self.form, "slot": slot, "change": change });
        self.bureau.desk.call("link_change", link)
    }

    /// Whoever sits at the desk takes links out of a slot again.
    pub fn unlink(&self, slot: &str, forms: &[&str]) {
        let change = json!({ "kind": "remove", "forms": forms });
        self.bureau.call("link_change", json!({ "form": self.form, "slot": slot, "change": change }));
    }

    /// Types into a field of a step's box.
    pub fn set_step(&self, step: &str, field: &str, text: &str) -> Result<Value, Refusal> {
        let section = json!({ "kind": "step", "key": step });
        let set =
            json!({ "form": self.form, "section": section, "field": field, "cell": null, "text": text });
        self.bureau.desk.call("draft_set", set)
    }

    /// Types into a field of a new row of a do-table.
    pub fn set_entry(&self, table: &str, field: &str, text: &str) -> Result<Value, Refusal> {
        let section = json!({ "kind": "entry", "table": table, "row": null });
        let set =
            json!({ "form": self.form, "section": section, "field": field, "cell": null, "text": text });
        self.bureau.desk.call("draft_set", set)
    }

    /// Somebody signs an action on this form; the form's key follows.
    ///
    /// # Errors
    /// What the desk refuses.
    pub fn sign(&mut self, name: &str, kind: &str, more: Value) -> Result<Value, Refusal> {
        let mut action = json!({ "kind": kind, "form": self.form });
        if let (Some(action), Some(more)) = (action.as_object_mut(), more.as_object()) {
            action.extend(more.clone());
        }
        let signed = self.bureau.sign(name, action)?;
        if let Some(form) = signed["form"].as_str() {
            self.form = form.to_owned();
        }
        Ok(signed)
    }

    /// The form page for whoever sits at the desk.
    pub fn page(&self) -> Value {
        self.bureau.call("form_get", json!({ "form": self.form }))
    }

    /// Somebody prints the first copy.
    ///
    /// # Errors
    /// What the desk refuses.
    pub fn print(&mut self, name: &str) -> Result<Value, Refusal> {
        self.bureau.sit(name);
        let copy = self.page()["copies"][0].clone();
        self.sign(name, "print", json!({ "copy": copy }))
    }

    /// Somebody scans the signed sheet and records that it is back.
    ///
    /// # Errors
    /// What the desk refuses.
    pub fn paper_back(&mut self, name: &str, bytes: &[u8]) -> Result<Value, Refusal> {
        self.bureau.sit(name);
        let content = json!({ "kind": "content" });
        let saved = self.bureau.attach(&self.form, content, "scan", "签字页.pdf", bytes)?;
        let files = saved["section"]["attachments"].as_array().cloned().unwrap_or_default();
        let scan = files.iter().find(|file| file["slot"] == "scan").expect("is listed")["digest"].clone();
        self.sign(name, "paper_back", json!({ "scan": scan }))
    }

    /// The pages of the slip as another program reads them (`pdftotext` of poppler-utils).
    pub fn paper(&self) -> String {
        self.paper_titled("")
    }

    /// The same under one of the form's titles; under the usual one when empty.
    pub fn paper_titled(&self, title: &str) -> String {
        let slip = self.bureau.call("slip_pdf", json!({ "form": self.form, "copy": "", "title": title }));
        let pdf = STANDARD.decode(slip["pdf"].as_str().expect("a file")).expect("base64");
        let path = self.bureau.folder.path().join("slip.pdf");
        std::fs::write(&path, pdf).expect("written");
        let read = Command::new("pdftotext").args(["-raw"]).arg(&path).arg("-").output();
        String::from_utf8(read.expect("pdftotext is installed").stdout).expect("text")
    }

    /// Somebody signs a step electronically, with a clean check where the step asks for one.
    ///
    /// # Errors
    /// What the desk refuses.
    pub fn approve(&mut self, name: &str, step: &str) -> Result<Value, Refusal> {
        self.bureau.sit(name);
        if step == "check" {
            self.set_step(step, "person_check", "correct")?;
            self.set_step(step, "permission_check", "correct")?;
        }
        self.sign(name, "approve", json!({ "step": step, "on_behalf": null }))
    }
}

fn setup(folder: &Path, clock: &Clock, secrets: Box<dyn SecretStore>, seed: u64) -> DeskSetup {
    DeskSetup::at(folder.to_path_buf())
        .with_ambient(Box::new(Seeded::new(clock.clone(), seed)))
        .with_secrets(secrets)
        .with_cost(Cost::TEST)
}
