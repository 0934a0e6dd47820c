//! Roles: codes in signed bytes, Chinese names for people. The list is `assets/roles.toml`.

use serde::Deserialize;
use std::sync::LazyLock;

const TEXT: &str = include_str!("../../../assets/roles.toml");

/// A role that a person can hold for a unit or for all.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// ASCII code, never reused.
    pub code: String,
    /// Chinese name.
    pub name: String,
    /// People of a unit hold it for that unit alone; others hold it for all units.
    #[serde(default)]
    pub of_unit: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Roles {
    role: Vec<Role>,
}

/// Empty only if the asset were broken, which the test tells.
static ROLES: LazyLock<Vec<Role>> =
    LazyLock::new(|| toml::from_str::<Roles>(TEXT).map(|roles| roles.role).unwrap_or_default());

/// All roles, in the order of the office.
pub fn roles() -> &'static [Role] {
    &ROLES
}

/// Chinese name of a role; `None` for a code that is no role.
pub fn role_name(code: &str) -> Option<&'static str> {
    roles().iter().find(|role| role.code == code).map(|role| role.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_and_names_are_unique() {
        let codes: BTreeSet<&str> = roles().iter().map(|role| role.code.as_str()).collect();
        let names: BTreeSet<&str> = roles().iter().map(|role| role.name.as_str()).collect();
        assert_eq!((roles().len(), codes.len(), names.len()), (21, 21, 21));
        assert_eq!(role_name("registrar"), Some("台账登记员"));
        assert_eq!(role_name("king"), None);
    }
}
