//! The anchor (K5): what this PC remembers outside the database, so that a database put back from yesterday is seen.
//!
//! It is written after the commit it speaks of, without waiting for the disk: an anchor that is behind the database
//! is normal after a power loss, a database behind its anchor is a copy (K6).

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use qianban_journal::{EventId, Incarnation, SeatId};
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
    /// The caller's description of the machine (disk serial, MAC …), compared as text.
    pub machine: String,
    /// Highest registry number ever stored (G3).
    pub registry_number: u32,
    /// Last own event per seat.
    pub heads: BTreeMap<SeatId, LogHead>,
    /// The database was a copy: nothing is sealed before the next exchange (K7).
    pub must_exchange: bool,
}

impl Anchor {
    /// The anchor of a new installation.
    pub fn new(incarnation: Incarnation, machine: String) -> Self {
        Self { incarnation, machine, registry_number: 0, heads: BTreeMap::new(), must_exchange: false }
    }

    /// Raises the head of a seat; an older one changes nothing.
    pub fn raise_head(&mut self, seat: SeatId, head: LogHead) {
        match self.heads.get(&seat) {
            Some(known) if known.n >= head.n => {}
            _ => drop(self.heads.insert(seat, head)),
        }
    }

    /// Raises the registry number; an older one changes nothing.
    pub fn raise_registry(&mut self, number: u32) {
        self.registry_number = self.registry_number.max(number);
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
            Some(anchor) if anchor.must_exchange => self.write(&Anchor { must_exchange: false, ..anchor }),
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

/// The anchor as its file spells it: ids in hexadecimal.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnchorText {
    format: u32,
    incarnation: String,
    machine: String,
    registry_number: u32,
    heads: BTreeMap<String, (u64, String)>,
    #[serde(default)]
    must_exchange: bool,
}

impl AnchorText {
    fn of(anchor: &Anchor) -> Self {
        let heads =
            anchor.heads.iter().map(|(seat, head)| (seat.to_string(), (head.n, head.event.to_string())));
        Self {
            format: FORMAT,
            incarnation: anchor.incarnation.to_string(),
            machine: anchor.machine.clone(),
            registry_number: anchor.registry_number,
            heads: heads.collect(),
            must_exchange: anchor.must_exchange,
        }
    }

    fn read(self) -> Option<Anchor> {
        let head = |(seat, (n, event)): (String, (u64, String))| {
            Some((seat.parse().ok()?, LogHead { n, event: event.parse().ok()? }))
        };
        let anchor = Anchor {
            incarnation: self.incarnation.parse().ok()?,
            machine: self.machine,
            registry_number: self.registry_number,
            heads: self.heads.into_iter().map(head).collect::<Option<_>>()?,
            must_exchange: self.must_exchange,
        };
        (self.format == FORMAT).then_some(anchor)
    }
}
