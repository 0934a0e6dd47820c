//! Bringing a file up to this program (habit 12): numbered SQL files, all pending ones in one transaction, their
//! checksums kept, a copy made before a non-empty file changes, and a number by which an older program knows that it
//! must not write.

use std::path::Path;

use qianban_journal::digest;
use rusqlite::{Connection, TransactionBehavior};

use crate::{DatabaseKey, StoreError, backup};

/// One migration file.
pub(crate) struct Migration {
    /// Its number, from 1 without a hole.
    pub(crate) number: u32,
    /// `user_version` afterwards. It rises only when an older program could no longer write the file rightly.
    pub(crate) compatibility: u32,
    /// Its text.
    pub(crate) sql: &'static str,
}

/// Every migration of this program.
pub(crate) const MIGRATIONS: &[Migration] =
    &[Migration { number: 1, compatibility: 1, sql: include_str!("../migrations/0001_foundation.sql") }];

/// Refuses a file that a newer program wrote.
pub(crate) fn refuse_newer(connection: &Connection, known: &[Migration]) -> Result<(), StoreError> {
    let found: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let known = known.last().map_or(0, |migration| migration.compatibility);
    if found > known { Err(StoreError::NewerDatabase { found, known }) } else { Ok(()) }
}

/// Applies what is pending; on any error the file is as before. `dir` receives the copy `before-NNNN.db`.
pub(crate) fn migrate(
    connection: &mut Connection,
    dir: &Path,
    key: &DatabaseKey,
    migrations: &[Migration],
) -> Result<(), StoreError> {
    refuse_newer(connection, migrations)?;
    let applied = applied(connection)?;
    for ((number, checksum), migration) in applied.iter().zip(migrations) {
        if *number != migration.number || checksum[..] != digest(migration.sql.as_bytes()).as_bytes()[..] {
            return Err(StoreError::MigrationChanged { number: migration.number });
        }
    }
    let pending = migrations.get(applied.len()..).unwrap_or_default();
    let Some(first) = pending.first() else { return Ok(()) };
    if !applied.is_empty() {
        backup::copy_database(connection, &dir.join(format!("before-{:04}.db", first.number)), key)?;
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(
        "CREATE TABLE IF NOT EXISTS migration (
             number INTEGER PRIMARY KEY NOT NULL, checksum BLOB NOT NULL
         ) STRICT",
    )?;
    for migration in pending {
        transaction.execute_batch(migration.sql)?;
        let checksum = digest(migration.sql.as_bytes());
        transaction.execute(
            "INSERT INTO migration (number, checksum) VALUES (?1, ?2)",
            (migration.number, &checksum.as_bytes()[..]),
        )?;
        transaction.pragma_update(None, "user_version", migration.compatibility)?;
    }
    Ok(transaction.commit()?)
}

fn applied(connection: &Connection) -> Result<Vec<(u32, Vec<u8>)>, StoreError> {
    if !connection.table_exists(None, "migration")? {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare("SELECT number, checksum FROM migration ORDER BY number")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
