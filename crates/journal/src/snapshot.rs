//! Snapshots: the canonical bytes of all fields of a form's content, or of one box.

use std::collections::BTreeMap;

use minicbor::data::Type;

use crate::cbor::{DecodeError, Reader, Writer, strict};
use crate::ids::{Digest, EventId, FormId};
use crate::limit;

/// A value of a field. The journal hashes values and never reads them; `catalog` gives them meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// Nothing entered.
    Null,
    /// A whole number: amounts in 分, counts, 0 or 1.
    Int(i64),
    /// Text, taken as it is (C1).
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A list, such as a row or the rows of a table; at most 10,000 items and eight levels in all.
    List(Vec<Item>),
}

/// A file that belongs to a snapshot (C3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Key of the field that holds it.
    pub slot: String,
    /// The name shown; never a path on disk; at most 1,024 bytes.
    pub name: String,
    /// Media type.
    pub media: String,
    /// Length of the plain bytes.
    pub len: u64,
    /// SM3 of the plain bytes.
    pub digest: Digest,
}

/// A reference to a sealed round of another form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The other form.
    pub form: FormId,
    /// Its Seal.
    pub seal: EventId,
    /// Digest of the content that was sealed.
    pub content: Digest,
}

/// All fields of a form's content or of one box, never a delta.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Digest of the definition under which the fields are read.
    pub def: Digest,
    /// Values by field key, computed values included (C2).
    pub fields: BTreeMap<String, Item>,
    /// Files, in the order in which they were attached.
    pub attachments: Vec<Attachment>,
    /// Links, in the order in which they were made.
    pub links: Vec<Link>,
}

/// Version of the snapshot's encoding.
const FORMAT: u8 = 1;

impl Snapshot {
    /// The canonical bytes `[format, def, fields, attachments, links]`; their digest stands in the events.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.array(5).uint(FORMAT).bytes(self.def.0).array(self.fields.len());
        for (key, item) in &self.fields {
            w.array(2).text(key);
            write_item(&mut w, item);
        }
        w.list(&self.attachments, |w, a| {
            w.array(5).text(&a.slot).text(&a.name).text(&a.media).uint(a.len).bytes(a.digest.0);
        });
        w.list(&self.links, |w, l| {
            w.array(3).bytes(l.form.0).bytes(l.seal.0).bytes(l.content.0);
        });
        w.into_bytes()
    }

    /// Decodes strictly.
    ///
    /// # Errors
    /// Not canonical, keys not strictly ascending, or beyond a limit of [`crate::limit`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        strict(bytes, limit::SNAPSHOT_BYTES, |r| r.tuple(5, Self::read), Self::encode)
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if r.u8(u8::MAX)? != FORMAT {
            return Err(DecodeError::UnknownKind);
        }
        let def = r.id()?;
        let fields = r.list(limit::SNAPSHOT_FIELDS, |r| {
            r.tuple(2, |r| Ok((r.name(limit::CODE_BYTES)?, read_item(r)?)))
        })?;
        if !fields.is_sorted_by(|(a, _), (b, _)| a < b) {
            return Err(DecodeError::NotAscending);
        }
        Ok(Self {
            def,
            fields: fields.into_iter().collect(),
            attachments: r.list(limit::ATTACHMENTS, |r| {
                r.tuple(5, |r| {
                    Ok(Attachment {
                        slot: r.name(limit::CODE_BYTES)?,
                        name: r.text(limit::FILE_NAME_BYTES)?,
                        media: r.text(limit::NAME_BYTES)?,
                        len: r.uint(u64::MAX)?,
                        digest: r.id()?,
                    })
                })
            })?,
            links: r.list(limit::LINKS, |r| {
                r.tuple(3, |r| Ok(Link { form: r.id()?, seal: r.id()?, content: r.id()? }))
            })?,
        })
    }
}

fn write_item(w: &mut Writer, item: &Item) {
    match item {
        Item::Null => w.null(),
        Item::Int(value) => w.int(*value),
        Item::Text(text) => w.text(text),
        Item::Bytes(bytes) => w.bytes(bytes),
        Item::List(items) => w.list(items, write_item),
    };
}

fn read_item(r: &mut Reader<'_>) -> Result<Item, DecodeError> {
    match r.kind()? {
        Type::Null => r.null().map(|()| Item::Null),
        Type::String => r.text(limit::SNAPSHOT_BYTES).map(Item::Text),
        Type::Bytes => Ok(Item::Bytes(r.bytes(limit::SNAPSHOT_BYTES)?.to_vec())),
        Type::Array => r.list(limit::LIST_ITEMS, read_item).map(Item::List),
        _ => r.int().map(Item::Int),
    }
}
