//! `call`: one command.

use std::io::Read;
use std::time::Duration;

use qianban_desk::api::Refusal;
use qianban_desk::{COMMANDS, CommandInfo, Desk};
use serde_json::{Value, json};

use crate::arguments::SignIn;
use crate::password::Passwords;
use crate::{Failure, UsageError, print_json};

/// Bytes of a request on standard input.
pub(crate) const REQUEST_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// How often a running exchange is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

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
    match desk.call(command, request).and_then(|answer| ended(desk, command, answer)) {
        Ok(answer) => print_json(&answer),
        Err(refusal) => {
            print_json(&json!(refusal))?;
            Err(Failure::Refused(refusal))
        }
    }
}

/// The answer of a command that begins an exchange, when the exchange has ended: with this call the program ends too.
fn ended(desk: &Desk, command: &str, mut answer: Value) -> Result<Value, Refusal> {
    let begins = |info: &&CommandInfo| info.name == command && info.response == "ExchangeStatus";
    if COMMANDS.iter().find(begins).is_none() {
        return Ok(answer);
    }
    let with_endpoint = ["sync", "enrol", "introduce"].contains(&answer["task"].as_str().unwrap_or_default());
    let asked = if with_endpoint { "sync_progress" } else { "exchange_status" };
    while answer["running"] == true {
        std::thread::sleep(LOOK_EVERY);
        answer = desk.call(asked, json!({}))?;
    }
    match serde_json::from_value::<Option<Refusal>>(answer["refused"].clone()) {
        Ok(Some(refusal)) => Err(refusal),
        _ => Ok(answer),
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
