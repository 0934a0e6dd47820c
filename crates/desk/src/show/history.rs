//! 签批历程: every event of a form, those without effect too.

use qianban_catalog::Section;
use qianban_journal::{Action, Event, EventId, EventView, Mode, Registry, Target};

use super::steps::{keys_of, void_reason};
use crate::record::{Look, Record};
use crate::{Refused, ambient, api, counted, names, stated};

/// Oldest first.
pub(crate) fn rows(look: Look<'_>, record: &Record) -> Result<Vec<api::HistoryRow>, Refused> {
    let Some(signed) = &record.signed else { return Ok(Vec::new()) };
    let registry = record.registry()?;
    let mut rows = Vec::new();
    for view in &signed.view.events {
        if let Some(event) = signed.event(view.id) {
            rows.push(row(look, record, registry, view, event));
        }
    }
    rows.sort_by_key(|(place, _)| *place);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// A row with what orders it: the clock, then the place in the seat's log.
fn row(
    look: Look<'_>,
    record: &Record,
    registry: Registry<'_>,
    view: &EventView,
    event: &Event,
) -> ((i64, u64, EventId), api::HistoryRow) {
    let void = void(record, view);
    let row = api::HistoryRow {
        event: view.id.to_string(),
        at: ambient::rfc3339(ambient::from_ms(view.wall, look.now())),
        name: names::actor(registry, &view.actor, view.person, event.action.on_behalf()),
        what: if is_late(event) { "补录" } else { what(event) }.to_owned(),
        place: place(look, record, event),
        text: text(look, record, registry, event),
        counts: view.illegal.is_none() && view.effective && void.is_none(),
        verification: verification(view, void),
    };
    ((view.wall, event.log.n, view.id), row)
}

/// Why a sign-off of an earlier or returned round does not stand.
fn void(record: &Record, view: &EventView) -> Option<String> {
    let rounds = &record.view()?.rounds;
    let standing = rounds.iter().any(|round| {
        round.approves.iter().any(|approve| approve.id == view.id && approve.effective && !approve.void)
    });
    let (round, approve) = rounds.iter().rev().find_map(|round| {
        round.approves.iter().find(|approve| approve.id == view.id).map(|approve| (round, approve))
    })?;
    (!standing).then(|| void_reason(round, approve))
}

fn verification(view: &EventView, void: Option<String>) -> String {
    match (view.illegal, void) {
        (Some(illegal), _) => format!("签名有效，不合规则({})，不计", illegal.code()),
        (None, Some(reason)) => format!("签名有效，{reason}"),
        (None, None) if !view.effective => "签名有效，因名册变更不计".to_owned(),
        (None, None) => "签名有效".to_owned(),
    }
}

/// What was done, in the office's words.
pub(crate) fn what(event: &Event) -> &'static str {
    let ink = event.action.hand().is_some_and(|hand| hand.mode == Mode::Ink);
    match &event.action {
        Action::Create { .. } => "建单",
        Action::Save { .. } => "存稿",
        Action::Submit { .. } => "送签",
        Action::Approve { .. } if ink => "纸质签字",
        Action::Approve { .. } => "同意",
        Action::Return { target: Target::Reject, .. } => "否决",
        Action::Return { .. } => "退回",
        Action::Seal { .. } => "核准定稿",
        Action::Resolve { .. } => "选定稿本",
        Action::Handover { .. } => "转交",
        Action::Entry { .. } => "登记",
    }
}

/// Whether the event records what its author says was done well before (C6).
fn is_late(event: &Event) -> bool {
    matches!(&event.action, Action::Entry { at, .. } if stated::is_late(at, event.wall))
}

fn place(look: Look<'_>, record: &Record, event: &Event) -> String {
    match &event.action {
        Action::Approve { .. } => step_title(look, record, event.round, event.step),
        Action::Return { target: Target::Step(step), .. } => {
            format!("退到 {}", step_title(look, record, event.round, Some(*step)))
        }
        Action::Return { target: Target::Drafter, .. } => "退到起草人".to_owned(),
        Action::Entry { table, .. } => {
            record.definition.table(table).map_or_else(|| table.clone(), |table| table.title.clone())
        }
        _ => String::new(),
    }
}

/// Title of a step of a round.
fn step_title(look: Look<'_>, record: &Record, round: Option<EventId>, step: Option<u8>) -> String {
    let round = round.and_then(|id| record.view()?.round(id));
    let keys = round.map(|round| keys_of(look, record, round)).unwrap_or_default();
    let key = step.and_then(|step| keys.get(usize::from(step)));
    let title = key.and_then(|key| record.definition.step(key)).map(|step| step.title.clone());
    title.unwrap_or_else(|| step.map_or_else(String::new, |step| format!("第 {} 步", step + 1)))
}

/// Opinion, reason, number or the row's fields.
fn text(look: Look<'_>, record: &Record, registry: Registry<'_>, event: &Event) -> String {
    let boxed = |section: Section, digest| {
        let values =
            counted::box_values(&record.definition, &section, digest, look.reader).unwrap_or_default();
        let fields = super::section::shown(&record.definition, &section, &values, registry);
        fields.iter().map(|field| format!("{}：{}", field.label, field.shown)).collect::<Vec<_>>().join("；")
    };
    match &event.action {
        Action::Submit { number: Some(number), .. } | Action::Seal { number: Some(number), .. } => {
            number.to_string()
        }
        Action::Return { reason, .. } => reason.clone(),
        Action::Handover { to } => format!("转交 {}", names::person(registry, *to)),
        Action::Approve { boxed: digest, .. } => {
            let round = event.round.and_then(|id| record.view()?.round(id));
            let keys = round.map(|round| keys_of(look, record, round)).unwrap_or_default();
            let key = event.step.and_then(|step| keys.get(usize::from(step)).cloned());
            key.map(|key| boxed(Section::Step(key), *digest)).unwrap_or_default()
        }
        Action::Entry { table, boxed: digest, at, .. } => {
            let row = boxed(Section::Table(table.clone()), *digest);
            let stated = is_late(event).then(|| format!("时间：{at}"));
            stated.into_iter().chain(Some(row).filter(|row| !row.is_empty())).collect::<Vec<_>>().join("；")
        }
        _ => String::new(),
    }
}
