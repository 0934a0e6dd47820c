//! Settings: what the white paper leaves open or gives as a number, with the default of each, and what a bureau has
//! put in its place. The list is `settings.toml`; the values come from the registry.

use crate::calendar::{self, OfficeHours};
use crate::catalogue::is_own_item;
use crate::definition::{Choice, Field, FieldKind};
use crate::display::typed;
use crate::expression::{named, variable};
use crate::normalise::{TEXT_MAX, is_hex, normalise};
use crate::problem::Problem;
use crate::value::Value;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const TEXT: &str = include_str!("../settings.toml");

/// Before the code of a bureau's own item of the service catalogue.
pub const CATALOGUE_PREFIX: &str = "catalogue.";
/// Before the year of a working calendar; the value is the digest of its blob, 64 lower-case hex digits.
pub const CALENDAR_PREFIX: &str = "calendar.";
/// Least office hours of a working day, in minutes.
const OFFICE_MINUTES_MIN: i64 = 60;
/// Most characters of a bureau's own item.
const ITEM_MAX: i64 = 100;

/// Something that a bureau may set.
#[derive(Debug, Clone)]
pub struct Setting {
    /// ASCII name: `settings.KEY` in expressions, and the key of its registry entry.
    pub key: String,
    /// Gap of the white paper that it fills, `G2`, or the rule whose number it is, `W135`.
    pub gap: String,
    /// Chinese title.
    pub title: String,
    /// What it holds.
    pub kind: SettingKind,
    /// The field into which its value is typed; `None` for [`SettingKind::Definition`], which is set elsewhere.
    pub field: Option<Field>,
    /// Value while no registry entry says otherwise; [`Value::Empty`]: unset.
    pub default: Value,
    /// Key of the setting whose number this one may not exceed.
    pub at_most: Option<String>,
    /// Level of the bureaus that must set it: `province`, `city` or `county`.
    pub demanded_in: Option<String>,
    /// A sentence of help.
    pub help: String,
}

/// What a setting holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingKind {
    /// A whole number.
    Integer,
    /// Minutes.
    Minutes,
    /// Days.
    Days,
    /// One of the options.
    Choice,
    /// A line of text.
    Text,
    /// Spans of office hours, `08:30-12:00,13:30-18:00`: in order, not overlapping.
    Hours,
    /// 是 or 否.
    Flag,
    /// Hundredths of a percent.
    Percent,
    /// Nothing: it points to a definition that the form designer changes.
    Definition,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    key: String,
    gap: String,
    title: String,
    kind: SettingKind,
    #[serde(default)]
    default: String,
    #[serde(default)]
    options: Vec<Choice>,
    min: Option<i64>,
    max: Option<i64>,
    at_most: Option<String>,
    demanded_in: Option<String>,
    #[serde(default)]
    help: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sources {
    setting: Vec<Source>,
}

/// Empty only if `settings.toml` of this crate were broken, which its test tells.
static SETTINGS: LazyLock<Vec<Setting>> = LazyLock::new(|| {
    let sources = toml::from_str::<Sources>(TEXT).map(|sources| sources.setting).unwrap_or_default();
    sources.into_iter().map(Setting::from).collect()
});

/// All settings, in the order of the white paper's gaps.
pub fn settings() -> &'static [Setting] {
    &SETTINGS
}

/// The setting of this key.
pub fn setting(key: &str) -> Option<&'static Setting> {
    settings().iter().find(|setting| setting.key == key)
}

impl From<Source> for Setting {
    fn from(source: Source) -> Setting {
        let kind = match source.kind {
            SettingKind::Integer | SettingKind::Minutes | SettingKind::Days => Some(FieldKind::Integer),
            SettingKind::Choice => Some(FieldKind::Choice),
            SettingKind::Text | SettingKind::Hours => Some(FieldKind::Text),
            SettingKind::Flag => Some(FieldKind::Flag),
            SettingKind::Percent => Some(FieldKind::Percent),
            SettingKind::Definition => None,
        };
        let field = kind.map(|kind| {
            let bounds = match kind {
                FieldKind::Percent => (source.min.or(Some(0)), source.max.or(Some(10_000))),
                FieldKind::Text => (source.min, source.max.or(Some(TEXT_MAX))),
                _ => (source.min, source.max),
            };
            let help = Some(source.help.clone()).filter(|help| !help.is_empty());
            let plain = Field::plain(&source.key, &source.title, kind, bounds);
            Field { options: source.options, help, ..plain }
        });
        let default = field.as_ref().and_then(|field| normalise(field, &source.default).ok());
        Setting {
            key: source.key,
            gap: source.gap,
            title: source.title,
            kind: source.kind,
            field,
            default: default.unwrap_or_default(),
            at_most: source.at_most,
            demanded_in: source.demanded_in,
            help: source.help,
        }
    }
}

/// Why a value cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// No such setting, or one that is set by the form designer.
    #[error("没有设置项「{key}」")]
    Unknown {
        /// As given.
        key: String,
    },
    /// The value is wrong.
    #[error(transparent)]
    Value(#[from] Problem),
    /// Office hours that overlap, are out of order, or are no times.
    #[error("上班时间请写作 08:30-12:00,13:30-18:00，各段先后排列、互不重叠")]
    Hours,
    /// Less office time in a day than a term in office time can be kept in.
    #[error("上班时间一天合计不能少于 {OFFICE_MINUTES_MIN} 分钟")]
    HoursShort,
    /// Two numbers of which one may not exceed the other.
    #[error("「{lower}」不能大于「{upper}」")]
    Crossed {
        /// Title of the setting that may not exceed the other.
        lower: String,
        /// Title of the other.
        upper: String,
    },
}

/// The value of a registry entry `Setting {key, value}` as it is to be signed: settings, a bureau's own items of the
/// service catalogue, and working calendars. Empty: the default, or no such item or calendar, again.
///
/// # Errors
/// [`SettingError`], with words for the person who typed it.
pub(crate) fn normalise_setting(key: &str, typed_value: &str) -> Result<String, SettingError> {
    let unknown = || SettingError::Unknown { key: key.to_owned() };
    if let Some(code) = key.strip_prefix(CATALOGUE_PREFIX) {
        let item = Field::plain(key, code, FieldKind::Text, (None, Some(ITEM_MAX)));
        let value = normalise(&item, typed_value)?;
        return if is_own_item(code) { Ok(typed(&value)) } else { Err(unknown()) };
    }
    if let Some(year) = key.strip_prefix(CALENDAR_PREFIX) {
        let known = year.len() == 4 && calendar::date(&format!("{year}-01-01")).is_some();
        let digest = typed_value.is_empty() || is_hex(typed_value, 64);
        return match (known, digest) {
            (true, true) => Ok(typed_value.to_owned()),
            (true, false) => Err(Problem::FileRecord.into()),
            (false, _) => Err(unknown()),
        };
    }
    let setting = setting(key).ok_or_else(unknown)?;
    let field = setting.field.as_ref().ok_or_else(unknown)?;
    let value = normalise(field, typed_value)?;
    match &value {
        Value::Text(hours) if setting.kind == SettingKind::Hours && OfficeHours::parse(hours).is_none() => {
            Err(SettingError::Hours)
        }
        value => Ok(typed(value)),
    }
}

/// The same, judged beside the settings in force: numbers that belong together do not cross, a day has office hours.
///
/// # Errors
/// [`SettingError`], with words for the person who typed it.
pub fn change_setting(in_force: &Settings, key: &str, typed_value: &str) -> Result<String, SettingError> {
    let value = normalise_setting(key, typed_value)?;
    let mut changed = in_force.clone();
    changed.put(key, &value);
    let hours = setting(key).filter(|setting| setting.kind == SettingKind::Hours);
    let hours = hours.and_then(|setting| OfficeHours::parse(changed.text(&setting.key)));
    if hours.is_some_and(|hours| hours.minutes() < OFFICE_MINUTES_MIN) {
        return Err(SettingError::HoursShort);
    }
    for lower in settings() {
        let Some(upper) = lower.at_most.as_deref().and_then(setting) else { continue };
        let numbers = changed.number(&lower.key).zip(changed.number(&upper.key));
        if (lower.key == key || upper.key == key) && numbers.is_some_and(|(low, up)| low > up) {
            let (lower, upper) = (lower.title.clone(), upper.title.clone());
            return Err(SettingError::Crossed { lower, upper });
        }
    }
    Ok(value)
}

/// The settings of a bureau.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    values: BTreeMap<String, Value>,
    /// The values as expressions see them: made once, because every evaluation hands them on.
    record: cel::Value,
    items: BTreeMap<String, String>,
    calendars: BTreeMap<u16, String>,
}

impl Default for Settings {
    /// Every setting at its default.
    fn default() -> Self {
        Settings::new(std::iter::empty())
    }
}

impl Settings {
    /// From registry entries `(key, value)`, the later of two of one key standing. An entry that no honest program
    /// signs (an unknown key, a value out of bounds) is passed over.
    pub fn new<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Settings {
        let defaults = settings().iter().filter(|setting| setting.field.is_some());
        let values = defaults.map(|setting| (setting.key.clone(), setting.default.clone())).collect();
        let (items, calendars) = (BTreeMap::new(), BTreeMap::new());
        let mut settings = Settings { values, record: cel::Value::Null, items, calendars };
        for (key, value) in entries {
            if normalise_setting(key, value).as_deref() == Ok(value) {
                settings.put(key, value);
            }
        }
        let fields = self::settings().iter().filter_map(|setting| setting.field.as_ref());
        let seen = fields.map(|field| (field.key.clone(), variable(field, settings.value(&field.key))));
        settings.record = named(seen);
        settings
    }

    /// What `settings` is in expressions.
    pub(crate) fn record(&self) -> cel::Value {
        self.record.clone()
    }

    fn put(&mut self, key: &str, value: &str) {
        if let Some(code) = key.strip_prefix(CATALOGUE_PREFIX) {
            self.items.remove(code);
            self.items.extend((!value.is_empty()).then(|| (code.to_owned(), value.to_owned())));
        } else if let Some(year) = key.strip_prefix(CALENDAR_PREFIX).and_then(|year| year.parse().ok()) {
            self.calendars.remove(&year);
            self.calendars.extend((!value.is_empty()).then(|| (year, value.to_owned())));
        } else if let Some(setting) = setting(key) {
            let read = setting.field.as_ref().and_then(|field| normalise(field, value).ok());
            let value = read.filter(|value| !value.is_empty()).unwrap_or_else(|| setting.default.clone());
            self.values.insert(key.to_owned(), value);
        }
    }

    /// The value of a setting; empty while unset, and for a key that is no setting.
    pub fn value(&self, key: &str) -> &Value {
        self.values.get(key).unwrap_or(&Value::Empty)
    }

    /// A number: minutes, days, hundredths of a percent; `None` while unset.
    pub fn number(&self, key: &str) -> Option<i64> {
        match self.value(key) {
            Value::Int(number) | Value::Percent(number) => Some(*number),
            _ => None,
        }
    }

    /// Text or the code of a choice; empty while unset.
    pub fn text(&self, key: &str) -> &str {
        match self.value(key) {
            Value::Text(text) | Value::Choice(text) => text,
            _ => "",
        }
    }

    /// 是 or 否; false while unset.
    pub fn flag(&self, key: &str) -> bool {
        matches!(self.value(key), Value::Flag(true))
    }

    /// The bureau's own items of the service catalogue: code → text.
    pub fn items(&self) -> &BTreeMap<String, String> {
        &self.items
    }

    /// The bureau's working calendars: year → digest of the blob, 64 hex digits.
    pub fn calendars(&self) -> &BTreeMap<u16, String> {
        &self.calendars
    }
}

#[cfg(test)]
mod tests;
