//! `test`: every test of the tree.

use crate::place::Place;
use crate::process::{Stop, run};
use crate::{desktop, program, setup, ui};

/// Set-up, then the UI's tests, the Rust tests (the Python witness is one of them), the doctests, the real window.
pub(crate) fn test(place: &Place) -> Result<(), Stop> {
    setup::tests(place)?;
    ui::build(place)?;
    ui::test(place)?;
    run(place.command("cargo").args(["nextest", "run", "--workspace", "-E", "not binary(e2e)"]))?;
    run(place.command("cargo").args(["test", "--workspace", "--doc", "--quiet"]))?;
    program::build(place, &program::WINDOW)?;
    desktop::nextest(place, &place.results("e2e"), &["--workspace", "-E", "binary(e2e)"])
}
