//! The boxes that people fill: sign-offs of a step and rows of a do-table, void and corrected ones struck through.

use qianban_catalog::{Section, TickStanding, tickers};
use qianban_journal::{Actor, ApproveView, EntryView, Mode, Registry};
use qianban_paper::{Blank, Filling, Labelled, Records, SignOff, Standing};

use super::{PRINTED_TIME, SHORT_DIGITS};
use crate::record::{Look, Record};
use crate::show::section::shown;
use crate::show::steps::keys_of;
use crate::stated::{self, STATED};
use crate::{Refused, ambient, api, counted, names};

/// The box of a step.
pub(super) fn step(look: Look<'_>, record: &Record, key: &str) -> Result<Filling, Refused> {
    let registry = record.registry()?;
    let Some(step) = record.definition.step(key) else { return Ok(empty()) };
    let mut records = Vec::new();
    let mut standing = 0;
    let current = record.round().map(|round| round.round);
    let rounds = record.view().map(|view| view.rounds.as_slice()).unwrap_or_default();
    for round in rounds {
        let keys = keys_of(look, record, round);
        for approve in round.approves.iter().filter(|approve| approve.illegal.is_none()) {
            let carried_on = rounds.iter().any(|later| {
                later.round != round.round
                    && later.approves.iter().any(|other| other.carried && other.id == approve.id)
            });
            if keys.get(usize::from(approve.step)).map(String::as_str) != Some(key) || carried_on {
                continue;
            }
            let counts = approve.effective && !approve.void && current == Some(round.round);
            standing += usize::from(counts);
            records.push(sign_off(look, record, registry, key, approve, counts));
        }
    }
    let place = record.step_keys().iter().position(|known| known == key);
    let need = record.round().zip(place).and_then(|(round, place)| round.needs.get(place).copied());
    let need = need.unwrap_or_else(|| usize::from(step.need)).max(1);
    let missing = if place.is_some() { need.saturating_sub(standing) } else { 0 };
    let blank = Blank {
        labels: step.fields.iter().map(|field| field.label.clone()).collect(),
        signature: "签字".to_owned(),
    };
    Ok(Filling::Records(Records { records, blanks: vec![blank; missing] }))
}

fn empty() -> Filling {
    Filling::Records(Records { records: Vec::new(), blanks: Vec::new() })
}

fn sign_off(
    look: Look<'_>,
    record: &Record,
    registry: Registry<'_>,
    key: &str,
    approve: &ApproveView,
    counts: bool,
) -> qianban_paper::Record {
    let section = Section::Step(key.to_owned());
    let values =
        counted::box_values(&record.definition, &section, approve.boxed, look.reader).unwrap_or_default();
    let at = ambient::from_ms(approve.wall, look.now());
    let short_id: String = approve.id.to_string().chars().take(SHORT_DIGITS).collect();
    let key_holder = names::person(registry, approve.person);
    let actor = match (&approve.actor, approve.on_behalf) {
        (_, Some(absent)) => names::person(registry, absent),
        (Actor::Person(person), None) => names::person(registry, *person),
        (Actor::Outsider(name), None) => name.clone(),
    };
    let sign_off = match approve.mode {
        Mode::Electronic => SignOff::Electronic {
            person: actor,
            deputy: approve.on_behalf.map(|_| key_holder),
            at: at.format(PRINTED_TIME).to_string(),
            short_id,
        },
        Mode::Ink => SignOff::Ink {
            person: actor,
            deputy: None,
            on: at.format("%Y-%m-%d").to_string(),
            recorded_by: key_holder,
            short_id,
        },
    };
    let fields = labelled(shown(&record.definition, &section, &values, registry));
    qianban_paper::Record {
        fields,
        sign_off,
        standing: if counts { Standing::Effective } else { Standing::Void },
    }
}

fn labelled(fields: Vec<api::ShownField>) -> Vec<Labelled> {
    fields.into_iter().map(|field| Labelled { label: field.label, text: field.shown }).collect()
}

/// The rows of a do-table.
pub(super) fn entries(look: Look<'_>, record: &Record, name: &str) -> Result<Filling, Refused> {
    let registry = record.registry()?;
    let Some(table) = record.definition.table(name) else { return Ok(empty()) };
    let entries = record.view().map(|view| view.entries.as_slice()).unwrap_or_default();
    let rows = entries.iter().filter(|entry| entry.table == name);
    let written = rows.map(|entry| (entry.at.clone(), row(look, record, registry, entry)));
    let mut records: Vec<_> = written.collect();
    let missed = missed(record, name);
    if !missed.is_empty() {
        records.extend(missed);
        records.sort_by(|(a, _), (b, _)| a.cmp(b));
    }
    let records: Vec<_> = records.into_iter().map(|(_, record)| record).collect();
    let blank = Blank {
        labels: table.fields.iter().map(|field| field.label.clone()).collect(),
        signature: "办理人".to_owned(),
    };
    let blanks = if records.is_empty() { vec![blank] } else { Vec::new() };
    Ok(Filling::Records(Records { records, blanks }))
}

/// The reports of a do-table that were owed and are not there (W221), each with its time.
fn missed(record: &Record, name: &str) -> Vec<(String, qianban_paper::Record)> {
    let mut rows = Vec::new();
    for now in tickers(&record.definition, &record.context).iter().filter(|now| now.table.name == name) {
        for tick in now.ticks.ticks.iter().filter(|tick| tick.standing == TickStanding::Missed) {
            let due = tick.due.format(STATED).to_string();
            let sign_off = SignOff::Missed { title: now.ticker.title.clone(), due: due.clone() };
            rows.push((
                due,
                qianban_paper::Record { fields: Vec::new(), sign_off, standing: Standing::Effective },
            ));
        }
    }
    rows
}

fn row(look: Look<'_>, record: &Record, registry: Registry<'_>, entry: &EntryView) -> qianban_paper::Record {
    let section = Section::Table(entry.table.clone());
    let values =
        counted::box_values(&record.definition, &section, entry.boxed, look.reader).unwrap_or_default();
    let recorded = ambient::from_ms(entry.wall, look.now());
    let late = if stated::is_late(&entry.at, entry.wall) {
        format!("(补录于 {})", recorded.format(PRINTED_TIME))
    } else {
        String::new()
    };
    let author = names::person(registry, entry.person);
    let absent = entry.on_behalf.map(|absent| names::person(registry, absent));
    qianban_paper::Record {
        fields: labelled(shown(&record.definition, &section, &values, registry)),
        sign_off: SignOff::Electronic {
            deputy: absent.as_ref().map(|_| author.clone()),
            person: absent.unwrap_or(author),
            at: format!("{}{late}", entry.at),
            short_id: entry.id.to_string().chars().take(SHORT_DIGITS).collect(),
        },
        standing: if entry.superseded_by.is_some() { Standing::Superseded } else { Standing::Effective },
    }
}
