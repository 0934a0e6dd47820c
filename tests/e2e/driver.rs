//! One `tauri-driver` with one home folder: opens the window as often as a story asks.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tempfile::TempDir;

use crate::album::{Album, from_environment};
use crate::window::{PATIENCE, Window, until};

/// How long the driver may take to listen.
const START: Duration = Duration::from_secs(60);

/// How long the window may take to end when it is asked to.
const END: Duration = Duration::from_secs(10);

/// A driver, and the home folder of the account that the office PC runs under.
pub(crate) struct Driver {
    process: Child,
    port: u16,
    home: TempDir,
}

impl Driver {
    /// Starts a driver with an empty home folder.
    pub(crate) async fn start(album: &Album) -> Driver {
        let home = tempfile::tempdir().expect("a home folder");
        fs::create_dir(home.path().join("Downloads")).expect("a download folder");
        fs::create_dir(home.path().join("config")).expect("a folder of settings");
        let places = "XDG_DOWNLOAD_DIR=\"$HOME/Downloads\"\n";
        fs::write(home.path().join("config/user-dirs.dirs"), places).expect("the settings are written");
        let (port, native) = (free_port(), free_port());
        let log = File::create(album.log()).expect("a log file");
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
        let driver = Driver { process, port, home };
        // tauri-driver passes on to WebKit's own driver, which may be ready later.
        for listener in [port, native] {
            until(START, "both drivers listen", async || {
                tokio::net::TcpStream::connect(("127.0.0.1", listener)).await.ok().map(drop)
            })
            .await;
        }
        driver
    }

    /// Opens the window. One that this driver opened before must be closed first; a second start is handed over to a
    /// first one that is still about to end.
    pub(crate) async fn open(&self, album: Album) -> Window {
        until(PATIENCE, "the window before to be gone", async || (!self.runs()).then_some(())).await;
        let options = json!({ "application": from_environment("QIANBAN_WINDOW") });
        let capabilities = [("tauri:options".to_owned(), options)].into_iter().collect();
        let address = format!("http://127.0.0.1:{}", self.port);
        let client: Client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&address)
            .await
            .expect("a WebDriver session with the window");
        Window::new(client, album).await
    }

    /// The home folder.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Where the window saves files.
    pub(crate) fn downloads(&self) -> PathBuf {
        self.home.path().join("Downloads")
    }
}

impl Drop for Driver {
    /// Waits until all is gone: the window lets no second one start on this bus while it is there.
    fn drop(&mut self) {
        self.signal("TERM");
        let _ = self.process.wait();
        let end = Instant::now() + END;
        while self.signal("0") {
            if Instant::now() > end {
                self.signal("KILL");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Driver {
    /// Whether the program with the window runs.
    fn runs(&self) -> bool {
        let group = self.process.id().to_string();
        let found =
            Command::new("pgrep").args(["-g", &group, "-x", "qianban"]).stdout(Stdio::null()).status();
        found.expect("pgrep").success()
    }

    /// Signals the driver, WebKit's driver and the window, which are one process group. False when none is left.
    fn signal(&self, signal: &str) -> bool {
        let group = format!("-{}", self.process.id());
        let kill = Command::new("kill").args(["-s", signal, "--", &group]).stderr(Stdio::null()).status();
        kill.is_ok_and(|status| status.success())
    }
}

/// A port that was free a moment ago; the driver cannot choose one itself.
fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("its number").port()
}
