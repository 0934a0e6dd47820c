//! Every shipped form, started and filled in the real window with the keyboard alone; one of them sent the same way.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::album::Album;
use crate::driver::Driver;
use crate::office::{EVERYBODY, OUTSIDE, found_with, sign_by_keys, sit_down};
use crate::window::{PATIENCE, Window, until};

/// The form that is also sent.
const SENT: &str = "on-site-service";
/// How often a form is gone through: a field may appear after another was filled.
const ROUNDS: usize = 5;
/// More stops than any form has.
const STOPS: usize = 400;
/// More stops than a dialog for a new form has.
const TABS: usize = 8;

/// Where the usual value of a kind does not do: form, field, text. `{…}` stands for a day around today.
const SPECIAL: [(&str, &str, &str); 22] = [
    ("appraisal", "appraiser", OUTSIDE.name),
    ("carry-over", "year", "{last-year}"),
    ("carry-over", "cutoff", "{last-year}-12-31 18:00"),
    ("carry-over", "transit_checked_at", "{yesterday} 09:00"),
    ("carry-over", "execute_at", "{today} 09:00"),
    ("carry-over-plan", "cutoff", "{year}-12-31 18:00"),
    ("carry-over-plan", "starts_at", "{year}-12-31 20:00"),
    ("carry-over-plan", "ends_at", "{year}-12-31 23:00"),
    ("cut-off-notice", "cutoff", "{year}-12-31 18:00"),
    ("inspection-filing", "period_start", "{last-month}-01"),
    ("inspection-filing", "period_end", "{last-month-end}"),
    ("inspection-filing", "filing_date", "{today}"),
    ("inspection-log", "inspect_date", "{yesterday}"),
    ("inspection-log", "started_at", "{yesterday} 09:00"),
    ("inspection-log", "finished_at", "{yesterday} 09:10"),
    ("on-site-service", "received_at", "{yesterday} 09:00"),
    ("operation-report", "period_start", "{month}-01"),
    ("return-visit", "engineer", OUTSIDE.name),
    ("training-session", "held_at", "{yesterday} 09:00"),
    ("training-session", "ended_at", "{yesterday} 10:00"),
    ("upgrade-control", "planned_from", "{today} 09:00"),
    ("upgrade-control", "planned_until", "{today} 10:00"),
];

#[tokio::test]
async fn every_form_is_filled_by_keys_alone() {
    let album = Album::open("keyboard");
    let driver = Driver::start(&album).await;
    let mut window = driver.open(album).await;
    found_with(&mut window, &[&EVERYBODY, &OUTSIDE]).await;
    sit_down(&window, &EVERYBODY).await;
    let sample = driver.home().join("样例附件.docx");
    fs::write(&sample, "样例附件\n").expect("a file to attach");

    dialog_keeps_the_cursor(&window).await;
    let forms =
        call(&window, "definitions", json!({})).await["definitions"].as_array().expect("a list").clone();
    assert_eq!(forms.len(), shipped(), "every shipped form is offered");
    let (mut wrong, mut sent) = (Vec::new(), false);
    for form in &forms {
        let left = fill(&window, form, &sample).await;
        // What only other forms, or a decision, can mend is no matter of the keyboard.
        let fields =
            left.iter().filter(|problem| !problem["field"].is_null()).map(|problem| &problem["message"]);
        wrong.extend(fields.map(|message| format!("{}: {message}", form["title"])));
        if form["id"] == SENT {
            assert!(left.is_empty(), "nothing is left to do before it is sent: {left:?}");
            window.chord(Key::Control, Key::Enter.into()).await;
            sign_by_keys(&window, &EVERYBODY).await;
            window.gone("sign-waiting").await;
            until(PATIENCE, "the form is on its way", async || {
                (window.attribute("status", "data-status").await != "draft").then_some(())
            })
            .await;
            shortcuts(&window).await;
            sent = true;
        }
    }
    window.shot("last-form").await;
    assert!(sent, "one form was sent");
    assert!(wrong.is_empty(), "fields that the keyboard left wrong:\n{}", wrong.join("\n"));
    window.close().await;
}

/// An open dialog holds the cursor, and Esc gives it back to where it was opened.
async fn dialog_keeps_the_cursor(window: &Window) {
    while window.focus().await != "new-form" {
        window.stroke(Key::Tab).await;
    }
    window.stroke(Key::Enter).await;
    window.focused("new-form-search").await;
    for _ in 0..TABS {
        window.stroke(Key::Tab).await;
        let inside = "return document.activeElement.closest('[role=dialog]') !== null";
        assert_eq!(window.script(inside).await, true, "Tab stays in the dialog: {}", window.focus().await);
    }
    window.stroke(Key::Escape).await;
    window.gone("new-form-dialog").await;
    window.focused("new-form").await;
}

/// From a form to its paper and back, and to the search of the ledger.
async fn shortcuts(window: &Window) {
    window.chord(Key::Control, 'p').await;
    window.see("print").await;
    window.stroke(Key::Escape).await;
    window.see("sheet").await;
    window.chord(Key::Control, 'k').await;
    window.focused("ledger-search").await;
}

/// How many forms the product ships.
fn shipped() -> usize {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../assets/forms");
    let files = fs::read_dir(folder).expect("the forms").flatten();
    files.filter(|file| file.file_name() != "titles.toml").count()
}

/// Starts a form from the list and fills it; gives what still keeps it from being sent.
async fn fill(window: &Window, form: &Value, sample: &Path) -> Vec<Value> {
    let (id, title) = (form["id"].as_str().expect("an id"), form["title"].as_str().expect("a title"));
    window.chord(Key::Control, 'n').await;
    window.focused("new-form-search").await;
    window.see("new-form-list").await;
    window.typed(title).await;
    window.see(&format!("new-{id}")).await;
    window.stroke(Key::Enter).await;
    window.gone("new-form-dialog").await;
    window.see("sheet").await;
    until(PATIENCE, title, async || (page(window).await["definition"]["id"] == id).then_some(())).await;
    let days = days(window).await;
    for round in 0..ROUNDS {
        let page = page(window).await;
        let wanted = wanted(&page, |key| {
            round == 0 && SPECIAL.iter().any(|(of, field, _)| *of == id && *field == key)
        });
        if wanted.is_empty() {
            break;
        }
        for name in wanted.keys() {
            window.there(name).await;
        }
        go_through(window, wanted, &|name, kind| text(id, name, kind, &days), sample).await;
        window.chord(Key::Control, 's').await;
        window.stored().await;
    }
    let page = page(window).await;
    let actions = page["actions"].as_array().expect("a list").clone();
    let submit = actions.into_iter().find(|offer| offer["action"] == "submit").expect("it can be sent");
    submit["problems"].as_array().expect("a list").clone()
}

/// What must be written and is not right yet, or shall say something else: the kinds of the fields by their names on
/// the screen.
fn wanted(page: &Value, special: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
    let mut wanted = BTreeMap::new();
    let mut look = |name: String, field: &Value| {
        let lacks = !field["problem"].is_null() || field["required"] == true && field["text"] == "";
        if field["editable"] == true && (lacks || special(name.trim_start_matches("field-"))) {
            wanted.insert(name, field["kind"].as_str().expect("a kind").to_owned());
        }
    };
    for field in page["content"]["fields"].as_array().expect("a list") {
        let key = field["key"].as_str().expect("a key");
        let rows = field["rows"].as_array().expect("a list");
        match field["kind"].as_str() {
            Some("table") if rows.is_empty() => look(format!("field-{key}-add"), field),
            Some("attachment") => look(format!("field-{key}-file"), field),
            Some("table") => {
                for (number, row) in rows.iter().enumerate() {
                    for cell in row.as_array().expect("a list") {
                        let column = cell["key"].as_str().expect("a key");
                        look(format!("field-{key}-{number}-{column}"), cell);
                    }
                }
            }
            _ => look(format!("field-{key}"), field),
        }
    }
    wanted
}

/// Tab by Tab through the page, writing where something is wanted.
async fn go_through(
    window: &Window,
    mut wanted: BTreeMap<String, String>,
    text: &dyn Fn(&str, &str) -> String,
    sample: &Path,
) {
    let mut passed = BTreeSet::new();
    for _ in 0..STOPS {
        let name = window.focus().await;
        if let Some(kind) = wanted.remove(&name) {
            write(window, &name, &kind, text, sample).await;
            // The rows begin anew: what follows is looked at in the next round.
            if wanted.is_empty() || kind == "table" {
                return;
            }
        } else if name.starts_with("nav-") && !passed.insert(name) {
            // Round the whole page and back where it began.
            return;
        }
        window.stroke(Key::Tab).await;
    }
}

/// Fills the field that has the cursor.
async fn write(window: &Window, name: &str, kind: &str, text: &dyn Fn(&str, &str) -> String, sample: &Path) {
    match kind {
        "table" => {
            window.stroke(Key::Enter).await;
            until(PATIENCE, "a row to write in", async || (window.focus().await != name).then_some(())).await;
        }
        // The chooser of files is the operating system's.
        "attachment" => window.attach(name, sample).await,
        "choice" => window.stroke(Key::Down).await,
        "flag" => window.stroke(' ').await,
        "unit" | "person" | "catalogue" => pick(window, &text(name, kind)).await,
        _ => {
            // What the field begins with is written over.
            window.chord(Key::Control, 'a').await;
            window.typed(&text(name, kind)).await;
        }
    }
}

/// Opens the list under the cursor and takes the line that fits these words, or its first where there are none.
async fn pick(window: &Window, words: &str) {
    if words.is_empty() {
        window.stroke(Key::Enter).await;
    } else {
        window.typed(words).await;
    }
    until(PATIENCE, &format!("a line with {words:?}"), async || {
        let script = "const list = document.activeElement.getAttribute('aria-controls');
            return document.getElementById(list)?.querySelector('.is-hovering')?.textContent ?? ''";
        let line = window.script(script).await;
        line.as_str().is_some_and(|line| !line.is_empty() && line.contains(words)).then_some(())
    })
    .await;
    window.stroke(Key::Enter).await;
    until(PATIENCE, "the list shuts", async || {
        let script = "return document.activeElement.getAttribute('aria-expanded')";
        (window.script(script).await == "false").then_some(())
    })
    .await;
}

/// A value of a kind that most fields take.
fn usual(name: &str, kind: &str) -> &'static str {
    match kind {
        "integer" if name.ends_with("year") => "{year}",
        "text" | "integer" => "1",
        "paragraph" => "按规定办理",
        "money" => "100",
        "percent" => "12.5",
        "phone" => "0000-1234567",
        "account" => "6228480402564890018",
        "id_number" => "11010519491231002X",
        "date" => "{today}",
        "datetime" => "{now}",
        "unit" | "person" | "catalogue" => "",
        other => panic!("{name}: no value for {other}"),
    }
}

/// What is typed into a field of a form, with the days that it names.
fn text(form: &str, name: &str, kind: &str, days: &BTreeMap<String, String>) -> String {
    let key = name.trim_start_matches("field-");
    let own = SPECIAL.iter().find(|(of, field, _)| *of == form && *field == key);
    let text = own.map_or_else(|| usual(name, kind), |(.., text)| text);
    days.iter().fold(text.to_owned(), |text, (name, day)| text.replace(&format!("{{{name}}}"), day))
}

/// The days around today, in the zone of the office.
async fn days(window: &Window) -> BTreeMap<String, String> {
    let script = "const at = (ms) => new Date(ms + 8 * 3600e3).toISOString();
        const now = Date.now(), today = at(now).slice(0, 10);
        const end = new Date(Date.parse(today.slice(0, 8) + '01T00:00:00Z') - 1).toISOString().slice(0, 10);
        return { now: at(now).slice(0, 16).replace('T', ' '), today, yesterday: at(now - 864e5).slice(0, 10),
          year: today.slice(0, 4), 'last-year': String(Number(today.slice(0, 4)) - 1), month: today.slice(0, 7), 'last-month': end.slice(0, 7), 'last-month-end': end }";
    let days = window.script(script).await;
    let days = days.as_object().expect("days").iter();
    days.map(|(name, day)| (name.clone(), day.as_str().expect("a day").to_owned())).collect()
}

/// What the desk says of the form on the screen.
async fn page(window: &Window) -> Value {
    let form = window.attribute("form", "data-form").await;
    call(window, "form_get", json!({ "form": form })).await
}

/// What a command answers; only ever to read.
async fn call(window: &Window, command: &str, request: Value) -> Value {
    let script = format!(
        "const done = arguments[arguments.length - 1];
        window.__TAURI_INTERNALS__.invoke('call', {{ command: '{command}', request: {request} }}).then(done, done)"
    );
    window.script_later(&script).await
}
