//! `test`: every test of the tree.

use std::fs;

use crate::place::Place;
use crate::process::{Stop, run};
use crate::{desktop, setup, ui};

/// Set-up, then the UI's tests, the Rust tests (the Python witness is one of them), the doctests, the real window.
pub(crate) fn test(place: &Place) -> Result<(), Stop> {
    setup::tests(place)?;
    ui::build(place)?;
    ui::test(place)?;
    run(place.command("cargo").args(["nextest", "run", "--workspace", "-E", "not binary(e2e)"]))?;
    run(place.command("cargo").args(["test", "--workspace", "--doc", "--quiet"]))?;
    window(place)?;
    desktop::nextest(place, &place.results("e2e"), &["--package", "qianban-tests", "--test", "e2e"])
}

/// Builds the window and puts it into this clone's `target/bin`, since the shared folder may soon hold another clone's.
pub(crate) fn window(place: &Place) -> Result<(), Stop> {
    run(place.command("cargo").args(["build", "--package", "qianban"]))?;
    let home = place.results("bin");
    fs::create_dir_all(&home)
        .and_then(|()| fs::copy(place.target.join("debug/qianban"), home.join("qianban")))
        .map(drop)
        .map_err(|error| Stop::new(format!("cannot copy the window's program: {error}")))
}
