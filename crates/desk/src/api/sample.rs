use super::Refusal;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The ledger that is shown is the sample: nothing in it is real.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SampleBrief {
    /// The password of all its people.
    pub password: String,
}

/// `sample_open`, `sample_status`, `sample_cancel`: how the sample bureau stands.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SampleStatus {
    /// Whether it is being made.
    pub playing: bool,
    /// Whether every other command answers from it.
    pub shown: bool,
    /// Moves that are done.
    pub done: u32,
    /// Moves in all; 0 before they are counted.
    pub total: u32,
    /// Why it could not be made.
    pub refusal: Option<Refusal>,
}
