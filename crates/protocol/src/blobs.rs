//! Blobs: snapshots, definitions, allow-lists, attachments. Named by their SM3, checked before anybody sees them (Y9).
//!
//! Small ones travel many at a time. A long one goes up in parts with `PUT`: each part says where it begins and how long
//! the whole is, and the server answers how far it has come; after a cut, `HEAD` tells from where to go on. It comes down
//! with `GET` and a range.

use qianban_journal::cbor::{Reader, Writer};
use qianban_journal::{DecodeError, Digest};

use crate::limit;
use crate::message::{Message, read_byte_strings, write_byte_strings};

/// Digests, strictly ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digests(pub Vec<Digest>);

fn write_digests(w: &mut Writer, digests: &[Digest]) {
    w.list(digests, |w, digest| {
        w.bytes(digest.0);
    });
}

impl Message for Digests {
    const MAX_BYTES: usize = limit::DIGESTS * 34 + 16;

    fn write(&self, w: &mut Writer) {
        write_digests(w, &self.0);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.set(limit::DIGESTS, Reader::id).map(Self)
    }
}

/// Blobs of at most 64 KiB each, all together at most 4 MiB. Pushed: each has its fate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmallBlobs(pub Vec<Vec<u8>>);

impl Message for SmallBlobs {
    const MAX_BYTES: usize = limit::BODY_BYTES;

    fn write(&self, w: &mut Writer) {
        write_byte_strings(w, &self.0);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        read_byte_strings(r, limit::SMALL_BLOBS, limit::SMALL_BLOB_BYTES).map(Self)
    }
}

/// What was found of the digests asked for: `[blobs, long, missing]`. Digests in none of the three did not fit; they are
/// asked for again. At least one of the digests is in one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Small blobs, by which their digests can be told.
    pub blobs: Vec<Vec<u8>>,
    /// Blobs that are here and go part by part, strictly ascending by digest.
    pub long: Vec<LongBlob>,
    /// Not here, or outside the seat's scope; strictly ascending.
    pub missing: Vec<Digest>,
}

/// A blob over 64 KiB: `[digest, len]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LongBlob {
    /// Its name.
    pub digest: Digest,
    /// Its length in bytes.
    pub len: u64,
}

impl Message for Batch {
    const MAX_BYTES: usize = limit::BODY_BYTES + limit::DIGESTS * 64;

    fn write(&self, w: &mut Writer) {
        w.array(3);
        write_byte_strings(w, &self.blobs);
        w.list(&self.long, |w, one| {
            w.array(2).bytes(one.digest.0).uint(one.len);
        });
        write_digests(w, &self.missing);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.tuple(3, |r| {
            Ok(Self {
                blobs: read_byte_strings(r, limit::SMALL_BLOBS, limit::SMALL_BLOB_BYTES)?,
                long: r.set(limit::DIGESTS, |r| {
                    r.tuple(2, |r| Ok(LongBlob { digest: r.id()?, len: r.uint(limit::BLOB_BYTES)? }))
                })?,
                missing: r.set(limit::DIGESTS, Reader::id)?,
            })
        })
    }
}

/// How far a blob has come: `[received, complete]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that are safe at the server.
    pub received: u64,
    /// Whether all are there and their digest was right.
    pub complete: bool,
}

impl Message for Progress {
    const MAX_BYTES: usize = 16;

    fn write(&self, w: &mut Writer) {
        w.array(2).uint(self.received).flag(self.complete);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.tuple(2, |r| Ok(Self { received: r.uint(limit::BLOB_BYTES)?, complete: r.flag()? }))
    }
}
