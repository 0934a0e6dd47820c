//! The daily comparison: 256 buckets by the first byte of the form's id (Y5). It compares and never overwrites.

use qianban_journal::cbor::{Reader, Writer};
use qianban_journal::{DecodeError, Digest, DigestStream, EventId};

use crate::limit;
use crate::message::Message;

/// The digest of a bucket: SM3 of `"qianban/bucket/1" 00` and the ids, ascending; none for an empty bucket.
///
/// The ids must be ascending and unique; the caller has them from an index.
pub fn bucket_digest(ids: impl IntoIterator<Item = EventId>) -> Option<Digest> {
    let mut ids = ids.into_iter().peekable();
    ids.peek()?;
    let mut stream = DigestStream::new();
    stream.update(b"qianban/bucket/1\0");
    for id in ids {
        stream.update(id.as_bytes());
    }
    Some(stream.finish())
}

/// The digests of all buckets over what the seat may read, with the arrival number up to which they are true:
/// `[head, digests]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buckets {
    /// Number of the last event that is in them.
    pub head: u64,
    /// 256 digests, none for an empty bucket.
    pub digests: Vec<Option<Digest>>,
}

impl Message for Buckets {
    const MAX_BYTES: usize = limit::BUCKETS * 34 + 32;

    fn write(&self, w: &mut Writer) {
        w.array(2).uint(self.head).list(&self.digests, |w, digest| {
            w.option(*digest, |w, digest| {
                w.bytes(digest.0);
            });
        });
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let buckets = r.tuple(2, |r| {
            let head = r.uint(u64::MAX)?;
            Ok(Self { head, digests: r.list(limit::BUCKETS, |r| r.option(Reader::id))? })
        })?;
        if buckets.digests.len() == limit::BUCKETS { Ok(buckets) } else { Err(DecodeError::WrongArity) }
    }
}

/// The ids of one bucket after an id, ascending: `[ids, more]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketIds {
    /// Strictly ascending.
    pub ids: Vec<EventId>,
    /// Whether there are more after the last one.
    pub more: bool,
}

impl Message for BucketIds {
    const MAX_BYTES: usize = limit::BODY_BYTES;

    fn write(&self, w: &mut Writer) {
        w.array(2).list(&self.ids, |w, id| {
            w.bytes(id.0);
        });
        w.flag(self.more);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.tuple(2, |r| Ok(Self { ids: r.set(limit::BUCKET_IDS, Reader::id)?, more: r.flag()? }))
    }
}
