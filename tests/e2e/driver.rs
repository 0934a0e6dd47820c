//! One `tauri-driver` with one home folder: starts the window as often as a test asks.

use std::env;
use std::fs::File;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tempfile::TempDir;

use crate::window::{Window, until};

/// How long the driver may take to listen, and the window to open on a busy machine.
const START: Duration = Duration::from_secs(60);

/// A driver, and the home folder of the person who sits at this PC.
pub(crate) struct Driver {
    process: Child,
    port: u16,
    home: TempDir,
    shots: PathBuf,
}

impl Driver {
    /// Starts a driver with an empty home folder. `story` names the log file and the screenshots.
    pub(crate) async fn start(story: &str) -> Driver {
        let shots = from_environment("QIANBAN_SHOTS");
        let home = tempfile::tempdir().expect("a home folder");
        let (port, native) = (free_port(), free_port());
        let log = File::create(shots.join(format!("{story}.log"))).expect("a log file");
        let process = Command::new("tauri-driver")
            .args(["--port", &port.to_string(), "--native-port", &native.to_string()])
            .env("HOME", home.path())
            .env("XDG_DATA_HOME", home.path().join("data"))
            .env("XDG_CONFIG_HOME", home.path().join("config"))
            .env("XDG_CACHE_HOME", home.path().join("cache"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log file twice"))
            .stderr(log)
            .process_group(0)
            .spawn()
            .expect("tauri-driver starts; `cargo xtask setup` installs it");
        let driver = Driver { process, port, home, shots };
        until(START, "tauri-driver listens", async || {
            tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok().then_some(())
        })
        .await;
        driver
    }

    /// Opens the window. A window of this driver that is still open must be closed or killed first.
    pub(crate) async fn open(&self) -> Window {
        let options = json!({ "application": from_environment("QIANBAN_WINDOW") });
        let capabilities = [("tauri:options".to_owned(), options)].into_iter().collect();
        let address = format!("http://127.0.0.1:{}", self.port);
        let client: Client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&address)
            .await
            .expect("a WebDriver session with the window");
        Window::new(client, self.shots.clone()).await
    }

    /// The home folder of the person at this PC.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The driver, WebKit's driver and the window are one process group.
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
        let _ = self.process.wait();
    }
}

fn from_environment(name: &str) -> PathBuf {
    env::var_os(name).unwrap_or_else(|| panic!("{name} is not set: run `cargo xtask test`")).into()
}

/// A port that was free a moment ago; the driver cannot choose one itself.
fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its number").port()
}
