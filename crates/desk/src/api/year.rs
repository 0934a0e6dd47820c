use super::{Changed, LedgerRow};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `years`: the years of this ledger.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Years {
    /// The person at the desk may close years.
    pub may_change: bool,
    /// The year of today at the office.
    pub current: YearCount,
    /// Years before it that hold forms, newest first.
    pub past: Vec<PastYear>,
}

/// What a year holds.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct YearCount {
    /// The year.
    pub year: u16,
    /// Forms of it.
    pub forms: u32,
    /// The last number of each series, which begins anew with 1 in the next year.
    pub series: Vec<SeriesEnd>,
}

/// Where a series of numbers stands in a year.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SeriesEnd {
    /// The series.
    pub series: String,
    /// Its last number.
    pub last: u32,
}

/// A year before the current one.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PastYear {
    /// What it holds.
    pub count: YearCount,
    /// Who closed it: read-only but for what was carried over.
    pub closed: Option<Changed>,
    /// How many forms were carried over when it was closed.
    pub carried: u32,
    /// Forms that are not finished, oldest first: what closing the year carries over by name.
    pub open: Vec<LedgerRow>,
}
