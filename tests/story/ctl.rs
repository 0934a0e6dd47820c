//! The program under test: one call, or a sitting of several commands.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// The program on a data folder, without a session bus: a story never touches the keyring of the person who runs it.
pub(crate) fn qianbanctl(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_story-host"));
    without_bus(&mut command);
    command.arg("--data").arg(data);
    command
}

/// Takes the way to any keyring out of a command's environment.
pub(crate) fn without_bus(command: &mut Command) {
    for name in ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "DISPLAY", "WAYLAND_DISPLAY"] {
        command.env_remove(name);
    }
}

/// How one call ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) exit: i32,
    pub(crate) standard_output: String,
    pub(crate) standard_error: String,
}

impl Outcome {
    /// Runs a command to its end with these bytes on its standard input.
    pub(crate) fn of(command: &mut Command, input: &str) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // A program that refuses at once does not read; that is told by its exit.
        let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
        let output = child.wait_with_output().expect("the program ends");
        Self {
            exit: output.status.code().unwrap_or(-1),
            standard_output: String::from_utf8(output.stdout).expect("UTF-8"),
            standard_error: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// The refusal on standard output: its code. It must speak Chinese.
    pub(crate) fn refusal(&self) -> String {
        assert_eq!(self.exit, 1, "a refusal ends with 1: {self:?}");
        let refusal: Value = serde_json::from_str(&self.standard_output)
            .unwrap_or_else(|error| panic!("a refusal is JSON ({error}): {self:?}"));
        let code = code_of(&refusal);
        assert!(self.standard_error.contains(&code), "a person at a terminal is told too: {self:?}");
        code
    }
}

/// `call COMMAND` on a data folder; the request goes through standard input.
pub(crate) fn call(data: &Path, command: &str, request: &Value) -> Outcome {
    Outcome::of(qianbanctl(data).args(["call", command, "-"]), &request.to_string())
}

/// The code of a refusal, whose words must be Chinese.
pub(crate) fn code_of(refusal: &Value) -> String {
    let message = refusal["message"].as_str().unwrap_or_default();
    let chinese = message.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    assert!(chinese, "a clerk reads Chinese: {refusal}");
    refusal["code"].as_str().unwrap_or_else(|| panic!("a refusal has a code: {refusal}")).to_owned()
}

/// Several commands in one sitting, over the pipes of one process.
pub(crate) struct Session {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Session {
    /// Starts the program on a data folder.
    pub(crate) fn start(data: &Path) -> Self {
        Self::of(qianbanctl(data).arg("session"))
    }

    /// Starts a command that answers like `session`.
    pub(crate) fn of(command: &mut Command) -> Self {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program starts");
        let input = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        Self { child, input, output }
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The answer, or the refusal.
    pub(crate) fn ask(&mut self, command: &str, request: Value) -> Result<Value, Value> {
        let line = json!({ "command": command, "request": request });
        writeln!(self.input, "{line}").expect("the program listens");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the program speaks");
        let mut answer: Value = serde_json::from_str(&line).expect("an answer is JSON");
        match answer.get_mut("answer") {
            Some(answer) => Ok(answer.take()),
            None => Err(answer.get_mut("refused").map(Value::take).unwrap_or(answer)),
        }
    }

    /// The answer of a command that must not be refused.
    pub(crate) fn get(&mut self, command: &str, request: Value) -> Value {
        self.ask(command, request).unwrap_or_else(|refusal| panic!("{command}: {refusal}"))
    }

    /// The code of a command that must be refused.
    pub(crate) fn refused(&mut self, command: &str, request: Value) -> String {
        match self.ask(command, request) {
            Ok(answer) => panic!("{command} was not refused: {answer}"),
            Err(refusal) => code_of(&refusal),
        }
    }

    /// Lets the program end by itself.
    pub(crate) fn end(self) {
        let Self { mut child, input, output: _ } = self;
        drop(input);
        assert!(child.wait().expect("it ends").success(), "a sitting ends well");
    }
}
