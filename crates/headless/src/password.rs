//! Secrets on their way in: from standard input or a descriptor, never from an argument or the environment.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use serde_json::Value;
use zeroize::Zeroizing;

use crate::call::REQUEST_BYTES_MAX;
use crate::{Failure, UsageError};

/// Fields of any request that hold a secret.
const SECRET_FIELDS: [&str; 4] = ["password", "old", "new", "code"];
/// Bytes of one password line.
const LINE_BYTES_MAX: u64 = 4096;

/// Where the passwords of one call come from, a line each.
pub(crate) struct Passwords {
    descriptor: Option<BufReader<File>>,
    standard_input: Option<BufReader<std::io::Stdin>>,
}

impl Passwords {
    /// `fd`: a descriptor that was opened for us. `with_input`: whether standard input is free for passwords.
    pub(crate) fn new(fd: Option<u32>, with_input: bool) -> Result<Self, Failure> {
        let descriptor = fd.map(|fd| File::open(format!("/dev/fd/{fd}"))).transpose()?.map(BufReader::new);
        Ok(Self { descriptor, standard_input: with_input.then(|| BufReader::new(std::io::stdin())) })
    }

    /// The next password for `--person`: from the descriptor if there is one, else from standard input.
    pub(crate) fn next(&mut self) -> Result<Zeroizing<String>, Failure> {
        if self.descriptor.is_some() { self.descriptor_line() } else { self.input_line() }
    }

    fn descriptor_line(&mut self) -> Result<Zeroizing<String>, Failure> {
        line(self.descriptor.as_mut(), "--password-fd")
    }

    fn input_line(&mut self) -> Result<Zeroizing<String>, Failure> {
        line(self.standard_input.as_mut(), "standard input")
    }

    /// Everything that is left on standard input.
    pub(crate) fn rest(&mut self) -> Result<String, Failure> {
        let mut text = String::new();
        if let Some(input) = &mut self.standard_input {
            input.take(REQUEST_BYTES_MAX).read_to_string(&mut text)?;
        }
        Ok(text)
    }

    /// Puts a password wherever a secret field holds `@fd` or `@stdin`. A secret in the clear is refused when the
    /// request stood in an argument, where every program of this computer could read it.
    pub(crate) fn fill(&mut self, request: &mut Value, from_argument: bool) -> Result<(), Failure> {
        match request {
            Value::Object(fields) => fields.iter_mut().try_for_each(|(name, value)| match value {
                Value::String(text) if SECRET_FIELDS.contains(&name.as_str()) => {
                    *text = match text.as_str() {
                        "@fd" => self.descriptor_line()?.to_string(),
                        "@stdin" => self.input_line()?.to_string(),
                        _ if from_argument => return Err(UsageError::PasswordArgument.into()),
                        _ => return Ok(()),
                    };
                    Ok(())
                }
                other => self.fill(other, from_argument),
            }),
            Value::Array(items) => items.iter_mut().try_for_each(|item| self.fill(item, from_argument)),
            _ => Ok(()),
        }
    }
}

fn line(from: Option<&mut impl BufRead>, name: &'static str) -> Result<Zeroizing<String>, Failure> {
    let from = from.ok_or(UsageError::NoPassword(name))?;
    let mut text = Zeroizing::new(String::new());
    if from.take(LINE_BYTES_MAX).read_line(&mut text)? == 0 {
        return Err(UsageError::NoPassword(name).into());
    }
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_password_in_an_argument_is_refused() {
        let mut passwords = Passwords::new(None, false).expect("nothing to open");
        let mut request = json!({ "people": [{ "password": "secret-one" }] });
        let refused = passwords.fill(&mut request, true).unwrap_err();
        assert!(matches!(refused, Failure::Usage(UsageError::PasswordArgument)), "{refused}");
        passwords.fill(&mut request, false).expect("standard input may hold it");
        assert_eq!(request["people"][0]["password"], "secret-one");
    }

    #[cfg(unix)]
    #[test]
    fn placeholders_take_line_after_line() {
        use std::io::{Seek, Write};
        use std::os::fd::AsRawFd;
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all("first one\nsecond one\n".as_bytes()).expect("written");
        file.rewind().expect("rewound");
        let fd = u32::try_from(file.as_raw_fd()).expect("is positive");
        let mut passwords = Passwords::new(Some(fd), false).expect("opens");
        let mut request = json!({ "old": "@fd", "new": "@fd", "reason": "@fd" });
        passwords.fill(&mut request, true).expect("two lines for two fields");
        assert_eq!(request, json!({ "old": "second one", "new": "first one", "reason": "@fd" }));
    }
}
