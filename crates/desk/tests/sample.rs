//! The sample bureau: two months of work in every form, made at the first start, and gone when it is erased.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use qianban_desk::{Cost, Desk, DeskSetup, PlayedSample, play_sample};
use qianban_testkit::{Clock, Seeded};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A Friday in office hours.
const FRIDAY: &str = "2026-11-27T15:20:00+08:00";

fn setup(folder: &Path, now: &str) -> DeskSetup {
    DeskSetup::at(folder.to_path_buf())
        .with_ambient(Box::new(Seeded::new(Clock::at(now), 7)))
        .with_cost(Cost::TEST)
}

/// The sample as it is at some moment, opened by one of its people.
struct Sample {
    _folder: TempDir,
    desk: Desk,
    played: PlayedSample,
    people: Vec<Value>,
}

impl Sample {
    fn at(now: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let played = play_sample(setup(&data, now), 1, &mut |_, _| ControlFlow::Continue(()));
        let played = played.expect("played").expect("to its end");
        let desk = Desk::new(setup(&data, now));
        let status = desk.call("host_status", json!({})).expect("a sample");
        let people = status["people"].as_array().expect("people").clone();
        let sample = Self { _folder: folder, desk, played, people };
        sample.sit("张三");
        sample
    }

    fn sit(&self, name: &str) {
        let person = self.people.iter().find(|person| person["name"] == name).expect("known")["id"].clone();
        let request = json!({ "with": "password", "person": person, "password": self.played.password });
        self.desk.call("open_database", request).expect("opened");
    }

    fn call(&self, command: &str, request: Value) -> Value {
        self.desk.call(command, request).unwrap_or_else(|no| panic!("{command}: {no:?}"))
    }

    /// Every form that was sent.
    fn forms(&self) -> Vec<Value> {
        let (mut forms, mut cursor) = (Vec::new(), Value::Null);
        loop {
            let query = json!({ "ledger": null, "text": "", "status": null, "cursor": cursor, "limit": 200 });
            let page = self.call("ledger_list", query);
            forms.extend(page["rows"].as_array().expect("rows").iter().cloned());
            cursor = page["cursor"].clone();
            if cursor.is_null() {
                return forms;
            }
        }
    }
}

fn count<'a>(forms: &'a [Value], key: &str) -> BTreeMap<&'a str, usize> {
    let mut counted = BTreeMap::new();
    for form in forms {
        *counted.entry(form[key].as_str().expect("text")).or_default() += 1;
    }
    counted
}

#[test]
fn every_form_occurs_in_every_state_and_nothing_is_out_of_order() {
    let sample = Sample::at(FRIDAY);
    assert_eq!(sample.played.refused, Vec::<String>::new());
    let forms = sample.forms();
    let titles = count(&forms, "title");
    let definitions =
        sample.call("definitions", json!({}))["definitions"].as_array().expect("a list").clone();
    let missing: Vec<&Value> = definitions
        .iter()
        .map(|definition| &definition["title"])
        .filter(|title| !titles.contains_key(title.as_str().expect("a title")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    let states = count(&forms, "status");
    for state in ["pending", "returned", "approved", "sealed", "closed", "rejected"] {
        assert!(states.contains_key(state), "{state}: {states:?}");
    }
    assert!(states["closed"] * 2 > forms.len(), "most of two months is done: {states:?}");
    let work = sample.call("workbench", json!({}));
    assert_eq!(work["findings"], 0, "an honest office has none");
    the_workbench_is_alive(&sample);
    let verified = sample.desk.verify().expect("looked at");
    assert!(verified.is_empty(), "{verified:?}");
}

/// The people who do the work have something to do.
fn the_workbench_is_alive(sample: &Sample) {
    let of = |name: &str| {
        sample.sit(name);
        sample.call("workbench", json!({}))
    };
    let shows = |work: &Value, list: &str| work[list].as_array().expect("a list").len();
    let maintainer = of("钱七");
    for list in ["to_do", "clocks", "alerts", "duties", "owed", "under_way"] {
        assert!(shows(&maintainer, list) > 0, "{list}: {maintainer:#}");
    }
    let clocks = maintainer["clocks"].as_array().expect("clocks");
    assert!(
        clocks.iter().any(|clock| clock["clock"]["standing"] == "overdue"),
        "something is late: {clocks:#?}"
    );
    let duties = maintainer["duties"].as_array().expect("duties");
    let inspection =
        duties.iter().find(|duty| duty["title"] == "每个工作日巡检").expect("today's inspection");
    assert_eq!((&inspection["period"], &inspection["missed"]), (&json!("2026-11-27"), &json!(false)));
    assert!(duties.iter().all(|duty| duty["missed"] == false), "two months without a gap: {duties:#?}");
    assert!(shows(&of("孙八"), "mine") > 0, "somebody waits for the information center");
    let school = of("沈一");
    assert!(shows(&school, "returned") > 0 && shows(&school, "under_way") > 0, "{school:#}");
    assert!(shows(&of("李四"), "drafts") > 0, "a draft");
}

#[test]
fn the_same_moment_gives_the_same_forms() {
    let [one, other] = [Sample::at(FRIDAY), Sample::at(FRIDAY)];
    let listed = |sample: &Sample| {
        let mut forms = sample.forms();
        // An id covers signatures, and a signature is drawn anew each time.
        forms.iter_mut().for_each(|form| form["form"] = Value::Null);
        forms
    };
    for (one, other) in listed(&one).iter().zip(&listed(&other)) {
        assert_eq!(one, other, "number, summary, person, state and times");
    }
    assert_eq!(one.forms().len(), other.forms().len());
    for at in (0..one.forms().len()).step_by(40) {
        let said = |sample: &Sample| {
            let page = sample.call("form_get", json!({ "form": sample.forms()[at]["form"] }));
            json!([page["content"]["fields"], page["clocks"], page["alerts"], page["status_text"]])
        };
        assert_eq!(said(&one), said(&other), "the same words");
    }
}

/// Holidays, weekends, the small hours, and the turn of a year.
#[test]
fn it_can_be_opened_on_any_day() {
    for now in [
        "2026-02-23T23:50:00+08:00",
        "2026-03-01T03:10:00+08:00",
        "2026-10-08T12:15:00+08:00",
        "2027-01-15T09:00:00+08:00",
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let setup = setup(&folder.path().join("data"), now);
        let played = play_sample(setup, 1, &mut |_, _| ControlFlow::Continue(()));
        let played = played.expect("played").expect("to its end");
        assert_eq!(played.refused, Vec::<String>::new(), "{now}");
        assert!(played.forms > 250, "{now}: {}", played.forms);
    }
}

/// A desk before its first ledger.
fn fresh(folder: &TempDir) -> Desk {
    Desk::new(setup(&folder.path().join("data"), FRIDAY))
}

fn ask(desk: &Desk, command: &str) -> Value {
    desk.call(command, json!({})).unwrap_or_else(|no| panic!("{command}: {no:?}"))
}

/// Waits until the sample is made, or is no longer being made.
fn made(desk: &Desk) -> Value {
    let until = Instant::now() + Duration::from_secs(300);
    loop {
        let status = ask(desk, "sample_status");
        if status["playing"] == false {
            return status;
        }
        assert!(Instant::now() < until, "{status:#}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_door_shows_the_sample_and_takes_it_away_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = fresh(&folder);
    assert_eq!(ask(&desk, "host_status")["sample_kept"], false);
    ask(&desk, "sample_open");
    let status = made(&desk);
    assert_eq!((&status["shown"], &status["done"]), (&json!(true), &status["total"]), "{status:#}");
    assert!(status["total"].as_u64().is_some_and(|total| total > 1000), "{status:#}");

    let host = ask(&desk, "host_status");
    assert_eq!((&host["stage"], &host["bureau"]["name"]), (&json!("locked"), &json!("样例县财政局")));
    let (password, person) = (host["sample"]["password"].clone(), host["people"][0]["id"].clone());
    desk.call("unlock", json!({ "person": person, "password": password }))
        .expect("the password that is shown");
    let list = json!({ "ledger": "permission", "text": "", "status": "closed", "cursor": null, "limit": 10 });
    let form = desk.call("ledger_list", list).expect("a ledger")["rows"][0]["form"].clone();
    let slip = desk.call("slip_pdf", json!({ "form": form, "copy": "" })).expect("a slip");
    let pdf = STANDARD.decode(slip["pdf"].as_str().expect("a file")).expect("base64");
    assert!(words(&folder, &pdf).contains("样例"), "every page says what it is");

    drop(desk);
    let restarted = fresh(&folder);
    let host = ask(&restarted, "host_status");
    assert_eq!((&host["stage"], &host["sample_kept"]), (&json!("first_start"), &json!(true)));
    ask(&restarted, "sample_open");
    assert_eq!(made(&restarted)["shown"], true, "what was tried out is still there");
    drop(restarted);
    beside_a_real_ledger(&folder);
}

/// The door is at the first start; the sample that is kept can still be taken away, and the real ledger is not touched.
fn beside_a_real_ledger(folder: &TempDir) {
    let desk = fresh(folder);
    let people = json!([{ "name": "李四", "unit": "", "roles": [], "password": "自己的口令 2026" }]);
    let found = json!({ "bureau": "另一财政局", "level": "county", "units": [], "people": people });
    desk.call("found", found).expect("founded");
    let refused = desk.call("sample_open", json!({})).expect_err("there is work to do");
    assert_eq!(refused.code, "HOST-FOUNDED");
    let host = ask(&desk, "host_status");
    assert_eq!((&host["bureau"]["name"], &host["sample"]), (&json!("另一财政局"), &Value::Null));
    let host = ask(&desk, "sample_erase");
    assert_eq!((&host["bureau"]["name"], &host["sample_kept"]), (&json!("另一财政局"), &json!(false)));
    assert_eq!(files(folder), ["data"], "nothing is left of the sample");
    assert!(desk.verify().expect("looked at").is_empty());
    let gone = desk.call("sample_erase", json!({})).expect_err("there is none");
    assert_eq!(gone.code, "SAMPLE-NONE");
}

#[test]
fn a_sample_that_is_stopped_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = fresh(&folder);
    ask(&desk, "sample_open");
    let founding = json!({ "bureau": "另一财政局", "level": "county", "units": [], "people": [] });
    let joining = json!({ "name": "李四", "password": "自己的口令 2026" });
    for (door, request) in [("found", founding), ("join", joining)] {
        let refused = desk.call(door, request).expect_err("the sample would hide it");
        assert_eq!(refused.code, "SAMPLE-PLAYING", "{door}");
    }
    ask(&desk, "sample_cancel");
    let status = made(&desk);
    assert_eq!((&status["shown"], &status["refusal"]), (&json!(false), &Value::Null));
    assert_eq!(files(&folder), Vec::<String>::new());
}

/// A folder that only has the name of a sample is somebody's ledger.
#[test]
fn what_is_no_sample_is_not_erased() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = folder.path().join("data-sample");
    std::fs::create_dir(&other).expect("a folder");
    std::fs::write(other.join("qianban.db"), b"ledger").expect("a file");
    let refused = fresh(&folder).call("sample_erase", json!({})).expect_err("not ours");
    assert_eq!(refused.code, "SAMPLE-NONE");
    assert_eq!(files(&folder), ["data-sample"]);
}

fn files(folder: &TempDir) -> Vec<String> {
    let names = std::fs::read_dir(folder.path()).expect("a folder").flatten();
    let names: BTreeSet<String> =
        names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.into_iter().filter(|name| !name.ends_with("slip.pdf")).collect()
}

fn words(folder: &TempDir, pdf: &[u8]) -> String {
    let path = folder.path().join("slip.pdf");
    std::fs::write(&path, pdf).expect("written");
    let read =
        std::process::Command::new("pdftotext").arg(&path).arg("-").output().expect("pdftotext is installed");
    String::from_utf8(read.stdout).expect("text")
}
