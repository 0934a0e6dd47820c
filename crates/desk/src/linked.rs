//! Links to sealed rounds of other forms: which are signed, and what stands at their ends as the seals knew it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use qianban_catalog::{
    Content, Context, Definition, FieldKind, LinkSlot, Linked, Links, Section, Value, exposed,
};
use qianban_journal::{
    Digest, EventId, FormId, FormLog, FormStatus, FormView, Link, Registry, RoundStatus, RoundView, UnitId,
    digest,
};
use qianban_store::Sources;

use crate::definitions::Definitions;
use crate::desk::guard;
use crate::{Code, Refused, ambient, api, counted, names, snapshot};

/// Sealed forms kept read; the smallest seal goes when there are more.
const KEPT: usize = 4_096;

/// The links of a content by slot, in the order in which they were made.
pub(crate) type Ends = BTreeMap<String, Vec<Link>>;

/// A form at the end of a link.
pub(crate) struct Other {
    /// What is signed of it.
    pub(crate) link: Link,
    /// Its definition.
    pub(crate) definition: Arc<Definition>,
    /// The unit that it is about: that of its first key field of a unit, else the form's own.
    pub(crate) unit: UnitId,
    /// Official or working number.
    pub(crate) number: String,
    /// The signer's clock at the seal, milliseconds since 1970.
    pub(crate) sealed_ms: i64,
    /// As expressions see it.
    pub(crate) linked: Linked,
}

/// What is wrong with a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loose {
    /// The form, its definition or its content is not here.
    Missing,
    /// It is not sealed, or not by this seal.
    NotSealed,
    /// It was rejected.
    Void,
    /// What was sealed is another content.
    OtherContent,
    /// The slot takes no forms of this kind.
    OtherKind,
}

impl Loose {
    /// How the person is told.
    pub(crate) const fn code(self) -> Code {
        match self {
            Loose::Missing => Code::LinkMissing,
            Loose::NotSealed => Code::LinkNotSealed,
            Loose::Void => Code::LinkVoid,
            Loose::OtherContent => Code::LinkContent,
            Loose::OtherKind => Code::LinkDefinition,
        }
    }
}

/// The forms at the ends of links that were asked for. What a seal knew never changes under one registry version.
#[derive(Default)]
pub(crate) struct LinkedForms {
    definitions: Arc<Definitions>,
    known: Mutex<BTreeMap<(EventId, u32), Arc<Other>>>,
}

impl LinkedForms {
    /// Shares parsed definitions with the desk.
    pub(crate) fn new(definitions: Arc<Definitions>) -> Self {
        Self { definitions, known: Mutex::default() }
    }

    /// The form at the end of a link.
    pub(crate) fn end(
        &self,
        link: &Link,
        registry: Registry<'_>,
        here: &dyn Sources,
    ) -> Result<Arc<Other>, Loose> {
        let log = here.log(link.form).ok_or(Loose::Missing)?;
        let view = log.view(registry).ok_or(Loose::Missing)?;
        let round = sealed_round(&view)?;
        if !round.seals.iter().any(|seal| seal.id == link.seal) {
            return Err(Loose::NotSealed);
        }
        if round.content != link.content {
            return Err(Loose::OtherContent);
        }
        // Whether the link still holds was asked of the form as it is now; only what the seal knew is kept.
        let key = (link.seal, registry.number());
        if let Some(other) = guard(&self.known).get(&key).filter(|other| other.link == *link) {
            return Ok(Arc::clone(other));
        }
        let (other, whole) = self.read(link, &log, &view, round, here)?;
        let other = Arc::new(other);
        if whole {
            let mut known = guard(&self.known);
            if known.len() >= KEPT {
                known.pop_first();
            }
            known.insert(key, Arc::clone(&other));
        }
        Ok(other)
    }

    /// The link to a form that is sealed.
    pub(crate) fn to(form: FormId, registry: Registry<'_>, here: &dyn Sources) -> Result<Link, Loose> {
        let view = here.log(form).and_then(|log| log.view(registry)).ok_or(Loose::Missing)?;
        let round = sealed_round(&view)?;
        let seal = round.seals.first().ok_or(Loose::NotSealed)?;
        Ok(Link { form, seal: seal.id, content: round.content })
    }

    /// The form at the end of a link of a slot.
    pub(crate) fn end_of(
        &self,
        slot: &LinkSlot,
        link: &Link,
        registry: Registry<'_>,
        here: &dyn Sources,
    ) -> Result<Arc<Other>, Loose> {
        let other = self.end(link, registry, here)?;
        if slot.definitions.contains(&other.definition.id) { Ok(other) } else { Err(Loose::OtherKind) }
    }

    /// Digest of what forms that link to this one may be told: it changes when one of their links would be read otherwise.
    /// None while no link can hold.
    pub(crate) fn told(&self, log: &FormLog, view: &FormView, here: &dyn Sources) -> Option<Digest> {
        let words = match sealed_round(view) {
            Err(Loose::NotSealed) => return None,
            Err(loose) => format!("{loose:?}"),
            Ok(round) => {
                let told = |seal: EventId| {
                    let link = Link { form: view.form, seal, content: round.content };
                    let read = self.read(&link, log, view, round, here);
                    let other =
                        read.map(|(other, _)| (other.definition.id.clone(), other.unit, other.linked));
                    format!("{link:?} {other:?}")
                };
                round.seals.iter().map(|seal| told(seal.id)).collect()
            }
        };
        Some(digest(words.as_bytes()))
    }

    /// What expressions see of all links. One that does not hold is there with nothing in it.
    pub(crate) fn seen(
        &self,
        definition: &Definition,
        ends: &Ends,
        registry: Registry<'_>,
        here: &dyn Sources,
    ) -> Links {
        let see = |slot: &LinkSlot, link: &Link| {
            self.end_of(slot, link, registry, here).map(|other| other.linked.clone()).unwrap_or_default()
        };
        let of_slot = |slot: &LinkSlot| {
            let links = ends.get(&slot.slot).map(Vec::as_slice).unwrap_or_default();
            (slot.slot.clone(), links.iter().map(|link| see(slot, link)).collect())
        };
        definition.links.iter().map(of_slot).collect()
    }

    /// Everything that keeps a content from being sent for its links: too few, too many, or loose ones.
    pub(crate) fn problems(
        &self,
        definition: &Definition,
        ends: &Ends,
        registry: Registry<'_>,
        here: &dyn Sources,
    ) -> Vec<api::Problem> {
        let mut problems = Vec::new();
        for slot in &definition.links {
            let links = ends.get(&slot.slot).map(Vec::as_slice).unwrap_or_default();
            problems.extend(fit(slot, links.len()).err().map(api::Problem::from));
            for link in links {
                if let Err(loose) = self.end_of(slot, link, registry, here) {
                    problems.push(Refused::about(loose.code(), name(link.form, registry, here)).into());
                }
            }
        }
        problems
    }

    /// The form as its seal knew it, and whether everything of it was here.
    fn read(
        &self,
        link: &Link,
        log: &FormLog,
        view: &FormView,
        round: &RoundView,
        here: &dyn Sources,
    ) -> Result<(Other, bool), Loose> {
        let definition = self.definitions.get(round.def, here).map_err(|_| Loose::Missing)?;
        let content = here.blob(round.content).ok_or(Loose::Missing)?;
        let form = snapshot::decode(&definition, &Section::Content, &content).ok_or(Loose::Missing)?;
        let basis = log.event(link.seal).map(|seal| seal.action.basis()).unwrap_or_default();
        let known = |event: EventId| log.is_in_past(event, link.seal) || basis.contains(&event);
        let keys = counted::step_keys(&definition, &form);
        let unit = about(&definition, &form).unwrap_or(view.unit);
        let context = Context {
            steps: counted::steps(&definition, &keys, round, here, known),
            entries: counted::entries(&definition, view, here, known),
            form,
            ..Context::default()
        };
        let approves = round.approves.iter().map(|approve| (approve.id, approve.boxed));
        let boxes = approves.chain(view.entries.iter().map(|entry| (entry.id, entry.boxed)));
        let whole = boxes
            .filter(|(event, _)| known(*event))
            .filter_map(|(_, boxed)| boxed)
            .all(|boxed| here.blob(boxed).is_some());
        let sealed_ms = round.seals.iter().find(|seal| seal.id == link.seal).map_or(0, |seal| seal.wall);
        let number = view.number.as_ref().map(ToString::to_string);
        let linked = Linked {
            number: number.clone().unwrap_or_default(),
            title: definition.title.clone(),
            unit: unit.to_string(),
            sealed_at: ambient::minute(sealed_ms),
            values: exposed(&definition, &context),
        };
        let number = number.unwrap_or_else(|| view.working_number.clone());
        let other = Other { link: link.clone(), definition, unit, number, sealed_ms, linked };
        Ok((other, whole))
    }
}

/// The unit that a content is about.
fn about(definition: &Definition, form: &Content) -> Option<UnitId> {
    let field = definition.fields.iter().find(|field| field.kind == FieldKind::Unit && field.key_field)?;
    match form.get(&field.key)? {
        Value::Unit(unit) => unit.parse().ok(),
        _ => None,
    }
}

/// The sealed round of a form.
fn sealed_round(view: &FormView) -> Result<&RoundView, Loose> {
    if view.status == FormStatus::Rejected {
        return Err(Loose::Void);
    }
    view.primary_round().filter(|round| round.status == RoundStatus::Sealed).ok_or(Loose::NotSealed)
}

/// Refuses too few or too many links in a slot.
pub(crate) fn fit(slot: &LinkSlot, count: usize) -> Result<(), Refused> {
    let LinkSlot { title, min, max, .. } = slot;
    if count < usize::from(*min) {
        let words = format!("「{title}」至少 {min} 份，现有 {count} 份");
        Err(Refused::about(Code::LinkTooFew, words))
    } else if count > usize::from(*max) {
        Err(Refused::about(Code::LinkTooMany, format!("「{title}」最多 {max} 份")))
    } else {
        Ok(())
    }
}

/// Number, or the first digits of the id of a form that is not here.
pub(crate) fn name(form: FormId, registry: Registry<'_>, here: &dyn Sources) -> String {
    let view = here.log(form).and_then(|log| log.view(registry));
    match view {
        Some(view) => view.number.map_or(view.working_number, |number| number.to_string()),
        None => names::short(&form.to_string()),
    }
}

/// Which forms a content names, with their slots.
pub(crate) fn named(ends: &Ends) -> Vec<(String, FormId)> {
    ends.iter().flat_map(|(slot, links)| links.iter().map(|link| (slot.clone(), link.form))).collect()
}

/// Where a draft keeps the links of a slot, and where a snapshot keeps how many there are.
pub(crate) fn field(slot: &str) -> String {
    format!("link:{slot}")
}

/// The links of a slot as a draft keeps them.
pub(crate) fn as_typed(links: &[Link]) -> Result<String, Refused> {
    let texts: Vec<[String; 3]> = links
        .iter()
        .map(|link| [link.form.to_string(), link.seal.to_string(), link.content.to_string()])
        .collect();
    serde_json::to_string(&texts).map_err(|error| Refused::about(Code::Internal, error))
}

/// The links that a draft keeps; none if they cannot be read.
pub(crate) fn typed(text: &str) -> Vec<Link> {
    let texts: Vec<[String; 3]> = serde_json::from_str(text).unwrap_or_default();
    let link = |[form, seal, content]: &[String; 3]| {
        Some(Link {
            form: form.parse().ok()?,
            seal: seal.parse().ok()?,
            content: content.parse::<Digest>().ok()?,
        })
    };
    texts.iter().filter_map(link).collect()
}
