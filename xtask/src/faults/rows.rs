//! `tests/faults.toml`: every fault with what is expected and which tests try it.

use std::fmt;

/// The file.
pub(crate) const ROWS: &str = "tests/faults.toml";

/// A fault or a bad input.
pub(crate) struct Row {
    /// Its number in the list, `1` to `72` with two that end in a letter.
    pub(crate) n: String,
    /// The part of the list that it belongs to.
    pub(crate) of: String,
    pub(crate) fault: String,
    pub(crate) expected: String,
    pub(crate) tests: Vec<Test>,
    /// What of it nothing here tries, and why.
    pub(crate) untried: Option<String>,
}

/// A test by the file that it stands in and its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Test {
    pub(crate) file: String,
    pub(crate) name: String,
}

impl Test {
    /// nextest's name of the binary that the file belongs to.
    pub(crate) fn binary(&self) -> String {
        let mut parts = self.file.trim_end_matches(".rs").split('/');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some("crates"), Some(of), Some("tests"), Some(target)) => format!("qianban-{of}::{target}"),
            (Some("crates"), Some(of), ..) => format!("qianban-{of}"),
            (Some("tests"), Some(target), ..) => format!("qianban-tests::{target}"),
            (Some(first), ..) => first.to_owned(),
            (None, ..) => String::new(),
        }
    }

    /// Its integration test, or none for the library itself.
    pub(crate) fn target(&self) -> Option<String> {
        self.binary().split_once("::").map(|(_, target)| target.to_owned())
    }

    /// Whether a case of a run is this test.
    pub(crate) fn is(&self, binary: &str, name: &str) -> bool {
        binary == self.binary() && name.rsplit("::").next() == Some(&self.name)
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.file, self.name)
    }
}

/// Reads the file.
///
/// # Errors
/// In words: the row that lacks something, that names a test twice, or that neither names a test nor says why.
pub(crate) fn parse(text: &str) -> Result<Vec<Row>, String> {
    let whole: toml::Table = text.parse().map_err(|error| format!("{ROWS}: {error}"))?;
    let rows = whole.get("row").and_then(toml::Value::as_array);
    rows.into_iter().flatten().map(|row| row_of(row).map_err(|what| format!("{ROWS}: {what}"))).collect()
}

fn row_of(row: &toml::Value) -> Result<Row, String> {
    let text = |key: &str| row.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    let n = text("n").ok_or("a row has no number")?;
    let needed = |key: &str| text(key).ok_or_else(|| format!("row {n} has no {key}"));
    let listed = row.get("tests").and_then(toml::Value::as_array).into_iter().flatten();
    let tests = listed.map(|test| test_of(test).ok_or_else(|| format!("row {n}: a test is \"FILE NAME\"")));
    let tests = tests.collect::<Result<Vec<_>, _>>()?;
    let mut different = tests.clone();
    different.sort();
    different.dedup();
    let untried = text("untried");
    if different.len() < tests.len() || (tests.is_empty() && untried.is_none()) {
        return Err(format!("row {n} names a test twice, or none and no reason"));
    }
    Ok(Row { of: needed("of")?, fault: needed("fault")?, expected: needed("expected")?, n, tests, untried })
}

fn test_of(test: &toml::Value) -> Option<Test> {
    let (file, name) = test.as_str()?.split_once(' ')?;
    Some(Test { file: file.to_owned(), name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binary(file: &str) -> String {
        Test { file: file.to_owned(), name: "a".to_owned() }.binary()
    }

    #[test]
    fn a_file_belongs_to_a_binary() {
        assert_eq!(binary("crates/store/tests/store/opening.rs"), "qianban-store::store");
        assert_eq!(binary("crates/desk/tests/restored.rs"), "qianban-desk::restored");
        assert_eq!(binary("crates/store/src/vault/delay.rs"), "qianban-store");
        assert_eq!(binary("tests/story/killed.rs"), "qianban-tests::story");
    }

    #[test]
    fn a_row_names_a_test_or_says_why_not() {
        let row =
            |more: &str| format!("[[row]]\nn = \"1\"\nof = \"o\"\nfault = \"f\"\nexpected = \"e\"\n{more}");
        assert!(parse(&row("tests = [\"a.rs b\"]")).is_ok());
        assert!(parse(&row("untried = \"no such hardware\"")).is_ok());
        assert!(parse(&row("")).is_err());
        assert!(parse(&row("tests = [\"a.rs b\", \"a.rs b\"]")).is_err());
        assert!(parse(&row("tests = [\"b\"]")).is_err());
    }
}
