//! Year change: a closed year is read-only, but for the open work that was carried over by name. What closes it is a
//! signed entry of the registry whose value names the list of carried forms.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike};
use qianban_journal::{Blobs, Digest, FormId, FormView, Registry};

use crate::{Code, Refused, ambient};

/// Before the year in the key of the registry's setting.
const KEY: &str = "year.";

/// The setting that closes a year: the digest of its list of carried forms.
pub(crate) fn key(year: u16) -> String {
    format!("{KEY}{year}")
}

/// The year that a setting closes; `None` for other settings.
pub(crate) fn of_key(key: &str) -> Option<u16> {
    key.strip_prefix(KEY)?.parse().ok()
}

/// The year of a wall clock (milliseconds since 1970) at the office.
pub(crate) fn of_ms(ms: i64) -> u16 {
    let time = ambient::office(DateTime::from_timestamp_millis(ms).unwrap_or_default());
    u16::try_from(time.year()).unwrap_or(0)
}

/// The year that a form belongs to: that of its number, else of its beginning.
pub(crate) fn of(view: &FormView, created_ms: i64) -> u16 {
    view.number.as_ref().map_or_else(|| of_ms(created_ms), |number| number.year)
}

/// The forms that were carried over when a year was closed; `None` for an open year.
///
/// # Errors
/// [`Code::FileMissing`] or [`Code::HostDamaged`] when the list of carried forms is not here or not readable.
pub(crate) fn carried(
    registry: Registry<'_>,
    blobs: &dyn Blobs,
    year: u16,
) -> Result<Option<BTreeSet<String>>, Refused> {
    let Some(list) = registry.setting(&key(year)) else { return Ok(None) };
    let damaged = || Refused::about(Code::HostDamaged, "年度结转清单");
    let digest: Digest = list.parse().map_err(|_| damaged())?;
    let bytes = blobs.blob(digest).ok_or(Code::FileMissing)?;
    serde_json::from_slice(&bytes).map(Some).map_err(|_| damaged())
}

/// Whether a form of this year can only be read and printed.
///
/// # Errors
/// As [`carried`].
pub(crate) fn is_read_only(
    registry: Registry<'_>,
    blobs: &dyn Blobs,
    form: FormId,
    year: u16,
) -> Result<bool, Refused> {
    let carried = carried(registry, blobs, year)?;
    Ok(carried.is_some_and(|carried| !carried.contains(&form.to_string())))
}

/// The bytes of a list of carried forms.
///
/// # Errors
/// Does not happen: ids are text.
pub(crate) fn list(carried: &BTreeSet<String>) -> Result<Vec<u8>, Refused> {
    serde_json::to_vec(carried).map_err(|error| Refused::about(Code::Internal, error))
}
