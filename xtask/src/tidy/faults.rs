//! Every fault names tests that exist, and the page of faults has every row and no failure.

use super::Finding;
use super::tree::Tree;
use crate::faults::page::{FAILED, PAGE, start};
use crate::faults::rows::{ROWS, Row, Test, parse};

/// Lines before a function within which its attributes stand.
const ATTRIBUTES: usize = 6;

/// The rows against the tests and the page.
pub(super) fn rule(tree: &Tree) -> Vec<Finding> {
    let Some(text) = tree.text(ROWS) else { return Vec::new() };
    match parse(text) {
        Ok(rows) => rows.iter().flat_map(|row| of_row(tree, row)).collect(),
        Err(what) => vec![Finding::new(ROWS, what)],
    }
}

fn of_row(tree: &Tree, row: &Row) -> Vec<Finding> {
    let gone = row.tests.iter().filter(|test| !exists(tree, test));
    let mut findings: Vec<Finding> =
        gone.map(|test| Finding::new(ROWS, format!("row {}: there is no test {test}", row.n))).collect();
    let start = start(row);
    let line = tree.text(PAGE).and_then(|page| page.lines().find(|line| line.starts_with(&start)));
    let what = match line {
        None => format!("row {} is another one: `cargo xtask faults` writes it anew", row.n),
        Some(line) if line.contains(FAILED) => format!("row {} says that a test failed", row.n),
        Some(_) => return findings,
    };
    findings.push(Finding::new(PAGE, what));
    findings
}

/// Whether the file has a function of this name that is a test.
fn exists(tree: &Tree, test: &Test) -> bool {
    let lines: Vec<&str> = tree.text(&test.file).unwrap_or_default().lines().collect();
    let function = format!("fn {}(", test.name);
    let mut found = lines.iter().enumerate().filter(|(_, line)| line.contains(&function)).map(|(at, _)| at);
    found.any(|at| {
        let before = lines.get(at.saturating_sub(ATTRIBUTES)..at).unwrap_or_default();
        let attributes = before.iter().rev().take_while(|line| !line.trim_end().ends_with('}'));
        attributes
            .map(|line| line.trim_start())
            .any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = "[[row]]\nn = \"1\"\nof = \"Time\"\nfault = \"f\"\nexpected = \"e\"\ntests = [\"crates/a/src/b.rs c\"]";
    const LINE: &str = "| 1 | f | e | `crates/a/src/b.rs`: `c` | ✓ |";

    fn found(test: &str, page: &str) -> usize {
        rule(&Tree::of(&[(ROWS, ROW), ("crates/a/src/b.rs", test), (PAGE, page)])).len()
    }

    #[test]
    fn a_row_without_its_test_is_found() {
        assert_eq!(found("#[test]\nfn c() {}", LINE), 0);
        assert_eq!(found("#[tokio::test(flavor = \"multi_thread\")]\nasync fn c() {}", LINE), 0);
        assert_eq!(found("#[test]\nfn d() {}", LINE), 1, "another name");
        assert_eq!(found("#[test]\nfn d() {\n}\n\nfn c() {}", LINE), 1, "no test");
    }

    #[test]
    fn a_row_that_the_page_has_not_is_found() {
        assert_eq!(found("#[test]\nfn c() {}", "| 1 | f | other | |"), 1);
        assert_eq!(found("#[test]\nfn c() {}", &LINE.replace('✓', "✗ c")), 1);
    }
}
