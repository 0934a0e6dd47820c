//! The screen's own tools: npm, Vite, Vitest, vue-tsc, ESLint.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::place::Place;
use crate::process::{Stop, run};

/// Built or installed files: never a reason to build again.
const PRODUCTS: &[&str] = &["node_modules", "dist"];

/// Installs the packages that `package-lock.json` names, when they are not those that are there.
pub(crate) fn install(place: &Place) -> Result<(), Stop> {
    let lock = place.ui().join("package-lock.json");
    let stamp = place.ui().join("node_modules/.installed-lock.json");
    let wanted =
        fs::read(&lock).map_err(|error| Stop::new(format!("cannot read {}: {error}", lock.display())))?;
    if fs::read(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(());
    }
    println!("setup: will install the packages of ui/package-lock.json into ui/node_modules");
    run(npm(place).args(["ci", "--no-audit", "--no-fund"]))?;
    fs::write(&stamp, wanted).map_err(|error| Stop::new(format!("cannot write {}: {error}", stamp.display())))
}

/// Builds `ui/dist`, which the window and `qianbanctl serve` embed, unless it is newer than every source.
pub(crate) fn build(place: &Place) -> Result<(), Stop> {
    install(place)?;
    let built = fs::metadata(place.ui().join("dist/index.html")).and_then(|file| file.modified());
    if built.is_ok_and(|built| newest(&place.ui()) < built) {
        return Ok(());
    }
    run(npm(place).args(["run", "build"]))
}

/// Unit tests and types.
pub(crate) fn test(place: &Place) -> Result<(), Stop> {
    install(place)?;
    run(npm(place).args(["run", "test"]))?;
    run(npm(place).args(["run", "typecheck"]))
}

/// ESLint.
pub(crate) fn lint(place: &Place) -> Result<(), Stop> {
    install(place)?;
    run(npm(place).args(["run", "lint"]))
}

fn npm(place: &Place) -> Command {
    let mut command = place.command("npm");
    command.current_dir(place.ui());
    command
}

/// When the newest source file below `folder` was changed.
fn newest(folder: &Path) -> SystemTime {
    let mut latest = SystemTime::UNIX_EPOCH;
    let mut open: Vec<PathBuf> = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        let Ok(entries) = fs::read_dir(&next) else { continue };
        for entry in entries.flatten() {
            let product = PRODUCTS.iter().any(|name| entry.file_name() == *name);
            match entry.metadata() {
                Ok(data) if data.is_dir() && !product => open.push(entry.path()),
                Ok(data) if data.is_file() => {
                    latest = latest.max(data.modified().unwrap_or(SystemTime::now()))
                }
                _ => {}
            }
        }
    }
    latest
}

#[cfg(test)]
mod tests {
    use super::newest;
    use std::fs;

    #[test]
    fn products_do_not_count_as_sources() {
        let home = std::env::temp_dir().join(format!("qianban-xtask-{}", std::process::id()));
        fs::create_dir_all(home.join("src")).unwrap();
        fs::create_dir_all(home.join("dist")).unwrap();
        fs::write(home.join("src/a.ts"), "").unwrap();
        let before = newest(&home);
        fs::write(home.join("dist/a.js"), "").unwrap();
        assert_eq!(newest(&home), before, "a build must not make itself stale");
        fs::remove_dir_all(&home).unwrap();
    }
}
