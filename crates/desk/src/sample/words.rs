//! What the forms of the sample say: texts with names for what differs from form to form.
//!
//! `{name}` is one of the words of that name, the same all over a form, `{name:1}` its second part where it has parts;
//! `{n:3-40}` a number, drawn anew at each place; `{i+1}` the place of the form in its story, counted from 1;
//! `{d}`, `{d+5}`, `{d-1}` the day of the move and days around it; `{t}`, `{t-20}` its time and minutes around it;
//! `{m}` its month (`YYYY-MM`), `{m-1}` the month before, `{m-1:end}` that one's last day, `{m-1:working}` its working
//! days in the sample; `{y}` the year of the first day, `{y-1}` the one before.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, FixedOffset, Months, NaiveDate, TimeDelta};

use super::script::bad;
use super::when::Span;
use crate::Refused;

/// The draws of one form.
pub(crate) struct Draws<'a> {
    pub(crate) span: &'a Span,
    pub(crate) words: &'a BTreeMap<String, Vec<String>>,
    /// Place of the form in its story, from 0.
    pub(crate) number: usize,
    /// Differs from form to form.
    pub(crate) seed: u64,
}

impl Draws<'_> {
    /// A text with everything filled in, as of a moment; `place` tells numbers of the same form apart.
    pub(crate) fn fill(&self, text: &str, at: DateTime<FixedOffset>, place: &str) -> Result<String, Refused> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, end) =
                after.split_once('}').ok_or_else(|| bad(format!("「{text}」少一个右花括号")))?;
            filled.push_str(before);
            let value = self.value(name, at, &format!("{place}/{}", filled.len()));
            filled.push_str(&value.ok_or_else(|| bad(format!("「{text}」里没有 {name} 这个词")))?);
            rest = end;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    fn value(&self, name: &str, at: DateTime<FixedOffset>, place: &str) -> Option<String> {
        let (word, part) = name.split_once(':').unwrap_or((name, "0"));
        if let Some(words) = self.words.get(word) {
            let chosen = words.get(self.below(word, words.len() as u64)? as usize)?;
            return chosen.split('|').nth(part.parse().ok()?).map(str::to_owned);
        }
        if let Some(range) = name.strip_prefix("n:") {
            let (low, high) = range.split_once('-')?;
            let (low, high): (u64, u64) = (low.parse().ok()?, high.parse().ok()?);
            return Some((low + self.below(place, (high + 1).checked_sub(low)?)?).to_string());
        }
        let (unit, offset) = name.split_at_checked(1)?;
        let (offset, of) = offset.split_once(':').unwrap_or((offset, ""));
        let offset: i64 = if offset.is_empty() { 0 } else { offset.parse().ok()? };
        match (unit, of) {
            ("d", "") => Some((at + TimeDelta::days(offset)).date_naive().to_string()),
            ("t", "") => Some((at + TimeDelta::minutes(offset)).format("%Y-%m-%d %H:%M").to_string()),
            ("i", "") => Some((i64::try_from(self.number).ok()? + offset).to_string()),
            ("y", "") => Some((i64::from(self.span.first.year()) + offset).to_string()),
            ("m", _) => self.month(month(at.date_naive(), offset)?, of),
            _ => None,
        }
    }

    fn month(&self, first: NaiveDate, of: &str) -> Option<String> {
        match of {
            "" => Some(first.format("%Y-%m").to_string()),
            "end" => Some(month(first, 1)?.pred_opt()?.to_string()),
            "working" => Some(self.span.working_days(first).to_string()),
            _ => None,
        }
    }

    /// A number below a bound, the same for the same name in this form.
    fn below(&self, name: &str, bound: u64) -> Option<u64> {
        let said = [&self.seed.to_be_bytes()[..], name.as_bytes()].concat();
        let digest = qianban_journal::digest(&said);
        let (first, _) = digest.0.split_first_chunk::<8>()?;
        u64::from_be_bytes(*first).checked_rem(bound)
    }
}

/// The first day of a month so many months from a day.
fn month(day: NaiveDate, offset: i64) -> Option<NaiveDate> {
    let first = day.with_day(1)?;
    let months = Months::new(u32::try_from(offset.unsigned_abs()).ok()?);
    if offset < 0 { first.checked_sub_months(months) } else { first.checked_add_months(months) }
}
