//! Office hours: when the office works on a working day.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// Most spans of one day.
const SPANS_MAX: usize = 6;

/// The hours of every working day, such as `08:30-12:00,13:30-18:00`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeHours {
    /// From, up to; ascending, apart, none empty.
    spans: Vec<(NaiveTime, NaiveTime)>,
}

impl OfficeHours {
    /// Reads one to six spans within a day, in order, each `HH:MM-HH:MM`, parted by commas; `None` for anything else.
    pub fn parse(text: &str) -> Option<OfficeHours> {
        let spans: Option<Vec<_>> = text.split([',', '，']).map(span).collect();
        let spans = spans.filter(|spans| spans.len() <= SPANS_MAX)?;
        let each = spans.iter().all(|(from, to)| from < to);
        let apart = spans.windows(2).all(|pair| matches!(pair, [(_, to), (from, _)] if to < from));
        (each && apart).then_some(OfficeHours { spans })
    }

    /// Minutes of a working day.
    pub(crate) fn minutes(&self) -> i64 {
        self.spans.iter().map(|(from, to)| (*to - *from).num_minutes()).sum()
    }

    /// The spans of a day on which the office works.
    pub(crate) fn on(&self, day: NaiveDate) -> impl Iterator<Item = (NaiveDateTime, NaiveDateTime)> {
        self.spans.iter().map(move |(from, to)| (day.and_time(*from), day.and_time(*to)))
    }
}

/// 08:30–12:00 and 13:30–18:00.
impl Default for OfficeHours {
    fn default() -> Self {
        Self::parse("08:30-12:00,13:30-18:00").unwrap_or(Self { spans: Vec::new() })
    }
}

fn span(text: &str) -> Option<(NaiveTime, NaiveTime)> {
    let (from, to) = text.trim().split_once('-')?;
    Some((time(from.trim())?, time(to.trim())?))
}

fn time(text: &str) -> Option<NaiveTime> {
    (text.len() == "HH:MM".len()).then(|| NaiveTime::parse_from_str(text, "%H:%M").ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_strictly() {
        assert_eq!(OfficeHours::parse("08:30-12:00,13:30-18:00"), Some(OfficeHours::default()));
        assert_eq!(OfficeHours::parse("08:30-12:00， 13:30 - 18:00"), Some(OfficeHours::default()));
        assert!(OfficeHours::parse("00:00-23:59").is_some());
        for text in [
            "",
            "8:30-12:00",
            "08:30-24:00",
            "12:00-08:30",
            "08:30-08:30",
            "13:30-18:00,08:30-12:00",
            "08:30-12:00,12:00-18:00",
            "08:30-12:00,11:00-18:00",
            "08:30-12:00,",
            "08:30",
            "08:30-12:00-18:00",
            "01:00-01:30,02:00-02:30,03:00-03:30,04:00-04:30,05:00-05:30,06:00-06:30,07:00-07:30",
        ] {
            assert_eq!(OfficeHours::parse(text), None, "{text:?}");
        }
    }
}
