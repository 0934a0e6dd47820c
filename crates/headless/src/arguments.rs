//! The command line.

use std::path::PathBuf;

/// How to call the program.
pub const USAGE: &str = "\
qianbanctl [--data DIR] call COMMAND JSON|- [--person ID] [--password-fd N]
qianbanctl [--data DIR] sign --person ID [--password-fd N]
qianbanctl [--data DIR] session
qianbanctl [--data DIR] serve [--port N] [--ui DIR]
qianbanctl [--data DIR] verify [--person ID] [--password-fd N]
qianbanctl commands --json

call      one command; \"-\" reads the request from standard input
sign      an action on one form from standard input; prints the signed envelopes
session   one {\"command\",\"request\"} a line on standard input, one answer a line on standard output
serve     the screen for a browser on this computer; prints its address
verify    checks every row; names the first bad one and exits with 3
commands  every command with its types

Passwords never stand in an argument. A secret field holding \"@stdin\" or \"@fd\" takes the next line of
standard input or of descriptor N; --person signs in first, with the first such line. For sign the
action follows the password, or is all of standard input when the password comes by descriptor.
Exit: 0 done, 1 refused, 2 usage, 3 bad row, 4 host failure.";

/// A command line that was understood.
#[derive(Debug)]
pub struct Arguments {
    /// The data folder.
    pub data: PathBuf,
    /// What to do.
    pub job: Job,
}

/// What to do.
#[derive(Debug)]
pub enum Job {
    /// Print how to call the program.
    Help,
    /// Print the table of commands.
    Commands,
    /// One command.
    Call {
        /// Its name.
        command: String,
        /// The request as typed, or `-`.
        request: String,
        /// Who sits down first.
        sign_in: Option<SignIn>,
    },
    /// One action on a form, signed.
    Sign {
        /// Whose seat signs.
        person: String,
        /// Descriptor of the password; standard input when absent.
        password_fd: Option<u32>,
    },
    /// Commands from standard input until it ends.
    Session,
    /// The loopback web host.
    Serve {
        /// Port; any free one when absent.
        port: Option<u16>,
        /// Folder of the built screen; `ui/dist` beside the program when absent.
        ui: Option<PathBuf>,
    },
    /// Check every row.
    Verify {
        /// Who opens the database where the OS store does not.
        sign_in: Option<SignIn>,
    },
}

/// A person of this computer, and where the password comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignIn {
    /// Person id; absent: nobody signs in, the descriptor only fills `@fd`.
    pub person: Option<String>,
    /// Descriptor with one password a line; standard input when absent.
    pub password_fd: Option<u32>,
}

/// Why a command line was not understood.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum UsageError {
    /// No such job.
    #[error("no job {0:?}")]
    Job(String),
    /// An option or word that the job does not take.
    #[error("{0:?} is not understood here")]
    Word(String),
    /// An option without its value, or a value that is none.
    #[error("{0} needs a value")]
    Value(&'static str),
    /// No `--data`, and no home folder to derive it from.
    #[error("give --data: there is no home folder")]
    NoHome,
    /// The request is not JSON.
    #[error("the request is not JSON: {0}")]
    Json(String),
    /// An action that is not on one form.
    #[error("sign takes an action on one form")]
    NotOnForm,
    /// A password stood in an argument.
    #[error("a password stood in an argument; write \"@stdin\" or \"@fd\" and pass it there")]
    PasswordArgument,
    /// There is no line left for a placeholder.
    #[error("no line left for a password on {0}")]
    NoPassword(&'static str),
}

struct Words<I: Iterator<Item = String>>(std::iter::Peekable<I>);

impl<I: Iterator<Item = String>> Words<I> {
    fn option(&mut self, name: &'static str) -> Result<Option<String>, UsageError> {
        if self.0.next_if(|word| word == name).is_none() {
            return Ok(None);
        }
        self.0.next().map(Some).ok_or(UsageError::Value(name))
    }

    fn number<T: std::str::FromStr>(&mut self, name: &'static str) -> Result<Option<T>, UsageError> {
        self.option(name)?.map(|text| text.parse().map_err(|_| UsageError::Value(name))).transpose()
    }

    fn sign_in(&mut self) -> Result<Option<SignIn>, UsageError> {
        let person = self.option("--person")?;
        let password_fd = self.number("--password-fd")?;
        let sign_in = SignIn { person, password_fd };
        Ok((sign_in != SignIn::default()).then_some(sign_in))
    }
}

impl Arguments {
    /// Reads the words after the program's name.
    ///
    /// # Errors
    /// See [`UsageError`].
    pub fn parse(words: impl Iterator<Item = String>) -> Result<Self, UsageError> {
        let mut words = Words(words.peekable());
        let data = words.option("--data")?.map(PathBuf::from);
        let job = match words.0.next().as_deref() {
            None | Some("help" | "--help" | "-h") => Job::Help,
            Some("commands") => {
                words.0.next_if(|word| word == "--json");
                Job::Commands
            }
            Some("call") => Job::Call {
                command: words.0.next().ok_or(UsageError::Value("call"))?,
                request: words.0.next().ok_or(UsageError::Value("call"))?,
                sign_in: words.sign_in()?,
            },
            Some("sign") => Job::Sign {
                person: words.option("--person")?.ok_or(UsageError::Value("--person"))?,
                password_fd: words.number("--password-fd")?,
            },
            Some("session") => Job::Session,
            Some("serve") => {
                Job::Serve { port: words.number("--port")?, ui: words.option("--ui")?.map(PathBuf::from) }
            }
            Some("verify") => Job::Verify { sign_in: words.sign_in()? },
            Some(other) => return Err(UsageError::Job(other.to_owned())),
        };
        match words.0.next() {
            Some(word) => Err(UsageError::Word(word)),
            None => {
                Ok(Self { data: data.or_else(qianban_desk::default_folder).ok_or(UsageError::NoHome)?, job })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Arguments, UsageError> {
        Arguments::parse(format!("--data /d {line}").split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options_follow_their_job() {
        let call = parse("call form_get {} --person p --password-fd 3").expect("is right");
        let Job::Call { command, sign_in, .. } = call.job else { panic!("a call") };
        assert_eq!(command, "form_get");
        assert_eq!(sign_in, Some(SignIn { person: Some("p".into()), password_fd: Some(3) }));
        assert!(matches!(
            parse("serve --port 8080").expect("is right").job,
            Job::Serve { port: Some(8080), ui: None }
        ));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        assert_eq!(parse("fly").unwrap_err(), UsageError::Job("fly".into()));
        assert_eq!(parse("serve --port x").unwrap_err(), UsageError::Value("--port"));
        assert_eq!(parse("call lock {} extra").unwrap_err(), UsageError::Word("extra".into()));
        assert_eq!(parse("call lock").unwrap_err(), UsageError::Value("call"));
        assert_eq!(parse("sign --password-fd 3").unwrap_err(), UsageError::Value("--person"));
        assert_eq!(
            parse("verify --password secret").unwrap_err(),
            UsageError::Word("--password".into()),
            "there is no option that takes a password"
        );
    }
}
