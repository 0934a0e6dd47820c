//! The first exchange: dated versions, named capabilities, and which life of which endpoint answers.

use qianban_journal::cbor::{Reader, Writer};
use qianban_journal::{DecodeError, Incarnation, PublicKey};

use crate::limit;
use crate::message::Message;

/// The version of the messages that this program writes: the day on which their meaning last changed.
pub const VERSION: &str = "2026-11-27";
/// Versions that this program understands, ascending.
pub const VERSIONS: [&str; 1] = [VERSION];

/// What a server can do besides its version's duty. A name that a client does not know is passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capability {
    /// PCs enrol with a one-time code.
    Enrol,
    /// Receipts for seals (L7b).
    Receipt,
    /// Signed checkpoints of the arrival log (Y7).
    Checkpoint,
    /// Readable forms as JSON for other systems.
    Readable,
}

impl Capability {
    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enrol => "enrol",
            Self::Receipt => "receipt",
            Self::Checkpoint => "checkpoint",
            Self::Readable => "readable",
        }
    }
}

/// What a server says to anybody: `[versions, capabilities, incarnation, key|null, now]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// Versions that it understands, strictly ascending.
    pub versions: Vec<String>,
    /// Names of what it can do, strictly ascending.
    pub capabilities: Vec<String>,
    /// The life of its arrival log; another one after a restore (Y3).
    pub incarnation: Incarnation,
    /// The key of its receipts and checkpoints; none at a PC that relays.
    pub key: Option<PublicKey>,
    /// Its clock, milliseconds since 1970. Requests are dated by it, so that a wrong clock of a PC blocks nothing
    /// (faults 14).
    pub now_ms: i64,
}

impl Hello {
    /// A server of this program.
    #[must_use]
    pub fn of(
        capabilities: &[Capability],
        incarnation: Incarnation,
        key: Option<PublicKey>,
        now_ms: i64,
    ) -> Self {
        let mut names: Vec<String> = capabilities.iter().map(|one| one.name().to_owned()).collect();
        names.sort();
        names.dedup();
        let versions = VERSIONS.map(str::to_owned).to_vec();
        Self { versions, capabilities: names, incarnation, key, now_ms }
    }

    /// The newest version that both sides understand; none means that one of them must be updated.
    #[must_use]
    pub fn common_version(&self) -> Option<&'static str> {
        VERSIONS.into_iter().rev().find(|ours| self.versions.iter().any(|theirs| theirs == ours))
    }

    /// Whether the server can do something.
    #[must_use]
    pub fn can(&self, capability: Capability) -> bool {
        self.capabilities.iter().any(|name| name == capability.name())
    }
}

impl Message for Hello {
    const MAX_BYTES: usize = 2 * limit::NAMES * (limit::NAME_BYTES + 2) + 256;

    fn write(&self, w: &mut Writer) {
        w.array(5);
        for names in [&self.versions, &self.capabilities] {
            w.list(names, |w, name| {
                w.text(name);
            });
        }
        w.bytes(self.incarnation.0).option(self.key.as_ref(), |w, key| key.write(w)).int(self.now_ms);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.tuple(5, |r| {
            Ok(Self {
                versions: r.set(limit::NAMES, |r| r.name(limit::NAME_BYTES))?,
                capabilities: r.set(limit::NAMES, |r| r.name(limit::NAME_BYTES))?,
                incarnation: r.id()?,
                key: r.option(PublicKey::read)?,
                now_ms: r.int()?,
            })
        })
    }
}
