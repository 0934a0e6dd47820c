//! No room called "everything else": such a name says that nobody decided what belongs there.

use super::Finding;
use super::tree::Tree;

const FORBIDDEN: &[&str] = &["util", "utils", "common", "manager", "helper", "helpers", "misc", "v2"];

/// No file and no folder whose name is, or contains as a word, a forbidden one.
pub(super) fn rule(tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<Finding> = tree.files.iter().filter_map(|file| of_path(&file.path)).collect();
    findings.dedup();
    findings
}

fn of_path(path: &str) -> Option<Finding> {
    let part = path.split('/').find(|part| {
        part.split(['.', '-', '_']).any(|word| FORBIDDEN.contains(&word.to_ascii_lowercase().as_str()))
    })?;
    Some(Finding::new(path, format!("{part:?} does not say what is in it")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_part_of_the_path() {
        for path in
            ["ui/src/utils/a.ts", "crates/a/src/common.rs", "crates/a/src/table_manager.rs", "a/api.v2.ts"]
        {
            assert!(of_path(path).is_some(), "{path} should be refused");
        }
    }

    #[test]
    fn parts_of_words_are_no_words() {
        for path in ["crates/a/src/commons.rs", "ui/src/feature/renewal/a.vue", "crates/a/src/folder.rs"] {
            assert_eq!(of_path(path), None);
        }
    }
}
