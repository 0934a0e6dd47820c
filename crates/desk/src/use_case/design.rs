//! `designs`, `design_open`, `design_check`: the form designer (G12). Activation is signed: see `sign/design.rs`.

use std::sync::Arc;

use base64::Engine;
use qianban_catalog::Definition;
use qianban_journal::{Blobs, Digest, Registry, digest};
use qianban_store::Reader;

use crate::api::{
    DesignCheck, DesignNote, DesignOpen, DesignSlip, DesignTree, DesignVersion, Designed, Designs, Nothing,
    ShippedDefinition,
};
use crate::design::{Design, Unfit};
use crate::desk::Sitting;
use crate::opened::Opened;
use crate::record::{Look, Record};
use crate::use_case::setting::changed;
use crate::{Code, Desk, Refused, design, forms, glyph, role, slip};

/// Active definitions, every version, and those of the program that are not in use.
pub(crate) fn list(desk: &Desk, _: Nothing) -> Result<Designs, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    let shipped = forms::read(&opened.shipped)?;
    opened.store.read(|reader| {
        let chain = reader.registry().clone();
        let registry = Opened::registry(&chain)?;
        let look = Look { opened: &opened, reader, person, ambient: desk.ambient() };
        let active = forms::in_use(look, registry);
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
        Ok(Designs {
            may_change: role::signs_registry(registry, person),
            active: listed,
            shipped: shipped.collect(),
            versions: versions(&opened, reader, registry)?,
        })
    })
}

/// Every version that can be read here, newest first.
fn versions(
    opened: &Opened,
    reader: &Reader<'_>,
    registry: Registry<'_>,
) -> Result<Vec<DesignVersion>, Refused> {
    let known = registry.definitions().filter_map(|(def, _, active)| {
        let definition = opened.definitions.get(def, reader).ok()?;
        Some((def, definition, active))
    });
    let version = |(def, of, active): (Digest, Arc<Definition>, bool)| {
        Ok::<_, Refused>(DesignVersion {
            digest: def.to_string(),
            id: of.id.clone(),
            title: of.title.clone(),
            version: of.version,
            active,
            changed: registry
                .definition_entry(def)
                .map(|entry| changed(reader, registry, entry))
                .transpose()?,
        })
    };
    let mut versions: Vec<DesignVersion> = known.map(version).collect::<Result<_, _>>()?;
    versions.sort_by(|a, b| (&a.id, b.version).cmp(&(&b.id, a.version)));
    Ok(versions)
}

/// A definition as a tree.
pub(crate) fn open(desk: &Desk, request: DesignOpen) -> Result<DesignTree, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    opened.store.read(|reader| {
        let chain = reader.registry().clone();
        let registry = Opened::registry(&chain)?;
        let (base, text) = base(reader, registry, &request.definition)?;
        Ok(DesignTree {
            definition: base.to_string(),
            tree: design::tree(&text)?,
            version: next_version(&opened, reader, registry, base)?,
            may_change: role::signs_registry(registry, person),
        })
    })
}

/// Judges an edited tree and shows its empty slip.
pub(crate) fn check(desk: &Desk, request: DesignCheck) -> Result<Designed, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    opened.store.read(|reader| {
        let look = Look { opened: &opened, reader, person, ambient: desk.ambient() };
        let (design, warnings) = match judged(look, &request.base, &request.tree) {
            Ok(judged) => judged,
            Err(Unfit::Refused(refused)) => return Err(refused),
            Err(Unfit::Fault(fault)) => return Ok(unfit(vec![fault])),
        };
        let missing = glyph::missing(desk, design::texts(&design.text)?.iter().map(String::as_str))?;
        let faults = design::texts_with(&design.text, &missing)?;
        if !faults.is_empty() {
            return Ok(unfit(faults));
        }
        let slip = match slip(desk, look, &design) {
            Ok(slip) => slip,
            Err(refused) if refused.code() == Code::PaperRefused => {
                let refusal = crate::api::Refusal::from(refused);
                let place = "slip".to_owned();
                return Ok(unfit(vec![DesignNote { code: refusal.code, message: refusal.message, place }]));
            }
            Err(refused) => return Err(refused),
        };
        Ok(Designed { changes: design.changes, warnings, faults: Vec::new(), slip: Some(slip) })
    })
}

fn unfit(faults: Vec<DesignNote>) -> Designed {
    Designed { changes: Vec::new(), warnings: Vec::new(), faults, slip: None }
}

fn slip(desk: &Desk, look: Look<'_>, design: &Design) -> Result<DesignSlip, Refused> {
    let definition = design.definition.clone();
    let copy = definition.slip.copies.first().cloned().unwrap_or_default();
    let title = definition.title.clone();
    let record = Record::blank(look, digest(design.text.as_bytes()), Arc::new(definition))?;
    let printed = slip::print(desk, look, &record, (&copy, &title), 1)?;
    let pdf = base64::engine::general_purpose::STANDARD.encode(printed.pdf);
    Ok(DesignSlip { pdf, pages: printed.pages })
}

/// The edited tree as the next version of an active definition, with what its signer must know.
///
/// # Errors
/// [`Code::DefinitionUnknown`] when `base` is not active, else as [`design::judge`].
pub(crate) fn judged(
    look: Look<'_>,
    base_digest: &str,
    tree: &str,
) -> Result<(Design, Vec<DesignNote>), Unfit> {
    let chain = look.reader.registry().clone();
    let registry = Opened::registry(&chain)?;
    let (def, text) = base(look.reader, registry, base_digest)?;
    let design = design::judge(&text, tree, next_version(look.opened, look.reader, registry, def)?)?;
    let old = look.opened.definitions.get(def, look.reader)?;
    let warnings = design::warn::of(registry, Some(&*old), &design.definition);
    Ok((design, warnings))
}

/// The text of an active definition.
///
/// # Errors
/// [`Code::DefinitionUnknown`] when it is not active or not here.
pub(crate) fn base(
    reader: &Reader<'_>,
    registry: Registry<'_>,
    asked: &str,
) -> Result<(Digest, String), Refused> {
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
        let known = opened.definitions.get(def, reader).ok().filter(|known| known.id == id);
        highest = highest.max(known.map_or(0, |known| known.version));
    }
    Ok(highest.saturating_add(1))
}
