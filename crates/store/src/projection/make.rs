//! From a folded form to the rows that say so.

use std::collections::BTreeSet;

use qianban_journal::{
    Actor, Digest, DigestStream, FormId, FormLog, FormStatus, FormView, Next, Number, PersonId, Phase,
    Registry, Role, RoundStatus, UnitId,
};

use super::codec;
use crate::index::Indexed;

/// The built-in table that closes a form (V7).
const CLOSE_TABLE: &str = "close";

/// Why somebody may act next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Turn {
    /// To sign a step.
    Sign = 0,
    /// To submit again at the step it was returned to.
    Resubmit = 1,
    /// To seal.
    Seal = 2,
    /// To write a do-table that has room.
    Table = 3,
    /// To close what is done.
    Close = 4,
}

/// The derived rows of one form. Two projections are equal exactly when all bytes of all rows are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Projection {
    /// Arrival of the Create.
    pub(super) key: i64,
    pub(super) view: ViewRow,
    pub(super) steps: BTreeSet<(Turn, Role, UnitId)>,
    pub(super) editors: BTreeSet<PersonId>,
    /// Code, ids one after another, detail.
    pub(super) findings: Vec<(String, Vec<u8>, String)>,
    pub(super) text: String,
    /// Slots with the forms linked there.
    pub(super) links: BTreeSet<(String, FormId)>,
    /// Names with values.
    pub(super) marks: BTreeSet<(String, String)>,
}

/// The columns of `form_view` but its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ViewRow {
    pub(super) id: FormId,
    pub(super) ledger: String,
    pub(super) definition: Option<Digest>,
    pub(super) unit: UnitId,
    pub(super) creator: PersonId,
    pub(super) submitter: Option<PersonId>,
    pub(super) status: u8,
    pub(super) step: Option<u8>,
    pub(super) working_number: String,
    pub(super) number: Option<Number>,
    pub(super) created_ms: i64,
    pub(super) changed_ms: i64,
    pub(super) sealed_ms: Option<i64>,
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) events: u32,
    /// SM3 over every event's id, legality and effect, in order of id: what the fold concluded, in 32 bytes.
    pub(super) fold: Digest,
    /// What forms that link to this one are told, in 32 bytes.
    pub(super) seen: Option<Digest>,
}

impl ViewRow {
    /// The columns that an index of the table holds and that may change.
    pub(super) fn indexed(&self) -> impl PartialEq + '_ {
        (&self.definition, &self.submitter, self.status, &self.number)
    }
}

impl Projection {
    /// Arrival of the form's Create, the key of its rows.
    pub(crate) fn key(&self) -> i64 {
        self.key
    }

    pub(super) fn make(
        key: i64,
        log: &FormLog,
        view: &FormView,
        indexed: Indexed,
        registry: Registry<'_>,
    ) -> Self {
        let (status, step) = codec::status_code(view.status);
        let walls = || view.events.iter().map(|event| event.wall);
        let mut findings: Vec<_> =
            view.findings.iter().chain(&indexed.findings).map(codec::finding).collect();
        findings.sort();
        findings.dedup();
        Self {
            key,
            text: searched(view, &indexed, registry),
            links: indexed.links.iter().cloned().collect(),
            marks: indexed.marks.iter().cloned().collect(),
            steps: steps(view, registry),
            editors: match view.next {
                Next::Editors | Next::Resubmit { .. } => view.editors.iter().copied().collect(),
                _ => BTreeSet::new(),
            },
            findings: findings
                .into_iter()
                .map(|(code, about, detail)| (code.to_owned(), about, detail))
                .collect(),
            view: ViewRow {
                id: view.form,
                ledger: view.ledger.0.clone(),
                definition: view.def,
                unit: view.unit,
                creator: view.creator,
                submitter: view.primary_round().map(|round| round.person),
                status,
                step,
                working_number: view.working_number.clone(),
                number: view.number.clone(),
                created_ms: log.event(view.form.into()).map_or(0, |create| create.wall),
                changed_ms: walls().max().unwrap_or(0),
                sealed_ms: sealed_ms(view),
                title: one_line(&indexed.title),
                summary: one_line(&indexed.summary),
                events: view.events.len() as u32,
                fold: fold_digest(view),
                seen: indexed.seen,
            },
        }
    }
}

/// The clock of the first seal of a form that is sealed.
fn sealed_ms(view: &FormView) -> Option<i64> {
    let round = view.primary_round().filter(|round| round.status == RoundStatus::Sealed)?;
    round.seals.first().map(|seal| seal.wall)
}

/// A list shows one line, and a line is what a searched part is.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every event with what the fold made of it. In order of id: the order of arrival differs between PCs.
fn fold_digest(view: &FormView) -> Digest {
    let lines: BTreeSet<_> =
        view.events.iter().map(|event| (event.id, event.illegal.is_none(), event.effective)).collect();
    let mut digest = DigestStream::new();
    for (id, legal, effective) in lines {
        digest.update(&id.0);
        digest.update(&[u8::from(legal), u8::from(effective)]);
    }
    digest.finish()
}

fn steps(view: &FormView, registry: Registry<'_>) -> BTreeSet<(Turn, Role, UnitId)> {
    let of = |turn, roles: &[Role], units: &[UnitId]| -> BTreeSet<_> {
        roles.iter().flat_map(|role| units.iter().map(move |unit| (turn, role.clone(), *unit))).collect()
    };
    let policy = view.def.and_then(|def| registry.policy(def));
    let table = |turn, name: &str| {
        let roles = policy.and_then(|policy| policy.table(name)).map(|table| table.roles.as_slice());
        of(turn, roles.unwrap_or_default(), &[view.unit])
    };
    match &view.next {
        Next::Nobody | Next::Editors => BTreeSet::new(),
        Next::Step { roles, units, .. } => of(Turn::Sign, roles, units),
        Next::Resubmit { roles, units, .. } => of(Turn::Resubmit, roles, units),
        Next::Registrar { .. } => of(Turn::Seal, &[Role::registrar()], &[view.unit]),
        Next::Tables(tables) => {
            let mut steps: BTreeSet<_> = tables.iter().flat_map(|name| table(Turn::Table, name)).collect();
            if view.phase == Phase::Sealed && view.status == FormStatus::Sealed {
                steps.extend(table(Turn::Close, CLOSE_TABLE));
            }
            steps
        }
    }
}

/// The parts a form is found by, one per line: numbers, unit and people here, the rest from its definition.
fn searched(view: &FormView, indexed: &Indexed, registry: Registry<'_>) -> String {
    let number = view.number.as_ref().map(ToString::to_string);
    let unit = registry.unit(view.unit).map(|unit| unit.name.clone());
    let people: BTreeSet<&Actor> = view.events.iter().map(|event| &event.actor).collect();
    let name = |actor: &Actor| match actor {
        Actor::Person(person) => registry.person(*person).map(|record| record.name.clone()),
        Actor::Outsider(name) => Some(name.clone()),
    };
    let parts = number
        .into_iter()
        .chain([view.working_number.clone(), indexed.title.clone(), indexed.summary.clone()])
        .chain(unit)
        .chain(people.into_iter().filter_map(name))
        .chain(indexed.text.iter().cloned());
    let mut seen = BTreeSet::new();
    let lines: Vec<String> =
        parts.map(|part| one_line(&part)).filter(|line| seen.insert(line.clone())).collect();
    lines.join("\n")
}
