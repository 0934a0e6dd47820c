//! The working calendar of one year: statutory days off and the weekends that are worked for them. One TOML file per
//! year; `assets/calendars` holds those that were announced when this was made, a bureau imports later ones.

use crate::reader::in_chinese;
use chrono::{Datelike, NaiveDate, Weekday};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use thiserror::Error;
use toml::Spanned;
use toml::value::Datetime;

/// Most bytes of a calendar file.
pub const CALENDAR_MAX_BYTES: usize = 16 * 1024;
/// Most days of one list.
const DAYS_MAX: usize = 120;
/// Most characters of the source.
const SOURCE_MAX: usize = 200;
/// Years that a file may be of.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2199;

const SHIPPED: [(&str, &str); 2] = [
    ("2025.toml", include_str!("../../../../assets/calendars/2025.toml")),
    ("2026.toml", include_str!("../../../../assets/calendars/2026.toml")),
];

/// Days on which a year differs from Monday to Friday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarYear {
    /// The year.
    pub year: i32,
    /// Where it was announced.
    pub source: String,
    /// Days off. Of this year, or of the December before it: New Year's days off may begin there.
    pub holidays: BTreeSet<NaiveDate>,
    /// Saturdays and Sundays that are worked, within the same bounds.
    pub workdays: BTreeSet<NaiveDate>,
}

/// A refused calendar file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file} 第 {line} 行：{reason}")]
pub struct CalendarError {
    /// Name given to [`CalendarYear::parse`].
    pub file: String,
    /// Line of what is refused, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: CalendarFault,
}

/// What is wrong in a calendar file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CalendarFault {
    /// Over [`CALENDAR_MAX_BYTES`].
    #[error("文件 {found} 字节，最多 {CALENDAR_MAX_BYTES} 字节")]
    TooBig {
        /// Bytes found.
        found: usize,
    },
    /// Not TOML, a missing or unknown key, or a value of another type.
    #[error("格式不对：{detail}")]
    Format {
        /// The reader's words, in Chinese.
        detail: String,
    },
    /// A year that no file may be of.
    #[error("年份 {found} 应在 2000–2199 之间")]
    Year {
        /// As written.
        found: i64,
    },
    /// An empty or overlong source.
    #[error("来源不能为空，最多 {SOURCE_MAX} 个字")]
    Source,
    /// More days than any year could have.
    #[error("{list} 有 {found} 天，最多 {DAYS_MAX} 天")]
    TooMany {
        /// 放假 or 调休上班.
        list: &'static str,
        /// Days found.
        found: usize,
    },
    /// Not a day.
    #[error("{found} 不是日期，应写成 2026-10-01")]
    Day {
        /// As written.
        found: String,
    },
    /// A day of another year.
    #[error("{found} 不在 {year} 年内，也不在上一年 12 月")]
    OtherYear {
        /// As written.
        found: NaiveDate,
        /// The file's year.
        year: i32,
    },
    /// A day that is listed twice.
    #[error("{found} 重复")]
    Twice {
        /// As written.
        found: NaiveDate,
    },
    /// A make-up day that is worked anyway.
    #[error("调休上班日 {found} 不是周六或周日")]
    NotWeekend {
        /// As written.
        found: NaiveDate,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    year: Spanned<i64>,
    source: Spanned<String>,
    holidays: Vec<Spanned<Datetime>>,
    workdays: Vec<Spanned<Datetime>>,
}

/// A refusal and where.
type Read<T> = Result<T, (usize, CalendarFault)>;

impl CalendarYear {
    /// Reads and checks a calendar file; `name` is what a refusal calls it.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line. Nothing is repaired or guessed.
    pub fn parse(name: &str, text: &str) -> Result<CalendarYear, CalendarError> {
        read(text).map_err(|(offset, reason)| {
            let before = text.bytes().take(offset);
            let line = 1 + before.filter(|byte| *byte == b'\n').count();
            CalendarError { file: name.to_owned(), line, reason }
        })
    }
}

fn read(text: &str) -> Read<CalendarYear> {
    if text.len() > CALENDAR_MAX_BYTES {
        return Err((0, CalendarFault::TooBig { found: text.len() }));
    }
    let source: Source = toml::from_str(text).map_err(|error| {
        (
            error.span().map_or(0, |span| span.start),
            CalendarFault::Format { detail: in_chinese(error.message()) },
        )
    })?;
    let found = *source.year.get_ref();
    let year = i32::try_from(found).ok().filter(|year| YEARS.contains(year));
    let year = year.ok_or((source.year.span().start, CalendarFault::Year { found }))?;
    let words = source.source.get_ref().trim();
    if words.is_empty() || words.chars().count() > SOURCE_MAX {
        return Err((source.source.span().start, CalendarFault::Source));
    }
    let holidays = days("放假", &source.holidays, year, &BTreeSet::new())?;
    let workdays = days("调休上班", &source.workdays, year, &holidays)?;
    let weekday = source.workdays.iter().find_map(|day| {
        let found = day_of(day).ok()?;
        let weekend = matches!(found.weekday(), Weekday::Sat | Weekday::Sun);
        (!weekend).then(|| (day.span().start, CalendarFault::NotWeekend { found }))
    });
    match weekday {
        Some(refused) => Err(refused),
        None => Ok(CalendarYear { year, source: words.to_owned(), holidays, workdays }),
    }
}

fn days(
    list: &'static str,
    written: &[Spanned<Datetime>],
    year: i32,
    others: &BTreeSet<NaiveDate>,
) -> Read<BTreeSet<NaiveDate>> {
    if let Some(beyond) = written.get(DAYS_MAX) {
        return Err((beyond.span().start, CalendarFault::TooMany { list, found: written.len() }));
    }
    let mut read = BTreeSet::new();
    for day in written {
        let found = day_of(day)?;
        let at = day.span().start;
        let near = found.year() == year || (found.year() == year - 1 && found.month() == 12);
        if !near {
            return Err((at, CalendarFault::OtherYear { found, year }));
        }
        if others.contains(&found) || !read.insert(found) {
            return Err((at, CalendarFault::Twice { found }));
        }
    }
    Ok(read)
}

fn day_of(written: &Spanned<Datetime>) -> Read<NaiveDate> {
    let Datetime { date, time, offset } = written.get_ref();
    let alone = date.filter(|_| time.is_none() && offset.is_none());
    let day = alone.and_then(|d| NaiveDate::from_ymd_opt(d.year.into(), d.month.into(), d.day.into()));
    day.ok_or_else(|| (written.span().start, CalendarFault::Day { found: written.get_ref().to_string() }))
}

/// Empty only if an asset were broken, which the test tells.
static YEARS_SHIPPED: LazyLock<Vec<CalendarYear>> = LazyLock::new(|| {
    SHIPPED.iter().filter_map(|(name, text)| CalendarYear::parse(name, text).ok()).collect()
});

/// The years that come with the product, ascending.
pub fn shipped_years() -> &'static [CalendarYear] {
    &YEARS_SHIPPED
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "year = 2027\nsource = \"样例通知\"\nholidays = [\n  2026-12-31,\n  2027-01-01,\n]\nworkdays = [2027-01-03]\n";

    #[test]
    fn shipped_files_are_whole_and_each_is_of_its_year() {
        for (name, text) in SHIPPED {
            let read = CalendarYear::parse(name, text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(name, format!("{}.toml", read.year));
            assert!(read.source.contains("国务院办公厅"), "{name}: {}", read.source);
        }
        let of = |year: i32| shipped_years().iter().find(|known| known.year == year).expect("shipped");
        let days = |year: i32| (of(year).holidays.len(), of(year).workdays.len());
        assert_eq!(days(2025), (28, 5), "1 + 8 + 3 + 5 + 3 + 8 days off");
        assert_eq!(days(2026), (33, 6), "3 + 9 + 3 + 5 + 3 + 3 + 7 days off");
    }

    #[test]
    fn days_off_of_new_year_may_begin_in_december() {
        let read = CalendarYear::parse("2027.toml", GOOD).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((read.holidays.len(), read.workdays.len()), (2, 1));
    }

    #[test]
    fn a_bad_file_is_refused_at_its_line() {
        for (from, to, says) in [
            ("year = 2027", "year = 1999", "2027.toml 第 1 行：年份 1999 应在"),
            ("year = 2027", "yaer = 2027", "2027.toml 第 1 行：格式不对"),
            ("样例通知", " ", "2027.toml 第 2 行：来源不能为空"),
            ("  2027-01-01", "  2027-02-30", "2027.toml 第 5 行：格式不对"),
            ("  2027-01-01", "  2027-01-01T08:30:00", "2027.toml 第 5 行：2027-01-01T08:30:00 不是日期"),
            ("  2027-01-01", "  \"2027-01-01\"", "2027.toml 第 5 行：格式不对"),
            ("  2027-01-01", "  2028-01-01", "2027.toml 第 5 行：2028-01-01 不在 2027 年内"),
            ("  2026-12-31", "  2026-11-30", "2027.toml 第 4 行：2026-11-30 不在 2027 年内"),
            ("  2027-01-01", "  2026-12-31", "2027.toml 第 5 行：2026-12-31 重复"),
            ("[2027-01-03]", "[2027-01-01]", "2027.toml 第 7 行：2027-01-01 重复"),
            ("[2027-01-03]", "[2027-01-04]", "2027.toml 第 7 行：调休上班日 2027-01-04 不是周六或周日"),
        ] {
            let text = GOOD.replacen(from, to, 1);
            assert_ne!(text, GOOD, "{from}");
            let error = CalendarYear::parse("2027.toml", &text).expect_err(to).to_string();
            assert!(error.starts_with(says), "{from} → {to}: {error}");
        }
        let long = format!("#{}\n{GOOD}", "x".repeat(CALENDAR_MAX_BYTES));
        assert!(CalendarYear::parse("2027.toml", &long).is_err(), "over the size limit");
        let many = GOOD.replacen("2026-12-31", &vec!["2027-01-01"; DAYS_MAX].join(", "), 1);
        let error = CalendarYear::parse("2027.toml", &many).expect_err("too many").to_string();
        assert!(error.contains("放假 有 121 天"), "{error}");
    }
}
