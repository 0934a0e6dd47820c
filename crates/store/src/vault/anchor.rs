//! The anchor (K5): what this PC remembers outside the database, so that a database put back from yesterday is seen.
//!
//! It is written after the commit it speaks of, without waiting for the disk: an anchor that is behind the database
//! is normal after a power loss, a database behind its anchor is a copy (K6).

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use qianban_journal::{DeviceId, EventId, Incarnation, SeatId};
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::durable_file::{self, Durability};

const NAME: &str = "anchor.json";
const FORMAT: u32 = 1;
const BYTES_MAX: u64 = 1024 * 1024;

/// The last event a seat of this PC wrote: its number in the device log and its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogHead {
    /// `n` of the event in the log of (seat, incarnation).
    pub n: u64,
    /// Id of the event.
    pub event: EventId,
}

/// What the anchor remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The incarnation of this installation.
    pub incarnation: Incarnation,
    /// The caller's description of the computer, compared by [`is_same_computer`](crate::is_same_computer).
    pub machine: String,
    /// Highest registry number ever stored (G3).
    pub registry_number: u32,
    /// Last own event per seat.
    pub heads: BTreeMap<SeatId, LogHead>,
    /// What the life before had, after the database was found to be a copy (K6): nothing is sealed before the next
    /// exchange (K7), which takes this away.
    pub former: Option<Former>,
}

/// What a PC remembers of the life before, which ended because its database was a copy (K6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Former {
    /// A new name for the PC, where the computer is another one than its seats name.
    pub device: Option<DeviceId>,
    /// Highest registry number ever stored.
    pub registry_number: u32,
    /// Last own event per seat, whether the copy holds it or not.
    pub heads: BTreeMap<SeatId, LogHead>,
}

impl Anchor {
    /// The anchor of a new installation.
    pub fn new(incarnation: Incarnation, machine: String) -> Self {
        Self { incarnation, machine, registry_number: 0, heads: BTreeMap::new(), former: None }
    }

    /// Raises the head of a seat; an older one changes nothing.
    pub fn raise_head(&mut self, seat: SeatId, head: LogHead) {
        raise(&mut self.heads, seat, head);
    }

    /// Raises the registry number; an older one changes nothing.
    pub fn raise_registry(&mut self, number: u32) {
        self.registry_number = self.registry_number.max(number);
    }
}

pub(super) fn raise(heads: &mut BTreeMap<SeatId, LogHead>, seat: SeatId, head: LogHead) {
    match heads.get(&seat) {
        Some(known) if known.n >= head.n => {}
        _ => drop(heads.insert(seat, head)),
    }
}

/// Why there is no anchor to compare with.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    /// The file is there and is none.
    #[error("the anchor file is damaged")]
    Damaged(#[source] Option<serde_json::Error>),
    /// The file system.
    #[error("file")]
    File(#[source] StoreError),
}

impl<E: Into<StoreError>> From<E> for AnchorError {
    fn from(error: E) -> Self {
        Self::File(error.into())
    }
}

/// The anchor's place in a data folder.
pub struct AnchorFile(PathBuf);

impl AnchorFile {
    /// The anchor of the data folder `dir`.
    pub fn of(dir: &Path) -> Self {
        Self(dir.join(NAME))
    }

    /// What is remembered; `None` before the first write.
    pub fn read(&self) -> Result<Option<Anchor>, AnchorError> {
        let bytes = match fs::metadata(&self.0) {
            Ok(metadata) if metadata.len() > BYTES_MAX => return Err(AnchorError::Damaged(None)),
            Ok(_) => fs::read(&self.0)?,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let text: AnchorText =
            serde_json::from_slice(&bytes).map_err(|error| AnchorError::Damaged(Some(error)))?;
        text.read().map(Some).ok_or(AnchorError::Damaged(None))
    }

    /// This PC has exchanged with an endpoint, or taken an administrator's bundle: it may seal again (K7).
    pub fn exchanged(&self) -> Result<(), AnchorError> {
        match self.read()? {
            Some(anchor) if anchor.former.is_some() => self.write(&Anchor { former: None, ..anchor }),
            _ => Ok(()),
        }
    }

    /// Replaces what is remembered; a killed process leaves the old or the new one.
    pub fn write(&self, anchor: &Anchor) -> Result<(), AnchorError> {
        let bytes = serde_json::to_vec_pretty(&AnchorText::of(anchor))
            .map_err(|error| AnchorError::Damaged(Some(error)))?;
        Ok(durable_file::replace(&self.0, &bytes, Durability::Ordered)?)
    }
}

/// Heads as the file spells them.
type HeadTexts = BTreeMap<String, (u64, String)>;

/// The anchor as its file spells it: ids in hexadecimal.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnchorText {
    format: u32,
    incarnation: String,
    machine: String,
    registry_number: u32,
    heads: HeadTexts,
    /// Said again for programs that know nothing else of the life before.
    #[serde(default)]
    must_exchange: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    former: Option<FormerText>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FormerText {
    device: Option<String>,
    registry_number: u32,
    heads: HeadTexts,
}

fn spelled(heads: &BTreeMap<SeatId, LogHead>) -> HeadTexts {
    heads.iter().map(|(seat, head)| (seat.to_string(), (head.n, head.event.to_string()))).collect()
}

fn heads(texts: HeadTexts) -> Option<BTreeMap<SeatId, LogHead>> {
    let head = |(seat, (n, event)): (String, (u64, String))| {
        Some((seat.parse().ok()?, LogHead { n, event: event.parse().ok()? }))
    };
    texts.into_iter().map(head).collect()
}

impl AnchorText {
    fn of(anchor: &Anchor) -> Self {
        let former = anchor.former.as_ref().map(|former| FormerText {
            device: former.device.map(|device| device.to_string()),
            registry_number: former.registry_number,
            heads: spelled(&former.heads),
        });
        Self {
            format: FORMAT,
            incarnation: anchor.incarnation.to_string(),
            machine: anchor.machine.clone(),
            registry_number: anchor.registry_number,
            heads: spelled(&anchor.heads),
            must_exchange: former.is_some(),
            former,
        }
    }

    fn read(self) -> Option<Anchor> {
        let former = match self.former {
            Some(text) => Some(text.read()?),
            None => self.must_exchange.then(Former::default),
        };
        let anchor = Anchor {
            incarnation: self.incarnation.parse().ok()?,
            machine: self.machine,
            registry_number: self.registry_number,
            heads: heads(self.heads)?,
            former,
        };
        (self.format == FORMAT).then_some(anchor)
    }
}

impl FormerText {
    fn read(self) -> Option<Former> {
        Some(Former {
            device: self.device.map(|text| text.parse()).transpose().ok()?,
            registry_number: self.registry_number,
            heads: heads(self.heads)?,
        })
    }
}
