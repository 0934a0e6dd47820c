//! `kill -9` of the loopback host at a random moment of typing, attaching and signing. `QIANBAN_KILL_ROUNDS` asks for
//! another number of rounds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::bureau::{
    Bureau, CELLS, FIELDS, base64, file, one_row, password, permission_request, typed, typed_cell,
};
use crate::http::{Client, Host};
use crate::witness::{Chance, Witness};

/// Rounds without `QIANBAN_KILL_ROUNDS`.
const ROUNDS: usize = 20;
/// The host lives at most this long after the first key is pressed.
const LONGEST_MS: usize = 2_000;
const TYPIST: &str = "李四";
/// Bytes of an attachment, in pieces of [`PIECE_BYTES`]: long enough to be killed inside.
const FILE_BYTES: usize = 300_000;
const PIECE_BYTES: usize = 60_000;

/// What the typist asked for last and was not told about any more.
#[derive(Default)]
enum Asked {
    #[default]
    Nothing,
    /// A field was to hold this text.
    Text(String, String),
    /// A file was to be attached under this name.
    File(String),
    /// The form was to be sent.
    Send,
}

/// What the host told the typist was saved.
#[derive(Default)]
struct Told {
    /// The form being filled.
    form: Option<String>,
    texts: BTreeMap<String, String>,
    files: BTreeSet<String>,
    /// Forms sent, of all rounds.
    sent: usize,
    asked: Asked,
}

/// What became of all rounds.
#[derive(Default, Debug)]
struct Tally {
    texts: usize,
    files: usize,
    sent: usize,
    /// The last request was not answered and its effect is there all the same.
    kept_unanswered: usize,
    /// The last request was not answered and nothing of it is there.
    lost_unanswered: usize,
}

/// A typist at the loopback host. Every step ends with `None` when the host is gone.
struct Typist {
    client: Client,
    definition: String,
    told: Told,
    tally: Tally,
}

impl Typist {
    fn ask(&mut self, command: &str, request: Value) -> Option<Value> {
        let answer = self.client.try_ask(command, request)?;
        Some(answer.unwrap_or_else(|refusal| panic!("{command} was refused: {refusal}")))
    }

    /// Fills and sends one form after another.
    fn work(&mut self) -> Option<()> {
        loop {
            let page = self.ask("form_new", json!({ "definition": self.definition }))?;
            let form = page["form"].as_str().expect("a key").to_owned();
            self.told = Told { form: Some(form.clone()), sent: self.told.sent, ..Told::default() };
            self.fill(&form)?;
            self.attach(&form)?;
            self.send(&form)?;
        }
    }

    /// The reason is typed character by character, as autosave does.
    fn fill(&mut self, form: &str) -> Option<()> {
        for (field, text) in FIELDS {
            let ends: Vec<usize> = if field == "reason" {
                text.char_indices().map(|(at, c)| at + c.len_utf8()).collect()
            } else {
                vec![text.len()]
            };
            for end in ends {
                let text = &text[..end];
                self.told.asked = Asked::Text(field.to_owned(), text.to_owned());
                self.ask("draft_set", typed(form, field, text))?;
                self.told.texts.insert(field.to_owned(), text.to_owned());
                self.told.asked = Asked::Nothing;
                self.tally.texts += 1;
            }
        }
        self.ask("draft_rows", one_row(form))?;
        for (column, text) in CELLS {
            self.ask("draft_set", typed_cell(form, column, text))?;
        }
        Some(())
    }

    fn attach(&mut self, form: &str) -> Option<()> {
        for part in ["一", "二"] {
            let name = format!("材料{part}.pdf");
            let mut bytes = form.as_bytes().to_vec();
            bytes.extend(name.bytes());
            bytes.resize(FILE_BYTES, 0x20);
            let upload = self.ask("file_begin", file(form, &name, &bytes))?["upload"].clone();
            for piece in bytes.chunks(PIECE_BYTES) {
                self.ask("file_chunk", json!({ "upload": upload, "bytes": base64(piece) }))?;
            }
            self.told.asked = Asked::File(name.clone());
            self.ask("file_finish", json!({ "upload": upload }))?;
            self.told.files.insert(name);
            self.told.asked = Asked::Nothing;
            self.tally.files += 1;
        }
        Some(())
    }

    fn send(&mut self, form: &str) -> Option<()> {
        let sheet = self.ask("sign_prepare", json!({ "action": { "kind": "submit", "form": form } }))?;
        self.told.asked = Asked::Send;
        let confirm =
            json!({ "request": sheet["request"], "digest": sheet["digest"], "password": password(TYPIST) });
        self.ask("sign_confirm", confirm)?;
        self.told = Told { sent: self.told.sent + 1, ..Told::default() };
        self.tally.sent += 1;
        Some(())
    }

    /// Compares what is there after a restart with what was told.
    fn compare(&mut self) {
        let ledgers = self.ask("ledgers", json!({})).expect("the host is back");
        let counts = ledgers["ledgers"].as_array().expect("a list").iter().map(|l| l["forms"].as_u64());
        let there = usize::try_from(counts.flatten().sum::<u64>()).expect("a count");
        let more = there.checked_sub(self.told.sent).expect("no form that was sent is gone");
        let kept = match (&self.told.asked, more) {
            (Asked::Send, 1) => {
                self.told = Told { sent: there, ..Told::default() };
                true
            }
            (_, 0) => self.compare_draft(),
            (_, more) => panic!("{more} forms that nobody sent"),
        };
        match self.told.asked {
            Asked::Nothing => {}
            _ if kept => self.tally.kept_unanswered += 1,
            _ => self.tally.lost_unanswered += 1,
        }
        self.told = Told { sent: there, ..Told::default() };
    }

    /// Whether the request that was not answered had its effect.
    fn compare_draft(&mut self) -> bool {
        let Some(form) = self.told.form.clone() else { return false };
        let page = self.ask("form_get", json!({ "form": form })).expect("the host is back");
        let fields = page["content"]["fields"].as_array().expect("a list");
        let text_of = |key: &str| {
            let field = fields.iter().find(|field| field["key"] == key);
            field.and_then(|field| field["text"].as_str()).unwrap_or_default().to_owned()
        };
        let mut kept = false;
        if let Asked::Text(field, text) = &self.told.asked
            && text_of(field) == *text
        {
            kept = true;
            self.told.texts.insert(field.clone(), text.clone());
        }
        for (field, text) in &self.told.texts {
            assert_eq!(text_of(field), *text, "{field} was told to be saved");
        }
        let listed = page["content"]["attachments"].as_array().expect("a list");
        let files: BTreeSet<String> =
            listed.iter().map(|file| file["name"].as_str().expect("a name").to_owned()).collect();
        if let Asked::File(name) = &self.told.asked
            && files.contains(name)
        {
            kept = true;
            self.told.files.insert(name.clone());
        }
        assert_eq!(files, self.told.files, "attached is what was told to be attached");
        kept
    }
}

#[test]
fn a_killed_host_loses_nothing_that_it_said_was_saved() {
    let rounds =
        std::env::var("QIANBAN_KILL_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    let bureau = Bureau::found(&["张三", TYPIST]);
    let witness = Witness::of(&bureau);
    let screen = screen(&bureau);
    let mut chance = Chance::seeded(4711);
    let mut session = bureau.sit(TYPIST);
    let definition = permission_request(&mut session);
    session.end();
    let (mut told, mut tally) = (Told::default(), Tally::default());
    for round in 0..=rounds {
        let host = Host::start(&bureau.data, &screen);
        let client = host.client();
        let mut typist = Typist { client, definition: definition.clone(), told, tally };
        typist.ask("unlock", bureau.unlock(TYPIST)).expect("the host listens");
        typist.compare();
        no_orphans(&witness, &bureau.data);
        if round < rounds {
            let moment = Duration::from_millis(chance.below(LONGEST_MS) as u64);
            typist = killed_at(moment, host, typist);
        } else {
            host.kill();
        }
        (told, tally) = (typist.told, typist.tally);
        let sound = bureau.verify(&bureau.data);
        assert_eq!(sound.exit, 0, "round {round}: {sound:?}");
    }
    println!("{rounds} rounds of kill -9: {tally:?}");
    assert!(tally.texts > rounds && tally.files > 0 && tally.sent > 0, "all of it happened: {tally:?}");
}

/// Lets the typist work and kills the host at the moment.
fn killed_at(moment: Duration, host: Host, mut typist: Typist) -> Typist {
    let (gone, waits) = channel::<()>();
    let work = std::thread::spawn(move || {
        let _kept_until_the_end = gone;
        typist.work();
        typist
    });
    match waits.recv_timeout(moment) {
        Err(RecvTimeoutError::Timeout) => host.kill(),
        _ => panic!("the typist stopped before the host was killed"),
    }
    work.join().expect("the typist saw nothing wrong")
}

/// Every attachment is named by something, every file by an attachment, and the file is sound.
fn no_orphans(witness: &Witness, data: &Path) {
    let answers = witness.run(
        data,
        &[
            ("SELECT lower(hex(digest)) FROM attachment ORDER BY 1", json!([])),
            (
                "SELECT count(*) FROM attachment WHERE digest NOT IN (SELECT digest FROM need)
                     AND digest NOT IN (SELECT digest FROM draft_attachment)",
                json!([]),
            ),
            ("PRAGMA integrity_check", json!([])),
        ],
    );
    let named: Vec<&str> =
        answers[0].as_array().expect("rows").iter().filter_map(|row| row[0].as_str()).collect();
    let files = std::fs::read_dir(data.join("attachments")).expect("a folder");
    let mut files: Vec<String> =
        files.map(|file| file.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    files.sort();
    assert_eq!(files, named, "no file without a row, no row without a file");
    assert_eq!(answers[1][0][0], 0, "no attachment that nothing names");
    assert_eq!(answers[2][0][0], "ok", "integrity_check");
}

/// A built screen of one page, beside the data folder.
fn screen(bureau: &Bureau) -> PathBuf {
    let screen = bureau.data.with_file_name("screen");
    std::fs::create_dir_all(&screen).expect("a folder");
    std::fs::write(screen.join("index.html"), "<p>").expect("written");
    screen
}
