//! What bureaus and seats may use.

use serde::Deserialize;

const GIB: u64 = 1024 * 1024 * 1024;

/// What bureaus and seats may use.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quota {
    /// Bytes of a bureau in all. A bureau of 50 PCs fills 80 GB a year, mostly with attachments.
    pub bureau_bytes: u64,
    /// Bytes that a seat may send in a day.
    pub seat_day_bytes: u64,
    /// Requests that a seat may make a second, in the long run.
    pub requests_per_second: u32,
    /// Requests that a seat may make at once after a pause.
    pub requests_at_once: u32,
}

impl Default for Quota {
    fn default() -> Self {
        Self {
            bureau_bytes: 500 * GIB,
            seat_day_bytes: 20 * GIB,
            requests_per_second: 50,
            requests_at_once: 500,
        }
    }
}
