//! `fuzz`: every fuzz target for ten minutes, one after the other.

use std::fs;

use crate::place::Place;
use crate::process::{Stop, run};
use crate::setup;

/// The targets with what they read besides their own corpus, and the longest input worth trying, in bytes.
const TARGETS: [(&str, &[&str], u32); 6] = [
    ("envelope", &[], 16_384),
    ("registry", &[], 32_768),
    ("wire", &[], 16_384),
    ("definition", &["assets/forms"], 32_768),
    ("bundle", &[], 16_384),
    ("http", &[], 16_384),
];
/// Seconds for each, without `QIANBAN_FUZZ_SECONDS`.
const SECONDS: &str = "600";
/// Seconds after which one input counts as one that does not end.
const INPUT_SECONDS: u32 = 20;
/// Memory in MiB beyond which an input counts as one that takes too much.
const MEMORY_MIB: u32 = 1_024;

/// Builds the fuzzers, which nothing else here does, and runs each; new inputs go to the results, not into the tree. The
/// compiler's own instrumentation does without a sanitizer, so that the usual toolchain can build it.
pub(crate) fn fuzz(place: &Place) -> Result<(), Stop> {
    setup::fuzz(place)?;
    let seconds = std::env::var("QIANBAN_FUZZ_SECONDS").unwrap_or_else(|_| SECONDS.to_owned());
    for (target, more, longest) in TARGETS {
        let found = place.results("fuzz").join(target);
        fs::create_dir_all(&found)
            .map_err(|error| Stop::new(format!("cannot make {}: {error}", found.display())))?;
        let mut command = place.command("cargo");
        command.env("CARGO_TARGET_DIR", place.results("fuzz-build"));
        command.args(["fuzz", "run", "--sanitizer", "none", target]).arg(&found);
        command.arg(place.root.join("fuzz/corpus").join(target));
        command.args(more.iter().map(|folder| place.root.join(folder)));
        command.args(["--", &format!("-max_total_time={seconds}"), &format!("-max_len={longest}")]);
        command.args([&format!("-timeout={INPUT_SECONDS}"), &format!("-rss_limit_mb={MEMORY_MIB}")]);
        run(command.args(["-print_final_stats=1", "-verbosity=0"]))?;
    }
    Ok(())
}
