//! The settings of the bureau and its working calendar, as a version of the registry says.

use chrono::{Datelike, NaiveDate};
use qianban_catalog::{
    CalendarYear, OfficeHours, Privacy, Setting, SettingKind, Settings, Value, WorkCalendar, display,
    shipped_years,
};
use qianban_journal::{Blobs, Digest, Registry};

use crate::names::RegistryNames;

/// The settings in force.
pub(crate) fn settings(registry: Registry<'_>) -> Settings {
    Settings::new(registry.settings())
}

/// A value of a setting in words.
pub(crate) fn shown(of: &Setting, value: &Value, registry: Registry<'_>) -> String {
    let Some(field) = &of.field else { return String::new() };
    let words = display(field, value, &RegistryNames(registry), Privacy::Full);
    match of.kind {
        _ if words.is_empty() => "未设定".to_owned(),
        SettingKind::Minutes => format!("{words} 分钟"),
        SettingKind::Days => format!("{words} 天"),
        _ => words,
    }
}

/// The working calendar in force: the years that came with the program, those that the bureau imported in their place,
/// and its office hours. A year whose bytes are not here is as if it had not been imported.
pub(crate) fn calendar(settings: &Settings, blobs: &dyn Blobs) -> WorkCalendar {
    let imported = settings.calendars().iter().filter_map(|(year, digest)| imported(*year, digest, blobs));
    let hours = OfficeHours::parse(settings.text("office_hours")).unwrap_or_default();
    WorkCalendar::new(shipped_years().iter().cloned().chain(imported), hours)
}

/// This year, and in December the next, where their calendar is not known: they are counted Monday to Friday.
pub(crate) fn unknown_years(calendar: &WorkCalendar, today: NaiveDate) -> Vec<i32> {
    let known = |year: &i32| calendar.years().any(|known| known.year == *year);
    let next = (today.month() == 12).then_some(today.year() + 1);
    std::iter::once(today.year()).chain(next).filter(|year| !known(year)).collect()
}

/// An imported year by the digest of its file.
fn imported(year: u16, digest: &str, blobs: &dyn Blobs) -> Option<CalendarYear> {
    let bytes = blobs.blob(digest.parse::<Digest>().ok()?)?;
    let text = std::str::from_utf8(&bytes).ok()?;
    CalendarYear::parse(digest, text).ok().filter(|read| read.year == i32::from(year))
}
