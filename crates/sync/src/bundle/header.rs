//! What a bundle says of itself. Nothing in it is believed but for its receipts, and those only under a good signature.

use qianban_journal::{Checkpoint, DeviceId, Digest, Incarnation, SeatId, WorkspaceId};
use qianban_store::{LogPrefix, Reader, StoreError};
use serde::{Deserialize, Serialize};

use super::sealed::Recipient;
use crate::Text;

/// Bytes of a header.
pub const HEADER_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Digests that a bundle asks for.
pub const WANTED_MAX: u32 = 10_000;

/// The first frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The workspace.
    pub ws: Text<WorkspaceId>,
    /// The bureau's name, for the person whose ledger this is not.
    pub bureau: String,
    /// Hash of the registry's first entry (G1).
    pub root: Text<Digest>,
    /// Chosen at random; the volumes of one bundle share it.
    pub bundle: String,
    /// From 1.
    pub volume: u32,
    /// How many volumes.
    pub volumes: u32,
    /// Who wrote it.
    pub from: Origin,
    /// For whom it was written; a hint, anybody of the bureau may read it.
    pub to: Option<String>,
    /// For whom its items are encrypted; for nobody in particular when empty.
    pub recipients: Vec<Recipient>,
    /// The writer's clock, milliseconds since 1970; shown, never compared.
    pub made_ms: i64,
    /// What this volume holds.
    pub counts: Counts,
    /// What the writer holds.
    pub receipts: Receipts,
}

/// The writer of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// The PC.
    pub device: Text<DeviceId>,
    /// Its life.
    pub incarnation: Text<Incarnation>,
    /// The person's name.
    pub name: String,
}

/// Items by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Registry entries.
    pub entries: u64,
    /// Definitions, allow-lists and calendars.
    pub registry_blobs: u64,
    /// Events.
    pub events: u64,
    /// Snapshots.
    pub blobs: u64,
    /// Attachments.
    pub attachments: u64,
}

impl Counts {
    /// All items.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.entries + self.registry_blobs + self.events + self.blobs + self.attachments
    }
}

/// What the writer holds and misses, so that the answer leaves out the one and brings the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipts {
    /// Number of the last registry entry.
    pub registry: u32,
    /// Device logs without a hole.
    pub logs: Vec<LogText>,
    /// Hash of the sorted event ids of each of 256 buckets (Y5), none for an empty one.
    pub buckets: Vec<Option<Text<Digest>>>,
    /// Digests that the writer misses.
    pub wanted: Vec<Text<Digest>>,
    /// What the writer keeps of endpoints' checkpoints (Y7), hexadecimal: each carries its endpoint's own signature.
    pub checkpoints: Vec<String>,
}

/// [`LogPrefix`] in a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogText {
    /// Whose log.
    pub seat: Text<SeatId>,
    /// In which life.
    pub incarnation: Text<Incarnation>,
    /// How many events.
    pub n: u64,
    /// Digest of their ids.
    pub digest: Text<Digest>,
}

impl Receipts {
    /// What a PC holds and misses.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn of(reader: &Reader<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            registry: reader.registry().head().map_or(0, |head| head.number),
            logs: reader.log_prefixes()?.into_iter().map(Into::into).collect(),
            buckets: reader.buckets()?.into_iter().map(|bucket| bucket.map(Text)).collect(),
            wanted: reader.wanted(WANTED_MAX)?.into_iter().map(Text).collect(),
            checkpoints: reader.checkpoints()?.iter().map(|kept| hex::encode(kept.encode())).collect(),
        })
    }

    /// The checkpoints that can be read.
    pub(crate) fn read_checkpoints(&self) -> impl Iterator<Item = Checkpoint> {
        self.checkpoints.iter().filter_map(|text| Checkpoint::decode(&hex::decode(text).ok()?).ok())
    }
}

impl From<LogPrefix> for LogText {
    fn from(log: LogPrefix) -> Self {
        let LogPrefix { seat, incarnation, n, digest } = log;
        Self { seat: Text(seat), incarnation: Text(incarnation), n, digest: Text(digest) }
    }
}

impl From<LogText> for LogPrefix {
    fn from(log: LogText) -> Self {
        Self { seat: log.seat.0, incarnation: log.incarnation.0, n: log.n, digest: log.digest.0 }
    }
}

/// The last frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trailer {
    /// Frames before it.
    pub frames: u64,
    /// SM3 of every byte before it.
    pub digest: Text<Digest>,
    /// Who signed the digest.
    pub seat: Text<SeatId>,
    /// The signature, 128 hexadecimal digits.
    pub sig: String,
}
