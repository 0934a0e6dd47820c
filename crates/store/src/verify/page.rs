//! The file itself: authentication codes of its pages, structure of its tables.

use std::path::Path;

use rusqlite::Connection;

use super::{Check, FAULTS_MAX, Fault, Stop, Wrong};
use crate::{DATABASE_NAME, DatabaseKey, Store, StoreError, connection};

/// Messages of SQLite's own check that are looked at.
const MESSAGES_MAX: u32 = 10;

/// Tables with references.
const REFERRING: [&str; 9] = [
    "cite",
    "draft_attachment",
    "form_view",
    "open_step",
    "open_editor",
    "finding",
    "form_link",
    "form_mark",
    "search",
];

impl Store {
    /// The pages of the database in `dir` that do not carry their own authentication code, at most [`FAULTS_MAX`]: for
    /// a file that does not open. All pages are named when the key is another one.
    pub fn damaged_pages(dir: &Path, key: &DatabaseKey) -> Result<Vec<Fault>, StoreError> {
        let connection = connection::open_unread(&dir.join(DATABASE_NAME), key)?;
        let bad = messages(&connection, "PRAGMA cipher_integrity_check")?;
        let fault = |message: &String| Fault { table: "file", row: page_number(message), what: Wrong::Page };
        Ok(bad.iter().take(FAULTS_MAX).map(fault).collect())
    }
}

impl Check<'_> {
    /// SQLite's own check of tables and indexes.
    pub(super) fn structure(&mut self) -> Result<(), Stop> {
        let structure =
            messages(self.reader.connection(), &format!("PRAGMA integrity_check({MESSAGES_MAX})"))?;
        for message in structure.iter().filter(|message| *message != "ok") {
            self.fault("file", message, Wrong::Structure)?;
        }
        Ok(())
    }

    /// Rows that refer to rows that are not there. Comes last: what is missing has been named by then.
    pub(super) fn references(&mut self) -> Result<(), Stop> {
        let mut statement = self.reader.statement("PRAGMA foreign_key_check")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (table, number): (String, Option<i64>) = (row.get(0)?, row.get(1)?);
            let table = REFERRING.iter().find(|known| **known == table).copied().unwrap_or("file");
            self.fault(table, number.unwrap_or_default(), Wrong::Structure)?;
        }
        Ok(())
    }
}

/// "HMAC verification failed for page 7" → "7".
fn page_number(message: &str) -> String {
    message.rsplit(' ').next().unwrap_or_default().to_owned()
}

fn messages(connection: &Connection, pragma: &str) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare(pragma)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Checks every page's authentication code and SQLite's own structure, for a copy that must be whole.
pub(crate) fn check_pages(connection: &Connection) -> Result<(), StoreError> {
    let pages = messages(connection, "PRAGMA cipher_integrity_check")?;
    let structure = messages(connection, "PRAGMA integrity_check(1)")?;
    if pages.is_empty() && structure == ["ok"] {
        return Ok(());
    }
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    Err(StoreError::Damaged(rusqlite::Error::SqliteFailure(code, None)))
}
