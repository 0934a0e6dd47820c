//! The definitions that ship with the product, lived through as stories.

mod on_site_service;
mod permission_request;
mod value_set_change;

use qianban_catalog::{
    Attachment, Content, Context, Definition, Facts, Field, Moment, Names, Section, Show, Value, compute,
    gates, normalise, states,
};
use std::fs;
use std::path::Path;

const CLERK: &str = "0000000000000000000000000000000a";
const HEAD: &str = "0000000000000000000000000000000b";
const SCHOOL: &str = "000000000000000000000000000000e1";

#[test]
#[expect(clippy::disallowed_methods, reason = "a form added to the folder is checked without naming it here")]
fn every_shipped_definition_is_accepted_and_carries_its_title_and_its_rules() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/forms");
    let mut seen = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let definition =
            Definition::parse(&path.display().to_string(), &text).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(
            path.file_stem().unwrap().to_str(),
            Some(definition.id.as_str()),
            "file named after its id"
        );
        assert!(!definition.cites.is_empty(), "{} cites the rules it keeps", definition.id);
        assert!((1..=4).contains(&definition.slip.copies.len()), "G15: one to four copies");
        seen.push((definition.row.clone(), definition.title.clone()));
    }
    seen.sort();
    let seen: Vec<(&str, &str)> = seen.iter().map(|(row, title)| (row.as_str(), title.as_str())).collect();
    assert_eq!(
        seen,
        [("D02", "上门服务单"), ("D11", "信息项值集变更单"), ("D12", "应用系统使用申请表")],
        "exact titles of register 1C"
    );
}

fn load(text: &str) -> Definition {
    Definition::parse("test.toml", text).unwrap_or_else(|error| panic!("{error}"))
}

fn facts() -> Facts {
    Facts {
        today: "2026-02-14".to_owned(),
        now: "2026-02-14 08:50".to_owned(),
        person: CLERK.to_owned(),
        unit: SCHOOL.to_owned(),
        ink_copy: false,
    }
}

fn at_desk() -> Context {
    Context { facts: facts(), editable: true, ..Context::default() }
}

/// Types into a field as a person does; panics with the problem's words.
fn typed(fields: &[Field], content: &mut Content, key: &str, text: &str) {
    let field = fields.iter().find(|field| field.key == key).unwrap_or_else(|| panic!("no field {key}"));
    let value = normalise(field, text).unwrap_or_else(|problem| panic!("{key}: {problem}"));
    content.insert(key.to_owned(), value);
}

fn row(of: &Definition, table: &str, cells: &[(&str, &str)]) -> Content {
    let mut row = Content::new();
    for (column, text) in cells {
        let columns = of.field(table).map(|table| table.columns.as_slice()).unwrap_or_default();
        typed(columns, &mut row, column, text);
    }
    row
}

fn boxed(of: &Definition, section: &Section, cells: &[(&str, &str)]) -> Content {
    let mut own = Content::new();
    for (key, text) in cells {
        typed(of.fields_of(section).unwrap_or_default(), &mut own, key, text);
    }
    own
}

/// Codes of all problems of a section as it would be signed, with the field they are at.
fn problems(of: &Definition, section: &Section, own: &Content, context: &Context) -> Vec<String> {
    let settled = compute(of, section, own, context);
    let states = states(of, section, &settled, context);
    let found = states.iter().filter_map(|state| {
        let at = match &state.place.cell {
            None => state.place.key.clone(),
            Some(cell) => format!("{}[{}].{}", state.place.key, cell.row, cell.column),
        };
        state.problem.as_ref().map(|problem| format!("{at} {}", problem.code()))
    });
    found.collect()
}

fn shut(of: &Definition, before: &Moment, own: &Content, context: &Context) -> Vec<String> {
    gates(of, before, own, context).into_iter().map(|unmet| unmet.code).collect()
}

fn scan() -> Value {
    let file = Attachment::new("变更单.pdf", "application/pdf", 20_480, &"ab".repeat(32));
    Value::Attachments(file.into_iter().collect())
}

fn places(of: &Definition) -> usize {
    let cells = of.slip.rows.iter().flat_map(|row| &row.cells);
    cells.filter(|cell| !matches!(cell.show, Show::Label(_) | Show::Text(_))).count()
}

struct Bureau;

impl Names for Bureau {
    fn person(&self, id: &str) -> Option<String> {
        match id {
            CLERK => Some("张三".to_owned()),
            HEAD => Some("李四".to_owned()),
            _ => None,
        }
    }

    fn unit(&self, id: &str) -> Option<String> {
        (id == SCHOOL).then(|| "样例县第一中学".to_owned())
    }
}
