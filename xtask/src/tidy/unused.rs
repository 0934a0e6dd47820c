//! A dependency that no file of its crate names is not used.

use super::Finding;
use super::tree::{Tree, dependencies};

/// Every name in a dependency section occurs as an identifier in a Rust file of the crate.
pub(super) fn rule(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (folder, manifest) in tree.crates() {
        for section in ["dependencies", "build-dependencies", "dev-dependencies"] {
            for name in dependencies(&manifest, section) {
                let identifier = name.replace('-', "_");
                let mut sources = tree.below(folder).filter(|file| file.path.ends_with(".rs"));
                if !sources.any(|file| names(&file.text, &identifier)) {
                    findings
                        .push(Finding::new(format!("{folder}/Cargo.toml"), format!("{name} is not used")));
                }
            }
        }
    }
    findings
}

/// Whether the text has this identifier, whole, outside a comment line.
fn names(text: &str, identifier: &str) -> bool {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut words = lines.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_'));
    words.any(|word| word == identifier)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unnamed_dependency_is_found() {
        let manifest = "[dependencies]\nserde-json = \"1\"\nhex = \"1\"\n";
        let source = "use serde_json::Value;\n// hex is only spoken of\nlet hexagon = 6;";
        let tree = Tree::of(&[("crates/a/Cargo.toml", manifest), ("crates/a/src/lib.rs", source)]);
        assert_eq!(rule(&tree), [Finding::new("crates/a/Cargo.toml", "hex is not used")]);
    }
}
