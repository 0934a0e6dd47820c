//! `designs`, `design_open`, `design_check`: the form designer (G12). Activation is signed: see `sign/design.rs`.

use std::sync::Arc;

use base64::Engine;
use qianban_catalog::Definition;
use qianban_journal::{Blobs, Digest, Registry, digest};
use qianban_store::Reader;

use crate::api::{DesignCheck, DesignOpen, DesignTree, Designed, Designs, Nothing, ShippedDefinition};
use crate::desk::Sitting;
use crate::opened::Opened;
use crate::record::{Look, Record};
use crate::{Code, Desk, Refused, design, forms, slip};

/// Active definitions, and those of the program that are not in use.
pub(crate) fn list(desk: &Desk, _: Nothing) -> Result<Designs, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    let shipped = forms::read(&opened.shipped)?;
    opened.store.read(|reader| {
        let chain = reader.registry().clone();
        let registry = Opened::registry(&chain)?;
        let active = active(&opened, reader, registry)?;
        let listed = active.iter().map(|(def, of)| forms::brief(registry, *def, of, person)).collect();
        let unused = shipped.iter().filter(|form| registry.policy(form.digest).is_none());
        let shipped = unused.map(|form| {
            let replaces = active.iter().find(|(_, of)| of.id == form.definition.id);
            ShippedDefinition {
                digest: form.digest.to_string(),
                title: form.definition.title.clone(),
                version: form.definition.version,
                ledger_title: form.definition.policy.ledger_title.clone(),
                replaces: replaces.map(|(def, _)| def.to_string()),
            }
        });
        Ok(Designs { active: listed, shipped: shipped.collect() })
    })
}

/// A definition as a tree.
pub(crate) fn open(desk: &Desk, request: DesignOpen) -> Result<DesignTree, Refused> {
    let Sitting { opened, .. } = desk.sitting()?;
    opened.store.read(|reader| {
        let chain = reader.registry().clone();
        let (base, text) = base(reader, Opened::registry(&chain)?, &request.definition)?;
        let version = next_version(&opened, reader, Opened::registry(&chain)?, base)?;
        Ok(DesignTree { definition: base.to_string(), tree: design::tree(&text)?, version })
    })
}

/// Judges an edited tree and shows its empty slip.
pub(crate) fn check(desk: &Desk, request: DesignCheck) -> Result<Designed, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    opened.store.read(|reader| {
        let look = Look { opened: &opened, reader, person, ambient: desk.ambient() };
        let design = judged(look, &request.base, &request.tree)?;
        let def = digest(design.text.as_bytes());
        let copy = design.definition.slip.copies.first().cloned().unwrap_or_default();
        let title = design.definition.title.clone();
        let record = Record::blank(look, def, Arc::new(design.definition))?;
        let printed = slip::print(desk, look, &record, (&copy, &title), 1)?;
        let pdf = base64::engine::general_purpose::STANDARD.encode(printed.pdf);
        Ok(Designed { changes: design.changes, pdf, pages: printed.pages })
    })
}

/// The edited tree as the next version of an active definition.
///
/// # Errors
/// [`Code::DefinitionUnknown`] when `base` is not active, else as [`design::judge`].
pub(crate) fn judged(look: Look<'_>, base_digest: &str, tree: &str) -> Result<design::Design, Refused> {
    let chain = look.reader.registry().clone();
    let registry = Opened::registry(&chain)?;
    let (def, text) = base(look.reader, registry, base_digest)?;
    design::judge(&text, tree, next_version(look.opened, look.reader, registry, def)?)
}

/// Active definitions, ascending by digest.
pub(crate) fn active(
    opened: &Opened,
    reader: &Reader<'_>,
    registry: Registry<'_>,
) -> Result<Vec<(Digest, Arc<Definition>)>, Refused> {
    let active = registry.definitions().filter(|(_, _, active)| *active);
    active.map(|(def, ..)| Ok((def, opened.definitions.get(def, reader)?))).collect()
}

fn base(reader: &Reader<'_>, registry: Registry<'_>, asked: &str) -> Result<(Digest, String), Refused> {
    let def: Digest = asked.parse().map_err(|_| Code::DefinitionUnknown)?;
    if !registry.is_active(def) {
        return Err(Code::DefinitionUnknown.into());
    }
    let bytes = Blobs::blob(reader, def).ok_or(Code::DefinitionUnknown)?;
    let text = String::from_utf8(bytes).map_err(|_| Refused::about(Code::DefinitionBad, def))?;
    Ok((def, text))
}

/// One more than the highest version of this form that was ever active.
fn next_version(
    opened: &Opened,
    reader: &Reader<'_>,
    registry: Registry<'_>,
    base: Digest,
) -> Result<u32, Refused> {
    let id = opened.definitions.get(base, reader)?.id.clone();
    let mut highest = 0;
    for (def, ..) in registry.definitions() {
        let known = opened.definitions.get(def, reader)?;
        if known.id == id {
            highest = highest.max(known.version);
        }
    }
    Ok(highest.saturating_add(1))
}
