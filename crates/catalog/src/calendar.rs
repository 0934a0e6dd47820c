//! Days and minutes of the local calendar, as text that sorts by time.

use chrono::{NaiveDate, NaiveDateTime};

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

/// Minutes from one `YYYY-MM-DD HH:MM` to another, negative if it lies before; `None` if either is none.
pub(crate) fn minutes_between(from: &str, to: &str) -> Option<i64> {
    let read = |text| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").ok();
    Some(read(to)?.signed_duration_since(read(from)?).num_minutes())
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
}
