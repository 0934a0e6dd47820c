//! What may leave this PC: the same rule for bundles as for endpoints.

use qianban_journal::{Ledger, Registry};
use qianban_protocol::leave::{EVERY_LEDGER, SETTING, may_leave};

/// The ledgers whose forms may leave; `None` for all. Empty until an administrator says so.
#[must_use]
pub fn leaving_ledgers(registry: Registry<'_>) -> Option<Vec<Ledger>> {
    let every =
        registry.setting(SETTING).unwrap_or_default().split(',').any(|one| one.trim() == EVERY_LEDGER);
    let allowed =
        || registry.ledgers().map(|(ledger, _)| ledger).filter(|ledger| may_leave(registry, Some(*ledger)));
    (!every).then(|| allowed().cloned().collect())
}
