//! `session`: commands from standard input, one a line, for scripts that need several in one sitting.

use std::io::{BufRead, Read};

use qianban_desk::Desk;
use serde_json::{Value, json};

use crate::{Failure, print};

/// Bytes of one line.
const LINE_BYTES_MAX: u64 = 4 * 1024 * 1024;

pub(crate) fn run(desk: &Desk) -> Result<(), Failure> {
    let mut input = std::io::stdin().lock();
    while let Some(line) = next_line(&mut input)? {
        let answer = match line {
            Ok(line) => answer(desk, &line),
            Err(unread) => json!({ "unread": unread }),
        };
        print(&format!("{answer}\n"))?;
    }
    Ok(())
}

/// The next line, or why it cannot be read; none at the end. What is over the limit is skipped with its line, so that
/// the rest of a long line is never taken for a command.
fn next_line(input: &mut impl BufRead) -> std::io::Result<Option<Result<String, &'static str>>> {
    let mut line = Vec::new();
    if input.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') && line.len() as u64 == LINE_BYTES_MAX {
        input.skip_until(b'\n')?;
        return Ok(Some(Err("line too long")));
    }
    Ok(Some(String::from_utf8(line).map_err(|_| "not UTF-8")))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_a_long_line_is_no_command() {
        let mut text = vec![b' '; usize::try_from(LINE_BYTES_MAX).expect("fits")];
        text.extend(b"{\"command\":\"lock\"}\n\xff\n{}");
        let mut input = text.as_slice();
        assert_eq!(next_line(&mut input).expect("reads"), Some(Err("line too long")));
        assert_eq!(next_line(&mut input).expect("reads"), Some(Err("not UTF-8")));
        assert_eq!(next_line(&mut input).expect("reads"), Some(Ok("{}".to_owned())));
        assert_eq!(next_line(&mut input).expect("reads"), None);
    }
}
