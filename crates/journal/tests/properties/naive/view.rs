//! V1 to V7 and the findings that a set of events decides.

use super::reading::{self, Kind};
use super::{Ids, Naive, State, Status};
use qianban_journal::{Digest, Event, EventId, Ledger, Number, Phase, UnitId};
use std::collections::{BTreeMap, BTreeSet};

/// What a form shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub phase: Phase,
    pub primary: Option<EventId>,
    pub canonical: Option<EventId>,
    /// Leaves that nobody dismissed; all if none is left.
    pub leaves: Ids,
    pub all_leaves: Ids,
    pub strays: Ids,
    pub entries: BTreeMap<EventId, bool>,
    pub number: Option<Number>,
    pub findings: BTreeSet<Finding>,
}

/// F2, F3, F4, F6, F8, F10, F15, F16 with the events that show them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    TwoSeals(Ids),
    Objection(EventId),
    Tainted(EventId),
    TwoRounds(Ids),
    TwoNumbers(BTreeSet<Number>),
    DifferCrossed(EventId, Ids),
    SealerRecordedAll(EventId),
    ClockBefore(EventId, EventId),
    OutsideDelegation(EventId),
    SealDespiteReturn(EventId, EventId),
}

impl Naive {
    /// `set` is what `st` evaluates.
    pub fn view(&self, st: &State, set: &Ids) -> View {
        let primary = self.primary(st);
        let leaves = self.leaves(st);
        let undismissed = self.undismissed(st, &leaves);
        let canonical = self.canonical(st);
        let upstream = canonical.map(|rev| self.branch(rev)).unwrap_or_default();
        View {
            phase: self.phase(st),
            primary,
            canonical,
            strays: undismissed.difference(&upstream).copied().collect(),
            leaves: undismissed,
            all_leaves: leaves,
            entries: self.entries(st),
            number: self.number_in(st).cloned(),
            findings: self.findings(st, set),
        }
    }

    /// V7.
    pub(super) fn phase(&self, st: &State) -> Phase {
        let standing = self.entries(st);
        let closed = standing
            .iter()
            .any(|(id, standing)| *standing && reading::table(&self.events[id]) == Some("close"));
        if closed {
            Phase::Closed
        } else if !self.seals(st).is_empty() {
            Phase::Sealed
        } else if st.rejects.is_empty() && !self.live(st).is_empty() {
            Phase::Live
        } else {
            Phase::Drafting
        }
    }

    /// V1 to V3.
    fn primary(&self, st: &State) -> Option<EventId> {
        if let Some(seal) = self.seals(st).first() {
            return self.events[seal].round;
        }
        if !st.rejects.is_empty() {
            return st.rejects.iter().filter_map(|id| self.events[id].round).min();
        }
        let mut best: Option<EventId> = None;
        for id in self.live(st) {
            if best.is_none_or(|b| st.rounds[&id].passed > st.rounds[&b].passed) {
                best = Some(id);
            }
        }
        best
    }

    fn seals(&self, st: &State) -> Ids {
        self.effective_of(st, Kind::Seal)
    }

    fn effective_of(&self, st: &State, kind: Kind) -> Ids {
        st.effective.iter().copied().filter(|id| self.kind(*id) == kind).collect()
    }

    fn live(&self, st: &State) -> Ids {
        st.rounds
            .iter()
            .filter(|(_, r)| matches!(r.status, Status::Pending(_) | Status::Approved))
            .map(|(id, _)| *id)
            .collect()
    }

    /// V4: revisions nobody built upon; the Create is the root of their tree.
    fn leaves(&self, st: &State) -> Ids {
        let mut revisions = self.effective_of(st, Kind::Save);
        revisions.extend(self.effective_of(st, Kind::Create));
        let parents: Ids = revisions.iter().filter_map(|id| self.events[id].prev).collect();
        revisions.retain(|id| !parents.contains(id));
        revisions
    }

    fn undismissed(&self, st: &State, leaves: &Ids) -> Ids {
        let dismissed: Ids = self
            .effective_of(st, Kind::Resolve)
            .iter()
            .flat_map(|id| reading::dismissed(&self.events[id]))
            .copied()
            .collect();
        let left: Ids = leaves.difference(&dismissed).copied().collect();
        if left.is_empty() { leaves.clone() } else { left }
    }

    /// Effective rows; false where another effective row corrects them.
    pub(super) fn entries(&self, st: &State) -> BTreeMap<EventId, bool> {
        let rows = self.effective_of(st, Kind::Entry);
        let corrected: Ids = rows.iter().filter_map(|id| reading::supersedes(&self.events[id])).collect();
        rows.iter().map(|id| (*id, !corrected.contains(id))).collect()
    }

    pub(super) fn has_row(&self, st: &State, table: &str) -> bool {
        self.effective_of(st, Kind::Entry).iter().any(|id| reading::table(&self.events[id]) == Some(table))
    }

    /// L3: the number of the smallest-id effective Submit or Seal that gives one.
    pub(super) fn number_in(&self, st: &State) -> Option<&Number> {
        st.effective.iter().find_map(|id| reading::number(&self.events[id]))
    }

    fn create_of(&self, e: &Event) -> &Event {
        e.form.map_or_else(
            || panic!("only asked of events of a form"),
            |form| &self.events[&EventId::from(form)],
        )
    }

    pub(super) fn unit_of(&self, e: &Event) -> UnitId {
        reading::unit(self.create_of(e)).expect("a Create names its unit")
    }

    pub(super) fn ledger_of(&self, e: &Event) -> Option<Ledger> {
        reading::ledger(self.create_of(e)).cloned()
    }

    /// The definition a form is pinned to: its canonical revision's.
    pub(super) fn pinned_def(&self, e: &Event, st: &State) -> Option<Digest> {
        match self.canonical(st) {
            Some(rev) => self.events[&rev].def,
            None => self.create_of(e).def,
        }
    }

    /// V4.
    fn canonical(&self, st: &State) -> Option<EventId> {
        match self.primary(st) {
            Some(round) => st.rounds.get(&round).and_then(|r| r.rev).or(self.events[&round].rev),
            None => self.undismissed(st, &self.leaves(st)).first().copied(),
        }
    }

    fn findings(&self, st: &State, set: &Ids) -> BTreeSet<Finding> {
        let mut found = self.clocks(set);
        found.extend(self.despite(st, set));
        let seals = self.seals(st);
        if seals.len() > 1 {
            found.insert(Finding::TwoSeals(seals.clone()));
        }
        let mut objections = if seals.is_empty() { Ids::new() } else { st.rejects.clone() };
        for round in st.rounds.values().filter(|r| r.status == Status::Sealed) {
            objections.extend(&round.returns);
        }
        found.extend(objections.into_iter().map(Finding::Objection));
        let numbers: BTreeSet<Number> =
            st.effective.iter().filter_map(|id| reading::number(&self.events[id])).cloned().collect();
        if numbers.len() > 1 {
            found.insert(Finding::TwoNumbers(numbers));
        }
        for id in &st.protected {
            if st.effective.contains(id) && self.kind(*id) != Kind::Return && self.cut(*id, st.version) {
                found.insert(Finding::Tainted(*id));
            }
        }
        let unreturned: Ids =
            st.rounds.iter().filter(|(_, r)| r.status != Status::Returned).map(|(id, _)| *id).collect();
        if unreturned.len() > 1 && seals.len() < 2 {
            found.insert(Finding::TwoRounds(unreturned));
        }
        for (id, round) in &st.rounds {
            self.findings_of_round(*id, &round.counted, &seals, &mut found);
        }
        found
    }

    /// F8: whoever cites knew, and signed for others on the days that were written down.
    fn clocks(&self, set: &Ids) -> BTreeSet<Finding> {
        let mut found = BTreeSet::new();
        for id in set {
            let e = &self.events[id];
            let mut later: Vec<EventId> =
                e.cites.iter().copied().filter(|c| self.events[c].wall > e.wall).collect();
            later.sort_by_key(|c| (std::cmp::Reverse(self.events[c].wall), *c));
            found.extend(later.first().map(|cited| Finding::ClockBefore(*id, *cited)));
            let books = self.office.at(e.epoch.number);
            let days = reading::on_behalf(e).and_then(|from| books.delegation_days(from, e.person));
            let today = reading::day(e.wall);
            if let Some((since, until)) = days
                && ((!since.is_empty() && today.as_str() < since)
                    || (!until.is_empty() && today.as_str() > until))
            {
                found.insert(Finding::OutsideDelegation(*id));
            }
        }
        found
    }

    /// F10: something that the sealing seat wrote before the seal knew of the objection, the seal does not.
    fn despite(&self, st: &State, set: &Ids) -> BTreeSet<Finding> {
        let mut found = BTreeSet::new();
        for seal in self.seals(st) {
            let e = &self.events[&seal];
            let mut objections = st.rejects.clone();
            objections.extend(e.round.and_then(|r| st.rounds.get(&r)).into_iter().flat_map(|r| &r.returns));
            for objection in objections {
                let knew = |id: &EventId| *id == objection || self.past(*id).contains(&objection);
                let before = |id: &EventId| {
                    let other = &self.events[id];
                    other.seat == e.seat && other.log.inc == e.log.inc && other.log.n < e.log.n
                };
                if !self.past(seal).contains(&objection) && set.iter().any(|id| before(id) && knew(id)) {
                    found.insert(Finding::SealDespiteReturn(seal, objection));
                }
            }
        }
        found
    }

    fn findings_of_round(&self, id: EventId, counted: &Ids, seals: &Ids, found: &mut BTreeSet<Finding>) {
        let submit = &self.events[&id];
        let approves: Vec<(EventId, &Event)> = counted.iter().map(|a| (*a, &self.events[a])).collect();
        for (id_a, a) in &approves {
            let Some(at) = reading::step(a) else { continue };
            for (id_b, b) in &approves {
                let differ = reading::plan_step(submit, at)
                    .differ
                    .iter()
                    .any(|k| reading::step(b) == Some(usize::from(*k)));
                let twice = reading::step(b) == Some(at) && reading::actor(a) != reading::actor(b);
                if (differ || twice) && reading::one_signer(a, b) {
                    found.insert(Finding::DifferCrossed(id, Ids::from([*id_a, *id_b])));
                }
            }
        }
        for seal in seals.iter().filter(|s| self.events[*s].round == Some(id)) {
            let sealer = self.events[seal].person;
            if !approves.is_empty() && approves.iter().all(|(_, a)| reading::ink(a) && a.person == sealer) {
                found.insert(Finding::SealerRecordedAll(*seal));
            }
        }
    }
}
