//! A fuzz target without a fuzzer: over its corpus, and over the corpus changed at random places, the same in every run.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the corpus lies in files of the tree, and what breaks a target is told"
)]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// Changes of one input.
const CHANGES_MAX: usize = 4;

/// Prints the input that broke the target.
struct Broken<'a>(&'a str, &'a [u8]);

impl Drop for Broken<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let hex = self.1.iter().fold(String::new(), |mut text, byte| {
                // Writing to a text cannot fail.
                let _ = write!(text, "{byte:02x}");
                text
            });
            println!("{} breaks on {hex}", self.0);
        }
    }
}

/// Runs `target` over the corpus of that name, `more` folders besides, and `changed` changed inputs.
pub(crate) fn replay(name: &str, more: &[&str], changed: usize, target: impl Fn(&[u8])) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let own = root.join("fuzz/corpus").join(name);
    let folders = std::iter::once(own).chain(more.iter().map(|folder| root.join(folder)));
    let mut corpus: Vec<Vec<u8>> = folders.flat_map(|folder| files(&folder)).collect();
    assert!(corpus.len() >= 10, "{name}: a corpus of {} inputs", corpus.len());
    corpus.push(Vec::new());
    let run = |input: &[u8]| {
        let _told = Broken(name, input);
        target(input);
    };
    corpus.iter().for_each(|input| run(input));
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    for _ in 0..changed {
        let mut input = chance.pick(&corpus).clone();
        for _ in 0..=chance.below(CHANGES_MAX) {
            change(&mut chance, &mut input, &corpus);
        }
        run(&input);
    }
}

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().filter(|path| path.is_file()).map(|path| fs::read(path).expect("readable")).collect()
}

/// Numbers that are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % below.max(1)
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// A part of bytes, as start and end.
    fn part(&mut self, length: usize) -> (usize, usize) {
        let (one, other) = (self.below(length + 1), self.below(length + 1));
        (one.min(other), one.max(other))
    }
}

fn change(chance: &mut Chance, input: &mut Vec<u8>, corpus: &[Vec<u8>]) {
    let at = chance.below(input.len());
    let (start, end) = chance.part(input.len());
    match chance.below(7) {
        0 if !input.is_empty() => input[at] ^= 1 << chance.below(8),
        1 if !input.is_empty() => input[at] = *chance.pick(&[0, 1, 0x17, 0x18, 0x7F, 0x80, 0xFF]),
        2 => input.insert(at, chance.below(256) as u8),
        3 => drop(input.drain(start..end)),
        4 => input.truncate(end),
        5 => {
            let part = input[start..end.min(start + 64)].to_vec();
            drop(input.splice(end..end, part));
        }
        _ => {
            let other = chance.pick(corpus);
            let (from, to) = chance.part(other.len());
            drop(input.splice(start..end, other[from..to].iter().copied()));
        }
    }
}
