//! Lists: every form folded anew and compared, byte for byte, with what its rows say.

use qianban_journal::{Admission, Envelope, FormId, FormLog, Unverified, Verified};

use super::{Check, Stop, Wrong, is_unreadable};
use crate::StoreError;
use crate::index::Index;
use crate::projection::Projection;

impl Check<'_> {
    pub(super) fn forms(&mut self, index: &dyn Index) -> Result<(), Stop> {
        let forms = self.reader.forms()?;
        for form in &forms {
            if !self.bad.contains(form) {
                self.form(*form, index)?;
            }
            self.step()?;
        }
        let mut statement = self.reader.statement(
            "SELECT form FROM form_view WHERE form NOT IN (SELECT arrival FROM event WHERE kind = 1) ORDER BY form",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let key: i64 = row.get(0)?;
            self.fault("form_view", key, Wrong::Derived)?;
        }
        Ok(())
    }

    fn form(&mut self, form: FormId, index: &dyn Index) -> Result<(), Stop> {
        let Some(log) = self.admit(form)? else { return Ok(()) };
        let Some(fresh) = self.reader.projection(&log, index)? else { return Ok(()) };
        let stored = match Projection::read(self.reader, fresh.key()) {
            Err(StoreError::BadRow { .. }) => None,
            Err(StoreError::Sql(error)) if is_unreadable(&error) => None,
            stored => stored?,
        };
        if stored.is_some_and(|stored| stored == fresh) {
            return Ok(());
        }
        self.fault("form_view", fresh.key(), Wrong::Derived)
    }

    /// The form's log; `None` after naming the first event that is not admitted, or whose legal bit is wrong (L0).
    fn admit(&mut self, form: FormId) -> Result<Option<FormLog>, Stop> {
        let mut log = FormLog::new(form);
        let sql = "SELECT arrival, legal, envelope FROM event WHERE form = ?1 ORDER BY arrival";
        let mut statement = self.reader.statement(sql)?;
        let mut rows = statement.query([form.as_bytes()])?;
        while let Some(row) = rows.next()? {
            let (arrival, legal, bytes): (i64, bool, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            self.step()?;
            let chain = self.reader.registry();
            let wrong = match Envelope::decode(&bytes).map(|env| Verified::check_unsigned(&env, chain)) {
                Ok(Err(Unverified::Registry { .. })) if self.reader.is_contested()? => continue,
                Ok(Ok(event)) => match log.admit(event, chain) {
                    Admission::Stored(legality) if legality.is_ok() == legal => continue,
                    Admission::Stored(_) => Wrong::Column,
                    Admission::Pending(_) if self.reader.is_contested()? => continue,
                    _ => Wrong::Chain,
                },
                _ => Wrong::Chain,
            };
            self.fault("event", arrival, wrong)?;
            return Ok(None);
        }
        Ok(Some(log))
    }
}
