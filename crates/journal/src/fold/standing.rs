//! Which round and which revision a form stands on (V1–V5, V7).

use crate::fold::evaluate::{Round, State};
use crate::fold::log::FormLog;
use crate::fold::view::RoundStatus;
use crate::mutation::{Mutation, mutated};
use crate::registry::Phase;

/// The primary round and the canonical revision, as places in the log.
pub(crate) struct Standing {
    /// The Submit of the primary round; none when drafting.
    pub(crate) primary: Option<usize>,
    /// The canonical revision; none if not even the Create is legal.
    pub(crate) canonical: Option<usize>,
    /// Leaves of the revision tree that nobody dismissed (V4), ascending by id.
    pub(crate) leaves: Vec<usize>,
}

impl FormLog {
    pub(crate) fn standing(&self, state: &State) -> Standing {
        let leaves = self.open_leaves(state);
        let primary = self.primary(state);
        let canonical = match primary {
            Some(round) => self.nodes[round].event.rev.and_then(|id| self.place(id)),
            None => leaves.first().copied(),
        };
        Standing { primary, canonical, leaves }
    }

    /// V1 to V3.
    fn primary(&self, state: &State) -> Option<usize> {
        let by_id = |place: &&usize| self.nodes[**place].id;
        let round_of = |place: &usize| self.place(self.nodes[*place].event.round?);
        if let Some(seal) = state.seals.iter().min_by_key(by_id) {
            return round_of(seal);
        }
        if !state.rejects.is_empty() {
            return state.rejects.iter().filter_map(round_of).min_by_key(|&place| self.nodes[place].id);
        }
        let live = state.rounds.iter().filter(|round| round.status(self).is_live());
        let rank = |round: &&Round| (std::cmp::Reverse(round.passed), self.nodes[round.submit].id);
        live.min_by_key(rank).map(|round| round.submit)
    }

    /// V4: undismissed leaves; all of them if none is left.
    fn open_leaves(&self, state: &State) -> Vec<usize> {
        let mut leaves: Vec<usize> = state.leaves.iter().copied().collect();
        leaves.sort_by_key(|&place| self.nodes[place].id);
        let dismissed = |place: &usize| state.dismissed.contains(&self.nodes[*place].id);
        if leaves.iter().all(dismissed) && !mutated(Mutation::CrossingResolves) {
            return leaves;
        }
        leaves.retain(|place| !dismissed(place));
        leaves
    }

    /// V5: undismissed leaves that are not ancestors of the canonical revision.
    pub(crate) fn strays(&self, standing: &Standing) -> Vec<usize> {
        let Some(canonical) = standing.canonical else { return Vec::new() };
        let branch: Vec<usize> = self.branch(canonical).collect();
        standing.leaves.iter().copied().filter(|leaf| !branch.contains(leaf)).collect()
    }

    /// V7. A rejected form is nobody's turn and counts as drafting; `closed` says whether a row stands in `close`.
    pub(crate) fn phase(&self, state: &State, closed: bool) -> Phase {
        let live = || state.rounds.iter().any(|round| round.status(self).is_live());
        let sealed = state.rounds.iter().any(|round| round.status(self) == RoundStatus::Sealed);
        if closed {
            Phase::Closed
        } else if sealed {
            Phase::Sealed
        } else if state.rejects.is_empty() && live() {
            Phase::Live
        } else {
            Phase::Drafting
        }
    }
}
