use super::FindingView;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `verify_status`: how far the check of the whole file is.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct VerifyStatus {
    /// Whether it is running.
    pub running: bool,
    /// Rows checked.
    pub done: u32,
    /// Rows in all.
    pub total: u32,
    /// What was found, the first bad row first; empty and not running: all is well, or never run.
    pub faults: Vec<FaultView>,
    /// When the last whole run ended.
    pub finished_at: Option<String>,
}

/// A bad row.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FaultView {
    /// Table.
    pub table: String,
    /// Row.
    pub row: String,
    /// What is wrong, in Chinese.
    pub what: String,
}

/// `findings`: what an audit finds over the whole ledger, beside what each form says of itself. It changes no state.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Findings {
    /// In words, at most 200.
    pub findings: Vec<FindingView>,
    /// How many more there are.
    pub more: u32,
    /// Two registry entries with one number, before which the registry stands (F12).
    pub fork: Option<ForkView>,
}

/// A fork of the registry.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ForkView {
    /// The number.
    pub number: u32,
    /// What has that number.
    pub versions: Vec<ForkVersion>,
    /// Whether the person at the desk may say which goes on (`settle_fork`).
    pub may_settle: bool,
}

/// One of the entries with one number.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ForkVersion {
    /// Names it in `settle_fork`.
    pub version: String,
    /// What it says, in Chinese.
    pub text: String,
}
