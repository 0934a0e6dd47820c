//! Which days and hours the office works.

use super::hours::OfficeHours;
use super::year::{CalendarYear, shipped_years};
use chrono::{Datelike, NaiveDate, NaiveDateTime, Weekday};
use std::collections::BTreeMap;

/// The years that are known and the office hours. A year that is not known is worked Monday to Friday.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkCalendar {
    years: BTreeMap<i32, CalendarYear>,
    hours: OfficeHours,
}

impl WorkCalendar {
    /// These years with these hours; of two of the same year the later one counts.
    pub fn new(years: impl IntoIterator<Item = CalendarYear>, hours: OfficeHours) -> WorkCalendar {
        WorkCalendar { years: years.into_iter().map(|year| (year.year, year)).collect(), hours }
    }

    /// The years that come with the product and the usual hours.
    pub fn shipped() -> WorkCalendar {
        WorkCalendar::new(shipped_years().iter().cloned(), OfficeHours::default())
    }

    /// The years that are known, ascending.
    pub fn years(&self) -> impl Iterator<Item = &CalendarYear> {
        self.years.values()
    }

    /// Whether the office works on a day.
    pub fn is_working(&self, day: NaiveDate) -> bool {
        // What the announcement for the next year says of this December is the later word.
        let words = [day.year() + 1, day.year()].map(|year| self.years.get(&year));
        let said = words.into_iter().flatten().find_map(|year| {
            let off = year.holidays.contains(&day).then_some(false);
            off.or(year.workdays.contains(&day).then_some(true))
        });
        said.unwrap_or(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
    }

    /// Years between two days, both included, that are not known: what was counted there is Monday to Friday.
    pub fn unknown(&self, first: NaiveDate, last: NaiveDate) -> Vec<i32> {
        (first.year()..=last.year()).filter(|year| !self.years.contains_key(year)).collect()
    }

    /// The hours that the office works on a day.
    pub(crate) fn office(&self, day: NaiveDate) -> impl Iterator<Item = (NaiveDateTime, NaiveDateTime)> {
        self.hours.on(day).filter(move |_| self.is_working(day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    /// The make-up days and days off around the Spring Festival and National Day of 2026.
    #[test]
    fn make_up_days_are_worked_and_days_off_are_not() {
        let calendar = WorkCalendar::shipped();
        for (worked, days) in [
            (true, ["2026-02-13", "2026-02-14", "2026-02-24", "2026-02-28", "2026-09-20", "2026-10-10"]),
            (false, ["2026-02-15", "2026-02-23", "2026-03-01", "2026-09-27", "2026-10-01", "2026-10-07"]),
            (true, ["2025-01-26", "2025-01-27", "2025-02-05", "2025-02-08", "2025-09-28", "2025-10-11"]),
            (false, ["2025-01-01", "2025-01-28", "2025-02-04", "2025-06-02", "2025-10-08", "2025-10-12"]),
        ] {
            for text in days {
                assert_eq!(calendar.is_working(day(text)), worked, "{text}");
            }
        }
    }

    #[test]
    fn the_year_2026_has_as_many_working_days_as_announced() {
        let calendar = WorkCalendar::shipped();
        let days = day("2026-01-01").iter_days().take_while(|day| day.year() == 2026);
        // 261 days from Monday to Friday, less 19 of them off, more 6 weekends worked.
        assert_eq!(days.filter(|day| calendar.is_working(*day)).count(), 248);
    }

    #[test]
    fn an_unknown_year_is_monday_to_friday_and_named() {
        let calendar = WorkCalendar::shipped();
        assert!(calendar.is_working(day("2027-01-01")), "a Friday");
        assert!(!calendar.is_working(day("2027-01-02")));
        assert_eq!(calendar.unknown(day("2025-12-31"), day("2026-01-01")), Vec::<i32>::new());
        assert_eq!(calendar.unknown(day("2026-12-31"), day("2028-01-01")), [2027, 2028]);
    }

    #[test]
    fn the_next_announcement_speaks_of_december() {
        let text = "year = 2027\nsource = \"样例通知\"\nholidays = [2026-12-31, 2027-01-01]\nworkdays = [2026-12-27]";
        let next = CalendarYear::parse("2027.toml", text).expect("a calendar");
        let years = shipped_years().iter().cloned().chain([next]);
        let calendar = WorkCalendar::new(years, OfficeHours::default());
        assert!(!calendar.is_working(day("2026-12-31")));
        assert!(calendar.is_working(day("2026-12-27")), "a Sunday");
        assert!(calendar.is_working(day("2026-12-30")));
    }
}
