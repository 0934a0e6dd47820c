//! The simulator: computers, people, administrators, endpoints and sticks in one process and virtual time, from a seed.
//!
//! `QIANBAN_SIM_SEEDS=500000` runs that many seeds, `QIANBAN_SIM_FIRST=7` begins there, `QIANBAN_SIM_SM2=1` signs with SM2,
//! `QIANBAN_SIM_STEPS=n` stops after n steps: a failing run is printed with the fewest steps that fail.
#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test binary; it shares its worlds with `properties`, of which it needs a part"
)]

mod bureau;
#[path = "../properties/compare.rs"]
mod compare;
mod desk;
mod device;
mod endpoint;
mod figures;
#[path = "../properties/naive/mod.rs"]
mod naive;
#[path = "../properties/properties.rs"]
mod properties;
mod quiet;
mod trouble;
#[path = "../properties/waiting_room.rs"]
mod waiting_room;
#[path = "../properties/world/mod.rs"]
mod world;

use bureau::Bureau;
use compare::Verdict;
use figures::Figures;

/// Steps of one run.
const STEPS: usize = 90;
/// Seeds of an ordinary run with the test suite, and with SM2.
const SEEDS: u64 = 5_000;
const SM2_SEEDS: u64 = 50;
/// Test functions among which the seeds are divided, so that they run side by side.
const PARTS: u64 = 2;

#[allow(clippy::disallowed_methods, reason = "how much is tested may depend on the environment")]
fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

/// One seed with so many steps, then quiet.
fn run(seed: u64, sm2: bool, steps: usize) -> Result<Figures, String> {
    let mut bureau = Bureau::new(seed, sm2);
    for step in 0..steps {
        bureau.step().map_err(|why| format!("step {step}: {why}"))?;
    }
    bureau.settle().map_err(|why| format!("at the end: {why}"))?;
    bureau.figures.seeds = 1;
    bureau.figures.steps = steps as u64;
    Ok(bureau.figures)
}

/// The fewest steps with which a seed fails: its steps are the same up to there.
fn fewest_steps(seed: u64, sm2: bool) -> usize {
    (0..=STEPS).find(|steps| run(seed, sm2, *steps).is_err()).unwrap_or(STEPS)
}

fn seeds(part: u64, sm2: bool, count: u64) {
    let first = from_environment("QIANBAN_SIM_FIRST", 0);
    let steps = from_environment("QIANBAN_SIM_STEPS", STEPS as u64) as usize;
    let mut figures = Figures::default();
    for seed in (first..first + count).filter(|seed| seed % PARTS == part) {
        let verdict: Verdict = run(seed, sm2, steps).map(|more| figures += more);
        if let Err(why) = verdict {
            let fewest = fewest_steps(seed, sm2);
            panic!(
                "seed {seed} (QIANBAN_SIM_FIRST={seed} QIANBAN_SIM_SEEDS=1 QIANBAN_SIM_STEPS={fewest}): {why}"
            );
        }
    }
    println!("{figures:#?}");
}

fn count(sm2: bool) -> u64 {
    let only_sm2 = from_environment("QIANBAN_SIM_SM2", 0) == 1;
    let (name, default) =
        if sm2 { ("QIANBAN_SIM_SM2_SEEDS", SM2_SEEDS) } else { ("QIANBAN_SIM_SEEDS", SEEDS) };
    if only_sm2 && !sm2 { 0 } else { from_environment(name, default) }
}

#[test]
fn bureaus_hold_together_0() {
    seeds(0, false, count(false));
}

#[test]
fn bureaus_hold_together_1() {
    seeds(1, false, count(false));
}

#[test]
fn bureaus_with_sm2_hold_together_0() {
    seeds(0, true, count(true));
}

#[test]
fn bureaus_with_sm2_hold_together_1() {
    seeds(1, true, count(true));
}
