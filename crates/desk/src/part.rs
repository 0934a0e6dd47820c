//! A section that is being filled: what is signed already, with what was typed over it.

use std::collections::{BTreeMap, BTreeSet};

use qianban_catalog::{
    Attachment, Content, Context, Definition, Field, FieldKind, LinkSlot, Place, Problem, Section, Value,
    compute, normalise,
};
use qianban_journal::PersonId;
use qianban_store::{DraftAttachment, DraftField, DraftKey, Reader};

use crate::linked::{self, Ends};
use crate::{Code, Refused, api};

/// Before the key of an attachment field: the digests that were taken off what is signed.
const REMOVED: &str = "-";

/// A row of a table field as typed: text by column.
pub(crate) type TypedRow = BTreeMap<String, String>;

/// A section with what was typed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Part {
    /// Values, normalised, computed and whole.
    pub(crate) values: Content,
    /// What was typed and is no value.
    pub(crate) unread: Vec<(Place, Problem)>,
    /// Its text.
    pub(crate) raw: Vec<(Place, String)>,
    /// Wall clock of the last change, milliseconds since 1970; none without a draft.
    pub(crate) saved_ms: Option<i64>,
}

/// The catalog's name of a section.
pub(crate) fn section(of: &api::Section) -> Section {
    match of {
        api::Section::Content => Section::Content,
        api::Section::Step { key } => Section::Step(key.clone()),
        api::Section::Entry { table, .. } => Section::Table(table.clone()),
    }
}

/// Where the store keeps the draft of a section.
pub(crate) fn draft_key(person: PersonId, form: &str, of: &api::Section) -> DraftKey {
    let (section, row) = match of {
        api::Section::Content => ("content".to_owned(), String::new()),
        api::Section::Step { key } => (format!("step:{key}"), String::new()),
        api::Section::Entry { table, row } => (format!("table:{table}"), row.clone().unwrap_or_default()),
    };
    DraftKey { person, form: form.to_owned(), section, row }
}

/// The attachment field of sheets signed in ink, and the section in which they wait until they are recorded.
pub(crate) const SCAN: &str = "scan";

/// Where these sheets wait.
pub(crate) fn scan_key(person: PersonId, form: &str) -> DraftKey {
    DraftKey { person, form: form.to_owned(), section: SCAN.to_owned(), row: String::new() }
}

/// These sheets, as the screen lists them.
pub(crate) fn scans(attached: &[DraftAttachment]) -> Vec<api::Attachment> {
    let listed = attached.iter().map(|file| api::Attachment {
        slot: SCAN.to_owned(),
        name: file.name.clone(),
        media: file.media.clone(),
        size_bytes: file.length,
        digest: file.digest.to_string(),
    });
    listed.collect()
}

/// The field under which a draft keeps what was taken off an attachment field.
pub(crate) fn removed_field(slot: &str) -> String {
    format!("{REMOVED}{slot}")
}

/// Digests in a [`removed_field`].
pub(crate) fn removed_digests(value: &str) -> BTreeSet<String> {
    serde_json::from_str(value).unwrap_or_default()
}

/// Rows of a table field in a draft; none if they cannot be read.
pub(crate) fn typed_rows(value: &str) -> Vec<TypedRow> {
    serde_json::from_str(value).unwrap_or_default()
}

/// The links that a draft of the content keeps, by slot; a slot that was not changed is not there.
pub(crate) fn ends(reader: &Reader<'_>, definition: &Definition, key: &DraftKey) -> Result<Ends, Refused> {
    if definition.links.is_empty() {
        return Ok(Ends::new());
    }
    let kept = reader.draft(key)?;
    let of_slot = |slot: &LinkSlot| {
        let name = linked::field(&slot.slot);
        let field = kept.iter().find(|field| field.field == name)?;
        Some((slot.slot.clone(), linked::typed(&field.value)))
    };
    Ok(definition.links.iter().filter_map(of_slot).collect())
}

impl Part {
    /// A section as it was signed.
    pub(crate) fn signed(values: Content) -> Self {
        Self { values, ..Self::default() }
    }

    /// Lays a draft over what is signed, or over the defaults.
    pub(crate) fn read(
        reader: &Reader<'_>,
        definition: &Definition,
        of: &api::Section,
        key: &DraftKey,
        base: Content,
        context: &Context,
    ) -> Result<Self, Refused> {
        let of = section(of);
        let fields = definition.fields_of(&of).ok_or(Code::SectionUnknown)?;
        let (typed, files) = (reader.draft(key)?, reader.draft_attachments(key)?);
        let mut part = Self { values: base, ..Self::default() };
        part.saved_ms = typed.iter().map(|field| field.saved_ms).max();
        for field in fields {
            match field.kind {
                FieldKind::Attachment => part.lay_files(field, &typed, &files),
                _ => {
                    if let Some(text) = typed.iter().find(|typed| typed.field == field.key) {
                        part.lay_field(field, &text.value);
                    }
                }
            }
        }
        part.values = compute(definition, &of, &part.values, context);
        Ok(part)
    }

    fn lay_field(&mut self, field: &Field, text: &str) {
        let value = if field.kind == FieldKind::Table {
            let rows = typed_rows(text)
                .iter()
                .enumerate()
                .map(|(number, row)| self.row(field, number, row))
                .collect();
            Value::Table(rows)
        } else {
            self.value(field, Place::field(&field.key), text)
        };
        self.values.insert(field.key.clone(), value);
    }

    fn row(&mut self, field: &Field, number: usize, row: &TypedRow) -> Content {
        let cell = |column: &Field| {
            let text = row.get(&column.key).map_or("", String::as_str);
            let place = Place::cell(&field.key, number, &column.key);
            (column.key.clone(), self.value(column, place, text))
        };
        field.columns.iter().map(cell).collect()
    }

    fn value(&mut self, field: &Field, place: Place, text: &str) -> Value {
        normalise(field, text).unwrap_or_else(|problem| {
            self.unread.push((place.clone(), problem));
            self.raw.push((place, text.to_owned()));
            Value::Empty
        })
    }

    fn lay_files(&mut self, field: &Field, typed: &[DraftField], added: &[DraftAttachment]) {
        let removed = typed.iter().find(|typed| typed.field == removed_field(&field.key));
        let removed = removed.map(|typed| removed_digests(&typed.value)).unwrap_or_default();
        let mut files = match self.values.remove(&field.key) {
            Some(Value::Attachments(files)) => files,
            _ => Vec::new(),
        };
        files.retain(|file| !removed.contains(&file.digest));
        for file in added.iter().filter(|file| file.field == field.key).map(attachment) {
            if !files.iter().any(|known| known.digest == file.digest) {
                files.push(file);
            }
        }
        self.values.insert(field.key.clone(), Value::Attachments(files));
    }

    /// The files of all fields, as the screen lists them.
    pub(crate) fn files(&self) -> Vec<api::Attachment> {
        files(&self.values)
    }

    /// The text of a place that is no value.
    pub(crate) fn raw(&self, place: &Place) -> Option<&str> {
        self.raw.iter().find(|(at, _)| at == place).map(|(_, text)| text.as_str())
    }
}

fn attachment(file: &DraftAttachment) -> Attachment {
    Attachment {
        name: file.name.clone(),
        media: file.media.clone(),
        len: file.length,
        digest: file.digest.to_string(),
    }
}

/// The files of a section, as the screen lists them.
pub(crate) fn files(values: &Content) -> Vec<api::Attachment> {
    let mut listed = Vec::new();
    for (slot, value) in values {
        let Value::Attachments(files) = value else { continue };
        listed.extend(files.iter().map(|file| api::Attachment {
            slot: slot.clone(),
            name: file.name.clone(),
            media: file.media.clone(),
            size_bytes: file.len,
            digest: file.digest.clone(),
        }));
    }
    listed
}
