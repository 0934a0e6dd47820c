//! What the registry says about leaving this PC.

use qianban_journal::{Ledger, Registry};

/// Key of the setting that names the ledgers whose forms may leave this PC, separated by commas; all where it is empty.
pub const OUTGOING_LEDGERS: &str = "outgoing_ledgers";

/// The ledgers whose forms may leave; `None` for all.
#[must_use]
pub fn outgoing_ledgers(registry: Registry<'_>) -> Option<Vec<Ledger>> {
    let named = registry.setting(OUTGOING_LEDGERS)?;
    let codes = named.split([',', '，']).map(str::trim).filter(|code| !code.is_empty());
    let ledgers: Vec<Ledger> = codes.map(Ledger::from).collect();
    (!ledgers.is_empty()).then_some(ledgers)
}
