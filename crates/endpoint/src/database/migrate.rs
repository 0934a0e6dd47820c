//! Migrations: the same file names in both folders, all pending ones in one transaction, their digests kept.

use qianban_journal::digest;

use super::DatabaseError;

/// One migration, in the words of both engines.
pub(super) struct Migration {
    /// From 1, without a hole.
    pub(super) number: i64,
    /// For SQLite.
    pub(super) sqlite: &'static str,
    /// For PostgreSQL.
    pub(super) postgres: &'static str,
}

/// Every migration of this program.
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        sqlite: include_str!("../../migrations/sqlite/0001_foundation.sql"),
        postgres: include_str!("../../migrations/postgres/0001_foundation.sql"),
    },
    Migration {
        number: 2,
        sqlite: include_str!("../../migrations/sqlite/0002_possession.sql"),
        postgres: include_str!("../../migrations/postgres/0002_possession.sql"),
    },
];

/// The migrations that are still to be applied, given those that were.
///
/// # Errors
/// Another text was applied, or a newer program's.
pub(super) fn pending(
    applied: &[(i64, Vec<u8>)],
    text: fn(&Migration) -> &'static str,
) -> Result<&'static [Migration], DatabaseError> {
    for (place, (number, checksum)) in applied.iter().enumerate() {
        let known = MIGRATIONS.get(place).filter(|migration| migration.number == *number);
        if known.is_none_or(|migration| checksum_of(text(migration)) != *checksum) {
            return Err(DatabaseError::Migration { number: *number });
        }
    }
    Ok(&MIGRATIONS[applied.len()..])
}

/// What is kept of a text that was applied.
pub(super) fn checksum_of(text: &str) -> Vec<u8> {
    digest(text.as_bytes()).0.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_text_or_a_newer_program_is_noticed() {
        let first = (1, checksum_of(MIGRATIONS[0].sqlite));
        assert_eq!(pending(&[], |m| m.sqlite).expect("all").len(), MIGRATIONS.len());
        assert_eq!(
            pending(std::slice::from_ref(&first), |m| m.sqlite).expect("the rest").len(),
            MIGRATIONS.len() - 1
        );
        let changed = pending(std::slice::from_ref(&first), |m| m.postgres);
        assert!(matches!(changed, Err(DatabaseError::Migration { number: 1 })));
        let newer = (2..).take(MIGRATIONS.len()).map(|number| (number, vec![])).collect::<Vec<_>>();
        assert!(pending(&[[first].as_slice(), &newer].concat(), |m| m.sqlite).is_err());
    }

    #[test]
    fn both_folders_have_the_same_tables() {
        let tables = |text: &str| -> Vec<String> {
            let names = text.lines().filter_map(|line| line.strip_prefix("CREATE TABLE "));
            names.map(|name| name.trim_end_matches(" (").to_owned()).collect()
        };
        for (place, migration) in (1..).zip(MIGRATIONS) {
            assert_eq!(migration.number, place);
            assert_eq!(tables(migration.sqlite), tables(migration.postgres));
        }
    }
}
