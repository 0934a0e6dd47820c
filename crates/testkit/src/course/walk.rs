//! Going the way of a form.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use toml::Table;

use super::fill::Section;
use super::{Course, File, named};
use crate::{Bureau, Script};

/// Who drafts, registers and closes; who signs the steps, in their order; who seals and keeps the paper.
const DRAFTER: &str = "李四";
const SIGNERS: [&str; 4] = ["王五", "赵六", "孙八", "钱七"];
const REGISTRAR: &str = "张三";

/// An act that waits for its signature.
pub(super) struct Ready {
    /// Who would sign.
    pub(super) person: String,
    /// `submit`, `approve`, `entry`, `seal` or `close`.
    pub(super) kind: &'static str,
    /// What `sign_prepare` wants besides the kind and the form.
    pub(super) more: Json,
}

/// Sealed forms by name, to link to.
#[derive(Default)]
pub(super) struct Shelf(BTreeMap<String, String>);

impl Shelf {
    /// The sealed form of this name (`definition` or `definition:variant`), made when it is first asked for.
    fn sealed(&mut self, bureau: &Bureau, name: &str) -> String {
        if let Some(form) = self.0.get(name) {
            return form.clone();
        }
        let (definition, variant) = name.split_once(':').unwrap_or((name, ""));
        let file = File::read(definition);
        let different = match variant {
            "" => Table::new(),
            variant => file.variant.get(variant).unwrap_or_else(|| panic!("no variant {name}")).clone(),
        };
        let course = file.course(&different);
        let mut walk = Walk::begin(bureau, definition, &course, self);
        let acts: Vec<&str> = course.before("seal").chain(["seal"]).collect();
        acts.into_iter().for_each(|act| walk.act(act));
        let form = walk.script.form;
        self.0.insert(name.to_owned(), form.clone());
        form
    }
}

/// A form on its way.
pub(super) struct Walk<'a> {
    course: &'a Course,
    pub(super) script: Script<'a>,
}

impl<'a> Walk<'a> {
    /// Starts the form of a definition and fills its content.
    pub(super) fn begin(
        bureau: &'a Bureau,
        definition: &str,
        course: &'a Course,
        shelf: &mut Shelf,
    ) -> Walk<'a> {
        let linked: Vec<(&String, Vec<String>)> = course
            .links
            .iter()
            .map(|(slot, names)| (slot, names.iter().map(|name| shelf.sealed(bureau, name)).collect()))
            .collect();
        let drafter = course.by.get("submit").map_or(DRAFTER, String::as_str);
        let walk = Walk { course, script: bureau.start_of(drafter, definition) };
        for (slot, forms) in linked.iter().filter(|(_, forms)| !forms.is_empty()) {
            let forms: Vec<&str> = forms.iter().map(String::as_str).collect();
            walk.script.link(slot, &forms).unwrap_or_else(|no| panic!("{definition} {slot}: {no:?}"));
        }
        walk.fill(json!({ "kind": "content" }), &course.content);
        walk
    }

    /// Somebody does an act of the course.
    pub(super) fn act(&mut self, act: &str) {
        if named(act) == "print" {
            self.script.print(REGISTRAR).expect("printed");
            self.script.paper_back(REGISTRAR, b"%PDF-1.7 signed").expect("the paper is back");
            return;
        }
        let Ready { person, kind, more } = self.ready(act);
        self.script.sign(&person, kind, more).unwrap_or_else(|no| {
            panic!("{} {act} by {person}: {no:?}\n{:#}", self.script.form, self.script.page()["content"])
        });
    }

    /// Everything that the act wants, but the signature.
    pub(super) fn ready(&self, act: &str) -> Ready {
        let name = named(act);
        let nothing = Table::new();
        let given = self.course.boxes.get(act).unwrap_or(&nothing);
        let signer = |usual: &str| self.course.by.get(act).map_or(usual, String::as_str).to_owned();
        let ready = |usual: &str, kind, more| Ready { person: signer(usual), kind, more };
        match name {
            "submit" => return ready(DRAFTER, "submit", json!({})),
            "seal" => return ready(REGISTRAR, "seal", json!({})),
            "close" => {
                let remark = given.get("remark").and_then(toml::Value::as_str).unwrap_or_default();
                return ready(DRAFTER, "close", json!({ "remark": remark }));
            }
            _ => {}
        }
        let steps = self.script.page()["steps"].as_array().cloned().unwrap_or_default();
        let step = steps.iter().position(|step| step["key"] == name);
        let (ready, of) = match step.and_then(|at| SIGNERS.get(at)) {
            Some(usual) => (
                ready(usual, "approve", json!({ "step": name, "on_behalf": null })),
                json!({ "kind": "step", "key": name }),
            ),
            None => (
                ready(DRAFTER, "entry", json!({ "table": name, "at": null, "corrects": null })),
                json!({ "kind": "entry", "table": name, "row": null }),
            ),
        };
        self.script.bureau.sit(&ready.person);
        self.fill(of, given);
        ready
    }

    fn fill(&self, of: Json, given: &Table) {
        let (bureau, form) = (self.script.bureau, self.script.form.as_str());
        let view = bureau.call("draft_get", json!({ "form": form, "section": of }));
        Section { bureau, form, of, view }.fill(given);
    }
}
