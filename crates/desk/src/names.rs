//! Names of the registry's people and units.

use qianban_catalog::Names;
use qianban_journal::{Actor, PersonId, Registry};

/// Names as one version of the registry has them.
pub(crate) struct RegistryNames<'a>(pub(crate) Registry<'a>);

impl Names for RegistryNames<'_> {
    fn person(&self, id: &str) -> Option<String> {
        self.0.person(id.parse().ok()?).map(|record| record.name.clone())
    }

    fn unit(&self, id: &str) -> Option<String> {
        self.0.unit(id.parse().ok()?).map(|record| record.name.clone())
    }

    fn setting(&self, key: &str) -> Option<String> {
        self.0.setting(key).map(str::to_owned)
    }
}

/// The first digits of an id, for what has no name here.
pub(crate) fn short(id: &str) -> String {
    id.chars().take(8).collect()
}

/// The name of a person; the first digits of the id for one that the registry does not have.
pub(crate) fn person(registry: Registry<'_>, id: PersonId) -> String {
    registry.person(id).map_or_else(|| short(&id.to_string()), |record| record.name.clone())
}

/// The name of whoever acted, as printed: 甲(乙代) under a delegation.
pub(crate) fn actor(
    registry: Registry<'_>,
    actor: &Actor,
    key: PersonId,
    on_behalf: Option<PersonId>,
) -> String {
    match (actor, on_behalf) {
        (Actor::Outsider(name), _) => name.clone(),
        (Actor::Person(_), Some(absent)) => {
            format!("{}({}代)", person(registry, absent), person(registry, key))
        }
        (Actor::Person(id), None) => person(registry, *id),
    }
}
