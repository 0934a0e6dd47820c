//! The revisions of a forked draft side by side (V4): two PCs went on from one draft, and somebody must choose.

use qianban_catalog::Section;
use qianban_journal::{EventId, Phase};

use crate::part::files;
use crate::record::{Look, Record};
use crate::{Code, Refused, ambient, api, counted, names};

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
    Ok(api::LeafView {
        revision: leaf.to_string(),
        name: names::person(registry, event.person),
        at: ambient::rfc3339(ambient::from_ms(event.wall, look.now())),
        own: event.person == look.person,
        shown: signed.view.canonical == Some(leaf),
        fields: super::section::shown(&record.definition, &section, &values, registry),
        attachments: files(&values),
    })
}
