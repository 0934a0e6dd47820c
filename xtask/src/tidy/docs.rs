//! Documents say only what the tree has: paths in backticks exist, links are local and lead somewhere.

use super::Finding;
use super::tree::{Entry, Tree};

/// A token in backticks that starts with one of these speaks of the tree.
const ROOTS: &[&str] =
    &[".ci/", ".cargo/", "assets/", "crates/", "docs/", "src-tauri/", "tests/", "ui/", "xtask/"];

/// Products of a build, named in documents but not in git.
const PRODUCTS: &[&str] = &["ui/dist", "ui/node_modules"];

/// The change log may speak of what is gone.
const HISTORY: &str = "CHANGELOG.md";

/// Every Markdown file's paths and links.
pub(super) fn rule(tree: &Tree) -> Vec<Finding> {
    let documents = tree.files.iter().filter(|file| file.path.ends_with(".md") && file.path != HISTORY);
    documents.flat_map(|document| of_document(tree, document)).collect()
}

fn of_document(tree: &Tree, document: &Entry) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut fenced = false;
    for (number, line) in document.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        let place = format!("{}:{}", document.path, number + 1);
        if !fenced {
            findings.extend(
                quoted_paths(line)
                    .filter(|path| !exists(tree, path))
                    .map(|path| Finding::new(&place, format!("{path} is not in the tree"))),
            );
        }
        findings.extend(
            links(line)
                .filter_map(|link| of_link(tree, &document.path, link))
                .map(|what| Finding::new(&place, what)),
        );
    }
    findings
}

/// The tokens in backticks that look like paths of the tree.
fn quoted_paths(line: &str) -> impl Iterator<Item = &str> {
    let quoted = line.split('`').skip(1).step_by(2);
    quoted.filter(|token| {
        ROOTS.iter().any(|root| token.starts_with(root)) && !token.contains(char::is_whitespace)
    })
}

/// A path with `*` or `<…>` is looked up as far as it is certain.
fn exists(tree: &Tree, path: &str) -> bool {
    if PRODUCTS.iter().any(|product| path.starts_with(product)) {
        return true;
    }
    match path.find(['*', '<', '{', '…']) {
        Some(end) => path[..end].rfind('/').is_none_or(|slash| tree.has(&path[..slash])),
        None => tree.has(path),
    }
}

/// The targets of `[text](target)`.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

fn of_link(tree: &Tree, document: &str, link: &str) -> Option<String> {
    let target = link.split('#').next().unwrap_or_default();
    if link.contains("://") || link.starts_with("mailto:") {
        return Some(format!("{link} is not local: an office has no network"));
    }
    if target.is_empty() || exists(tree, &resolve(document, target)) {
        return None;
    }
    Some(format!("the link {link} leads nowhere"))
}

/// A path relative to the folder of a document, from the root.
fn resolve(document: &str, target: &str) -> String {
    let mut parts: Vec<&str> = document.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Vec<String> {
        let tree = Tree::of(&[("docs/adr/0001-a.md", line), ("docs/b.md", ""), ("crates/a/src/lib.rs", "")]);
        rule(&tree).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn paths_in_backticks_exist() {
        assert!(found("see `crates/a`, `crates/*/src` and `target/tour/`, build `ui/dist`").is_empty());
        assert_eq!(found("see `crates/b/src`"), ["crates/b/src is not in the tree"]);
    }

    #[test]
    fn links_are_local_and_lead_somewhere() {
        assert!(found("[b](../b.md#part) [top](#top)").is_empty());
        assert_eq!(found("[b](b.md)"), ["the link b.md leads nowhere"]);
        assert_eq!(found("[b](https://example.org)").len(), 1);
    }
}
