//! The Chinese names of roles, and roles as the registry takes them.

use qianban_catalog::{role_name, roles};
use qianban_journal::{Change, PersonId, Registry, Role, UnitId};

/// The Chinese name of a role; the code itself for one that this program does not know.
pub(crate) fn title(code: &str) -> String {
    role_name(code).unwrap_or(code).to_owned()
}

/// Whether there is such a role.
pub(crate) fn exists(code: &str) -> bool {
    role_name(code).is_some()
}

/// For which unit somebody holds a role (L1). `unit` is that of a person who is not of the bureau itself: the roles of
/// the asking side then hold for that unit alone.
pub(crate) fn scope(code: &str, unit: Option<UnitId>) -> Option<UnitId> {
    let of_unit = roles().iter().any(|role| role.code == code && role.of_unit);
    unit.filter(|_| of_unit)
}

/// The assignments that give a person these roles.
pub(crate) fn assignments(person: PersonId, codes: &[String], unit: Option<UnitId>) -> Vec<Change> {
    let assign = |code: &String| Change::Assign { person, role: Role(code.clone()), unit: scope(code, unit) };
    codes.iter().map(assign).collect()
}

/// Whether a person signs registry entries (G1).
pub(crate) fn signs_registry(registry: Registry<'_>, person: PersonId) -> bool {
    registry.quorum().is_some_and(|quorum| quorum.members.iter().any(|member| member.person == person))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roles_of_the_asking_unit_are_its_own() {
        let unit = Some(UnitId([1; 16]));
        for code in ["applicant", "unit_head", "clerk", "section_chief"] {
            assert_eq!(scope(code, unit), unit, "{code} speaks for its unit");
        }
        assert_eq!(scope("division", unit), None, "a division speaks for all units");
        assert_eq!(scope("clerk", None), None, "people of the bureau itself hold roles for all");
        assert_eq!(title("registrar"), "台账登记员");
        assert!(!exists("king"));
    }
}
