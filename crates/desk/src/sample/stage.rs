//! The desk on which the sample is played, with everybody's keys at hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use qianban_catalog::{Definition, Field, FieldKind, row_defaults, typed};
use qianban_journal::{Digest, PersonId, Sm2Key, UnitId};
use qianban_store::{ATTACHMENT_BYTES_MAX, Password, StagedAttachment, Writer};

use super::ambient::Played;
use super::letter;
use super::script::{File, Script, bad};
use crate::api::{Found, Level, LinkChange, LinkEdit, NewPerson, Secret, Section, SignAction};
use crate::opened::Opened;
use crate::part::{self, SCAN, TypedRow, draft_key, scan_key};
use crate::record::{Look, Record, definition_key, new_draft};
use crate::sign::execute;
use crate::sign::intent::{Fixed, Intent, Work};
use crate::use_case::file::refused;
use crate::use_case::form::as_json;
use crate::use_case::{found, link};
use crate::{Ambient, Code, Desk, Refused};

/// The stage: a founded bureau.
pub(crate) struct Stage<'a> {
    desk: &'a Desk,
    pub(crate) opened: Arc<Opened>,
    clock: &'a Played,
    people: BTreeMap<String, PersonId>,
    units: BTreeMap<String, UnitId>,
    keys: BTreeMap<PersonId, Sm2Key>,
    definitions: BTreeMap<String, (Digest, Arc<Definition>)>,
    /// Files that were made, by name: letters of one name are one file.
    made: BTreeMap<String, Vec<u8>>,
}

/// Where something is written: a part of a form, by somebody.
pub(crate) struct Place<'a> {
    pub(crate) person: PersonId,
    pub(crate) form: &'a str,
    pub(crate) of: Section,
    pub(crate) definition: &'a Definition,
}

impl<'a> Stage<'a> {
    /// Founds the bureau and takes everybody's keys.
    pub(crate) fn set(desk: &'a Desk, clock: &'a Played, script: &Script) -> Result<Self, Refused> {
        found::run(desk, founding(script))?;
        let opened = desk.opened()?;
        let mut stage = Self {
            desk,
            clock,
            people: BTreeMap::new(),
            units: BTreeMap::new(),
            keys: BTreeMap::new(),
            definitions: BTreeMap::new(),
            made: BTreeMap::new(),
            opened,
        };
        stage.take_keys(&script.password)?;
        stage.take_definitions()?;
        Ok(stage)
    }

    fn take_keys(&mut self, password: &str) -> Result<(), Refused> {
        let chain = self.opened.chain()?;
        let registry = Opened::registry(&chain)?;
        self.people = registry.persons().map(|(id, record)| (record.name.clone(), id)).collect();
        self.units = registry.units().map(|(id, unit)| (unit.name.clone(), id)).collect();
        let password = Password::new(password)?;
        let now_ms = (self.clock as &dyn Ambient).now_ms();
        for person in self.people.values() {
            let Some((seat, _)) = self.opened.seat(registry, *person) else { continue };
            let private = self.opened.vault.signing_key(*person, seat, &password, now_ms)?;
            let private = private.as_slice().try_into().map_err(|_| Code::Internal)?;
            self.keys.insert(*person, Sm2Key::from_bytes(private)?);
        }
        Ok(())
    }

    fn take_definitions(&mut self) -> Result<(), Refused> {
        self.definitions = self.opened.store.read(|reader| {
            let registry = Opened::registry(reader.registry())?;
            let active = registry.definitions().filter(|(_, _, active)| *active);
            let read = |(def, ..): (Digest, _, _)| {
                let definition = self.opened.definitions.get(def, reader)?;
                Ok((definition.id.clone(), (def, definition)))
            };
            active.map(read).collect::<Result<_, Refused>>()
        })?;
        Ok(())
    }

    /// Somebody of the script.
    pub(crate) fn person(&self, name: &str) -> Result<PersonId, Refused> {
        self.people.get(name).copied().ok_or_else(|| bad(format!("名册里没有「{name}」")))
    }

    /// A definition by its id.
    pub(crate) fn definition(&self, id: &str) -> Result<(Digest, Arc<Definition>), Refused> {
        self.definitions.get(id).cloned().ok_or_else(|| bad(format!("没有「{id}」这种单据")))
    }

    /// Begins a form of a definition.
    pub(crate) fn begin(
        &self,
        writer: &mut Writer<'_>,
        person: PersonId,
        def: Digest,
    ) -> Result<String, Refused> {
        let form = new_draft(self.clock)?;
        let key = definition_key(person, &form);
        writer.draft_set(&key, "definition", &def.to_string(), self.now_ms())?;
        Ok(form)
    }

    /// Types into a field.
    pub(crate) fn write(
        &self,
        writer: &mut Writer<'_>,
        place: &Place<'_>,
        field: &str,
        text: &str,
    ) -> Result<(), Refused> {
        let text = self.meant(place.field(field)?, text)?;
        let key = draft_key(place.person, place.form, &place.of);
        Ok(writer.draft_set(&key, field, &text, self.now_ms())?)
    }

    /// Fills the rows of a table field of the content.
    pub(crate) fn write_rows(
        &self,
        writer: &mut Writer<'_>,
        place: &Place<'_>,
        field: &str,
        rows: &[BTreeMap<String, String>],
    ) -> Result<(), Refused> {
        let table = place.field(field)?;
        let begun: TypedRow = {
            let look = self.look(writer, place.person);
            let context = Record::read(look, place.form)?.context;
            let begun = row_defaults(place.definition, &part::section(&place.of), field, &context);
            begun.iter().map(|(column, value)| (column.clone(), typed(value))).collect()
        };
        let row = |row: &BTreeMap<String, String>| {
            let mut filled = begun.clone();
            for (column, text) in row {
                let known = table.columns.iter().find(|known| known.key == *column);
                let known = known.ok_or_else(|| bad(format!("「{field}」没有「{column}」这一列")))?;
                filled.insert(column.clone(), self.meant(known, text)?);
            }
            Ok::<_, Refused>(filled)
        };
        let rows = rows.iter().map(row).collect::<Result<Vec<_>, _>>()?;
        let key = draft_key(place.person, place.form, &place.of);
        Ok(writer.draft_set(&key, field, &as_json(&rows)?, self.now_ms())?)
    }

    /// What a text stands for: people and units are named in the script and known by their ids.
    fn meant(&self, field: &Field, text: &str) -> Result<String, Refused> {
        match field.kind {
            FieldKind::Person if !text.is_empty() => Ok(self.person(text)?.to_string()),
            FieldKind::Unit if !text.is_empty() => {
                let unit = self.units.get(text).ok_or_else(|| bad(format!("没有「{text}」这个单位")))?;
                Ok(unit.to_string())
            }
            _ => Ok(text.to_owned()),
        }
    }

    /// Attaches a file to a field.
    pub(crate) fn attach(
        &mut self,
        writer: &mut Writer<'_>,
        place: &Place<'_>,
        field: &str,
        file: &File,
    ) -> Result<(), Refused> {
        place.field(field)?;
        let (staged, media) = self.file(file)?;
        let key = draft_key(place.person, place.form, &place.of);
        writer.draft_attach(&key, field, staged, &file.name, media)?;
        Ok(())
    }

    /// Scans a sheet that was signed on paper; answers its digest.
    pub(crate) fn scan(
        &mut self,
        writer: &mut Writer<'_>,
        person: PersonId,
        form: &str,
    ) -> Result<String, Refused> {
        let (staged, media) = self.file(&File { name: "签字页扫描件.pdf".to_owned(), text: None })?;
        let kept = writer.draft_attach(&scan_key(person, form), SCAN, staged, "签字页扫描件.pdf", media)?;
        Ok(kept.digest.to_string())
    }

    fn file(&mut self, file: &File) -> Result<(StagedAttachment, &'static str), Refused> {
        let bytes = match (&file.text, self.made.get(&file.name)) {
            (Some(text), _) => text.as_bytes().to_vec(),
            (None, Some(made)) => made.clone(),
            (None, None) => {
                let made = letter::of(self.desk, &file.name)?;
                self.made.insert(file.name.clone(), made.clone());
                made
            }
        };
        let staged = || {
            let mut upload = self.opened.store.begin_attachment(ATTACHMENT_BYTES_MAX)?;
            upload.chunk(&bytes)?;
            upload.finish()
        };
        Ok((staged().map_err(|error| refused(error, &file.name))?, letter::media(&file.name)))
    }

    /// Links sealed forms.
    pub(crate) fn link(
        &self,
        writer: &mut Writer<'_>,
        person: PersonId,
        form: &str,
        slot: &str,
        forms: Vec<String>,
    ) -> Result<(), Refused> {
        let change = LinkEdit::Add { forms };
        let change = LinkChange { form: form.to_owned(), slot: slot.to_owned(), change };
        link::put(self.desk, &self.opened, writer, person, &change)
    }

    /// Signs an action with the person's key, as the sign window does once the password is right; answers the form.
    pub(crate) fn sign(
        &self,
        writer: &mut Writer<'_>,
        person: PersonId,
        action: &SignAction,
    ) -> Result<Option<String>, Refused> {
        let key = self.keys.get(&person).ok_or(Code::PersonNoSeat)?;
        let fixed = Fixed::draw(self.clock)?;
        let (intent, author) = {
            let look = self.look(writer, person);
            (Intent::of(look, action, &fixed)?, look.author()?)
        };
        match &intent.work {
            Work::Form(form) => {
                let written = execute::form(writer, self.clock, person, form, author, key)?;
                Ok(Some(written.form.to_string()))
            }
            _ => Err(bad("样例只签单据")),
        }
    }

    fn look<'l>(&'l self, writer: &'l Writer<'_>, person: PersonId) -> Look<'l> {
        Look { opened: &self.opened, reader: writer, person, ambient: self.clock }
    }

    fn now_ms(&self) -> i64 {
        (self.clock as &dyn Ambient).now_ms()
    }
}

impl Place<'_> {
    fn field(&self, key: &str) -> Result<&Field, Refused> {
        let fields = self.definition.fields_of(&part::section(&self.of)).unwrap_or_default();
        let known = fields.iter().find(|field| field.key == key);
        known.ok_or_else(|| bad(format!("「{}」没有「{key}」这一栏", self.definition.title)))
    }
}

fn founding(script: &Script) -> Found {
    let password = |paper: bool| (!paper).then(|| Secret::new(script.password.clone()));
    let people = script.people.iter().map(|person| NewPerson {
        name: person.name.clone(),
        unit: person.unit.clone(),
        roles: person.roles.clone(),
        password: password(person.paper),
    });
    Found {
        bureau: script.bureau.clone(),
        level: Level::County,
        units: script.units.clone(),
        people: people.collect(),
    }
}
