//! The hand that tampers: another SQLCipher program, `sqlcipher3-wheels` from PyPI, given the key.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use qianban_store::{Cost, DATABASE_NAME, Password, Vault};
use serde_json::{Value, json};

use crate::bureau::{Bureau, password};
use crate::ctl::Outcome;

/// Random numbers that are the same in every run.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `below`.
    pub(crate) fn below(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % below
    }
}

/// The database of a bureau with its key.
pub(crate) struct Witness {
    key: String,
}

impl Witness {
    /// Takes the key out of the vault with the founder's password.
    pub(crate) fn of(bureau: &Bureau) -> Self {
        let vault = Vault::open(&bureau.data, Cost::OFFICE).expect("a vault");
        let password = Password::new(&password("张三")).expect("a password");
        let founder = bureau.id("张三").parse().expect("an id");
        let key = vault.unlock(founder, &password, now_ms()).expect("it opens");
        Self { key: hex::encode(key.as_bytes()) }
    }

    /// Runs statements in one transaction; answers the rows of each.
    pub(crate) fn run(&self, data: &Path, statements: &[(&str, Value)]) -> Vec<Value> {
        let outcome = Outcome::of(&mut python(), &format!("{}\n", self.order(data, statements, false)));
        assert_eq!(outcome.exit, 0, "the witness works: {outcome:?}");
        match serde_json::from_str(&outcome.standard_output).expect("JSON") {
            Value::Array(answers) => answers,
            other => panic!("not a list: {other}"),
        }
    }

    /// Takes the write lock and keeps it until the returned process is told to end.
    pub(crate) fn hold(&self, data: &Path) -> Held {
        use std::io::{BufRead, BufReader, Write};
        let mut child = python().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("Python starts");
        let input = child.stdin.as_mut().expect("piped");
        writeln!(input, "{}", self.order(data, &[], true)).expect("it listens");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("it speaks");
        assert!(!line.is_empty(), "the lock is held");
        Held(child)
    }

    fn order(&self, data: &Path, statements: &[(&str, Value)], hold: bool) -> Value {
        json!({ "database": data.join(DATABASE_NAME), "key": self.key, "statements": statements, "hold": hold })
    }

    /// The bytes of a column in every row, with the number of the row.
    pub(crate) fn column(&self, data: &Path, table: &Column) -> Vec<(i64, Vec<u8>)> {
        let Column { table, row, column } = table;
        let sql = format!("SELECT {row}, {column} FROM {table} ORDER BY {row}");
        let answers = self.run(data, &[(&sql, json!([]))]);
        let bytes = |row: &Value| {
            let digits = row[1]["hex"].as_str().expect("bytes");
            (row[0].as_i64().expect("a number"), hex::decode(digits).expect("hex"))
        };
        answers[0].as_array().expect("rows").iter().map(bytes).collect()
    }

    /// Writes the bytes of a column.
    pub(crate) fn put(&self, data: &Path, table: &Column, row: i64, bytes: &[u8]) {
        let Column { table, row: key, column } = table;
        let sql = format!("UPDATE {table} SET {column} = ? WHERE {key} = ?");
        self.run(data, &[(&sql, json!([{ "hex": hex::encode(bytes) }, row]))]);
    }
}

/// A column of bytes.
pub(crate) struct Column {
    pub(crate) table: &'static str,
    pub(crate) row: &'static str,
    pub(crate) column: &'static str,
}

/// The lock of another program; dropping it lets go.
pub(crate) struct Held(Child);

impl Drop for Held {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_millis()).expect("before the year 292,000,000")
}

/// The Python that `cargo xtask setup` made.
fn python() -> Command {
    let cache = || {
        let cache = std::env::var_os("QIANBAN_CACHE").map(PathBuf::from);
        cache.or_else(|| Some(std::env::home_dir()?.join(".cache/qianban"))).expect("a home folder")
    };
    let program = std::env::var_os("QIANBAN_PYTHON")
        .map_or_else(|| cache().join("tools/python/bin/python"), PathBuf::from);
    assert!(program.exists(), "`cargo xtask setup` installs {}", program.display());
    let mut command = Command::new(program);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("story/witness.py"));
    command
}

/// Copies a data folder whose program has ended.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}
