//! The clock of this computer.

use std::time::{SystemTime, UNIX_EPOCH};

const DAY_MS: i64 = 24 * 3_600 * 1_000;

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Days since 1970.
pub(crate) fn day_of(ms: i64) -> u64 {
    u64::try_from(ms / DAY_MS).unwrap_or(0)
}
