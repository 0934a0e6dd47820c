//! What a definition would bring about that its signer must know: nobody can go on, a gate never opens, a control goes.

use std::collections::BTreeSet;

use qianban_catalog::{CLOSE, Definition, Ink, Moment, Rule, Step, Table};
use qianban_journal::{PersonId, Registry};

use crate::api::DesignNote;
use crate::{Code, Refused, api};

/// Everything to be warned of, in the order of the form's life. `old` is the version that it takes the place of.
pub(crate) fn of(registry: Registry<'_>, old: Option<&Definition>, new: &Definition) -> Vec<DesignNote> {
    let mut notes = Notes { registry, found: Vec::new() };
    notes.policy(new);
    for (number, step) in new.steps.iter().enumerate() {
        notes.step(new, step, &format!("step.{number}"));
        if old.and_then(|old| old.step(&step.key)).is_some_and(|before| before.bar) && !step.bar {
            notes.say(Code::DesignBar, &step.title, &format!("step.{number}.bar"));
        }
    }
    for table in &new.tables {
        notes.table(table);
    }
    for (number, gate) in new.gates.iter().enumerate().filter(|(_, gate)| gate.require.is_never()) {
        let before = moment(&gate.on, new);
        notes.say(Code::DesignNever, format!("{before}（{}）", gate.code), &format!("gate.{number}.require"));
    }
    notes.found
}

/// A warning as the sign sheet takes it.
pub(crate) fn problem(note: DesignNote) -> api::Problem {
    api::Problem { code: note.code, message: note.message, field: None }
}

struct Notes<'a> {
    registry: Registry<'a>,
    found: Vec<DesignNote>,
}

impl Notes<'_> {
    fn say(&mut self, code: Code, about: impl std::fmt::Display, place: &str) {
        let refusal = api::Refusal::from(Refused::about(code, about));
        let message = format!("{}{}", refusal.message, refusal.advice);
        self.found.push(DesignNote { code: refusal.code, message, place: place.to_owned() });
    }

    /// Active people who hold one of the roles, for whichever unit.
    fn holders(&self, roles: &[String]) -> BTreeSet<PersonId> {
        let held =
            self.registry.assignments().filter(|held| roles.iter().any(|role| role == held.role.as_str()));
        let active = |person: &PersonId| self.registry.person(*person).is_some_and(|record| record.active);
        held.map(|held| held.person).filter(active).collect()
    }

    fn policy(&mut self, new: &Definition) {
        let create = self.holders(&new.policy.create);
        let edit = self.holders(&new.policy.edit);
        if create.is_empty() {
            self.say(Code::DesignNobody, "填写", "policy.create");
        } else if create.is_disjoint(&edit) {
            self.say(Code::DesignNobody, "修改和送签", "policy.edit");
        }
    }

    fn step(&mut self, new: &Definition, step: &Step, place: &str) {
        if step.when.as_ref().is_some_and(qianban_catalog::Expression::is_never) {
            return self.say(Code::DesignStepNever, &step.title, &format!("{place}.when"));
        }
        let holders = self.holders(&step.roles);
        let on_paper = step.outsider && step.ink != Ink::No;
        let roles = format!("{place}.roles");
        if on_paper {
            return;
        }
        if holders.is_empty() {
            return self.say(Code::DesignNobody, format!("「{}」", step.title), &roles);
        }
        if holders.len() < usize::from(step.need) {
            let about = format!("「{}」要 {} 人签，名册里只有 {} 人", step.title, step.need, holders.len());
            return self.say(Code::DesignTooFew, about, &roles);
        }
        let others = step.differ.iter().filter_map(|key| new.step(key));
        let together: BTreeSet<PersonId> =
            others.flat_map(|other| self.holders(&other.roles)).chain(holders.iter().copied()).collect();
        if together.len() < 1 + step.differ.len() {
            let about = format!("「{}」须由与前面步骤不同的人签，名册里的人不够", step.title);
            return self.say(Code::DesignTooFew, about, &roles);
        }
        if step.bar && holders.len() == 1 && self.holders(&new.policy.create) == holders {
            let about = format!("「{}」要求本人回避，而能填写和能签的只有同一个人", step.title);
            self.say(Code::DesignTooFew, about, &roles);
        }
    }

    /// Of the built-in tables only 办结 holds anything up when nobody writes in it.
    fn table(&mut self, table: &Table) {
        let never = matches!(&table.wanted, Rule::Always(false)) && table.built_in && table.name != CLOSE;
        if !never && self.holders(&table.roles).is_empty() {
            self.say(Code::DesignNobody, format!("「{}」", table.title), "table");
        }
    }
}

/// Before what a gate stands.
fn moment(on: &Moment, of: &Definition) -> String {
    match on {
        Moment::Submit => "送签".to_owned(),
        Moment::Seal => "定稿".to_owned(),
        Moment::Close => "办结".to_owned(),
        Moment::Step(key) => of.step(key).map(|step| format!("「{}」", step.title)).unwrap_or_default(),
        Moment::Table(name) => of.table(name).map(|table| format!("「{}」", table.title)).unwrap_or_default(),
    }
}
