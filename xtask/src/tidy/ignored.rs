//! A test that does not run is not a test.

use super::Finding;
use super::tree::Tree;

/// What switches a test off, by the end of the file's name.
const SWITCHES: &[(&str, &[&str])] = &[
    (".rs", &["#[ignore"]),
    (
        ".ts",
        &["it.skip(", "test.skip(", "describe.skip(", "it.only(", "test.only(", "describe.only(", "it.todo("],
    ),
];

/// This file and no other may write the words.
const HERE: &str = "xtask/src/tidy/ignored.rs";

/// No ignored, skipped or singled-out test.
pub(super) fn rule(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (end, switches) in SWITCHES {
        for file in tree.files.iter().filter(|file| file.path.ends_with(end) && file.path != HERE) {
            for (number, line) in file.text.lines().enumerate() {
                if switches.iter().any(|switch| line.trim_start().starts_with(switch)) {
                    findings.push(Finding::new(format!("{}:{}", file.path, number + 1), line.trim()));
                }
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switched_off_tests_are_found() {
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", "#[test]\n    #[ignore = \"slow\"]\nfn a() {}"),
            ("ui/src/a.test.ts", "it.skip('a', () => {})"),
            ("docs/a.md", "#[ignore]"),
        ]);
        let places: Vec<String> = rule(&tree).into_iter().map(|finding| finding.place).collect();
        assert_eq!(places, ["crates/a/src/lib.rs:2", "ui/src/a.test.ts:1"]);
    }
}
