use super::LedgerRow;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `years`: the years of this ledger.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Years {
    /// The year of today at the office.
    pub current: u16,
    /// Years before it that hold forms, newest first.
    pub past: Vec<PastYear>,
}

/// A year before the current one.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PastYear {
    /// The year.
    pub year: u16,
    /// Closed: read-only but for what was carried over.
    pub closed: bool,
    /// Forms that are not finished, oldest first: what closing the year carries over by name.
    pub open: Vec<LedgerRow>,
}
