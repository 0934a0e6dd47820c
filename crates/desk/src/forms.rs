//! The form definitions that ship with the product. Nothing here knows any of them by name.

use std::collections::BTreeSet;
use std::sync::Arc;

use qianban_catalog::{CLOSE, Definition, SealMode, Table};
use qianban_journal::{Digest, Ledger, PersonId, Policy, Registry, Role, TablePolicy, UnitId, digest};
use qianban_store::Concern;

use crate::opened::Opened;
use crate::record::Look;
use crate::{Code, Refused, api, names};

/// File name and bytes of each, in order of names.
const SHIPPED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/forms.rs"));

/// A definition with the bytes that its digest speaks of.
pub(crate) struct ShippedForm {
    /// Digest of the bytes: the definition's identity.
    pub(crate) digest: Digest,
    /// The bytes of the file.
    pub(crate) bytes: Vec<u8>,
    /// What they say.
    pub(crate) definition: Definition,
}

/// File names and texts of the definitions that ship with the product.
pub(crate) fn shipped() -> Vec<(String, String)> {
    SHIPPED.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// Reads the definitions of a new ledger.
///
/// # Errors
/// [`Code::DefinitionBad`] with file, line and reason.
pub(crate) fn read(files: &[(String, String)]) -> Result<Vec<ShippedForm>, Refused> {
    let read = |(name, text): &(String, String)| {
        let bytes = text.as_bytes().to_vec();
        Ok(ShippedForm { digest: digest(&bytes), bytes, definition: parse(name, text)? })
    };
    files.iter().map(read).collect()
}

/// Reads a definition.
///
/// # Errors
/// [`Code::DefinitionBad`] with file, line and reason.
pub(crate) fn parse(name: &str, text: &str) -> Result<Definition, Refused> {
    Definition::parse(name, text).map_err(|error| Refused::about(Code::DefinitionBad, error))
}

/// What the registry must know of a definition (G5).
pub(crate) fn policy(definition: &Definition) -> Policy {
    let policy = &definition.policy;
    let mut tables: Vec<TablePolicy> = definition.tables.iter().map(table_policy).collect();
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    Policy {
        ledger: Ledger(policy.ledger.clone()),
        series: policy.series.clone(),
        create_roles: roles(&policy.create),
        edit_roles: roles(&policy.edit),
        tables,
        register: policy.register,
        seal_mode: match policy.seal {
            SealMode::Plain => qianban_journal::SealMode::Plain,
            SealMode::Receipt => qianban_journal::SealMode::Receipt,
        },
    }
}

fn table_policy(table: &Table) -> TablePolicy {
    let mut phases: Vec<_> = table.phases.iter().copied().map(phase).collect();
    phases.sort_unstable();
    phases.dedup();
    TablePolicy { name: table.name.clone(), roles: roles(&table.roles), phases, single: table.single }
}

fn phase(phase: qianban_catalog::Phase) -> qianban_journal::Phase {
    match phase {
        qianban_catalog::Phase::Drafting => qianban_journal::Phase::Drafting,
        qianban_catalog::Phase::Live => qianban_journal::Phase::Live,
        qianban_catalog::Phase::Sealed => qianban_journal::Phase::Sealed,
        qianban_catalog::Phase::Closed => qianban_journal::Phase::Closed,
    }
}

/// Role codes as signed bytes take them: strictly ascending.
pub(crate) fn roles(codes: &[String]) -> Vec<Role> {
    let mut roles: Vec<Role> = codes.iter().cloned().map(Role).collect();
    roles.sort();
    roles.dedup();
    roles
}

/// A definition as the screen lists it for a person.
pub(crate) fn brief(
    registry: Registry<'_>,
    def: Digest,
    definition: &Definition,
    person: PersonId,
) -> api::DefinitionBrief {
    let policy = registry.policy(def);
    let unit = home_unit(registry, person);
    let may = |policy: &Policy| {
        unit.is_some_and(|unit| policy.create_roles.iter().any(|role| registry.holds(person, role, unit)))
    };
    api::DefinitionBrief {
        digest: def.to_string(),
        id: definition.id.clone(),
        title: definition.title.clone(),
        version: definition.version,
        ledger: definition.policy.ledger.clone(),
        ledger_title: definition.policy.ledger_title.clone(),
        may_create: registry.is_active(def) && policy.is_some_and(may),
    }
}

/// The definitions in use, ascending by digest, without those of [`unreadable`].
pub(crate) fn in_use(look: Look<'_>, registry: Registry<'_>) -> Vec<(Digest, Arc<Definition>)> {
    let active = registry.definitions().filter(|(_, _, active)| *active);
    active.filter_map(|(def, ..)| Some((def, look.opened.definitions.get(def, look.reader).ok()?))).collect()
}

/// The definitions in use that this program cannot read: written by a newer one, or not here yet.
pub(crate) fn unreadable(look: Look<'_>, registry: Registry<'_>) -> Vec<api::UnreadableDefinition> {
    let unread = |(def, policy, active): (Digest, &Policy, bool)| {
        let refused = look.opened.definitions.get(def, look.reader).err().filter(|_| active)?;
        Some(api::UnreadableDefinition {
            definition: names::short(&def.to_string()),
            ledger_title: registry
                .ledger(&policy.ledger)
                .map(|known| known.title.clone())
                .unwrap_or_default(),
            problem: refused.into(),
        })
    };
    registry.definitions().filter_map(unread).collect()
}

/// The definition of this id that is in use, for the person who looks.
pub(crate) fn active(look: Look<'_>, id: &str) -> Result<Option<api::DefinitionBrief>, Refused> {
    let registry = Opened::registry(look.reader.registry())?;
    let found = in_use(look, registry).into_iter().find(|(_, definition)| definition.id == id);
    Ok(found.map(|(def, definition)| brief(registry, def, &definition, look.person)))
}

/// The roles whose holders fill forms of a definition or close them: those who answer for what is owed.
fn answering(policy: &Policy) -> impl Iterator<Item = &Role> {
    let closing = policy.table(CLOSE).map(|table| table.roles.as_slice()).unwrap_or_default();
    policy.create_roles.iter().chain(&policy.edit_roles).chain(closing)
}

/// Whether a person answers for forms of a definition of a unit.
pub(crate) fn answers_for(registry: Registry<'_>, def: Digest, person: PersonId, unit: UnitId) -> bool {
    let policy = registry.policy(def);
    policy.is_some_and(|policy| answering(policy).any(|role| registry.holds(person, role, unit)))
}

/// The forms for which a person answers.
pub(crate) fn concerns(registry: Registry<'_>, person: PersonId) -> Vec<Concern> {
    let held = registry.roles_of(person);
    let mut concerns = BTreeSet::new();
    for (definition, policy, _) in registry.definitions() {
        let answers = held.iter().filter(|held| answering(policy).any(|role| *role == held.role));
        concerns.extend(answers.map(|held| Concern { definition, unit: held.unit }));
    }
    concerns.into_iter().collect()
}

/// Every version in the registry of definitions of these ids, in use or not; one that cannot be read here is left out.
pub(crate) fn versions(
    look: Look<'_>,
    registry: Registry<'_>,
    ids: &[String],
) -> Vec<(Digest, Arc<Definition>)> {
    let read = |(def, _, _)| Some((def, look.opened.definitions.get(def, look.reader).ok()?));
    registry.definitions().filter_map(read).filter(|(_, definition)| ids.contains(&definition.id)).collect()
}

/// The unit for which a person starts forms: their own.
pub(crate) fn home_unit(registry: Registry<'_>, person: PersonId) -> Option<UnitId> {
    registry.person(person)?.unit
}
