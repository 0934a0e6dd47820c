//! What expressions may look at beside the section that is being filled.

use crate::definition::{Definition, Field, LinkRead, Section, ValueType};
use crate::expression::{Variables, members, named};
use crate::problem::Problem;
use crate::setting::Settings;
use crate::value::{Content, Value};
use std::collections::BTreeMap;

/// The state of a form around a section. The caller gathers it; nothing here reads a clock or a store.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The content. For [`Section::Content`] itself the section's own content is used instead.
    pub form: Content,
    /// By step key: the boxes of all approvals that count, in the order of the form's history.
    pub steps: Rows,
    /// By table name: the boxes of all entries that count and are not superseded, in the order of the form's history.
    pub entries: Rows,
    /// By slot: the rounds that the content links, in the order of the links.
    pub links: Links,
    /// The settings of the bureau.
    pub settings: Settings,
    /// Plain facts.
    pub facts: Facts,
    /// Whether the person at the desk may write in this section now.
    pub editable: bool,
    /// What was typed in this section and could not be read: shown in place of 必填.
    pub unread: Vec<(Place, Problem)>,
}

/// Boxes of sign-off steps, or entries of do-tables, by key: all that count, in the order of the form's history.
pub type Rows = BTreeMap<String, Vec<Row>>;

/// A box as it was signed: `steps.S[i]` and `entries.T[i]` in expressions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// `YYYY-MM-DD HH:MM` of the office: the stated time of an entry, the time of signing of an approval.
    pub at: String,
    /// Id of the person who signed, hex; empty for somebody outside the registry.
    pub by: String,
    /// The box.
    pub content: Content,
}

impl From<Content> for Row {
    /// A box of which neither time nor signer is said.
    fn from(content: Content) -> Row {
        Row { content, ..Row::default() }
    }
}

/// Linked rounds by slot.
pub type Links = BTreeMap<String, Vec<Linked>>;

/// A sealed round at the end of a link: `links.SLOT[i]` in expressions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Linked {
    /// Official number; empty if it has none.
    pub number: String,
    /// Title of the linked form.
    pub title: String,
    /// Id of its unit, hex; empty if it has none.
    pub unit: String,
    /// `YYYY-MM-DD HH:MM` of the office at which the round was sealed.
    pub sealed_at: String,
    /// What the linked form exposes: see [`exposed`](crate::exposed()). A value that a slot reads and that is not
    /// here, or is of another type, reads as empty.
    pub values: Content,
}

/// Facts that the desk supplies: `facts.…` in expressions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// `YYYY-MM-DD HH:MM:SS` of the office.
    pub instant: String,
    /// `YYYY-MM-DD HH:MM` of the office.
    pub now: String,
    /// `YYYY-MM-DD` of the office.
    pub today: String,
    /// `YYYY-MM` of the office.
    pub month: String,
    /// The budget year of the settings, or the calendar year of today.
    pub year: i64,
    /// Id of the person at the desk, hex; empty if none.
    pub person: String,
    /// Id of that person's unit, hex; empty if none.
    pub unit: String,
    /// Level of the bureau: `province`, `city` or `county`; empty while not said.
    pub level: String,
    /// The signed paper is back: see [`ink_copy`](crate::ink_copy).
    pub ink_copy: bool,
}

impl Facts {
    /// The facts of a time `YYYY-MM-DD HH:MM:SS` of the office; nothing is known of people, level and paper.
    pub fn at(instant: &str, settings: &Settings) -> Facts {
        let first = |chars| instant.get(..chars).unwrap_or_default().to_owned();
        Facts {
            instant: instant.to_owned(),
            now: first(16),
            today: first(10),
            month: first(7),
            year: settings.number("budget_year").or_else(|| first(4).parse().ok()).unwrap_or_default(),
            ..Facts::default()
        }
    }
}

/// A field of a section, or a cell of one of its tables.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Key of the field.
    pub key: String,
    /// The cell, for a table's cells.
    pub cell: Option<Cell>,
}

/// A cell of a table field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// Row, from 0.
    pub row: usize,
    /// Key of the column.
    pub column: String,
}

impl Place {
    /// A field by itself.
    pub fn field(key: &str) -> Place {
        Place { key: key.to_owned(), cell: None }
    }

    /// A cell of a table field.
    pub fn cell(key: &str, row: usize, column: &str) -> Place {
        Place { key: key.to_owned(), cell: Some(Cell { row, column: column.to_owned() }) }
    }
}

/// The variable that holds a section's own content.
pub(crate) fn own_variable(section: &Section) -> &'static str {
    match section {
        Section::Content => "form",
        Section::Step(_) | Section::Table(_) => "box",
    }
}

/// The variables for a section with this content of its own.
pub(crate) fn variables(of: &Definition, section: &Section, own: &Content, context: &Context) -> Variables {
    let mut variables = Variables::new();
    variables.set_record("form", &of.fields, &context.form);
    variables.set_record(own_variable(section), of.fields_of(section).unwrap_or_default(), own);
    let steps = of.steps.iter().map(|step| (step.key.as_str(), step.fields.as_slice()));
    set_rows(&mut variables, "steps", steps.collect(), &context.steps);
    let tables = of.tables.iter().map(|table| (table.name.as_str(), table.fields.as_slice()));
    set_rows(&mut variables, "entries", tables.collect(), &context.entries);
    set_links(&mut variables, of, &context.links);
    variables.set("settings", context.settings.record());
    variables.set("facts", facts_record(&context.facts));
    variables
}

fn set_rows(variables: &mut Variables, name: &str, shapes: BTreeMap<&str, &[Field]>, rows: &Rows) {
    let lists = shapes.keys().map(|key| {
        let rows = rows.get(*key).map(|rows| rows.iter().collect()).unwrap_or_default();
        ((*key).to_owned(), rows)
    });
    variables.set_lists(name, lists, |key, row: &Row| {
        let fields = shapes.get(key).copied().unwrap_or_default();
        let said = texts(&[("at", &row.at), ("by", &row.by)]);
        named(members(fields, &row.content).chain(said))
    });
}

fn set_links(variables: &mut Variables, of: &Definition, links: &Links) {
    let lists = of.links.iter().map(|slot| {
        let linked = links.get(&slot.slot).map(Vec::as_slice).unwrap_or_default();
        (slot.slot.clone(), linked.iter().take(usize::from(slot.max)).collect())
    });
    variables.set_lists("links", lists, |slot, linked: &Linked| {
        let reads = of.link(slot).map(|slot| slot.reads.as_slice()).unwrap_or_default();
        let read = reads.iter().map(|read| (read.key.clone(), read_value(read, &linked.values)));
        let said = texts(&[
            ("number", &linked.number),
            ("title", &linked.title),
            ("unit", &linked.unit),
            ("sealed_at", &linked.sealed_at),
        ]);
        named(said.into_iter().chain(read))
    });
}

fn read_value(read: &LinkRead, values: &Content) -> cel::Value {
    match (read.kind, values.get(&read.key)) {
        (ValueType::Flag, Some(Value::Flag(flag))) => (*flag).into(),
        (ValueType::Flag, _) => false.into(),
        (ValueType::Text, Some(Value::Text(text))) => text.as_str().into(),
        (ValueType::Text, _) => "".into(),
        (ValueType::Integer, Some(Value::Int(number)))
        | (ValueType::Money, Some(Value::Money(number)))
        | (ValueType::Percent, Some(Value::Percent(number))) => (*number).into(),
        (ValueType::Integer | ValueType::Money | ValueType::Percent, _) => cel::Value::Null,
    }
}

fn facts_record(facts: &Facts) -> cel::Value {
    let Facts { instant, now, today, month, year, person, unit, level, ink_copy } = facts;
    let said = texts(&[
        ("instant", instant),
        ("now", now),
        ("today", today),
        ("month", month),
        ("person", person),
        ("unit", unit),
        ("level", level),
    ]);
    let more = [("year".to_owned(), (*year).into()), ("ink_copy".to_owned(), (*ink_copy).into())];
    named(said.into_iter().chain(more))
}

fn texts(said: &[(&str, &str)]) -> Vec<(String, cel::Value)> {
    said.iter().map(|(key, text)| ((*key).to_owned(), (*text).into())).collect()
}
