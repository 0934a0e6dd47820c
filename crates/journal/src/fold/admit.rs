//! Admission of verified events (A3, A4, A6, A8) and the one place where legality is decided and kept.

use crate::action::{Action, Kind};
use crate::envelope::Verified;
use crate::event::Event;
use crate::fold::evaluate::{State, is_cut};
use crate::fold::illegal::{Illegal, Rejected};
use crate::fold::legal::{Case, Ruling};
use crate::fold::log::{FormLog, Node};
use crate::fold::set::EventSet;
use crate::ids::EventId;
use crate::limit;
use crate::mutation::{Mutation, mutated};
use crate::registry::{Registry, RegistryChain};

/// What became of an event (Y2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// Admitted, legal or not; the reason if not (L0). The bit never changes.
    Stored(Result<(), Illegal>),
    /// It was here already.
    Duplicate,
    /// Something it builds on is not here (A5, A8). Keep it and try again.
    Pending(Missing),
    /// It can never be part of this form.
    Rejected(Rejected),
}

/// What a pending event waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// Events of the form.
    Events(Vec<EventId>),
    /// A registry entry, by number.
    Registry(u32),
}

impl FormLog {
    /// Admits a verified event and rules on its legality.
    pub fn admit(&mut self, verified: Verified, chain: &RegistryChain) -> Admission {
        let Verified { id, event, pc } = verified;
        if self.index.contains_key(&id) {
            return Admission::Duplicate;
        }
        if event.form_of(id) != self.form {
            return Admission::Rejected(Rejected::OtherForm);
        }
        let Some(registry) = chain.epoch(event.epoch) else {
            return Admission::Pending(Missing::Registry(event.epoch.number));
        };
        let missing = self.missing(&event);
        if !missing.is_empty() && !mutated(Mutation::CitesOpen) {
            return Admission::Pending(Missing::Events(missing));
        }
        let past = self.past(&event);
        if let Err(rejected) = self.check_references(&event, &past) {
            return Admission::Rejected(rejected);
        }
        Admission::Stored(self.rule_and_keep(Verified { id, event, pc }, past, registry))
    }

    /// Whether an event that somebody is about to sign would be admitted and legal, against what is here now.
    ///
    /// # Errors
    /// The clause that it would break.
    pub fn would_be_legal(&self, event: &Event, chain: &RegistryChain) -> Result<(), Illegal> {
        let inadmissible = |rejected| Err(Illegal::Inadmissible(rejected));
        if event.form.is_some_and(|form| form != self.form) {
            return inadmissible(Rejected::OtherForm);
        }
        let Some(registry) = chain.epoch(event.epoch) else { return inadmissible(Rejected::UnknownEpoch) };
        if !self.missing(event).is_empty() {
            return inadmissible(Rejected::Missing);
        }
        let past = self.past(event);
        self.check_references(event, &past).map_err(Illegal::Inadmissible)?;
        let flow = self.evaluated(&past);
        match self.cache.as_ref().filter(|state| state.is_of(&flow, registry)) {
            Some(state) => Case::new(self, event, &past, state, registry).rule().map(drop),
            None => {
                let state = State::evaluate(self, &flow, registry);
                Case::new(self, event, &past, &state, registry).rule().map(drop)
            }
        }
    }

    /// A8: cited and basis events that are not here.
    fn missing(&self, event: &Event) -> Vec<EventId> {
        let named = event.cites.iter().chain(event.action.basis());
        named.copied().filter(|id| !self.index.contains_key(id)).collect()
    }

    /// All events reachable through cites and basis.
    fn past(&self, event: &Event) -> EventSet {
        let mut past = EventSet::default();
        let named = event.cites.iter().chain(event.action.basis());
        for place in named.filter_map(|id| self.place(*id)) {
            past.extend(&self.nodes[place].past);
            past.insert(place);
        }
        past
    }

    /// The flow events whose evaluation decides about an event with this past (L0).
    fn evaluated(&self, past: &EventSet) -> EventSet {
        if mutated(Mutation::LegalityAtFold) {
            return self.flow.clone();
        }
        past.intersection(&self.flow)
    }

    /// A3, A4 and A6 for an event whose cites are all here.
    fn check_references(&self, event: &Event, past: &EventSet) -> Result<(), Rejected> {
        let demand = |holds: bool, rejected| if holds { Ok(()) } else { Err(rejected) };
        let is_create = event.kind() == Kind::Create;
        demand(self.nodes.len() < limit::FORM_EVENTS, Rejected::FormFull)?;
        demand(is_create || past.contains(0), Rejected::OtherForm)?;
        demand(!is_create || event.cites.is_empty(), Rejected::OtherForm)?;
        demand(event.prev.is_none_or(|prev| event.cites.contains(&prev)), Rejected::PrevNotCited)?;
        let in_past = |id: EventId| self.place(id).is_some_and(|place| past.contains(place));
        let carried = match &event.action {
            Action::Submit { carry, .. } => carry.as_slice(),
            _ => &[],
        };
        let mut named = event.round.iter().chain(&event.rev).chain(carried);
        demand(named.all(|id| in_past(*id)), Rejected::NotInPast)?;
        let is_entry = |id: &EventId| self.node(*id).is_some_and(|node| !node.is_flow());
        let may_cite = event.kind() == Kind::Entry || !event.cites.iter().any(is_entry);
        demand(may_cite, Rejected::EntryCited)?;
        demand(event.action.basis().iter().all(is_entry), Rejected::BasisNotEntry)?;
        demand(self.corrects_own_row(event, past), Rejected::SupersedesOther)?;
        let oldest = |id: &EventId| self.node(*id).is_none_or(|n| n.event.epoch.number <= event.epoch.number);
        let mut built_on = event.cites.iter().chain(event.action.basis());
        demand(mutated(Mutation::EpochCheckOff) || built_on.all(oldest), Rejected::EpochOlder)
    }

    fn corrects_own_row(&self, event: &Event, past: &EventSet) -> bool {
        let Action::Entry { table, row, supersedes: Some(earlier), .. } = &event.action else { return true };
        let Some(place) = self.place(*earlier).filter(|&place| past.contains(place)) else { return false };
        matches!(&self.nodes[place].event.action,
            Action::Entry { table: t, row: r, .. } if t == table && r == row)
    }

    fn rule_and_keep(
        &mut self,
        verified: Verified,
        past: EventSet,
        registry: Registry<'_>,
    ) -> Result<(), Illegal> {
        let Verified { id, event, pc } = verified;
        let flow = self.evaluated(&past);
        let cached = self.cache.take().filter(|state| state.is_of(&flow, registry));
        let mut state = cached.unwrap_or_else(|| State::evaluate(self, &flow, registry));
        let verdict = Case::new(self, &event, &past, &state, registry).rule();
        let illegal = verdict.as_ref().err().copied();
        let Ruling { grounds, round } = verdict.unwrap_or_default();
        let seal_view = match event.kind() {
            Kind::Seal if illegal.is_none() => self.effective_in(&past, &state, registry),
            _ => EventSet::default(),
        };
        let place = self.nodes.len();
        self.index.insert(id, place);
        let actor = event.actor();
        self.nodes.push(Node { id, event, actor, past, illegal, grounds, pc, round, seal_view });
        if self.nodes[place].is_flow() {
            self.flow.insert(place);
            state.extend(self, place, registry);
        }
        self.cache = Some(state);
        illegal.map_or(Ok(()), Err)
    }

    /// E3: all effective events of a set, Entries included, given the state of its flow events.
    pub(crate) fn effective_in(&self, set: &EventSet, state: &State, registry: Registry<'_>) -> EventSet {
        let mut effective = state.effective.intersection(set);
        for place in set.iter().filter(|&place| !self.nodes[place].is_flow()) {
            if self.is_effective_entry(place, state, registry) {
                effective.insert(place);
            }
        }
        effective
    }

    /// E4 for an Entry.
    pub(crate) fn is_effective_entry(&self, place: usize, state: &State, registry: Registry<'_>) -> bool {
        let node = &self.nodes[place];
        node.is_legal() && (state.protected.contains(place) || !is_cut(self, node, registry))
    }
}
