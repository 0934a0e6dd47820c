//! Properties of the journal: the production fold against a second, naive evaluation over small random worlds.
//!
//! `QIANBAN_SEEDS=20000` runs that many seeds, `QIANBAN_FIRST_SEED=7` begins there. A failing seed is printed.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test binary"
)]

mod attested;
mod check;
mod compare;
mod forks;
mod mutants;
mod naive;
mod numbers;
mod properties;
mod replica;
mod stories;
mod waiting;
mod waiting_room;
mod world;

use check::Figures;
use world::World;

/// Seeds of an ordinary run.
const SEEDS: u64 = 600;
/// Test functions among which the seeds are divided, so that they run side by side.
const PARTS: u64 = 3;

#[allow(clippy::disallowed_methods, reason = "how much is tested may depend on the environment")]
fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number of seeds"))
}

/// Checks the seeds of one part and answers what they looked at.
fn run(part: u64) {
    let first = from_environment("QIANBAN_FIRST_SEED", 0);
    let mut figures = Figures::default();
    for seed in (first..first + from_environment("QIANBAN_SEEDS", SEEDS)).filter(|seed| seed % PARTS == part)
    {
        let world = World::run(seed);
        if let Err(why) = check::world(&world, &mut figures) {
            panic!("seed {seed} (QIANBAN_FIRST_SEED={seed} QIANBAN_SEEDS=1): {why}");
        }
    }
    println!("{figures:#?}");
}

#[test]
fn properties_hold_in_worlds_0() {
    run(0);
}

#[test]
fn properties_hold_in_worlds_1() {
    run(1);
}

#[test]
fn properties_hold_in_worlds_2() {
    run(2);
}
