//! Forms by their marks: lists and counts that no status tells, such as terms that run or periods that are covered.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use qianban_journal::{FormId, FormStatus};
use rusqlite::params;

use crate::ledger::{COLUMNS, form_row};
use crate::projection::status_code;
use crate::{FormRow, Reader, StoreError};

/// Most forms of a list by mark.
pub const MARKED_MAX: u32 = 500;

impl Reader<'_> {
    /// Forms with a mark of this name, whatever its value, newest first, at most [`MARKED_MAX`].
    pub fn marked(&self, name: &str) -> Result<Vec<FormRow>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} FROM form_view v
             WHERE v.form IN (SELECT form FROM form_mark WHERE name = ?1) ORDER BY v.form DESC LIMIT {MARKED_MAX}"
        ))?;
        let rows = statement.query_map([name], form_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The same without those to which a form links in this slot; one that was rejected does not link.
    pub fn marked_unlinked(&self, name: &str, slot: &str) -> Result<Vec<FormRow>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} FROM form_view v
             WHERE v.form IN (SELECT form FROM form_mark WHERE name = ?1)
                 AND NOT EXISTS (SELECT 1 FROM form_link l JOIN form_view w ON w.form = l.form
                     WHERE l.linked = v.id AND l.slot = ?2 AND w.status <> ?3)
             ORDER BY v.form DESC LIMIT {MARKED_MAX}"
        ))?;
        let rejected = status_code(FormStatus::Rejected).0;
        let rows = statement.query_map(params![name, slot, rejected], form_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many forms have this mark with this value, `except` left out.
    pub fn marked_count(&self, name: &str, value: &str, except: Option<FormId>) -> Result<u32, StoreError> {
        let mut statement = self.statement(
            "SELECT count(*) FROM form_mark m JOIN form_view v USING (form)
             WHERE m.name = ?1 AND m.value = ?2 AND v.id IS NOT ?3",
        )?;
        let except = except.as_ref().map(|form| form.as_bytes());
        Ok(statement.query_row(params![name, value, except], |row| row.get(0))?)
    }

    /// The values between two that some form has under this name.
    pub fn mark_values(
        &self,
        name: &str,
        between: RangeInclusive<&str>,
    ) -> Result<BTreeSet<String>, StoreError> {
        let mut statement = self
            .statement("SELECT DISTINCT value FROM form_mark WHERE name = ?1 AND value BETWEEN ?2 AND ?3")?;
        let rows = statement.query_map(params![name, between.start(), between.end()], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
