//! All admitted events of one form.

use std::collections::{BTreeMap, BTreeSet};

use crate::action::{Action, Kind};
use crate::event::{Actor, Event};
use crate::fold::evaluate::State;
use crate::fold::illegal::Illegal;
use crate::fold::set::EventSet;
use crate::ids::{EventId, FormId, Ledger, PersonId, UnitId};
use crate::registry::{CutSubject, Grounds, SealingPc};

/// An admitted event with everything about it that never changes again.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) id: EventId,
    pub(crate) event: Event,
    pub(crate) actor: Actor,
    /// Everything reachable through cites and basis, as places in the log.
    pub(crate) past: EventSet,
    /// Why it is illegal (L0); none for a legal event.
    pub(crate) illegal: Option<Illegal>,
    /// The assignments without which it would be illegal.
    pub(crate) grounds: Grounds,
    /// Device and incarnation of the seat.
    pub(crate) pc: SealingPc,
    /// Of a legal Submit: who is barred and how many sign-offs each step needs.
    pub(crate) round: Option<RoundTerms>,
    /// Of a legal Seal: what counted in the sealer's own view (E3).
    pub(crate) seal_view: EventSet,
}

/// What a legal Submit fixes for its round.
#[derive(Debug, Clone)]
pub(crate) struct RoundTerms {
    /// The submitter for `bar` and editors: that of the round before when it goes on at a step (L3).
    pub(crate) submitter: PersonId,
    /// The submitter and the savers of the branch.
    pub(crate) barred: BTreeSet<PersonId>,
    /// Sign-offs by distinct actors, per step.
    pub(crate) needs: Vec<usize>,
}

impl Node {
    pub(crate) const fn kind(&self) -> Kind {
        self.event.kind()
    }

    pub(crate) const fn is_flow(&self) -> bool {
        self.event.is_flow()
    }

    pub(crate) const fn is_legal(&self) -> bool {
        self.illegal.is_none()
    }
}

/// All admitted events of one form, in the order of admission, with their legality.
///
/// Built by [`FormLog::admit`] alone; two logs with the same events answer alike, in whatever order they came.
#[derive(Debug, Clone)]
pub struct FormLog {
    pub(crate) form: FormId,
    pub(crate) nodes: Vec<Node>,
    pub(crate) index: BTreeMap<EventId, usize>,
    /// Places of all flow events.
    pub(crate) flow: EventSet,
    /// The evaluation of some set, kept because the next event mostly cites exactly that set.
    pub(crate) cache: Option<State>,
}

impl FormLog {
    /// An empty log.
    pub fn new(form: FormId) -> Self {
        Self { form, nodes: Vec::new(), index: BTreeMap::new(), flow: EventSet::default(), cache: None }
    }

    /// The form.
    pub const fn form(&self) -> FormId {
        self.form
    }

    /// How many events are admitted.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether nothing is admitted yet.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Ids of all events in the order of admission, which is an order of causality.
    pub fn ids(&self) -> impl Iterator<Item = EventId> {
        self.nodes.iter().map(|node| node.id)
    }

    /// An admitted event.
    pub fn event(&self, id: EventId) -> Option<&Event> {
        self.node(id).map(|node| &node.event)
    }

    /// Whether an admitted event is legal, and if not, why (L0). None for unknown ids.
    pub fn legality(&self, id: EventId) -> Option<Result<(), Illegal>> {
        self.node(id).map(|node| node.illegal.map_or(Ok(()), Err))
    }

    /// Whether `earlier` is in the past of `later`.
    pub fn is_in_past(&self, earlier: EventId, later: EventId) -> bool {
        let place = self.index.get(&earlier);
        place.is_some_and(|&place| self.node(later).is_some_and(|node| node.past.contains(place)))
    }

    pub(crate) fn place(&self, id: EventId) -> Option<usize> {
        self.index.get(&id).copied()
    }

    pub(crate) fn node(&self, id: EventId) -> Option<&Node> {
        self.nodes.get(self.place(id)?)
    }

    /// The form's unit and ledger, from its Create.
    pub(crate) fn home(&self) -> Option<(&Ledger, UnitId)> {
        match &self.nodes.first()?.event.action {
            Action::Create { ledger, unit } => Some((ledger, *unit)),
            _ => None,
        }
    }

    /// What a cut looks at (E2); none for kinds that are never cut: Create and Save.
    pub(crate) fn cut_subject<'a>(&'a self, node: &'a Node) -> Option<CutSubject<'a>> {
        if matches!(node.kind(), Kind::Create | Kind::Save) {
            return None;
        }
        Some(CutSubject {
            id: node.id,
            kind: node.kind(),
            epoch: node.event.epoch.number,
            seat: node.event.seat,
            person: node.event.person,
            on_behalf: node.event.action.on_behalf(),
            sole: node.grounds.sole(),
            ledger: self.home()?.0,
            pc: node.pc,
        })
    }

    /// The Save or Create at the head of the branch, then its parents up to the Create.
    pub(crate) fn branch(&self, revision: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(revision), |&place| self.place(self.nodes[place].event.prev?))
    }
}
