//! `check`: what must hold before a change lands.

use crate::place::Place;
use crate::process::{Stop, run};
use crate::{bindings, setup, tidy, ui};

/// fmt, clippy, deny, bindings, tidy, UI lint.
pub(crate) fn check(place: &Place) -> Result<(), Stop> {
    setup::check(place)?;
    run(place.command("cargo").args(["fmt", "--all", "--check"]))?;
    tidy::tidy(place)?;
    run(place.command("cargo").args(["deny", "check", "bans", "licenses", "sources"]))?;
    ui::build(place)?;
    ui::lint(place)?;
    run(place.command("cargo").args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    bindings::fresh(place)
}
