//! 核准定稿: on the sealing PC, with a number where the form has none; 日清 seals many register records at once.

use qianban_catalog::{Content, Moment, gates};
use qianban_journal::Number;

use super::act::Act;
use super::execute::EVENTS_MAX;
use super::intent::{Done, FormIntent, Intent, Shown, Work, demand, key_fields, trust_round};
use super::submit::{Given, next_number};
use crate::record::{Look, Record};
use crate::{Code, Refused, api, names};

/// One form.
pub(crate) fn intent(look: Look<'_>, form: &str) -> Result<Intent, Refused> {
    let (intent, number) = sealing(look, Record::read(look, form)?, &mut Given::new())?;
    let mut fields = key_fields(&intent.record)?;
    fields
        .extend(number.map(|number| api::ShownField { label: "编号".to_owned(), shown: number.to_string() }));
    let files = intent.record.content.files();
    intent.checked(look, "核准定稿".to_owned(), fields, files)
}

/// 日清: every one of these register records, or none.
///
/// # Errors
/// [`Code::SignTooManyEvents`]; [`Code::SignNotRegister`]; [`Code::SignOneOfMany`] with what keeps a form from being
/// sealed.
pub(crate) fn many(look: Look<'_>, forms: &[String]) -> Result<Intent, Refused> {
    let mut keys: Vec<&str> = Vec::with_capacity(forms.len().min(EVENTS_MAX));
    for form in forms {
        if !keys.contains(&form.as_str()) {
            keys.push(form);
        }
        if keys.len() > EVENTS_MAX {
            return Err(Code::SignTooManyEvents.into());
        }
    }
    if keys.is_empty() {
        return Err(Refused::about(Code::TextEmpty, "单据"));
    }
    let (mut intents, mut events, mut given) = (Vec::with_capacity(keys.len()), Vec::new(), Given::new());
    for key in keys {
        let record = Record::read(look, key)?;
        let name = named(&record)?;
        if !record.registry()?.policy(record.def).is_some_and(|policy| policy.register) {
            return Err(Refused::about(Code::SignNotRegister, name));
        }
        let (intent, number) = sealing(look, record, &mut given).map_err(|why| one_of_many(&name, &why))?;
        let number = number.map(|number| number.to_string()).unwrap_or_default();
        events.push(["核准定稿", number.as_str(), name.as_str()].join(" "));
        intents.push(intent);
    }
    let count = intents.len();
    let shown = Shown {
        action: "日清".to_owned(),
        title: "登记类单据一并核准定稿".to_owned(),
        fields: vec![api::ShownField { label: "张数".to_owned(), shown: count.to_string() }],
        events,
        ..Shown::default()
    };
    Ok(Intent { work: Work::Forms(intents, format!("已核准定稿 {count} 张单据")), shown })
}

/// What keeps a form from being sealed now.
pub(crate) fn hindrance(look: Look<'_>, record: Record) -> Vec<api::Problem> {
    match sealing(look, record, &mut Given::new()) {
        Ok(_) => Vec::new(),
        Err(why) => problems(why),
    }
}

/// The seal of a form, found legal, with the number that the form has then.
fn sealing(
    look: Look<'_>,
    record: Record,
    given: &mut Given,
) -> Result<(FormIntent, Option<Number>), Refused> {
    let signed = record.signed()?;
    let round = record.round().map(|round| round.round).ok_or(Code::SignNotTurn)?;
    let registry = record.registry()?;
    let number = match &signed.view.number {
        Some(_) => None,
        None => next_number(look, &record, registry, given)?,
    };
    let basis = signed.basis();
    let act = Act::Seal { round, number: number.clone(), basis };
    let event = act.clone().event(&signed.log, &record.chain, signed.view.canonical, look.author()?)?;
    signed.log.would_be_legal(&event, &record.chain)?;
    look.opened.may_seal(signed.log.form())?;
    trust_round(look, &record)?;
    demand(gates(&record.definition, &Moment::Seal, &Content::new(), &record.context))?;
    let numbered = registry.policy(record.def).is_some_and(|policy| policy.series.is_some());
    if numbered && number.is_none() && signed.view.number.is_none() {
        return Err(Code::SignNoNumber.into());
    }
    if let Some(Number { series, year, n }) = &number {
        given.entry((series.clone(), *year)).or_default().insert(*n);
    }
    let number = number.or_else(|| signed.view.number.clone());
    let (acts, blobs, message) = (vec![act], Vec::new(), "已核准定稿".to_owned());
    Ok((FormIntent { record, acts, blobs, done: Done::Nothing, message }, number))
}

/// A form as a person tells it from others.
fn named(record: &Record) -> Result<String, Refused> {
    let names = names::RegistryNames(record.registry()?);
    let lines = qianban_catalog::summary(
        &record.definition,
        &record.content.values,
        &names,
        qianban_catalog::Privacy::Masked,
    );
    let number = record.number();
    let words =
        [number, record.definition.title.clone()].into_iter().chain(lines.into_iter().map(|(_, w)| w));
    Ok(words.filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" · "))
}

fn problems(why: Refused) -> Vec<api::Problem> {
    if why.problems().is_empty() { vec![why.into()] } else { why.problems().to_vec() }
}

fn one_of_many(name: &str, why: &Refused) -> Refused {
    let problems = problems(why.clone());
    let words: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    Refused::about(Code::SignOneOfMany, format!("{name}:{}", words.join(" "))).because(problems)
}
