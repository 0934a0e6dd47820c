use super::{SampleBrief, Secret};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where the program stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// No ledger on this PC yet: the three doors.
    FirstStart,
    /// This PC asked for a seat, and nobody here has one yet.
    Joining,
    /// The database key is not at hand (no OS store): password or recovery code needed.
    Closed,
    /// The database is open and nobody is at the desk.
    Locked,
    /// A person is at the desk.
    Open,
}

/// Administrative level of the bureau; sets the arrival clock (W177).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 省级
    Province,
    /// 市级
    City,
    /// 县(区)级
    County,
}

/// `host_status`: what the first screen needs. Holds nothing of the forms.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct HostStatus {
    /// Program version.
    pub version: String,
    /// Where the program stands.
    pub stage: Stage,
    /// The data folder, for 「数据在哪里」.
    pub data_folder: String,
    /// Whether the OS secret store answered.
    pub os_store: bool,
    /// The bureau, once the database is open.
    pub bureau: Option<Bureau>,
    /// The people with a seat on this PC, in order of names (empty while closed: the names in `keys.json`).
    pub people: Vec<PersonBrief>,
    /// Who is at the desk.
    pub person: Option<PersonBrief>,
    /// Whether that person drafts and signs nothing: the data was restored or copied, and the new seat is not certified.
    pub awaits_seat: bool,
    /// Minutes without input until the desk locks.
    pub idle_lock_minutes: u32,
    /// Set when this ledger is the sample bureau.
    pub sample: Option<SampleBrief>,
    /// Whether a sample bureau is kept on this PC.
    pub sample_kept: bool,
}

/// The bureau of this ledger.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Bureau {
    /// Its name.
    pub name: String,
    /// Its level.
    pub level: Level,
    /// Root fingerprint of the registry in groups of four, to compare by telephone (G1).
    pub fingerprint: String,
    /// Number of the newest registry entry.
    pub registry_number: u32,
}

/// A person, short.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PersonBrief {
    /// Person id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Chinese titles of the roles held.
    pub roles: Vec<String>,
}

/// `found`: the door 「开设本单位台账」. The first person is the founder: administrator and registrar.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Found {
    /// Bureau name, 1–100 characters.
    pub bureau: String,
    /// Level.
    pub level: Level,
    /// Further units (业务科室、预算单位), at most 500; the bureau itself is always one.
    pub units: Vec<String>,
    /// At least the founder; at most 200.
    pub people: Vec<NewPerson>,
}

/// A person to be entered in the registry.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct NewPerson {
    /// Name, 1–50 characters.
    pub name: String,
    /// Name of the unit; empty for the bureau itself.
    pub unit: String,
    /// Role codes.
    pub roles: Vec<String>,
    /// The person's own password for a seat on this PC; absent for someone who signs on paper only.
    pub password: Option<Secret>,
}

/// The answer of `found`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Founded {
    /// The recovery code, shown once and printed.
    pub recovery_code: String,
    /// The recovery sheet as a PDF, base64.
    pub recovery_sheet: String,
    /// Root fingerprint.
    pub fingerprint: String,
}

/// `open_database`: when the OS store does not give the key (K1).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "with", rename_all = "snake_case")]
pub enum OpenDatabase {
    /// By a person's password; that person is then at the desk.
    Password {
        /// Who.
        person: String,
        /// The password.
        password: Secret,
    },
    /// By the code of the recovery sheet.
    Recovery {
        /// The code.
        code: Secret,
    },
}

/// `unlock`: a person sits down at the desk.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Unlock {
    /// Who.
    pub person: String,
    /// The password.
    pub password: Secret,
}

/// `password_change` of the person at the desk.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PasswordChange {
    /// The present one.
    pub old: Secret,
    /// The new one, at least 8 characters.
    pub new: Secret,
}
