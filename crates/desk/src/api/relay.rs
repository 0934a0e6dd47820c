use super::Refusal;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `relay_status`: whether this PC answers the others of its bureau.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RelayStatus {
    /// Whether this PC may: the administrators allow it, and a registrar has a seat here.
    pub allowed: bool,
    /// Whether the person at the desk may switch it.
    pub may_switch: bool,
    /// Where it is to answer, `address:port`; empty while it is switched off.
    pub listen: String,
    /// Addresses of this PC to choose from, `address:port`.
    pub places: Vec<String>,
    /// What the other PCs take as the address of their endpoint; empty while it does not answer.
    pub address: String,
    /// Fingerprint of its key, to compare by telephone; empty while it does not answer.
    pub fingerprint: String,
    /// Who asked since it began, the last one first, at most 200.
    pub callers: Vec<RelayCaller>,
    /// Why it does not answer although it is switched on.
    pub refused: Option<Refusal>,
}

/// A PC that asked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RelayCaller {
    /// Whose seat.
    pub name: String,
    /// Code of the seat.
    pub code: String,
    /// When it asked last.
    pub at: String,
}

/// `relay_switch`
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RelaySwitch {
    /// Where to answer, an address of this PC with or without a port; nowhere when absent.
    pub listen: Option<String>,
}
