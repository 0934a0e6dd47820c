#![doc = include_str!("../README.md")]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this program speaks to a person at a terminal"
)]

mod content;
mod fold;
mod lists;
mod many;
mod measure;
mod office;
mod sample;
mod signoff;
mod slips;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use measure::{Failed, PAIR_HEAD};
use qianban_store::DatabaseKey;

/// Forms in the database that sign-offs and lists are measured in.
const FORMS: u32 = 50_000;
/// Rounds of the sign-off, and of every list.
const SIGN_OFFS: usize = 300;
const PAGES: usize = 300;
/// Sizes to which the sample bureau is grown, unless [`SIZES_SET`] says others.
const SIZES: &[u32] = &[1_000, 50_000];
/// Sizes of the sample by the environment, such as `1000,50000,1000000`.
const SIZES_SET: &str = "QIANBAN_BENCH_FORMS";
/// The word that asks for the sample alone.
const SAMPLE: &str = "sample";

fn main() -> ExitCode {
    match report() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("bench: {failed}");
            ExitCode::FAILURE
        }
    }
}

fn sizes() -> Result<Vec<u32>, Failed> {
    let Ok(set) = std::env::var(SIZES_SET) else { return Ok(SIZES.to_vec()) };
    let mut sizes = set.split(',').map(str::parse).collect::<Result<Vec<u32>, _>>()?;
    sizes.sort_unstable();
    Ok(sizes)
}

fn report() -> Result<(), Failed> {
    if cfg!(debug_assertions) {
        return Err("figures of an unoptimised build say nothing: use `cargo xtask bench`".into());
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    // Beside the clone: a temporary folder may lie in memory, where nothing is durable.
    let place = root.join("target");
    std::fs::create_dir_all(&place)?;
    println!("## The sample bureau\n");
    println!("{}\n", sample::run(&place, &sizes()?)?.join("\n"));
    if std::env::args().any(|word| word == SAMPLE) {
        return Ok(());
    }
    let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(&place)?;
    let key = DatabaseKey::generate()?;
    let store = office::create(folder.path(), &key)?;
    let mut office = office::Office::found(&store)?;

    println!("## Slips\n");
    println!("{}\n", slips::run(&root)?.join("\n"));
    println!("## Events\n");
    println!("{}\n", fold::run(&mut office)?.join("\n"));

    let start = Instant::now();
    let filled = lists::fill(&store, &mut office, FORMS)?;
    println!("## A database of {FORMS} forms\n");
    println!(
        "{} events (created, saved, submitted with a number), each signed with SM2, verified and folded; taken in by \
         transactions of 500 forms: {:.0} s in all, {:.0} events/s at the store's door; {} MB on the disk.\n",
        filled.events,
        start.elapsed().as_secs_f64(),
        filled.events as f64 / filled.store_seconds,
        std::fs::metadata(folder.path().join(qianban_store::DATABASE_NAME))?.len() / (1024 * 1024),
    );
    println!("{PAIR_HEAD}");
    for pair in lists::run(&store, folder.path(), &key, PAGES)? {
        println!("{}", pair.line());
    }
    let step = filled.forms.len() / SIGN_OFFS;
    let rounds: Vec<_> = filled.forms.iter().copied().step_by(step.max(1)).take(SIGN_OFFS).collect();
    let signed = signoff::run(&store, &mut office, folder.path(), &key, &rounds)?;
    println!("{}\n", signed.pair.line());
    println!(
        "A flush of 8 KB, in turns with the sign-offs: median {:.3} ms, nine of ten within {:.3} ms.",
        signed.flush.within_ms(0.5),
        signed.flush.within_ms(0.9),
    );
    Ok(())
}
