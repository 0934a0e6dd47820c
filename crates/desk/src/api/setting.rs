use super::FieldOption;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `settings`: what the white paper leaves to the bureau, its own items of the service catalogue, its calendars.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SettingsPage {
    /// Whether the person at the desk may change them.
    pub may_change: bool,
    /// Every setting, in the order of the gaps.
    pub settings: Vec<SettingView>,
    /// The bureau's own items of the service catalogue, by code.
    pub items: Vec<OwnItem>,
    /// The working calendars that are known, by year.
    pub calendars: Vec<CalendarView>,
    /// This year, and in December the next, where their calendar is not known: they are counted Monday to Friday.
    pub unknown_years: Vec<i32>,
}

/// A setting.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SettingView {
    /// Key.
    pub key: String,
    /// The gap that it fills, or the rule whose number it is.
    pub gap: String,
    /// Title.
    pub title: String,
    /// What it holds.
    pub kind: SettingKind,
    /// As typed again; empty while the default is in force.
    pub value: String,
    /// What is in force, in words.
    pub shown: String,
    /// The default in words.
    pub default_shown: String,
    /// Choices: value and label.
    pub options: Vec<FieldOption>,
    /// It is not set and this bureau has to.
    pub required: bool,
    /// A sentence of help.
    pub help: String,
    /// Who changed it last; absent while the default is in force.
    pub changed: Option<Changed>,
}

/// What a setting holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum SettingKind {
    Integer,
    Minutes,
    Days,
    Choice,
    Text,
    Hours,
    Flag,
    Percent,
    Definition,
}

/// Who changed a setting, by which entry of the registry.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Changed {
    /// Number of the entry.
    pub entry: u32,
    /// Who signed it.
    pub name: String,
    /// When it came to this PC; empty for entries older than this program.
    pub at: String,
}

/// A bureau's own item of the service catalogue.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OwnItem {
    /// Code.
    pub code: String,
    /// Words.
    pub text: String,
    /// Who changed it last.
    pub changed: Option<Changed>,
}

/// The working calendar of a year.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CalendarView {
    /// The year.
    pub year: i32,
    /// Where it was announced.
    pub source: String,
    /// Days off, `YYYY-MM-DD`.
    pub off: Vec<String>,
    /// Saturdays and Sundays that are worked, `YYYY-MM-DD`.
    pub make_up: Vec<String>,
    /// It was imported by the bureau; otherwise it came with the program.
    pub imported: bool,
    /// Who imported it.
    pub changed: Option<Changed>,
}
