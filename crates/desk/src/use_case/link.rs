//! `link_candidates`, `link_change`: which sealed forms a form builds on.

use std::ops::Range;

use chrono::{Days, NaiveDate};
use qianban_catalog::LinkSlot;
use qianban_journal::{FormId, Link, PersonId};
use qianban_store::{FormRow, LedgerQuery, PAGE_ROWS_MAX, Page, Writer};

use super::list::LIMIT_MAX;
use crate::api::{FormPage, FormRef, LinkCandidate, LinkCandidates, LinkChange, LinkEdit, LinkQuery};
use crate::desk::Sitting;
use crate::linked::{LinkedForms, as_typed, field, fit, name};
use crate::opened::Opened;
use crate::part::draft_key;
use crate::record::{Look, Record};
use crate::text::{self, SEARCH_CHARS_MAX};
use crate::{Code, Desk, Refused, ambient, api, forms};

/// What `link_candidates` and adding all of them agree on.
struct Filter<'a> {
    text: &'a str,
    since: Option<&'a str>,
    until: Option<&'a str>,
}

/// Sealed forms that a slot takes, newest first.
pub(crate) fn candidates(desk: &Desk, request: LinkQuery) -> Result<LinkCandidates, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    if !(1..=LIMIT_MAX).contains(&request.limit) {
        return Err(Code::LimitBad.into());
    }
    let before = request.cursor.map(|cursor| cursor.parse()).transpose().map_err(|_| Code::CursorBad)?;
    opened.store.read(|reader| {
        let look = Look { opened: &opened, reader, person, ambient: desk.ambient() };
        let record = Record::read(look, &request.form)?;
        let slot = slot(&record, &request.slot)?;
        let filter =
            Filter { text: &request.text, since: request.since.as_deref(), until: request.until.as_deref() };
        let query = LedgerQuery { before, limit: request.limit, ..query(look, &record, slot, &filter)? };
        let Page { rows, next } = page(look, &query)?;
        let registry = record.registry()?;
        let linked = |form| links(&record, slot).iter().any(|link| link.form == form);
        let unit = |row: &FormRow| {
            let link = LinkedForms::to(row.form, registry, look.reader);
            let other = link.and_then(|link| opened.linked.end(&link, registry, look.reader));
            let unit = registry.unit(other.map_or(row.unit, |other| other.unit));
            unit.map(|unit| unit.name.clone()).unwrap_or_default()
        };
        let candidate = |row: FormRow| LinkCandidate {
            linked: linked(row.form),
            unit: unit(&row),
            form: row.form.to_string(),
            number: row.number.map_or(row.working_number, |number| number.to_string()),
            title: row.title,
            summary: row.summary,
            sealed_at: ambient::rfc3339(ambient::from_ms(row.sealed_ms.unwrap_or(0), look.now())),
        };
        let rows = rows.into_iter().map(candidate).collect();
        Ok(LinkCandidates { rows, cursor: next.map(|key| key.to_string()) })
    })
}

/// Adds or removes links of a slot, all or none.
pub(crate) fn change(desk: &Desk, request: LinkChange) -> Result<FormPage, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    opened.store.write(|writer| put(desk, &opened, writer, person, &request))?;
    super::form::get(desk, FormRef { form: request.form })
}

/// Keeps a change in the draft.
pub(crate) fn put(
    desk: &Desk,
    opened: &Opened,
    writer: &mut Writer<'_>,
    person: PersonId,
    request: &LinkChange,
) -> Result<(), Refused> {
    let kept = {
        let look = Look { opened, reader: &*writer, person, ambient: desk.ambient() };
        changed(look, &Record::read(look, &request.form)?, &request.slot, &request.change)?
    };
    let key = draft_key(person, &request.form, &api::Section::Content);
    Ok(writer.draft_set(&key, &field(&request.slot), &kept, desk.ambient().now_ms())?)
}

/// The links of a slot after a change, as a draft keeps them.
fn changed(look: Look<'_>, record: &Record, slot_key: &str, edit: &LinkEdit) -> Result<String, Refused> {
    let slot = slot(record, slot_key)?;
    if !record.drafting {
        return Err(Code::SectionReadOnly.into());
    }
    let mut links = links(record, slot).to_vec();
    match edit {
        LinkEdit::Add { forms } => {
            let forms = forms.iter().map(|form| form.parse().map_err(|_| Code::FormUnknown));
            add(look, record, slot, &mut links, forms.collect::<Result<Vec<FormId>, _>>()?)?;
        }
        LinkEdit::AddAll { text, since, until } => {
            let filter = Filter { text, since: since.as_deref(), until: until.as_deref() };
            let found = everything(look, record, slot, &filter, links.len())?;
            add(look, record, slot, &mut links, found)?;
        }
        LinkEdit::Remove { forms } => links.retain(|link| !forms.contains(&link.form.to_string())),
    }
    as_typed(&links)
}

fn add(
    look: Look<'_>,
    record: &Record,
    slot: &LinkSlot,
    links: &mut Vec<Link>,
    forms: Vec<FormId>,
) -> Result<(), Refused> {
    let registry = record.registry()?;
    for form in forms {
        if links.iter().any(|link| link.form == form) {
            continue;
        }
        let link = LinkedForms::to(form, registry, look.reader);
        let link =
            link.and_then(|link| look.opened.linked.end_of(slot, &link, registry, look.reader).map(|_| link));
        let refuse =
            |loose: crate::linked::Loose| Refused::about(loose.code(), name(form, registry, look.reader));
        links.push(link.map_err(refuse)?);
        fit(slot, links.len().max(usize::from(slot.min)))?;
    }
    Ok(())
}

/// Every candidate of a filter, oldest first.
fn everything(
    look: Look<'_>,
    record: &Record,
    slot: &LinkSlot,
    filter: &Filter<'_>,
    linked: usize,
) -> Result<Vec<FormId>, Refused> {
    let mut query = LedgerQuery { limit: PAGE_ROWS_MAX, ..query(look, record, slot, filter)? };
    let mut found: Vec<FormId> = Vec::new();
    loop {
        let Page { rows, next } = page(look, &query)?;
        found.extend(rows.iter().map(|row| row.form));
        // Some of what is found may be linked already; more than both together can hold is too many for certain.
        fit(slot, found.len().saturating_sub(linked).max(usize::from(slot.min)))?;
        query.before = next;
        if query.before.is_none() {
            found.reverse();
            return Ok(found);
        }
    }
}

fn slot<'a>(record: &'a Record, key: &str) -> Result<&'a LinkSlot, Refused> {
    record.definition.link(key).ok_or_else(|| Refused::about(Code::LinkSlot, key))
}

fn links<'a>(record: &'a Record, slot: &LinkSlot) -> &'a [Link] {
    record.ends.get(&slot.slot).map(Vec::as_slice).unwrap_or_default()
}

fn query(
    look: Look<'_>,
    record: &Record,
    slot: &LinkSlot,
    filter: &Filter<'_>,
) -> Result<LedgerQuery, Refused> {
    let definitions = forms::versions(look, record.registry()?, &slot.definitions);
    Ok(LedgerQuery {
        text: text::optional("搜索词", filter.text, SEARCH_CHARS_MAX)?,
        definitions: definitions.into_iter().map(|(def, _)| def).collect(),
        sealed: Some(span(filter.since, filter.until)?),
        ..LedgerQuery::default()
    })
}

/// A page; nothing where no definition of the slot is in the registry.
fn page(look: Look<'_>, query: &LedgerQuery) -> Result<Page, Refused> {
    if query.definitions.is_empty() { Ok(Page::default()) } else { Ok(look.reader.ledger_page(query)?) }
}

/// The wall clocks from the first day to the last, both included, in the zone of the office.
fn span(since: Option<&str>, until: Option<&str>) -> Result<Range<i64>, Refused> {
    let day = |text: &str| {
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
        day.ok_or_else(|| Refused::about(Code::FieldInvalid, "日期"))
    };
    let start = since.map(day).transpose()?.map_or(i64::MIN, ambient::midnight_ms);
    let end = until.map(day).transpose()?.and_then(|day| day.checked_add_days(Days::new(1)));
    Ok(start..end.map_or(i64::MAX, ambient::midnight_ms))
}
