//! Gates: what must be there before something may happen (F14 when it was not).

use crate::builtin;
use crate::definition::{Definition, Gate, Moment, Rule, Section, Table};
use crate::scene::{Context, variables};
use crate::value::Content;

/// A gate that stays shut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// Stable code, `GATE-…`.
    pub code: String,
    /// Chinese sentence: what is missing and what to do.
    pub message: String,
}

/// The gates before a moment that are not met, in the order of the definition. `own` is the box that would be signed
/// with it (of the step, or of the entry); empty for a submit or a seal. Before closing, every do-table that is
/// wanted, has no entry and is not asked for by a shut gate is one more. A gate that cannot be evaluated is not met.
pub fn gates(of: &Definition, before: &Moment, own: &Content, context: &Context) -> Vec<Unmet> {
    let section = match before {
        Moment::Step(key) => Section::Step(key.clone()),
        Moment::Table(name) => Section::Table(name.clone()),
        Moment::Close => Section::Table(builtin::CLOSE.to_owned()),
        Moment::Submit | Moment::Seal => Section::Content,
    };
    let own = if section == Section::Content { &context.form } else { own };
    let variables = variables(of, &section, own, context);
    let shut = |gate: &&Gate| &gate.on == before && variables.test(&gate.require) != Ok(true);
    let shut: Vec<&Gate> = of.gates.iter().filter(shut).collect();
    let mut unmet: Vec<Unmet> = Vec::new();
    if *before == Moment::Close {
        let asked = |table: &Table| {
            shut.iter().any(|gate| gate.require.reads("entries").any(|name| name == table.name))
        };
        let owed = open_tables(of, context).into_iter().filter(|table| !asked(table));
        unmet.extend(owed.map(|table| Unmet {
            code: "GATE-TABLE-OPEN".to_owned(),
            message: format!("「{}」尚未登记，不能办结", table.title),
        }));
    }
    unmet.extend(shut.iter().map(|gate| Unmet { code: gate.code.clone(), message: gate.message.clone() }));
    unmet
}

/// Do-tables that are wanted and have no entry yet: what is still to be done once the form is sealed (V6).
pub fn open_tables<'a>(of: &'a Definition, context: &Context) -> Vec<&'a Table> {
    let variables = variables(of, &Section::Content, &context.form, context);
    let wanted = |table: &&Table| match &table.wanted {
        Rule::Always(answer) => *answer,
        Rule::When(expression) => variables.test(expression) != Ok(false),
    };
    let empty = |table: &&Table| context.entries.get(&table.name).is_none_or(Vec::is_empty);
    of.tables.iter().filter(empty).filter(wanted).collect()
}
