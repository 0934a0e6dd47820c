//! Between the values of a section and the canonical bytes that are signed.

use qianban_catalog::{
    Content, Definition, FieldKind, LinkSlot, Section, Stored, Value, from_stored, to_stored,
};
use qianban_journal::{Attachment, Digest, Item, Snapshot};

use crate::linked::{self, Ends};
use crate::{Code, Refused};

/// The canonical bytes of a section: every field of the definition, empty ones too (C2), and its files.
///
/// # Errors
/// [`Code::SignLimit`] when the snapshot would break a limit of the journal.
pub(crate) fn encode(
    definition: &Definition,
    def: Digest,
    section: &Section,
    values: &Content,
) -> Result<Vec<u8>, Refused> {
    checked(&of(definition, def, section, values)?)
}

/// The canonical bytes of a content: also its links, slot after slot, and as a field how many stand in each.
///
/// # Errors
/// As [`encode`].
pub(crate) fn encode_content(
    definition: &Definition,
    def: Digest,
    values: &Content,
    ends: &Ends,
) -> Result<Vec<u8>, Refused> {
    let mut snapshot = of(definition, def, &Section::Content, values)?;
    for slot in &definition.links {
        let links = ends.get(&slot.slot).map(Vec::as_slice).unwrap_or_default();
        let count = i64::try_from(links.len()).unwrap_or(i64::MAX);
        snapshot.fields.insert(linked::field(&slot.slot), Item::Int(count));
        snapshot.links.extend_from_slice(links);
    }
    checked(&snapshot)
}

fn of(
    definition: &Definition,
    def: Digest,
    section: &Section,
    values: &Content,
) -> Result<Snapshot, Refused> {
    let fields = definition.fields_of(section).ok_or(Code::SectionUnknown)?;
    let mut snapshot =
        Snapshot { def, fields: Default::default(), attachments: Vec::new(), links: Vec::new() };
    for field in fields {
        let value = values.get(&field.key).unwrap_or(&Value::Empty);
        if field.kind != FieldKind::Attachment {
            snapshot.fields.insert(field.key.clone(), item(&to_stored(value)));
        } else if let Value::Attachments(files) = value {
            for file in files {
                snapshot.attachments.push(Attachment {
                    slot: field.key.clone(),
                    name: file.name.clone(),
                    media: file.media.clone(),
                    len: file.len,
                    digest: file.digest.parse().map_err(|_| Code::FileUnknown)?,
                });
            }
        }
    }
    Ok(snapshot)
}

fn checked(snapshot: &Snapshot) -> Result<Vec<u8>, Refused> {
    let bytes = snapshot.encode();
    Snapshot::decode(&bytes).map_err(|_| Refused::about(Code::SignLimit, "填写的内容太多"))?;
    Ok(bytes)
}

/// The values of a section again. A value that the definition cannot read is left empty: the bytes stay as they are.
pub(crate) fn decode(definition: &Definition, section: &Section, bytes: &[u8]) -> Option<Content> {
    let snapshot = Snapshot::decode(bytes).ok()?;
    let mut values = Content::new();
    for field in definition.fields_of(section)? {
        let value = if field.kind == FieldKind::Attachment {
            let files = snapshot.attachments.iter().filter(|file| file.slot == field.key).map(file).collect();
            Value::Attachments(files)
        } else {
            let item = snapshot.fields.get(&field.key).and_then(stored).unwrap_or(Stored::Null);
            from_stored(field, &item).unwrap_or_default()
        };
        values.insert(field.key.clone(), value);
    }
    Some(values)
}

/// The links of a content by slot.
pub(crate) fn ends(definition: &Definition, bytes: &[u8]) -> Ends {
    let Ok(snapshot) = Snapshot::decode(bytes) else { return Ends::new() };
    let mut rest = snapshot.links.into_iter();
    let mut of_slot = |slot: &LinkSlot| {
        let count = match snapshot.fields.get(&linked::field(&slot.slot)) {
            Some(Item::Int(count)) => usize::try_from(*count).unwrap_or(0),
            _ => 0,
        };
        (slot.slot.clone(), rest.by_ref().take(count).collect())
    };
    definition.links.iter().map(&mut of_slot).collect()
}

fn file(attachment: &Attachment) -> qianban_catalog::Attachment {
    qianban_catalog::Attachment {
        name: attachment.name.clone(),
        media: attachment.media.clone(),
        len: attachment.len,
        digest: attachment.digest.to_string(),
    }
}

fn item(stored: &Stored) -> Item {
    match stored {
        Stored::Null => Item::Null,
        Stored::Int(number) => Item::Int(*number),
        Stored::Text(text) => Item::Text(text.clone()),
        Stored::List(items) => Item::List(items.iter().map(item).collect()),
    }
}

fn stored(item: &Item) -> Option<Stored> {
    Some(match item {
        Item::Null => Stored::Null,
        Item::Int(number) => Stored::Int(*number),
        Item::Text(text) => Stored::Text(text.clone()),
        Item::List(items) => Stored::List(items.iter().map(stored).collect::<Option<_>>()?),
        Item::Bytes(_) => return None,
    })
}
