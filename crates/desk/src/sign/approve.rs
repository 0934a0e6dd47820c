//! 同意: the person at the desk signs the current step with its box.

use qianban_catalog::{Moment, Section, gates};
use qianban_journal::{ApproveDraft, Hand, PersonId, Registry, digest};

use super::act::Act;
use super::intent::{Done, FormIntent, Intent, complete, demand, key_fields, trust_round};
use crate::part::draft_key;
use crate::record::{Look, Record};
use crate::show::section::{Sheet, shown};
use crate::{Code, Refused, api, snapshot};

pub(crate) fn intent(
    look: Look<'_>,
    form: &str,
    step: &str,
    on_behalf: Option<&str>,
) -> Result<Intent, Refused> {
    let record = Record::read(look, form)?;
    let place = place(&record, step)?;
    let hand = match on_behalf {
        Some(absent) => Hand::on_behalf(absent.parse().map_err(|_| Code::PersonUnknown)?),
        None => Hand::own(),
    };
    let of = api::Section::Step { key: step.to_owned() };
    let part = record.part(look, &of)?;
    let round = record.round().map(|round| round.round).ok_or(Code::SignNotTurn)?;
    let signed = record.signed()?;
    // Whether it is this person's turn at all is said before anything about the box.
    let basis = signed.basis();
    let probe = Act::Approve(ApproveDraft {
        round,
        step: place,
        hand: hand.clone(),
        boxed: None,
        basis: basis.clone(),
    });
    let event = probe.event(&signed.log, &record.chain, signed.view.canonical, look.author()?)?;
    signed.log.would_be_legal(&event, &record.chain)?;
    trust_round(look, &record)?;
    let registry = record.registry()?;
    if let Some(absent) = hand.on_behalf {
        on_its_days(look, registry, absent)?;
    }
    let sheet = Sheet {
        definition: &record.definition,
        of,
        part: &part,
        context: &record.context,
        registry,
        editable: true,
    };
    complete(sheet.problems())?;
    demand(gates(&record.definition, &Moment::Step(step.to_owned()), &part.values, &record.context))?;
    let section = Section::Step(step.to_owned());
    let title = record.definition.step(step).map(|step| step.title.clone()).unwrap_or_default();
    let bytes = snapshot::encode(&record.definition, record.def, &section, &part.values)?;
    let boxed =
        record.definition.step(step).is_some_and(|step| !step.fields.is_empty()).then(|| digest(&bytes));
    let mut fields = key_fields(&record)?;
    fields.extend(shown(&record.definition, &section, &part.values, registry));
    let mut files = record.content.files();
    files.extend(part.files());
    let acts = vec![Act::Approve(ApproveDraft { round, step: place, hand, boxed, basis })];
    let done = Done::Parts(vec![draft_key(look.person, form, &api::Section::Step { key: step.to_owned() })]);
    let blobs = boxed.map(|_| bytes).into_iter().collect();
    let message = format!("已签：{title}");
    FormIntent { record, acts, blobs, done, message }.checked(look, format!("同意 · {title}"), fields, files)
}

/// The people in whose name the person at the desk may sign today.
pub(crate) fn absent(look: Look<'_>, registry: Registry<'_>) -> Vec<PersonId> {
    let here = registry.delegations().filter(|(_, to)| *to == look.person).map(|(from, _)| from);
    here.filter(|from| on_its_days(look, registry, *from).is_ok()).collect()
}

/// The dates of a delegation bind the program that signs; the journal only finds what lies outside (F8).
fn on_its_days(look: Look<'_>, registry: Registry<'_>, absent: PersonId) -> Result<(), Refused> {
    let today = look.now().format("%Y-%m-%d").to_string();
    match registry.delegation(absent, look.person) {
        Some((since, until)) if since > today.as_str() || until < today.as_str() => {
            Err(Code::SignDelegation.into())
        }
        _ => Ok(()),
    }
}

/// The place of a step in the plan of the content.
///
/// # Errors
/// [`Code::SignNotTurn`] for a step that the plan leaves out, or that does not exist.
pub(crate) fn place(record: &Record, step: &str) -> Result<u8, Refused> {
    let keys = record.step_keys();
    let place = keys.iter().position(|key| key == step).ok_or(Code::SignNotTurn)?;
    u8::try_from(place).map_err(|_| Code::SignNotTurn.into())
}
