use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `people`: the registry as a person reads it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct People {
    /// People, in order of entry.
    pub people: Vec<PersonView>,
    /// Units, the bureau itself first.
    pub units: Vec<UnitView>,
    /// All roles with their Chinese names.
    pub roles: Vec<RoleView>,
    /// Whether the person at the desk may change the registry.
    pub may_change: bool,
    /// Who signs in whose name.
    pub delegations: Vec<DelegationView>,
    /// Every ledger, and who seals it.
    pub ledgers: Vec<SealingView>,
    /// Series of numbers, by code.
    pub series: Vec<String>,
    /// Blocks of numbers that are leased, of this year and the last.
    pub blocks: Vec<BlockView>,
    /// The seat that gives the numbers which nobody leases.
    pub number_seat: Option<String>,
    /// The entries of the registry, newest first, at most 200.
    pub entries: Vec<RegistryRow>,
}

/// A delegation in force.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DelegationView {
    /// The absent person.
    pub from: String,
    /// Who signs for them.
    pub to: String,
    /// First day; advisory (F8).
    pub since: String,
    /// Last day; advisory (F8).
    pub until: String,
}

/// A ledger and the PC that seals it (G6).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SealingView {
    /// Code of the ledger.
    pub ledger: String,
    /// Its title.
    pub title: String,
    /// The seats in force on that PC.
    pub seats: Vec<String>,
    /// Whether it is this PC.
    pub here: bool,
}

/// A block of numbers (G7).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BlockView {
    /// Text code of the series.
    pub series: String,
    /// Calendar year.
    pub year: u16,
    /// First number.
    pub first: u32,
    /// Last number.
    pub last: u32,
    /// The seat that has it.
    pub seat: String,
    /// The highest number of it that is used here.
    pub used: Option<u32>,
}

/// A person of the registry.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PersonView {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Name of the unit.
    pub unit: String,
    /// Role codes held now.
    pub roles: Vec<String>,
    /// Seats.
    pub seats: Vec<SeatView>,
}

/// A seat: a person on a PC with a key.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SeatView {
    /// Id.
    pub id: String,
    /// Short code, as in working numbers.
    pub code: String,
    /// Whether it is on this PC.
    pub here: bool,
    /// Whether it was revoked.
    pub revoked: bool,
    /// Why; empty for a seat in force.
    pub reason: String,
}

/// A unit.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct UnitView {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
}

/// A role.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RoleView {
    /// Code.
    pub code: String,
    /// Chinese name.
    pub title: String,
}

/// An entry of the registry in words.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RegistryRow {
    /// Number.
    pub number: u32,
    /// What it says, in Chinese.
    pub text: String,
    /// Who signed it.
    pub signers: Vec<String>,
    /// Its hash, first 16 hex digits.
    pub hash: String,
}
