//! Finding forms by any character, word, number, unit or person.

mod token;

use rusqlite::{OptionalExtension, params};

use crate::{StoreError, Writer};
pub(crate) use token::expression;

/// Replaces the searched text of a form and, where it changed, what the index holds of it.
pub(crate) fn put_search(writer: &Writer<'_>, form: i64, text: &str) -> Result<(), StoreError> {
    let stored: Option<String> = writer
        .statement("SELECT text FROM search WHERE form = ?1")?
        .query_row([form], |row| row.get(0))
        .optional()?;
    if stored.as_deref() == Some(text) {
        return Ok(());
    }
    let tokens = token::tokens(text);
    writer
        .statement(
            "INSERT INTO search (form, text) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET text = excluded.text",
        )?
        .execute(params![form, text])?;
    writer
        .statement("INSERT OR REPLACE INTO search_index (rowid, single, pair) VALUES (?1, ?2, ?3)")?
        .execute(params![form, tokens.single, tokens.pair])?;
    Ok(())
}
