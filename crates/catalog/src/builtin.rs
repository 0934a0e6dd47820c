//! The six do-tables that every definition has: `print`, `paper`, `note`, `remind`, `export`, `close`.

use crate::scene::Rows;
use crate::source::SourceTable;
use crate::value::Value;
use serde::Deserialize;
use std::sync::LazyLock;

const TEXT: &str = include_str!("builtin.toml");

/// Name of the table whose row closes a form (V7).
pub const CLOSE: &str = "close";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BuiltIns {
    table: Vec<SourceTable>,
}

/// The tables as data; empty only if `builtin.toml` of this crate were broken, which its test tells.
static TABLES: LazyLock<Vec<SourceTable>> =
    LazyLock::new(|| toml::from_str::<BuiltIns>(TEXT).map(|built_ins| built_ins.table).unwrap_or_default());

/// The built-in tables in their order.
pub(crate) fn tables() -> &'static [SourceTable] {
    &TABLES
}

/// The built-in table of this name.
pub(crate) fn table(name: &str) -> Option<&'static SourceTable> {
    TABLES.iter().find(|table| table.name.get_ref() == name)
}

/// Whether the signed paper is back: an entry in `paper` says so and carries its scan (W055). This is the fact
/// `facts.ink_copy` of expressions.
pub fn ink_copy(entries: &Rows) -> bool {
    entries.get("paper").is_some_and(|rows| {
        rows.iter().any(|row| {
            let row = &row.content;
            row.get("event") == Some(&Value::Choice("returned".to_owned()))
                && row.get("scan").is_some_and(|scan| !scan.is_empty())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_six_tables_are_there() {
        let names: Vec<&str> = tables().iter().map(|table| table.name.get_ref().as_str()).collect();
        assert_eq!(names, ["print", "paper", "note", "remind", "export", "close"]);
        assert!(toml::from_str::<BuiltIns>(TEXT).is_ok());
    }
}
