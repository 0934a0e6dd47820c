//! Audit results (F). They are shown in plain words and never change a status.

use crate::ids::{Digest, EventId, FormId, Incarnation, SeatId};
use crate::number::Number;

/// A finding about one form, or about the numbers of a ledger. Lists of ids are ascending.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// F1: events of a device log that are not here, though later ones are. Only who is to have everything can say so.
    LogGap {
        /// The seat.
        seat: SeatId,
        /// The life of its device's database.
        incarnation: Incarnation,
        /// Number of the first missing event.
        first: u64,
        /// Number of the last missing event of this gap.
        last: u64,
    },
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
    /// F5: a device log that goes on twice from one place: a clone, or a database that was put back.
    LogFork {
        /// The seat.
        seat: SeatId,
        /// The life of its device's database.
        incarnation: Incarnation,
        /// The number that is given more than once.
        n: u64,
        /// The events with this number, here or named by the next one in the log.
        events: Vec<EventId>,
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
    /// F8: the author's clock stood before that of an event which the author knew.
    ClockBefore {
        /// The event.
        event: EventId,
        /// The latest of the events that it cites.
        cited: EventId,
    },
    /// F8: the author's clock was over a day ahead of the reader's. Found by [`crate::FormLog::ahead_of`].
    ClockAhead {
        /// The event.
        event: EventId,
    },
    /// F8: signed for somebody on a day on which the delegation was not meant to hold.
    OutsideDelegation {
        /// The event.
        event: EventId,
    },
    /// F9: the shown status fell. Found by comparing two views ([`crate::FormView::fall_from`]).
    StatusFell {
        /// Events that are in the later view only; none when a registry entry is the cause.
        causes: Vec<EventId>,
        /// The registry version of the later view.
        registry: u32,
    },
    /// F10: a round was sealed by a seat that had the return before it, by its own log.
    SealDespiteReturn {
        /// The Seal.
        seal: EventId,
        /// The Return.
        objection: EventId,
    },
    /// F11: an endpoint signed two logs of the same length. Found by [`crate::checkpoint_findings`].
    EndpointForked {
        /// The endpoint's incarnation.
        incarnation: Incarnation,
        /// How many events both logs have.
        n: u64,
    },
    /// F11: an endpoint's log became shorter. Found by [`crate::checkpoint_findings`].
    EndpointWentBack {
        /// The endpoint's incarnation.
        incarnation: Incarnation,
        /// How many events it had signed for.
        from: u64,
        /// How many it signed for later.
        to: u64,
    },
    /// F12: two entries of the registry with one number; it stands still before them (G2).
    RegistryFork {
        /// The number.
        number: u32,
        /// Hashes of the entries, ascending.
        entries: Vec<Digest>,
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
            Self::LogGap { .. } => "F1",
            Self::DoubleSeal { .. } => "F2",
            Self::Objection { .. } => "F3",
            Self::Tainted { .. } => "F4",
            Self::LogFork { .. } => "F5",
            Self::SeveralRounds { .. } => "F6",
            Self::PlanDiffers { .. } => "F7",
            Self::ClockBefore { .. } | Self::ClockAhead { .. } | Self::OutsideDelegation { .. } => "F8",
            Self::StatusFell { .. } => "F9",
            Self::SealDespiteReturn { .. } => "F10",
            Self::EndpointForked { .. } | Self::EndpointWentBack { .. } => "F11",
            Self::RegistryFork { .. } => "F12",
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
