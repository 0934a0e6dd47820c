//! Which record types may leave the PCs of a bureau, by an endpoint and by a bundle alike (Y8). None, until an
//! administrator says so.

use qianban_journal::{Ledger, Registry};

/// The setting of the registry: codes of ledgers, separated by commas, or [`EVERY_LEDGER`].
pub const SETTING: &str = "leave_ledgers";
/// The value that lets every ledger leave.
pub const EVERY_LEDGER: &str = "*";

/// Whether forms of this ledger may leave under this version of the registry. The registry itself and the definitions
/// always may: without them nothing can be checked.
#[must_use]
pub fn may_leave(registry: Registry<'_>, ledger: &Ledger) -> bool {
    let allowed = registry.setting(SETTING).unwrap_or_default();
    allowed.split(',').map(str::trim).any(|one| one == EVERY_LEDGER || one == ledger.as_str())
}
