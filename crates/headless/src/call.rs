//! `call`: one command.

use std::io::Read;

use qianban_desk::Desk;
use serde_json::{Value, json};

use crate::arguments::SignIn;
use crate::password::Passwords;
use crate::{Failure, UsageError, print_json};

/// Bytes of a request on standard input.
const REQUEST_BYTES_MAX: u64 = 4 * 1024 * 1024;

pub(crate) fn run(
    desk: &Desk,
    command: &str,
    request: String,
    sign_in: Option<&SignIn>,
) -> Result<(), Failure> {
    let from_input = request == "-";
    let mut passwords = Passwords::new(sign_in.and_then(|who| who.password_fd), !from_input)?;
    if let Some(person) = sign_in.and_then(|who| who.person.as_deref()) {
        sit_down(desk, person, &passwords.next()?)?;
    }
    let text = if from_input { standard_input()? } else { request };
    let mut request: Value =
        serde_json::from_str(&text).map_err(|error| UsageError::Json(error.to_string()))?;
    passwords.fill(&mut request, !from_input)?;
    match desk.call(command, request) {
        Ok(answer) => print_json(&answer),
        Err(refusal) => {
            print_json(&json!(refusal))?;
            Err(Failure::Refused(refusal))
        }
    }
}

/// Opens the database, if need be, and puts the person at the desk.
pub(crate) fn sit_down(desk: &Desk, person: &str, password: &str) -> Result<(), Failure> {
    let status = desk.call("host_status", json!({})).map_err(Failure::Refused)?;
    let (command, request) = match status["stage"].as_str() {
        Some("closed") => {
            ("open_database", json!({ "with": "password", "person": person, "password": password }))
        }
        _ => ("unlock", json!({ "person": person, "password": password })),
    };
    desk.call(command, request).map(drop).map_err(Failure::Refused)
}

fn standard_input() -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin().lock().take(REQUEST_BYTES_MAX).read_to_string(&mut text)?;
    Ok(text)
}
