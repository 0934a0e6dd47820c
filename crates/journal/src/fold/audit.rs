//! The findings of one form, from its events and from two of its views (F).

use std::collections::BTreeSet;

use crate::action::{Kind, Mode};
use crate::day::Day;
use crate::fold::evaluate::{Round, State, cut_by};
use crate::fold::finding::Finding;
use crate::fold::illegal::Illegal;
use crate::fold::log::{FormLog, Node};
use crate::fold::view::{FormView, RoundStatus};
use crate::ids::EventId;
use crate::limit;
use crate::mutation::{Mutation, mutated};
use crate::registry::Registry;

impl FormLog {
    /// All findings that follow from the events of one form, ascending.
    pub(crate) fn findings(&self, state: &State, registry: Registry<'_>) -> Vec<Finding> {
        let mut findings = BTreeSet::new();
        let ids = |places: &[usize]| -> Vec<EventId> {
            let ids: BTreeSet<_> = places.iter().map(|&place| self.nodes[place].id).collect();
            ids.into_iter().collect()
        };
        if state.seals.len() > 1 {
            findings.insert(Finding::DoubleSeal { seals: ids(&state.seals) });
        }
        let open: Vec<usize> = state
            .rounds
            .iter()
            .filter(|round| round.status(self) != RoundStatus::Returned)
            .map(|round| round.submit)
            .collect();
        if open.len() > 1 && state.seals.len() < 2 {
            findings.insert(Finding::SeveralRounds { rounds: ids(&open) });
        }
        self.find_objections(state, &mut findings);
        self.find_tainted(state, registry, &mut findings);
        self.find_numbers(state, &mut findings);
        self.find_clocks(registry, &mut findings);
        for round in &state.rounds {
            self.find_same_actor(round, &mut findings);
            self.find_recorded_by_sealer(round, &mut findings);
            self.find_despite_return(state, round, &mut findings);
        }
        findings.into_iter().collect()
    }

    fn find_objections(&self, state: &State, findings: &mut BTreeSet<Finding>) {
        if state.seals.is_empty() {
            return;
        }
        let sealed = state.rounds.iter().filter(|round| !round.seals.is_empty());
        let returns = sealed.flat_map(|round| round.returns.iter().map(|(place, _)| *place));
        for place in returns.chain(state.rejects.iter().copied()) {
            findings.insert(Finding::Objection { objection: self.nodes[place].id });
        }
    }

    fn find_tainted(&self, state: &State, registry: Registry<'_>, findings: &mut BTreeSet<Finding>) {
        for place in state.protected.iter() {
            let node = &self.nodes[place];
            if node.kind() == Kind::Return {
                continue;
            }
            if let Some(entry) = cut_by(self, node, registry) {
                findings.insert(Finding::Tainted { event: node.id, entry });
            }
        }
    }

    fn find_numbers(&self, state: &State, findings: &mut BTreeSet<Finding>) {
        let numbers: BTreeSet<_> = state.numbers.iter().map(|(_, number)| number.clone()).collect();
        if numbers.len() > 1 {
            findings.insert(Finding::TwoNumbers { numbers: numbers.into_iter().collect() });
        }
        let outside = |node: &&Node| node.illegal == Some(Illegal::NumberNotLeased);
        for node in self.nodes.iter().filter(outside) {
            findings.insert(Finding::OutsideLease { event: node.id });
        }
    }

    fn find_same_actor(&self, round: &Round, findings: &mut BTreeSet<Finding>) {
        let Some(plan) = &self.nodes[round.submit].event.plan else { return };
        let differ = |a: &Node, b: &Node| match (a.event.step, b.event.step) {
            (Some(a), Some(b)) => plan.0.get(usize::from(a)).is_some_and(|step| step.differ.contains(&b)),
            _ => false,
        };
        let counted_twice = |a: &Node, b: &Node| a.event.step == b.event.step && a.actor != b.actor;
        for (index, &first) in round.approves.iter().enumerate() {
            for &second in &round.approves[..index] {
                let (a, b) = (&self.nodes[first], &self.nodes[second]);
                let shared = !a.event.signers().is_disjoint(&b.event.signers());
                if shared && (differ(a, b) || differ(b, a) || counted_twice(a, b)) {
                    let approves = BTreeSet::from([a.id, b.id]).into_iter().collect();
                    findings.insert(Finding::SameActor { round: self.nodes[round.submit].id, approves });
                }
            }
        }
    }

    fn find_recorded_by_sealer(&self, round: &Round, findings: &mut BTreeSet<Finding>) {
        for seal in round.seals.iter().map(|&place| &self.nodes[place]) {
            let by_sealer = |node: &Node| {
                node.event.action.hand().is_some_and(|hand| hand.mode == Mode::Ink)
                    && node.event.person == seal.event.person
            };
            let all = round.approves.iter().all(|&place| by_sealer(&self.nodes[place]));
            if all && !round.approves.is_empty() {
                findings.insert(Finding::RecordedBySealer { seal: seal.id });
            }
        }
    }

    /// F8, as far as the events alone show it.
    fn find_clocks(&self, registry: Registry<'_>, findings: &mut BTreeSet<Finding>) {
        for node in &self.nodes {
            let (event, id) = (&node.event, node.id);
            let cited = event.cites.iter().filter_map(|id| self.node(*id));
            let latest = cited.max_by_key(|cited| (cited.event.wall, std::cmp::Reverse(cited.id)));
            if let Some(cited) = latest.filter(|cited| cited.event.wall > event.wall) {
                findings.insert(Finding::ClockBefore { event: id, cited: cited.id });
            }
            let dates = event
                .action
                .on_behalf()
                .and_then(|absent| registry.version(event.epoch.number).delegation(absent, event.person));
            if dates.is_some_and(|(since, until)| !Day::of_wall(event.wall).is_within(since, until)) {
                findings.insert(Finding::OutsideDelegation { event: id });
            }
        }
    }

    /// F8: events whose author's clock is over a day ahead of `now` ([`limit::WALL_AHEAD_MS`]), milliseconds since
    /// 1970. Not part of the view, which knows no clock. Ascending.
    pub fn ahead_of(&self, now: i64) -> Vec<Finding> {
        let ahead = |node: &&Node| node.event.wall > now.saturating_add(limit::WALL_AHEAD_MS);
        let events: BTreeSet<EventId> = self.nodes.iter().filter(ahead).map(|node| node.id).collect();
        events.into_iter().map(|event| Finding::ClockAhead { event }).collect()
    }

    /// F10: the sealer's own log shows that an objection was there before the seal which does not cite it.
    fn find_despite_return(&self, state: &State, round: &Round, findings: &mut BTreeSet<Finding>) {
        let returned = round.returns.iter().map(|(place, _)| *place);
        let objections: BTreeSet<usize> = returned.chain(state.rejects.iter().copied()).collect();
        for seal in round.seals.iter().map(|&place| &self.nodes[place]) {
            let log = |node: &Node| (node.event.seat, node.event.log.inc);
            let earlier = |node: &&Node| log(node) == log(seal) && node.event.log.n < seal.event.log.n;
            for place in objections.iter().copied().filter(|&place| !seal.past.contains(place)) {
                let objection = self.nodes[place].id;
                let knew = |node: &Node| node.id == objection || node.past.contains(place);
                if self.nodes.iter().filter(earlier).any(knew) && !mutated(Mutation::DeliveredReturnUnseen) {
                    findings.insert(Finding::SealDespiteReturn { seal: seal.id, objection });
                }
            }
        }
    }
}

impl FormView {
    /// F9: whether the shown status fell since an earlier view, which happens before a seal only: by a return
    /// that crossed a sign-off, by a cut, or by a change of the primary round.
    pub fn fall_from(&self, earlier: &Self) -> Option<Finding> {
        if self.height() >= earlier.height() {
            return None;
        }
        let known: BTreeSet<EventId> = earlier.events.iter().map(|event| event.id).collect();
        let causes: BTreeSet<EventId> = self.events.iter().map(|event| event.id).collect();
        let causes = causes.difference(&known).copied().collect();
        Some(Finding::StatusFell { causes, registry: self.registry })
    }

    /// How far the form has come: nothing under way, sent and signed so many times, sealed.
    fn height(&self) -> usize {
        let primary = self.primary_round();
        match primary.map(|round| round.status) {
            Some(RoundStatus::Sealed) => usize::MAX,
            Some(RoundStatus::Approved | RoundStatus::Pending(_)) => {
                1 + primary.map_or(0, |r| r.approves.iter().filter(|a| a.effective).count())
            }
            Some(RoundStatus::Returned) | None => 0,
        }
    }
}
