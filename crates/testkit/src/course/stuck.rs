//! A bureau in which one form waits before each gate, with one single thing amiss.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::{Value as Json, json};
use toml::Table;

use super::walk::{Ready, Shelf, Walk};
use super::{Case, FORMS, File, named};
use crate::Bureau;

/// After the name of the gate, in the id of a definition without its other gates.
const BARE: &str = "-bare";

/// A gate of a shipped definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Id of the definition.
    pub form: String,
    /// Before what: `submit`, `seal`, `close`, `step:KEY` or `table:NAME`.
    pub on: String,
    /// Its code.
    pub code: String,
    /// Its words.
    pub message: String,
    /// How many conditions it joins.
    pub conditions: usize,
}

/// Words of gates by their codes.
pub type Words = BTreeMap<String, String>;

/// A form before a gate that stays shut.
#[derive(Debug, Clone)]
pub struct Stuck {
    /// The gate.
    pub gate: Gate,
    /// The words of all gates that stay shut, this one's among them.
    pub shut: Words,
    /// What is amiss, for messages.
    pub amiss: String,
    /// Who would sign.
    pub person: String,
    /// The form's key.
    pub form: String,
    /// What `sign_prepare` would be asked.
    pub action: Json,
}

/// Every gate of every shipped definition, in the order of the files.
///
/// # Panics
/// A definition cannot be read.
#[must_use]
pub fn gates() -> Vec<Gate> {
    definitions().iter().flat_map(|(_, text)| gates_of(&text.parse().expect("TOML"))).collect()
}

fn gates_of(definition: &Table) -> Vec<Gate> {
    let text = |table: &Table, key: &str| table[key].as_str().expect("text").to_owned();
    let gates = definition.get("gate").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let gate = |gate: &toml::Value| {
        let gate = gate.as_table().expect("a gate");
        Gate {
            form: text(definition, "id"),
            on: text(gate, "on"),
            code: text(gate, "code"),
            message: text(gate, "message"),
            conditions: conditions(&text(gate, "require")),
        }
    };
    gates.iter().map(gate).collect()
}

/// How many conditions an expression joins: its parts between `&&` outside of brackets and quotes, without those that
/// only see to it that another part can be asked; one where it offers alternatives.
fn conditions(require: &str) -> usize {
    let (mut depth, mut quoted) = (0_i32, false);
    let mut parts = vec![String::new()];
    for letter in require.chars() {
        match letter {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '|' if depth == 0 => return 1,
            '&' if depth == 0 => parts.push(String::new()),
            _ => {}
        }
        parts.last_mut().expect("a part").push(letter);
    }
    let guards = |part: &str| {
        let named = part.trim_matches(['&', ' ']).strip_suffix(" != null");
        named.is_some_and(|name| parts.iter().filter(|other| other.contains(name)).count() > 1)
    };
    parts.iter().filter(|part| !matches!(part.trim(), "" | "&") && !guards(part)).count()
}

/// File names and texts of the shipped definitions.
fn definitions() -> Vec<(String, String)> {
    let mut files: Vec<_> =
        fs::read_dir(FORMS).expect("the forms").flatten().map(|file| file.path()).collect();
    files.sort();
    let read = |path: &Path| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, fs::read_to_string(path).expect("a definition"))
    };
    files.iter().filter(|path| !path.ends_with("titles.toml")).map(|path| read(path)).collect()
}

/// How often each gate is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cases {
    /// Once for every single thing that can be amiss.
    Every,
    /// Once.
    First,
}

/// Founds the bureau and brings a form before every gate of every definition. Where an earlier gate asks for the same, the definition is taken without its other gates: what is then
/// refused is refused by this gate alone.
///
/// # Panics
/// A course cannot be gone.
#[must_use]
pub fn stuck(seed: u64, cases: Cases) -> (Bureau, Vec<Stuck>) {
    let shipped = definitions();
    let tables: Vec<Table> = shipped.iter().map(|(_, text)| text.parse().expect("TOML")).collect();
    let guarded: Vec<&Table> = tables.iter().filter(|table| table.contains_key("gate")).collect();
    let bare = guarded.iter().flat_map(|table| bared(table));
    let bureau = Bureau::versatile(seed, shipped.iter().cloned().chain(bare).collect());
    let mut shelf = Shelf::default();
    let mut all = Vec::new();
    for definition in guarded {
        let gates = gates_of(definition);
        let file = File::read(&gates[0].form);
        let mut met = BTreeSet::new();
        let taken = |case: &&Case| met.insert(case.code.clone()) || cases == Cases::Every;
        for case in file.gate.iter().filter(taken) {
            let gate = gates.iter().find(|gate| gate.code == case.code);
            let gate = gate.unwrap_or_else(|| panic!("{}: no gate {}", gates[0].form, case.code));
            all.push(before(&bureau, &mut shelf, &file, &gates, gate, case));
        }
    }
    (bureau, all)
}

/// The twins of a definition that keep one gate only, for the cases that ask for it.
fn bared(definition: &Table) -> Vec<(String, String)> {
    let id = definition["id"].as_str().expect("an id");
    let file = File::read(id);
    let codes: BTreeSet<&str> =
        file.gate.iter().filter(|case| case.bare).map(|case| case.code.as_str()).collect();
    let twin = |code: &&str| {
        let mut twin = definition.clone();
        let id = twin_of(code);
        let only = |gate: &toml::Value| gate["code"].as_str() == Some(code);
        let gates = definition["gate"].as_array().expect("gates").iter().filter(|gate| only(gate)).cloned();
        twin.insert("gate".to_owned(), gates.collect::<Vec<_>>().into());
        twin.insert(
            "title".to_owned(),
            format!("{}（{code}）", definition["title"].as_str().expect("a title")).into(),
        );
        twin.insert("id".to_owned(), id.clone().into());
        (format!("{id}.toml"), twin.to_string())
    };
    codes.iter().map(twin).collect()
}

fn twin_of(code: &str) -> String {
    format!("{}{BARE}", code.trim_start_matches("GATE-").to_lowercase())
}

fn before(
    bureau: &Bureau,
    shelf: &mut Shelf,
    file: &File,
    gates: &[Gate],
    gate: &Gate,
    case: &Case,
) -> Stuck {
    let course = file.course(&case.amiss);
    let place = gate.on.split_once(':').map_or(gate.on.as_str(), |(_, place)| place);
    let at = case.at.as_deref().unwrap_or(place);
    assert_eq!(named(at), place, "{} {}: before what?", gate.form, gate.code);
    assert!(
        course.order.iter().any(|act| act == at),
        "{} {}: {at} is not in its order",
        gate.form,
        gate.code
    );
    let definition = if case.bare { twin_of(&gate.code) } else { gate.form.clone() };
    let mut walk = Walk::begin(bureau, &definition, &course, shelf);
    course.before(at).for_each(|act| walk.act(act));
    let Ready { person, kind, more } = walk.ready(at);
    let mut action = json!({ "kind": kind, "form": walk.script.form });
    if let (Some(action), Some(more)) = (action.as_object_mut(), more.as_object()) {
        action.extend(more.clone());
    }
    let stays = |gate: &&Gate| gate.code == case.code || case.also.contains(&gate.code);
    let shut = gates.iter().filter(stays).map(|gate| (gate.code.clone(), gate.message.clone())).collect();
    let amiss = case.amiss.to_string().trim().replace('\n', "; ");
    Stuck { gate: gate.clone(), shut, amiss, person, form: walk.script.form, action }
}

#[cfg(test)]
mod tests {
    use super::conditions;

    #[test]
    fn conditions_are_counted_at_the_top() {
        for (require, count) in [
            ("form.a", 1),
            ("form.a && form.b", 2),
            (r#"form.a == "x && y" && (form.b && form.c)"#, 2),
            ("form.a || (form.b && form.c)", 1),
            ("form.a.all(x, x.b && x.c) && size(form.d) > 0 && form.e", 3),
            ("form.a != null && form.b", 2),
            ("form.a != null && form.a > 0", 1),
        ] {
            assert_eq!(conditions(require), count, "{require}");
        }
    }
}
