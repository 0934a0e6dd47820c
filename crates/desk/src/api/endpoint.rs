use super::Secret;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `endpoint_way`: how this PC gets to the endpoint.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct EndpointWay {
    /// Root of its addresses, `https://host:port`; empty while there is none.
    pub url: String,
    /// An HTTP proxy; empty for none.
    pub proxy: String,
    /// Fingerprint of the bureau's own certificate authority; empty where those of the operating system are trusted.
    pub authority: String,
}

/// `endpoint_way_set`
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EndpointWaySet {
    /// Root of its addresses; empty for none.
    pub url: String,
    /// An HTTP proxy; empty for none.
    pub proxy: String,
    /// Path of a PEM file with the only certificate authority to be trusted; empty for those of the operating system; the
    /// one that is known when absent.
    pub authority: Option<String>,
}

/// `introduce`: the bureau becomes known to the endpoint.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Introduce {
    /// The one-time code of the endpoint's operator.
    pub code: Secret,
}

/// `enrol`: this PC, which asked for a seat, shows its request at the endpoint; where the seat is certified, the ledger
/// comes at once.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Enrol {
    /// The one-time code of the administrator.
    pub code: Secret,
    /// The ledger's fingerprint from paper or the telephone (G1).
    pub fingerprint: String,
    /// The password that was given when the seat was asked for.
    pub password: Secret,
}

/// `enrolment_code`: lets one PC ask for a seat.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EnrolmentCode {
    /// To be read out or copied.
    pub code: String,
    /// Until when it works.
    pub until: String,
}

/// `enrolments`: seats that are asked for at the endpoint.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Enrolments {
    /// Oldest first.
    pub enrolments: Vec<EnrolmentView>,
}

/// A seat that is asked for at the endpoint.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct EnrolmentView {
    /// Who asks.
    pub name: String,
    /// The text for `certify_seat`.
    pub text: String,
    /// What both compare by telephone, in groups of four.
    pub fingerprint: String,
    /// When it came.
    pub at: String,
}

/// What an exchange with the endpoint is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SyncStep {
    /// Taking the registry.
    PullRegistry,
    /// Giving the registry.
    PushRegistry,
    /// Taking signed events.
    PullEvents,
    /// Taking contents and attachments.
    PullFiles,
    /// Giving signed events with what they name.
    PushEvents,
    /// Comparing everything.
    Compare,
    /// Taking the endpoint's word on its log (Y7).
    Witness,
}

/// What came of an exchange with the endpoint.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Synced {
    /// Items that are new here.
    pub new: super::BundleCounts,
    /// Events that the endpoint has now and had not confirmed before.
    #[ts(type = "number")]
    pub given: u64,
    /// Contents and attachments that went up.
    #[ts(type = "number")]
    pub files_given: u64,
    /// Events that wait here for something.
    #[ts(type = "number")]
    pub waiting: u64,
    /// Items that were refused here, in words, with how many of each.
    pub refused: Vec<super::RefusedItems>,
    /// Items of this PC that the endpoint does not take.
    pub not_taken: Vec<super::RefusedItems>,
    /// Whether everything was compared (Y5).
    pub compared: bool,
    /// In one Chinese sentence.
    pub message: String,
}

/// What `introduce` and `enrol` learnt.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Enrolled {
    /// Whether the endpoint knows the seat; else the administrator has yet to certify it.
    pub certified: bool,
    /// Fingerprint of the ledger there.
    pub fingerprint: String,
}
