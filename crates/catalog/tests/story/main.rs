//! The definitions that ship with the product, lived through as stories.

mod numbers;
mod on_site_service;
mod permission_request;
mod value_set_change;

use qianban_catalog::{
    Attachment, Content, Context, Definition, Facts, Field, Moment, Names, Section, Settings, Show, Value,
    compute, gates, normalise, states,
};
use std::fs;
use std::path::Path;

const CLERK: &str = "0000000000000000000000000000000a";
const HEAD: &str = "0000000000000000000000000000000b";
const SCHOOL: &str = "000000000000000000000000000000e1";

/// Every definition of the folder, parsed.
#[expect(clippy::disallowed_methods, reason = "a form added to the folder is checked without naming it here")]
fn shipped() -> Vec<Definition> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/forms");
    let mut definitions = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{error}")) {
        let path = entry.unwrap_or_else(|error| panic!("{error}")).path();
        if path.ends_with("titles.toml") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{error}"));
        let definition =
            Definition::parse(&path.display().to_string(), &text).unwrap_or_else(|e| panic!("{e}"));
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        assert_eq!(stem, definition.id, "a file is named after the id in it");
        definitions.push(definition);
    }
    definitions
}

#[test]
fn every_shipped_definition_is_accepted_and_cites_its_rules() {
    let shipped = shipped();
    assert!(shipped.len() >= 3);
    for definition in &shipped {
        assert!(!definition.cites.is_empty(), "{} cites the rules it keeps", definition.id);
        assert!((1..=4).contains(&definition.slip.copies.len()), "G15: one to four copies");
    }
}

/// What one file says of another holds: nothing reads a value that is not exposed, or calls for a form that does not
/// link back.
#[test]
fn shipped_definitions_fit_together() {
    let shipped = shipped();
    let named = |of: &Definition, id: &str| {
        let found = shipped.iter().find(|definition| definition.id == id);
        found.unwrap_or_else(|| panic!("{}: there is no definition {id}", of.id))
    };
    for of in &shipped {
        for slot in &of.links {
            for linked in slot.definitions.iter().map(|id| named(of, id)) {
                for read in &slot.reads {
                    let exposed = linked.exposes.iter().find(|expose| expose.key == read.key);
                    assert_eq!(
                        exposed.map(|expose| expose.kind),
                        Some(read.kind),
                        "{} reads {} of {}",
                        of.id,
                        read.key,
                        linked.id
                    );
                }
            }
        }
        for follow in &of.follows {
            let slot = named(of, &follow.definition).link(&follow.slot);
            assert!(
                slot.is_some_and(|slot| slot.definitions.contains(&of.id)),
                "{}: {} has no slot {} for it",
                of.id,
                follow.definition,
                follow.slot
            );
        }
    }
}

fn load(text: &str) -> Definition {
    Definition::parse("test.toml", text).unwrap_or_else(|error| panic!("{error}"))
}

fn facts() -> Facts {
    let now = Facts::at("2026-02-14 08:50:00", &Settings::default());
    Facts { person: CLERK.to_owned(), unit: SCHOOL.to_owned(), ..now }
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
