//! What became of each item of a batch (Y2).

use qianban_journal::cbor::{Reader, Writer};
use qianban_journal::{DecodeError, Digest, EventId};

use crate::limit;
use crate::message::Message;

/// What became of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// 0: it is here now.
    Stored,
    /// 1: it was here already.
    Duplicate,
    /// 2: not kept; something it builds on is not here. Offer it again when that has gone.
    Pending(Missing),
    /// 3: it will never be taken; the code says by which rule, such as `A7-SIGNATURE`.
    Rejected(String),
}

/// What a pending item waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// 0: events, strictly ascending.
    Events(Vec<EventId>),
    /// 1: the registry entry with this number.
    Registry(u32),
    /// 2: a blob, such as the allow-list of a registry entry.
    Blob(Digest),
}

impl Fate {
    /// Whether the server has the item.
    #[must_use]
    pub const fn is_here(&self) -> bool {
        matches!(self, Self::Stored | Self::Duplicate)
    }

    fn write(&self, w: &mut Writer) {
        match self {
            Self::Stored => w.array(1).uint(0_u8),
            Self::Duplicate => w.array(1).uint(1_u8),
            Self::Pending(missing) => {
                w.array(3).uint(2_u8);
                match missing {
                    Missing::Events(ids) => w.uint(0_u8).list(ids, |w, id| {
                        w.bytes(id.0);
                    }),
                    Missing::Registry(number) => w.uint(1_u8).uint(*number),
                    Missing::Blob(digest) => w.uint(2_u8).bytes(digest.0),
                }
            }
            Self::Rejected(code) => w.array(2).uint(3_u8).text(code),
        };
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.variant(|r, kind, rest| match (kind, rest) {
            (0, 0) => Ok(Self::Stored),
            (1, 0) => Ok(Self::Duplicate),
            (2, 2) => Ok(Self::Pending(match r.u8(u8::MAX)? {
                0 => Missing::Events(r.set(limit::MISSING_IDS, Reader::id)?),
                1 => Missing::Registry(r.u32()?),
                2 => Missing::Blob(r.id()?),
                _ => return Err(DecodeError::UnknownKind),
            })),
            (3, 1) => Ok(Self::Rejected(r.name(limit::NAME_BYTES)?)),
            (0..=3, _) => Err(DecodeError::WrongArity),
            _ => Err(DecodeError::UnknownKind),
        })
    }
}

/// One fate for each item, in the order in which they were sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fates(pub Vec<Fate>);

impl Message for Fates {
    const MAX_BYTES: usize = limit::BODY_BYTES;

    fn write(&self, w: &mut Writer) {
        w.list(&self.0, |w, fate| fate.write(w));
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.list(limit::SMALL_BLOBS, Fate::read).map(Self)
    }
}
