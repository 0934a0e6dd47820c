//! A desktop without a screen: a session bus, an X server in memory, a window manager, and a real keyring daemon that
//! is unlocked.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::place::Place;
use crate::process::{Stop, read, run};

/// The word by which this program starts itself again inside the desktop.
pub(crate) const INNER: &str = "inside-desktop";

/// The screen that the windows open on: room for a 1366×768 window at 175 %.
const SCREEN: &str = "-screen 0 2400x1400x24 -nolisten tcp";

/// How long the keyring may take to answer on the bus, and the window manager to manage.
const START_SECONDS: u64 = 20;

/// Runs `cargo nextest run` with these arguments inside a fresh desktop; `shots` is where screenshots go.
pub(crate) fn nextest(place: &Place, shots: &Path, arguments: &[&str]) -> Result<(), Stop> {
    let me = std::env::current_exe().map_err(|error| Stop::new(format!("where am I? {error}")))?;
    fresh(shots)?;
    run(place
        .command("dbus-run-session")
        .arg("--config-file")
        .arg(place.root.join("xtask/desktop-bus.conf"))
        .args(["--", "xvfb-run", "--auto-servernum", "--server-args", SCREEN])
        .arg(me)
        .arg(INNER)
        .args(arguments)
        .env("QIANBAN_SHOTS", shots)
        .env("QIANBAN_WINDOW", place.results("bin").join("qianban"))
        .env("LIBGL_ALWAYS_SOFTWARE", "1")
        .env("NO_AT_BRIDGE", "1"))
}

/// What happens inside: the keyring daemon is started and unlocked, windows are managed, then nextest runs.
pub(crate) fn inner(place: &Place, arguments: &[&str]) -> Result<(), Stop> {
    let _keyring = start_keyring(place)?;
    until("the keyring did not answer", || keyring_answers(place))?;
    let (_manager, managing) = start_window_manager(place)?;
    until("windows are not managed", || Ok(managing.exists()))?;
    run(place.command("cargo").args(["nextest", "run"]).args(arguments))
}

/// A program that ends with this desktop.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It is ours; that it is already gone is no failure.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An empty folder at `path`.
fn fresh(path: &Path) -> Result<(), Stop> {
    let failed = |error| Stop::new(format!("cannot make {}: {error}", path.display()));
    if path.exists() {
        fs::remove_dir_all(path).map_err(failed)?;
    }
    fs::create_dir_all(path).map_err(failed)
}

/// The daemon keeps its file in this clone's `target`, never in the person's own keyring.
fn start_keyring(place: &Place) -> Result<Running, Stop> {
    let failed = |error| Stop::new(format!("gnome-keyring-daemon: {error}"));
    let home = place.results("keyring");
    fresh(&home)?;
    let mut child = Command::new("gnome-keyring-daemon")
        .args(["--foreground", "--unlock", "--components=secrets"])
        .env("HOME", &home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_RUNTIME_DIR", &home)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    if let Some(mut password) = child.stdin.take() {
        password.write_all(b"keyring of the tests\n").map_err(failed)?;
    }
    Ok(Running(child))
}

fn keyring_answers(place: &Place) -> Result<bool, Stop> {
    let answer = read(place.command("dbus-send").args([
        "--session",
        "--print-reply=literal",
        "--dest=org.freedesktop.DBus",
        "/",
        "org.freedesktop.DBus.NameHasOwner",
        "string:org.freedesktop.secrets",
    ]))?;
    Ok(answer.contains("true"))
}

/// Windows get and give back the focus as on a person's screen. The file that is named appears when they do.
fn start_window_manager(place: &Place) -> Result<(Running, PathBuf), Stop> {
    let home = place.results("windows");
    fresh(&home)?;
    let managing = home.join("managing");
    let child = Command::new("openbox")
        .args(["--sm-disable", "--config-file"])
        .arg(place.root.join("xtask/desktop-windows.xml"))
        .arg("--startup")
        .arg(format!("touch \"{}\"", managing.display()))
        .env("HOME", &home)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| Stop::new(format!("openbox: {error}")))?;
    Ok((Running(child), managing))
}

/// Asks again and again until the answer is yes, or the time is up.
fn until(otherwise: &str, mut asked: impl FnMut() -> Result<bool, Stop>) -> Result<(), Stop> {
    let limit = Instant::now() + Duration::from_secs(START_SECONDS);
    while Instant::now() < limit {
        if asked()? {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(Stop::new(format!("{otherwise} in {START_SECONDS} s")))
}
