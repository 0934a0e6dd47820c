//! Every shipped form, started and filled in the real window with the keyboard alone; one of them sent the same way.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::album::Album;
use crate::driver::Driver;
use crate::office::{EVERYBODY, OUTSIDE, found, sign_by_keys, sit_down};
use crate::window::{Window, until};

/// How often a form is gone through: a field may appear after another was filled.
const ROUNDS: usize = 5;
/// More stops than any form has.
const STOPS: usize = 400;
/// How long the page takes to read itself again after typing rested.
const SETTLING: Duration = Duration::from_millis(900);
/// How long a list may take to open or shut.
const LIST: Duration = Duration::from_secs(10);

/// Where the usual value of a kind does not do: form, field, text. `{…}` stands for a day around today.
const SPECIAL: [(&str, &str, &str); 18] = [
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
    found(&mut window, &[&EVERYBODY, &OUTSIDE]).await;
    sit_down(&window, &EVERYBODY).await;
    let sample = driver.home().join("样例附件.docx");
    fs::write(&sample, "样例附件\n").expect("a file to attach");

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
        if left.is_empty() && !sent {
            window.chord(Key::Control, Key::Enter.into()).await;
            sign_by_keys(&window, &EVERYBODY).await;
            until(LIST, "the form is on its way", async || {
                let status = page(&window).await["status"].clone();
                (status != "draft").then_some(())
            })
            .await;
            sent = true;
        }
    }
    window.shot("last-form").await;
    assert!(sent, "at least one form needed nothing but what was typed");
    assert!(wrong.is_empty(), "fields that the keyboard left wrong:\n{}", wrong.join("\n"));
    window.close().await;
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
    // A page that was just opened has no cursor yet.
    window.stroke(Key::Tab.into()).await;
    window.chord(Key::Control, 'n').await;
    window.focused("new-form-search").await;
    window.see("new-form-list").await;
    window.typed(title).await;
    window.see(&format!("new-{id}")).await;
    window.stroke(Key::Enter.into()).await;
    window.gone("new-form-dialog").await;
    window.see("sheet").await;
    until(LIST, title, async || (page(window).await["definition"]["id"] == id).then_some(())).await;
    let days = days(window).await;
    for round in 0..ROUNDS {
        let page = page(window).await;
        let wanted = wanted(&page, |key| {
            round == 0 && SPECIAL.iter().any(|(of, field, _)| *of == id && *field == key)
        });
        if wanted.is_empty() {
            break;
        }
        go_through(window, wanted, &|name, kind| text(id, name, kind, &days), sample).await;
        tokio::time::sleep(SETTLING).await;
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
        if wanted.is_empty() {
            return;
        }
        window.stroke(Key::Tab.into()).await;
        let name = window.focus().await;
        let Some(kind) = wanted.remove(&name) else {
            // Round the whole page and back where it began.
            if !name.is_empty() && !passed.insert(name.clone()) && name.starts_with("nav-") {
                return;
            }
            continue;
        };
        match kind.as_str() {
            // The list of rows begins anew: what follows is looked at in the next round.
            "table" => {
                window.stroke(Key::Enter.into()).await;
                return;
            }
            // The chooser of files is the operating system's.
            "attachment" => window.attach(&name, sample).await,
            "choice" => window.stroke(Key::Down.into()).await,
            "flag" => window.stroke(' ').await,
            "unit" | "person" | "catalogue" => pick(window, &text(&name, &kind)).await,
            kind => window.typed(&text(&name, kind)).await,
        }
    }
}

/// Opens the list under the cursor and takes what fits these words, or its first line where there are none.
async fn pick(window: &Window, words: &str) {
    let shown = async |open: bool| {
        until(LIST, "the list opens or shuts", async || {
            let script = "return document.activeElement.getAttribute('aria-expanded') === 'true'";
            (window.script(script).await == open).then_some(())
        })
        .await;
    };
    if words.is_empty() {
        window.stroke(Key::Enter.into()).await;
    } else {
        window.typed(words).await;
    }
    shown(true).await;
    tokio::time::sleep(Duration::from_millis(150)).await;
    window.stroke(Key::Enter.into()).await;
    shown(false).await;
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
