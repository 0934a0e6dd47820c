//! The steps of the signature chain with their boxes and sign-offs.

use qianban_catalog::{Ink, Section, Step};
use qianban_journal::{ApproveView, Mode, Registry, RoundStatus, RoundView};

use super::section::{Sheet, shown};
use crate::part::Part;
use crate::record::{Look, Record, Signed};
use crate::{Refused, ambient, api, counted, names, role};

/// Every step of the definition, in order.
pub(crate) fn all(
    look: Look<'_>,
    record: &Record,
    may_sign: &[String],
) -> Result<Vec<api::StepView>, Refused> {
    let keys = record.step_keys();
    record
        .definition
        .steps
        .iter()
        .map(|step| one(look, record, step, &keys, may_sign.contains(&step.key)))
        .collect()
}

fn one(
    look: Look<'_>,
    record: &Record,
    step: &Step,
    keys: &[String],
    editable: bool,
) -> Result<api::StepView, Refused> {
    let registry = record.registry()?;
    let place = keys.iter().position(|key| *key == step.key);
    let of = api::Section::Step { key: step.key.clone() };
    let part = if editable { record.part(look, &of)? } else { last_box(look, record, step, place) };
    let sheet = Sheet {
        definition: &record.definition,
        of,
        part: &part,
        context: &record.context,
        registry,
        editable,
    };
    let section = sheet.view();
    let round = record.round();
    let signed = round.zip(place).map_or(0, |(round, place)| counting(round, place));
    let need = round.zip(place).and_then(|(round, place)| round.needs.get(place).copied());
    Ok(api::StepView {
        key: step.key.clone(),
        position: place.and_then(|place| u8::try_from(place).ok()),
        title: step.title.clone(),
        roles: step.roles.iter().map(|code| role::title(code)).collect(),
        state: state(round, place),
        need: u32::try_from(need.unwrap_or_else(|| usize::from(step.need))).unwrap_or(u32::MAX),
        signed: u32::try_from(signed).unwrap_or(u32::MAX),
        ink: match step.ink {
            Ink::No => api::InkRule::No,
            Ink::Allowed => api::InkRule::Allowed,
            Ink::Required => api::InkRule::Required,
        },
        outsider: step.outsider,
        sign_offs: record
            .signed
            .as_ref()
            .map(|signed| sign_offs(look, record, signed, step, registry))
            .unwrap_or_default(),
        section,
    })
}

fn counting(round: &RoundView, place: usize) -> usize {
    round.approves.iter().filter(|approve| approve.effective && usize::from(approve.step) == place).count()
}

fn state(round: Option<&RoundView>, place: Option<usize>) -> api::StepState {
    let Some(place) = place else { return api::StepState::Skipped };
    match round.map(|round| (round.status, round.passed)) {
        Some((RoundStatus::Sealed | RoundStatus::Approved, _)) => api::StepState::Passed,
        Some((_, passed)) if place < passed => api::StepState::Passed,
        Some((RoundStatus::Pending(current), _)) if usize::from(current) == place => api::StepState::Current,
        _ => api::StepState::Waiting,
    }
}

/// The box of the last sign-off that stands.
fn last_box(look: Look<'_>, record: &Record, step: &Step, place: Option<usize>) -> Part {
    let standing = record.round().zip(place).and_then(|(round, place)| {
        round.approves.iter().rev().find(|approve| approve.effective && usize::from(approve.step) == place)
    });
    let section = Section::Step(step.key.clone());
    let values = standing
        .and_then(|approve| counted::box_values(&record.definition, &section, approve.boxed, look.reader));
    Part::signed(values.unwrap_or_default())
}

/// Every sign-off ever made at a step, oldest first, void ones too: old signatures never disappear.
fn sign_offs(
    look: Look<'_>,
    record: &Record,
    signed: &Signed,
    step: &Step,
    registry: Registry<'_>,
) -> Vec<api::SignOff> {
    let mut listed: Vec<api::SignOff> = Vec::new();
    let current = record.round().map(|round| round.round);
    for round in &signed.view.rounds {
        let keys = keys_of(look, record, round);
        for approve in &round.approves {
            // A carried sign-off is shown in the last round that counts it.
            let carried_on = signed.view.rounds.iter().any(|later| {
                later.round != round.round
                    && later.approves.iter().any(|other| other.carried && other.id == approve.id)
            });
            if keys.get(usize::from(approve.step)) == Some(&step.key) && !carried_on {
                let counts = approve.effective && !approve.void && current == Some(round.round);
                listed.push(sign_off(look, record, step, round, approve, counts, registry));
            }
        }
    }
    listed
}

/// Keys of the steps of a round, from the content that it sent.
pub(crate) fn keys_of(look: Look<'_>, record: &Record, round: &RoundView) -> Vec<String> {
    let content =
        counted::box_values(&record.definition, &Section::Content, Some(round.content), look.reader);
    content.map(|content| counted::step_keys(&record.definition, &content)).unwrap_or_default()
}

fn sign_off(
    look: Look<'_>,
    record: &Record,
    step: &Step,
    round: &RoundView,
    approve: &ApproveView,
    counts: bool,
    registry: Registry<'_>,
) -> api::SignOff {
    let section = Section::Step(step.key.clone());
    let values =
        counted::box_values(&record.definition, &section, approve.boxed, look.reader).unwrap_or_default();
    let scan = approve.scan.map(|digest| api::Attachment {
        slot: "scan".to_owned(),
        name: "签字页扫描件".to_owned(),
        media: String::new(),
        size_bytes: look.reader.attachment_length(digest).ok().flatten().unwrap_or(0),
        digest: digest.to_string(),
    });
    api::SignOff {
        name: names::actor(registry, &approve.actor, approve.person, approve.on_behalf),
        at: ambient::rfc3339(ambient::from_ms(approve.wall, look.now())),
        ink: approve.mode == Mode::Ink,
        counts,
        void_reason: if counts { String::new() } else { void_reason(round, approve) },
        fields: shown(&record.definition, &section, &values, registry),
        scan,
    }
}

/// Why a sign-off does not stand, in words.
pub(crate) fn void_reason(round: &RoundView, approve: &ApproveView) -> String {
    match (approve.illegal, round.status) {
        (Some(illegal), _) => format!("不合规则({})", illegal.code()),
        (None, RoundStatus::Returned) => "本轮已退回，须重新签".to_owned(),
        (None, _) if !approve.effective => "因名册变更不再有效".to_owned(),
        (None, _) => "不是现行的一轮".to_owned(),
    }
}
