//! (e) The sample bureau at sizes: how long it takes to make, and how long its rooms take to open in it.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use chrono::{DateTime, FixedOffset};
use qianban_desk::api::Refusal;
use qianban_desk::{Ambient, Cost, Desk, DeskSetup, PlayedSample, Refused, SystemAmbient, play_sample};
use serde_json::{Value, json};

use crate::many::Many;
use crate::measure::{Failed, Times};

/// The moment at which the sample is opened: a Friday in office hours, so that runs compare.
const NOW: &str = "2026-11-27T15:20:00+08:00";
const SEED: u64 = 1;
/// Rounds of every room.
const ROUNDS: usize = 50;

/// A clock that stands still.
struct Still(DateTime<FixedOffset>);

impl Ambient for Still {
    fn now(&self) -> DateTime<FixedOffset> {
        self.0
    }

    fn fill(&self, bytes: &mut [u8]) -> Result<(), Refused> {
        SystemAmbient.fill(bytes)
    }
}

/// A room that a person opens.
struct Room {
    name: &'static str,
    person: &'static str,
    command: &'static str,
    request: fn() -> Value,
}

const ROOMS: &[Room] = &[
    Room { name: "workbench of a maintainer", person: "钱七", command: "workbench", request: || json!({}) },
    Room {
        name: "workbench of the information center",
        person: "孙八",
        command: "workbench",
        request: || json!({}),
    },
    Room {
        name: "workbench of the supervisor", person: "冯二", command: "workbench", request: || json!({})
    },
    Room { name: "workbench of a unit", person: "沈一", command: "workbench", request: || json!({}) },
    Room { name: "list of ledgers", person: "张三", command: "ledgers", request: || json!({}) },
    Room { name: "first page of the calls", person: "张三", command: "ledger_list", request: || page("") },
    Room {
        name: "search, 1 character 「库」",
        person: "张三",
        command: "ledger_list",
        request: || page("库"),
    },
    Room {
        name: "search, 2 characters 「打印」",
        person: "张三",
        command: "ledger_list",
        request: || page("打印"),
    },
    Room {
        name: "search, a number 「第0077号」",
        person: "张三",
        command: "ledger_list",
        request: || page("第0077号"),
    },
    Room {
        name: "search, a name not there 「某某」",
        person: "张三",
        command: "ledger_list",
        request: || page("某某"),
    },
];

fn page(text: &str) -> Value {
    json!({ "ledger": "phone", "text": text, "status": null, "cursor": null, "limit": 50 })
}

/// Lines of the report, for the sample as it is and grown to these sizes, ascending.
pub(crate) fn run(place: &Path, sizes: &[u32]) -> Result<Vec<String>, Failed> {
    let folder = tempfile::Builder::new().prefix("bench-sample-").tempdir_in(place)?;
    let data = folder.path().join("data");
    let start = Instant::now();
    let played = play_sample(setup(&data)?, SEED, &mut |_, _| ControlFlow::Continue(()));
    let played = played.map_err(words)?.ok_or("the sample was not played to its end")?;
    let mut lines = vec![format!(
        "The sample: {} forms, made in {:.1} s.\n",
        played.forms,
        start.elapsed().as_secs_f64()
    )];
    let mut rooms = vec![opened(&data, &played)?];
    for size in sizes {
        let start = Instant::now();
        let (forms, events) = Many::open(&data, &played.password)?.grow(*size)?;
        let seconds = start.elapsed().as_secs_f64();
        let megabytes = std::fs::metadata(data.join(qianban_store::DATABASE_NAME))?.len() >> 20;
        lines.push(format!(
            "{size} forms: {forms} more with {events} events, signed and taken in within {seconds:.0} s \
             ({:.0} events/s); {megabytes} MB on the disk.\n",
            events as f64 / seconds
        ));
        rooms.push(opened(&data, &played)?);
    }
    let heads = sizes.iter().map(|size| format!(" {size} forms, ms |"));
    lines.push(format!(
        "| median of {ROUNDS} rounds (nine of ten within) | the sample, ms |{}",
        heads.collect::<String>()
    ));
    lines.push(format!("|---|---|{}", "---|".repeat(sizes.len())));
    for (at, room) in ROOMS.iter().enumerate() {
        let figures = rooms.iter().filter_map(|rooms| rooms.get(at));
        let figures: Vec<String> = figures
            .map(|times| format!("{:.1} ({:.1})", times.within_ms(0.5), times.within_ms(0.9)))
            .collect();
        lines.push(format!("| {} | {} |", room.name, figures.join(" | ")));
    }
    Ok(lines)
}

/// What every room took, by a desk that was opened for it.
fn opened(data: &Path, played: &PlayedSample) -> Result<Vec<Times>, Failed> {
    let desk = Desk::new(setup(data)?);
    let call = |command: &str, request: Value| desk.call(command, request).map_err(words);
    let people = call("host_status", json!({}))?["people"].clone();
    let people = people.as_array().ok_or("nobody")?;
    let mut rooms = Vec::new();
    for room in ROOMS {
        let person =
            people.iter().find(|person| person["name"] == room.person).ok_or("not there")?["id"].clone();
        call("open_database", json!({ "with": "password", "person": person, "password": played.password }))?;
        let mut times = Times::default();
        for _ in 0..ROUNDS {
            times.take(|| call(room.command, (room.request)()))?;
        }
        rooms.push(times);
    }
    Ok(rooms)
}

fn setup(data: &Path) -> Result<DeskSetup, Failed> {
    let now = DateTime::parse_from_rfc3339(NOW)?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    Ok(DeskSetup::at(data.to_path_buf())
        .with_ambient(Box::new(Still(now)))
        .with_fonts(root.join("assets/fonts"))
        .with_cost(Cost::OFFICE.shown()))
}

fn words(refusal: Refusal) -> Failed {
    format!("{}: {}", refusal.code, refusal.message).into()
}
