//! `session`: commands from standard input, one a line, for scripts that need several in one sitting.

use std::io::{BufRead, Read};

use qianban_desk::Desk;
use serde_json::{Value, json};

use crate::{Failure, print};

/// Bytes of one line.
const LINE_BYTES_MAX: u64 = 4 * 1024 * 1024;

pub(crate) fn run(desk: &Desk) -> Result<(), Failure> {
    let mut input = std::io::stdin().lock();
    loop {
        let mut line = String::new();
        if input.by_ref().take(LINE_BYTES_MAX).read_line(&mut line)? == 0 {
            return Ok(());
        }
        print(&format!("{}\n", answer(desk, &line)))?;
    }
}

/// `{"answer": …}`, `{"refused": …}`, or `{"unread": …}` for a line that is no command.
fn answer(desk: &Desk, line: &str) -> Value {
    let mut parsed: Value = match serde_json::from_str(line) {
        Ok(parsed) => parsed,
        Err(error) => return json!({ "unread": error.to_string() }),
    };
    let request = parsed.get_mut("request").map_or_else(|| json!({}), Value::take);
    match parsed.get("command").and_then(Value::as_str) {
        None => json!({ "unread": "no command" }),
        Some(command) => match desk.call(command, request) {
            Ok(answer) => json!({ "answer": answer }),
            Err(refusal) => json!({ "refused": refusal }),
        },
    }
}
