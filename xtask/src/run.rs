//! `run`: from a fresh clone to the open window.

use crate::place::Place;
use crate::process::{Stop, run as start};
use crate::{setup, ui};

/// Builds and opens the window; without a display, serves the same screen on the loopback address instead.
pub(crate) fn run(place: &Place) -> Result<(), Stop> {
    setup::window(place)?;
    ui::build(place)?;
    if display() {
        return start(place.command("cargo").args(["run", "--package", "qianban"]));
    }
    println!("run: there is no display; starting the loopback web host instead");
    start(place.command("cargo").args([
        "run",
        "--package",
        "qianban-headless",
        "--bin",
        "qianbanctl",
        "--",
        "serve",
    ]))
}

fn display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
