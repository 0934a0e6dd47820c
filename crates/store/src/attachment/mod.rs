//! Attachments (C3): streamed into the store under a temporary name, sealed in frames on the way, the plain bytes
//! hashed, flushed, and given their digest as a name by the transaction that refers to them. A killed process leaves
//! at most a file that nothing names; the next opening sweeps it.

mod frame;
mod name;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use qianban_journal::{Digest, DigestStream};
use rusqlite::{Connection, OptionalExtension, params};
use zeroize::Zeroizing;

use crate::durable_file::{create_private_dir, create_private_file, flush_dir};
use crate::row::id;
use crate::secret::random;
use crate::{Reader, Store, StoreError, Writer};
use frame::{FileKey, FrameReader, FrameWriter};
pub use name::{DISPLAY_NAME_CHARS_MAX, display_name};

/// Default limit of one attachment, in bytes (C3).
pub const ATTACHMENT_BYTES_MAX: u64 = 200 * 1024 * 1024;
const DIR: &str = "attachments";
const TEMPORARY: &str = "new-";

/// Why a file was not taken. Nothing of it remains.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AttachmentError {
    /// The file has no byte.
    #[error("an empty file")]
    Empty,
    /// The file is over the limit.
    #[error("over {max} bytes")]
    TooLong {
        /// The limit in bytes.
        max: u64,
    },
    /// The disk, or the store.
    #[error("store")]
    Store(#[source] StoreError),
}

impl AttachmentError {
    /// The stable code by which the edge finds the Chinese words.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "ATTACHMENT-EMPTY",
            Self::TooLong { .. } => "ATTACHMENT-TOO-LONG",
            Self::Store(error) => error.code(),
        }
    }
}

impl<E: Into<StoreError>> From<E> for AttachmentError {
    fn from(error: E) -> Self {
        Self::Store(error.into())
    }
}

pub(crate) fn dir(store_dir: &Path) -> PathBuf {
    store_dir.join(DIR)
}

/// A file under a temporary name; removed when dropped unless it was given its digest as a name.
struct Temporary {
    path: PathBuf,
    kept: bool,
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.kept {
            // What cannot be removed now is swept at the next opening.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Takes the bytes of one file, in pieces of any size. Dropping it forgets them.
pub struct AttachmentWriter {
    frames: FrameWriter<File>,
    key: FileKey,
    digest: DigestStream,
    length: u64,
    max: u64,
    temporary: Temporary,
}

/// A whole file, sealed and flushed, that nothing refers to yet. Dropping it removes it.
pub struct StagedAttachment {
    key: FileKey,
    /// Digest of the plain bytes.
    pub digest: Digest,
    /// Length of the plain bytes.
    pub length: u64,
    temporary: Temporary,
}

/// An attachment that the store keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adopted {
    /// Digest of the plain bytes.
    pub digest: Digest,
    /// Length of the plain bytes.
    pub length: u64,
}

impl AttachmentWriter {
    /// Takes the next bytes.
    pub fn chunk(&mut self, bytes: &[u8]) -> Result<(), AttachmentError> {
        self.length = self.length.saturating_add(bytes.len() as u64);
        if self.length > self.max {
            return Err(AttachmentError::TooLong { max: self.max });
        }
        self.digest.update(bytes);
        Ok(self.frames.write(bytes)?)
    }

    /// Seals the last frame and waits until the disk has it.
    pub fn finish(self) -> Result<StagedAttachment, AttachmentError> {
        if self.length == 0 {
            return Err(AttachmentError::Empty);
        }
        self.frames.finish()?.sync_all()?;
        Ok(StagedAttachment {
            key: self.key,
            digest: self.digest.finish(),
            length: self.length,
            temporary: self.temporary,
        })
    }
}

/// Reads the plain bytes of an attachment; a changed file is `InvalidData`, never other bytes.
pub struct AttachmentReader {
    frames: FrameReader<File>,
    /// Length of the plain bytes.
    pub length: u64,
}

impl Read for AttachmentReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.frames.read(buffer)
    }
}

impl Store {
    /// Begins to take a file of at most `max` bytes, normally [`ATTACHMENT_BYTES_MAX`]. Writes no row.
    pub fn begin_attachment(&self, max: u64) -> Result<AttachmentWriter, AttachmentError> {
        self.refuse_read_only()?;
        let path = dir(self.dir()).join(format!("{TEMPORARY}{}", hex::encode(random::<16>()?)));
        let file = create_private_file(&path)?;
        let temporary = Temporary { path, kept: false };
        let key = Zeroizing::new(random()?);
        let frames = FrameWriter::new(file, &key)?;
        Ok(AttachmentWriter { frames, key, digest: DigestStream::new(), length: 0, max, temporary })
    }
}

impl Writer<'_> {
    /// Gives a staged file its digest as a name and its row, in this transaction. Bytes that are stored already are
    /// not stored twice.
    pub(crate) fn adopt_attachment(&mut self, staged: StagedAttachment) -> Result<Adopted, StoreError> {
        let StagedAttachment { key, digest, length, mut temporary } = staged;
        let adopted = Adopted { digest, length };
        let known: Option<u64> = self
            .statement("SELECT length FROM attachment WHERE digest = ?1")?
            .query_row([digest.as_bytes()], |row| row.get(0))
            .optional()?;
        match known {
            Some(stored) if stored == length => return Ok(adopted),
            Some(stored) => return Err(StoreError::BlobDiffers { digest, stored, offered: length }),
            None => {}
        }
        let dir = dir(self.dir());
        fs::rename(&temporary.path, dir.join(digest.to_string()))?;
        temporary.kept = true;
        flush_dir(&dir)?;
        self.statement("INSERT INTO attachment (digest, length, key) VALUES (?1, ?2, ?3)")?
            .execute(params![digest.as_bytes(), length, &key[..]])?;
        self.unwant(digest)?;
        Ok(adopted)
    }
}

impl Writer<'_> {
    /// Keeps an attachment that came from a peer, if something here names it. `false`: nobody asked for it, and it is
    /// dropped.
    pub fn take_attachment(&mut self, staged: StagedAttachment) -> Result<bool, StoreError> {
        if !self.is_wanted(staged.digest, true)? {
            return Ok(false);
        }
        self.adopt_attachment(staged).map(|_| true)
    }
}

impl Reader<'_> {
    /// The length of an attachment whose row and file are here; `None` if either is missing.
    pub fn attachment_length(&self, digest: Digest) -> Result<Option<u64>, StoreError> {
        let length = self
            .statement("SELECT length FROM attachment WHERE digest = ?1")?
            .query_row([digest.as_bytes()], |row| row.get(0))
            .optional()?;
        let present = dir(self.dir()).join(digest.to_string()).try_exists()?;
        Ok(length.filter(|_| present))
    }

    /// Opens an attachment for reading.
    pub fn read_attachment(&self, digest: Digest) -> Result<AttachmentReader, StoreError> {
        let found = self
            .statement("SELECT length, key FROM attachment WHERE digest = ?1")?
            .query_row([digest.as_bytes()], |row| Ok((row.get::<_, u64>(0)?, row.get(1)?)))
            .optional()?;
        let (length, key) = found.ok_or(StoreError::NoBlob(digest))?;
        let file = match File::open(dir(self.dir()).join(digest.to_string())) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(StoreError::NoBlob(digest)),
            other => other?,
        };
        Ok(AttachmentReader { frames: FrameReader::new(file, &Zeroizing::new(key), length)?, length })
    }
}

/// Makes the attachment folder of a new store.
pub(crate) fn create_dir(store_dir: &Path) -> Result<(), StoreError> {
    Ok(create_private_dir(&dir(store_dir))?)
}

/// Forgets attachments that no draft, form or snapshot names, then removes files that nobody names. Runs at opening,
/// before anything can be streamed. Where something named is missing, no row goes: one of the unnamed may be it, under
/// a damaged name. Returns how many files went.
pub(crate) fn sweep(connection: &mut Connection, store_dir: &Path) -> Result<usize, StoreError> {
    let transaction = connection.transaction()?;
    transaction.execute(
        "DELETE FROM attachment WHERE digest NOT IN (SELECT digest FROM need)
             AND digest NOT IN (SELECT digest FROM draft_attachment)
             AND NOT EXISTS (SELECT digest FROM need UNION SELECT digest FROM draft_attachment
                             EXCEPT SELECT digest FROM blob EXCEPT SELECT digest FROM attachment
                             EXCEPT SELECT digest FROM wanted)",
        [],
    )?;
    let named: BTreeSet<Digest> = transaction
        .prepare(
            "SELECT digest FROM attachment UNION SELECT digest FROM draft_attachment UNION SELECT digest FROM need",
        )?
        .query_map([], |row| id(row, 0))?
        .collect::<Result<_, _>>()?;
    transaction.commit()?;
    let mut removed = 0;
    for entry in fs::read_dir(dir(store_dir))? {
        let entry = entry?;
        let digest = entry.file_name().to_str().and_then(|name| name.parse().ok());
        if digest.is_none_or(|digest| !named.contains(&digest)) && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}
