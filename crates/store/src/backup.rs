//! Copies of the whole store: the database through SQLite's online backup, checked and opened on trial; the
//! attachments and the key file beside it. A restore always starts a new incarnation (K6).

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::connection::{self, Access};
use crate::durable_file::{create_private_dir, flush_dir};
use crate::migrate::{MIGRATIONS, refuse_newer};
use crate::{DATABASE_NAME, DatabaseKey, Store, StoreError, attachment};

/// The key file; the anchor is not copied, because it belongs to this PC.
const KEY_FILE: &str = "keys.json";

/// What a backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackupReport {
    /// Bytes of the database copy.
    pub database_bytes: u64,
    /// Attachment files copied.
    pub attachments: u64,
}

impl Store {
    /// Copies the store into `target`, which must be missing or empty. The copy of the database is checked page by
    /// page and opened with the same key before this returns.
    pub fn backup(&self, target: &Path) -> Result<BackupReport, StoreError> {
        create_private_dir(target)?;
        if fs::read_dir(target)?.next().is_some() {
            return Err(StoreError::DatabaseExists);
        }
        let copy = target.join(DATABASE_NAME);
        self.read(|reader| copy_database(reader.connection(), &copy, self.key()))?;
        attachment::create_dir(target)?;
        let mut attachments = 0;
        for entry in fs::read_dir(attachment::dir(self.dir()))? {
            let entry = entry?;
            if entry.file_name().to_str().is_some_and(|name| name.parse::<qianban_journal::Digest>().is_ok())
            {
                copy_file(&entry.path(), &attachment::dir(target).join(entry.file_name()))?;
                attachments += 1;
            }
        }
        match copy_file(&self.dir().join(KEY_FILE), &target.join(KEY_FILE)) {
            // A store may be used without a key file, as tests do.
            Err(StoreError::Io(error)) if error.kind() == ErrorKind::NotFound => {}
            other => other?,
        }
        flush_dir(&attachment::dir(target))?;
        flush_dir(target)?;
        Ok(BackupReport { database_bytes: fs::metadata(&copy)?.len(), attachments })
    }
}

fn copy_file(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::copy(from, to)?;
    Ok(fs::File::open(to)?.sync_all()?)
}

/// Copies a database of this key into a file, replacing what is there, then checks the copy and opens it on trial.
pub(crate) fn copy_database(source: &Connection, path: &Path, key: &DatabaseKey) -> Result<(), StoreError> {
    let temporary = path.with_extension("new");
    match fs::remove_file(&temporary) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let mut copy = connection::open(&temporary, key, Access::Create)?;
    run_backup(source, &mut copy)?;
    drop(copy);
    try_open(&temporary, key)?;
    fs::File::open(&temporary)?.sync_all()?;
    fs::rename(&temporary, path)?;
    Ok(path.parent().map_or(Ok(()), flush_dir)?)
}

/// One step for all pages: under a write-ahead log a reader keeps its snapshot and holds up no writer.
fn run_backup(source: &Connection, copy: &mut Connection) -> Result<(), StoreError> {
    match Backup::new(source, copy)?.step(-1)? {
        StepResult::Done => Ok(()),
        _ => {
            let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
            Err(StoreError::Busy(rusqlite::Error::SqliteFailure(code, None)))
        }
    }
}

/// Opens the copy with the key, checks every page's authentication code and the structure, and its version.
fn try_open(path: &Path, key: &DatabaseKey) -> Result<(), StoreError> {
    let copy = connection::open(path, key, Access::Write)?;
    refuse_newer(&copy, MIGRATIONS)?;
    crate::verify::check_pages(&copy)?;
    Ok(())
}
