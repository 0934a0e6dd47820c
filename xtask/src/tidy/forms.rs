//! Forms are data: no source file may know a form by its id. Tests may.

use super::Finding;
use super::tree::Tree;

/// Folders whose Rust files are tests or belong to tests.
const TESTS: &[&str] = &["tests/", "crates/testkit/"];

/// No string literal in Rust source that is the id of a definition under `assets/forms`.
pub(super) fn rule(tree: &Tree) -> Vec<Finding> {
    let ids: Vec<String> = tree.below("assets/forms").filter_map(|file| id_of(&file.text)).collect();
    let sources = tree.files.iter().filter(|file| file.path.ends_with(".rs") && !is_test(&file.path));
    let mut findings = Vec::new();
    for file in sources {
        for (number, line) in before_tests(&file.text).lines().enumerate() {
            findings.extend(ids.iter().filter(|id| line.contains(&format!("\"{id}\""))).map(|id| {
                Finding::new(
                    format!("{}:{}", file.path, number + 1),
                    format!("knows the form {id:?} by name"),
                )
            }));
        }
    }
    findings
}

fn id_of(definition: &str) -> Option<String> {
    let table: toml::Table = definition.parse().ok()?;
    Some(table.get("id")?.as_str()?.to_owned())
}

fn is_test(path: &str) -> bool {
    TESTS.iter().any(|folder| path.starts_with(folder))
        || path.split('/').any(|part| matches!(part, "tests" | "benches" | "tests.rs"))
}

/// The text up to the module of unit tests.
fn before_tests(text: &str) -> &str {
    text.find("#[cfg(test)]\nmod ").map_or(text, |end| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: (&str, &str) = ("assets/forms/leave.toml", "id = \"leave-request\"");

    #[test]
    fn source_may_not_name_a_form() {
        let tree = Tree::of(&[FORM, ("crates/desk/src/a.rs", "\nif id == \"leave-request\" {")]);
        assert_eq!(
            rule(&tree),
            [Finding::new("crates/desk/src/a.rs:2", "knows the form \"leave-request\" by name")]
        );
    }

    #[test]
    fn tests_may() {
        let unit = "fn a() {}\n#[cfg(test)]\nmod tests { const A: &str = \"leave-request\"; }";
        let tree = Tree::of(&[
            FORM,
            ("crates/desk/src/a.rs", unit),
            ("crates/desk/tests/b.rs", "\"leave-request\""),
        ]);
        assert_eq!(rule(&tree), []);
    }
}
