//! A copy of everything in one file, the same for both databases: what travels anyway, in an order in which it can be
//! taken in again. Restoring checks every signature once more and begins a new life of the arrival logs, so that every
//! PC compares and sends what the copy did not have (Y3, Y5).
//!
//! `magic, frames, end`: a frame is `kind u8, length u32, bytes`, numbers little-endian; the end is a frame of kind 0 with
//! the SM3 of all before it. Codes and requests for seats are not in it: they live for two days.

mod restore;
mod write;

use std::io::{self, Read, Write};

use qianban_journal::DigestStream;
use thiserror::Error;

use crate::database::DatabaseError;

pub use restore::restore;
pub use write::backup;

const MAGIC: &[u8; 8] = b"QBENDPT2";
/// Bytes of a frame: a part of a blob, or an envelope, and some.
const FRAME_BYTES: u32 = 8 * 1024 * 1024;

/// What a frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    /// SM3 of everything before.
    End = 0,
    /// A bureau begins: `ws`. The life of the logs that it had stands before all bureaus.
    Bureau = 1,
    /// A small blob.
    Blob = 2,
    /// A long blob begins: `digest, length u64`.
    LongBlob = 3,
    /// Its next part.
    Part = 4,
    /// A registry entry.
    Entry = 5,
    /// An envelope, in the order of arrival.
    Event = 6,
    /// The incarnation of the logs that were copied.
    Life = 7,
    /// Who has which blobs: `[digest, pc, …]`, 32 bytes each.
    Had = 8,
}

impl Kind {
    fn of(byte: u8) -> Option<Self> {
        use Kind::{Blob, Bureau, End, Entry, Event, Had, Life, LongBlob, Part};
        [End, Bureau, Blob, LongBlob, Part, Entry, Event, Life, Had]
            .into_iter()
            .find(|kind| *kind as u8 == byte)
    }
}

/// Why a copy is not made or not taken in.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// The file.
    #[error(transparent)]
    File(#[from] io::Error),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// It is no copy, or a damaged one.
    #[error("the copy is damaged: {0}")]
    Damaged(&'static str),
    /// The database has bureaus already, or is the one that was copied.
    #[error("a copy is taken in by an empty database of a new life alone")]
    NotEmpty,
    /// An item of the copy was not taken in.
    #[error("an item was not taken in: {0}")]
    Item(String),
}

/// Frames out, with the digest of all of them.
struct Out<W> {
    to: W,
    stream: DigestStream,
}

impl<W: Write> Out<W> {
    fn new(to: W) -> io::Result<Self> {
        let mut out = Self { to, stream: DigestStream::new() };
        out.bytes(MAGIC)?;
        Ok(out)
    }

    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.update(bytes);
        self.to.write_all(bytes)
    }

    fn frame(&mut self, kind: Kind, bytes: &[u8]) -> io::Result<()> {
        let len = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        self.bytes(&[kind as u8])?;
        self.bytes(&len.to_le_bytes())?;
        self.bytes(bytes)
    }

    fn end(mut self) -> io::Result<W> {
        let digest = self.stream.clone().finish();
        self.frame(Kind::End, &digest.0)?;
        Ok(self.to)
    }
}

/// Frames in.
struct In<R> {
    from: R,
    stream: DigestStream,
}

impl<R: Read> In<R> {
    fn new(from: R) -> Result<Self, ArchiveError> {
        let mut input = Self { from, stream: DigestStream::new() };
        if input.take(MAGIC.len())? == MAGIC {
            Ok(input)
        } else {
            Err(ArchiveError::Damaged("its beginning"))
        }
    }

    fn take(&mut self, len: usize) -> Result<Vec<u8>, ArchiveError> {
        let mut bytes = vec![0; len];
        self.from.read_exact(&mut bytes)?;
        self.stream.update(&bytes);
        Ok(bytes)
    }

    /// The next frame; none at the end, whose digest must be right.
    fn frame(&mut self) -> Result<Option<(Kind, Vec<u8>)>, ArchiveError> {
        let before = self.stream.clone().finish();
        let head = self.take(5)?;
        let kind = Kind::of(head[0]).ok_or(ArchiveError::Damaged("an unknown frame"))?;
        let len = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
        if len > FRAME_BYTES {
            return Err(ArchiveError::Damaged("a frame is too long"));
        }
        let bytes = self.take(len as usize)?;
        match kind {
            Kind::End if bytes == before.0 => Ok(None),
            Kind::End => Err(ArchiveError::Damaged("its digest")),
            kind => Ok(Some((kind, bytes))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_and_damage_is_found() {
        let mut out = Out::new(Vec::new()).expect("begins");
        out.frame(Kind::Event, b"event").expect("written");
        let bytes = out.end().expect("ended");
        let read = |bytes: &[u8]| -> Result<Vec<u8>, ArchiveError> {
            let mut input = In::new(bytes)?;
            let mut all = Vec::new();
            while let Some((_, bytes)) = input.frame()? {
                all.extend(bytes);
            }
            Ok(all)
        };
        assert_eq!(read(&bytes).expect("whole"), b"event");
        for place in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[place] ^= 1;
            assert!(read(&flipped).is_err(), "a bit at {place}");
            assert!(read(&bytes[..place]).is_err(), "cut at {place}");
        }
    }
}
