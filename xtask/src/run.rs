//! `run`: from a fresh clone to the open window.

use crate::place::Place;
use crate::process::{Stop, run as start};
use crate::{program, setup, ui};

/// Builds and opens the window; without a display, serves the same screen on the loopback address instead.
pub(crate) fn run(place: &Place) -> Result<(), Stop> {
    setup::window(place)?;
    ui::build(place)?;
    let shown = display();
    let program = program::build(place, if shown { &program::WINDOW } else { &program::HEADLESS })?;
    let mut command = place.command(&program.to_string_lossy());
    if !shown {
        println!("run: there is no display; the loopback web host prints the address to open in a browser");
        command.arg("serve");
    }
    start(&mut command)
}

fn display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
