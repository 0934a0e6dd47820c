//! One event that is going to be signed: everything but its place in the logs, its clock and its nonce.

use qianban_journal::{
    ApproveDraft, Author, Digest, EntryDraft, Event, EventId, FormId, FormLog, Hand, Ledger, Number,
    PersonId, Plan, RegistryChain, Target, UnitId,
};

use super::entry::{EXPORT, PRINT};
use crate::{Code, Refused};

/// An event to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Act {
    /// Begins the form.
    Create {
        /// Digest of the definition.
        def: Digest,
        /// Its ledger.
        ledger: Ledger,
        /// The form's unit.
        unit: UnitId,
    },
    /// A revision of the canonical one, or the first.
    Save {
        /// Digest of the content.
        content: Digest,
        /// Digest of the definition.
        def: Digest,
    },
    /// Sends the revision just saved, or the canonical one.
    Submit {
        /// Who signs.
        plan: Plan,
        /// The official number.
        number: Option<Number>,
        /// Approves that stay valid.
        carry: Vec<EventId>,
    },
    /// Signs a step.
    Approve(ApproveDraft),
    /// Sends back, withdraws or rejects.
    Return {
        /// The round.
        round: EventId,
        /// Where to.
        target: Target,
        /// Why.
        reason: String,
    },
    /// Makes final.
    Seal {
        /// The round.
        round: EventId,
        /// The official number.
        number: Option<Number>,
        /// Entries on which the gate was decided.
        basis: Vec<EventId>,
    },
    /// Puts leaves aside.
    Resolve {
        /// The leaves.
        dismissed: Vec<EventId>,
    },
    /// Another editor.
    Handover {
        /// Who.
        to: PersonId,
    },
    /// A row of a table.
    Entry(EntryDraft),
}

impl Act {
    /// The event in the log as it stands. `canonical` is the revision to build on where nothing was saved in the
    /// same action.
    ///
    /// # Errors
    /// [`Code::SignStale`] when the round or revision is not there.
    pub(crate) fn event(
        self,
        log: &FormLog,
        chain: &RegistryChain,
        canonical: Option<EventId>,
        author: Author,
    ) -> Result<Event, Refused> {
        let stale = || Refused::new(Code::SignStale);
        Ok(match self {
            Act::Create { def, ledger, unit } => author.create(def, ledger, unit),
            Act::Save { content, def } => {
                let prev = canonical.or_else(|| log.ids().next()).ok_or_else(stale)?;
                log.draft_save(author, prev, content, def, false)
            }
            Act::Submit { plan, number, carry } => {
                let rev = canonical.ok_or_else(stale)?;
                log.draft_submit(author, rev, plan, number, carry).ok_or_else(stale)?
            }
            Act::Approve(approve) => log.draft_approve(chain, author, approve).ok_or_else(stale)?,
            Act::Return { round, target, reason } => {
                log.draft_return(author, round, target, Hand::own(), reason)
            }
            Act::Seal { round, number, basis } => log.draft_seal(author, round, number, basis),
            Act::Resolve { dismissed } => log.draft_resolve(author, dismissed),
            Act::Handover { to } => log.draft_handover(author, to),
            Act::Entry(entry) => log.draft_entry(author, entry),
        })
    }

    /// Whether it only keeps that a copy was made, which a closed year allows.
    pub(crate) fn is_copy(&self) -> bool {
        matches!(self, Act::Entry(entry) if entry.table == PRINT || entry.table == EXPORT)
    }

    /// What it is, for the list of events in the sign dialog.
    pub(crate) fn words(&self) -> &'static str {
        match self {
            Act::Create { .. } => "建单",
            Act::Save { .. } => "存稿",
            Act::Submit { .. } => "送签",
            Act::Approve(approve) if approve.hand.mode == qianban_journal::Mode::Ink => "登记纸质签字",
            Act::Approve(_) => "同意",
            Act::Return { target: Target::Reject, .. } => "否决",
            Act::Return { .. } => "退回",
            Act::Seal { .. } => "核准定稿",
            Act::Resolve { .. } => "选定稿本",
            Act::Handover { .. } => "转交",
            Act::Entry(_) => "登记",
        }
    }
}

/// An empty log for a form whose Create is about to be signed; its id is not known before.
pub(crate) fn unborn() -> FormLog {
    FormLog::new(FormId([0; 32]))
}
