//! Small rooms: source files of at most 500 lines. Functions are held by clippy's `too_many_lines` and ESLint's
//! `max-lines-per-function`.

use super::Finding;
use super::tree::Tree;

/// A file longer than this holds more than one idea.
const LINES: usize = 500;

/// The shell forwards; all that is in it together stays below this.
const SHELL_LINES: usize = 800;

const SOURCES: &[&str] = &[".rs", ".ts", ".vue", ".py", ".sql", ".css"];

/// Generated bindings are exempt: nobody reads them.
const GENERATED: &str = "ui/src/api/generated/";

/// No source file and no shell above its bound.
pub(super) fn rule(tree: &Tree) -> Vec<Finding> {
    let sources = tree.files.iter().filter(|file| SOURCES.iter().any(|end| file.path.ends_with(end)));
    let mut findings: Vec<Finding> = sources
        .filter(|file| !file.path.starts_with(GENERATED))
        .map(|file| (file, file.text.lines().count()))
        .filter(|(_, lines)| *lines > LINES)
        .map(|(file, lines)| Finding::new(&file.path, format!("{lines} lines, at most {LINES}")))
        .collect();
    let shell: usize = tree.below("src-tauri/src").map(|file| file.text.lines().count()).sum();
    if shell > SHELL_LINES {
        findings.push(Finding::new("src-tauri", format!("{shell} lines in all, at most {SHELL_LINES}")));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_is_inclusive() {
        let right = "x\n".repeat(LINES);
        let long = "x\n".repeat(LINES + 1);
        let tree =
            Tree::of(&[("crates/a/src/lib.rs", &right), ("ui/src/a.vue", &long), ("docs/a.md", &long)]);
        assert_eq!(rule(&tree), [Finding::new("ui/src/a.vue", "501 lines, at most 500")]);
    }

    #[test]
    fn the_shell_is_counted_whole() {
        let half = "x\n".repeat(450);
        let tree = Tree::of(&[("src-tauri/src/a.rs", &half), ("src-tauri/src/b.rs", &half)]);
        assert_eq!(rule(&tree), [Finding::new("src-tauri", "900 lines in all, at most 800")]);
    }
}
