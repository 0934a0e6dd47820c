//! Every crate says what it is once: its README is its crate doc.

use super::Finding;
use super::tree::Tree;

const INCLUDED: &str = "#![doc = include_str!(\"../README.md\")]";

/// Every crate has a README.md, and its root file includes it.
pub(super) fn rule(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (folder, _) in tree.crates() {
        if tree.text(&format!("{folder}/README.md")).is_none_or(|text| text.trim().is_empty()) {
            findings.push(Finding::new(folder, "has no README.md"));
        }
        let roots = ["src/lib.rs", "src/main.rs", "lib.rs"].map(|name| format!("{folder}/{name}"));
        let root = roots.iter().find_map(|path| Some((path, tree.text(path)?)));
        let included = |text: &str| text.contains(INCLUDED) || text.contains(&INCLUDED.replace("../", ""));
        match root {
            Some((_, text)) if included(text) => {}
            Some((path, _)) => findings.push(Finding::new(path, format!("does not say {INCLUDED}"))),
            None => findings.push(Finding::new(folder, "has no root file")),
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_is_the_crate_doc() {
        let good =
            [("crates/a/Cargo.toml", ""), ("crates/a/README.md", "# a"), ("crates/a/src/lib.rs", INCLUDED)];
        assert_eq!(rule(&Tree::of(&good)), []);
        let bad = [("crates/a/Cargo.toml", ""), ("crates/a/src/lib.rs", "//! a")];
        assert_eq!(rule(&Tree::of(&bad)).len(), 2, "neither a README nor the include");
    }
}
