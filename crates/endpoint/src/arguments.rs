//! The command line.

use std::path::PathBuf;

use thiserror::Error;

/// How to call the program.
pub const USAGE: &str = "\
qianban-endpoint [--config FILE] serve
qianban-endpoint [--config FILE] invite
qianban-endpoint [--config FILE] backup FILE
qianban-endpoint [--config FILE] restore FILE

serve     answers until SIGTERM or SIGINT; prints its addresses
invite    prints a code that lets one bureau in, once, within two days
backup    writes a copy of everything into a new file, while the service runs
restore   takes a copy in, into an empty database, which begins a new life";

/// A command line that was understood.
#[derive(Debug, PartialEq, Eq)]
pub struct Arguments {
    /// The file of settings; defaults when absent.
    pub config: Option<PathBuf>,
    /// What to do.
    pub job: Job,
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Job {
    /// Print how to call the program.
    Help,
    /// Answer requests.
    Serve,
    /// Make a code for a bureau.
    Invite,
    /// Make a copy.
    Backup(PathBuf),
    /// Take a copy in.
    Restore(PathBuf),
}

/// Why a command line was not understood.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum UsageError {
    /// `--config` without a file.
    #[error("--config needs a file")]
    Config,
    /// A copy without its file.
    #[error("backup and restore need a file")]
    File,
    /// Something else than a job.
    #[error("{0:?} is not understood here")]
    Word(String),
}

impl Arguments {
    /// Reads the words after the program's name.
    ///
    /// # Errors
    /// See [`UsageError`].
    pub fn parse(words: impl Iterator<Item = String>) -> Result<Self, UsageError> {
        let mut words = words.peekable();
        let config = match words.next_if(|word| word == "--config") {
            Some(_) => Some(words.next().map(PathBuf::from).ok_or(UsageError::Config)?),
            None => None,
        };
        let job = match words.next().as_deref() {
            None | Some("help" | "--help" | "-h") => Job::Help,
            Some("serve") => Job::Serve,
            Some("invite") => Job::Invite,
            Some("backup") => Job::Backup(words.next().map(PathBuf::from).ok_or(UsageError::File)?),
            Some("restore") => Job::Restore(words.next().map(PathBuf::from).ok_or(UsageError::File)?),
            Some(other) => return Err(UsageError::Word(other.to_owned())),
        };
        match words.next() {
            Some(word) => Err(UsageError::Word(word)),
            None => Ok(Self { config, job }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_refused() {
        let parse = |line: &str| Arguments::parse(line.split_whitespace().map(str::to_owned));
        let serve = Arguments { config: Some("a.toml".into()), job: Job::Serve };
        assert_eq!(parse("--config a.toml serve"), Ok(serve));
        assert_eq!(parse("--config"), Err(UsageError::Config));
        assert_eq!(parse("fly"), Err(UsageError::Word("fly".into())));
        assert_eq!(parse("backup"), Err(UsageError::File));
        assert_eq!(parse("restore a").expect("right").job, Job::Restore("a".into()));
        assert_eq!(parse("serve now"), Err(UsageError::Word("now".into())));
        assert_eq!(parse("").expect("help").job, Job::Help);
    }
}
