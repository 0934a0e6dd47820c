//! The files that the rules look at.

use std::fs;

use crate::place::Place;
use crate::process::{Stop, read};

/// The folder of the fuzzers.
const FUZZERS: &str = "fuzz";

/// One file: its path from the root with `/`, and its text if it is text.
pub(super) struct Entry {
    pub(super) path: String,
    pub(super) text: String,
}

/// All files of the clone that git knows or would add, in the order of their paths.
#[derive(Default)]
pub(super) struct Tree {
    pub(super) files: Vec<Entry>,
}

impl Tree {
    /// Reads the clone; a file that is not UTF-8 has an empty text.
    pub(super) fn read(place: &Place) -> Result<Tree, Stop> {
        let listed = read(place.command("git").args([
            "-c",
            "core.quotePath=false",
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "--deduplicate",
        ]))?;
        let mut files: Vec<Entry> = listed
            .lines()
            .filter_map(|path| {
                let bytes = fs::read(place.root.join(path)).ok()?;
                Some(Entry { path: path.to_owned(), text: String::from_utf8(bytes).unwrap_or_default() })
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Tree { files })
    }

    /// The text of one file.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    }

    /// Whether a file or a folder has this path.
    pub(super) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.files.iter().any(|file| {
            file.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// Files below a folder, the folder given without its last `/`.
    pub(super) fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a Entry> + 'a {
        self.files
            .iter()
            .filter(move |file| file.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
    }

    /// Every crate of the workspace: its folder and its parsed `Cargo.toml`. The fuzzers are a workspace of their own.
    pub(super) fn crates(&self) -> Vec<(&str, toml::Table)> {
        let manifests =
            self.files.iter().filter_map(|file| Some((file.path.strip_suffix("/Cargo.toml")?, file)));
        let manifests = manifests.filter(|(folder, _)| *folder != FUZZERS);
        manifests.filter_map(|(folder, file)| Some((folder, file.text.parse().ok()?))).collect()
    }
}

/// The names in one dependency section of a manifest.
pub(super) fn dependencies<'a>(manifest: &'a toml::Table, section: &str) -> Vec<&'a str> {
    let table = manifest.get(section).and_then(toml::Value::as_table);
    table.map(|table| table.keys().map(String::as_str).collect()).unwrap_or_default()
}

#[cfg(test)]
impl Tree {
    /// A tree for a rule's test.
    pub(super) fn of(files: &[(&str, &str)]) -> Tree {
        let entry =
            |(path, text): &(&str, &str)| Entry { path: (*path).to_owned(), text: (*text).to_owned() };
        Tree { files: files.iter().map(entry).collect() }
    }
}
