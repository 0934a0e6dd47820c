//! What ships, read from the files themselves: forms, settings, catalogue, rules, and which tests name which row.

use crate::told::{Told, told};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The files, as far as coverage is concerned.
pub(crate) struct Shipped {
    pub(crate) documents: Vec<Document>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) items: Vec<Item>,
    pub(crate) forms: Vec<Form>,
    /// The settings of the gaps, in the order of the file.
    pub(crate) settings: Vec<Setting>,
    /// Where a row is kept, by row.
    pub(crate) places: BTreeMap<String, Vec<Place>>,
    /// Every gate with the form that it stands in and a row behind it.
    gates: Vec<Gate>,
    /// Test files, by path from the root, and what is written in them.
    tests: Vec<(String, String)>,
}

/// Where a row is kept.
#[derive(PartialEq)]
pub(crate) struct Place {
    /// Title of the form, or 设置.
    pub(crate) file: String,
    /// Which gate, clock or setting; empty for the whole form.
    pub(crate) piece: String,
}

struct Gate {
    code: String,
    row: String,
    form: String,
}

/// An entry of `titles.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    pub(crate) row: String,
    pub(crate) titles: Vec<String>,
    pub(crate) form: Option<String>,
    pub(crate) filed: Option<String>,
}

/// A rule of `coverage.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) number: bool,
    pub(crate) explained: Option<String>,
}

/// An item of `catalogue.toml`.
#[derive(Deserialize)]
pub(crate) struct Item {
    pub(crate) code: String,
    pub(crate) text: String,
    pub(crate) group: String,
}

/// A setting, as far as it is read here.
#[derive(Deserialize)]
pub(crate) struct Setting {
    pub(crate) key: String,
    pub(crate) gap: String,
    pub(crate) title: String,
    pub(crate) kind: String,
}

/// A definition, as far as it is read here.
#[derive(Deserialize)]
pub(crate) struct Form {
    pub(crate) id: String,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) also_titled: Vec<String>,
    pub(crate) row: String,
    /// Headings of the service items that it can be classified by; an empty list takes all.
    #[serde(skip)]
    takes: Vec<Vec<String>>,
    #[serde(default)]
    gate: Vec<Coded>,
}

#[derive(Deserialize)]
struct Coded {
    code: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Documents {
    document: Vec<Document>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    rule: Vec<Rule>,
}

#[derive(Deserialize)]
struct Settings {
    setting: Vec<Setting>,
}

#[derive(Deserialize)]
struct Items {
    item: Vec<Item>,
}

/// The root of the tree.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read<T: for<'de> Deserialize<'de>>(path: &str) -> T {
    let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    toml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

impl Shipped {
    pub(crate) fn read() -> Shipped {
        let mut shipped = Shipped {
            documents: read::<Documents>("assets/forms/titles.toml").document,
            rules: read::<Rules>("assets/coverage.toml").rule,
            items: read::<Items>("assets/catalogue.toml").item,
            forms: Vec::new(),
            settings: read::<Settings>("crates/catalog/src/settings.toml").setting,
            places: BTreeMap::new(),
            gates: Vec::new(),
            tests: Vec::new(),
        };
        for path in files("assets/forms", &|path| path.ends_with(".toml") && !path.ends_with("titles.toml")) {
            let mut form: Form = read(&path);
            let whole: toml::Table = read(&path);
            form.takes = takes(&whole);
            shipped.note(&form.id, &format!("《{}》", form.title), &whole);
            shipped.forms.push(form);
        }
        shipped.note("", "设置", &read("crates/catalog/src/settings.toml"));
        let here = "crates/catalog/tests/coverage";
        for path in files("crates", &|path| path.ends_with(".rs") && !path.starts_with(here)) {
            let text = fs::read_to_string(root().join(&path)).unwrap();
            let of_tests = path.contains("/tests/") || path.ends_with("/tests.rs");
            let from = if of_tests { Some(0) } else { text.find("#[cfg(test)]") };
            if let Some(written) = from.and_then(|from| text.get(from..)) {
                shipped.tests.push((path, without_citing(written)));
            }
        }
        shipped
    }

    /// Collects what the file and the pieces in it cite.
    fn note(&mut self, form: &str, file: &str, whole: &toml::Table) {
        for Told { row, piece, gate } in told(whole) {
            if let Some(code) = gate {
                self.gates.push(Gate { code, row: row.clone(), form: form.to_owned() });
            }
            let place = Place { file: file.to_owned(), piece };
            let places = self.places.entry(row).or_default();
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }

    pub(crate) fn form(&self, id: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.id == id)
    }

    /// Where a row is kept.
    pub(crate) fn places_of(&self, row: &str) -> &[Place] {
        self.places.get(row).map_or(&[], Vec::as_slice)
    }

    /// Test files that name the row, or a gate behind which it stands.
    pub(crate) fn tests_of(&self, row: &str) -> Vec<&str> {
        let behind = self.gates.iter().filter(|gate| gate.row == row);
        let behind: Vec<_> = behind.filter_map(|gate| Some((self.form(&gate.form)?, &gate.code))).collect();
        let naming = self.tests.iter().filter(|(_, text)| {
            says(text, row) || behind.iter().any(|(form, code)| self.is_named(form, code, text))
        });
        naming.map(|(path, _)| path.as_str()).collect()
    }

    /// Settings that close a gap of the white paper.
    pub(crate) fn settings_of(&self, gap: &str) -> Vec<&Setting> {
        self.settings.iter().filter(|setting| setting.gap == gap).collect()
    }

    /// Test files that name a setting of a gap; where it is a definition that is changed, the gap itself. The rules of
    /// the journal have numbers of the same look.
    pub(crate) fn tests_of_gap(&self, gap: &str) -> Vec<&str> {
        let settings = self.settings_of(gap);
        let named = |text: &str| {
            settings.iter().any(|of| match of.kind.as_str() {
                "definition" => says(text, gap),
                _ => says(text, &of.key),
            })
        };
        let naming =
            self.tests.iter().filter(|(path, text)| !path.starts_with("crates/journal") && named(text));
        naming.map(|(path, _)| path.as_str()).collect()
    }

    /// Gates that no test names, with their forms.
    pub(crate) fn gates_without_test(&self) -> Vec<String> {
        let gates = self.forms.iter().flat_map(|form| form.gate.iter().map(move |gate| (form, &gate.code)));
        let bare =
            gates.filter(|(form, code)| !self.tests.iter().any(|(_, text)| self.is_named(form, code, text)));
        bare.map(|(form, code)| format!("《{}》 {code}", form.title)).collect()
    }

    /// Whether a test names a gate of this form: its code, and the form too where another form has the same code.
    fn is_named(&self, form: &Form, code: &str, text: &str) -> bool {
        let elsewhere = |other: &Form| other.id != form.id && other.gate.iter().any(|gate| gate.code == code);
        let meant =
            !self.forms.iter().any(elsewhere) || text.contains(&form.title) || text.contains(&form.id);
        meant && says(text, code)
    }

    /// Test files that name a form by its id or by one of its titles.
    pub(crate) fn tests_of_form(&self, id: &str) -> Vec<&str> {
        let titles =
            self.form(id).into_iter().flat_map(|form| std::iter::once(&form.title).chain(&form.also_titled));
        let quoted: Vec<String> =
            titles.map(String::as_str).chain([id]).map(|name| format!("\"{name}\"")).collect();
        let naming = self.tests.iter().filter(|(_, text)| quoted.iter().any(|name| text.contains(name)));
        naming.map(|(path, _)| path.as_str()).collect()
    }

    /// Titles of the forms that can be classified by an item.
    pub(crate) fn forms_taking(&self, item: &Item) -> Vec<&str> {
        let taken =
            |form: &&Form| form.takes.iter().any(|groups| groups.is_empty() || groups.contains(&item.group));
        self.forms.iter().filter(taken).map(|form| form.title.as_str()).collect()
    }
}

/// A test's text without the citing of the definitions that it makes up.
fn without_citing(text: &str) -> String {
    text.lines().filter(|line| !line.contains("cites = ")).collect::<Vec<_>>().join("\n")
}

/// Whether a text holds a name that is not part of a longer one.
fn says(text: &str, name: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

/// Headings of every catalogue field of a definition, boxes and columns included.
fn takes(table: &toml::Table) -> Vec<Vec<String>> {
    let of_this = (table.get("type").and_then(toml::Value::as_str) == Some("catalogue")).then(|| {
        let groups = table.get("groups").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        groups.iter().filter_map(|group| group.as_str().map(str::to_owned)).collect()
    });
    let below = table.values().filter_map(toml::Value::as_array).flatten();
    let below = below.filter_map(toml::Value::as_table).flat_map(takes);
    of_this.into_iter().chain(below).collect()
}

/// Paths from the root of the files under a folder, in order.
fn files(folder: &str, wanted: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for path in listed(folder) {
        if root().join(&path).is_dir() {
            found.extend(files(&path, wanted));
        } else if wanted(&path) {
            found.push(path);
        }
    }
    found
}

fn listed(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
    let mut names: Vec<String> = entries.map(|entry| format!("{folder}/{}", name(entry.unwrap()))).collect();
    names.sort();
    names
}
