//! A second evaluation of one form, written from the text of the rules alone.
//!
//! It recomputes everything from the set of events each time it is asked: pasts by walking, legality by judging every
//! event against the state of its own past, effectiveness and status by the definitions E and S. It shares with the
//! crate only the decoded types. It is slow on purpose; nothing is incremental.

mod admission;
pub mod logs;
pub mod office;
pub mod reading;
mod rules;
pub mod view;

use office::{Cut, Office};
use qianban_journal::{Event, EventId};
use reading::{Kind, Target};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A set of event ids.
pub type Ids = BTreeSet<EventId>;

/// S3, in rising order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    Pending(usize),
    Approved,
    Returned,
    Sealed,
}

/// One effective Submit and what counts in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    pub rev: Option<EventId>,
    pub status: Status,
    pub passed: usize,
    pub counted: Ids,
    pub returns: Ids,
    pub target: Option<Target>,
}

/// `eval(S, R)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub version: u32,
    pub legal: Ids,
    pub effective: Ids,
    pub protected: Ids,
    pub rounds: BTreeMap<EventId, Round>,
    pub rejects: Ids,
}

/// The evaluator over one world: the registry's entries and every event of one form.
#[derive(Default)]
pub struct Naive {
    pub office: Office,
    pub events: BTreeMap<EventId, Event>,
    pasts: RefCell<BTreeMap<EventId, Rc<Ids>>>,
    befores: RefCell<BTreeMap<EventId, Rc<State>>>,
    verdicts: RefCell<BTreeMap<EventId, bool>>,
}

impl Naive {
    /// All events reachable through cites and basis.
    pub fn past(&self, id: EventId) -> Rc<Ids> {
        if let Some(known) = self.pasts.borrow().get(&id) {
            return known.clone();
        }
        let found = Rc::new(self.past_of(&self.events[&id]));
        self.pasts.borrow_mut().insert(id, found.clone());
        found
    }

    /// The past of an event that need not be in the world yet.
    pub fn past_of(&self, event: &Event) -> Ids {
        let mut seen = Ids::new();
        let mut open: Vec<EventId> = reading::parents(event);
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                open.extend(reading::parents(&self.events[&id]));
            }
        }
        seen
    }

    /// `eval(past(e), e.epoch)`.
    pub fn before(&self, id: EventId) -> Rc<State> {
        if let Some(known) = self.befores.borrow().get(&id) {
            return known.clone();
        }
        let state = Rc::new(self.eval(&self.past(id), self.events[&id].epoch.number));
        self.befores.borrow_mut().insert(id, state.clone());
        state
    }

    /// L0.
    pub fn legal(&self, id: EventId) -> bool {
        if let Some(known) = self.verdicts.borrow().get(&id) {
            return *known;
        }
        let event = &self.events[&id];
        let books = self.office.at(event.epoch.number);
        let verdict = self.permits(event, &self.before(id), &books);
        self.verdicts.borrow_mut().insert(id, verdict);
        verdict
    }

    /// L0 for a draft.
    pub fn would_be_legal(&self, event: &Event) -> bool {
        let state = self.eval(&self.past_of(event), event.epoch.number);
        let books = self.office.at(event.epoch.number);
        self.permits(event, &state, &books)
    }

    /// E2. For a Return: whether its reject falls back to the drafter.
    pub fn cut(&self, id: EventId, version: u32) -> bool {
        let event = &self.events[&id];
        if matches!(reading::kind(event), Kind::Create | Kind::Save) {
            return false;
        }
        (event.epoch.number + 1..=version).any(|number| {
            self.office.cut(number).is_some_and(|cut| {
                self.falls(id, event, number, &cut) && !self.office.allowed(number, version).contains(&id)
            })
        })
    }

    /// Whether what entry `number` takes away is what the event stands on. An assignment that ended and was given again is
    /// another one.
    fn falls(&self, id: EventId, event: &Event, number: u32, cut: &Cut) -> bool {
        let full = self.office.at(event.epoch.number);
        match cut {
            Cut::Seat(seat) => event.seat == *seat,
            Cut::Role(gone) => {
                let ended_before =
                    (event.epoch.number + 1..number).any(|n| self.office.cut(n).as_ref() == Some(cut));
                !ended_before && !self.permits(event, &self.before(id), &full.without(gone))
            }
            Cut::Delegation { from, to } => event.person == *to && reading::on_behalf(event) == Some(*from),
            Cut::Sealing { ledger, from } => {
                reading::kind(event) == Kind::Seal
                    && self.ledger_of(event).as_ref() == Some(ledger)
                    && full.pc_of(event.seat) == Some(*from)
            }
        }
    }

    /// `eval(S, R)` for a cite-closed set.
    pub fn eval(&self, set: &Ids, version: u32) -> State {
        let legal: Ids = set.iter().copied().filter(|id| self.legal(*id)).collect();
        let mut protected = Ids::new();
        for id in &legal {
            if self.kind(*id) == Kind::Seal && !self.cut(*id, version) {
                protected.extend(self.before(*id).effective.iter().copied());
            }
        }
        let mut order: Vec<EventId> = legal.iter().copied().collect();
        order.sort_by_key(|id| (self.past(*id).len(), *id));
        let mut effective = Ids::new();
        for id in order {
            if protected.contains(&id) || self.takes_effect(id, &legal, &effective, version) {
                effective.insert(id);
            }
        }
        let rejects = effective
            .iter()
            .copied()
            .filter(|id| self.target(*id, version) == Some(Target::Reject))
            .collect();
        let rounds = effective
            .iter()
            .filter(|id| self.kind(**id) == Kind::Submit)
            .map(|id| (*id, self.round(*id, &effective, version)))
            .collect();
        State { version, legal, effective, protected, rounds, rejects }
    }

    /// E1 and E4 for a legal event that no seal protects.
    fn takes_effect(&self, id: EventId, legal: &Ids, effective: &Ids, version: u32) -> bool {
        let event = &self.events[&id];
        match reading::kind(event) {
            Kind::Create | Kind::Save | Kind::Return => true,
            _ if self.cut(id, version) => false,
            Kind::Submit => reading::carry(event).iter().all(|a| effective.contains(a)),
            Kind::Approve => {
                let round = event.round;
                let earlier = self.past(id);
                let mut before = earlier.iter().filter(|other| {
                    legal.contains(*other)
                        && self.kind(**other) == Kind::Approve
                        && self.events[*other].round == round
                });
                round.is_some_and(|r| effective.contains(&r)) && before.all(|a| effective.contains(a))
            }
            Kind::Seal | Kind::Handover | Kind::Resolve | Kind::Entry => true,
        }
    }

    /// S1 to S4 for one effective Submit.
    fn round(&self, submit: EventId, effective: &Ids, version: u32) -> Round {
        let event = &self.events[&submit];
        let of_round = |kind: Kind| -> Ids {
            effective
                .iter()
                .copied()
                .filter(|id| self.kind(*id) == kind && self.events[id].round == Some(submit))
                .collect()
        };
        let mut counted = of_round(Kind::Approve);
        counted.extend(reading::carry(event));
        let returns = of_round(Kind::Return);
        let steps = reading::plan_len(event);
        let passed = (0..steps)
            .take_while(|step| {
                let actors: BTreeSet<_> = counted
                    .iter()
                    .map(|id| &self.events[id])
                    .filter(|a| reading::step(a) == Some(*step))
                    .map(reading::actor)
                    .collect();
                actors.len() >= self.need(event, *step)
            })
            .count();
        let target = returns.iter().filter_map(|id| self.target(*id, version)).max();
        let status = if !of_round(Kind::Seal).is_empty() {
            Status::Sealed
        } else if !returns.is_empty() {
            Status::Returned
        } else if passed == steps {
            Status::Approved
        } else {
            Status::Pending(passed)
        };
        Round { rev: event.rev, status, passed, counted, returns, target }
    }

    /// A Return's target as R sees it: a cut reject goes to the drafter (E2).
    pub fn target(&self, id: EventId, version: u32) -> Option<Target> {
        match reading::target(&self.events[&id]) {
            Some(Target::Reject) if self.cut(id, version) => Some(Target::Drafter),
            other => other,
        }
    }

    pub fn kind(&self, id: EventId) -> Kind {
        reading::kind(&self.events[&id])
    }
}
