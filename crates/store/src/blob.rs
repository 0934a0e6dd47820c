//! Blobs that live in the database: snapshots, definitions, allow-lists, calendars. A blob is named by its digest,
//! never changes and is never taken out.

use std::collections::BTreeSet;

use qianban_journal::{Blobs, Digest, FormId, Snapshot, digest};
use rusqlite::{OptionalExtension, params};

use crate::row::id;
use crate::{Reader, StoreError, Writer};

/// Longest blob in bytes: an allow-list of every event of ten years (`qianban_journal::limit::ALLOW_IDS`) fits.
pub const BLOB_BYTES_MAX: usize = 256 * 1024 * 1024;

/// What names a digest, in the table `need`.
#[derive(Clone, Copy)]
pub(crate) enum Holder {
    /// The events of a form, by the arrival of its Create.
    Form = 0,
    /// A snapshot, by its row.
    Snapshot = 1,
}

impl Writer<'_> {
    /// Keeps a blob; the same bytes twice are kept once. The attachments that a snapshot names are noted, so that
    /// they stay as long as it does.
    pub fn put_blob(&mut self, bytes: &[u8]) -> Result<Digest, StoreError> {
        let (digest, waiting) = self.keep_blob(bytes)?;
        for form in waiting {
            self.project(form, None)?;
        }
        Ok(digest)
    }

    /// Keeps those blobs of a peer that something here names, and says of each whether it is here now. Nobody fills
    /// the disk with what nobody asked for.
    pub fn take_blobs(&mut self, blobs: &[Vec<u8>]) -> Result<Vec<bool>, StoreError> {
        let (mut taken, mut waiting) = (Vec::with_capacity(blobs.len()), BTreeSet::new());
        for bytes in blobs {
            let digest = digest(bytes);
            let wanted = self.is_wanted(digest, false)?;
            if wanted {
                waiting.extend(self.keep_blob(bytes)?.1);
            }
            taken.push(wanted || self.blob(digest)?.is_some());
        }
        for form in waiting {
            self.project(form, None)?;
        }
        Ok(taken)
    }

    /// Stores a blob; the forms whose lists it may change come back.
    fn keep_blob(&mut self, bytes: &[u8]) -> Result<(Digest, Vec<FormId>), StoreError> {
        if bytes.len() > BLOB_BYTES_MAX {
            return Err(StoreError::BlobTooLong { bytes: bytes.len() as u64 });
        }
        let digest = digest(bytes);
        match self.blob(digest)? {
            Some(stored) if stored == bytes => return Ok((digest, Vec::new())),
            Some(stored) => {
                let (stored, offered) = (stored.len() as u64, bytes.len() as u64);
                return Err(StoreError::BlobDiffers { digest, stored, offered });
            }
            None => {}
        }
        self.statement("INSERT INTO blob (digest, bytes) VALUES (?1, ?2)")?
            .execute(params![digest.as_bytes(), bytes])?;
        let row = self.connection().last_insert_rowid();
        if let Ok(snapshot) = Snapshot::decode(bytes) {
            for attachment in &snapshot.attachments {
                self.note_need(attachment.digest, Holder::Snapshot, row, true)?;
            }
        }
        self.unwant(digest)?;
        Ok((digest, self.waiting_for(digest)?))
    }

    /// Forms with an event that named the digest before the bytes came.
    fn waiting_for(&self, digest: Digest) -> Result<Vec<FormId>, StoreError> {
        let mut statement = self.statement(
            "SELECT e.form FROM need n JOIN event e ON e.arrival = n.row WHERE n.holder = 0 AND n.digest = ?1",
        )?;
        let rows = statement.query_map([digest.as_bytes()], |row| id(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes that a form or a snapshot names a digest; `file`: that of an attachment.
    pub(crate) fn note_need(
        &mut self,
        digest: Digest,
        holder: Holder,
        row: i64,
        file: bool,
    ) -> Result<(), StoreError> {
        let new = self
            .statement("INSERT INTO need (digest, holder, row) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
            .execute(params![digest.as_bytes(), holder as i64, row])?;
        if new > 0 { self.want(digest, file) } else { Ok(()) }
    }

    /// Notes that a digest is still to come, unless it is here.
    pub(crate) fn want(&mut self, digest: Digest, file: bool) -> Result<(), StoreError> {
        self.statement(
            "INSERT INTO wanted (digest, file) SELECT ?1, ?2
             WHERE NOT EXISTS (SELECT 1 FROM blob WHERE digest = ?1)
                 AND NOT EXISTS (SELECT 1 FROM attachment WHERE digest = ?1)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![digest.as_bytes(), file])?;
        Ok(())
    }

    /// It has come.
    pub(crate) fn unwant(&mut self, digest: Digest) -> Result<(), StoreError> {
        self.statement("DELETE FROM wanted WHERE digest = ?1")?.execute([digest.as_bytes()])?;
        Ok(())
    }
}

impl Reader<'_> {
    /// The bytes of a blob, `None` if it is not here.
    pub fn blob(&self, digest: Digest) -> Result<Option<Vec<u8>>, StoreError> {
        let mut statement = self.statement("SELECT bytes FROM blob WHERE digest = ?1")?;
        Ok(statement.query_row([digest.as_bytes()], |row| row.get(0)).optional()?)
    }

    /// Whether a digest is still to come, as an attachment or as a blob.
    pub fn is_wanted(&self, digest: Digest, file: bool) -> Result<bool, StoreError> {
        let mut statement = self.statement("SELECT 1 FROM wanted WHERE digest = ?1 AND file = ?2")?;
        Ok(statement.exists(params![digest.as_bytes(), file])?)
    }

    /// Digests that are still to come, ascending, at most `limit`.
    pub fn wanted(&self, limit: u32) -> Result<Vec<Digest>, StoreError> {
        let mut statement = self.statement("SELECT digest FROM wanted ORDER BY digest LIMIT ?1")?;
        let rows = statement.query_map([limit], |row| id(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many digests are still to come.
    pub fn wanted_count(&self) -> Result<u64, StoreError> {
        Ok(self.statement("SELECT count(*) FROM wanted")?.query_row([], |row| row.get(0))?)
    }

    /// Digests that an event of this form, or a snapshot such an event names, needs and that are not here: the form
    /// can be listed, and signed only when this is empty (faults 65).
    pub fn missing_blobs(&self, form: FormId) -> Result<Vec<Digest>, StoreError> {
        let mut statement = self.statement(
            "WITH named (digest) AS (
                 SELECT n.digest FROM event e JOIN need n ON n.holder = 0 AND n.row = e.arrival WHERE e.id = ?1
             ), every (digest) AS (
                 SELECT digest FROM named
                 UNION SELECT n.digest FROM named JOIN blob b USING (digest)
                       JOIN need n ON n.holder = 1 AND n.row = b.row
             )
             SELECT digest FROM every
             WHERE digest NOT IN (SELECT digest FROM blob) AND digest NOT IN (SELECT digest FROM attachment)",
        )?;
        let rows = statement.query_map([form.as_bytes()], |row| id(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Blobs for Reader<'_> {
    /// A blob that cannot be read counts as not here; `verify` names its row.
    fn blob(&self, digest: Digest) -> Option<Vec<u8>> {
        Reader::blob(self, digest).ok().flatten()
    }
}
