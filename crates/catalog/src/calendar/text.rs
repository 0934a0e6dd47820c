//! Days and minutes as text that sorts by time.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// Reads `2026-02-14`, `2026/2/14`, `2026.2.14`, `2026年2月14日` or `20260214`; `None` if no such day, 1900–2199.
pub(crate) fn date(text: &str) -> Option<String> {
    let digits_only = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = if digits_only {
        vec![text.get(..4)?, text.get(4..6)?, text.get(6..)?]
    } else {
        text.trim_end_matches('日').split(['-', '/', '.', '年', '月']).collect()
    };
    let [year, month, day] = parts.as_slice() else { return None };
    let year = number(year, 4, 4).and_then(|year| i32::try_from(year).ok())?;
    let day = NaiveDate::from_ymd_opt(year, number(month, 1, 2)?, number(day, 1, 2)?)?;
    YEARS.contains(&year).then(|| day.format("%Y-%m-%d").to_string())
}

/// Reads a date as [`date`] does and `8:50` or `08:50`, parted by a space or `T`; 24 hours, whole minutes.
pub(crate) fn date_time(text: &str) -> Option<String> {
    let (day, time) = text.split_once([' ', 'T'])?;
    let (hour, minute) = time.trim().split_once(':')?;
    let (hour, minute) = (number(hour, 1, 2)?, number(minute, 2, 2)?);
    (hour < 24 && minute < 60).then_some(())?;
    Some(format!("{} {hour:02}:{minute:02}", date(day)?))
}

/// Reads a stored time: `YYYY-MM-DD HH:MM`, with or without `:SS`.
pub(crate) fn instant(text: &str) -> Option<NaiveDateTime> {
    let (day, time) = text.split_once(' ')?;
    let format = if time.len() > "HH:MM".len() { "%H:%M:%S" } else { "%H:%M" };
    Some(stored_date(day)?.and_time(NaiveTime::parse_from_str(time, format).ok()?))
}

/// Whole minutes from one stored time to another, negative if it lies before; `None` if either is none.
pub(crate) fn minutes_between(from: &str, to: &str) -> Option<i64> {
    Some(between(from, to)?.num_minutes())
}

/// Seconds from one stored time to another, negative if it lies before; `None` if either is none.
pub(crate) fn seconds_between(from: &str, to: &str) -> Option<i64> {
    Some(between(from, to)?.num_seconds())
}

/// Days of the calendar from one stored date or time to another, whatever the hour; `None` if either is none.
pub(crate) fn days_between(from: &str, to: &str) -> Option<i64> {
    let day = |text: &str| stored_date(text.split(' ').next()?);
    Some(day(to)?.signed_duration_since(day(from)?).num_days())
}

fn between(from: &str, to: &str) -> Option<TimeDelta> {
    Some(instant(to)?.signed_duration_since(instant(from)?))
}

fn stored_date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

fn number(text: &str, least: usize, most: usize) -> Option<u32> {
    let well = (least..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    well.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_as_people_write_them_become_one_form() {
        for typed in ["2026-02-14", "2026/2/14", "2026.2.14", "2026年2月14日", "20260214"] {
            assert_eq!(date(typed).as_deref(), Some("2026-02-14"), "{typed}");
        }
        assert_eq!(date("2028-02-29").as_deref(), Some("2028-02-29"), "a leap day");
        for typed in
            ["2026-02-29", "2026-13-01", "2026-00-10", "1899-12-31", "26-2-14", "2026-2", "２０２６-2-1", ""]
        {
            assert_eq!(date(typed), None, "{typed:?} is no day");
        }
    }

    #[test]
    fn minutes_are_whole_and_days_have_24_hours() {
        assert_eq!(date_time("2026/2/14 8:50").as_deref(), Some("2026-02-14 08:50"));
        assert_eq!(date_time("2026-02-14T08:50").as_deref(), Some("2026-02-14 08:50"));
        for typed in ["2026-02-14 24:00", "2026-02-14 08:60", "2026-02-14 08:50:30", "2026-02-14", "08:50"] {
            assert_eq!(date_time(typed), None, "{typed:?} is no minute");
        }
        assert_eq!(minutes_between("2026-02-28 23:50", "2026-03-01 00:20"), Some(30));
        assert_eq!(minutes_between("2026-03-01 00:20", "2026-02-28 23:50"), Some(-30));
        assert_eq!(minutes_between("", "2026-02-28 23:50"), None);
    }

    #[test]
    fn stored_times_are_compared_in_either_precision() {
        assert_eq!(seconds_between("2026-02-28 23:50", "2026-02-28 23:50:07"), Some(7));
        assert_eq!(seconds_between("2026-02-28 23:50:07", "2026-02-28 23:50"), Some(-7));
        assert_eq!(minutes_between("2026-02-28 23:50:59", "2026-02-28 23:51"), Some(0), "whole minutes");
        assert_eq!(days_between("2026-02-28 23:59:59", "2026-03-01"), Some(1), "the hour is no matter");
        assert_eq!(days_between("2026-03-01", "2026-02-28 08:30"), Some(-1));
        assert_eq!(days_between("", "2026-02-28"), None);
        for text in ["2026-02-28", "2026-02-28 24:00", "2026-02-28 08:30:60:1", "2026-02-30 08:30", ""] {
            assert_eq!(instant(text), None, "{text:?} is no stored time");
        }
    }
}
