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
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration { number: 1, compatibility: 1, sql: include_str!("../migrations/0001_foundation.sql") },
    Migration { number: 2, compatibility: 1, sql: include_str!("../migrations/0002_links.sql") },
    Migration { number: 3, compatibility: 1, sql: include_str!("../migrations/0003_registry_times.sql") },
    Migration { number: 4, compatibility: 1, sql: include_str!("../migrations/0004_marks.sql") },
    Migration { number: 5, compatibility: 2, sql: include_str!("../migrations/0005_exchange.sql") },
    Migration { number: 6, compatibility: 2, sql: include_str!("../migrations/0006_seen.sql") },
    Migration { number: 7, compatibility: 2, sql: include_str!("../migrations/0007_wanted_files.sql") },
    Migration { number: 8, compatibility: 2, sql: include_str!("../migrations/0008_checkpoints.sql") },
    Migration { number: 9, compatibility: 2, sql: include_str!("../migrations/0009_pending_by_peer.sql") },
    Migration { number: 10, compatibility: 3, sql: include_str!("../migrations/0010_rivals.sql") },
];

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::{Access, open};

    const FIRST: Migration =
        Migration { number: 1, compatibility: 1, sql: "CREATE TABLE a (x); INSERT INTO a VALUES (1);" };
    const SECOND: Migration =
        Migration { number: 2, compatibility: 2, sql: "ALTER TABLE a ADD COLUMN y; UPDATE a SET y = 2;" };
    const HARMLESS: Migration = Migration { number: 3, compatibility: 2, sql: "CREATE INDEX a_x ON a (x);" };
    const BROKEN: Migration =
        Migration { number: 3, compatibility: 3, sql: "DELETE FROM a; SELECT * FROM nowhere;" };

    fn file() -> (tempfile::TempDir, DatabaseKey, Connection) {
        let dir = tempfile::tempdir().unwrap();
        let key = DatabaseKey::generate().unwrap();
        let connection = open(&dir.path().join("a.db"), &key, Access::Create).unwrap();
        (dir, key, connection)
    }

    fn version(connection: &Connection) -> u32 {
        connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn an_interrupted_migration_leaves_the_old_file_and_resumes() {
        let (dir, key, mut connection) = file();
        migrate(&mut connection, dir.path(), &key, &[FIRST]).unwrap();
        assert!(!dir.path().join("before-0001.db").exists(), "an empty file needs no copy");
        let broken = migrate(&mut connection, dir.path(), &key, &[FIRST, SECOND, BROKEN]);
        assert!(matches!(broken, Err(StoreError::Sql(_))), "{broken:?}");
        assert_eq!(version(&connection), 1);
        assert!(connection.prepare("SELECT y FROM a").is_err(), "the second one went with the third");
        migrate(&mut connection, dir.path(), &key, &[FIRST, SECOND]).unwrap();
        let row: (i64, i64) =
            connection.query_row("SELECT x, y FROM a", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        assert_eq!((row, version(&connection)), ((1, 2), 2));
        migrate(&mut connection, dir.path(), &key, &[FIRST, SECOND]).unwrap();
        let copy = open(&dir.path().join("before-0002.db"), &key, Access::Read).unwrap();
        assert_eq!(version(&copy), 1, "the copy is the file before");
    }

    #[test]
    fn an_older_program_writes_a_newer_file_only_if_that_is_harmless() {
        let (dir, key, mut connection) = file();
        migrate(&mut connection, dir.path(), &key, &[FIRST, SECOND, HARMLESS]).unwrap();
        assert!(migrate(&mut connection, dir.path(), &key, &[FIRST, SECOND]).is_ok());
        let refused = migrate(&mut connection, dir.path(), &key, &[FIRST]);
        assert!(matches!(refused, Err(StoreError::NewerDatabase { found: 2, known: 1 })));
    }

    #[test]
    fn migrations_are_numbered_without_a_hole_and_compatibility_never_falls() {
        for (place, migration) in (1..).zip(MIGRATIONS) {
            assert_eq!(migration.number, place);
        }
        assert!(MIGRATIONS.is_sorted_by_key(|migration| migration.compatibility));
    }
}
