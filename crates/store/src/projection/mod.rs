//! What lists and searches read: one row per form with its open steps, findings and searched text. Nothing here is
//! written by any other hand than the fold, so it can be thrown away and made again to the same bytes.

mod affected;
mod codec;
mod make;
mod state;
mod table;

use qianban_journal::{EventId, Finding, FormId, FormLog, FormView};
use rusqlite::params;

use crate::index::{Index, Sources};
use crate::row::id;
use crate::{Reader, Store, StoreError, Writer};
pub(crate) use codec::{status_code, status_of};
pub(crate) use make::Projection;
pub use make::Turn;
pub(crate) use table::{number, turn};

/// Changes when the fold or this module would give other rows for the same events; an older file is then rebuilt at
/// opening.
const PROJECTION_VERSION: u32 = 4;
const VERSION_NAME: &str = "projection";

impl Reader<'_> {
    /// Folds a form into what its rows must say; `None` for a form without events.
    pub(crate) fn projection(
        &self,
        log: &FormLog,
        index: &dyn Index,
    ) -> Result<Option<Projection>, StoreError> {
        match self.view_of(log) {
            Some(view) => self.projection_of(log, &view, index),
            None => Ok(None),
        }
    }

    fn projection_of(
        &self,
        log: &FormLog,
        view: &FormView,
        index: &dyn Index,
    ) -> Result<Option<Projection>, StoreError> {
        let Some(registry) = self.chain.now() else { return Ok(None) };
        let Some(key) = self.arrival(EventId::from(view.form))? else { return Ok(None) };
        let indexed = index.index(log, view, registry, self);
        Ok(Some(Projection::make(key, log, view, indexed, registry)))
    }

    /// The view of a folded form under the newest registry here, `None` for one without events.
    pub(crate) fn view_of(&self, log: &FormLog) -> Option<FormView> {
        self.chain.now().and_then(|registry| log.view(registry))
    }

    /// The view of a form under the newest registry here, `None` for one without events.
    pub fn form_view(&self, form: FormId) -> Result<Option<FormView>, StoreError> {
        Ok(self.view_of(&self.form_log(form)?))
    }

    /// Forms whose content links to this one, with the slot, in order of arrival.
    pub fn linking(&self, form: FormId) -> Result<Vec<(FormId, String)>, StoreError> {
        let mut statement = self.statement(
            "SELECT v.id, l.slot FROM form_link l JOIN form_view v USING (form) WHERE l.linked = ?1 ORDER BY l.form",
        )?;
        let rows = statement.query_map([form.as_bytes()], |row| Ok((id(row, 0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Ids of all forms here, in order of arrival.
    pub fn forms(&self) -> Result<Vec<FormId>, StoreError> {
        let mut statement = self.statement("SELECT form FROM event WHERE kind = 1 ORDER BY arrival")?;
        let rows = statement.query_map([], |row| id(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Falls of a form's shown status that this PC saw, in the order it saw them (F9).
    pub fn falls(&self, form: FormId) -> Result<Vec<Finding>, StoreError> {
        let mut statement =
            self.statement("SELECT place, registry, causes FROM fall WHERE form = ?1 ORDER BY place")?;
        let rows = statement
            .query_map([form.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, Vec<u8>>(2)?)))?;
        let finding = |(place, registry, causes): (i64, u32, Vec<u8>)| {
            let bad = StoreError::BadRow { table: "fall", row: place };
            let causes = codec::ids(&causes).ok_or(bad)?;
            Ok(Finding::StatusFell { causes, registry })
        };
        rows.map(|row| finding(row?)).collect()
    }
}

impl Sources for Reader<'_> {
    /// Events that cannot be read count as not here; `verify` names their rows.
    fn log(&self, form: FormId) -> Option<FormLog> {
        self.form_log(form).ok().filter(|log| !log.is_empty())
    }
}

impl Writer<'_> {
    /// Brings the rows of a form up to date with its events here; where what it tells forms that link to it changed, or
    /// it has just come, theirs too. What is done after a seal tells them nothing new. `before` is the form as it was:
    /// that its shown status fell, only the comparison tells (F9).
    pub(crate) fn project(&mut self, form: FormId, before: Option<&FormView>) -> Result<(), StoreError> {
        if self.project_alone(form, before)? {
            for (linking, _) in self.linking(form)? {
                self.project_alone(linking, None)?;
            }
        }
        Ok(())
    }

    fn project_alone(&mut self, form: FormId, before: Option<&FormView>) -> Result<bool, StoreError> {
        let log = self.take_log(form)?;
        let projected = self.project_log(&log, before);
        self.keep_log(log);
        projected
    }

    fn project_log(&self, log: &FormLog, before: Option<&FormView>) -> Result<bool, StoreError> {
        let Some(view) = self.view_of(log) else { return Ok(false) };
        if let Some(before) = before {
            self.note_fall(&view, before)?;
        }
        match self.projection_of(log, &view, self.index)? {
            Some(projection) => projection.write(self),
            None => Ok(false),
        }
    }

    fn note_fall(&self, after: &FormView, before: &FormView) -> Result<(), StoreError> {
        if let Some(Finding::StatusFell { causes, registry }) = after.fall_from(before) {
            let causes: Vec<u8> = causes.iter().flat_map(|id| id.0).collect();
            self.statement("INSERT INTO fall (form, registry, causes) VALUES (?1, ?2, ?3)")?
                .execute(params![after.form.as_bytes(), registry, causes])?;
        }
        Ok(())
    }

    /// Throws all derived rows away and makes them again.
    pub(crate) fn make_anew(&mut self) -> Result<(), StoreError> {
        let tables = ["search", "form_mark", "form_link", "finding", "open_editor", "open_step", "form_view"];
        for table in tables {
            self.statement(&format!("DELETE FROM {table}"))?.execute([])?;
        }
        self.statement("INSERT INTO search_index (search_index) VALUES ('delete-all')")?.execute([])?;
        for form in self.forms()? {
            let log = self.form_log(form)?;
            if let Some(projection) = self.projection(&log, self.index)? {
                projection.write(self)?;
            }
        }
        self.put_meta(VERSION_NAME, &PROJECTION_VERSION.to_be_bytes())
    }
}

impl Store {
    /// Throws all derived rows away and makes them again from the events, in one transaction. The bytes are the same
    /// as before unless a row was changed by another hand.
    pub fn rebuild(&self) -> Result<(), StoreError> {
        self.write(|writer| writer.make_anew())
    }

    /// Rebuilds a file whose derived rows another version of this program made. A file with damaged events keeps its
    /// rows; `verify` names the first bad one.
    pub(crate) fn rebuild_if_older(&self) -> Result<(), StoreError> {
        let version = self.read(|reader| reader.meta(VERSION_NAME))?;
        if version.as_deref() == Some(&PROJECTION_VERSION.to_be_bytes()) {
            return Ok(());
        }
        match self.rebuild() {
            Err(StoreError::BadRow { .. }) => Ok(()),
            other => other,
        }
    }
}
