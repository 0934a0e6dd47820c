//! Which forms a registry entry touches. A cut may change what counts (E2), a policy who may act next, a new name the
//! searched text; everything else leaves every form as it is.

use std::collections::BTreeSet;

use qianban_journal::{Change, FormId, FormView, PersonId, RegistryChain, RegistryEntry, UnitId};
use rusqlite::{Params, params};

use crate::row::id;
use crate::search::expression;
use crate::{Reader, StoreError, Writer};

/// A chain of extensions this long is no honest registry; beyond it nothing more is looked up.
const EXTENSIONS_MAX: u32 = 16;

impl Writer<'_> {
    /// Folds the forms anew that the entry just appended touches; `before` is the registry without it.
    pub(crate) fn refold(&mut self, change: &Change, before: &RegistryChain) -> Result<(), StoreError> {
        for form in self.affected(change, before, 0)? {
            let log = self.take_log(form)?;
            let earlier: Option<FormView> = before.now().and_then(|registry| log.view(registry));
            self.keep_log(log);
            self.project(form, earlier.as_ref())?;
        }
        Ok(())
    }
}

impl Reader<'_> {
    fn affected(
        &self,
        change: &Change,
        before: &RegistryChain,
        depth: u32,
    ) -> Result<BTreeSet<FormId>, StoreError> {
        match change {
            Change::Revoke { seat, .. } => {
                self.forms_by("SELECT DISTINCT form FROM event WHERE seat = ?1", [seat.as_bytes()])
            }
            Change::RoleEnd { person, .. } | Change::DelegationEnd { to: person, .. } => {
                self.forms_of(*person)
            }
            Change::SeatMove { ledger, .. } => {
                self.forms_by("SELECT id FROM form_view WHERE ledger = ?1", [ledger.as_str()])
            }
            Change::ExtendAllow { entry, .. } if depth < EXTENSIONS_MAX => {
                let bytes = self.registry_entry(*entry)?.unwrap_or_default();
                let bad = StoreError::BadRow { table: "registry", row: i64::from(*entry) };
                let entry = RegistryEntry::decode(&bytes).map_err(|_| bad)?;
                self.affected(&entry.body, before, depth + 1)
            }
            Change::ActivateDefinition { def, .. } => {
                self.forms_by("SELECT id FROM form_view WHERE definition = ?1", [def.as_bytes()])
            }
            Change::AddPerson { person, record } => self.renamed_person(*person, &record.name, before),
            Change::AddUnit { unit, name, .. } => self.renamed_unit(*unit, name, before),
            _ => Ok(BTreeSet::new()),
        }
    }

    fn forms_of(&self, person: PersonId) -> Result<BTreeSet<FormId>, StoreError> {
        let sql = "SELECT e.form FROM log_head h JOIN event e USING (seat, incarnation) WHERE h.person = ?1
            UNION SELECT form FROM event WHERE actor = ?1";
        self.forms_by(sql, [person.as_bytes()])
    }

    fn renamed_person(
        &self,
        person: PersonId,
        name: &str,
        before: &RegistryChain,
    ) -> Result<BTreeSet<FormId>, StoreError> {
        let old =
            before.now().and_then(|registry| registry.person(person)).map(|record| record.name.as_str());
        match old.filter(|old| *old != name) {
            Some(old) => Ok(&self.forms_of(person)? | &self.forms_that_say(old)?),
            None => Ok(BTreeSet::new()),
        }
    }

    fn renamed_unit(
        &self,
        unit: UnitId,
        name: &str,
        before: &RegistryChain,
    ) -> Result<BTreeSet<FormId>, StoreError> {
        let old = before.now().and_then(|registry| registry.unit(unit)).map(|record| record.name.as_str());
        match old.filter(|old| *old != name) {
            Some(old) => {
                let of_unit = self.forms_by("SELECT id FROM form_view WHERE unit = ?1", [unit.as_bytes()])?;
                Ok(&of_unit | &self.forms_that_say(old)?)
            }
            None => Ok(BTreeSet::new()),
        }
    }

    /// Forms whose searched text holds a name: whoever shows it took it from the registry.
    fn forms_that_say(&self, name: &str) -> Result<BTreeSet<FormId>, StoreError> {
        match expression(name) {
            Some(expression) => self.forms_by(
                "SELECT v.id FROM search_index s JOIN form_view v ON v.form = s.rowid WHERE search_index MATCH ?1",
                params![expression],
            ),
            None => Ok(BTreeSet::new()),
        }
    }

    fn forms_by(&self, sql: &str, params: impl Params) -> Result<BTreeSet<FormId>, StoreError> {
        let mut statement = self.statement(sql)?;
        let rows = statement.query_map(params, |row| id(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
