//! What comes from a client that skips its own checks, is newer than this one or did not know of another's work. It is
//! legal and stays; every honest PC finds it and works on.

mod forked;
mod gates;
mod newer;
mod round;
mod stated;

use std::sync::atomic::{AtomicU8, Ordering};

use chrono::{DateTime, FixedOffset};
use qianban_catalog::{Content, Section};
use qianban_journal::{EntryDraft, Ledger, Link, PersonId, Plan, RowId, SeatId, Sm2Key, Snapshot, digest};
use qianban_store::{Cost, Password};
use serde_json::{Value, json};

use crate::desk::Sitting;
use crate::linked::Ends;
use crate::opened::Opened;
use crate::record::{Look, Record};
use crate::sign::act::Act;
use crate::sign::execute;
use crate::sign::intent::{Done, FormIntent};
use crate::{Ambient, Desk, DeskSetup, Refused, forms, snapshot};

const PASSWORD: &str = "签办-口令-2026";
/// What the clock says, as a stated time.
const NOW: &str = "2026-03-02 09:00";

const FORM: &str = r#"
id = "forced"
title = "样例登记"
row = "D06"
version = 1
cites = []

[policy]
ledger = "forced"
ledger_title = "样例台账"
create = ["maintainer"]
edit = ["maintainer"]
register = true
seal = "plain"

[[field]]
key = "ready"
label = "已备妥"
type = "flag"

[[table]]
name = "execute"
title = "执行"
roles = ["maintainer"]
phases = ["live", "sealed"]
[[table.field]]
key = "rows"
label = "行数"
type = "integer"

[[table]]
name = "deploy"
title = "上线"
roles = ["maintainer"]
phases = ["sealed"]
[[table.field]]
key = "rows"
label = "行数"
type = "integer"

[[expose]]
key = "ready"
title = "已备妥"
type = "flag"
value = 'form.ready'

[[gate]]
on = "table:execute"
require = 'form.ready && box.rows != null'
code = "GATE-READY"
message = "尚未备妥，不能执行"

[[gate]]
on = "close"
require = 'size(entries.execute) > 1'
code = "GATE-TWICE"
message = "须执行两次"

[slip]
paper = "A5"
orientation = "landscape"
copies = ["留存联"]
[[slip.row]]
cells = [{ label = "备妥", w = 4 }, { field = "ready", w = 8 }, { entry = "execute", w = 6 }, { entry = "deploy", w = 6 }]
"#;

const COLLECTION: &str = r#"
id = "collection"
title = "样例汇总"
row = "D19"
version = 1
cites = []

[policy]
ledger = "collection"
ledger_title = "样例汇总台账"
create = ["maintainer"]
edit = ["maintainer"]
register = true
seal = "plain"

[[field]]
key = "subject"
label = "事项"
type = "text"

[[link]]
slot = "records"
title = "登记"
definitions = ["forced"]
min = 1
max = 9
reads = [{ key = "ready", type = "flag" }]

[[gate]]
on = "seal"
require = 'links.records.all(one, one.ready)'
code = "GATE-ALL-READY"
message = "须全部备妥"

[slip]
paper = "A5"
orientation = "landscape"
copies = ["留存联"]
[[slip.row]]
cells = [{ label = "事项", w = 4 }, { field = "subject", w = 8 }, { links = "records", w = 12 }]
"#;

struct Still(AtomicU8);

impl Ambient for Still {
    fn now(&self) -> DateTime<FixedOffset> {
        DateTime::parse_from_rfc3339("2026-03-02T09:00:00+08:00").unwrap()
    }

    fn fill(&self, bytes: &mut [u8]) -> Result<(), Refused> {
        bytes.fill(self.0.fetch_add(1, Ordering::SeqCst).wrapping_add(1));
        Ok(())
    }
}

fn founded(folder: &std::path::Path) -> Desk {
    founded_with(folder, &[("forced.toml", FORM), ("collection.toml", COLLECTION)])
}

fn founded_with(folder: &std::path::Path, definitions: &[(&str, &str)]) -> Desk {
    let definitions = definitions.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned()));
    let setup = DeskSetup::at(folder.join("data"))
        .with_ambient(Box::new(Still(AtomicU8::new(0))))
        .with_cost(Cost::TEST)
        .with_definitions(definitions.collect());
    let desk = Desk::new(setup);
    let roles = ["registrar", "admin", "maintainer"];
    let person = json!({ "name": "张三", "unit": "", "roles": roles, "password": PASSWORD });
    call(
        &desk,
        "found",
        json!({ "bureau": "样例县财政局", "level": "county", "units": [], "people": [person] }),
    );
    let person = call(&desk, "host_status", json!({}))["people"][0]["id"].clone();
    call(&desk, "unlock", json!({ "person": person, "password": PASSWORD }));
    desk
}

fn call(desk: &Desk, command: &str, request: Value) -> Value {
    desk.call(command, request).unwrap_or_else(|no| panic!("{command}: {no:?}"))
}

fn sign(desk: &Desk, action: Value) -> Result<Value, crate::api::Refusal> {
    let sheet = desk.call("sign_prepare", json!({ "action": action }))?;
    let confirm = json!({ "request": sheet["request"], "digest": sheet["digest"], "password": PASSWORD });
    desk.call("sign_confirm", confirm)
}

/// A draft of the definition of this id.
fn begun(desk: &Desk, id: &str) -> String {
    let listed = call(desk, "definitions", json!({}))["definitions"].as_array().unwrap().clone();
    let definition = listed.iter().find(|one| one["id"] == id).unwrap()["digest"].clone();
    call(desk, "form_new", json!({ "definition": definition }))["form"].as_str().unwrap().to_owned()
}

fn sent(desk: &Desk, ready: &str) -> String {
    let form = begun(desk, "forced");
    let section = json!({ "kind": "content" });
    let set = json!({ "form": form, "section": section, "field": "ready", "cell": null, "text": ready });
    call(desk, "draft_set", set);
    let signed = sign(desk, json!({ "kind": "submit", "form": form })).unwrap();
    signed["form"].as_str().unwrap().to_owned()
}

/// Signs an entry, stated at a time, without asking any gate.
fn force(desk: &Desk, form: &str, table: &str, at: &str, values: Content) {
    signed(desk, |look| {
        let record = Record::read(look, form)?;
        let section = Section::Table(table.to_owned());
        let bytes = snapshot::encode(&record.definition, record.def, &section, &values)?;
        let entry = Act::Entry(EntryDraft {
            table: table.to_owned(),
            row: RowId(desk.ambient().bytes()?),
            supersedes: None,
            at: at.to_owned(),
            on_behalf: None,
            boxed: Some(digest(&bytes)),
            basis: record.signed()?.basis(),
        });
        Ok(vec![unasked(record, vec![entry], bytes)])
    });
}

/// Sends a draft with these links, whatever stands at their ends; the form that it becomes.
fn force_links(desk: &Desk, form: &str, links: Vec<Link>) -> String {
    force_submit(desk, form, &Ends::from([("records".to_owned(), links)]), |_| {})
}

/// Sends a draft with an empty plan, its content changed; the form that it becomes.
fn force_submit(desk: &Desk, form: &str, ends: &Ends, change: impl FnOnce(&mut Snapshot)) -> String {
    signed(desk, |look| {
        let record = Record::read(look, form)?;
        let values = &record.content.values;
        let bytes = snapshot::encode_content(&record.definition, record.def, values, ends)?;
        let mut content = Snapshot::decode(&bytes).unwrap();
        change(&mut content);
        let bytes = content.encode();
        let unit = forms::home_unit(record.registry()?, look.person).unwrap();
        let ledger = Ledger(record.definition.policy.ledger.clone());
        let create = Act::Create { def: record.def, ledger, unit };
        let save = Act::Save { content: digest(&bytes), def: record.def };
        let submit = Act::Submit { plan: Plan(Vec::new()), number: None, carry: Vec::new() };
        Ok(vec![unasked(record, vec![create, save, submit], bytes)])
    })
}

/// What nobody was asked about.
fn unasked(record: Record, acts: Vec<Act>, bytes: Vec<u8>) -> FormIntent {
    FormIntent { record, acts, blobs: vec![bytes], done: Done::Nothing, message: String::new() }
}

/// Signs it, one intent after the other; each was made of the form as it is before all of them. Gives the form.
fn signed(desk: &Desk, make: impl FnOnce(Look<'_>) -> Result<Vec<FormIntent>, Refused>) -> String {
    let Sitting { opened, person } = desk.sitting().unwrap();
    let now_ms = desk.ambient().now_ms();
    let written = opened.store.write(|writer| {
        let (intents, mut author) = {
            let look = Look { opened: &opened, reader: &*writer, person, ambient: desk.ambient() };
            (make(look)?, look.author()?)
        };
        let key = key(&opened, person, author.seat, now_ms)?;
        let mut form = None;
        for intent in &intents {
            let written = execute::form(writer, desk.ambient(), person, intent, author, &key)?;
            (form, author) = (Some(written.form), written.author);
        }
        Ok::<_, Refused>(form)
    });
    written.unwrap_or_else(|refused| panic!("{refused:?}")).unwrap().to_string()
}

fn key(opened: &Opened, person: PersonId, seat: SeatId, now_ms: i64) -> Result<Sm2Key, Refused> {
    let password = Password::new(PASSWORD).unwrap();
    let private = opened.vault.signing_key(person, seat, &password, now_ms)?;
    Ok(Sm2Key::from_bytes(private.as_slice().try_into().unwrap())?)
}

fn found(desk: &Desk, form: &str) -> Vec<String> {
    let page = call(desk, "form_get", json!({ "form": form }));
    let listed = page["findings"].as_array().unwrap().iter();
    listed
        .map(|one| format!("{} {}", one["code"].as_str().unwrap(), one["message"].as_str().unwrap()))
        .collect()
}
