//! Records that are owed for a period and are not there: a day without inspection (缺检), a backup, a filing.

use std::cmp::Reverse;

use chrono::{Datelike, Days, NaiveDate};
use qianban_catalog::{Definition, Duty, Every, Period, WorkCalendar};
use qianban_journal::Digest;
use qianban_store::Listed;

use crate::opened::Opened;
use crate::record::Look;
use crate::watch::ROWS_MAX;
use crate::{Refused, ambient, api, forms, marks};

/// Days back in which a period that is over is still asked for.
const WINDOW_DAYS: u64 = 62;

/// What is owed and concerns the person who looks, newest period first.
pub(crate) fn owed(look: Look<'_>, calendar: &WorkCalendar) -> Result<Listed<api::DutyView>, Refused> {
    let registry = Opened::registry(look.reader.registry())?;
    let Some(unit) = forms::home_unit(registry, look.person) else { return Ok(Listed::default()) };
    let mut owed = Vec::new();
    for (def, definition) in forms::in_use(look, registry) {
        if definition.duties.is_empty() || !forms::answers_for(registry, def, look.person, unit) {
            continue;
        }
        let begun = begun(look, &definition)?;
        let may_start = forms::brief(registry, def, &definition, look.person).may_create;
        for duty in &definition.duties {
            for (period, missed) in missing(look, &definition, duty, begun, calendar)? {
                owed.push((period, view(def, duty, period, missed, may_start)));
            }
        }
    }
    owed.sort_by_key(|(period, _)| Reverse((period.last, period.first)));
    Ok(Listed::cut(owed.into_iter().map(|(_, view)| view).collect(), ROWS_MAX))
}

fn view(def: Digest, duty: &Duty, period: Period, missed: bool, may_start: bool) -> api::DutyView {
    api::DutyView {
        definition: def.to_string(),
        key: duty.key.clone(),
        title: duty.title.clone(),
        period: words(duty.every, period),
        missed,
        may_start,
    }
}

/// Periods of a duty without a record, each with whether it is over.
fn missing(
    look: Look<'_>,
    definition: &Definition,
    duty: &Duty,
    begun: Option<NaiveDate>,
    calendar: &WorkCalendar,
) -> Result<Vec<(Period, bool)>, Refused> {
    let today = look.now().date_naive();
    let window = today.checked_sub_days(Days::new(WINDOW_DAYS)).unwrap_or(today);
    let since = duty.since.as_ref().and_then(|since| since.parse().ok()).or(begun);
    let from = since.map_or(today, |since: NaiveDate| since.max(window));
    let mut periods = duty.every.periods((from, today), &duty.months, calendar);
    // In a month in which it is not owed, the period under way is not asked for yet.
    let asked = duty.months.is_empty() || duty.months.contains(&today.month());
    periods.retain(|period| period.last < today || asked);
    let (Some(first), Some(last)) = (periods.first(), periods.last()) else { return Ok(Vec::new()) };
    let (first, last) = (first.first.to_string(), last.last.to_string());
    let days = look.reader.mark_values(&marks::duty(definition, duty), first.as_str()..=last.as_str())?;
    let has =
        |period: &Period| days.range(period.first.to_string()..=period.last.to_string()).next().is_some();
    Ok(periods
        .into_iter()
        .filter(|period| !has(period))
        .map(|period| (period, period.last < today))
        .collect())
}

/// The day on which forms of this kind came into use here, in whichever version; `None` where nothing says so: they
/// are owed from today on then.
fn begun(look: Look<'_>, definition: &Definition) -> Result<Option<NaiveDate>, Refused> {
    let registry = Opened::registry(look.reader.registry())?;
    let mut first: Option<NaiveDate> = None;
    for (def, _) in forms::versions(look, registry, std::slice::from_ref(&definition.id)) {
        let Some(entry) = registry.definition_entry(def) else { continue };
        let Some(ms) = look.reader.registry_stored_ms(entry)? else { continue };
        let day = ambient::from_ms(ms, look.now()).date_naive();
        first = Some(first.map_or(day, |first| first.min(day)));
    }
    Ok(first)
}

fn words(every: Every, Period { first, last }: Period) -> String {
    match every {
        Every::Day | Every::WorkingDay => first.to_string(),
        Every::Week => format!("{first} 至 {last}"),
        Every::Month => first.format("%Y年%-m月").to_string(),
        Every::Year => first.format("%Y年").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_said_as_the_office_says_them() {
        let day: NaiveDate = "2026-03-04".parse().expect("a day");
        for (every, said) in [
            (Every::Day, "2026-03-04"),
            (Every::WorkingDay, "2026-03-04"),
            (Every::Week, "2026-03-02 至 2026-03-08"),
            (Every::Month, "2026年3月"),
            (Every::Year, "2026年"),
        ] {
            let period = every.period(day, &WorkCalendar::shipped()).expect("a period");
            assert_eq!(words(every, period), said);
        }
    }
}
