//! Starting other programs and saying so.

use std::fmt;
use std::process::{Command, Output};

/// Why a verb could not go on; the text is for the person at the terminal.
#[derive(Debug)]
pub(crate) struct Stop(String);

impl Stop {
    /// A reason in plain words.
    pub(crate) fn new(reason: impl Into<String>) -> Stop {
        Stop(reason.into())
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Prints the command line, runs it with our output, and demands success.
pub(crate) fn run(command: &mut Command) -> Result<(), Stop> {
    let line = line_of(command);
    println!("\n$ {line}");
    let status = command.status().map_err(|error| Stop::new(format!("cannot start {line}: {error}")))?;
    if status.success() { Ok(()) } else { Err(Stop::new(format!("{status}: {line}"))) }
}

/// Runs silently and returns what it printed; demands success.
pub(crate) fn read(command: &mut Command) -> Result<String, Stop> {
    let line = line_of(command);
    let Output { status, stdout, stderr } =
        command.output().map_err(|error| Stop::new(format!("cannot start {line}: {error}")))?;
    if !status.success() {
        return Err(Stop::new(format!("{status}: {line}\n{}", String::from_utf8_lossy(&stderr))));
    }
    Ok(String::from_utf8_lossy(&stdout).into_owned())
}

/// Runs silently; true when it could be started and succeeded.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

fn line_of(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}
