//! The service catalogue: what every request, call and slip is classified by. The list is `assets/catalogue.toml`;
//! a bureau adds items of its own, `Z001` and on, by settings of its registry.

use serde::Deserialize;
use std::sync::LazyLock;

const TEXT: &str = include_str!("../../../assets/catalogue.toml");

/// An item of the service catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Code that is stored, `C040`.
    pub code: String,
    /// Exact words of the white paper.
    pub text: String,
    /// Heading under which the white paper lists it.
    pub group: String,
    /// How it is delivered, in the order of the white paper.
    pub modes: Vec<Mode>,
    /// Performance tuning, which the white paper both offers and excludes (G1).
    #[serde(default)]
    pub confirm: bool,
}

/// How a service is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// 常驻现场.
    Resident,
    /// 定期现场.
    Periodic,
    /// 临时现场.
    Temporary,
    /// 远程.
    Remote,
    /// 咨询.
    Consulting,
    /// 培训.
    Training,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Items {
    item: Vec<Item>,
}

/// Empty only if the asset were broken, which the test tells.
static ITEMS: LazyLock<Vec<Item>> =
    LazyLock::new(|| toml::from_str::<Items>(TEXT).map(|items| items.item).unwrap_or_default());

/// The shipped items, in the order of the white paper.
pub fn catalogue() -> &'static [Item] {
    &ITEMS
}

/// The shipped item of this code.
pub fn item(code: &str) -> Option<&'static Item> {
    catalogue().iter().find(|item| item.code == code)
}

/// A code of a bureau's own item: `Z` and three digits.
pub fn is_own_item(code: &str) -> bool {
    let digits = code.strip_prefix('Z').unwrap_or_default();
    digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a field that takes items of these headings (empty: of all) takes the item. A bureau's own items stand
/// under no heading and are taken by every field.
pub(crate) fn is_among(code: &str, groups: &[String]) -> bool {
    is_own_item(code) || item(code).is_some_and(|item| groups.is_empty() || groups.contains(&item.group))
}

/// Whether the catalogue has this heading.
pub(crate) fn has_group(group: &str) -> bool {
    catalogue().iter().any(|item| item.group == group)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn all_items_of_the_white_paper_are_there_once() {
        let codes: BTreeSet<&str> = catalogue().iter().map(|item| item.code.as_str()).collect();
        assert_eq!((catalogue().len(), codes.len()), (154, 154));
        assert_eq!((codes.first(), codes.last()), (Some(&"C001"), Some(&"C154")));
        let groups: BTreeSet<&str> = catalogue().iter().map(|item| item.group.as_str()).collect();
        assert_eq!(groups.len(), 17);
        assert!(catalogue().iter().all(|item| !item.modes.is_empty() && !item.text.is_empty()));
        let half_width = |item: &&Item| item.text.contains([',', ';', ':', '(', ')']);
        assert_eq!(catalogue().iter().find(half_width), None, "punctuation as printed");
        assert_eq!(item("C040").map(|item| item.text.as_str()), Some("预算单位信息变更"));
        assert_eq!(
            item("C083").map(|item| item.modes.as_slice()),
            Some(&[Mode::Resident, Mode::Periodic, Mode::Temporary][..])
        );
    }

    #[test]
    fn performance_tuning_is_flagged() {
        let flagged: Vec<&str> =
            catalogue().iter().filter(|item| item.confirm).map(|item| item.code.as_str()).collect();
        assert_eq!(flagged, ["C077", "C080", "C128", "C129"], "G1: L220, L223, L333");
    }

    #[test]
    fn a_bureau_s_own_items_have_codes_of_their_own() {
        let headings = ["用户权限配置服务".to_owned()];
        assert!(is_among("Z001", &headings) && is_among("C046", &headings) && !is_among("C040", &headings));
        for code in ["Z01", "Z0001", "z001", "C155", "Z00a", ""] {
            assert!(!is_among(code, &[]), "{code}");
        }
    }
}
