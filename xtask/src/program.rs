//! The programs that a person starts, built into this clone's own `target/bin`: the shared target folder may soon hold
//! another clone's, and a program finds `ui/dist` and `assets` by looking upwards from where it lies.

use std::fs;
use std::path::PathBuf;

use crate::place::Place;
use crate::process::{Stop, run};

/// A program of this workspace.
pub(crate) struct Program {
    package: &'static str,
    name: &'static str,
}

/// The desktop window.
pub(crate) const WINDOW: Program = Program { package: "qianban", name: "qianban" };

/// The host without a window.
pub(crate) const HEADLESS: Program = Program { package: "qianban-headless", name: "qianbanctl" };

/// Builds a program and says where it lies.
pub(crate) fn build(place: &Place, program: &Program) -> Result<PathBuf, Stop> {
    run(place.command("cargo").args(["build", "--package", program.package, "--bin", program.name]))?;
    let name = format!("{}{}", program.name, std::env::consts::EXE_SUFFIX);
    let folder = place.results("bin");
    let (from, to) = (place.target.join("debug").join(&name), folder.join(&name));
    // Beside it first, then renamed over it: the old one may be running.
    let fresh = folder.join(format!("{name}.fresh"));
    fs::create_dir_all(&folder)
        .and_then(|()| fs::copy(&from, &fresh))
        .and_then(|_| fs::rename(&fresh, &to))
        .map_err(|error| Stop::new(format!("cannot copy {} to {}: {error}", from.display(), to.display())))?;
    Ok(to)
}
