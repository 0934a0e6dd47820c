//! What tells this computer from another (K5).

/// Where Linux keeps the id of an installation.
const MACHINE_ID: &str = "/etc/machine-id";

/// A description of this computer, compared as text; empty where the system gives none. Not a secret, and a digest so
/// that the id itself goes nowhere.
pub(crate) fn fingerprint() -> String {
    std::fs::read(MACHINE_ID).map(|id| qianban_journal::digest(&id).to_string()).unwrap_or_default()
}
