//! When the stories of the sample happen: working days and clocks before the opening.

use chrono::{DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, NaiveTime, TimeDelta, Weekday};
use qianban_catalog::WorkCalendar;

use super::script::{Every, When, bad};
use crate::Refused;

/// Days that are looked through for a working day: the longest holidays are shorter.
const SEARCH_DAYS: u64 = 400;

/// Clock at which the ledger was opened on the first day.
const OPENED: NaiveTime = match NaiveTime::from_hms_opt(7, 30, 0) {
    Some(time) => time,
    None => panic!("half past seven is a time"),
};

/// The span of the sample: from the day on which the ledger was opened to the moment at which it is looked at.
pub(crate) struct Span {
    /// First day.
    pub(crate) first: NaiveDate,
    /// The opening, in the zone of the office.
    pub(crate) now: DateTime<FixedOffset>,
    calendar: WorkCalendar,
}

impl Span {
    /// The `days` before a moment, in the zone of the office.
    pub(crate) fn before(now: DateTime<FixedOffset>, days: u32) -> Self {
        let today = now.date_naive();
        let first = today.checked_sub_days(Days::new(u64::from(days))).unwrap_or(today);
        Self { first, now, calendar: WorkCalendar::shipped() }
    }

    /// The moment at which the ledger was opened.
    pub(crate) fn opening(&self) -> DateTime<FixedOffset> {
        let opened = self.first.and_time(OPENED).and_local_timezone(*self.now.offset()).earliest();
        opened.unwrap_or(self.now)
    }

    /// Working days of the span that are in a month.
    pub(crate) fn working_days(&self, month: NaiveDate) -> usize {
        let days = self.first.iter_days().take_while(|day| *day <= self.now.date_naive());
        let of_month = |day: &NaiveDate| (day.year(), day.month()) == (month.year(), month.month());
        days.filter(of_month).filter(|day| self.calendar.is_working(*day)).count()
    }

    /// When the forms of a story begin, oldest first; those that would begin before the span or after the opening are
    /// left out.
    pub(crate) fn begins(&self, when: &When) -> Result<Vec<DateTime<FixedOffset>>, Refused> {
        if let Some(minutes) = when.minutes_before {
            return Ok(vec![self.now - TimeDelta::minutes(minutes)]);
        }
        let at = clock(&when.at)?;
        let days = match when.every {
            Some(every) => self.every(every, when),
            None => when.days.iter().filter_map(|offset| self.counted(*offset)).collect(),
        };
        let begins = days.into_iter().filter(|day| *day >= self.first).filter_map(|day| self.moment(day, at));
        Ok(begins.filter(|begin| *begin <= self.now).collect())
    }

    /// The moment of a move that follows another one.
    pub(crate) fn after(
        &self,
        before: DateTime<FixedOffset>,
        after: &str,
    ) -> Result<DateTime<FixedOffset>, Refused> {
        let wrong = || bad(format!("没有「{after}」这种时间"));
        if let Some(minutes) = after.strip_suffix('m') {
            return Ok(before + TimeDelta::minutes(minutes.parse().map_err(|_| wrong())?));
        }
        let (days, at) = after.split_once("d ").ok_or_else(wrong)?;
        let days: usize = days.parse().map_err(|_| wrong())?;
        let day = match days.checked_sub(1) {
            None => before.date_naive(),
            Some(further) => self.from(before.date_naive()).nth(further).ok_or_else(wrong)?,
        };
        self.moment(day, clock(at)?).filter(|moment| *moment > before).ok_or_else(wrong)
    }

    fn every(&self, every: Every, when: &When) -> Vec<NaiveDate> {
        let last = self.now.date_naive().checked_sub_days(Days::new(when.until)).unwrap_or(self.first);
        let days = self.first.iter_days().take_while(|day| *day <= last);
        let begins = |day: &NaiveDate| match every {
            Every::Day => true,
            Every::WorkingDay => self.calendar.is_working(*day),
            Every::Week => self.is_first(*day, |day| day.weekday() == Weekday::Mon || day == self.first),
            // There is something to say of a month in which the ledger was in use.
            Every::Month => {
                let before = day.checked_sub_months(Months::new(1)).unwrap_or(*day);
                self.is_first(*day, |day| day.day() == 1) && self.working_days(before) > 0
            }
        };
        days.filter(begins).skip(when.skip).step_by(when.step.max(1)).collect()
    }

    /// Whether a day is the first working day since a period began.
    fn is_first(&self, day: NaiveDate, begins: impl Fn(NaiveDate) -> bool) -> bool {
        let back = std::iter::successors(Some(day), |day| {
            day.pred_opt().filter(|earlier| !begins(earlier.succ_opt().unwrap_or(*earlier)))
        });
        self.calendar.is_working(day) && back.skip(1).all(|earlier| !self.calendar.is_working(earlier))
    }

    /// The working day of a count back from the opening.
    fn counted(&self, offset: i64) -> Option<NaiveDate> {
        let back = usize::try_from(-offset).ok()?;
        let days = std::iter::successors(Some(self.now.date_naive()), |day| day.pred_opt());
        days.take(SEARCH_DAYS as usize).filter(|day| self.calendar.is_working(*day)).nth(back)
    }

    /// Working days after a day.
    fn from(&self, day: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        day.iter_days().skip(1).take(SEARCH_DAYS as usize).filter(|day| self.calendar.is_working(*day))
    }

    fn moment(&self, day: NaiveDate, at: NaiveTime) -> Option<DateTime<FixedOffset>> {
        day.and_time(at).and_local_timezone(*self.now.offset()).earliest()
    }
}

fn clock(text: &str) -> Result<NaiveTime, Refused> {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| bad(format!("没有「{text}」这种钟点")))
}
