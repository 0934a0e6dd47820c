//! Who may import whom: the table of `docs/architecture.md`, read against every `Cargo.toml`.

use super::Finding;
use super::tree::{Tree, dependencies};

/// A crate of ours, what it may import, and what only its tests may import besides.
struct Member {
    folder: &'static str,
    imports: &'static [&'static str],
    tests_only: &'static [&'static str],
}

const MEMBERS: &[Member] = &[
    Member { folder: "crates/catalog", imports: &[], tests_only: &[] },
    Member { folder: "crates/journal", imports: &[], tests_only: &[] },
    Member { folder: "crates/paper", imports: &["catalog"], tests_only: &[] },
    Member { folder: "crates/store", imports: &["catalog", "journal"], tests_only: &[] },
    Member { folder: "crates/protocol", imports: &["journal"], tests_only: &[] },
    Member { folder: "crates/endpoint", imports: &["journal", "protocol"], tests_only: &[] },
    Member { folder: "crates/sync", imports: &["journal", "protocol", "store"], tests_only: &["endpoint"] },
    Member {
        folder: "crates/desk",
        imports: &["catalog", "journal", "paper", "store", "sync"],
        tests_only: &["testkit"],
    },
    Member {
        folder: "crates/relay",
        imports: &["desk", "endpoint", "journal", "protocol"],
        tests_only: &["testkit"],
    },
    Member { folder: "crates/headless", imports: &["desk", "relay"], tests_only: &["testkit"] },
    Member { folder: "crates/testkit", imports: &["desk"], tests_only: &[] },
    Member { folder: "src-tauri", imports: &["desk", "headless"], tests_only: &[] },
    Member { folder: "tests", imports: &["endpoint", "headless"], tests_only: &["testkit", "desk", "store"] },
    Member { folder: "tests/bench", imports: &["desk", "journal", "paper", "store"], tests_only: &[] },
    Member { folder: "xtask", imports: &[], tests_only: &[] },
];

/// Crates from outside that only the named folders may use, tests included.
const WALLS: &[(&str, &[&str])] = &[
    ("argon2", &["crates/store"]),
    ("axum", &["crates/headless", "crates/endpoint"]),
    ("calamine", &["crates/desk"]),
    ("cel", &["crates/catalog"]),
    ("deadpool-postgres", &["crates/endpoint"]),
    ("crc32c", &["crates/sync"]),
    ("fantoccini", &["tests"]),
    ("keyring", &["crates/headless"]),
    ("lopdf", &["crates/paper"]),
    ("minicbor", &["crates/journal"]),
    ("object_store", &["crates/endpoint"]),
    ("printpdf", &["crates/paper"]),
    ("reqwest", &["crates/sync"]),
    ("rust_xlsxwriter", &["crates/desk"]),
    ("rusqlite", &["crates/store", "crates/endpoint", "tests/bench"]),
    ("sm2", &["crates/journal"]),
    ("sm3", &["crates/journal"]),
    ("tauri", &["src-tauri"]),
    ("tauri-build", &["src-tauri"]),
    ("tauri-plugin-single-instance", &["src-tauri"]),
    ("tokio-postgres", &["crates/endpoint"]),
    ("tokio-postgres-rustls", &["crates/endpoint"]),
    ("ts-rs", &["crates/desk"]),
    ("zip", &["crates/desk"]),
];

/// Every crate is in the table, and imports only what its row and the walls allow.
pub(super) fn rule(tree: &Tree) -> Vec<Finding> {
    tree.crates().iter().flat_map(|(folder, manifest)| of_crate(folder, manifest)).collect()
}

fn of_crate(folder: &str, manifest: &toml::Table) -> Vec<Finding> {
    let place = format!("{folder}/Cargo.toml");
    let Some(member) = MEMBERS.iter().find(|member| member.folder == folder) else {
        return vec![Finding::new(place, "this crate has no row in xtask/src/tidy/imports.rs")];
    };
    let mut findings = Vec::new();
    for section in ["dependencies", "build-dependencies", "dev-dependencies"] {
        for name in dependencies(manifest, section) {
            let allowed = match name.strip_prefix("qianban-") {
                Some(ours) => {
                    member.imports.contains(&ours)
                        || (section == "dev-dependencies"
                            && (member.tests_only.contains(&ours) || folder.ends_with(&format!("/{ours}"))))
                }
                None => WALLS.iter().all(|(wall, inside)| *wall != name || inside.contains(&folder)),
            };
            if !allowed {
                findings.push(Finding::new(&place, format!("{section} may not name {name}")));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, manifest: &str) -> Vec<String> {
        rule(&Tree::of(&[(path, manifest)])).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn a_lower_crate_may_not_import_a_higher_one() {
        let manifest = "[dependencies]\nqianban-desk.workspace = true";
        assert_eq!(found("crates/store/Cargo.toml", manifest), ["dependencies may not name qianban-desk"]);
        assert!(found("crates/headless/Cargo.toml", manifest).is_empty());
    }

    #[test]
    fn walls_hold_for_tests_too() {
        let manifest = "[dev-dependencies]\nrusqlite.workspace = true";
        assert_eq!(found("crates/desk/Cargo.toml", manifest), ["dev-dependencies may not name rusqlite"]);
        assert!(found("crates/store/Cargo.toml", manifest).is_empty());
    }

    #[test]
    fn testkit_is_for_tests_only() {
        let manifest = "[dependencies]\nqianban-testkit.workspace = true";
        assert_eq!(found("crates/desk/Cargo.toml", manifest), ["dependencies may not name qianban-testkit"]);
        assert!(
            found("crates/desk/Cargo.toml", "[dev-dependencies]\nqianban-testkit.workspace = true")
                .is_empty()
        );
    }

    #[test]
    fn a_new_crate_needs_a_row() {
        assert_eq!(found("crates/extra/Cargo.toml", "").len(), 1);
    }
}
