//! Link slots, and the values that other forms may read.

use super::fields::{affordable, compiled};
use super::scopes::Scopes;
use super::words::{at_most, bounded, name, one_of, unique, words};
use super::{Loaded, refuse};
use crate::definition::{Expose, LinkRead, LinkSlot, ValueType};
use crate::fault::Fault;
use crate::source::{Placed, SourceExpose, SourceLink, SourceRead};

/// Most links of a slot.
pub(super) const LINKS_MAX: i64 = 500;
const SLOTS_MAX: usize = 16;
const READS_MAX: usize = 8;
const EXPOSES_MAX: usize = 32;

pub(super) fn links(sources: &[SourceLink]) -> Loaded<Vec<LinkSlot>> {
    unique("关联", sources.iter().map(|link| &link.slot))?;
    at_most("关联数", sources, SLOTS_MAX, |link| &link.slot)?;
    sources.iter().map(link).collect()
}

fn link(source: &SourceLink) -> Loaded<LinkSlot> {
    let min = bounded(&source.min, "关联最少份数", 0, LINKS_MAX)?;
    let max = bounded(&source.max, "关联最多份数", min.max(1), LINKS_MAX)?;
    if source.definitions.is_empty() {
        return refuse(source.slot.span(), Fault::Lacking { what: "可关联的表 definitions" });
    }
    unique("取值", source.reads.iter().map(|read| &read.key))?;
    at_most("取值数", &source.reads, READS_MAX, |read| &read.key)?;
    Ok(LinkSlot {
        slot: name(&source.slot, false)?,
        title: words(&source.title, 40)?,
        definitions: source.definitions.iter().map(|id| name(id, true)).collect::<Loaded<_>>()?,
        min: u16::try_from(min).unwrap_or(0),
        max: u16::try_from(max).unwrap_or(0),
        reads: source.reads.iter().map(read).collect::<Loaded<_>>()?,
    })
}

fn read(source: &SourceRead) -> Loaded<LinkRead> {
    let key = name(&source.key, false)?;
    if ["number", "title", "unit", "sealed_at"].contains(&key.as_str()) {
        return refuse(source.key.span(), Fault::Duplicate { what: "取值", key });
    }
    Ok(LinkRead { key, kind: value_type(&source.kind)? })
}

pub(super) fn value_type(placed: &Placed) -> Loaded<ValueType> {
    const TYPES: [(&str, ValueType); 5] = [
        ("flag", ValueType::Flag),
        ("integer", ValueType::Integer),
        ("text", ValueType::Text),
        ("money", ValueType::Money),
        ("percent", ValueType::Percent),
    ];
    one_of(placed, "取值类型", &TYPES)
}

pub(super) fn exposes(sources: &[SourceExpose], scopes: &Scopes) -> Loaded<Vec<Expose>> {
    unique("公开值", sources.iter().map(|expose| &expose.key))?;
    at_most("公开值数", sources, EXPOSES_MAX, |expose| &expose.key)?;
    let scope = scopes.only(&["form", "steps", "entries"]);
    let expose = |source: &SourceExpose| {
        let kind = value_type(&source.kind)?;
        Ok(Expose {
            key: name(&source.key, false)?,
            title: words(&source.title, 40)?,
            kind,
            value: compiled(&source.value, &scope, &kind.expressed())?,
        })
    };
    let exposes: Vec<Expose> = sources.iter().map(expose).collect::<Loaded<_>>()?;
    affordable(exposes.iter().zip(sources).map(|(expose, source)| (expose.value.cost(), &source.value)))?;
    Ok(exposes)
}
