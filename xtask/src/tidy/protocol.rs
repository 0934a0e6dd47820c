//! The page about the protocol was read again whenever its sources changed: it names the hash of what it describes.

use super::Finding;
use super::tree::Tree;

const SOURCES: &str = "crates/protocol/src";
const PAGE: &str = "docs/sync-protocol.md";

/// The page names the hash of the sources as they are.
pub(super) fn rule(tree: &Tree) -> Vec<Finding> {
    let hash = hash(tree);
    match (tree.below(SOURCES).next(), tree.text(PAGE)) {
        (None, None) => Vec::new(),
        (Some(_), Some(page)) if page.contains(&format!("`{hash}`")) => Vec::new(),
        _ => {
            let what = format!(
                "is about other sources: read what changed in {SOURCES}, correct the page, then write `{hash}`"
            );
            vec![Finding::new(PAGE, what)]
        }
    }
}

/// FNV-1a, 64 bits, of the paths and texts: enough to notice a change.
fn hash(tree: &Tree) -> String {
    let sources = tree.below(SOURCES).filter(|file| file.path.ends_with(".rs"));
    let bytes = sources.flat_map(|file| file.path.bytes().chain([0]).chain(file.text.bytes()).chain([0]));
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "crates/protocol/src/lib.rs";

    #[test]
    fn a_page_about_older_sources_is_found() {
        let hash = hash(&Tree::of(&[(SOURCE, "one")]));
        let page = format!("Kept in step with the sources: `{hash}`.");
        assert_eq!(rule(&Tree::of(&[(SOURCE, "one"), (PAGE, &page)])), []);
        assert_eq!(rule(&Tree::of(&[(SOURCE, "two"), (PAGE, &page)])).len(), 1);
        assert_eq!(rule(&Tree::of(&[(SOURCE, "one")])).len(), 1, "and so is a missing one");
    }
}
