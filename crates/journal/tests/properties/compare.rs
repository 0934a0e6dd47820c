//! Every answer of the production fold beside that of the naive evaluation.

use crate::naive::view::Finding as Told;
use crate::naive::{Ids, Naive, State, Status, reading};
use qianban_journal::{EventId, Finding, FormLog, FormView, Registry, RoundStatus, RoundView, Target};
use std::collections::{BTreeMap, BTreeSet};

/// What is wrong, in words; `Ok` where two answers agree.
pub type Verdict = Result<(), String>;

/// Fails with both answers unless they are equal.
pub fn same<T: PartialEq + std::fmt::Debug>(what: &str, naive: &T, production: &T) -> Verdict {
    if naive == production {
        return Ok(());
    }
    Err(format!("{what}: naive {naive:?}, production {production:?}"))
}

/// Every answer of the production view against the naive one, for what is here under `version`.
pub fn form(naive: &Naive, log: &FormLog, registry: Registry<'_>) -> Verdict {
    let set: Ids = log.ids().collect();
    let view = log.view(registry).ok_or("no view of a log with events")?;
    let st = naive.eval(&set, registry.number());
    let events = |keep: fn(&qianban_journal::EventView) -> bool| -> Ids {
        view.events.iter().filter(|e| keep(e)).map(|e| e.id).collect()
    };
    same("L0 legal", &st.legal, &events(|e| e.illegal.is_none()))?;
    same("E effective", &st.effective, &events(|e| e.effective))?;
    let rounds: Ids = view.rounds.iter().map(|r| r.round).collect();
    same("rounds", &st.rounds.keys().copied().collect(), &rounds)?;
    for round in &view.rounds {
        of_round(naive, round, &st)?;
    }
    let told = naive.view(&st, &set);
    same("V1 primary", &told.primary, &view.primary)?;
    same("V4 canonical", &told.canonical, &view.canonical)?;
    same("V4 leaves", &told.leaves, &view.leaves.iter().copied().collect())?;
    same("V5 strays", &told.strays, &view.strays.iter().copied().collect())?;
    same("V7 phase", &told.phase, &view.phase)?;
    same("L3 number", &told.number, &view.number)?;
    same("L2 editors", &naive.editors(&st), &view.editors.iter().copied().collect())?;
    let entries: BTreeMap<EventId, bool> =
        view.entries.iter().map(|e| (e.id, e.superseded_by.is_none())).collect();
    same("entries", &told.entries, &entries)?;
    same("findings", &told.findings, &findings(&view))
}

fn of_round(naive: &Naive, round: &RoundView, st: &State) -> Verdict {
    let told = &st.rounds[&round.round];
    let id = round.round;
    same(&format!("S3 status of {id}"), &told.status, &status(round.status))?;
    same(&format!("S2 passed of {id}"), &told.passed, &round.passed)?;
    let counted: Ids = round.approves.iter().filter(|a| a.effective).map(|a| a.id).collect();
    same(&format!("S1 counted in {id}"), &told.counted, &counted)?;
    let returns: Ids = round.returns.iter().map(|r| r.id).collect();
    same(&format!("returns of {id}"), &told.returns, &returns)?;
    same(&format!("S4 target of {id}"), &told.target, &round.target.map(target))?;
    for sent in &round.returns {
        same(
            &format!("target of {}", sent.id),
            &naive.target(sent.id, st.version),
            &Some(target(sent.target)),
        )?;
    }
    let submit = &naive.events[&id];
    let needs: Vec<usize> = (0..reading::plan_len(submit)).map(|k| naive.need(submit, k)).collect();
    same(&format!("need of {id}"), &needs, &round.needs)?;
    same(&format!("submitter of {id}"), &naive.submitter(id), &round.submitter)
}

pub fn status(status: RoundStatus) -> Status {
    match status {
        RoundStatus::Pending(k) => Status::Pending(usize::from(k)),
        RoundStatus::Approved => Status::Approved,
        RoundStatus::Returned => Status::Returned,
        RoundStatus::Sealed => Status::Sealed,
    }
}

fn target(target: Target) -> reading::Target {
    match target {
        Target::Drafter => reading::Target::Drafter,
        Target::Step(step) => reading::Target::Step(usize::from(step)),
        Target::Reject => reading::Target::Reject,
    }
}

/// The findings that a set of events decides. A number outside its lease is a reason of illegality, compared there.
fn findings(view: &FormView) -> BTreeSet<Told> {
    let set = |ids: &[EventId]| -> Ids { ids.iter().copied().collect() };
    view.findings
        .iter()
        .filter_map(|finding| match finding {
            Finding::DoubleSeal { seals } => Some(Told::TwoSeals(set(seals))),
            Finding::Objection { objection } => Some(Told::Objection(*objection)),
            Finding::Tainted { event, .. } => Some(Told::Tainted(*event)),
            Finding::SeveralRounds { rounds } => Some(Told::TwoRounds(set(rounds))),
            Finding::TwoNumbers { numbers } => Some(Told::TwoNumbers(numbers.iter().cloned().collect())),
            Finding::SameActor { round, approves } => Some(Told::DifferCrossed(*round, set(approves))),
            Finding::RecordedBySealer { seal } => Some(Told::SealerRecordedAll(*seal)),
            Finding::ClockBefore { event, cited } => Some(Told::ClockBefore(*event, *cited)),
            Finding::OutsideDelegation { event } => Some(Told::OutsideDelegation(*event)),
            Finding::SealDespiteReturn { seal, objection } => {
                Some(Told::SealDespiteReturn(*seal, *objection))
            }
            _ => None,
        })
        .collect()
}
