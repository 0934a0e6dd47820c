//! A day of the office's calendar, as the registry writes it: `YYYY-MM-DD`.

/// Milliseconds by which the office is ahead of UTC: eight hours, everywhere in the country.
const OFFICE_AHEAD_MS: i64 = 8 * 60 * 60 * 1_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Year, month and day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(i64, u8, u8);

impl Day {
    /// The day on which the office's clocks show this wall clock, milliseconds since 1970-01-01 UTC.
    pub(crate) const fn of_wall(wall: i64) -> Self {
        // Days since the first of March of year 0; a year that begins in March ends with the leap day.
        let days = wall.saturating_add(OFFICE_AHEAD_MS).div_euclid(DAY_MS) + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        Self(year + era * 400 + carry, month as u8, day as u8)
    }

    /// A text that is a day; none for any other.
    fn of_text(text: &str) -> Option<Self> {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let shaped = (year.len(), month.len(), day.len(), parts.next()) == (4, 2, 2, None);
        let plain = digits(year) && digits(month) && digits(day);
        if !shaped || !plain {
            return None;
        }
        Some(Self(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))
    }

    /// Whether it lies between two days, both included. A bound that is no day does not bound.
    pub(crate) fn is_within(self, since: &str, until: &str) -> bool {
        Self::of_text(since).is_none_or(|since| since <= self)
            && Self::of_text(until).is_none_or(|until| self <= until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_clock_has_its_day_at_the_office() {
        let evening = 1_795_017_600_000 - 1;
        let cases = [
            (0, Day(1970, 1, 1)),
            (-8 * 3_600_000 - 1, Day(1969, 12, 31)),
            (951_753_600_000, Day(2000, 2, 29)),
            (4_107_427_200_000, Day(2100, 2, 28)),
            (evening, Day(2026, 11, 18)),
            (evening + 8 * 3_600_000 + 1, Day(2026, 11, 19)),
        ];
        for (wall, day) in cases {
            assert_eq!(Day::of_wall(wall), day, "{wall}");
        }
        assert!(Day::of_wall(i64::MIN) < Day::of_wall(i64::MAX), "no clock breaks it");
    }

    #[test]
    fn both_ends_count_and_words_bound_nothing() {
        let day = Day(2026, 11, 27);
        for (since, until, within) in [
            ("2026-11-27", "2026-11-27", true),
            ("2026-11-28", "2026-12-01", false),
            ("2026-10-01", "2026-11-26", false),
            ("", "", true),
            ("国庆以后", "2026-11-26", false),
            ("2026-11-1", "2027-1-1", true),
        ] {
            assert_eq!(day.is_within(since, until), within, "{since} {until}");
        }
    }
}
