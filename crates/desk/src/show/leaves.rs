//! The revisions of a forked draft side by side (V4): two PCs went on from one draft, and somebody must choose.

use qianban_catalog::{LinkSlot, Section};
use qianban_journal::{Digest, EventId, Phase};

use crate::part::files;
use crate::record::{Look, Record};
use crate::{Code, Refused, ambient, api, counted, linked, names, snapshot};

/// Every undismissed leaf, the person's own first, then by id; none unless the draft is forked.
pub(crate) fn all(look: Look<'_>, record: &Record) -> Result<Vec<api::LeafView>, Refused> {
    let Some(view) = record.view().filter(|view| view.phase == Phase::Drafting && view.leaves.len() > 1)
    else {
        return Ok(Vec::new());
    };
    let mut leaves =
        view.leaves.iter().map(|leaf| one(look, record, *leaf)).collect::<Result<Vec<_>, _>>()?;
    leaves.sort_by(|a, b| (!a.own, &a.revision).cmp(&(!b.own, &b.revision)));
    Ok(leaves)
}

/// A revision as its author signed it.
///
/// # Errors
/// [`Code::SignStale`] for one that is not here.
pub(crate) fn one(look: Look<'_>, record: &Record, leaf: EventId) -> Result<api::LeafView, Refused> {
    let signed = record.signed()?;
    let event = signed.event(leaf).ok_or(Code::SignStale)?;
    let registry = record.registry()?;
    let section = Section::Content;
    let values = counted::box_values(&record.definition, &section, event.content, look.reader);
    let values = values.unwrap_or_default();
    let mut fields = super::section::shown(&record.definition, &section, &values, registry);
    fields.extend(links(look, record, event.content)?);
    Ok(api::LeafView {
        revision: leaf.to_string(),
        name: names::person(registry, event.person),
        at: ambient::rfc3339(ambient::from_ms(event.wall, look.now())),
        own: event.person == look.person,
        shown: signed.view.canonical == Some(leaf),
        fields,
        attachments: files(&values),
    })
}

/// What a content links to, slot after slot, by number.
fn links(look: Look<'_>, record: &Record, content: Option<Digest>) -> Result<Vec<api::ShownField>, Refused> {
    let bytes = content.map(|content| look.reader.blob(content)).transpose()?.flatten();
    let mut ends = bytes.map(|bytes| snapshot::ends(&record.definition, &bytes)).unwrap_or_default();
    let registry = record.registry()?;
    let slot = |slot: &LinkSlot| {
        let links = ends.remove(&slot.slot).filter(|links| !links.is_empty())?;
        let numbers = links.iter().map(|link| linked::name(link.form, registry, look.reader));
        let shown = numbers.collect::<Vec<_>>().join("、");
        Some(api::ShownField { label: slot.title.clone(), shown })
    };
    Ok(record.definition.links.iter().filter_map(slot).collect())
}
