//! The way of every form with gates, as data: what is filled in, who does what in which order, and the single thing
//! that is amiss before each gate. One file a definition under `courses/`.

mod fill;
mod stuck;
mod walk;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use toml::{Table, Value};

pub use stuck::{Cases, Gate, Stuck, Words, gates, stuck};

/// Where the courses are.
const COURSES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/courses");
/// Where the definitions are.
const FORMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/forms");

/// The way of one form. Acts are named by what they are: `submit`, `seal`, `close`, `print` (with the paper coming
/// back), the key of a step, the name of a do-table; `#2` after the name tells a repetition apart.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Course {
    /// The acts, in order.
    order: Vec<String>,
    /// Who acts, where it is not the usual person.
    by: BTreeMap<String, String>,
    /// What is typed into the content; what must be filled and is not named here gets the usual value of its kind.
    content: Table,
    /// What is linked, by slot: definitions, or `definition:variant`.
    links: BTreeMap<String, Vec<String>>,
    /// What is typed into the box of an act.
    boxes: BTreeMap<String, Table>,
    /// Acts that this time do not happen.
    without: Vec<String>,
}

/// The file of one definition.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    /// The way on which every gate opens.
    course: Table,
    /// Ways to a sealed form that says something else, by name.
    variant: BTreeMap<String, Table>,
    /// Where a gate stays shut.
    gate: Vec<Case>,
}

/// One thing amiss before one gate.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// The gate.
    code: String,
    /// Gates that cannot but stay shut with it.
    #[serde(default)]
    also: Vec<String>,
    /// The act before which it stays shut, where that is a repetition.
    #[serde(default)]
    at: Option<String>,
    /// Whether an earlier gate asks for the same: the definition is taken without its other gates.
    #[serde(default)]
    bare: bool,
    /// What is different from the course.
    #[serde(default)]
    amiss: Table,
}

impl File {
    fn read(definition: &str) -> Self {
        let path = Path::new(COURSES).join(format!("{definition}.toml"));
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The course with these differences.
    fn course(&self, different: &Table) -> Course {
        let mut course = self.course.clone();
        merge(&mut course, different);
        course.try_into().unwrap_or_else(|error| panic!("{different}: {error}"))
    }
}

impl Course {
    /// The acts that happen, up to this one and without it.
    fn before(&self, act: &str) -> impl Iterator<Item = &str> {
        let happens = |act: &&String| !self.without.contains(act);
        self.order.iter().take_while(move |before| *before != act).filter(happens).map(String::as_str)
    }
}

/// Tables are merged, everything else is replaced.
fn merge(into: &mut Table, different: &Table) {
    for (key, value) in different {
        match (into.get_mut(key), value) {
            (Some(Value::Table(into)), Value::Table(value)) => merge(into, value),
            _ => drop(into.insert(key.clone(), value.clone())),
        }
    }
}

/// The name of an act without its repetition.
fn named(act: &str) -> &str {
    act.split_once('#').map_or(act, |(name, _)| name)
}
