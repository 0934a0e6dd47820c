//! 送签: saves the draft as a revision and submits it.

use std::collections::{BTreeMap, BTreeSet};

use qianban_catalog::{FieldKind, Moment, Value, gates, plan};
use qianban_journal::{Ink, Ledger, Next, Number, Plan, Registry, UnitId, digest};

use super::act::{Act, unborn};
use super::intent::{Done, FormIntent, Intent, complete, demand, key_fields};
use crate::record::{Look, Record};
use crate::show::section::Sheet;
use crate::{Code, Refused, api, forms, plans, snapshot, year};

pub(crate) fn intent(look: Look<'_>, form: &str) -> Result<Intent, Refused> {
    let record = Record::read(look, form)?;
    check_may_send(look, &record)?;
    let registry = record.registry()?;
    let resubmit = step_resubmission(&record);
    if resubmit.is_none() && !record.drafting {
        return Err(if record.signed.is_some() { Code::SignNotEditor } else { Code::SectionReadOnly }.into());
    }
    let sheet = Sheet {
        definition: &record.definition,
        of: api::Section::Content,
        part: &record.content,
        context: &record.context,
        registry,
        editable: true,
    };
    let mut problems = sheet.problems();
    problems.extend(record.link_problems(look)?);
    complete(problems)?;
    files_are_here(look, &record)?;
    demand(gates(&record.definition, &Moment::Submit, &record.content.values, &record.context))?;
    let plan = plans::journal(&plan(&record.definition, &record.content.values))?;
    let unit = home(look, &record)?;
    somebody_can_sign(look, &record, registry, &plan, unit)?;
    let bytes =
        snapshot::encode_content(&record.definition, record.def, &record.content.values, &record.ends)?;
    let content = digest(&bytes);
    let changed = record.view().and_then(|view| view.content) != Some(content);
    let number = number_at_submit(look, &record, registry)?;
    let mut acts = Vec::new();
    if record.signed.is_none() {
        let ledger = Ledger(record.definition.policy.ledger.clone());
        acts.push(Act::Create { def: record.def, ledger, unit });
    }
    if changed {
        acts.push(Act::Save { content, def: record.def });
    }
    let carry =
        if changed { Vec::new() } else { resubmit.map(|step| carried(&record, step)).unwrap_or_default() };
    acts.push(Act::Submit { plan, number, carry });
    new_form_is_legal(look, &record, &acts)?;
    let (fields, files) = (key_fields(&record)?, record.content.files());
    let (done, message) = (Done::Form(record.key.clone()), "已送签".to_owned());
    FormIntent { record, acts, blobs: vec![bytes], done, message }.checked(
        look,
        "送签".to_owned(),
        fields,
        files,
    )
}

fn check_may_send(look: Look<'_>, record: &Record) -> Result<(), Refused> {
    let Some(signed) = &record.signed else { return Ok(()) };
    match signed.view.status {
        qianban_journal::FormStatus::Rejected
        | qianban_journal::FormStatus::Sealed
        | qianban_journal::FormStatus::Closed => {
            return Err(Code::SignFinal.into());
        }
        qianban_journal::FormStatus::Pending(_) | qianban_journal::FormStatus::Approved => {
            return Err(Code::SignUnderWay.into());
        }
        _ => {}
    }
    if signed.view.leaves.len() > 1 {
        return Err(Code::SignForked.into());
    }
    look.author().map(drop)
}

/// The step to which the last round was sent back, if it was.
fn step_resubmission(record: &Record) -> Option<u8> {
    match record.view()?.next {
        Next::Resubmit { step, .. } => Some(step),
        _ => None,
    }
}

/// Approves before the step that count in the returned round; the journal refuses those that an earlier return of
/// their step took back (L3), and they are left out.
fn carried(record: &Record, step: u8) -> Vec<qianban_journal::EventId> {
    let Some(signed) = &record.signed else { return Vec::new() };
    let Some((round, _)) = signed.returned() else { return Vec::new() };
    let taken_back = |id, at: u8| {
        signed.view.rounds.iter().any(|other| {
            let counted = other.approves.iter().any(|approve| approve.id == id && approve.effective);
            counted
                && match other.target {
                    Some(qianban_journal::Target::Step(target)) => target <= at,
                    Some(_) => true,
                    None => false,
                }
        })
    };
    let before = round.approves.iter().filter(|approve| approve.effective && approve.step < step);
    let mut carry: Vec<_> =
        before.filter(|approve| !taken_back(approve.id, approve.step)).map(|approve| approve.id).collect();
    carry.sort();
    carry.dedup();
    carry
}

/// The form's unit: that of its Create, or of the person who starts it.
fn home(look: Look<'_>, record: &Record) -> Result<UnitId, Refused> {
    match record.view() {
        Some(view) => Ok(view.unit),
        None => {
            forms::home_unit(record.registry()?, look.person).ok_or_else(|| Code::FormMayNotCreate.into())
        }
    }
}

/// A plan with a step that nobody in the registry may sign is not sent: it would wait for ever.
fn somebody_can_sign(
    look: Look<'_>,
    record: &Record,
    registry: Registry<'_>,
    plan: &Plan,
    unit: UnitId,
) -> Result<(), Refused> {
    let keys = record.step_keys();
    for (place, step) in plan.0.iter().enumerate() {
        if step.outsider && step.ink != Ink::No {
            continue;
        }
        let own = [unit];
        let units = step.units.as_deref().unwrap_or(&own);
        let barred =
            |person| step.bar.as_ref().is_some_and(|named| person == look.person || named.contains(&person));
        let holders =
            step.roles.iter().flat_map(|role| units.iter().flat_map(|unit| registry.holders(role, *unit)));
        if holders.into_iter().all(barred) {
            let title =
                keys.get(place).and_then(|key| record.definition.step(key)).map(|step| step.title.as_str());
            return Err(Refused::about(Code::SignNobody, title.unwrap_or_default()));
        }
    }
    Ok(())
}

fn files_are_here(look: Look<'_>, record: &Record) -> Result<(), Refused> {
    for field in record.definition.fields.iter().filter(|field| field.kind == FieldKind::Attachment) {
        let Some(Value::Attachments(files)) = record.content.values.get(&field.key) else { continue };
        for file in files {
            let digest = file.digest.parse().map_err(|_| Code::FileUnknown)?;
            if look.reader.attachment_length(digest)? != Some(file.len) {
                return Err(Code::FileMissing.into());
            }
        }
    }
    Ok(())
}

/// The number that the form has, or the next one where this seat holds the series (G7).
fn number_at_submit(
    look: Look<'_>,
    record: &Record,
    registry: Registry<'_>,
) -> Result<Option<Number>, Refused> {
    if let Some(number) = record.view().and_then(|view| view.number.clone()) {
        return Ok(Some(number));
    }
    next_number(look, record, registry, &Given::new())
}

/// The numbers that an action gives, by series and year: its next form counts on from them.
pub(crate) type Given = BTreeMap<(String, u16), BTreeSet<u32>>;

/// The next number of the form's series this year; none for a form without a series, or for a seat whose blocks have no
/// room (G7). A clock that was set back gives none in a closed year, and begins no form there.
pub(crate) fn next_number(
    look: Look<'_>,
    record: &Record,
    registry: Registry<'_>,
    given: &Given,
) -> Result<Option<Number>, Refused> {
    let year: u16 = look.now().format("%Y").to_string().parse().map_err(|_| Code::SignNoNumber)?;
    if year::carried(registry, look.reader, year)?.is_some() {
        return Err(Refused::about(Code::YearClosed, year));
    }
    let Some(series) = registry.policy(record.def).and_then(|policy| policy.series.clone()) else {
        return Ok(None);
    };
    let (seat, _) = look.opened.seat(registry, look.person).ok_or(Code::PersonNoSeat)?;
    let given = given.get(&(series.clone(), year));
    let highest = |first, last| {
        let given = given.and_then(|given| given.range(first..=last).next_back().copied());
        Ok::<_, Refused>(look.reader.highest_number(&series, year, first..=last)?.max(given))
    };
    let next = registry.next_number(seat, &series, year, highest)?;
    Ok(next.map(|n| Number { series, year, n }))
}

/// The roles of a new form: its Create is not in any log yet, so it is judged by itself.
fn new_form_is_legal(look: Look<'_>, record: &Record, acts: &[Act]) -> Result<(), Refused> {
    let Some(create @ Act::Create { .. }) = acts.first() else { return Ok(()) };
    let log = unborn();
    let event = create.clone().event(&log, &record.chain, None, look.author()?)?;
    let id = qianban_journal::event_id(&event.encode());
    Ok(qianban_journal::FormLog::new(id.into()).would_be_legal(&event, &record.chain)?)
}
