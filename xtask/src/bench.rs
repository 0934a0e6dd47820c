//! `bench`: figures of this machine, from an optimised build.

use crate::place::Place;
use crate::process::{Stop, run};
use crate::setup;

/// Builds `tests/bench` in release, which nothing else here does, and lets it print its tables.
pub(crate) fn bench(place: &Place) -> Result<(), Stop> {
    setup::window(place)?;
    run(place.command("cargo").args(["run", "--release", "--package", "qianban-bench"]))
}
