#![doc = include_str!("../README.md")]

mod arguments;
mod call;
mod os_store;
mod password;
mod serve;
mod session;
mod sign;
mod site;
mod verify;

pub use arguments::{Arguments, Job, USAGE, UsageError};
pub use os_store::OsStore;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use qianban_desk::api::Refusal;
use qianban_desk::{COMMANDS, Desk, DeskSetup};
use qianban_relay::LanRelay;

/// Everything was done; for `verify`: every row is good.
pub const EXIT_DONE: u8 = 0;
/// The desk refused; the refusal is on standard output as JSON.
pub const EXIT_REFUSED: u8 = 1;
/// The command line is not right, or a password stood in it.
pub const EXIT_USAGE: u8 = 2;
/// `verify` found a bad row; the first is named on standard output.
pub const EXIT_FAULT: u8 = 3;
/// The host itself failed: a port, a file, standard input.
pub const EXIT_HOST: u8 = 4;

/// How a job ended, other than well.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The desk said no.
    #[error("{}: {}", .0.code, .0.message)]
    Refused(Refusal),
    /// The command line or a placeholder in it.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// A bad row was found.
    #[error("{table} {row}: {what}")]
    Fault {
        /// Table of the first bad row.
        table: String,
        /// The row.
        row: String,
        /// What is wrong, in Chinese.
        what: String,
    },
    /// Reading, writing or listening failed.
    #[error(transparent)]
    Host(#[from] std::io::Error),
}

impl Failure {
    /// The exit code that says so.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Refused(_) => EXIT_REFUSED,
            Self::Usage(_) => EXIT_USAGE,
            Self::Fault { .. } => EXIT_FAULT,
            Self::Host(_) => EXIT_HOST,
        }
    }
}

/// A desk of a host that stays, with what this computer has: its secret store, and a service for the bureau's other PCs.
///
/// # Errors
/// A thread could not be started.
pub fn staying(folder: PathBuf) -> std::io::Result<Arc<Desk>> {
    let desk = Arc::new(Desk::new(setup(folder).with_relay(Box::new(LanRelay))));
    desk.relay_in_background()?;
    Ok(desk)
}

fn setup(folder: PathBuf) -> DeskSetup {
    DeskSetup::at(folder).with_secrets(Box::new(OsStore))
}

/// Carries out what the command line asks for.
///
/// # Errors
/// See [`Failure`].
pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let data = arguments.data;
    let open = || Arc::new(Desk::new(setup(data.clone())));
    match arguments.job {
        Job::Help => print(&format!("{USAGE}\n")),
        Job::Commands => print(&commands()),
        Job::Call { command, request, sign_in } => call::run(&open(), &command, request, sign_in.as_ref()),
        Job::Sign { person, password_fd } => sign::run(&open(), &person, password_fd),
        Job::Session => session::run(&*staying(data)?),
        Job::Serve { port, ui } => serve::run(&staying(data)?, port, ui),
        Job::Verify { sign_in } => verify::run(&open(), sign_in.as_ref()),
    }
}

/// Runs and reports: what `main` returns.
#[must_use]
pub fn main_with(words: impl Iterator<Item = String>) -> ExitCode {
    match Arguments::parse(words).map_err(Failure::from).and_then(run) {
        Ok(()) => ExitCode::from(EXIT_DONE),
        Err(failure) => {
            report(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

fn report(failure: &Failure) {
    use std::io::Write;
    let mut standard_error = std::io::stderr().lock();
    // Nobody is left to tell when standard error is closed.
    let _ = match failure {
        Failure::Refused(refusal) => writeln!(standard_error, "{}\n{}", failure, refusal.advice),
        Failure::Usage(_) => writeln!(standard_error, "{failure}\n\n{USAGE}"),
        _ => writeln!(standard_error, "{failure}"),
    };
}

fn commands() -> String {
    let table = serde_json::json!({ "commands": COMMANDS, "types": qianban_desk::types() });
    format!("{table:#}\n")
}

fn print(text: &str) -> Result<(), Failure> {
    use std::io::Write;
    Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
}

fn print_json(value: &serde_json::Value) -> Result<(), Failure> {
    print(&format!("{value:#}\n"))
}
