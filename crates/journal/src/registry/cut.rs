//! Cuts: registry entries that end a right, and the allow-lists of what stays valid (G4, E2).

use std::collections::BTreeSet;

use crate::action::Kind;
use crate::cbor::{DecodeError, Reader, Writer, strict};
use crate::ids::{EventId, Ledger, PersonId, SeatId};
use crate::limit;
use crate::mutation::{Mutation, mutated};
use crate::registry::change::SealingPc;

/// The canonical bytes of an allow-list: a strictly ascending array of event ids.
pub fn encode_allow_list(ids: &BTreeSet<EventId>) -> Vec<u8> {
    let mut w = Writer::new();
    w.array(ids.len());
    for id in ids {
        w.bytes(id.0);
    }
    w.into_bytes()
}

/// Reads an allow-list strictly.
///
/// # Errors
/// Not canonical, not strictly ascending, or more than [`limit::ALLOW_IDS`].
pub fn read_allow_list(bytes: &[u8]) -> Result<BTreeSet<EventId>, DecodeError> {
    const BYTES_PER_ID: usize = 34;
    let max = limit::ALLOW_IDS * BYTES_PER_ID + 9;
    strict(bytes, max, |r| r.set(limit::ALLOW_IDS, Reader::id).map(BTreeSet::from_iter), encode_allow_list)
}

/// The right that an entry ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CutWhat {
    /// All flow events of a seat.
    Seat(SeatId),
    /// Events that would be illegal without this assignment.
    Role(u32),
    /// Events of `to` on behalf of `from`.
    Delegation {
        /// The absent person.
        from: PersonId,
        /// The delegate.
        to: PersonId,
    },
    /// Seals of a ledger by seats on a PC.
    Sealing(Ledger, SealingPc),
}

/// What a cut looks at in an event.
pub(crate) struct CutSubject<'a> {
    pub(crate) id: EventId,
    pub(crate) kind: Kind,
    pub(crate) epoch: u32,
    pub(crate) seat: SeatId,
    pub(crate) person: PersonId,
    pub(crate) on_behalf: Option<PersonId>,
    /// Assignments without which the event would be illegal.
    pub(crate) sole: &'a [u32],
    /// The form's ledger.
    pub(crate) ledger: &'a Ledger,
    /// The device and incarnation of the seat.
    pub(crate) pc: SealingPc,
}

#[derive(Debug, Clone)]
struct Cut {
    number: u32,
    what: CutWhat,
    /// Each list with the number of the entry that brought it.
    allow: Vec<(u32, BTreeSet<EventId>)>,
}

/// All cuts of a chain, ascending by entry.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cuts {
    cuts: Vec<Cut>,
    /// Numbers of the entries that cut or extend, ascending.
    numbers: Vec<u32>,
}

impl Cuts {
    pub(super) fn push(&mut self, number: u32, what: CutWhat, allow: BTreeSet<EventId>) {
        self.cuts.push(Cut { number, what, allow: vec![(number, allow)] });
        self.numbers.push(number);
    }

    /// Extends the allow-list of the cut at `entry`; false if there is none.
    pub(super) fn extend(&mut self, number: u32, entry: u32, allow: BTreeSet<EventId>) -> bool {
        let Some(cut) = self.cuts.iter_mut().find(|cut| cut.number == entry) else { return false };
        cut.allow.push((number, allow));
        self.numbers.push(number);
        true
    }

    pub(super) fn is_cut(&self, entry: u32) -> bool {
        self.cuts.iter().any(|cut| cut.number == entry)
    }

    /// How many entries up to `at` cut or extend: two registry versions with the same count cut alike.
    pub(crate) fn version(&self, at: u32) -> usize {
        self.numbers.partition_point(|&number| number <= at)
    }

    /// The first entry that cuts the event under registry version `at` (E2).
    pub(crate) fn find(&self, subject: &CutSubject<'_>, at: u32) -> Option<u32> {
        if mutated(Mutation::CutIgnored) {
            return None;
        }
        let first = if mutated(Mutation::CutIgnoresEpochs) {
            0
        } else {
            self.cuts.partition_point(|cut| cut.number <= subject.epoch)
        };
        self.cuts[first..]
            .iter()
            .take_while(|cut| cut.number <= at)
            .find(|cut| cut.what.concerns(subject) && !cut.allows(subject.id, at))
            .map(|cut| cut.number)
    }
}

impl Cut {
    fn allows(&self, id: EventId, at: u32) -> bool {
        self.allow.iter().any(|(number, ids)| *number <= at && ids.contains(&id))
    }
}

impl CutWhat {
    fn concerns(&self, subject: &CutSubject<'_>) -> bool {
        match self {
            Self::Seat(seat) => subject.seat == *seat,
            Self::Role(assignment) => subject.sole.contains(assignment),
            Self::Delegation { from, to } => subject.on_behalf == Some(*from) && subject.person == *to,
            Self::Sealing(ledger, pc) => {
                subject.kind == Kind::Seal && subject.ledger == ledger && subject.pc == *pc
            }
        }
    }
}
