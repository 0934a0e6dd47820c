//! Unsigned work, field by field. A draft is one row per field: an autosave writes what changed and nothing else,
//! with the same durability as a signed event, so what the screen calls saved survives a power loss too.

use qianban_journal::{Digest, PersonId};
use rusqlite::params;

use crate::attachment::{Adopted, StagedAttachment};
use crate::row::id;
use crate::{Reader, StoreError, Writer};

/// Longest value of one field, in bytes: the rows of a table, as many as a snapshot holds.
pub const DRAFT_VALUE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Longest part of a draft's key, in bytes.
pub const DRAFT_KEY_BYTES_MAX: usize = 128;
/// Drafts listed at once.
pub const DRAFTS_MAX: usize = 1_000;

/// Where unsigned work belongs: whose it is, on which form, in which section and row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DraftKey {
    /// Whose work it is; another person of this PC has other drafts.
    pub person: PersonId,
    /// The form's id, or a name of the caller's choice for a form not yet created.
    pub form: String,
    /// The section: content, a step's box, an entry table.
    pub section: String,
    /// The row of a table; empty where there are no rows.
    pub row: String,
}

/// A field of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftField {
    /// The field's key in the definition.
    pub field: String,
    /// What was typed, as the caller encodes it.
    pub value: String,
    /// Wall clock of the last change, milliseconds since 1970.
    pub saved_ms: i64,
}

/// A file attached to unsigned work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftAttachment {
    /// The field it was attached to.
    pub field: String,
    /// Digest of its bytes.
    pub digest: Digest,
    /// Name to show.
    pub name: String,
    /// Media type as the caller found it.
    pub media: String,
    /// Length in bytes.
    pub length: u64,
}

/// One form on which a person has unsigned work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftSummary {
    /// The form's id or the caller's name for it.
    pub form: String,
    /// Fields typed, over all sections.
    pub fields: u32,
    /// Wall clock of the last change, milliseconds since 1970.
    pub saved_ms: i64,
}

impl DraftKey {
    fn check(&self, field: &str) -> Result<(), StoreError> {
        let longest = [&self.form, &self.section, &self.row].iter().map(|part| part.len()).max().unwrap_or(0);
        let bytes = longest.max(field.len());
        if bytes > DRAFT_KEY_BYTES_MAX { Err(too_long(bytes)) } else { Ok(()) }
    }
}

fn too_long(bytes: usize) -> StoreError {
    StoreError::DraftTooLong { bytes: bytes as u64 }
}

impl Writer<'_> {
    /// Keeps one field of a draft, replacing what was typed before.
    pub fn draft_set(
        &mut self,
        key: &DraftKey,
        field: &str,
        value: &str,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        key.check(field)?;
        if value.len() > DRAFT_VALUE_BYTES_MAX {
            return Err(too_long(value.len()));
        }
        self.statement(
            "INSERT INTO draft (person, form, section, row, field, value, saved_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT DO UPDATE SET value = excluded.value, saved_ms = excluded.saved_ms",
        )?
        .execute(params![
            key.person.as_bytes(),
            key.form,
            key.section,
            key.row,
            field,
            value,
            now_ms
        ])?;
        Ok(())
    }

    /// Forgets one field of a draft and the files attached to it.
    pub fn draft_unset(&mut self, key: &DraftKey, field: &str) -> Result<(), StoreError> {
        let DraftKey { person, form, section, row } = key;
        for table in ["draft", "draft_attachment"] {
            self.statement(&format!(
                "DELETE FROM {table} WHERE person = ?1 AND form = ?2 AND section = ?3 AND row = ?4 AND field = ?5"
            ))?
            .execute(params![person.as_bytes(), form, section, row, field])?;
        }
        Ok(())
    }

    /// Forgets one row of a section of a draft, with its attachments: after signing, or when the person removes it.
    pub fn draft_clear(&mut self, key: &DraftKey) -> Result<(), StoreError> {
        let DraftKey { person, form, section, row } = key;
        for table in ["draft", "draft_attachment"] {
            self.statement(&format!(
                "DELETE FROM {table} WHERE person = ?1 AND form = ?2 AND section = ?3 AND row = ?4"
            ))?
            .execute(params![person.as_bytes(), form, section, row])?;
        }
        Ok(())
    }

    /// Forgets all of a person's unsigned work on a form.
    pub fn draft_discard(&mut self, person: PersonId, form: &str) -> Result<(), StoreError> {
        for table in ["draft", "draft_attachment"] {
            self.statement(&format!("DELETE FROM {table} WHERE person = ?1 AND form = ?2"))?
                .execute(params![person.as_bytes(), form])?;
        }
        Ok(())
    }

    /// Gives a draft made under the caller's name to the form it became.
    pub fn draft_rename(&mut self, person: PersonId, from: &str, to: &str) -> Result<(), StoreError> {
        if to.len() > DRAFT_KEY_BYTES_MAX {
            return Err(too_long(to.len()));
        }
        for table in ["draft", "draft_attachment"] {
            self.statement(&format!("UPDATE {table} SET form = ?3 WHERE person = ?1 AND form = ?2"))?
                .execute(params![person.as_bytes(), from, to])?;
        }
        Ok(())
    }

    /// Adopts a streamed file (C3) and attaches it to a field of a draft, both in this transaction. The same bytes
    /// attached to the same field again change the name only.
    pub fn draft_attach(
        &mut self,
        key: &DraftKey,
        field: &str,
        staged: StagedAttachment,
        name: &str,
        media: &str,
    ) -> Result<DraftAttachment, StoreError> {
        key.check(field)?;
        let Adopted { digest, length } = self.adopt_attachment(staged)?;
        let name = crate::display_name(name);
        let media: String = media.chars().filter(char::is_ascii_graphic).take(DRAFT_KEY_BYTES_MAX).collect();
        self.statement(
            "INSERT INTO draft_attachment (person, form, section, row, field, digest, name, media)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT DO UPDATE SET name = excluded.name, media = excluded.media",
        )?
        .execute(params![
            key.person.as_bytes(),
            key.form,
            key.section,
            key.row,
            field,
            digest.as_bytes(),
            name,
            media
        ])?;
        Ok(DraftAttachment { field: field.to_owned(), digest, name, media, length })
    }

    /// Takes a file off a field of a draft. The bytes go when nothing names them any more, at the next opening.
    pub fn draft_detach(&mut self, key: &DraftKey, field: &str, digest: Digest) -> Result<(), StoreError> {
        self.statement(
            "DELETE FROM draft_attachment
             WHERE person = ?1 AND form = ?2 AND section = ?3 AND row = ?4 AND field = ?5 AND digest = ?6",
        )?
        .execute(params![
            key.person.as_bytes(),
            key.form,
            key.section,
            key.row,
            field,
            digest.as_bytes()
        ])?;
        Ok(())
    }
}

impl Reader<'_> {
    /// The fields of one row of a section of a draft, by field key.
    pub fn draft(&self, key: &DraftKey) -> Result<Vec<DraftField>, StoreError> {
        let mut statement = self.statement(
            "SELECT field, value, saved_ms FROM draft
             WHERE person = ?1 AND form = ?2 AND section = ?3 AND row = ?4 ORDER BY field",
        )?;
        let rows = statement
            .query_map(params![key.person.as_bytes(), key.form, key.section, key.row], |row| {
                Ok(DraftField { field: row.get(0)?, value: row.get(1)?, saved_ms: row.get(2)? })
            })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The files attached to one row of a section of a draft, in the order they were attached.
    pub fn draft_attachments(&self, key: &DraftKey) -> Result<Vec<DraftAttachment>, StoreError> {
        let mut statement = self.statement(
            "SELECT d.field, d.digest, d.name, d.media, a.length
             FROM draft_attachment d JOIN attachment a USING (digest)
             WHERE d.person = ?1 AND d.form = ?2 AND d.section = ?3 AND d.row = ?4 ORDER BY d.place",
        )?;
        let rows =
            statement.query_map(params![key.person.as_bytes(), key.form, key.section, key.row], |row| {
                Ok(DraftAttachment {
                    field: row.get(0)?,
                    digest: id(row, 1)?,
                    name: row.get(2)?,
                    media: row.get(3)?,
                    length: row.get(4)?,
                })
            })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The sections and rows on which a person has unsigned work of one form.
    pub fn draft_keys(&self, person: PersonId, form: &str) -> Result<Vec<DraftKey>, StoreError> {
        let mut statement = self.statement(
            "SELECT section, row FROM draft WHERE person = ?1 AND form = ?2
             UNION SELECT section, row FROM draft_attachment WHERE person = ?1 AND form = ?2",
        )?;
        let rows = statement.query_map(params![person.as_bytes(), form], |row| {
            Ok(DraftKey { person, form: form.to_owned(), section: row.get(0)?, row: row.get(1)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The forms on which a person has unsigned work, latest first, at most [`DRAFTS_MAX`].
    pub fn drafts(&self, person: PersonId) -> Result<Vec<DraftSummary>, StoreError> {
        let mut statement = self.statement(
            "SELECT form, count(*), max(saved_ms) FROM draft WHERE person = ?1
             GROUP BY form ORDER BY 3 DESC, 1 LIMIT ?2",
        )?;
        let rows = statement.query_map(params![person.as_bytes(), DRAFTS_MAX], |row| {
            Ok(DraftSummary { form: row.get(0)?, fields: row.get(1)?, saved_ms: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
