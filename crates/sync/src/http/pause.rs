//! How long to wait after an exchange that failed.

use std::time::Duration;

/// The first pause, in seconds.
pub const PAUSE_FIRST_S: u64 = 2;
/// The longest pause, in seconds.
pub const PAUSE_LONGEST_S: u64 = 300;

/// The pause after `failures` in a row: doubling from two seconds to five minutes, and half of it by chance, so that the
/// PCs of a bureau do not all come back at once. A server that names a longer wait is heeded.
#[must_use]
pub fn pause(failures: u32, chance: u8, asked_s: Option<u32>) -> Duration {
    let doubled = PAUSE_FIRST_S.saturating_mul(1 << failures.saturating_sub(1).min(20)).min(PAUSE_LONGEST_S);
    let half_ms = doubled * 500;
    let own = Duration::from_millis(half_ms + half_ms * u64::from(chance) / u64::from(u8::MAX));
    own.max(Duration::from_secs(u64::from(asked_s.unwrap_or_default()).min(PAUSE_LONGEST_S)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let ms = |failures, chance| pause(failures, chance, None).as_millis();
        assert_eq!((ms(1, 0), ms(1, 255)), (1_000, 2_000));
        assert_eq!((ms(4, 0), ms(4, 255)), (8_000, 16_000));
        assert_eq!((ms(u32::MAX, 0), ms(u32::MAX, 255)), (150_000, 300_000));
        assert_eq!(pause(1, 0, Some(60)).as_secs(), 60);
        assert_eq!(pause(1, 0, Some(u32::MAX)).as_secs(), PAUSE_LONGEST_S, "nobody keeps a PC away for ever");
    }
}
