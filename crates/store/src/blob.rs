//! Blobs that live in the database: snapshots, definitions, allow-lists, calendars. A blob is named by its digest,
//! never changes and is never taken out.

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
        if bytes.len() > BLOB_BYTES_MAX {
            return Err(StoreError::BlobTooLong { bytes: bytes.len() as u64 });
        }
        let digest = digest(bytes);
        match self.blob(digest)? {
            Some(stored) if stored == bytes => return Ok(digest),
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
                self.note_need(attachment.digest, Holder::Snapshot, row)?;
            }
        }
        for form in self.waiting_for(digest)? {
            self.project(form)?;
        }
        Ok(digest)
    }

    /// Forms with an event that named the digest before the bytes came.
    fn waiting_for(&self, digest: Digest) -> Result<Vec<FormId>, StoreError> {
        let mut statement = self.statement(
            "SELECT e.form FROM need n JOIN event e ON e.arrival = n.row WHERE n.holder = 0 AND n.digest = ?1",
        )?;
        let rows = statement.query_map([digest.as_bytes()], |row| id(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes that a form or a snapshot names a digest.
    pub(crate) fn note_need(&mut self, digest: Digest, holder: Holder, row: i64) -> Result<(), StoreError> {
        self.statement("INSERT INTO need (digest, holder, row) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
            .execute(params![digest.as_bytes(), holder as i64, row])?;
        Ok(())
    }
}

impl Reader<'_> {
    /// The bytes of a blob, `None` if it is not here.
    pub fn blob(&self, digest: Digest) -> Result<Option<Vec<u8>>, StoreError> {
        let mut statement = self.statement("SELECT bytes FROM blob WHERE digest = ?1")?;
        Ok(statement.query_row([digest.as_bytes()], |row| row.get(0)).optional()?)
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
