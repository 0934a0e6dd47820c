//! What a fresh machine lacks. Says what it will install, then installs it; does nothing when nothing is missing.

use std::fs::{self, File};
use std::process::{Command, Stdio};

use crate::place::Place;
use crate::process::{Stop, read, run, succeeds};

/// Debian packages to build and open the window.
const WINDOW: &[&str] = &[
    "build-essential",
    "fonts-noto-cjk",
    "libdbus-1-dev",
    "librsvg2-dev",
    "libwebkit2gtk-4.1-dev",
    "perl",
    "pkg-config",
];

/// Debian packages that only the tests need.
const TESTS: &[&str] = &[
    "dbus",
    "gnome-keyring",
    "openbox",
    "openssl",
    "poppler-utils",
    "postgresql",
    "python3-venv",
    "qpdf",
    "webkit2gtk-driver",
    "xauth",
    "xvfb",
];

/// A program that cargo installs into the tools folder.
struct Tool {
    name: &'static str,
    version: &'static str,
    /// Any version that answers to this subcommand of cargo will do.
    subcommand: Option<&'static str>,
}

const NEXTEST: Tool = Tool { name: "cargo-nextest", version: "0.9.143", subcommand: Some("nextest") };
const DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2", subcommand: None };
const FUZZ: Tool = Tool { name: "cargo-fuzz", version: "0.13.2", subcommand: None };
const DRIVER: Tool = Tool { name: "tauri-driver", version: "2.1.0", subcommand: None };

/// Python packages: the witness, an independent reader of database files; the stand-in of a store for long blobs.
const PYTHON: &[(&str, &str)] = &[("sqlcipher3-wheels", "0.5.7"), ("moto[server]", "5.2.5")];

/// The oldest Node that the UI's build tools run on.
const NODE_MAJOR: u32 = 20;

/// What `run` needs.
pub(crate) fn window(place: &Place) -> Result<(), Stop> {
    let _lock = lock(place)?;
    debian(place, WINDOW)?;
    node(place)
}

/// What `test` needs.
pub(crate) fn tests(place: &Place) -> Result<(), Stop> {
    window(place)?;
    let _lock = lock(place)?;
    debian(place, TESTS)?;
    tool(place, &NEXTEST)?;
    tool(place, &DRIVER)?;
    python(place)
}

/// What `fuzz` needs.
pub(crate) fn fuzz(place: &Place) -> Result<(), Stop> {
    window(place)?;
    let _lock = lock(place)?;
    tool(place, &FUZZ)
}

/// What `check` needs.
pub(crate) fn check(place: &Place) -> Result<(), Stop> {
    window(place)?;
    let _lock = lock(place)?;
    tool(place, &DENY)
}

/// All of it, the UI's packages too.
pub(crate) fn all(place: &Place) -> Result<(), Stop> {
    tests(place)?;
    check(place)?;
    crate::ui::install(place)?;
    println!("setup: nothing is missing");
    Ok(())
}

/// Two clones that set up at the same time take turns. The lock ends with the returned file.
fn lock(place: &Place) -> Result<File, Stop> {
    let failed = |error| Stop::new(format!("cannot lock {}: {error}", place.tools.display()));
    fs::create_dir_all(&place.tools).map_err(failed)?;
    let file = File::create(place.tools.join("setup.lock")).map_err(failed)?;
    file.lock().map_err(failed)?;
    Ok(file)
}

fn debian(place: &Place, wanted: &[&str]) -> Result<(), Stop> {
    if !succeeds(place.command("dpkg-query").arg("--version")) {
        println!("setup: not a Debian-like system; make sure these are there: {}", wanted.join(" "));
        return Ok(());
    }
    let missing: Vec<&str> = wanted.iter().copied().filter(|package| !installed(place, package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("setup: will install {} Debian packages: {}", missing.len(), missing.join(" "));
    // The lists of a fresh image are empty or old; an update that fails still leaves the install to try.
    if run(administrator(place, "apt-get")?.args(["update", "--quiet"])).is_err() {
        println!("setup: apt-get update failed; trying with the lists that are here");
    }
    run(administrator(place, "apt-get")?
        .args(["install", "--yes", "--quiet", "--no-install-recommends"])
        .args(missing))
}

fn installed(place: &Place, package: &str) -> bool {
    read(place.command("dpkg-query").args(["--show", "--showformat=${db:Status-Status}", package]))
        .is_ok_and(|status| status == "installed")
}

/// The program with the rights to install packages. `sudo` asks on the terminal, never without one.
fn administrator(place: &Place, program: &str) -> Result<Command, Stop> {
    let root = read(place.command("id").arg("-u"))?.trim() == "0";
    if root {
        let mut command = place.command(program);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        return Ok(command);
    }
    if !succeeds(place.command("sudo").arg("--version")) {
        return Err(Stop::new("not root and there is no sudo: install the packages named above by hand"));
    }
    let mut command = place.command("sudo");
    if std::env::var_os("CI").is_some() {
        command.arg("--non-interactive");
    } else {
        command.stdin(Stdio::inherit());
    }
    command.args(["env", "DEBIAN_FRONTEND=noninteractive", program]);
    Ok(command)
}

fn node(place: &Place) -> Result<(), Stop> {
    let text = read(place.command("node").arg("--version")).unwrap_or_default();
    match major(&text) {
        Some(found) if found >= NODE_MAJOR => Ok(()),
        _ => Err(Stop::new(format!("Node {NODE_MAJOR} or newer is needed, found {:?}", text.trim()))),
    }
}

/// `v20.19.2` → 20.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn tool(place: &Place, tool: &Tool) -> Result<(), Stop> {
    let here = match tool.subcommand {
        Some(word) => succeeds(place.command("cargo").args([word, "--version"])),
        None => installed_by_cargo(place, tool),
    };
    if here {
        return Ok(());
    }
    let Tool { name, version, .. } = tool;
    println!("setup: will build {name} {version} into {}", place.tools.display());
    let package = format!("{name}@{version}");
    // Its own target folder: the workspace's would keep half a gigabyte of it.
    run(place
        .command("cargo")
        .args(["install", "--locked", &package, "--root"])
        .arg(&place.tools)
        .env_remove("CARGO_TARGET_DIR"))
}

fn installed_by_cargo(place: &Place, tool: &Tool) -> bool {
    let Ok(text) = fs::read_to_string(place.tools.join(".crates.toml")) else { return false };
    let Ok(list) = text.parse::<toml::Table>() else { return false };
    let wanted = format!("{} {} ", tool.name, tool.version);
    list.get("v1")
        .and_then(toml::Value::as_table)
        .is_some_and(|v1| v1.keys().any(|key| key.starts_with(&wanted)))
}

fn python(place: &Place) -> Result<(), Stop> {
    let pins: Vec<String> = PYTHON.iter().map(|(name, version)| format!("{name}=={version}")).collect();
    let home = place.tools.join("python");
    let stamp = home.join("installed.txt");
    let wanted = pins.join("\n");
    if fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(());
    }
    println!("setup: will install Python packages into {}: {}", home.display(), pins.join(" "));
    run(place.command("python3").args(["-m", "venv", "--clear"]).arg(&home))?;
    let python = place.python();
    run(place
        .command(&python.to_string_lossy())
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .args(&pins))?;
    fs::write(&stamp, wanted).map_err(|error| Stop::new(format!("cannot write {}: {error}", stamp.display())))
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn node_version_is_read() {
        assert_eq!(major("v20.19.2\n"), Some(20));
        assert_eq!(major(""), None, "no Node at all");
        assert_eq!(major("20.1"), None, "not what Node prints");
    }
}
