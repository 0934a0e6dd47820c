//! Which record types may leave the PCs of a bureau, by an endpoint and by a bundle alike (Y8). None, until an
//! administrator says so.

use qianban_journal::{Ledger, Registry};

/// The setting of the registry: codes of ledgers, separated by commas, or [`EVERY_LEDGER`].
pub const SETTING: &str = "leave_ledgers";
/// The value that lets every ledger leave.
pub const EVERY_LEDGER: &str = "*";

/// Whether forms of this ledger may leave under this version of the registry; none stands for a ledger that cannot be
/// told, which leaves only where every ledger does. The registry itself and the definitions always may: without them
/// nothing can be checked.
#[must_use]
pub fn may_leave(registry: Registry<'_>, ledger: Option<&Ledger>) -> bool {
    let allowed = registry.setting(SETTING).unwrap_or_default();
    let mut named = allowed.split(',').map(str::trim).filter(|one| !one.is_empty());
    named.any(|one| one == EVERY_LEDGER || ledger.is_some_and(|ledger| one == ledger.as_str()))
}
