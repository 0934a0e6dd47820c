//! Which variables exist in each place of a definition.

use super::fields::{self, FieldScopes};
use super::{Loaded, refuse};
use crate::builtin;
use crate::definition::ValueType;
use crate::expression::{ENTRIES_MAX, Kind, Scope};
use crate::fault::Fault;
use crate::setting;
use crate::source::{SourceDefinition, SourceField, SourceLink};
use std::collections::BTreeMap;

/// What an approval or an entry says beside its own box.
const RECORDED: [&str; 2] = ["at", "by"];

/// The variables of a definition.
pub(super) struct Scopes {
    all: Scope,
    boxes: BTreeMap<String, Kind>,
}

impl Scopes {
    pub(super) fn new(source: &SourceDefinition) -> Loaded<Scopes> {
        let (mut steps, mut entries, mut boxes) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for step in &source.step {
            let key = step.key.get_ref();
            steps.insert(key.clone(), recorded(&step.field)?);
            boxes.insert(format!("step:{key}"), fields::record("box", &step.field)?);
        }
        let own = source.table.iter().filter(|table| builtin::table(table.name.get_ref()).is_none());
        for table in own.chain(builtin::tables()) {
            let name = table.name.get_ref();
            entries.insert(name.clone(), recorded(&table.field)?);
            boxes.insert(format!("table:{name}"), fields::record("box", &table.field)?);
        }
        let links = source.link.iter().map(linked).collect::<Loaded<_>>()?;
        let all = [
            ("form", fields::record("form", &source.field)?),
            ("facts", facts()),
            ("settings", settings()),
            ("steps", Kind::record("steps", steps)),
            ("entries", Kind::record("entries", entries)),
            ("links", Kind::record("links", links)),
        ];
        Ok(Scopes { all: all.map(|(name, kind)| (name.to_owned(), kind)).into(), boxes })
    }

    /// These variables alone.
    pub(super) fn only(&self, names: &[&str]) -> Scope {
        let kept = self.all.iter().filter(|(name, _)| names.contains(&name.as_str()));
        kept.map(|(name, kind)| (name.clone(), kind.clone())).collect()
    }

    /// Everything that is known of a form, and more.
    pub(super) fn with(&self, more: &[(&str, Kind)]) -> Scope {
        let more = more.iter().map(|(name, kind)| ((*name).to_owned(), kind.clone()));
        self.all.clone().into_iter().chain(more).collect()
    }

    /// For the content's own fields.
    pub(super) fn content(&self) -> FieldScopes {
        FieldScopes {
            own: "form",
            rules: self.only(&["form", "facts", "settings", "links"]),
            defaults: self.only(&["facts", "settings"]),
        }
    }

    /// For the fields of a box, `step:KEY` or `table:NAME`, and for gates before it.
    pub(super) fn of_box(&self, place: &str) -> FieldScopes {
        let own = self.boxes.get(place).map(|kind| ("box", kind.clone()));
        FieldScopes { own: "box", rules: self.with(own.as_slice()), defaults: self.all.clone() }
    }
}

/// What expressions read of approvals or entries: their boxes, when and by whom.
fn recorded(sources: &[SourceField]) -> Loaded<Kind> {
    if let Some(field) = sources.iter().find(|field| RECORDED.contains(&field.key.get_ref().as_str())) {
        return refuse(field.key.span(), Fault::Misplaced { what: "名为 at 或 by 的字段" });
    }
    let said = RECORDED.map(|key| (key, Kind::Text));
    Ok(Kind::List(Box::new(fields::record("box", sources)?.with("box", &said)), ENTRIES_MAX))
}

fn linked(link: &SourceLink) -> Loaded<(String, Kind)> {
    let mut keys: BTreeMap<String, Kind> =
        ["number", "title", "unit", "sealed_at"].map(|key| (key.to_owned(), Kind::Text)).into();
    for read in &link.reads {
        keys.insert(read.key.get_ref().clone(), super::link::value_type(&read.kind)?.expressed());
    }
    let most = u32::try_from((*link.max.get_ref()).clamp(1, super::link::LINKS_MAX)).unwrap_or(0);
    Ok((link.slot.get_ref().clone(), Kind::List(Box::new(Kind::record("link", keys)), most)))
}

fn facts() -> Kind {
    let texts = ["instant", "now", "today", "month", "person", "unit", "level"].map(|key| (key, Kind::Text));
    let facts = texts.into_iter().chain([("year", Kind::Int), ("ink_copy", Kind::Bool)]);
    Kind::record("facts", facts.map(|(key, kind)| (key.to_owned(), kind)).collect())
}

fn settings() -> Kind {
    let valued = setting::settings().iter().filter_map(|setting| setting.field.as_ref());
    let keys = valued.map(|field| (field.key.clone(), fields::expressed(field.kind)));
    Kind::record("settings", keys.collect())
}

impl ValueType {
    /// The kind of such a value in expressions.
    pub(super) fn expressed(self) -> Kind {
        match self {
            ValueType::Flag => Kind::Bool,
            ValueType::Text => Kind::Text,
            ValueType::Integer | ValueType::Money | ValueType::Percent => Kind::Int,
        }
    }
}
