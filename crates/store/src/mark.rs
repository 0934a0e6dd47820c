//! Forms by their marks: lists and counts that no status tells, such as terms that run or periods that are covered.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use qianban_journal::{Digest, FormId, FormStatus, UnitId};
use rusqlite::types::Value;
use rusqlite::{params, params_from_iter};

use crate::ledger::{COLUMNS, form_row};
use crate::projection::status_code;
use crate::{FormRow, Listed, Reader, StoreError};

/// Most forms of a list by mark.
pub const MARKED_MAX: usize = 200;

/// Forms of a definition for which somebody answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Concern {
    /// Digest of the definition.
    pub definition: Digest,
    /// Only those of this unit; `None`: those of all units.
    pub unit: Option<UnitId>,
}

impl Reader<'_> {
    /// Forms with a mark of this name that concern somebody, in order of its values, oldest first under one value; at
    /// most [`MARKED_MAX`].
    pub fn marked(&self, name: &str, concerns: &[Concern]) -> Result<Listed<FormRow>, StoreError> {
        self.concerning(name, concerns, None, "m.value, m.form")
    }

    /// The same without forms that were sealed and have not changed since a wall clock, milliseconds since 1970; newest
    /// first.
    pub fn marked_lately(
        &self,
        name: &str,
        concerns: &[Concern],
        since_ms: i64,
    ) -> Result<Listed<FormRow>, StoreError> {
        self.concerning(name, concerns, Some(since_ms), "m.form DESC")
    }

    fn concerning(
        &self,
        name: &str,
        concerns: &[Concern],
        since_ms: Option<i64>,
        order: &str,
    ) -> Result<Listed<FormRow>, StoreError> {
        let mut values = vec![Value::from(name.to_owned())];
        let (whole, of_units): (Vec<&Concern>, Vec<&Concern>) =
            concerns.iter().partition(|concern| concern.unit.is_none());
        let mut ways = Vec::new();
        if !whole.is_empty() {
            ways.push(format!("v.definition IN ({})", vec!["?"; whole.len()].join(", ")));
        }
        if !of_units.is_empty() {
            let pairs = vec!["(?, ?)"; of_units.len()].join(", ");
            ways.push(format!("(v.definition, v.unit) IN (VALUES {pairs})"));
        }
        if ways.is_empty() {
            return Ok(Listed::default());
        }
        for concern in whole.into_iter().chain(of_units) {
            values.push(concern.definition.0.to_vec().into());
            values.extend(concern.unit.map(|unit| Value::from(unit.0.to_vec())));
        }
        values.extend([since_ms.into(), since_ms.into()]);
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} FROM form_mark m JOIN form_view v USING (form)
             WHERE m.name = ? AND ({}) AND (? IS NULL OR v.sealed_ms IS NULL OR v.changed_ms >= ?)
             ORDER BY {order} LIMIT {}",
            ways.join(" OR "),
            MARKED_MAX + 1
        ))?;
        let rows = statement.query_map(params_from_iter(values), form_row)?;
        Ok(Listed::cut(rows.collect::<Result<_, _>>()?, MARKED_MAX))
    }

    /// Forms with a mark of this name but those to which a form links in this slot, newest first, at most
    /// [`MARKED_MAX`]; a form that was rejected does not link.
    pub fn marked_unlinked(&self, name: &str, slot: &str) -> Result<Listed<FormRow>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} FROM form_view v
             WHERE v.form IN (SELECT form FROM form_mark WHERE name = ?1)
                 AND NOT EXISTS (SELECT 1 FROM form_link l JOIN form_view w ON w.form = l.form
                     WHERE l.linked = v.id AND l.slot = ?2 AND w.status <> ?3)
             ORDER BY v.form DESC LIMIT {}",
            MARKED_MAX + 1
        ))?;
        let rejected = status_code(FormStatus::Rejected).0;
        let rows = statement.query_map(params![name, slot, rejected], form_row)?;
        Ok(Listed::cut(rows.collect::<Result<_, _>>()?, MARKED_MAX))
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
