//! `host_status`: what the first screen needs.

use qianban_journal::{PersonId, Registry};

use super::join;
use crate::api::{Bureau, HostStatus, Level, Nothing, PersonBrief, SampleBrief, Stage};
use crate::desk::IDLE_LOCK_MINUTES;
use crate::opened::Opened;
use crate::{Desk, Refused, renewal, role, roster, sample};

/// Key of the registry's setting.
const IDLE_LOCK_SETTING: &str = "idle_lock_minutes";

pub(crate) fn run(desk: &Desk, _: Nothing) -> Result<HostStatus, Refused> {
    let opened = desk.try_opened()?;
    let person = desk.person();
    let mut status = HostStatus {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        stage: Stage::FirstStart,
        data_folder: desk.folder().display().to_string(),
        os_store: desk.os_store(),
        bureau: None,
        people: Vec::new(),
        person: None,
        awaits_seat: false,
        idle_lock_minutes: IDLE_LOCK_MINUTES,
        sample: sample::marker(desk.folder()).map(|marker| SampleBrief { password: marker.password }),
        sample_kept: sample::marker(&sample::door::folder(desk.folder())).is_some(),
    };
    match opened {
        Some(opened) => {
            status.stage = match person {
                Some(_) => Stage::Open,
                None if is_joining(&opened)? => Stage::Joining,
                None => Stage::Locked,
            };
            fill(&mut status, &opened, person)?;
        }
        None if Opened::founded(desk.folder()) => {
            status.stage = Stage::Closed;
            let names = roster::read(desk.folder());
            let people = Opened::vault(&desk.setup)?.people()?;
            status.people = people
                .into_iter()
                .map(|id| PersonBrief {
                    id: id.to_string(),
                    name: names.get(&id).cloned().unwrap_or_else(|| id.to_string()),
                    roles: Vec::new(),
                })
                .collect();
            status.people.sort_by(|a, b| a.name.cmp(&b.name));
        }
        None => {}
    }
    Ok(status)
}

fn fill(status: &mut HostStatus, opened: &Opened, person: Option<PersonId>) -> Result<(), Refused> {
    let chain = opened.chain()?;
    let Some(registry) = chain.now() else { return Ok(()) };
    status.bureau = Some(Bureau {
        name: registry.name().to_owned(),
        level: level(registry.level()),
        fingerprint: chain.root_fingerprint(),
        registry_number: registry.number(),
    });
    for id in opened.vault.people()? {
        if opened.seat(registry, id).is_some() || renewal::may_draft(opened, registry, id)? {
            status.people.push(brief(registry, id));
        }
    }
    status.people.extend(newly_certified(opened, registry)?);
    status.people.sort_by(|a, b| a.name.cmp(&b.name));
    status.person = person.map(|id| brief(registry, id));
    status.awaits_seat = person.is_some_and(|id| opened.seat(registry, id).is_none());
    let minutes = registry.setting(IDLE_LOCK_SETTING).and_then(|text| text.parse().ok());
    status.idle_lock_minutes =
        minutes.filter(|minutes| (1..=240).contains(minutes)).unwrap_or(IDLE_LOCK_MINUTES);
    Ok(())
}

/// People whose seat was certified and who have not sat down since: the key is still under the name they asked with.
fn newly_certified(opened: &Opened, registry: Registry<'_>) -> Result<Vec<PersonBrief>, Refused> {
    let asked = opened.store.read(|reader| reader.seat_requests())?;
    let kept = opened.vault.people()?;
    let known = asked.iter().filter(|asked| kept.contains(&asked.certificate.person));
    let brief = known.filter_map(|asked| {
        let (_, to) = join::certified(registry, &asked.certificate)?;
        let asked = asked.certificate.person;
        let seated = asked == to && opened.seat(registry, to).is_some();
        (!seated).then(|| PersonBrief { id: asked.to_string(), ..brief(registry, to) })
    });
    Ok(brief.collect())
}

/// Whether nobody at this PC has a seat yet, and none that was asked for is certified.
pub(super) fn is_joining(opened: &Opened) -> Result<bool, Refused> {
    let chain = opened.chain()?;
    let Some(registry) = chain.now() else { return Ok(true) };
    let asked = opened.store.read(|reader| reader.seat_requests())?;
    let certified = asked.iter().any(|asked| join::certified(registry, &asked.certificate).is_some());
    Ok(!certified && nobody_sat_down(opened)?)
}

/// Whether nobody at this PC may sit down: it cannot be asked who they are before bundles come in.
pub(crate) fn nobody_sat_down(opened: &Opened) -> Result<bool, Refused> {
    let chain = opened.chain()?;
    let Some(registry) = chain.now() else { return Ok(true) };
    for id in opened.vault.people()? {
        let kept = opened.vault.seats(id)?;
        let seated = opened.seat(registry, id).is_some_and(|(seat, _)| kept.contains(&seat));
        if seated || renewal::may_draft(opened, registry, id)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A person with the titles of the roles held, each once.
fn brief(registry: Registry<'_>, id: PersonId) -> PersonBrief {
    let mut roles: Vec<String> = Vec::new();
    for assignment in registry.roles_of(id) {
        let title = role::title(assignment.role.as_str());
        if !roles.contains(&title) {
            roles.push(title);
        }
    }
    let name = registry.person(id).map_or_else(|| id.to_string(), |record| record.name.clone());
    PersonBrief { id: id.to_string(), name, roles }
}

/// Code of a level in the registry.
pub(crate) fn level_code(level: Level) -> &'static str {
    match level {
        Level::Province => "province",
        Level::City => "city",
        Level::County => "county",
    }
}

fn level(code: &str) -> Level {
    match code {
        "province" => Level::Province,
        "city" => Level::City,
        _ => Level::County,
    }
}
