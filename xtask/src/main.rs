#![doc = include_str!("../README.md")]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this program speaks to a person at a terminal"
)]

mod bench;
mod bindings;
mod check;
mod desktop;
mod faults;
mod fuzz;
mod place;
mod process;
mod program;
mod run;
mod setup;
mod test;
mod tidy;
mod tour;
mod ui;

use std::process::ExitCode;

use place::Place;
use process::Stop;

/// One word after `cargo xtask`.
struct Verb {
    name: &'static str,
    purpose: &'static str,
    act: fn(&Place) -> Result<(), Stop>,
}

const VERBS: &[Verb] = &[
    Verb { name: "run", purpose: "install what is missing, build, and open the window", act: run::run },
    Verb { name: "test", purpose: "every test: Rust, UI, Python witness, the real window", act: test::test },
    Verb { name: "check", purpose: "fmt, clippy, deny, bindings, tidy, UI lint", act: check::check },
    Verb { name: "tidy", purpose: "the rules of the tree that no compiler holds", act: tidy::tidy },
    Verb {
        name: "faults",
        purpose: "every test of a fault, and the page of what became of them",
        act: faults::faults,
    },
    Verb { name: "fuzz", purpose: "ten minutes of every fuzzer", act: fuzz::fuzz },
    Verb { name: "bindings", purpose: "write the TypeScript types of the commands", act: bindings::write },
    Verb { name: "tour", purpose: "the main job in the real window, into target/tour", act: tour::tour },
    Verb {
        name: "bench",
        purpose: "figures of this machine, in release, into the terminal",
        act: bench::bench,
    },
    Verb { name: "setup", purpose: "only install what run, test and check need", act: setup::all },
];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [desktop::INNER, rest @ ..] => Place::here().and_then(|place| desktop::inner(&place, rest)),
        [name] => match VERBS.iter().find(|verb| verb.name == *name) {
            Some(verb) => Place::here().and_then(|place| (verb.act)(&place)),
            None => Err(Stop::new(format!("no command {name:?}\n\n{}", usage()))),
        },
        _ => Err(Stop::new(usage())),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            eprintln!("xtask: {stop}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> String {
    let lines = VERBS.iter().map(|verb| format!("  cargo xtask {:<9} {}", verb.name, verb.purpose));
    std::iter::once("usage:".to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
}
