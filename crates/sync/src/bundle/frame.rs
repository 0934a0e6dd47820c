//! Frames: `[kind u8, length u32 LE, bytes, crc32c u32 LE]` behind the magic and the version. A reader stops at the first
//! frame that is not whole; everything before it stands.

use std::io::{self, ErrorKind, Read, Write};

use qianban_journal::{Digest, DigestStream};

use super::sealed::Sealer;

/// The first bytes of a bundle: a transfer that changes line ends or strips the eighth bit shows here.
pub const MAGIC: [u8; 8] = *b"\x89QBX\r\n\x1a\n";
/// The version of the format.
pub const VERSION: u16 = 1;
/// Bytes of a blob or attachment in one frame.
pub const PART_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of one frame's content: a part with its head, and more than any header.
pub const FRAME_BYTES_MAX: usize = PART_BYTES + PART_HEAD + SEAL_BYTES;
/// Bytes before a part: digest, total length, offset.
pub(crate) const PART_HEAD: usize = Digest::LEN + 16;
/// Bytes before what is encrypted: kind, and whether the item ends there.
pub(crate) const SEAL_HEAD: usize = 2;
/// Bytes that encryption adds to a frame's content: the head, and the tag at its end.
pub(crate) const SEAL_BYTES: usize = SEAL_HEAD + 16;
/// Bytes around a frame's content.
pub(crate) const FRAME_FRAME: u64 = 9;

/// What a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// JSON: [`super::Header`]. The first frame and no other.
    Header = 1,
    /// A registry entry.
    Entry = 2,
    /// A part of a blob that the registry names; it stands before the entry that needs it.
    RegistryBlob = 3,
    /// An event's envelope.
    Event = 4,
    /// A part of a snapshot.
    Blob = 5,
    /// A part of an attachment.
    Attachment = 6,
    /// JSON: [`super::Trailer`]. The last frame.
    Trailer = 7,
    /// Any item, encrypted for the bundle's recipients.
    Sealed = 8,
}

impl Kind {
    pub(crate) fn of(code: u8) -> Option<Self> {
        use Kind::{Attachment, Blob, Entry, Event, Header, RegistryBlob, Sealed, Trailer};
        let all = [Header, Entry, RegistryBlob, Event, Blob, Attachment, Trailer, Sealed];
        all.into_iter().find(|kind| *kind as u8 == code)
    }
}

/// Why nothing more can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Torn {
    /// The file ends in the middle, or without a trailer.
    #[error("cut short")]
    Cut,
    /// Bytes were changed.
    #[error("checksum")]
    Checksum,
    /// No frame begins here.
    #[error("no frame")]
    NoFrame,
}

/// Writes frames and keeps the digest of everything before the trailer.
pub(crate) struct FrameWriter<W> {
    inner: W,
    sealer: Option<Sealer>,
    digest: DigestStream,
    frames: u64,
}

impl<W: Write> FrameWriter<W> {
    /// Writes magic and version; `sealer` encrypts the items.
    pub(crate) fn begin(inner: W, sealer: Option<Sealer>) -> io::Result<Self> {
        let mut writer = Self { inner, sealer, digest: DigestStream::new(), frames: 0 };
        writer.put(&MAGIC)?;
        writer.put(&VERSION.to_le_bytes())?;
        Ok(writer)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.digest.update(bytes);
        self.inner.write_all(bytes)
    }

    /// Writes a frame whose content is `head` and `body` one after the other.
    pub(crate) fn frame(&mut self, kind: Kind, head: &[u8], body: &[u8]) -> io::Result<()> {
        for piece in encode(kind, head, body)? {
            self.put(&piece)?;
        }
        self.frames += 1;
        Ok(())
    }

    /// Writes an item, or a part of one.
    pub(crate) fn item(&mut self, kind: Kind, ends: bool, head: &[u8], body: &[u8]) -> io::Result<()> {
        let Some(sealer) = &mut self.sealer else { return self.frame(kind, head, body) };
        let shown = [kind as u8, u8::from(ends)];
        let sealed = sealer.seal(&shown, &[head, body].concat())?;
        self.frame(Kind::Sealed, &shown, &sealed)
    }

    /// Writes one part of a blob.
    pub(crate) fn part(
        &mut self,
        kind: Kind,
        digest: Digest,
        total: u64,
        offset: u64,
        bytes: &[u8],
    ) -> io::Result<()> {
        let mut head = [0; PART_HEAD];
        head[..Digest::LEN].copy_from_slice(&digest.0);
        head[Digest::LEN..Digest::LEN + 8].copy_from_slice(&total.to_le_bytes());
        head[Digest::LEN + 8..].copy_from_slice(&offset.to_le_bytes());
        self.item(kind, offset + bytes.len() as u64 == total, &head, bytes)
    }

    /// How many frames, and the digest of everything so far.
    pub(crate) fn finish(self) -> (W, u64, Digest) {
        (self.inner, self.frames, self.digest.finish())
    }
}

/// A frame as three pieces: head, content, checksum.
pub(crate) fn encode(kind: Kind, head: &[u8], body: &[u8]) -> io::Result<[Vec<u8>; 3]> {
    let length =
        u32::try_from(head.len() + body.len()).map_err(|_| io::Error::from(ErrorKind::InvalidInput))?;
    let mut front = vec![kind as u8];
    front.extend(length.to_le_bytes());
    front.extend(head);
    let crc = crc32c::crc32c_append(crc32c::crc32c(&front), body);
    Ok([front, body.to_vec(), crc.to_le_bytes().to_vec()])
}

/// One whole frame.
pub(crate) struct Frame {
    pub(crate) kind: Kind,
    pub(crate) bytes: Vec<u8>,
}

/// A part of a blob.
pub(crate) struct Part<'a> {
    pub(crate) digest: Digest,
    pub(crate) total: u64,
    pub(crate) offset: u64,
    pub(crate) bytes: &'a [u8],
}

impl Frame {
    /// Its content as a part; `None` where it is too short for one, or lies outside its total.
    pub(crate) fn part(&self) -> Option<Part<'_>> {
        let (digest, rest) = self.bytes.split_first_chunk::<{ Digest::LEN }>()?;
        let (total, rest) = rest.split_first_chunk::<8>()?;
        let (offset, bytes) = rest.split_first_chunk::<8>()?;
        let (total, offset) = (u64::from_le_bytes(*total), u64::from_le_bytes(*offset));
        let inside = offset.checked_add(bytes.len() as u64).is_some_and(|end| end <= total);
        (inside && !bytes.is_empty()).then_some(Part { digest: Digest(*digest), total, offset, bytes })
    }
}

/// How reading a frame failed.
pub(crate) enum ReadError {
    /// The bytes.
    Torn(Torn),
    /// The disk or the stick.
    Io(io::Error),
}

/// Reads frames and keeps the digest of everything before the trailer.
pub(crate) struct FrameReader<R> {
    inner: R,
    digest: DigestStream,
    /// Whole frames read.
    pub(crate) frames: u64,
    /// Bytes read, whole frames only.
    pub(crate) good_bytes: u64,
}

/// What stands at the beginning of a file.
pub(crate) enum Beginning<R> {
    /// A bundle of this version.
    Bundle(FrameReader<R>),
    /// A bundle of another version.
    Newer(u16),
    /// Something else.
    Other,
}

impl<R: Read> FrameReader<R> {
    /// Reads magic and version.
    pub(crate) fn begin(mut inner: R) -> io::Result<Beginning<R>> {
        let mut start = [0; MAGIC.len() + 2];
        match inner.read_exact(&mut start) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(Beginning::Other),
            other => other?,
        }
        let (magic, version) = start.split_at(MAGIC.len());
        let version = version.try_into().map_or(0, u16::from_le_bytes);
        if magic != MAGIC {
            return Ok(Beginning::Other);
        }
        if version != VERSION {
            return Ok(Beginning::Newer(version));
        }
        let mut digest = DigestStream::new();
        digest.update(&start);
        Ok(Beginning::Bundle(Self { inner, digest, frames: 0, good_bytes: start.len() as u64 }))
    }

    /// The next frame. At the end of the file [`Torn::Cut`]: a whole bundle is left at its trailer.
    pub(crate) fn next(&mut self) -> Result<Frame, ReadError> {
        let mut front = [0; 5];
        self.fill(&mut front)?;
        let [code, length @ ..] = front;
        let length = u32::from_le_bytes(length) as usize;
        let kind = Kind::of(code).filter(|_| length <= FRAME_BYTES_MAX);
        let kind = kind.ok_or(ReadError::Torn(Torn::NoFrame))?;
        let mut bytes = vec![0; length];
        self.fill(&mut bytes)?;
        let mut crc = [0; 4];
        self.fill(&mut crc)?;
        if crc32c::crc32c_append(crc32c::crc32c(&front), &bytes) != u32::from_le_bytes(crc) {
            return Err(ReadError::Torn(Torn::Checksum));
        }
        self.frames += 1;
        self.good_bytes += FRAME_FRAME + length as u64;
        if kind != Kind::Trailer {
            for piece in [&front[..], &bytes, &crc] {
                self.digest.update(piece);
            }
        }
        Ok(Frame { kind, bytes })
    }

    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), ReadError> {
        self.inner.read_exact(buffer).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => ReadError::Torn(Torn::Cut),
            _ => ReadError::Io(error),
        })
    }

    /// Whether nothing follows.
    pub(crate) fn is_at_end(&mut self) -> io::Result<bool> {
        Ok(self.inner.read(&mut [0])? == 0)
    }

    /// The digest of everything read, the trailer left out.
    pub(crate) fn digest(&self) -> Digest {
        self.digest.clone().finish()
    }
}
