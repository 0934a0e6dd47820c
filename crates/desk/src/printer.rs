//! To paper, through the operating system: `lp` where it is, the default viewer elsewhere.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a print command may take to accept a job.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is asked whether it is done.
const STEP: Duration = Duration::from_millis(20);
/// Bytes of its answer that are read.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;
/// Queues that are listed.
const QUEUES_MAX: usize = 200;

/// Why a printer did not take a document.
#[derive(Debug, thiserror::Error)]
pub enum PrinterError {
    /// The print command could not be started or spoken to.
    #[error("打印命令无法启动")]
    Start(#[source] std::io::Error),
    /// It did not end in time.
    #[error("打印服务没有回应")]
    Timeout,
    /// It ended with an error.
    #[error("打印队列拒绝了任务")]
    Refused,
}

/// What prints.
pub trait Printer: Send + Sync {
    /// The queues, the default first; empty where documents go to the default viewer.
    ///
    /// # Errors
    /// The print service does not answer.
    fn queues(&self) -> Result<Vec<String>, PrinterError>;

    /// Hands a PDF over. `folder` is a private place for a viewer that needs a file.
    ///
    /// # Errors
    /// See [`PrinterError`]; nothing was printed then.
    fn send(&self, title: &str, pdf: &[u8], queue: Option<&str>, folder: &Path) -> Result<(), PrinterError>;
}

/// The printers of this computer.
#[derive(Debug, Clone, Copy)]
pub struct SystemPrinter;

impl Printer for SystemPrinter {
    fn queues(&self) -> Result<Vec<String>, PrinterError> {
        let Some(all) = listing(&["-e"])? else { return Ok(Vec::new()) };
        let default = listing(&["-d"])?.unwrap_or_default();
        let default = default.rsplit_once(": ").map(|(_, name)| name.trim().to_owned());
        let mut queues: Vec<String> = all
            .lines()
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .take(QUEUES_MAX)
            .collect();
        queues.sort_by_key(|name| (Some(name) != default.as_ref(), name.clone()));
        Ok(queues)
    }

    fn send(&self, title: &str, pdf: &[u8], queue: Option<&str>, folder: &Path) -> Result<(), PrinterError> {
        match queue {
            Some(queue) => {
                let mut lp = Command::new("lp");
                lp.args(["-d", queue, "-t", title, "-"])
                    .stdin(Stdio::piped())
                    .stdout(Stdio::null())
                    .stderr(Stdio::null());
                let mut child = lp.spawn().map_err(PrinterError::Start)?;
                // A queue that refuses closes the pipe early; its exit code says so.
                let _ = child.stdin.take().map(|mut stdin| stdin.write_all(pdf));
                finish(&mut child)
            }
            None => open(&write_private(folder, title, pdf).map_err(PrinterError::Start)?),
        }
    }
}

/// What `lpstat` says; nothing where there is no such program.
fn listing(arguments: &[&str]) -> Result<Option<String>, PrinterError> {
    let mut lpstat = Command::new("lpstat");
    lpstat
        .args(arguments)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = match lpstat.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(PrinterError::Start(error)),
    };
    let mut answer = String::new();
    if let Some(stdout) = child.stdout.take() {
        stdout.take(ANSWER_BYTES_MAX).read_to_string(&mut answer).map_err(PrinterError::Start)?;
    }
    // Without a service or a queue it ends with an error and has said nothing.
    finish(&mut child).map(|()| Some(answer)).or(Ok(None))
}

fn finish(child: &mut Child) -> Result<(), PrinterError> {
    let begun = Instant::now();
    loop {
        match child.try_wait().map_err(PrinterError::Start)? {
            Some(status) if status.success() => return Ok(()),
            Some(_) => return Err(PrinterError::Refused),
            None if begun.elapsed() > PATIENCE => {
                // Already ended is as good as killed.
                let _ = child.kill();
                return Err(PrinterError::Timeout);
            }
            None => std::thread::sleep(STEP),
        }
    }
}

/// A file that only its owner reads, in a folder that only its owner enters (C3); the desk removes the folder when a
/// database is opened.
fn write_private(folder: &Path, title: &str, pdf: &[u8]) -> std::io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    let name: String = title.chars().filter(|c| c.is_alphanumeric()).take(60).collect();
    let path = folder.join(format!("{name}.pdf"));
    fs::write(&path, pdf)?;
    Ok(path)
}

fn open(path: &Path) -> Result<(), PrinterError> {
    let mut viewer = if cfg!(windows) {
        let mut start = Command::new("explorer");
        start.arg(path);
        start
    } else {
        let mut start = Command::new(if cfg!(target_os = "macos") { "open" } else { "xdg-open" });
        start.arg(path);
        start
    };
    viewer.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // The viewer stays open as long as the person reads; it is not waited for.
    viewer.spawn().map(drop).map_err(PrinterError::Start)
}
