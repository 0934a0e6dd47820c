//! Pages of forms: the ledger, a search, and whose turn it is. Every page ends at a key, so the next one costs the
//! same wherever it lies and nothing is skipped or shown twice when forms arrive in between.

use std::ops::{Range, RangeInclusive};

use qianban_journal::{Assignment, Digest, FormId, FormStatus, Ledger, Number, PersonId, UnitId};
use rusqlite::types::Value;
use rusqlite::{Row, params, params_from_iter};

use crate::projection::{Turn, number, status_code, status_of, turn};
use crate::row::{id, id_or_null};
use crate::search::expression;
use crate::{Reader, StoreError};

/// Most rows of one page.
pub const PAGE_ROWS_MAX: u32 = 200;
/// Most forms of a list of open steps.
pub const OPEN_STEPS_MAX: usize = 500;
/// Most forms of a ledger that are listed by number.
pub const BOOK_ROWS_MAX: u32 = 5_000;
/// Most findings of a list.
pub const FINDINGS_MAX: u32 = 1_000;

pub(crate) const COLUMNS: &str =
    "v.form, v.id, v.ledger, v.definition, v.unit, v.creator, v.submitter, v.status, v.step,
    v.working_number, v.series, v.year, v.serial, v.created_ms, v.changed_ms, v.title, v.summary, v.sealed_ms";

/// A form in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormRow {
    /// Where the form stands in the order of arrival; what a page ends at.
    pub key: i64,
    /// The form.
    pub form: FormId,
    /// Its ledger.
    pub ledger: Ledger,
    /// Digest of its definition, where its Create is legal.
    pub definition: Option<Digest>,
    /// Its unit.
    pub unit: UnitId,
    /// Who created it.
    pub creator: PersonId,
    /// Who sent the primary round.
    pub submitter: Option<PersonId>,
    /// Its status.
    pub status: FormStatus,
    /// Seat code and log number of its Create (G7).
    pub working_number: String,
    /// Its official number.
    pub number: Option<Number>,
    /// Wall clock of its Create, milliseconds since 1970.
    pub created_ms: i64,
    /// Latest wall clock of its events, milliseconds since 1970.
    pub changed_ms: i64,
    /// Wall clock of its seal, milliseconds since 1970, where it is sealed.
    pub sealed_ms: Option<i64>,
    /// Title, as the index answered.
    pub title: String,
    /// Summary, as the index answered.
    pub summary: String,
}

/// What a page shows. The default is the first page of everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerQuery {
    /// Only this ledger.
    pub ledger: Option<Ledger>,
    /// Only forms in which every typed word of one character or more occurs; blank for all.
    pub text: String,
    /// Only this status, whatever its step.
    pub status: Option<FormStatus>,
    /// Only forms that this person created.
    pub creator: Option<PersonId>,
    /// Only forms whose primary round this person sent.
    pub submitter: Option<PersonId>,
    /// Only forms of this unit.
    pub unit: Option<UnitId>,
    /// Only forms of one of these definitions; empty for all.
    pub definitions: Vec<Digest>,
    /// Only forms numbered in this year.
    pub year: Option<u16>,
    /// Only forms sealed in this span of wall clocks, milliseconds since 1970, the end excluded.
    pub sealed: Option<Range<i64>>,
    /// Only forms before this key: [`Page::next`] of the page before.
    pub before: Option<i64>,
    /// Rows, 1 to [`PAGE_ROWS_MAX`]; 0 means the most.
    pub limit: u32,
}

/// A page of forms, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The rows.
    pub rows: Vec<FormRow>,
    /// Give this as `before` to get the next page; `None` at the end.
    pub next: Option<i64>,
}

/// The first rows of a list with a bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// There are more than the bound.
    pub more: bool,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), more: false }
    }
}

impl<T> Listed<T> {
    /// The first `limit` of these rows, of which one more than that shows that there are more.
    pub fn cut(mut rows: Vec<T>, limit: usize) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        Self { rows, more }
    }
}

/// A form whose next step somebody may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenStep {
    /// The form.
    pub row: FormRow,
    /// What is to be done.
    pub turn: Turn,
}

/// A finding in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingRow {
    /// The form.
    pub form: FormId,
    /// The rule, such as `F3`.
    pub code: String,
    /// What else it names: numbers, a gate, a registry entry.
    pub detail: String,
}

impl LedgerQuery {
    /// The statement and its values. Only the conditions asked for are in it, so each has its own plan.
    fn sql(&self) -> (String, Vec<Value>) {
        let mut values: Vec<Value> = Vec::new();
        let mut wheres = Vec::new();
        let searched = expression(&self.text);
        let (from, key) = match searched {
            Some(_) => ("search_index s JOIN form_view v ON v.form = s.rowid", "s.rowid"),
            None => ("form_view v", "v.form"),
        };
        let mut demand = |condition: String, value: Value| {
            values.push(value);
            wheres.push(condition.replace('?', &format!("?{}", values.len())));
        };
        if let Some(expression) = searched {
            demand("search_index MATCH ?".to_owned(), expression.into());
        }
        if let Some(before) = self.before {
            demand(format!("{key} < ?"), before.into());
        }
        if let Some(ledger) = &self.ledger {
            // With a status, the index of statuses is the shorter way; the sign keeps SQLite from the other one.
            let sign = if self.status.is_some() { "+" } else { "" };
            demand(format!("{sign}v.ledger = ?"), ledger.0.clone().into());
        }
        if let Some(status) = self.status {
            demand("v.status = ?".to_owned(), i64::from(status_code(status).0).into());
        }
        if let Some(year) = self.year {
            demand("v.year = ?".to_owned(), i64::from(year).into());
        }
        if let Some(span) = &self.sealed {
            demand("v.sealed_ms >= ?".to_owned(), span.start.into());
            demand("v.sealed_ms < ?".to_owned(), span.end.into());
        }
        let ids = [
            ("v.creator = ?", self.creator.map(|id| id.0)),
            ("v.submitter = ?", self.submitter.map(|id| id.0)),
            ("v.unit = ?", self.unit.map(|id| id.0)),
        ];
        for (condition, id) in ids {
            if let Some(id) = id {
                demand(condition.to_owned(), id.to_vec().into());
            }
        }
        if !self.definitions.is_empty() {
            let place = |at: usize| format!("?{}", values.len() + 1 + at);
            let places: Vec<String> = (0..self.definitions.len()).map(place).collect();
            wheres.push(format!("v.definition IN ({})", places.join(", ")));
            values.extend(self.definitions.iter().map(|def| Value::from(def.0.to_vec())));
        }
        let condition = if wheres.is_empty() { "1".to_owned() } else { wheres.join(" AND ") };
        let sql = format!("SELECT {COLUMNS} FROM {from} WHERE {condition} ORDER BY {key} DESC LIMIT ");
        (sql, values)
    }

    fn rows(&self) -> usize {
        if self.limit == 0 { PAGE_ROWS_MAX as usize } else { self.limit.min(PAGE_ROWS_MAX) as usize }
    }
}

impl Reader<'_> {
    /// A page of forms, newest first. A text of punctuation alone finds nothing.
    pub fn ledger_page(&self, query: &LedgerQuery) -> Result<Page, StoreError> {
        if !query.text.trim().is_empty() && expression(&query.text).is_none() {
            return Ok(Page::default());
        }
        let (sql, values) = query.sql();
        let limit = query.rows();
        // One row more than shown tells whether there is a next page.
        let mut statement = self.statement(&format!("{sql}{}", limit + 1))?;
        let rows = statement.query_map(params_from_iter(values), form_row)?;
        let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
        let next = (rows.len() > limit).then(|| rows[limit - 1].key);
        rows.truncate(limit);
        Ok(Page { rows, next })
    }

    /// One form as lists show it, `None` if it is not here.
    pub fn form_row(&self, form: FormId) -> Result<Option<FormRow>, StoreError> {
        let mut statement = self.statement(&format!("SELECT {COLUMNS} FROM form_view v WHERE v.id = ?1"))?;
        let mut rows = statement.query_map([form.as_bytes()], form_row)?;
        Ok(rows.next().transpose()?)
    }

    /// Forms whose next step one of these assignments lets its holder take, oldest first, at most
    /// [`OPEN_STEPS_MAX`] for each assignment. Whether this very person may take it (`bar`, `differ`) is for the
    /// journal to say.
    pub fn open_steps<'a>(
        &self,
        assignments: impl IntoIterator<Item = &'a Assignment>,
    ) -> Result<Listed<OpenStep>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS}, o.kind FROM open_step o JOIN form_view v USING (form)
             WHERE o.role = ?1 AND (?2 IS NULL OR o.unit = ?2) ORDER BY o.form LIMIT {}",
            OPEN_STEPS_MAX + 1
        ))?;
        let mut open = Listed::default();
        for assignment in assignments {
            let unit = assignment.unit.as_ref().map(|unit| unit.as_bytes());
            let rows = statement.query_map(params![assignment.role.as_str(), unit], |row| {
                Ok(OpenStep { row: form_row(row)?, turn: turn(row.get(18)?) })
            })?;
            let some = Listed::cut(rows.collect::<Result<_, _>>()?, OPEN_STEPS_MAX);
            open.rows.extend(some.rows);
            open.more |= some.more;
        }
        open.rows.sort_by_key(|step| (step.row.key, step.turn));
        open.rows.dedup();
        Ok(open)
    }

    /// Forms of these definitions that wait for a seal which one of these assignments lets its holder sign, oldest first,
    /// at most [`OPEN_STEPS_MAX`] for each assignment.
    pub fn waiting_for_seal<'a>(
        &self,
        assignments: impl IntoIterator<Item = &'a Assignment>,
        definitions: &[Digest],
    ) -> Result<Listed<FormRow>, StoreError> {
        let places: Vec<String> = (0..definitions.len()).map(|at| format!("?{}", at + 3)).collect();
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} FROM open_step o JOIN form_view v USING (form)
             WHERE o.role = ?1 AND (?2 IS NULL OR o.unit = ?2) AND o.kind = {} AND v.definition IN ({})
             ORDER BY o.form LIMIT {}",
            Turn::Seal as u8,
            places.join(", "),
            OPEN_STEPS_MAX + 1
        ))?;
        let mut waiting = Listed::default();
        for assignment in assignments {
            let unit = assignment.unit.map_or(Value::Null, |unit| unit.0.to_vec().into());
            let mut values = vec![Value::from(assignment.role.0.clone()), unit];
            values.extend(definitions.iter().map(|def| Value::from(def.0.to_vec())));
            let rows = statement.query_map(params_from_iter(values), form_row)?;
            let some = Listed::cut(rows.collect::<Result<_, _>>()?, OPEN_STEPS_MAX);
            waiting.rows.extend(some.rows);
            waiting.more |= some.more;
        }
        waiting.rows.sort_by_key(|row| row.key);
        waiting.rows.dedup();
        Ok(waiting)
    }

    /// Forms that wait for this editor: never sent, or sent back; newest first, at most [`OPEN_STEPS_MAX`].
    pub fn open_edits(&self, person: PersonId) -> Result<Listed<FormRow>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} FROM open_editor o JOIN form_view v USING (form)
             WHERE o.person = ?1 ORDER BY o.form DESC LIMIT {}",
            OPEN_STEPS_MAX + 1
        ))?;
        let rows = statement.query_map([person.as_bytes()], form_row)?;
        Ok(Listed::cut(rows.collect::<Result<_, _>>()?, OPEN_STEPS_MAX))
    }

    /// How many forms each ledger holds, by code; a ledger without forms is not listed.
    pub fn ledger_counts(&self) -> Result<Vec<(Ledger, u32)>, StoreError> {
        let mut statement =
            self.statement("SELECT ledger, count(*) FROM form_view GROUP BY ledger ORDER BY ledger")?;
        let rows = statement.query_map([], |row| Ok((Ledger(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The years in which each series gave numbers, newest first.
    pub fn number_years(&self) -> Result<Vec<(String, u16)>, StoreError> {
        let mut statement = self.statement(
            "SELECT DISTINCT series, year FROM form_view WHERE series IS NOT NULL ORDER BY series, year DESC",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Years that hold forms, ascending: of their number, else of their beginning at UTC+8.
    pub fn years(&self) -> Result<Vec<u16>, StoreError> {
        let mut statement = self.statement(
            "SELECT DISTINCT coalesce(year, CAST(strftime('%Y', created_ms / 1000 + 28800, 'unixepoch') AS INTEGER))
             FROM form_view ORDER BY 1",
        )?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many forms each year holds, ascending; years as in [`Reader::years`].
    pub fn forms_by_year(&self) -> Result<Vec<(u16, u32)>, StoreError> {
        let mut statement = self.statement(
            "SELECT coalesce(year, CAST(strftime('%Y', created_ms / 1000 + 28800, 'unixepoch') AS INTEGER)), count(*)
             FROM form_view GROUP BY 1 ORDER BY 1",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The highest number of every series in every year, ascending by year and series.
    pub fn highest_numbers(&self) -> Result<Vec<(u16, String, u32)>, StoreError> {
        let mut statement = self.statement(
            "SELECT year, series, max(serial) FROM form_view WHERE year IS NOT NULL AND series IS NOT NULL
             GROUP BY year, series ORDER BY year, series",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The highest number of a series in a year within some numbers, both ends included; `None` where none is used.
    pub fn highest_number(
        &self,
        series: &str,
        year: u16,
        within: RangeInclusive<u32>,
    ) -> Result<Option<u32>, StoreError> {
        let mut statement = self.statement(
            "SELECT max(serial) FROM form_view WHERE series = ?1 AND year = ?2 AND serial BETWEEN ?3 AND ?4",
        )?;
        Ok(statement.query_row(params![series, year, within.start(), within.end()], |row| row.get(0))?)
    }

    /// The forms of a ledger in the order of its book: those numbered in a year by series and number, then those without
    /// a number that were begun in this span of wall clocks, oldest first; at most [`BOOK_ROWS_MAX`] and one more, which
    /// says that there are more.
    pub fn book(&self, ledger: &Ledger, year: u16, begun: Range<i64>) -> Result<Vec<FormRow>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT {COLUMNS} FROM form_view v WHERE v.ledger = ?1
                 AND (v.year = ?2 OR (v.year IS NULL AND v.created_ms >= ?3 AND v.created_ms < ?4))
             ORDER BY v.series IS NULL, v.series, v.serial, v.form LIMIT {}",
            BOOK_ROWS_MAX + 1
        ))?;
        let rows = statement.query_map(params![ledger.as_str(), year, begun.start, begun.end], form_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every official number of a ledger with its form, for the findings that compare forms (F13).
    pub fn numbers(&self, ledger: &Ledger) -> Result<Vec<(FormId, Number)>, StoreError> {
        let mut statement = self.statement(
            "SELECT id, series, year, serial FROM form_view WHERE ledger = ?1 AND series IS NOT NULL ORDER BY form",
        )?;
        let rows = statement.query_map([ledger.as_str()], |row| Ok((id(row, 0)?, number(row, 1)?)))?;
        let numbered = rows.filter_map(|row| row.map(|(form, number)| number.map(|n| (form, n))).transpose());
        Ok(numbered.collect::<Result<_, _>>()?)
    }

    /// Forms with an event whose author's clock is after this, milliseconds since 1970: F8 may be found there.
    pub fn forms_ahead_of(&self, now_ms: i64) -> Result<Vec<FormId>, StoreError> {
        let mut statement = self.statement("SELECT id FROM form_view WHERE changed_ms > ?1 ORDER BY form")?;
        let rows = statement.query_map([now_ms], |row| id(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Findings of all forms, newest form first, at most [`FINDINGS_MAX`].
    pub fn findings(&self) -> Result<Vec<FindingRow>, StoreError> {
        let mut statement = self.statement(&format!(
            "SELECT v.id, f.code, f.detail FROM finding f JOIN form_view v USING (form)
             ORDER BY f.form DESC, f.place LIMIT {FINDINGS_MAX}"
        ))?;
        let rows = statement.query_map([], |row| {
            Ok(FindingRow { form: id(row, 0)?, code: row.get(1)?, detail: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

pub(crate) fn form_row(row: &Row<'_>) -> rusqlite::Result<FormRow> {
    let status = status_of(row.get(7)?, row.get(8)?);
    Ok(FormRow {
        key: row.get(0)?,
        form: id(row, 1)?,
        ledger: Ledger(row.get(2)?),
        definition: id_or_null(row, 3)?,
        unit: id(row, 4)?,
        creator: id(row, 5)?,
        submitter: id_or_null(row, 6)?,
        status: status.ok_or(rusqlite::Error::IntegralValueOutOfRange(7, row.get(7)?))?,
        working_number: row.get(9)?,
        number: number(row, 10)?,
        created_ms: row.get(13)?,
        changed_ms: row.get(14)?,
        title: row.get(15)?,
        summary: row.get(16)?,
        sealed_ms: row.get(17)?,
    })
}
