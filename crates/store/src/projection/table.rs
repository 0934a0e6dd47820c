//! The derived rows of one form, to and from their tables.

use qianban_journal::{Number, Role};
use rusqlite::{OptionalExtension, Row, params};

use super::make::{Projection, Turn, ViewRow};
use crate::row::{id, id_or_null};
use crate::search::put_search;
use crate::{Reader, StoreError, Writer};

const VIEW_COLUMNS: &str =
    "id, ledger, definition, unit, creator, submitter, status, step, working_number, series,
    year, serial, created_ms, changed_ms, title, summary, events, fold, sealed_ms, seen";

impl Projection {
    /// Brings the form's rows to this state. What stays as it is, is not written again: a page that is written is
    /// encrypted, flushed and copied into the file, and most sign-offs change few of them. Answers whether linking forms
    /// are told something new by it.
    pub(super) fn write(&self, writer: &Writer<'_>) -> Result<bool, StoreError> {
        let stored = Self::read(writer, self.key)?;
        let before = stored.as_ref();
        if self.differs(before, |one| &one.view) {
            self.write_view(writer, before)?;
        }
        if self.differs(before, |one| &one.steps) {
            self.write_steps(writer)?;
        }
        if self.differs(before, |one| &one.editors) {
            self.write_editors(writer)?;
        }
        if self.differs(before, |one| &one.findings) {
            self.write_findings(writer)?;
        }
        if self.differs(before, |one| &one.links) {
            self.write_links(writer)?;
        }
        if self.differs(before, |one| &one.marks) {
            self.write_marks(writer)?;
        }
        if self.differs(before, |one| &one.text) {
            put_search(writer, self.key, &self.text)?;
        }
        Ok(self.differs(before, |one| &one.view.seen))
    }

    fn differs<T: PartialEq>(&self, before: Option<&Self>, part: impl Fn(&Self) -> &T) -> bool {
        before.is_none_or(|before| part(before) != part(self))
    }

    fn clear(&self, writer: &Writer<'_>, table: &str) -> Result<(), StoreError> {
        writer.statement(&format!("DELETE FROM {table} WHERE form = ?1"))?.execute([self.key])?;
        Ok(())
    }

    fn write_steps(&self, writer: &Writer<'_>) -> Result<(), StoreError> {
        self.clear(writer, "open_step")?;
        let mut insert =
            writer.statement("INSERT INTO open_step (form, kind, role, unit) VALUES (?1, ?2, ?3, ?4)")?;
        for (turn, role, unit) in &self.steps {
            insert.execute(params![self.key, *turn as u8, role.as_str(), unit.as_bytes()])?;
        }
        Ok(())
    }

    fn write_editors(&self, writer: &Writer<'_>) -> Result<(), StoreError> {
        self.clear(writer, "open_editor")?;
        let mut insert = writer.statement("INSERT INTO open_editor (form, person) VALUES (?1, ?2)")?;
        for person in &self.editors {
            insert.execute(params![self.key, person.as_bytes()])?;
        }
        Ok(())
    }

    fn write_findings(&self, writer: &Writer<'_>) -> Result<(), StoreError> {
        self.clear(writer, "finding")?;
        let mut insert = writer.statement(
            "INSERT INTO finding (form, place, code, about, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        for (place, (code, about, detail)) in (0i64..).zip(&self.findings) {
            insert.execute(params![self.key, place, code, about, detail])?;
        }
        Ok(())
    }

    fn write_links(&self, writer: &Writer<'_>) -> Result<(), StoreError> {
        self.clear(writer, "form_link")?;
        let mut insert =
            writer.statement("INSERT INTO form_link (form, slot, linked) VALUES (?1, ?2, ?3)")?;
        for (slot, linked) in &self.links {
            insert.execute(params![self.key, slot, linked.as_bytes()])?;
        }
        Ok(())
    }

    fn write_marks(&self, writer: &Writer<'_>) -> Result<(), StoreError> {
        self.clear(writer, "form_mark")?;
        let mut insert = writer.statement("INSERT INTO form_mark (form, name, value) VALUES (?1, ?2, ?3)")?;
        for (name, value) in &self.marks {
            insert.execute(params![self.key, name, value])?;
        }
        Ok(())
    }

    /// Most sign-offs change no column that an index holds. SQLite writes a page of every index whose column an update
    /// names, changed or not, so then only the others are named.
    fn write_view(&self, writer: &Writer<'_>, before: Option<&Self>) -> Result<(), StoreError> {
        if before.is_some_and(|before| before.view.indexed() == self.view.indexed()) {
            return self.write_unindexed(writer);
        }
        let view = &self.view;
        let number = view.number.as_ref();
        writer
            .statement(&format!(
                "INSERT INTO form_view (form, {VIEW_COLUMNS})
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)
                 ON CONFLICT (form) DO UPDATE SET
                     definition = excluded.definition, submitter = excluded.submitter, status = excluded.status,
                     step = excluded.step, series = excluded.series, year = excluded.year, serial = excluded.serial,
                     changed_ms = excluded.changed_ms, title = excluded.title, summary = excluded.summary,
                     events = excluded.events, fold = excluded.fold, sealed_ms = excluded.sealed_ms,
                     seen = excluded.seen"
            ))?
            .execute(params![
                self.key,
                view.id.as_bytes(),
                view.ledger,
                view.definition.as_ref().map(|def| def.as_bytes()),
                view.unit.as_bytes(),
                view.creator.as_bytes(),
                view.submitter.as_ref().map(|person| person.as_bytes()),
                view.status,
                view.step,
                view.working_number,
                number.map(|number| &number.series),
                number.map(|number| number.year),
                number.map(|number| number.n),
                view.created_ms,
                view.changed_ms,
                view.title,
                view.summary,
                view.events,
                view.fold.as_bytes(),
                view.sealed_ms,
                view.seen.as_ref().map(|seen| seen.as_bytes()),
            ])?;
        Ok(())
    }

    fn write_unindexed(&self, writer: &Writer<'_>) -> Result<(), StoreError> {
        let view = &self.view;
        writer
            .statement(
                "UPDATE form_view SET step = ?1, changed_ms = ?2, title = ?3, summary = ?4, events = ?5, fold = ?6,
                     sealed_ms = ?7, seen = ?8
                 WHERE form = ?9",
            )?
            .execute(params![
                view.step,
                view.changed_ms,
                view.title,
                view.summary,
                view.events,
                view.fold.as_bytes(),
                view.sealed_ms,
                view.seen.as_ref().map(|seen| seen.as_bytes()),
                self.key,
            ])?;
        Ok(())
    }

    /// The form's rows as they stand in the tables; `None` if the form has no row.
    pub(crate) fn read(reader: &Reader<'_>, key: i64) -> Result<Option<Self>, StoreError> {
        let view = reader
            .statement(&format!("SELECT {VIEW_COLUMNS} FROM form_view WHERE form = ?1"))?
            .query_row([key], view_row)
            .optional()?;
        let Some(view) = view else { return Ok(None) };
        let mut steps = reader.statement("SELECT kind, role, unit FROM open_step WHERE form = ?1")?;
        let steps = steps.query_map([key], |row| Ok((turn(row.get(0)?), Role(row.get(1)?), id(row, 2)?)))?;
        let mut editors = reader.statement("SELECT person FROM open_editor WHERE form = ?1")?;
        let editors = editors.query_map([key], |row| id(row, 0))?;
        let mut findings =
            reader.statement("SELECT code, about, detail FROM finding WHERE form = ?1 ORDER BY place")?;
        let findings = findings.query_map([key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let mut links = reader.statement("SELECT slot, linked FROM form_link WHERE form = ?1")?;
        let links = links.query_map([key], |row| Ok((row.get(0)?, id(row, 1)?)))?;
        let mut marks = reader.statement("SELECT name, value FROM form_mark WHERE form = ?1")?;
        let marks = marks.query_map([key], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut text = reader.statement("SELECT text FROM search WHERE form = ?1")?;
        Ok(Some(Self {
            key,
            view,
            steps: steps.collect::<Result<_, _>>()?,
            editors: editors.collect::<Result<_, _>>()?,
            findings: findings.collect::<Result<_, _>>()?,
            links: links.collect::<Result<_, _>>()?,
            marks: marks.collect::<Result<_, _>>()?,
            text: text.query_row([key], |row| row.get(0)).optional()?.unwrap_or_default(),
        }))
    }
}

/// The CHECK of the table keeps the number in range.
pub(crate) fn turn(code: u8) -> Turn {
    match code {
        0 => Turn::Sign,
        1 => Turn::Resubmit,
        2 => Turn::Seal,
        3 => Turn::Table,
        _ => Turn::Close,
    }
}

/// The official number in three columns from `at`.
pub(crate) fn number(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Number>> {
    let series: Option<String> = row.get(at)?;
    match series {
        Some(series) => Ok(Some(Number { series, year: row.get(at + 1)?, n: row.get(at + 2)? })),
        None => Ok(None),
    }
}

fn view_row(row: &Row<'_>) -> rusqlite::Result<ViewRow> {
    Ok(ViewRow {
        id: id(row, 0)?,
        ledger: row.get(1)?,
        definition: id_or_null(row, 2)?,
        unit: id(row, 3)?,
        creator: id(row, 4)?,
        submitter: id_or_null(row, 5)?,
        status: row.get(6)?,
        step: row.get(7)?,
        working_number: row.get(8)?,
        number: number(row, 9)?,
        created_ms: row.get(12)?,
        changed_ms: row.get(13)?,
        title: row.get(14)?,
        summary: row.get(15)?,
        events: row.get(16)?,
        fold: id(row, 17)?,
        sealed_ms: row.get(18)?,
        seen: id_or_null(row, 19)?,
    })
}
