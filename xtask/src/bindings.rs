//! `bindings`: the TypeScript types of the command table.

use crate::place::Place;
use crate::process::{Stop, read, run};

/// Where desk writes the types.
const GENERATED: &str = "ui/src/api/generated";

/// Writes the types that desk's table declares. The whole workspace is named, because one package alone resolves other
/// features of the crates from outside and builds them all once more.
pub(crate) fn write(place: &Place) -> Result<(), Stop> {
    run(place
        .command("cargo")
        .args(["test", "--quiet", "--workspace", "--test", "bindings"])
        .env("TS_RS_EXPORT_DIR", place.root.join(GENERATED)))
}

/// Writes them and refuses when the committed ones differ.
pub(crate) fn fresh(place: &Place) -> Result<(), Stop> {
    write(place)?;
    let changed = read(place.command("git").args(["status", "--porcelain", "--", GENERATED]))?;
    if changed.is_empty() {
        return Ok(());
    }
    Err(Stop::new(format!("the types in {GENERATED} are stale; commit what was just written:\n{changed}")))
}
