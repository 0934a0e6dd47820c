//! `docs/faults.md`.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::rows::{ROWS, Row, Test};

/// The page.
pub(crate) const PAGE: &str = "docs/faults.md";

/// What became of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It ran to its end.
    Passed,
    /// It found something, or broke.
    Failed,
}

/// The whole page.
pub(crate) fn page(rows: &[Row], outcomes: &BTreeMap<Test, Outcome>, day: &str) -> String {
    let failed = outcomes.values().filter(|outcome| **outcome == Outcome::Failed).count();
    let untested = rows.iter().filter(|row| row.tests.is_empty()).count();
    let mut page = format!(
        "# Faults and bad inputs\n\n\
         Written by `cargo xtask faults`, which runs every test named here, from `{ROWS}`; not to be edited. `cargo xtask tidy` \
         checks that every test still exists under its name and that this page has every row. How crashes, kills, cut connections \
         and random bytes are made, and longer runs of them, is in [fuzzing.md](fuzzing.md).\n\n\
         {day}: {} rows, {} tests, {failed} failed; {untested} rows are tried by nothing here and say why.\n",
        rows.len(),
        outcomes.len(),
    );
    for of in rows.chunk_by(|a, b| a.of == b.of) {
        let title = of.first().map(|row| row.of.as_str()).unwrap_or_default();
        page.push_str(&format!(
            "\n## {title}\n\n| # | fault or input | expected | tests | result |\n|---|---|---|---|---|\n"
        ));
        for row in of {
            page.push_str(&format!("{} {} |\n", start(row), result(row, outcomes)));
        }
    }
    page
}

/// A row without its result.
pub(crate) fn start(row: &Row) -> String {
    let by_file = row.tests.chunk_by(|a, b| a.file == b.file).map(|of_file| {
        let file = of_file.first().map(|test| test.file.as_str()).unwrap_or_default();
        let names = of_file.iter().map(|test| format!("`{}`", test.name)).collect::<Vec<_>>().join(", ");
        format!("`{file}`: {names}")
    });
    let tests = by_file.collect::<Vec<_>>().join("; ");
    let Row { n, fault, expected, .. } = row;
    format!("| {n} | {fault} | {expected} | {tests} |")
}

/// The mark by which a row says that a test failed.
pub(crate) const FAILED: &str = "✗";

fn result(row: &Row, outcomes: &BTreeMap<Test, Outcome>) -> String {
    let mut result = String::new();
    let failed = row.tests.iter().filter(|test| outcomes.get(test) != Some(&Outcome::Passed));
    for test in failed {
        // Writing to a text cannot fail.
        let _ = write!(result, "{FAILED} {} ", test.name);
    }
    if result.is_empty() && !row.tests.is_empty() {
        result.push_str("✓ ");
    }
    if let Some(untried) = &row.untried {
        let _ = write!(result, "not tried: {untried}");
    }
    result.trim_end().to_owned()
}
