//! Events, from one side to the other: whole envelopes as they were signed (Y1).

use qianban_journal::cbor::{Reader, Writer};
use qianban_journal::{DecodeError, EventId, Incarnation, limit as bounds};

use crate::limit;
use crate::message::{Message, read_byte_strings, write_byte_strings};

/// Envelopes. Pushed: in an order of causality, each has its fate (Y2). Asked for by id: those that are here and in scope,
/// in any order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelopes(pub Vec<Vec<u8>>);

impl Message for Envelopes {
    const MAX_BYTES: usize = limit::BODY_BYTES;

    fn write(&self, w: &mut Writer) {
        write_byte_strings(w, &self.0);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        read_byte_strings(r, limit::EVENTS, bounds::ENVELOPE_BYTES).map(Self)
    }
}

/// Events asked for by id, strictly ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ids(pub Vec<EventId>);

impl Message for Ids {
    const MAX_BYTES: usize = limit::EVENTS * 34 + 16;

    fn write(&self, w: &mut Writer) {
        w.list(&self.0, |w, id| {
            w.bytes(id.0);
        });
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.set(limit::EVENTS, Reader::id).map(Self)
    }
}

/// An event with its place in the arrival log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// Its number, from 1.
    pub n: u64,
    /// The envelope.
    pub envelope: Vec<u8>,
}

/// What arrived after a number, in the order of arrival: `[incarnation, last, head, events]` (Y3).
///
/// Events outside the seat's scope are left out, so numbers may have holes. The client keeps `last` as its cursor, in
/// the transaction that keeps the events; it is at the end when `last` is `head`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The life of the log that is numbered.
    pub incarnation: Incarnation,
    /// The number up to which this page has everything in scope.
    pub last: u64,
    /// The number of the last event that is here.
    pub head: u64,
    /// Ascending by number.
    pub events: Vec<Arrived>,
}

impl Message for Page {
    const MAX_BYTES: usize = limit::BODY_BYTES;

    fn write(&self, w: &mut Writer) {
        w.array(4).bytes(self.incarnation.0).uint(self.last).uint(self.head).list(&self.events, |w, one| {
            w.array(2).uint(one.n).bytes(&one.envelope);
        });
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.tuple(4, |r| {
            let page = Self {
                incarnation: r.id()?,
                last: r.uint(u64::MAX)?,
                head: r.uint(u64::MAX)?,
                events: r.list(limit::EVENTS, |r| {
                    r.tuple(2, |r| {
                        let n = r.uint(u64::MAX)?;
                        Ok(Arrived { n, envelope: r.bytes(bounds::ENVELOPE_BYTES)?.to_vec() })
                    })
                })?,
            };
            let within = page.events.last().is_none_or(|one| one.n <= page.last) && page.last <= page.head;
            match (page.events.is_sorted_by(|a, b| a.n < b.n), within) {
                (false, _) => Err(DecodeError::NotAscending),
                (true, false) => Err(DecodeError::OutOfRange),
                (true, true) => Ok(page),
            }
        })
    }
}
