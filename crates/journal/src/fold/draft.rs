//! The next event of a form, from what is here and an action: cites and bound digests are filled in.

use std::collections::BTreeSet;

use crate::action::{Action, Hand, Kind, Target};
use crate::event::{Epoch, Event, LogPlace, RULES};
use crate::fold::evaluate::State;
use crate::fold::log::FormLog;
use crate::ids::{Digest, EventId, Ledger, PersonId, RowId, SeatId, UnitId, WorkspaceId};
use crate::limit;
use crate::number::Number;
use crate::plan::Plan;
use crate::registry::{Registry, RegistryChain};

/// Who makes an event, when and with which randomness: everything that the journal itself never asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The workspace.
    pub ws: WorkspaceId,
    /// Whose key signs.
    pub person: PersonId,
    /// The seat.
    pub seat: SeatId,
    /// The head of the registry.
    pub epoch: Epoch,
    /// Next place in the seat's log.
    pub log: LogPlace,
    /// The clock, milliseconds since 1970-01-01 UTC.
    pub wall: i64,
    /// Sixteen random bytes, fresh for every event.
    pub nonce: [u8; 16],
}

/// The arguments of an Approve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApproveDraft {
    /// The round.
    pub round: EventId,
    /// Index of the step.
    pub step: u8,
    /// Who signs and how.
    pub hand: Hand,
    /// Digest of the step's box.
    pub boxed: Option<Digest>,
    /// Entries on which the gate was decided; strictly ascending.
    pub basis: Vec<EventId>,
}

/// The arguments of an Entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryDraft {
    /// The table.
    pub table: String,
    /// The row; a fresh random id, or that of the row to be corrected.
    pub row: RowId,
    /// The Entry to be corrected.
    pub supersedes: Option<EventId>,
    /// Stated time, as text.
    pub at: String,
    /// For whom the author writes.
    pub on_behalf: Option<PersonId>,
    /// Digest of the row's box.
    pub boxed: Option<Digest>,
    /// Entries on which the gate was decided; strictly ascending.
    pub basis: Vec<EventId>,
}

impl Author {
    fn event(self, action: Action) -> Event {
        Event {
            rules: RULES,
            ws: self.ws,
            form: None,
            person: self.person,
            seat: self.seat,
            epoch: self.epoch,
            cites: Vec::new(),
            prev: None,
            round: None,
            rev: None,
            content: None,
            def: None,
            step: None,
            plan: None,
            log: self.log,
            wall: self.wall,
            action,
            nonce: self.nonce,
        }
    }

    /// The Create of a new form.
    pub fn create(self, def: Digest, ledger: Ledger, unit: UnitId) -> Event {
        Event { def: Some(def), ..self.event(Action::Create { ledger, unit }) }
    }
}

/// Drafts are not judged here: ask [`FormLog::would_be_legal`] before signing.
impl FormLog {
    /// The flow events that no other flow event cites: what the next flow event cites. Ascending.
    pub fn heads(&self) -> Vec<EventId> {
        self.heads_of(|place| self.nodes[place].is_flow())
    }

    /// What the next Entry cites: the heads of the flow and of the entries. Ascending.
    pub fn entry_heads(&self) -> Vec<EventId> {
        self.heads_of(|_| true)
    }

    /// What an Approve of a round cites: the heads of all that has no void legal approve of this round in its
    /// past, because such an approve would make the new one void as well (E4). Of a round that is no longer live
    /// everything, so that the draft is found illegal.
    fn approve_heads(&self, registry: Registry<'_>, round: EventId) -> Vec<EventId> {
        let state = State::evaluate(self, &self.flow, registry);
        if !state.round(self, round).is_some_and(|round| round.status(self).is_live()) {
            return self.heads();
        }
        let is_void = |&place: &usize| {
            let node = &self.nodes[place];
            let of_round = node.kind() == Kind::Approve && node.event.round == Some(round);
            of_round && node.is_legal() && !state.effective.contains(place)
        };
        let void: Vec<usize> = self.flow.iter().filter(is_void).collect();
        let sound = |place: usize| {
            let node = &self.nodes[place];
            node.is_flow() && !void.iter().any(|&v| v == place || node.past.contains(v))
        };
        self.heads_of(sound)
    }

    /// Where more heads stand side by side than may be cited, the latest are; the next event takes up the rest.
    fn heads_of(&self, counts: impl Fn(usize) -> bool) -> Vec<EventId> {
        let places: Vec<usize> = (0..self.nodes.len()).filter(|&place| counts(place)).collect();
        let cites = |&place: &usize| &self.nodes[place].event.cites;
        let cited: BTreeSet<&EventId> = places.iter().flat_map(cites).collect();
        let heads = places.iter().rev().map(|&place| self.nodes[place].id).filter(|id| !cited.contains(id));
        heads.take(limit::CITES).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn draft(&self, author: Author, action: Action) -> Event {
        let cites = if action.kind() == Kind::Entry { self.entry_heads() } else { self.heads() };
        Event { form: Some(self.form), cites, ..author.event(action) }
    }

    /// A new revision of `prev`.
    pub fn draft_save(
        &self,
        author: Author,
        prev: EventId,
        content: Digest,
        def: Digest,
        migrate: bool,
    ) -> Event {
        let mut event = self.draft(author, Action::Save { migrate });
        if let Err(place) = event.cites.binary_search(&prev) {
            event.cites.insert(place, prev);
        }
        Event { prev: Some(prev), content: Some(content), def: Some(def), ..event }
    }

    /// Sends a revision round; none if it is not here.
    pub fn draft_submit(
        &self,
        author: Author,
        rev: EventId,
        plan: Plan,
        number: Option<Number>,
        carry: Vec<EventId>,
    ) -> Option<Event> {
        let saved = self.event(rev)?;
        let (content, def) = (saved.content, saved.def);
        let event = self.draft(author, Action::Submit { number, carry });
        Some(Event { rev: Some(rev), content, def, plan: Some(plan), ..event })
    }

    /// Signs a step of a round; none if the round or the author's registry version is not here. Void approves
    /// of the round are not cited, so that somebody entitled can sign again after a cut.
    pub fn draft_approve(
        &self,
        chain: &RegistryChain,
        author: Author,
        approve: ApproveDraft,
    ) -> Option<Event> {
        let ApproveDraft { round, step, hand, boxed, basis } = approve;
        let cites = self.approve_heads(chain.epoch(author.epoch)?, round);
        let sent = self.event(round)?;
        let (rev, content, def) = (sent.rev, sent.content, sent.def);
        let event = self.draft(author, Action::Approve { hand, boxed, basis });
        Some(Event { cites, round: Some(round), rev, content, def, step: Some(step), ..event })
    }

    /// Sends a round back, withdraws it or rejects it.
    pub fn draft_return(
        &self,
        author: Author,
        round: EventId,
        target: Target,
        hand: Hand,
        reason: String,
    ) -> Event {
        Event { round: Some(round), ..self.draft(author, Action::Return { target, hand, reason }) }
    }

    /// Seals a round.
    pub fn draft_seal(
        &self,
        author: Author,
        round: EventId,
        number: Option<Number>,
        basis: Vec<EventId>,
    ) -> Event {
        let action = Action::Seal { number, receipt: None, basis };
        Event { round: Some(round), ..self.draft(author, action) }
    }

    /// Puts leaves aside; strictly ascending ids.
    pub fn draft_resolve(&self, author: Author, dismissed: Vec<EventId>) -> Event {
        self.draft(author, Action::Resolve { dismissed })
    }

    /// Makes somebody else an editor.
    pub fn draft_handover(&self, author: Author, to: PersonId) -> Event {
        self.draft(author, Action::Handover { to })
    }

    /// Writes or corrects a row.
    pub fn draft_entry(&self, author: Author, entry: EntryDraft) -> Event {
        let EntryDraft { table, row, supersedes, at, on_behalf, boxed, basis } = entry;
        self.draft(author, Action::Entry { table, row, supersedes, at, on_behalf, boxed, basis })
    }
}
