use super::{Enrolled, Refusal, Secret, SyncStep, Synced};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `join`: the door 「加入已有台账」. This PC gets a key and asks for a seat; the ledger comes in a bundle.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Join {
    /// Name of the person who will sit here, 1–50 characters.
    pub name: String,
    /// That person's own password, at least 8 characters.
    pub password: Secret,
}

/// The answer of `join`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Joined {
    /// The recovery code of this PC's database, shown once and printed.
    pub recovery_code: String,
    /// The recovery sheet as a PDF, base64.
    pub recovery_sheet: String,
    /// What to take to the administrator.
    pub request: SeatRequestView,
}

/// `seat_requests`: seats that were asked for at this PC and are not certified yet.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SeatRequests {
    /// The requests.
    pub requests: Vec<SeatRequestView>,
    /// Whether the person at the desk certifies a new seat for himself (`renew_seat`): no administrator sits elsewhere.
    pub may_renew: bool,
}

/// A request for a seat.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SeatRequestView {
    /// Who asks.
    pub name: String,
    /// The text that the administrator takes in.
    pub text: String,
    /// What both compare by telephone, in groups of four.
    pub fingerprint: String,
}

/// `bundle_scan`: looks through a bundle and takes nothing in.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BundleFile {
    /// Path of the file.
    pub path: String,
}

/// `bundle_import`: takes in what is whole of a bundle.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BundleImport {
    /// Path of the file.
    pub path: String,
    /// The ledger's fingerprint from paper or the telephone: asked for while there is no ledger here (G1).
    pub fingerprint: Option<String>,
    /// The password of whoever sits here: asked for by a bundle that is encrypted for that person.
    pub password: Option<Secret>,
}

/// `bundle_stage`: writes a bundle that waits for its signature.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BundleStage {
    /// The folder, normally of a stick.
    pub folder: String,
    /// A PC as `sync_status` names it: only what it has not confirmed. Everything when absent.
    pub peer: Option<String>,
    /// Whether attachments go too.
    pub attachments: bool,
    /// People who alone can open it; everybody of the bureau when empty.
    #[serde(default)]
    pub recipients: Vec<String>,
}

/// What an exchange is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ExchangeTask {
    /// Looking through a bundle.
    Scan,
    /// Taking a bundle in.
    Import,
    /// Writing a bundle.
    Stage,
    /// Making the bureau known to the endpoint.
    Introduce,
    /// Asking for a seat at the endpoint.
    Enrol,
    /// Exchanging with the endpoint.
    Sync,
}

/// `exchange_status` and `sync_progress`: how the running or last exchange stands, by bundle and with the endpoint.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct ExchangeStatus {
    /// What is being done, or was done last.
    pub task: Option<ExchangeTask>,
    /// Whether it is running.
    pub running: bool,
    /// What of an exchange with the endpoint is under way.
    pub step: Option<SyncStep>,
    /// Items or bytes done.
    #[ts(type = "number")]
    pub done: u64,
    /// Items or bytes in all; 0 while that is not known.
    #[ts(type = "number")]
    pub total: u64,
    /// What `bundle_scan` found.
    pub found: Option<BundleFound>,
    /// What `bundle_import` took in.
    pub imported: Option<BundleImported>,
    /// What `bundle_stage` wrote.
    pub staged: Option<BundleStaged>,
    /// What `introduce` or `enrol` learnt.
    pub enrolled: Option<Enrolled>,
    /// What `sync_now`, `enrol` or the background brought and gave.
    pub synced: Option<Synced>,
    /// Why it ended early.
    pub refused: Option<Refusal>,
    /// When an exchange with the endpoint ended; absent while it runs.
    pub ended_at: Option<String>,
}

/// Items of a bundle by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BundleCounts {
    /// Registry entries.
    #[ts(type = "number")]
    pub entries: u64,
    /// Definitions, lists and calendars.
    #[ts(type = "number")]
    pub definitions: u64,
    /// Signed events.
    #[ts(type = "number")]
    pub events: u64,
    /// Contents.
    #[ts(type = "number")]
    pub contents: u64,
    /// Attachments.
    #[ts(type = "number")]
    pub attachments: u64,
}

/// What a bundle was found to be.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BundleFound {
    /// Path of the file.
    pub path: String,
    /// The bureau that it names as its owner.
    pub bureau: String,
    /// The fingerprint of that bureau's ledger.
    pub root: String,
    /// Whether it is of the ledger on this PC; true too while there is none.
    pub ours: bool,
    /// Who wrote it: the name under its signature where that is good, else what it says itself.
    pub from: String,
    /// For whom it was written.
    pub to: Option<String>,
    /// Names of the people who alone can open it; empty when it is not encrypted.
    pub recipients: Vec<String>,
    /// When, by the writer's clock.
    pub made_at: String,
    /// Which volume of how many.
    pub volume: u32,
    /// How many volumes.
    pub volumes: u32,
    /// Items that the writer put in.
    pub written: BundleCounts,
    /// Whole items found.
    pub good: BundleCounts,
    /// Whether every byte is as it was written.
    pub whole: bool,
    /// Whether a seat of this bureau signed it.
    pub signed: bool,
    /// Fingerprint of the file, to compare by telephone.
    pub fingerprint: String,
}

/// What came of taking a bundle in.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BundleImported {
    /// Items that the writer put in.
    pub written: BundleCounts,
    /// Whole items that were read.
    pub good: BundleCounts,
    /// Items that are new here.
    pub new: BundleCounts,
    /// Events that wait for something that is not here yet.
    #[ts(type = "number")]
    pub waiting: u64,
    /// Items that were here already.
    #[ts(type = "number")]
    pub known: u64,
    /// Refused items, in words, with how many of each.
    pub refused: Vec<RefusedItems>,
    /// Whether a seat of this bureau signed the bundle.
    pub signed: bool,
    /// In one Chinese sentence.
    pub message: String,
}

/// Items refused for one reason.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RefusedItems {
    /// Code of the rule.
    pub code: String,
    /// In Chinese.
    pub words: String,
    /// How many.
    #[ts(type = "number")]
    pub count: u64,
}

/// A bundle that waits for its signature.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BundleStaged {
    /// Names it in the sign action `write_bundle`.
    pub bundle: String,
    /// How many files.
    pub volumes: u32,
    /// Bytes in all.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Forms whose events are in it.
    #[ts(type = "number")]
    pub forms: u64,
    /// Items.
    pub counts: BundleCounts,
    /// Names of the people who alone can open it; empty when it is not encrypted.
    pub recipients: Vec<String>,
    /// Fingerprint, to compare by telephone.
    pub fingerprint: String,
}

/// `sync_status`: the room 同步.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SyncStatus {
    /// PCs and endpoints that were heard of, the last one first.
    pub peers: Vec<PeerView>,
    /// Forms that the endpoint does not wholly have, the one that changed last first, at most 200.
    pub unsent: Vec<UnsentView>,
    /// Events that wait, the oldest first, at most 200.
    pub pending: Vec<PendingView>,
    /// How many events wait.
    #[ts(type = "number")]
    pub pending_count: u64,
    /// Items that were refused, the last one first, at most 200.
    pub refused: Vec<RefusedView>,
    /// Files that are named here and have not come yet.
    #[ts(type = "number")]
    pub missing_files: u64,
}

/// `state_digest`: computed over the whole file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StateDigest {
    /// Over everything that PCs with the same events show alike, to compare by telephone.
    pub state: String,
}

/// A PC or an endpoint.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PeerView {
    /// Names it in `bundle_stage`.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Whether it is an endpoint, to which no bundle is written.
    pub endpoint: bool,
    /// When it was last heard of.
    pub seen_at: String,
    /// Events that it has not confirmed.
    #[ts(type = "number")]
    pub unconfirmed: u64,
    /// Its events that wait here.
    #[ts(type = "number")]
    pub waiting: u64,
}

/// A form that the endpoint does not wholly have.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct UnsentView {
    /// The form, as commands name it.
    pub form: String,
    /// Official or working number.
    pub number: String,
    /// Title of its definition.
    pub title: String,
    /// Events that it has not confirmed.
    #[ts(type = "number")]
    pub events: u64,
    /// Whether an administrator lets its ledger leave; it stays here otherwise.
    pub leaves: bool,
}

/// An event that waits.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PendingView {
    /// The event, short.
    pub event: String,
    /// The form, as commands name it.
    pub form: String,
    /// From whom it came.
    pub from: String,
    /// For what, in Chinese.
    pub waits_for: String,
}

/// An item that was refused.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RefusedView {
    /// The item, short.
    pub item: String,
    /// From whom it came.
    pub from: String,
    /// Code of the rule.
    pub code: String,
    /// In Chinese.
    pub words: String,
    /// When.
    pub at: String,
}
