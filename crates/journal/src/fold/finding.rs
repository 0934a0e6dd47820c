//! Audit results (F). They are shown in plain words and never change a status.

use std::collections::{BTreeMap, BTreeSet};

use crate::action::{Kind, Mode};
use crate::fold::evaluate::{Round, State, cut_by};
use crate::fold::illegal::Illegal;
use crate::fold::log::{FormLog, Node};
use crate::fold::view::{FormView, RoundStatus};
use crate::ids::{EventId, FormId};
use crate::number::Number;
use crate::registry::Registry;

/// A finding about one form, or about the numbers of a ledger. Lists of ids are ascending.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// F2: two effective Seals.
    DoubleSeal {
        /// The Seals.
        seals: Vec<EventId>,
    },
    /// F3: a return of the sealed round, or a reject, beside a Seal.
    Objection {
        /// The Return.
        objection: EventId,
    },
    /// F4: an event under a Seal that the registry has since cut.
    Tainted {
        /// The event.
        event: EventId,
        /// Number of the entry that cuts it.
        entry: u32,
    },
    /// F6: more than one round is not returned.
    SeveralRounds {
        /// The rounds.
        rounds: Vec<EventId>,
    },
    /// F7: the plan is not what definition and content demand. Found by desk.
    PlanDiffers {
        /// The round.
        round: EventId,
    },
    /// F9: the shown status fell. Found by comparing two views ([`FormView::fall_from`]).
    StatusFell {
        /// Events that are in the later view only; none when a registry entry is the cause.
        causes: Vec<EventId>,
        /// The registry version of the later view.
        registry: u32,
    },
    /// F13: one form with two numbers.
    TwoNumbers {
        /// The numbers, ascending.
        numbers: Vec<Number>,
    },
    /// F13: an event that gave a number outside its seat's lease; it is illegal.
    OutsideLease {
        /// The event.
        event: EventId,
    },
    /// F13: one number on two forms.
    SharedNumber {
        /// The number.
        number: Number,
        /// The forms.
        forms: Vec<FormId>,
    },
    /// F13: numbers that no form has, below the highest one used.
    NumberHole {
        /// The first missing number.
        first: Number,
        /// The last missing number of this hole.
        last: Number,
    },
    /// F14: a sign-off against an unmet gate. Found by desk.
    GateUnmet {
        /// The sign-off.
        event: EventId,
        /// Code of the gate.
        code: String,
    },
    /// F15: one signer behind two sign-offs of steps that must differ, or behind two actors of one step.
    SameActor {
        /// The round.
        round: EventId,
        /// The two Approves.
        approves: Vec<EventId>,
    },
    /// F16: every sign-off of the round was recorded in ink by the person who sealed it.
    RecordedBySealer {
        /// The Seal.
        seal: EventId,
    },
}

impl Finding {
    /// The letter and number of the rule.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::DoubleSeal { .. } => "F2",
            Self::Objection { .. } => "F3",
            Self::Tainted { .. } => "F4",
            Self::SeveralRounds { .. } => "F6",
            Self::PlanDiffers { .. } => "F7",
            Self::StatusFell { .. } => "F9",
            Self::TwoNumbers { .. }
            | Self::OutsideLease { .. }
            | Self::SharedNumber { .. }
            | Self::NumberHole { .. } => "F13",
            Self::GateUnmet { .. } => "F14",
            Self::SameActor { .. } => "F15",
            Self::RecordedBySealer { .. } => "F16",
        }
    }
}

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
        for round in &state.rounds {
            self.find_same_actor(round, &mut findings);
            self.find_recorded_by_sealer(round, &mut findings);
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

/// F13 over the forms of a ledger: numbers on two forms, and holes below the highest number of each series and
/// year. A pure function of the rows, in any order.
pub fn number_findings(rows: &[(FormId, Number)]) -> Vec<Finding> {
    let mut forms = BTreeMap::<&Number, BTreeSet<FormId>>::new();
    for (form, number) in rows {
        forms.entry(number).or_default().insert(*form);
    }
    let mut findings = Vec::new();
    let mut before: Option<&Number> = None;
    for (number, forms) in forms {
        let same_series = |b: &&Number| b.series == number.series && b.year == number.year;
        let last = before.filter(same_series).map_or(0, |b| b.n);
        if last + 1 < number.n {
            let at = |n| Number { n, ..number.clone() };
            findings.push(Finding::NumberHole { first: at(last + 1), last: at(number.n - 1) });
        }
        if forms.len() > 1 {
            let forms = forms.into_iter().collect();
            findings.push(Finding::SharedNumber { number: number.clone(), forms });
        }
        before = Some(number);
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_over_forms() {
        let number = |series: &str, n| Number { series: series.to_owned(), year: 2026, n };
        let row = |form, series, n| (FormId([form; 32]), number(series, n));
        let rows = [row(4, "乙", 1), row(3, "甲", 5), row(2, "甲", 2), row(1, "甲", 2), row(1, "甲", 2)];
        let expected = [
            Finding::NumberHole { first: number("甲", 1), last: number("甲", 1) },
            Finding::SharedNumber { number: number("甲", 2), forms: vec![FormId([1; 32]), FormId([2; 32])] },
            Finding::NumberHole { first: number("甲", 3), last: number("甲", 4) },
        ];
        let mut findings = number_findings(&rows);
        findings.sort_by_key(|finding| expected.iter().position(|e| e == finding));
        assert_eq!(findings, expected);
        assert!(findings.iter().all(|finding| finding.code() == "F13"));
    }
}
