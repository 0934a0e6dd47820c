//! What an event does, with its arguments.

use crate::cbor::{DecodeError, Reader, Writer, strict};
use crate::ids::{Digest, EventId, Ledger, PersonId, RowId, UnitId};
use crate::limit;
use crate::number::Number;

/// Whether a sign-off was made on the PC or on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// By the author's key (0).
    Electronic,
    /// On paper, recorded by a registrar (1).
    Ink,
}

/// Who stands behind a sign-off: `mode`, `signer`, `outsider`, `on_behalf` and `scan` of Approve and Return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    /// On the PC or on paper.
    pub mode: Mode,
    /// The person who signed the paper; only with ink.
    pub signer: Option<PersonId>,
    /// The name as written, of somebody without a person record; only with ink; at most 256 bytes.
    pub outsider: Option<String>,
    /// The absent person for whom the author signs under a delegation (代签); only electronic.
    pub on_behalf: Option<PersonId>,
    /// Digest of the scanned page; demanded with ink.
    pub scan: Option<Digest>,
}

impl Hand {
    /// Signed by the author with the author's key.
    pub const fn own() -> Self {
        Self { mode: Mode::Electronic, signer: None, outsider: None, on_behalf: None, scan: None }
    }

    /// Signed by the author for `absent`, who has delegated (代签).
    pub fn on_behalf(absent: PersonId) -> Self {
        Self { on_behalf: Some(absent), ..Self::own() }
    }

    /// Signed on paper by `signer`; the author records the sheet `scan`.
    pub fn ink(signer: PersonId, scan: Digest) -> Self {
        Self { mode: Mode::Ink, signer: Some(signer), scan: Some(scan), ..Self::own() }
    }

    /// Signed on paper by somebody outside who wrote `name`; the author records the sheet `scan`.
    pub fn ink_outsider(name: String, scan: Digest) -> Self {
        Self { mode: Mode::Ink, outsider: Some(name), scan: Some(scan), ..Self::own() }
    }
}

/// Where a Return sends the form (S4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// Back to the drafter (0).
    Drafter,
    /// Back to a step of the plan, by index (1).
    Step(u8),
    /// Rejected for ever: 否决, 作废 (2).
    Reject,
}

/// An action: one of the nine kinds with its arguments. Lists of ids are strictly ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// 1: begins a form in a ledger for a unit.
    Create {
        /// The ledger, which names the sealing PC.
        ledger: Ledger,
        /// The form's unit (L1).
        unit: UnitId,
    },
    /// 2: a revision: a full snapshot with one parent.
    Save {
        /// Whether the definition changes with this revision (L2).
        migrate: bool,
    },
    /// 3: sends a revision round; the event's id is the round.
    Submit {
        /// The official number, where the seat holds a lease.
        number: Option<Number>,
        /// Approves of the previous round that stay valid (L3).
        carry: Vec<EventId>,
    },
    /// 4: signs a step.
    Approve {
        /// Who signs and how.
        hand: Hand,
        /// Digest of the step's box.
        boxed: Option<Digest>,
        /// Entries on which the gate was decided.
        basis: Vec<EventId>,
    },
    /// 5: sends the form back, or rejects it.
    Return {
        /// Where to.
        target: Target,
        /// Who returns and how.
        hand: Hand,
        /// Why, in the returner's words; at most 2 KiB.
        reason: String,
    },
    /// 6: makes an approved round final.
    Seal {
        /// The official number, where the form has none yet.
        number: Option<Number>,
        /// An endpoint receipt, where the policy demands one (L7b); at most 1 KiB.
        receipt: Option<Vec<u8>>,
        /// Entries on which the gate was decided.
        basis: Vec<EventId>,
    },
    /// 7: puts forked drafts aside.
    Resolve {
        /// Leaves of the revision tree that are no longer offered.
        dismissed: Vec<EventId>,
    },
    /// 8: makes somebody else an editor.
    Handover {
        /// The new editor.
        to: PersonId,
    },
    /// 9: a row of a do-table or of a built-in table.
    Entry {
        /// Text code of the table.
        table: String,
        /// The row; corrections name the same row.
        row: RowId,
        /// The entry that this one corrects.
        supersedes: Option<EventId>,
        /// Stated time, as text (C6); at most 256 bytes.
        at: String,
        /// The absent person for whom the author writes.
        on_behalf: Option<PersonId>,
        /// Digest of the row's box.
        boxed: Option<Digest>,
        /// Entries on which the gate was decided.
        basis: Vec<EventId>,
    },
}

/// The kind of an action, without its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[allow(missing_docs, reason = "the nine kinds are documented at Action")]
pub enum Kind {
    Create = 1,
    Save,
    Submit,
    Approve,
    Return,
    Seal,
    Resolve,
    Handover,
    Entry,
}

impl Action {
    /// Which of the nine kinds this is.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Create { .. } => Kind::Create,
            Self::Save { .. } => Kind::Save,
            Self::Submit { .. } => Kind::Submit,
            Self::Approve { .. } => Kind::Approve,
            Self::Return { .. } => Kind::Return,
            Self::Seal { .. } => Kind::Seal,
            Self::Resolve { .. } => Kind::Resolve,
            Self::Handover { .. } => Kind::Handover,
            Self::Entry { .. } => Kind::Entry,
        }
    }

    /// The entries on which a gate was decided; empty for kinds without `basis`.
    pub fn basis(&self) -> &[EventId] {
        match self {
            Self::Approve { basis, .. } | Self::Seal { basis, .. } | Self::Entry { basis, .. } => basis,
            _ => &[],
        }
    }

    /// The official number that this action gives.
    pub const fn number(&self) -> Option<&Number> {
        match self {
            Self::Submit { number, .. } | Self::Seal { number, .. } => number.as_ref(),
            _ => None,
        }
    }

    /// Who stands behind a sign-off; none for other kinds.
    pub const fn hand(&self) -> Option<&Hand> {
        match self {
            Self::Approve { hand, .. } | Self::Return { hand, .. } => Some(hand),
            _ => None,
        }
    }

    /// The absent person for whom the author acts.
    pub const fn on_behalf(&self) -> Option<PersonId> {
        match self {
            Self::Approve { hand, .. } | Self::Return { hand, .. } => hand.on_behalf,
            Self::Entry { on_behalf, .. } => *on_behalf,
            _ => None,
        }
    }

    /// The canonical bytes of the arguments, as they stand in a body.
    pub(crate) fn encode_args(&self) -> Vec<u8> {
        let mut w = Writer::new();
        match self {
            Self::Create { ledger, unit } => {
                w.array(2).text(ledger.as_str()).bytes(unit.0);
            }
            Self::Save { migrate } => {
                w.array(1).flag(*migrate);
            }
            Self::Submit { number, carry } => {
                w.array(2);
                write_number(&mut w, number);
                write_ids(&mut w, carry);
            }
            Self::Approve { hand, boxed, basis } => {
                w.array(7);
                write_hand(&mut w, hand);
                write_digest(&mut w, boxed);
                write_digest(&mut w, &hand.scan);
                write_ids(&mut w, basis);
            }
            Self::Return { target, hand, reason } => {
                w.array(8);
                match target {
                    Target::Drafter => w.uint(0u8).null(),
                    Target::Step(step) => w.uint(1u8).uint(*step),
                    Target::Reject => w.uint(2u8).null(),
                };
                write_hand(&mut w, hand);
                write_digest(&mut w, &hand.scan);
                w.text(reason);
            }
            Self::Seal { number, receipt, basis } => {
                w.array(3);
                write_number(&mut w, number);
                w.option(receipt.as_ref(), |w, receipt| {
                    w.bytes(receipt);
                });
                write_ids(&mut w, basis);
            }
            Self::Resolve { dismissed } => {
                w.array(1);
                write_ids(&mut w, dismissed);
            }
            Self::Handover { to } => {
                w.array(1).bytes(to.0);
            }
            Self::Entry { table, row, supersedes, at, on_behalf, boxed, basis } => {
                w.array(7).text(table).bytes(row.0);
                w.option(*supersedes, |w, id| {
                    w.bytes(id.0);
                });
                w.text(at);
                write_person(&mut w, on_behalf);
                write_digest(&mut w, boxed);
                write_ids(&mut w, basis);
            }
        }
        w.into_bytes()
    }

    /// Decodes the arguments of a kind strictly.
    pub(crate) fn decode_args(kind: u8, bytes: &[u8]) -> Result<Self, DecodeError> {
        strict(
            bytes,
            limit::ARGS_BYTES,
            |r| match kind {
                1 => r.tuple(2, |r| {
                    Ok(Self::Create { ledger: Ledger(r.name(limit::CODE_BYTES)?), unit: r.id()? })
                }),
                2 => r.tuple(1, |r| Ok(Self::Save { migrate: r.flag()? })),
                3 => r.tuple(2, |r| Ok(Self::Submit { number: read_number(r)?, carry: read_ids(r)? })),
                4 => r.tuple(7, read_approve),
                5 => r.tuple(8, read_return),
                6 => r.tuple(3, |r| {
                    Ok(Self::Seal {
                        number: read_number(r)?,
                        receipt: r.option(|r| r.bytes(limit::RECEIPT_BYTES).map(<[u8]>::to_vec))?,
                        basis: read_ids(r)?,
                    })
                }),
                7 => r.tuple(1, |r| Ok(Self::Resolve { dismissed: read_ids(r)? })),
                8 => r.tuple(1, |r| Ok(Self::Handover { to: r.id()? })),
                9 => r.tuple(7, read_entry),
                _ => Err(DecodeError::UnknownKind),
            },
            Self::encode_args,
        )
    }
}

fn write_ids(w: &mut Writer, ids: &[EventId]) {
    w.list(ids, |w, id| {
        w.bytes(id.0);
    });
}

fn write_digest(w: &mut Writer, digest: &Option<Digest>) {
    w.option(digest.as_ref(), |w, digest| {
        w.bytes(digest.0);
    });
}

fn write_person(w: &mut Writer, person: &Option<PersonId>) {
    w.option(person.as_ref(), |w, person| {
        w.bytes(person.0);
    });
}

fn write_number(w: &mut Writer, number: &Option<Number>) {
    w.option(number.as_ref(), |w, number| {
        w.text(&number.to_string());
    });
}

/// `mode, signer, outsider, on_behalf`; the scan stands apart.
fn write_hand(w: &mut Writer, hand: &Hand) {
    w.uint(hand.mode as u8);
    write_person(w, &hand.signer);
    w.option(hand.outsider.as_deref(), |w, name| {
        w.text(name);
    });
    write_person(w, &hand.on_behalf);
}

fn read_ids(r: &mut Reader<'_>) -> Result<Vec<EventId>, DecodeError> {
    r.set(limit::ARG_IDS, Reader::id)
}

fn read_number(r: &mut Reader<'_>) -> Result<Option<Number>, DecodeError> {
    r.option(|r| r.text(limit::NAME_BYTES)?.parse())
}

fn read_hand(r: &mut Reader<'_>) -> Result<Hand, DecodeError> {
    Ok(Hand {
        mode: if r.flag()? { Mode::Ink } else { Mode::Electronic },
        signer: r.option(Reader::id)?,
        outsider: r.option(|r| r.name(limit::NAME_BYTES))?,
        on_behalf: r.option(Reader::id)?,
        scan: None,
    })
}

fn read_approve(r: &mut Reader<'_>) -> Result<Action, DecodeError> {
    let hand = read_hand(r)?;
    let boxed = r.option(Reader::id)?;
    let scan = r.option(Reader::id)?;
    Ok(Action::Approve { hand: Hand { scan, ..hand }, boxed, basis: read_ids(r)? })
}

fn read_return(r: &mut Reader<'_>) -> Result<Action, DecodeError> {
    let target = match (r.u8(2)?, r.option(|r| r.u8(u8::MAX))?) {
        (0, None) => Target::Drafter,
        (1, Some(step)) => Target::Step(step),
        (2, None) => Target::Reject,
        _ => return Err(DecodeError::WrongShape),
    };
    let hand = read_hand(r)?;
    let scan = r.option(Reader::id)?;
    Ok(Action::Return { target, hand: Hand { scan, ..hand }, reason: r.text(limit::REASON_BYTES)? })
}

fn read_entry(r: &mut Reader<'_>) -> Result<Action, DecodeError> {
    Ok(Action::Entry {
        table: r.name(limit::CODE_BYTES)?,
        row: r.id()?,
        supersedes: r.option(Reader::id)?,
        at: r.text(limit::NAME_BYTES)?,
        on_behalf: r.option(Reader::id)?,
        boxed: r.option(Reader::id)?,
        basis: read_ids(r)?,
    })
}
