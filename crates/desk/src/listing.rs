//! What a form is listed and found by, and the findings that need its definition (F7, F14). A function of the
//! form's events, its blobs and the registry alone, so that a rebuild gives the same bytes.

use std::sync::Arc;

use qianban_catalog::{
    CLOSE, Content, Context, Definition, Facts, Moment, Privacy, Section, Settings, gates, plan, search_text,
    summary,
};
use qianban_journal::{
    Action, EntryView, Event, EventId, Finding, FormLog, FormView, Kind, Registry, RoundView,
};
use qianban_store::{Index, Indexed, Sources};

use crate::definitions::Definitions;
use crate::linked::{self, Ends, LinkedForms};
use crate::names::RegistryNames;
use crate::{Code, ambient, counted, marks, plans, setting, snapshot, stated};

/// Characters of the one line in a list.
const SUMMARY_CHARS_MAX: usize = 120;

/// The desk's answers to the store.
#[derive(Default)]
pub(crate) struct Listing {
    definitions: Arc<Definitions>,
    linked: Arc<LinkedForms>,
}

impl Listing {
    /// Shares parsed definitions and linked forms with the desk.
    pub(crate) fn new(definitions: Arc<Definitions>, linked: Arc<LinkedForms>) -> Self {
        Self { definitions, linked }
    }
}

/// What the desk lists and finds forms by, for a program that fills a store beside it.
#[must_use]
pub fn index() -> Box<dyn Index> {
    let definitions = Arc::<Definitions>::default();
    let linked = Arc::new(LinkedForms::new(Arc::clone(&definitions)));
    Box::new(Listing::new(definitions, linked))
}

impl Index for Listing {
    fn index(&self, log: &FormLog, view: &FormView, registry: Registry<'_>, here: &dyn Sources) -> Indexed {
        let Some(def) = view.def else { return Indexed::default() };
        let Ok(definition) = self.definitions.get(def, here) else { return Indexed::default() };
        let names = RegistryNames(registry);
        let content = view.content.and_then(|digest| here.blob(digest));
        let bytes = content.unwrap_or_default();
        let content = snapshot::decode(&definition, &Section::Content, &bytes).unwrap_or_default();
        let lines = summary(&definition, &content, &names, Privacy::Masked);
        let summary: Vec<String> = lines.into_iter().map(|(_, words)| words).collect();
        let text = search_text(&definition, &Section::Content, &content, &names);
        let ends = snapshot::ends(&definition, &bytes);
        let links = self.linked.seen(&definition, &ends, registry, here);
        Indexed {
            title: definition.title.clone(),
            summary: summary.join(" · ").chars().take(SUMMARY_CHARS_MAX).collect(),
            text: text.lines().map(str::to_owned).collect(),
            findings: findings(&definition, log, view, &Scene { registry, here, linked: &self.linked }),
            links: linked::named(&ends),
            seen: self.linked.told(log, view, here),
            marks: marks::of(&definition, &content, links, log, view, registry, here),
        }
    }
}

/// What a form is judged with besides itself.
pub(crate) struct Scene<'a> {
    /// The newest registry.
    pub(crate) registry: Registry<'a>,
    /// Blobs, and the events of linked forms.
    pub(crate) here: &'a dyn Sources,
    /// The forms at the ends of links.
    pub(crate) linked: &'a LinkedForms,
}

/// F7 and F14 over the rounds of a form. What cannot be judged because a blob is missing is not a finding yet.
pub(crate) fn findings(
    definition: &Definition,
    log: &FormLog,
    view: &FormView,
    scene: &Scene<'_>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for round in &view.rounds {
        let Some(bytes) = scene.here.blob(round.content) else { continue };
        let Some(content) = snapshot::decode(definition, &Section::Content, &bytes) else { continue };
        let ends = snapshot::ends(definition, &bytes);
        if plans::journal(&plan(definition, &content)).ok().as_ref() != Some(&round.plan) {
            findings.push(Finding::PlanDiffers { round: round.round });
            continue;
        }
        let keys = counted::step_keys(definition, &content);
        let judge = Judge { definition, log, view, scene, keys, content, ends };
        let approves = round.approves.iter().filter(|approve| approve.effective && !approve.carried);
        let entries = view.entries.iter().map(|entry| entry.id);
        let entries = entries.filter(|entry| round_of(log, view, *entry) == Some(round.round));
        let signed = std::iter::once(round.round).chain(approves.map(|approve| approve.id));
        for id in signed.chain(round.seals.iter().map(|seal| seal.id)).chain(entries) {
            let unmet = judge.unmet(id, round).into_iter();
            findings.extend(unmet.map(|code| Finding::GateUnmet { event: id, code }));
        }
    }
    let misstated = view.entries.iter().filter(|entry| is_misstated(definition, log, view, entry));
    let code = || Code::EntryTime.as_str().to_owned();
    findings.extend(misstated.map(|entry| Finding::GateUnmet { event: entry.id, code: code() }));
    findings.sort();
    findings.dedup();
    findings
}

/// Whether a row states a time that cannot be its own, by what its author knew.
fn is_misstated(definition: &Definition, log: &FormLog, view: &FormView, entry: &EntryView) -> bool {
    let known = |other: EventId| log.is_in_past(other, entry.id);
    let table = definition.table(&entry.table);
    table.is_some_and(|table| stated::judge(&entry.at, entry.wall, table, (log, view), known).is_err())
}

/// The round under which an entry was written: the last one that its author knew.
fn round_of(log: &FormLog, view: &FormView, entry: EventId) -> Option<EventId> {
    view.rounds.iter().rev().map(|round| round.round).find(|round| log.is_in_past(*round, entry))
}

struct Judge<'a> {
    definition: &'a Definition,
    log: &'a FormLog,
    view: &'a FormView,
    scene: &'a Scene<'a>,
    keys: Vec<String>,
    content: Content,
    ends: Ends,
}

impl Judge<'_> {
    /// Codes of the gates that were shut when the event was signed under this round, judged from its own past.
    fn unmet(&self, id: EventId, round: &RoundView) -> Vec<String> {
        let Some(event) = self.log.event(id) else { return Vec::new() };
        let Some((moment, own)) = self.moment(event) else { return Vec::new() };
        let asked = matches!(moment, Moment::Submit | Moment::Close);
        if !asked && !self.definition.gates.iter().any(|gate| gate.on == moment) {
            return Vec::new();
        }
        let past = |other: EventId| self.log.is_in_past(other, id);
        let steps = counted::steps(self.definition, &self.keys, round, self.scene.here, past);
        let basis = |other: EventId| event.action.basis().contains(&other);
        let known = |other: EventId| past(other) || basis(other);
        let entries = counted::entries(self.definition, self.view, self.scene.here, known);
        let Scene { registry, here, linked } = self.scene;
        let loose = linked.problems(self.definition, &self.ends, *registry, *here);
        if loose.iter().any(|problem| problem.code == Code::LinkMissing.as_str()) {
            return Vec::new();
        }
        let links = linked.seen(self.definition, &self.ends, *registry, *here);
        let registry = registry.version(event.epoch.number);
        let settings = setting::settings(registry);
        let ink_copy =
            counted::ink_copy(self.definition, self.log, self.view, self.scene.here, round.rev, known);
        let facts = Facts { ink_copy, ..facts(event, registry, &settings) };
        let context = counted::context(self.content.clone(), steps, entries, settings, facts);
        let unmet = gates(self.definition, &moment, &own, &Context { links, ..context });
        let loose = loose.into_iter().filter(|_| moment == Moment::Submit).map(|problem| problem.code);
        unmet.into_iter().map(|unmet| unmet.code).chain(loose).collect()
    }

    fn moment(&self, event: &Event) -> Option<(Moment, Content)> {
        let own = |section: Section, boxed| {
            counted::box_values(self.definition, &section, boxed, self.scene.here).unwrap_or_default()
        };
        match (&event.action, event.kind()) {
            (Action::Approve { boxed, .. }, _) => {
                let key = self.keys.get(usize::from(event.step?))?.clone();
                Some((Moment::Step(key.clone()), own(Section::Step(key), *boxed)))
            }
            (Action::Entry { table, boxed, .. }, _) => {
                let moment = if table == CLOSE { Moment::Close } else { Moment::Table(table.clone()) };
                Some((moment, own(Section::Table(table.clone()), *boxed)))
            }
            (_, Kind::Submit) => Some((Moment::Submit, Content::new())),
            (_, Kind::Seal) => Some((Moment::Seal, Content::new())),
            _ => None,
        }
    }
}

/// The facts at an event: the clock of its author, under the registry that its author knew.
pub(crate) fn facts(event: &Event, registry: Registry<'_>, settings: &Settings) -> Facts {
    let unit = registry.person(event.person).and_then(|record| record.unit);
    Facts {
        person: event.person.to_string(),
        unit: unit.map(|unit| unit.to_string()).unwrap_or_default(),
        level: registry.level().to_owned(),
        ..Facts::at(&ambient::instant(event.wall), settings)
    }
}
