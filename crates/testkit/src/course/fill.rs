//! Filling a section as a person does: field after field, as they appear, until nothing that must be filled is empty.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};
use toml::{Table, Value};

use crate::Bureau;

/// A file's name and what is in it, where none is given.
const FILE: &str = "样例.xlsx|样例";

/// One section of one form.
pub(super) struct Section<'a> {
    pub(super) bureau: &'a Bureau,
    pub(super) form: &'a str,
    /// Its name on the wire.
    pub(super) of: Json,
    /// What it shows.
    pub(super) view: Json,
}

impl Section<'_> {
    /// Types what is given, and the usual value wherever something must be filled.
    pub(super) fn fill(mut self, given: &Table) {
        let mut passed = BTreeSet::new();
        while let Some(field) = next(&self.view["fields"], &passed, given, &self.view["attachments"]) {
            let key = text_of(&field["key"]);
            self.write(&field, given.get(&key));
            passed.insert(key);
        }
        let left = unwritten(given, &passed);
        assert!(left.is_empty(), "{} {}: no such fields: {left:?}", self.form, self.of);
    }

    fn write(&mut self, field: &Json, given: Option<&Value>) {
        let key = text_of(&field["key"]);
        match (field["kind"].as_str(), given) {
            (Some("table"), Some(Value::Array(rows))) => {
                let there = field["rows"].as_array().map_or(0, Vec::len);
                for (number, row) in rows.iter().enumerate() {
                    self.row(&key, number, number < there, row.as_table().expect("a row"));
                }
            }
            (Some("table"), _) => self.row(&key, 0, false, &Table::new()),
            (Some("attachment"), Some(Value::Array(files))) => {
                files.iter().for_each(|file| self.attach(&key, file.as_str().expect("name|content")));
            }
            (Some("attachment"), _) => self.attach(&key, FILE),
            _ => self.set(&key, &Json::Null, &self.value(field, given)),
        }
    }

    fn row(&mut self, key: &str, number: usize, there: bool, given: &Table) {
        if !there {
            let change = json!({ "kind": "add" });
            let add = json!({ "form": self.form, "section": self.of, "field": key, "change": change });
            self.view = self.bureau.call("draft_rows", add)["section"].clone();
        }
        let mut passed = BTreeSet::new();
        loop {
            let table = by_key(&self.view["fields"], key).clone();
            let Some(cell) = next(&table["rows"][number], &passed, given, &Json::Null) else { break };
            let column = text_of(&cell["key"]);
            let text = self.value(&cell, given.get(&column));
            self.set(key, &json!({ "row": number, "column": column }), &text);
            passed.insert(column);
        }
        let left = unwritten(given, &passed);
        assert!(left.is_empty(), "{} {key}: no such columns: {left:?}", self.form);
    }

    fn set(&mut self, key: &str, cell: &Json, text: &str) {
        let set = json!({ "form": self.form, "section": self.of, "field": key, "cell": cell, "text": text });
        self.view = self.bureau.call("draft_set", set)["section"].clone();
    }

    fn attach(&mut self, slot: &str, file: &str) {
        let (name, bytes) = file.split_once('|').expect("name|content");
        let saved = self.bureau.attach(self.form, self.of.clone(), slot, name, bytes.as_bytes());
        self.view = saved.unwrap_or_else(|no| panic!("{} {slot}: {no:?}", self.form))["section"].clone();
    }

    /// What is typed: a person and a unit by what their line says.
    fn value(&self, field: &Json, given: Option<&Value>) -> String {
        let kind = field["kind"].as_str().unwrap_or_default();
        let options = field["options"].as_array().map(Vec::as_slice).unwrap_or_default();
        let chosen = |fits: &dyn Fn(&Json) -> bool| {
            let found = options.iter().find(|option| fits(option));
            text_of(&found.unwrap_or_else(|| panic!("{} {}: {given:?}", self.form, field["key"]))["value"])
        };
        let given = match given {
            None if matches!(kind, "choice" | "person" | "unit") => return chosen(&|_| true),
            None => self.bureau.dated(usual(&text_of(&field["key"]), kind)),
            Some(Value::String(text)) => self.bureau.dated(text),
            Some(Value::Boolean(yes)) => String::from(if *yes { "1" } else { "" }),
            Some(other) => other.to_string(),
        };
        if matches!(kind, "person" | "unit") && !given.is_empty() {
            return chosen(&|option| text_of(&option["label"]).contains(&given));
        }
        given
    }
}

/// What was given and found no field; nothing can be left out where there is no field.
fn unwritten<'a>(given: &'a Table, passed: &BTreeSet<String>) -> Vec<&'a String> {
    let nothing = |value: &Value| match value {
        Value::String(text) => text.is_empty(),
        Value::Array(rows) => rows.is_empty(),
        _ => false,
    };
    given
        .iter()
        .filter(|(key, value)| !passed.contains(*key) && !nothing(value))
        .map(|(key, _)| key)
        .collect()
}

/// The next field that somebody would write in.
fn next(fields: &Json, passed: &BTreeSet<String>, given: &Table, files: &Json) -> Option<Json> {
    let attached =
        |key: &str| files.as_array().is_some_and(|files| files.iter().any(|file| file["slot"] == key));
    let wanted = |field: &&Json| {
        let key = text_of(&field["key"]);
        let empty = match field["kind"].as_str() {
            Some("table") => field["rows"].as_array().is_none_or(Vec::is_empty),
            Some("attachment") => !attached(&key),
            Some("flag") => field["text"] != "1",
            _ => field["text"] == "",
        };
        let asked = given.contains_key(&key) || (field["required"] == true && empty);
        field["editable"] == true && asked && !passed.contains(&key)
    };
    fields.as_array()?.iter().find(wanted).cloned()
}

/// A value of a kind that most fields take. `{…}` stands for a day around today.
pub(super) fn usual(key: &str, kind: &str) -> &'static str {
    match kind {
        "integer" if key.ends_with("year") => "{year}",
        "text" | "integer" => "1",
        "paragraph" => "按规定办理",
        "money" => "100",
        "percent" => "12.5",
        "phone" => "0000-1234567",
        "account" => "6228480402564890018",
        "id_number" => "11010519491231002X",
        "date" => "{today}",
        "datetime" => "{now}",
        "flag" => "1",
        "catalogue" => "C005",
        other => panic!("{key}: no value for {other}"),
    }
}

fn by_key<'a>(fields: &'a Json, key: &str) -> &'a Json {
    let fields = fields.as_array().map(Vec::as_slice).unwrap_or_default();
    fields.iter().find(|field| field["key"] == key).unwrap_or_else(|| panic!("no field {key}"))
}

fn text_of(value: &Json) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl Bureau {
    /// A text with the days that it names, in the zone of the office.
    fn dated(&self, text: &str) -> String {
        let now = self.clock.office();
        let days = BTreeMap::from([
            ("{today}", now.format("%Y-%m-%d").to_string()),
            ("{now}", now.format("%Y-%m-%d %H:%M").to_string()),
            ("{year}", now.format("%Y").to_string()),
        ]);
        days.iter().fold(text.to_owned(), |text, (name, day)| text.replace(name, day))
    }
}
