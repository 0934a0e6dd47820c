//! Finding forms by any character, word, number, unit or person.

mod token;

use rusqlite::params;

use crate::{StoreError, Writer};
pub(crate) use token::expression;

/// Replaces the searched text of a form, and what the index holds of it.
pub(crate) fn put_search(writer: &Writer<'_>, form: i64, text: &str) -> Result<(), StoreError> {
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
