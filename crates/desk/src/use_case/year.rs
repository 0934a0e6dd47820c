//! `years`: the years of the ledger, with the work in each that is not finished.

use std::collections::BTreeMap;

use chrono::Datelike;
use qianban_journal::{FormStatus, Registry, Target};
use qianban_store::{FormRow, LedgerQuery, Reader};

use super::list::row;
use super::setting::changed;
use crate::api::{Nothing, PastYear, SeriesEnd, YearCount, Years};
use crate::desk::Sitting;
use crate::opened::Opened;
use crate::{Code, Desk, Refused, ambient, role, year};

/// Most unfinished forms that can be carried over; a bureau with more of them closes some first.
const OPEN_MAX: usize = 2_000;
/// States in which a form is not finished; a sealed record of a register is.
const UNFINISHED: [FormStatus; 5] = [
    FormStatus::Draft,
    FormStatus::Pending(0),
    FormStatus::Returned(Target::Drafter),
    FormStatus::Approved,
    FormStatus::Sealed,
];

/// The years.
pub(crate) fn run(desk: &Desk, _: Nothing) -> Result<Years, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    opened.store.read(|reader| {
        let registry = Opened::registry(reader.registry())?;
        let current = current(desk.ambient().now());
        let mut counts: BTreeMap<u16, YearCount> = BTreeMap::new();
        for (year, forms) in reader.forms_by_year()? {
            counts.insert(year, YearCount { year, forms, series: Vec::new() });
        }
        for (year, series, last) in reader.highest_numbers()? {
            counts.entry(year).or_insert_with(|| empty(year)).series.push(SeriesEnd { series, last });
        }
        let now = counts.remove(&current).unwrap_or_else(|| empty(current));
        let mut past: BTreeMap<u16, PastYear> = BTreeMap::new();
        for (year, count) in counts.into_iter().filter(|(year, _)| *year < current) {
            let entry = registry.setting_entry(&year::key(year));
            let closed = entry.map(|number| changed(reader, registry, number)).transpose()?;
            let carried = year::carried(registry, reader, year)?.map_or(0, |forms| forms.len());
            let carried = u32::try_from(carried).unwrap_or(u32::MAX);
            past.insert(year, PastYear { count, closed, carried, open: Vec::new() });
        }
        for found in unfinished(reader, registry, |year| year < current)? {
            if let Some(year) = past.get_mut(&of(&found)) {
                year.open.push(row(desk, &opened, reader, registry, &found));
            }
        }
        let past = past.into_values().rev().collect();
        Ok(Years { may_change: role::signs_registry(registry, person), current: now, past })
    })
}

fn empty(year: u16) -> YearCount {
    YearCount { year, forms: 0, series: Vec::new() }
}

/// The year of a moment at the office.
pub(crate) fn current(now: chrono::DateTime<chrono::FixedOffset>) -> u16 {
    u16::try_from(ambient::office(now).year()).unwrap_or(0)
}

/// The year of a form in a list.
fn of(row: &FormRow) -> u16 {
    row.number.as_ref().map_or_else(|| year::of_ms(row.created_ms), |number| number.year)
}

/// Every form of these years that is not finished, oldest first.
///
/// # Errors
/// [`Code::YearTooMuchOpen`] when there are more than can be carried over.
pub(crate) fn unfinished(
    reader: &Reader<'_>,
    registry: Registry<'_>,
    wanted: impl Fn(u16) -> bool,
) -> Result<Vec<FormRow>, Refused> {
    let mut open = Vec::new();
    for status in UNFINISHED {
        let mut query = LedgerQuery { status: Some(status), ..LedgerQuery::default() };
        loop {
            let page = reader.ledger_page(&query)?;
            let waits = |row: &FormRow| {
                let policy = row.definition.and_then(|def| registry.policy(def));
                let done = status == FormStatus::Sealed && policy.is_some_and(|policy| policy.register);
                wanted(of(row)) && !done
            };
            open.extend(page.rows.into_iter().filter(waits));
            if open.len() > OPEN_MAX {
                return Err(Refused::about(Code::YearTooMuchOpen, OPEN_MAX));
            }
            let Some(before) = page.next else { break };
            query.before = Some(before);
        }
    }
    open.sort_by_key(|row| row.key);
    Ok(open)
}
