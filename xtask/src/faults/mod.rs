//! `faults`: the tests of every fault, and `docs/faults.md` from what became of them.

pub(crate) mod page;
pub(crate) mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::place::Place;
use crate::process::{Stop, read, run};
use crate::setup;
use page::{Outcome, PAGE};
use rows::{ROWS, Row, Test};

/// The profile of `.config/nextest.toml` that writes its results into a file, and that file.
const PROFILE: &str = "faults";
const RESULTS: &str = "target/nextest/faults/junit.xml";

/// Runs every test that a row names and writes the page, whatever the outcome; fails when one of them failed.
pub(crate) fn faults(place: &Place) -> Result<(), Stop> {
    setup::tests(place)?;
    let text =
        fs::read_to_string(place.root.join(ROWS)).map_err(|error| Stop::new(format!("{ROWS}: {error}")))?;
    let rows = rows::parse(&text).map_err(Stop::new)?;
    let results = place.root.join(RESULTS);
    // Results of an earlier run are none of this one.
    let _ = fs::remove_file(&results);
    let filter = filter(&rows);
    let words = ["nextest", "run", "--workspace", "--no-fail-fast", "--profile", PROFILE, "-E", &filter];
    let ran = run(place.command("cargo").args(words).args(targets(&rows)));
    let xml =
        fs::read_to_string(&results).map_err(|error| Stop::new(format!("{}: {error}", results.display())))?;
    let outcomes = outcomes(&rows, &xml)?;
    let today = read(place.command("date").arg("+%F"))?;
    let page = page::page(&rows, &outcomes, today.trim());
    fs::write(place.root.join(PAGE), page).map_err(|error| Stop::new(format!("{PAGE}: {error}")))?;
    ran
}

/// The targets that these tests belong to, so that no others are built.
fn targets(rows: &[Row]) -> Vec<String> {
    let tests = rows.iter().flat_map(|row| &row.tests);
    let targets: BTreeSet<Option<String>> = tests.map(Test::target).collect();
    targets
        .into_iter()
        .flat_map(|target| target.map_or(vec!["--lib".to_owned()], |name| vec!["--test".to_owned(), name]))
        .collect()
}

/// nextest's expression for every test that a row names.
fn filter(rows: &[Row]) -> String {
    let mut binaries: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for test in rows.iter().flat_map(|row| &row.tests) {
        binaries.entry(test.binary()).or_default().insert(&test.name);
    }
    let one = |(binary, names): (String, BTreeSet<&str>)| {
        let names = names.into_iter().collect::<Vec<_>>().join("|");
        format!("(binary_id(={binary}) & test(/(^|::)({names})$/))")
    };
    binaries.into_iter().map(one).collect::<Vec<_>>().join(" | ")
}

/// What became of each test; every test that is named has run exactly once.
fn outcomes(rows: &[Row], junit: &str) -> Result<BTreeMap<Test, Outcome>, Stop> {
    let cases = cases(junit);
    let mut outcomes = BTreeMap::new();
    for test in rows.iter().flat_map(|row| &row.tests) {
        let mut of_test = cases.iter().filter(|(binary, name, _)| test.is(binary, name));
        match (of_test.next(), of_test.next()) {
            (Some((_, _, outcome)), None) => outcomes.insert(test.clone(), *outcome),
            (None, _) => return Err(Stop::new(format!("{test} did not run"))),
            _ => return Err(Stop::new(format!("{test}: there are two of this name"))),
        };
    }
    Ok(outcomes)
}

/// Binary, name and outcome of every case in a JUnit file.
fn cases(junit: &str) -> Vec<(&str, &str, Outcome)> {
    let attribute = |case: &'_ str, name: &str| -> Option<(usize, usize)> {
        let start = case.find(&format!(" {name}=\""))? + name.len() + 3;
        Some((start, start + case.get(start..)?.find('"')?))
    };
    let of_case = |case| {
        let (name, binary) = (attribute(case, "name")?, attribute(case, "classname")?);
        let failed = case.contains("<failure") || case.contains("<error");
        let outcome = if failed { Outcome::Failed } else { Outcome::Passed };
        Some((case.get(binary.0..binary.1)?, case.get(name.0..name.1)?, outcome))
    };
    junit.split("<testcase").skip(1).filter_map(of_case).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const JUNIT: &str = r#"<testsuite name="qianban-store::store">
        <testcase name="opening::a" classname="qianban-store::store" time="0.1"></testcase>
        <testcase name="opening::b" classname="qianban-store::store"><failure type="x">no</failure></testcase>"#;

    fn rows(tests: &str) -> Vec<Row> {
        let text =
            format!("[[row]]\nn = \"1\"\nof = \"Time\"\nfault = \"f\"\nexpected = \"e\"\ntests = [{tests}]");
        rows::parse(&text).unwrap_or_default()
    }

    #[test]
    fn each_named_test_has_its_own_result() {
        let rows =
            rows(r#""crates/store/tests/store/opening.rs a", "crates/store/tests/store/opening.rs b""#);
        let outcomes = outcomes(&rows, JUNIT).unwrap_or_default();
        assert_eq!(outcomes.into_values().collect::<Vec<_>>(), [Outcome::Passed, Outcome::Failed]);
    }

    #[test]
    fn a_test_that_did_not_run_is_no_result() {
        assert!(outcomes(&rows(r#""crates/store/tests/store/opening.rs c""#), JUNIT).is_err());
        assert!(outcomes(&rows(r#""crates/sync/tests/http/a.rs a""#), JUNIT).is_err(), "of another binary");
    }
}
