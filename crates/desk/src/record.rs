//! A form as one person meets it: its events, its values, and what that person typed over them.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use qianban_catalog::{Content, Context, Definition, Facts, Rows, Section, Settings, defaults};
use qianban_journal::{
    Author, Digest, Event, EventId, FormId, FormLog, FormView, PersonId, Phase, Registry, RegistryChain,
    RoundView, Target,
};
use qianban_store::{DraftKey, Reader};

use crate::linked::Ends;
use crate::opened::Opened;
use crate::part::{self, Part, draft_key};
use crate::{Ambient, Code, Refused, ambient, api, counted, setting, snapshot, year};

/// Before the random name of a form that was never sent.
const DRAFT_PREFIX: &str = "draft-";
/// Where a draft keeps the digest of its definition.
const DRAFT_DEFINITION: &str = "definition";

/// Who looks, through which state of the file, and when.
#[derive(Clone, Copy)]
pub(crate) struct Look<'a> {
    /// The open database.
    pub(crate) opened: &'a Opened,
    /// One consistent state of it.
    pub(crate) reader: &'a Reader<'a>,
    /// The person at the desk.
    pub(crate) person: PersonId,
    /// Clock and randomness.
    pub(crate) ambient: &'a dyn Ambient,
}

impl Look<'_> {
    /// The clock, in the zone of the office.
    pub(crate) fn now(&self) -> DateTime<FixedOffset> {
        ambient::office(self.ambient.now())
    }

    /// Who makes the next event.
    pub(crate) fn author(&self) -> Result<Author, Refused> {
        self.opened.author(self.reader, self.person, self.ambient)
    }

    fn facts(&self, registry: Registry<'_>, settings: &Settings) -> Facts {
        let unit = registry.person(self.person).and_then(|record| record.unit);
        Facts {
            person: self.person.to_string(),
            unit: unit.map(|unit| unit.to_string()).unwrap_or_default(),
            level: registry.level().to_owned(),
            ..Facts::at(&ambient::instant(self.ambient.now_ms()), settings)
        }
    }
}

/// Where the definition of a draft is kept.
pub(crate) fn definition_key(person: PersonId, form: &str) -> DraftKey {
    DraftKey { person, form: form.to_owned(), section: DRAFT_DEFINITION.to_owned(), row: String::new() }
}

/// A name for a form that was never sent.
pub(crate) fn new_draft(ambient: &dyn Ambient) -> Result<String, Refused> {
    Ok(format!("{DRAFT_PREFIX}{}", hex::encode(ambient.bytes::<16>()?)))
}

/// What the events of a form say.
pub(crate) struct Signed {
    /// The form.
    pub(crate) form: FormId,
    /// Its events.
    pub(crate) log: FormLog,
    /// What it is under the newest registry.
    pub(crate) view: FormView,
    /// The content of the canonical revision.
    pub(crate) content: Content,
    /// Its links.
    pub(crate) ends: Ends,
}

/// A form as one person meets it.
pub(crate) struct Record {
    /// The form's key, as on the wire.
    pub(crate) key: String,
    /// Digest of the definition.
    pub(crate) def: Digest,
    /// The definition.
    pub(crate) definition: Arc<Definition>,
    /// The registry.
    pub(crate) chain: Arc<RegistryChain>,
    /// The signed side; none for a form that was never sent.
    pub(crate) signed: Option<Signed>,
    /// Whether the person may write in the content now.
    pub(crate) drafting: bool,
    /// The content, with what was typed.
    pub(crate) content: Part,
    /// Its links, with what was changed.
    pub(crate) ends: Ends,
    /// The scene of every other section.
    pub(crate) context: Context,
}

impl Record {
    /// Reads a form by its key.
    ///
    /// # Errors
    /// [`Code::FormUnknown`], or that its definition is not here or not readable.
    pub(crate) fn read(look: Look<'_>, key: &str) -> Result<Self, Refused> {
        let chain = Arc::clone(look.reader.registry());
        if key.starts_with(DRAFT_PREFIX) {
            let stored = look.reader.draft(&definition_key(look.person, key))?;
            let def = stored.first().and_then(|field| field.value.parse().ok()).ok_or(Code::FormUnknown)?;
            return Self::assemble(look, key, chain, def, None);
        }
        let form: FormId = key.parse().map_err(|_| Code::FormUnknown)?;
        let log = look.reader.form_log(form)?;
        if log.is_empty() {
            return Err(Code::FormUnknown.into());
        }
        let view = log.view(Opened::registry(&chain)?).ok_or(Code::FormUnknown)?;
        let def = view.def.ok_or(Code::FormUnknown)?;
        let definition = look.opened.definitions.get(def, look.reader)?;
        let bytes = view.content.and_then(|content| look.reader.blob(content).transpose()).transpose()?;
        let bytes = bytes.unwrap_or_default();
        let content = snapshot::decode(&definition, &Section::Content, &bytes).unwrap_or_default();
        let ends = snapshot::ends(&definition, &bytes);
        Self::assemble(look, key, chain, def, Some(Signed { form, log, view, content, ends }))
    }

    /// The same; none for a form whose definition cannot be read here: it is listed in its ledger and cannot be worked on.
    ///
    /// # Errors
    /// As [`Record::read`], but for the definition.
    pub(crate) fn readable(look: Look<'_>, key: &str) -> Result<Option<Self>, Refused> {
        match Self::read(look, key) {
            Ok(record) => Ok(Some(record)),
            Err(refused) if matches!(refused.code(), Code::DefinitionUnknown | Code::DefinitionBad) => {
                Ok(None)
            }
            Err(refused) => Err(refused),
        }
    }

    /// An empty form of a definition that is not in use yet.
    pub(crate) fn blank(look: Look<'_>, def: Digest, definition: Arc<Definition>) -> Result<Self, Refused> {
        let chain = Arc::clone(look.reader.registry());
        let registry = Opened::registry(&chain)?;
        let settings = setting::settings(registry);
        let facts = look.facts(registry, &settings);
        let context = counted::context(Content::new(), Rows::new(), Rows::new(), settings, facts);
        let content = Part::signed(Content::new());
        Ok(Self {
            key: String::new(),
            def,
            definition,
            chain,
            signed: None,
            drafting: false,
            content,
            ends: Ends::new(),
            context,
        })
    }

    fn assemble(
        look: Look<'_>,
        key: &str,
        chain: Arc<RegistryChain>,
        def: Digest,
        signed: Option<Signed>,
    ) -> Result<Self, Refused> {
        let definition = look.opened.definitions.get(def, look.reader)?;
        let registry = Opened::registry(&chain)?;
        let settings = setting::settings(registry);
        let facts = look.facts(registry, &settings);
        let (steps, entries) = match &signed {
            Some(signed) => signed.counted(&definition, look.reader),
            None => (Rows::new(), Rows::new()),
        };
        let ink_copy = signed.as_ref().is_some_and(|signed| signed.ink_copy(&definition, look.reader));
        let facts = Facts { ink_copy, ..facts };
        let mut context = counted::context(Content::new(), steps, entries, settings, facts);
        let read_only = match &signed {
            Some(signed) => {
                year::is_read_only(Opened::registry(&chain)?, look.reader, signed.form, signed.year())?
            }
            None => false,
        };
        let drafting = !read_only && signed.as_ref().is_none_or(|signed| signed.may_save(look, &chain));
        let draft = draft_key(look.person, key, &api::Section::Content);
        let mut ends = signed.as_ref().map(|signed| signed.ends.clone()).unwrap_or_default();
        if drafting {
            ends.extend(part::ends(look.reader, &definition, &draft)?);
        }
        context.links = look.opened.linked.seen(&definition, &ends, registry, look.reader);
        let content = if drafting {
            let base = match &signed {
                Some(signed) => signed.content.clone(),
                None => defaults(&definition, &Section::Content, &context),
            };
            Part::read(look.reader, &definition, &api::Section::Content, &draft, base, &context)?
        } else {
            Part::signed(signed.as_ref().map(|signed| signed.content.clone()).unwrap_or_default())
        };
        context.form = content.values.clone();
        Ok(Self { key: key.to_owned(), def, definition, chain, signed, drafting, content, ends, context })
    }

    /// What keeps the content from being sent for its links.
    pub(crate) fn link_problems(&self, look: Look<'_>) -> Result<Vec<api::Problem>, Refused> {
        Ok(look.opened.linked.problems(&self.definition, &self.ends, self.registry()?, look.reader))
    }

    /// The registry now.
    pub(crate) fn registry(&self) -> Result<Registry<'_>, Refused> {
        Opened::registry(&self.chain)
    }

    /// The signed side.
    ///
    /// # Errors
    /// [`Code::SignNotTurn`] for a form that was never sent.
    pub(crate) fn signed(&self) -> Result<&Signed, Refused> {
        self.signed.as_ref().ok_or_else(|| Code::SignNotTurn.into())
    }

    /// The view, once there is one.
    pub(crate) fn view(&self) -> Option<&FormView> {
        self.signed.as_ref().map(|signed| &signed.view)
    }

    /// The primary round, once there is one.
    pub(crate) fn round(&self) -> Option<&RoundView> {
        self.view().and_then(FormView::primary_round)
    }

    /// Keys of the steps that the plan holds, in order: of the content as it is shown.
    pub(crate) fn step_keys(&self) -> Vec<String> {
        counted::step_keys(&self.definition, &self.content.values)
    }

    /// A section that a person fills besides the content: a step's box, a new row or a correction, which begins with
    /// what the row says.
    pub(crate) fn part(&self, look: Look<'_>, of: &api::Section) -> Result<Part, Refused> {
        if *of == api::Section::Content {
            return Ok(self.content.clone());
        }
        let section = part::section(of);
        let base = match of {
            api::Section::Entry { table, row: Some(row) } => self
                .view()
                .and_then(|view| view.current_entries(table).find(|entry| entry.row.to_string() == *row))
                .and_then(|entry| counted::box_values(&self.definition, &section, entry.boxed, look.reader))
                .unwrap_or_default(),
            _ => defaults(&self.definition, &section, &self.context),
        };
        let key = draft_key(look.person, &self.key, of);
        Part::read(look.reader, &self.definition, of, &key, base, &self.context)
    }

    /// The year that the form belongs to, 0 for one that was never sent.
    pub(crate) fn year(&self) -> u16 {
        self.signed.as_ref().map_or(0, Signed::year)
    }

    /// Whether its year is closed and it was not carried over.
    ///
    /// # Errors
    /// The list of carried forms is not here.
    pub(crate) fn is_read_only(&self, look: Look<'_>) -> Result<bool, Refused> {
        let Some(signed) = &self.signed else { return Ok(false) };
        year::is_read_only(self.registry()?, look.reader, signed.form, signed.year())
    }

    /// The form's number, or its working number, or nothing yet.
    pub(crate) fn number(&self) -> String {
        let Some(view) = self.view() else { return String::new() };
        view.number.as_ref().map_or_else(|| view.working_number.clone(), ToString::to_string)
    }
}

impl Signed {
    fn year(&self) -> u16 {
        year::of(&self.view, self.event(self.form.into()).map_or(0, |create| create.wall))
    }

    fn counted(&self, definition: &Definition, reader: &Reader<'_>) -> (Rows, Rows) {
        let keys = counted::step_keys(definition, &self.content);
        let round = self.view.primary_round();
        let steps =
            round.map(|round| counted::steps(definition, &keys, round, reader, |_| true)).unwrap_or_default();
        (steps, counted::entries(definition, &self.view, reader, |_| true))
    }

    /// Whether the signed paper of the canonical revision is back (W055).
    fn ink_copy(&self, definition: &Definition, reader: &Reader<'_>) -> bool {
        let copy =
            |revision| counted::ink_copy(definition, &self.log, &self.view, reader, revision, |_| true);
        self.view.canonical.is_some_and(copy)
    }

    /// Whether the canonical revision was ever printed.
    pub(crate) fn printed(&self) -> bool {
        let revision = self.view.canonical;
        revision.is_some_and(|revision| counted::printed(&self.log, &self.view, revision).next().is_some())
    }

    /// Whether the person at the desk could sign a new revision now (L2).
    fn may_save(&self, look: Look<'_>, chain: &RegistryChain) -> bool {
        let rejected = matches!(self.view.status, qianban_journal::FormStatus::Rejected);
        if rejected || self.view.phase != Phase::Drafting {
            return false;
        }
        let (Some(prev), Some(def), Ok(author)) = (self.view.canonical, self.view.def, look.author()) else {
            return false;
        };
        let save = self.log.draft_save(author, prev, Digest([0; 32]), def, false);
        self.log.would_be_legal(&save, chain).is_ok()
    }

    /// The last return of the last round, with where it sent the form.
    pub(crate) fn returned(&self) -> Option<(&RoundView, Target)> {
        let round = self.view.rounds.iter().rev().find(|round| round.target.is_some())?;
        Some((round, round.target?))
    }

    /// The event of an id.
    pub(crate) fn event(&self, id: EventId) -> Option<&Event> {
        self.log.event(id)
    }

    /// Ids of current entries, ascending: what gates were decided on.
    pub(crate) fn basis(&self) -> Vec<EventId> {
        let current = self.view.entries.iter().filter(|entry| entry.superseded_by.is_none());
        let mut basis: Vec<EventId> = current.map(|entry| entry.id).collect();
        basis.sort();
        basis.truncate(qianban_journal::limit::ARG_IDS);
        basis
    }
}
