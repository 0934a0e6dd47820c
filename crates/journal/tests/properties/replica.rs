//! One place with the production fold, and its answers beside those of the naive evaluation.

use crate::naive::view::Finding as Told;
use crate::naive::{Ids, State, Status, reading};
use crate::world::World;
use qianban_journal::{
    Admission, Envelope, EventId, Finding, FormLog, FormView, Missing, RoundStatus, RoundView, Target,
    Verified,
};
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

/// A production log with a mailbox.
pub struct Replica<'w> {
    pub world: &'w World,
    pub log: FormLog,
    waiting: Vec<EventId>,
}

impl<'w> Replica<'w> {
    pub fn new(world: &'w World) -> Self {
        let form = world.form().expect("a world has a form");
        Self { world, log: FormLog::new(form), waiting: Vec::new() }
    }

    pub fn set(&self) -> Ids {
        self.log.ids().collect()
    }

    /// Takes one event; keeps it if something is missing. The answer must be what A5, A8 and L0 say.
    pub fn receive(&mut self, id: EventId, verified: &Verified, version: u32) -> Verdict {
        let event = verified.event();
        let known = self.log.event(id).is_some();
        let missing: Vec<EventId> =
            reading::parents(event).into_iter().filter(|p| self.log.event(*p).is_none()).collect();
        let admission = self.log.admit(verified.clone(), &self.world.chains[version as usize]);
        let legal = self.world.naive.legal(id);
        let right = match &admission {
            Admission::Duplicate => known,
            Admission::Pending(Missing::Registry(n)) => !known && *n == event.epoch.number && *n > version,
            Admission::Pending(Missing::Events(events)) => !known && *events == missing,
            Admission::Stored(verdict) => !known && missing.is_empty() && verdict.is_ok() == legal,
            Admission::Rejected(_) => false,
        };
        if matches!(admission, Admission::Pending(_)) {
            self.waiting.push(id);
        }
        if right { Ok(()) } else { Err(format!("L0/A: {admission:?} for {event:?}, naively legal: {legal}")) }
    }

    /// Tries what waits again until nothing moves.
    pub fn settle(&mut self, verified: &BTreeMap<EventId, Verified>, version: u32) -> Verdict {
        loop {
            let waiting = std::mem::take(&mut self.waiting);
            let before = waiting.len();
            for id in waiting {
                self.receive(id, &verified[&id], version)?;
            }
            if self.waiting.len() == before {
                return Ok(());
            }
        }
    }

    pub fn view(&self, version: u32) -> Result<FormView, String> {
        let registry = self.world.chain().at(version).ok_or("no such registry version")?;
        self.log.view(registry).ok_or_else(|| "no view of a log with events".to_owned())
    }

    /// Every answer of the production view against the naive one, for what is here under `version`.
    pub fn compare(&self, version: u32) -> Verdict {
        let naive = &self.world.naive;
        let view = self.view(version)?;
        let st = naive.eval(&self.set(), version);
        let events = |keep: fn(&qianban_journal::EventView) -> bool| -> Ids {
            view.events.iter().filter(|e| keep(e)).map(|e| e.id).collect()
        };
        same("L0 legal", &st.legal, &events(|e| e.illegal.is_none()))?;
        same("E effective", &st.effective, &events(|e| e.effective))?;
        let rounds: Ids = view.rounds.iter().map(|r| r.round).collect();
        same("rounds", &st.rounds.keys().copied().collect(), &rounds)?;
        for round in &view.rounds {
            self.compare_round(round, &st)?;
        }
        let told = naive.view(&st);
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

    fn compare_round(&self, round: &RoundView, st: &State) -> Verdict {
        let naive = &self.world.naive;
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
            _ => None,
        })
        .collect()
}

/// Every envelope checked against the whole registry, after a trip through its bytes.
pub fn verify_all(world: &World) -> Result<BTreeMap<EventId, Verified>, String> {
    let check = |(id, envelope): (&EventId, &Envelope)| {
        let again = Envelope::decode(&envelope.encode()).map_err(|why| why.to_string())?;
        let verified = Verified::check(&again, world.chain()).map_err(|why| format!("{why} for {id}"))?;
        same("id", id, &verified.id())?;
        same("body", &world.naive.events[id], verified.event())?;
        Ok((*id, verified))
    };
    world.envelopes.iter().map(check).collect()
}
