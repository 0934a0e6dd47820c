//! The links of a form, as the screen and the paper list them.

use std::sync::Arc;

use qianban_catalog::{Definition, LinkRead, LinkSlot, Names, Value, ValueType, typed};
use qianban_journal::{Link, Registry};

use crate::linked::{Loose, Other, fit, name};
use crate::names::RegistryNames;
use crate::record::{Look, Record};
use crate::{Refused, ambient, api, forms};

/// Every slot of the definition.
pub(crate) fn all(look: Look<'_>, record: &Record) -> Result<Vec<api::LinkSlotView>, Refused> {
    record.definition.links.iter().map(|slot| one(look, record, slot)).collect()
}

fn one(look: Look<'_>, record: &Record, slot: &LinkSlot) -> Result<api::LinkSlotView, Refused> {
    let registry = record.registry()?;
    let ends = ends(look, record, slot, registry);
    let known = known(look, slot, registry);
    let columns = titles(slot, &ends, &known).into_iter().zip(&slot.reads);
    Ok(api::LinkSlotView {
        slot: slot.slot.clone(),
        title: slot.title.clone(),
        definitions: known.iter().map(|definition| definition.title.clone()).collect(),
        min: slot.min.into(),
        max: slot.max.into(),
        editable: record.drafting,
        columns: columns
            .map(|(title, read)| api::LinkColumn { key: read.key.clone(), title, kind: kind(read.kind) })
            .collect(),
        rows: ends.iter().map(|(link, end)| row(look, slot, link, end.as_ref(), registry)).collect(),
        problem: fit(slot, ends.len()).err().map(api::Problem::from),
    })
}

/// The table of a slot on paper: heads, and rows of as many texts.
pub(crate) fn printed(
    look: Look<'_>,
    record: &Record,
    slot: &LinkSlot,
) -> Result<(Vec<String>, Vec<Vec<String>>), Refused> {
    let registry = record.registry()?;
    let ends = ends(look, record, slot, registry);
    let heads = ["编号".to_owned(), "单位".to_owned()];
    let heads = heads.into_iter().chain(titles(slot, &ends, &known(look, slot, registry))).collect();
    let row = |(link, end): &(Link, Result<Arc<Other>, Loose>)| {
        let row = row(look, slot, link, end.as_ref(), registry);
        [row.number, row.unit].into_iter().chain(row.values).collect()
    };
    Ok((heads, ends.iter().map(row).collect()))
}

fn ends(
    look: Look<'_>,
    record: &Record,
    slot: &LinkSlot,
    registry: Registry<'_>,
) -> Vec<(Link, Result<Arc<Other>, Loose>)> {
    let links = record.ends.get(&slot.slot).map(Vec::as_slice).unwrap_or_default();
    let end = |link: &Link| look.opened.linked.end_of(slot, link, registry, look.reader);
    links.iter().map(|link| (link.clone(), end(link))).collect()
}

/// The definitions that a slot takes, in its order: of each the newest that is in use.
fn known(look: Look<'_>, slot: &LinkSlot, registry: Registry<'_>) -> Vec<Arc<Definition>> {
    let newest = |id: &String| {
        let named = forms::versions(look, registry, std::slice::from_ref(id)).into_iter();
        named.max_by_key(|(_, definition)| definition.version).map(|(_, definition)| definition)
    };
    slot.definitions.iter().filter_map(newest).collect()
}

/// The heads of what is read: as the first linked form calls it, so that what was printed once is printed again the same;
/// without links as the definitions in use do.
fn titles(
    slot: &LinkSlot,
    ends: &[(Link, Result<Arc<Other>, Loose>)],
    known: &[Arc<Definition>],
) -> Vec<String> {
    let linked = ends.iter().filter_map(|(_, end)| end.as_ref().ok()).map(|other| &other.definition);
    let definitions: Vec<&Arc<Definition>> = linked.chain(known).collect();
    let title = |read: &LinkRead| {
        let mut exposes = definitions.iter().flat_map(|definition| &definition.exposes);
        let found = exposes.find(|expose| expose.key == read.key).map(|expose| expose.title.clone());
        found.unwrap_or_else(|| read.key.clone())
    };
    slot.reads.iter().map(title).collect()
}

fn row(
    look: Look<'_>,
    slot: &LinkSlot,
    link: &Link,
    end: Result<&Arc<Other>, &Loose>,
    registry: Registry<'_>,
) -> api::LinkRow {
    let form = link.form.to_string();
    match end {
        Ok(other) => api::LinkRow {
            form,
            number: other.number.clone(),
            title: other.definition.title.clone(),
            unit: registry.unit(other.unit).map(|unit| unit.name.clone()).unwrap_or_default(),
            sealed_at: ambient::rfc3339(ambient::from_ms(other.sealed_ms, look.now())),
            values: slot.reads.iter().map(|read| value(other, read, registry)).collect(),
            problem: None,
        },
        Err(loose) => {
            let number = name(link.form, registry, look.reader);
            api::LinkRow {
                form,
                problem: Some(Refused::about(loose.code(), &number).into()),
                number,
                title: String::new(),
                unit: String::new(),
                sealed_at: String::new(),
                values: vec![String::new(); slot.reads.len()],
            }
        }
    }
}

/// A value as people read it; the id of a person or a unit as their name.
fn value(other: &Other, read: &LinkRead, registry: Registry<'_>) -> String {
    let names = RegistryNames(registry);
    match other.linked.values.get(&read.key).unwrap_or(&Value::Empty) {
        Value::Flag(true) => "是".to_owned(),
        Value::Flag(false) => "否".to_owned(),
        Value::Text(text) => names.person(text).or_else(|| names.unit(text)).unwrap_or_else(|| text.clone()),
        percent @ Value::Percent(_) => format!("{}%", typed(percent)),
        other => typed(other),
    }
}

fn kind(kind: ValueType) -> api::LinkKind {
    match kind {
        ValueType::Flag => api::LinkKind::Flag,
        ValueType::Integer => api::LinkKind::Integer,
        ValueType::Text => api::LinkKind::Text,
        ValueType::Money => api::LinkKind::Money,
        ValueType::Percent => api::LinkKind::Percent,
    }
}
