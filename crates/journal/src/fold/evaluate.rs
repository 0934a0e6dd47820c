//! Effectiveness and round status: `eval(S, R)` over the flow events of a cite-closed set (E, S).

use std::collections::BTreeSet;

use crate::action::{Action, Kind, Target};
use crate::event::Actor;
use crate::fold::log::{FormLog, Node};
use crate::fold::set::EventSet;
use crate::fold::view::RoundStatus;
use crate::ids::{EventId, PersonId};
use crate::mutation::{Mutation, mutated};
use crate::number::Number;
use crate::registry::Registry;

/// A round: an effective Submit and what counts for it. Events are places in the log.
#[derive(Debug, Clone)]
pub(crate) struct Round {
    pub(crate) submit: usize,
    /// Effective approves, the carried ones included (S1).
    pub(crate) approves: Vec<usize>,
    /// Effective returns with the target that a cut leaves them (E2).
    pub(crate) returns: Vec<(usize, Target)>,
    /// Effective seals.
    pub(crate) seals: Vec<usize>,
    /// Leading steps whose need is met (S2).
    pub(crate) passed: usize,
}

/// The evaluation of a set of flow events under one registry version.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    pub(crate) set: EventSet,
    cuts_version: usize,
    pub(crate) effective: EventSet,
    /// Legal approves without effect.
    void: EventSet,
    /// What effective seals protect from cuts (E3); Entries included.
    pub(crate) protected: EventSet,
    pub(crate) rounds: Vec<Round>,
    /// Effective returns that reject.
    pub(crate) rejects: Vec<usize>,
    /// Effective seals.
    pub(crate) seals: Vec<usize>,
    pub(crate) editors: BTreeSet<PersonId>,
    /// Legal revisions without a legal child: the Create or Saves.
    pub(crate) leaves: BTreeSet<usize>,
    pub(crate) dismissed: BTreeSet<EventId>,
    /// The number given by the smallest id (L3), and any other given.
    pub(crate) numbers: BTreeSet<(EventId, Number)>,
}

impl State {
    /// Evaluates from nothing.
    pub(crate) fn evaluate(log: &FormLog, set: &EventSet, registry: Registry<'_>) -> Self {
        let mut state = Self { cuts_version: registry.cuts_version(), ..Self::default() };
        for place in set.iter() {
            let node = &log.nodes[place];
            if node.kind() == Kind::Seal && node.is_legal() && !is_cut(log, node, registry) {
                state.protect(node);
            }
        }
        for place in set.iter() {
            state.push(log, place, registry);
        }
        state
    }

    /// Whether this is the evaluation of that set under a registry that cuts alike.
    pub(crate) fn is_of(&self, set: &EventSet, registry: Registry<'_>) -> bool {
        self.cuts_version == registry.cuts_version() && self.set == *set
    }

    /// Adds one event whose past is in the set.
    pub(crate) fn extend(&mut self, log: &FormLog, place: usize, registry: Registry<'_>) {
        let node = &log.nodes[place];
        if node.kind() == Kind::Seal && node.is_legal() && !is_cut(log, node, registry) {
            self.protect(node);
            if !self.protected.intersection(&self.set).is_subset(&self.effective) {
                let mut set = self.set.clone();
                set.insert(place);
                *self = Self::evaluate(log, &set, registry);
                return;
            }
        }
        self.push(log, place, registry);
    }

    fn protect(&mut self, seal: &Node) {
        if !mutated(Mutation::SealDoesNotProtect) {
            self.protected.extend(&seal.seal_view);
        }
    }

    fn push(&mut self, log: &FormLog, place: usize, registry: Registry<'_>) {
        self.set.insert(place);
        let node = &log.nodes[place];
        if node.is_legal() && (self.protected.contains(place) || self.qualifies(log, place, registry)) {
            self.effective.insert(place);
            self.count(log, place, registry);
        } else if node.kind() == Kind::Approve
            && (node.is_legal() || mutated(Mutation::HeredityCountsIllegal))
        {
            self.void.insert(place);
        }
    }

    /// E1, E2 and E4 for a legal event that nothing protects.
    fn qualifies(&self, log: &FormLog, place: usize, registry: Registry<'_>) -> bool {
        let node = &log.nodes[place];
        let cut = || is_cut(log, node, registry);
        match &node.event.action {
            Action::Create { .. } | Action::Save { .. } => true,
            Action::Return { .. } => !(mutated(Mutation::ReturnCanBeCut) && cut()),
            Action::Submit { carry, .. } => {
                let counts = |id: &EventId| log.place(*id).is_some_and(|p| self.effective.contains(p));
                !cut() && (mutated(Mutation::CarryWithoutEffect) || carry.iter().all(counts))
            }
            Action::Approve { .. } => {
                let round = node.event.round.and_then(|id| log.place(id));
                !cut() && round.is_some_and(|r| self.effective.contains(r)) && self.heredity(log, node)
            }
            _ => !cut(),
        }
    }

    /// E4: every legal approve of the same round in the past is effective.
    fn heredity(&self, log: &FormLog, node: &Node) -> bool {
        if mutated(Mutation::NoHeredity) {
            return true;
        }
        let void = self.void.intersection(&node.past);
        let concerns = |place: usize| {
            let other = &log.nodes[place];
            other.event.round == node.event.round
                && (!mutated(Mutation::HeredityDirectCites) || node.event.cites.contains(&other.id))
        };
        !void.iter().any(concerns)
    }

    /// Takes an effective event into rounds, editors, leaves and numbers.
    fn count(&mut self, log: &FormLog, place: usize, registry: Registry<'_>) {
        let node = &log.nodes[place];
        if let Some(number) = node.event.action.number() {
            self.numbers.insert((node.id, number.clone()));
        }
        match &node.event.action {
            Action::Create { .. } => {
                self.editors.insert(node.event.person);
                self.leaves.insert(place);
            }
            Action::Save { .. } => {
                if let Some(parent) = node.event.prev.and_then(|id| log.place(id)) {
                    self.leaves.remove(&parent);
                }
                self.leaves.insert(place);
            }
            Action::Submit { carry, .. } => self.open_round(log, place, carry),
            Action::Approve { .. } => {
                if let Some(round) = self.round_of(log, node) {
                    self.rounds[round].approves.push(place);
                    self.rounds[round].recount(log);
                }
            }
            Action::Return { target, .. } => self.take_return(log, place, *target, registry),
            Action::Seal { .. } => {
                self.seals.push(place);
                if let Some(round) = self.round_of(log, node) {
                    self.rounds[round].seals.push(place);
                }
            }
            Action::Resolve { dismissed } => self.dismissed.extend(dismissed),
            Action::Handover { to } => {
                self.editors.insert(*to);
            }
            Action::Entry { .. } => {}
        }
    }

    fn open_round(&mut self, log: &FormLog, place: usize, carry: &[EventId]) {
        let mut round = Round {
            submit: place,
            approves: carry.iter().filter_map(|id| log.place(*id)).collect(),
            returns: Vec::new(),
            seals: Vec::new(),
            passed: 0,
        };
        round.recount(log);
        self.rounds.push(round);
        self.editors.extend(log.nodes[place].round.as_ref().map(|terms| terms.submitter));
    }

    fn take_return(&mut self, log: &FormLog, place: usize, target: Target, registry: Registry<'_>) {
        let node = &log.nodes[place];
        let spared = !is_cut(log, node, registry) || mutated(Mutation::CutReturnRejects);
        let target = if target == Target::Reject && !spared { Target::Drafter } else { target };
        if target == Target::Reject {
            self.rejects.push(place);
        }
        if let Some(round) = self.round_of(log, node) {
            self.rounds[round].returns.push((place, target));
        }
    }

    fn round_of(&self, log: &FormLog, node: &Node) -> Option<usize> {
        let submit = log.place(node.event.round?)?;
        self.rounds.iter().rposition(|round| round.submit == submit)
    }

    /// The round that an event names, if its Submit is effective.
    pub(crate) fn round(&self, log: &FormLog, id: EventId) -> Option<&Round> {
        let submit = log.place(id)?;
        self.rounds.iter().rev().find(|round| round.submit == submit)
    }

    /// The form's official number.
    pub(crate) fn number(&self) -> Option<&Number> {
        self.numbers.first().map(|(_, number)| number)
    }

    /// L3: the round that no other round's Submit has in its past, if there is exactly one.
    pub(crate) fn last_round(&self, log: &FormLog) -> Option<&Round> {
        let last = self.rounds.iter().max_by_key(|round| round.submit)?;
        let past = &log.nodes[last.submit].past;
        let follows = |round: &Round| round.submit == last.submit || past.contains(round.submit);
        self.rounds.iter().all(follows).then_some(last)
    }
}

/// E2: whether some entry cuts the event under this registry version.
pub(crate) fn is_cut(log: &FormLog, node: &Node, registry: Registry<'_>) -> bool {
    cut_by(log, node, registry).is_some()
}

/// E2: the first entry that cuts the event.
pub(crate) fn cut_by(log: &FormLog, node: &Node, registry: Registry<'_>) -> Option<u32> {
    registry.cut(&log.cut_subject(node)?)
}

impl Round {
    /// S2: counts the leading steps whose need is met by distinct actors.
    fn recount(&mut self, log: &FormLog) {
        let needs = log.nodes[self.submit].round.as_ref().map_or(&[][..], |terms| &terms.needs);
        let met = |&(step, need): &(usize, &usize)| self.actors_at(log, step).len() >= *need;
        self.passed = needs.iter().enumerate().take_while(met).count();
    }

    fn actors_at<'a>(&self, log: &'a FormLog, step: usize) -> BTreeSet<&'a Actor> {
        let nodes = self.approves.iter().map(|&place| &log.nodes[place]);
        nodes.filter(|node| node.event.step.map(usize::from) == Some(step)).map(|node| &node.actor).collect()
    }

    /// S3: the join over what has happened to the round.
    pub(crate) fn status(&self, log: &FormLog) -> RoundStatus {
        let (sealed, returned) = (!self.seals.is_empty(), !self.returns.is_empty());
        let steps = log.nodes[self.submit].round.as_ref().map_or(0, |terms| terms.needs.len());
        match (sealed, returned) {
            (true, true) if mutated(Mutation::ReturnBeatsSeal) => RoundStatus::Returned,
            (true, _) => RoundStatus::Sealed,
            (false, true) => RoundStatus::Returned,
            (false, false) if self.passed == steps => RoundStatus::Approved,
            (false, false) => RoundStatus::Pending(self.passed as u8),
        }
    }

    /// S4: where the round went back to: reject over drafter over the lowest step.
    pub(crate) fn target(&self) -> Option<Target> {
        let weight = |target: &Target| match target {
            Target::Reject => (0, 0),
            Target::Drafter => (1, 0),
            Target::Step(step) => (2, *step),
        };
        self.returns.iter().map(|(_, target)| *target).min_by_key(weight)
    }
}
