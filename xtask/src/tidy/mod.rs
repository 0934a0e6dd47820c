//! `tidy`: the rules of the tree that no compiler holds. One file per rule, each a function from texts to findings.

mod docs;
mod faults;
mod forms;
mod ignored;
mod imports;
mod names;
mod protocol;
mod readmes;
mod sizes;
mod tree;
mod unused;

use crate::place::Place;
use crate::process::Stop;
use tree::Tree;

/// One place where a rule is broken.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    /// Path from the root, with the line where there is one.
    place: String,
    /// What is wrong and what would be right.
    what: String,
}

impl Finding {
    fn new(place: impl Into<String>, what: impl Into<String>) -> Finding {
        Finding { place: place.into(), what: what.into() }
    }
}

type Rule = fn(&Tree) -> Vec<Finding>;

const RULES: &[(&str, Rule)] = &[
    ("imports", imports::rule),
    ("sizes", sizes::rule),
    ("names", names::rule),
    ("forms", forms::rule),
    ("readmes", readmes::rule),
    ("docs", docs::rule),
    ("protocol", protocol::rule),
    ("faults", faults::rule),
    ("unused", unused::rule),
    ("ignored", ignored::rule),
];

/// Applies every rule to the files of this clone that git knows or would add.
pub(crate) fn tidy(place: &Place) -> Result<(), Stop> {
    let tree = Tree::read(place)?;
    let mut count = 0;
    for (name, rule) in RULES {
        let mut findings = rule(&tree);
        findings.sort();
        count += findings.len();
        for Finding { place, what } in findings {
            println!("{name}: {place}: {what}");
        }
    }
    match count {
        0 => {
            println!("tidy: {} files, {} rules, nothing found", tree.files.len(), RULES.len());
            Ok(())
        }
        _ => Err(Stop::new(format!("tidy found {count}"))),
    }
}
