//! Periods for which a record is owed: each day, working day, week, month or year.

use crate::calendar::WorkCalendar;
use chrono::{Datelike, Days, Months, NaiveDate};

/// How often a record is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Every {
    /// 每日
    Day,
    /// 每个工作日
    WorkingDay,
    /// 每周, Monday to Sunday
    Week,
    /// 每月
    Month,
    /// 每年
    Year,
}

/// The days of one period, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// First day.
    pub first: NaiveDate,
    /// Last day.
    pub last: NaiveDate,
}

impl Every {
    /// The period that a day lies in; `None` for a day on which nothing is owed.
    pub fn period(self, day: NaiveDate, calendar: &WorkCalendar) -> Option<Period> {
        let first = match self {
            Every::Day => day,
            Every::WorkingDay => calendar.is_working(day).then_some(day)?,
            Every::Week => day - Days::new(day.weekday().num_days_from_monday().into()),
            Every::Month => day.with_day(1)?,
            Every::Year => day.with_ordinal(1)?,
        };
        let next = match self {
            Every::Day | Every::WorkingDay => first.succ_opt()?,
            Every::Week => first.checked_add_days(Days::new(7))?,
            Every::Month => first.checked_add_months(Months::new(1))?,
            Every::Year => first.checked_add_months(Months::new(12))?,
        };
        Some(Period { first, last: next.pred_opt()? })
    }

    /// Every period that reaches into the days from `from` to `to` and into one of `months` (1–12; none: all of them),
    /// ascending.
    pub fn periods(
        self,
        (from, to): (NaiveDate, NaiveDate),
        months: &[u32],
        calendar: &WorkCalendar,
    ) -> Vec<Period> {
        let days = from.iter_days().take_while(|day| *day <= to);
        let mut periods: Vec<Period> = days.filter_map(|day| self.period(day, calendar)).collect();
        periods.dedup();
        periods.retain(|period| months.is_empty() || self == Every::Year || period.touches(months));
        periods
    }
}

impl Period {
    /// Whether its first or its last day lies in one of these months.
    fn touches(self, months: &[u32]) -> bool {
        months.contains(&self.first.month()) || months.contains(&self.last.month())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn firsts(every: Every, from: &str, to: &str, months: &[u32]) -> Vec<String> {
        let periods = every.periods((day(from), day(to)), months, &WorkCalendar::shipped());
        periods.iter().map(|period| period.first.to_string()).collect()
    }

    /// W133: a log is owed on the make-up Saturday, not in the holidays.
    #[test]
    fn working_days_are_those_of_the_calendar() {
        let owed = firsts(Every::WorkingDay, "2026-02-13", "2026-02-25", &[]);
        assert_eq!(owed, ["2026-02-13", "2026-02-14", "2026-02-24", "2026-02-25"]);
    }

    /// W093, W094: every day. W095: every week. W134: every month. W205: every year.
    #[test]
    fn days_weeks_months_and_years_are_whole() {
        assert_eq!(firsts(Every::Day, "2026-02-27", "2026-03-01", &[]).len(), 3);
        assert_eq!(
            firsts(Every::Week, "2026-03-01", "2026-03-09", &[]),
            ["2026-02-23", "2026-03-02", "2026-03-09"]
        );
        assert_eq!(
            firsts(Every::Month, "2026-01-31", "2026-03-01", &[]),
            ["2026-01-01", "2026-02-01", "2026-03-01"]
        );
        assert_eq!(firsts(Every::Year, "2025-12-31", "2026-01-01", &[]), ["2025-01-01", "2026-01-01"]);
        let year = Every::Year.period(day("2028-02-29"), &WorkCalendar::shipped()).expect("a period");
        assert_eq!((year.first, year.last), (day("2028-01-01"), day("2028-12-31")));
    }

    /// W093: at the end of the year two databases are backed up every day.
    #[test]
    fn a_duty_may_hold_in_some_months_alone() {
        let owed = firsts(Every::Day, "2026-11-29", "2026-12-02", &[12, 1]);
        assert_eq!(owed, ["2026-12-01", "2026-12-02"]);
        assert_eq!(firsts(Every::Month, "2026-10-01", "2026-12-31", &[12]), ["2026-12-01"]);
        // W205: asked in December, owed for the year.
        assert_eq!(firsts(Every::Year, "2026-10-01", "2026-12-31", &[12]), ["2026-01-01"]);
    }
}
