//! One opened SQLCipher connection: its key, its pragmas, and what is read back.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use zeroize::Zeroizing;

use crate::{DatabaseKey, StoreError};

/// How long a statement waits for another program that holds the file, such as a virus scanner (faults 8).
pub const BUSY_TIMEOUT_MS: u64 = 30_000;
/// Page cache of one connection.
const CACHE_KIB: u32 = 16 * 1024;
/// Prepared statements one connection keeps.
const STATEMENTS: usize = 128;

/// What a connection may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Make the file if it is missing.
    Create,
    /// Read and write an existing file.
    Write,
    /// Read only.
    Read,
}

/// Opens and keys `path`; the first page is read, so a wrong key is found here.
pub(crate) fn open(path: &Path, key: &DatabaseKey, access: Access) -> Result<Connection, StoreError> {
    let flags = match access {
        Access::Create => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let connection = open_keyed(path, key, flags)?;
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
    if access != Access::Read {
        let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        if mode != "wal" {
            return Err(StoreError::NoWriteAheadLog);
        }
    }
    connection.execute_batch(&format!(
        "PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA mmap_size = 0;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -{CACHE_KIB};"
    ))?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// Opens `path` without reading a page: for the check of a file whose pages may be damaged.
pub(crate) fn open_unread(path: &Path, key: &DatabaseKey) -> Result<Connection, StoreError> {
    open_keyed(path, key, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

fn open_keyed(path: &Path, key: &DatabaseKey, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_millis(BUSY_TIMEOUT_MS))?;
    give_key(&connection, key)?;
    Ok(connection)
}

/// The raw key: no stretching, the vault has done that. SQLCipher would write its complaints to standard error; they
/// come back as errors anyway.
fn give_key(connection: &Connection, key: &DatabaseKey) -> Result<(), StoreError> {
    let digits = Zeroizing::new(hex::encode(key.as_bytes()));
    let pragma = Zeroizing::new(format!(
        "PRAGMA cipher_log_level = NONE; PRAGMA key = \"x'{}'\"; PRAGMA cipher_compatibility = 4;",
        *digits
    ));
    Ok(connection.execute_batch(&pragma)?)
}
