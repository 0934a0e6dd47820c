//! `sign`: one action on a form, signed by a seat of this data folder. For another system that carries the envelopes to the
//! endpoint itself; what it signs is here too, and goes with the next exchange.

use qianban_desk::Desk;
use serde_json::{Value, json};

use crate::password::Passwords;
use crate::{Failure, UsageError, call, print_json};

pub(crate) fn run(desk: &Desk, person: &str, password_fd: Option<u32>) -> Result<(), Failure> {
    let mut passwords = Passwords::new(password_fd, true)?;
    let password = passwords.next()?;
    let text = passwords.rest()?;
    let action: Value = serde_json::from_str(&text).map_err(|error| UsageError::Json(error.to_string()))?;
    if !action["form"].is_string() {
        return Err(UsageError::NotOnForm.into());
    }
    match signed(desk, person, &password, &action) {
        Err(Failure::Refused(refusal)) => {
            print_json(&json!(refusal))?;
            Err(Failure::Refused(refusal))
        }
        other => print_json(&other?),
    }
}

fn signed(desk: &Desk, person: &str, password: &str, action: &Value) -> Result<Value, Failure> {
    call::sit_down(desk, person, password)?;
    let sheet = desk.call("sign_prepare", json!({ "action": action })).map_err(Failure::Refused)?;
    let confirm = json!({ "request": sheet["request"], "digest": sheet["digest"], "password": password });
    let signed = desk.call("sign_confirm", confirm).map_err(Failure::Refused)?;
    let events: Vec<String> = serde_json::from_value(signed["events"].clone()).unwrap_or_default();
    let envelopes = desk.envelopes(&events).map_err(Failure::Refused)?;
    Ok(json!({ "envelopes": envelopes, "form": signed["form"], "number": signed["number"] }))
}
