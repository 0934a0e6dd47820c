//! What a form is, for people and for the store: a plain value, the same on every PC with the same events.

use crate::action::{Kind, Mode, Target};
use crate::event::Actor;
use crate::fold::finding::Finding;
use crate::fold::illegal::Illegal;
use crate::ids::{Digest, EventId, FormId, Ledger, PersonId, Role, RowId, UnitId};
use crate::number::Number;
use crate::plan::Plan;
use crate::registry::Phase;

/// Status of a round (S3). It can only rise, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoundStatus {
    /// Waits for this step.
    Pending(u8),
    /// Every step is met; waits for the seal.
    Approved,
    /// Sent back; never lives again.
    Returned,
    /// Final.
    Sealed,
}

impl RoundStatus {
    /// Neither returned nor sealed.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Pending(_) | Self::Approved)
    }
}

/// Status of the form as shown in lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FormStatus {
    /// Never submitted.
    Draft,
    /// Sent back to the drafter or to a step.
    Returned(Target),
    /// The primary round waits for this step.
    Pending(u8),
    /// The primary round waits for its seal.
    Approved,
    /// Rejected for ever; its number stays and prints 作废.
    Rejected,
    /// Sealed.
    Sealed,
    /// Sealed or not, closed by a row in `close`.
    Closed,
}

/// Who must act next (V6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Nobody: rejected or closed.
    Nobody,
    /// The editors: nothing is under way, or it went back to the drafter.
    Editors,
    /// Whoever holds a role of the step.
    Step {
        /// The round.
        round: EventId,
        /// Index of the step.
        step: u8,
        /// Roles of which one is needed.
        roles: Vec<Role>,
        /// Units for which it counts; the form's where the plan names none.
        units: Vec<UnitId>,
    },
    /// Sent back to a step: a holder of its role, or an editor, submits again and may carry.
    Resubmit {
        /// The returned round.
        round: EventId,
        /// Index of the step.
        step: u8,
        /// Roles of which one is needed.
        roles: Vec<Role>,
        /// Units for which it counts.
        units: Vec<UnitId>,
    },
    /// A registrar seals.
    Registrar {
        /// The approved round.
        round: EventId,
    },
    /// Sealed: whoever may write these tables of the policy that are not built in and have room.
    Tables(Vec<String>),
}

/// An Approve in a round's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApproveView {
    /// The event.
    pub id: EventId,
    /// Index of the step.
    pub step: u8,
    /// Who signed.
    pub actor: Actor,
    /// Whose key: the signer, the delegate or the recorder.
    pub person: PersonId,
    /// On the PC or on paper.
    pub mode: Mode,
    /// For whom the delegate signed.
    pub on_behalf: Option<PersonId>,
    /// Digest of the step's box.
    pub boxed: Option<Digest>,
    /// Digest of the scanned page.
    pub scan: Option<Digest>,
    /// The signer's clock, milliseconds since 1970.
    pub wall: i64,
    /// Whether it was carried from an earlier round.
    pub carried: bool,
    /// Why it is illegal, if it is.
    pub illegal: Option<Illegal>,
    /// Counts in this round (S1).
    pub effective: bool,
    /// Does not stand: it has no effect, or the round was returned.
    pub void: bool,
}

/// A legal Return in a round's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnView {
    /// The event.
    pub id: EventId,
    /// Where it sends the form; a cut reject sends it to the drafter (E2).
    pub target: Target,
    /// Who returned it.
    pub actor: Actor,
    /// Whose key.
    pub person: PersonId,
    /// On the PC or on paper.
    pub mode: Mode,
    /// For whom the delegate acted.
    pub on_behalf: Option<PersonId>,
    /// Digest of the scanned page.
    pub scan: Option<Digest>,
    /// Why.
    pub reason: String,
    /// The author's clock, milliseconds since 1970.
    pub wall: i64,
}

/// An effective Seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealView {
    /// The event.
    pub id: EventId,
    /// The registrar.
    pub person: PersonId,
    /// The number that it gave.
    pub number: Option<Number>,
    /// The registrar's clock, milliseconds since 1970.
    pub wall: i64,
    /// The endpoint's clock on its receipt, where it holds one (L7b), milliseconds since 1970.
    pub receipt_time: Option<i64>,
}

/// A round: an effective Submit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundView {
    /// The Submit.
    pub round: EventId,
    /// Who sent it.
    pub person: PersonId,
    /// The submitter for separation of duties (L3).
    pub submitter: PersonId,
    /// The revision.
    pub rev: EventId,
    /// Digest of the content.
    pub content: Digest,
    /// Digest of the definition.
    pub def: Digest,
    /// The plan.
    pub plan: Plan,
    /// Sign-offs needed per step, with need 0 resolved.
    pub needs: Vec<usize>,
    /// Leading steps met.
    pub passed: usize,
    /// The status.
    pub status: RoundStatus,
    /// Where it was sent back to (S4).
    pub target: Option<Target>,
    /// The number that the Submit gave.
    pub number: Option<Number>,
    /// The sender's clock, milliseconds since 1970.
    pub wall: i64,
    /// All approves that name the round, and those it carries; in causal order, then by id.
    pub approves: Vec<ApproveView>,
    /// Effective returns, in causal order.
    pub returns: Vec<ReturnView>,
    /// Effective seals, in causal order.
    pub seals: Vec<SealView>,
}

/// An effective Entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryView {
    /// The event.
    pub id: EventId,
    /// The table.
    pub table: String,
    /// The row.
    pub row: RowId,
    /// The Entry that this one corrects.
    pub supersedes: Option<EventId>,
    /// An effective Entry that corrects this one.
    pub superseded_by: Option<EventId>,
    /// Stated time, as text.
    pub at: String,
    /// Whose key.
    pub person: PersonId,
    /// For whom it was written.
    pub on_behalf: Option<PersonId>,
    /// Digest of the row's box.
    pub boxed: Option<Digest>,
    /// Entries on which its gate was decided.
    pub basis: Vec<EventId>,
    /// The author's clock, milliseconds since 1970.
    pub wall: i64,
}

/// One line of the audit view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventView {
    /// The event.
    pub id: EventId,
    /// Its kind.
    pub kind: Kind,
    /// Whose key.
    pub person: PersonId,
    /// Who acted.
    pub actor: Actor,
    /// The author's clock, milliseconds since 1970.
    pub wall: i64,
    /// Why it is illegal, if it is.
    pub illegal: Option<Illegal>,
    /// Whether it has effect under this registry version.
    pub effective: bool,
}

/// A form under one registry version. A function of the set of its events (P1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormView {
    /// The form.
    pub form: FormId,
    /// The registry version.
    pub registry: u32,
    /// Its ledger.
    pub ledger: Ledger,
    /// Its unit.
    pub unit: UnitId,
    /// Who created it.
    pub creator: PersonId,
    /// Seat code and log number of the Create: printed until and beside the official number (G7).
    pub working_number: String,
    /// The official number.
    pub number: Option<Number>,
    /// V7.
    pub phase: Phase,
    /// For lists.
    pub status: FormStatus,
    /// All rounds, in causal order.
    pub rounds: Vec<RoundView>,
    /// The primary round (V1, V2).
    pub primary: Option<EventId>,
    /// The canonical revision (V4); none if the Create is illegal.
    pub canonical: Option<EventId>,
    /// Its content; none before the first Save.
    pub content: Option<Digest>,
    /// Its definition.
    pub def: Option<Digest>,
    /// Undismissed leaves of the revision tree; more than one while drafting means forked (V4).
    pub leaves: Vec<EventId>,
    /// Undismissed leaves beside the canonical branch (V5).
    pub strays: Vec<EventId>,
    /// Who may edit, given an edit role.
    pub editors: Vec<PersonId>,
    /// Who must act next (V6).
    pub next: Next,
    /// Effective Entries by table, then in causal order.
    pub entries: Vec<EntryView>,
    /// Audit results that follow from the events.
    pub findings: Vec<Finding>,
    /// Every event, in causal order.
    pub events: Vec<EventView>,
}

impl FormView {
    /// The primary round.
    pub fn primary_round(&self) -> Option<&RoundView> {
        self.round(self.primary?)
    }

    /// A round by id.
    pub fn round(&self, id: EventId) -> Option<&RoundView> {
        self.rounds.iter().find(|round| round.round == id)
    }

    /// Entries of a table that nothing corrects.
    pub fn current_entries<'a>(&'a self, table: &'a str) -> impl Iterator<Item = &'a EntryView> {
        self.entries.iter().filter(move |entry| entry.table == table && entry.superseded_by.is_none())
    }
}
