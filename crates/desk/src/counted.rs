//! What counts around a section: the boxes of the sign-offs and entries that stand.

use qianban_catalog::{Content, Context, Definition, Facts, Links, Row, Rows, Section, Settings, plan};
use qianban_journal::{Actor, Blobs, Digest, EventId, FormLog, FormView, RoundView};

use crate::sign::entry::PRINT;
use crate::{ambient, snapshot};

/// Keys of the steps of a round's plan, by place. The plan is a pure function of definition and content (C5).
pub(crate) fn step_keys(definition: &Definition, content: &Content) -> Vec<String> {
    plan(definition, content).into_iter().map(|step| step.key).collect()
}

/// The values of a box; none where its bytes are not here or cannot be read.
pub(crate) fn box_values(
    definition: &Definition,
    section: &Section,
    boxed: Option<Digest>,
    blobs: &dyn Blobs,
) -> Option<Content> {
    snapshot::decode(definition, section, &blobs.blob(boxed?)?)
}

/// The boxes of the approves of a round that count, by step key, where `known` holds for the event.
pub(crate) fn steps(
    definition: &Definition,
    keys: &[String],
    round: &RoundView,
    blobs: &dyn Blobs,
    known: impl Fn(EventId) -> bool,
) -> Rows {
    let mut rows = Rows::new();
    for approve in round.approves.iter().filter(|approve| approve.effective && known(approve.id)) {
        let Some(key) = keys.get(usize::from(approve.step)) else { continue };
        let values = box_values(definition, &Section::Step(key.clone()), approve.boxed, blobs);
        let by = match &approve.actor {
            Actor::Person(person) => person.to_string(),
            Actor::Outsider(_) => String::new(),
        };
        let at = ambient::minute(approve.wall);
        rows.entry(key.clone()).or_default().push(Row { at, by, content: values.unwrap_or_default() });
    }
    rows
}

/// The boxes of the current entries, by table, where `known` holds for the event.
pub(crate) fn entries(
    definition: &Definition,
    view: &FormView,
    blobs: &dyn Blobs,
    known: impl Fn(EventId) -> bool,
) -> Rows {
    let mut rows = Rows::new();
    let current = |entry: &&qianban_journal::EntryView| {
        known(entry.id) && entry.superseded_by.is_none_or(|by| !known(by))
    };
    for entry in view.entries.iter().filter(current) {
        let values = box_values(definition, &Section::Table(entry.table.clone()), entry.boxed, blobs);
        let row = Row {
            at: entry.at.clone(),
            by: entry.on_behalf.unwrap_or(entry.person).to_string(),
            content: values.unwrap_or_default(),
        };
        rows.entry(entry.table.clone()).or_default().push(row);
    }
    rows
}

/// Whether the signed paper of a revision is back: a sheet that was printed from that very revision and came back after
/// it. What was printed before bears signatures under another content, whenever it is scanned (W055). Only entries of
/// which `known` holds are looked at.
pub(crate) fn ink_copy(
    definition: &Definition,
    log: &FormLog,
    view: &FormView,
    blobs: &dyn Blobs,
    revision: EventId,
    known: impl Fn(EventId) -> bool,
) -> bool {
    let prints: Vec<EventId> = printed(log, view, revision).filter(|print| known(*print)).collect();
    let from_it = |entry| known(entry) && prints.iter().any(|print| log.is_in_past(*print, entry));
    qianban_catalog::ink_copy(&entries(definition, view, blobs, from_it))
}

/// The entries that say that a revision was printed.
pub(crate) fn printed<'a>(
    log: &'a FormLog,
    view: &'a FormView,
    revision: EventId,
) -> impl Iterator<Item = EventId> + 'a {
    let prints = view.entries.iter().filter(|entry| entry.table == PRINT).map(|entry| entry.id);
    prints.filter(move |print| log.is_in_past(revision, *print))
}

/// The scene of a section.
pub(crate) fn context(
    form: Content,
    steps: Rows,
    entries: Rows,
    settings: Settings,
    facts: Facts,
) -> Context {
    Context {
        form,
        steps,
        entries,
        links: Links::new(),
        settings,
        facts,
        editable: false,
        unread: Vec::new(),
    }
}
