//! The linear chain of registry entries (G1–G3).

use std::collections::BTreeMap;

use thiserror::Error;

use crate::event::Epoch;
use crate::ids::{Digest, WorkspaceId};
use crate::registry::change::{Change, Quorum};
use crate::registry::entry::RegistryEntry;
use crate::registry::facts::{Facts, Registry};

/// Where allow-list blobs are found.
pub trait Blobs {
    /// The bytes with that digest, if they are here.
    fn blob(&self, digest: Digest) -> Option<Vec<u8>>;
}

/// No blobs at all; enough for entries without an allow-list.
#[derive(Debug, Clone, Copy)]
pub struct NoBlobs;

impl Blobs for NoBlobs {
    fn blob(&self, _: Digest) -> Option<Vec<u8>> {
        None
    }
}

impl Blobs for BTreeMap<Digest, Vec<u8>> {
    fn blob(&self, digest: Digest) -> Option<Vec<u8>> {
        self.get(&digest).cloned()
    }
}

/// Why an entry is not appended. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RegistryError {
    /// Another workspace.
    #[error("belongs to another workspace")]
    Workspace,
    /// Entry 1 is not the one whose hash was given out of band (G1).
    #[error("not the root that was given out of band")]
    Root,
    /// Entries are missing before it. Pending.
    #[error("entry {expected} comes first")]
    Gap {
        /// The entry that comes next.
        expected: u32,
    },
    /// Another entry with this number is here (F12, G2): stop and alarm.
    #[error("F12: two entries have number {number}")]
    Fork {
        /// The number.
        number: u32,
    },
    /// `prev` is not the hash of the entry before.
    #[error("does not follow the entry before")]
    Prev,
    /// Signatures are missing, wrong, or not of the quorum (G1).
    #[error("not signed by the quorum")]
    Quorum,
    /// The allow-list is not here. Pending.
    #[error("allow-list {0} is not here")]
    MissingBlob(Digest),
    /// The allow-list has another digest than named, or is not canonical.
    #[error("allow-list {0} is damaged")]
    BadBlob(Digest),
    /// Found is entry 1 and no other.
    #[error("founding is the first entry and no other")]
    Founding,
    /// A key is not of the workspace's suite.
    #[error("a key is of another suite")]
    Suite,
    /// It names a person, unit, seat, ledger, definition, role, delegation or entry that is not in force.
    #[error("it names something that is not in force")]
    NotInForce,
    /// What it adds is already in force.
    #[error("it is already in force")]
    AlreadyInForce,
    /// A block of numbers, or a pair of persons or PCs, makes no sense.
    #[error("a value is outside its range")]
    OutOfRange,
}

impl RegistryError {
    /// The stable code, such as `G1-QUORUM`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Workspace => "G1-WORKSPACE",
            Self::Root => "G1-ROOT",
            Self::Gap { .. } => "G1-GAP",
            Self::Fork { .. } => "G2-FORK",
            Self::Prev => "G1-PREV",
            Self::Quorum => "G1-QUORUM",
            Self::MissingBlob(_) => "G4-BLOB-MISSING",
            Self::BadBlob(_) => "G4-BLOB-DAMAGED",
            Self::Founding => "G1-FOUNDING",
            Self::Suite => "G5-SUITE",
            Self::NotInForce => "G5-NOT-IN-FORCE",
            Self::AlreadyInForce => "G5-ALREADY",
            Self::OutOfRange => "G5-RANGE",
        }
    }
}

/// Whether an entry was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// It is the new head.
    New,
    /// It was here already; nothing changed.
    Known,
}

/// The registry with all its versions.
#[derive(Debug, Clone)]
pub struct RegistryChain {
    root: Digest,
    ws: Option<WorkspaceId>,
    hashes: Vec<Digest>,
    facts: Facts,
}

impl RegistryChain {
    /// An empty chain that accepts only the entry 1 with this hash. The hash comes from paper, a QR code or
    /// the telephone, or from the founding itself; there is no trust on first use.
    pub fn new(root: Digest) -> Self {
        Self { root, ws: None, hashes: Vec::new(), facts: Facts::default() }
    }

    /// The workspace; none before entry 1.
    pub const fn workspace(&self) -> Option<WorkspaceId> {
        self.ws
    }

    /// Number and hash of the last entry; none before entry 1.
    pub fn head(&self) -> Option<Epoch> {
        let hash = *self.hashes.last()?;
        Some(Epoch { number: self.hashes.len() as u32, hash })
    }

    /// The registry as of its last entry; none before entry 1.
    pub fn now(&self) -> Option<Registry<'_>> {
        self.at(self.hashes.len() as u32)
    }

    /// The registry as of entry `number`; none if that entry is not here.
    pub fn at(&self, number: u32) -> Option<Registry<'_>> {
        let here = number >= 1 && number as usize <= self.hashes.len();
        here.then_some(Registry { facts: &self.facts, number })
    }

    /// The registry at an epoch; none if it is not here or not on our chain (A5).
    pub fn epoch(&self, epoch: Epoch) -> Option<Registry<'_>> {
        let registry = self.at(epoch.number)?;
        (self.hashes[epoch.number as usize - 1] == epoch.hash).then_some(registry)
    }

    /// The entry that would follow, unsigned.
    pub fn draft(&self, ws: WorkspaceId, body: Change) -> RegistryEntry {
        let prev = self.hashes.last().copied();
        RegistryEntry {
            ws: self.ws.unwrap_or(ws),
            number: self.hashes.len() as u32 + 1,
            prev,
            body,
            sigs: vec![],
        }
    }

    /// Appends an entry after checking its place, signatures and sense (G1–G7).
    ///
    /// # Errors
    /// See [`RegistryError`]; `Gap` and `MissingBlob` may be tried again later.
    pub fn append(&mut self, entry: &RegistryEntry, blobs: &dyn Blobs) -> Result<Appended, RegistryError> {
        if entry.number <= self.hashes.len() as u32 {
            return self.check_rival(entry).map(|()| Appended::Known);
        }
        self.check_next(entry)?;
        self.facts.apply(entry.ws, entry.number, &entry.body, blobs)?;
        self.ws = Some(entry.ws);
        self.hashes.push(entry.hash());
        Ok(Appended::New)
    }

    /// Whether the place and the signatures of an entry are those of the next one.
    pub(super) fn check_next(&self, entry: &RegistryEntry) -> Result<(), RegistryError> {
        self.check_workspace(entry)?;
        let expected = self.hashes.len() as u32 + 1;
        if entry.number != expected {
            return Err(RegistryError::Gap { expected });
        }
        if entry.prev.as_ref() != self.hashes.last() {
            return Err(RegistryError::Prev);
        }
        if expected == 1 && entry.hash() != self.root {
            return Err(RegistryError::Root);
        }
        self.check_signatures(entry)
    }

    /// An entry whose number is taken: the one that is here, or one that was signed beside it (F12). What nobody signed
    /// is no alarm.
    fn check_rival(&self, entry: &RegistryEntry) -> Result<(), RegistryError> {
        self.check_workspace(entry)?;
        let index = entry.number.checked_sub(1).ok_or(RegistryError::Prev)? as usize;
        if self.hashes.get(index) == Some(&entry.hash()) {
            return Ok(());
        }
        let before = index.checked_sub(1).ok_or(RegistryError::Root)?;
        if entry.prev.as_ref() != self.hashes.get(before) {
            return Err(RegistryError::Prev);
        }
        self.check_signatures(entry)?;
        Err(RegistryError::Fork { number: entry.number })
    }

    fn check_workspace(&self, entry: &RegistryEntry) -> Result<(), RegistryError> {
        if self.ws.is_none_or(|ours| ours == entry.ws) { Ok(()) } else { Err(RegistryError::Workspace) }
    }

    /// By the quorum, or the root quorum, of the version before the entry.
    fn check_signatures(&self, entry: &RegistryEntry) -> Result<(), RegistryError> {
        let quorum = match (&entry.body, self.at(entry.number - 1)) {
            (Change::Found { quorum, .. }, None) => quorum,
            (_, None) => return Err(RegistryError::Founding),
            (body, Some(registry)) => {
                let quorum = if body.is_of_root() { registry.root_quorum() } else { registry.quorum() };
                quorum.ok_or(RegistryError::Quorum)?
            }
        };
        if signed_by(quorum, entry) { Ok(()) } else { Err(RegistryError::Quorum) }
    }

    /// The hash of the one first entry that this chain takes (G1).
    pub const fn root(&self) -> Digest {
        self.root
    }

    /// The root as it is printed and spoken: its first 16 bytes in eight groups of four digits.
    pub fn root_fingerprint(&self) -> String {
        fingerprint(self.root)
    }
}

/// A digest as it is printed and spoken: its first 16 bytes in eight groups of four digits.
pub fn fingerprint(digest: Digest) -> String {
    let hex = digest.to_string();
    let groups = hex.as_bytes().chunks(4).take(8);
    groups.map(|group| String::from_utf8_lossy(group).into_owned()).collect::<Vec<_>>().join(" ")
}

/// Every signature must be valid and of a distinct member, and there must be enough.
fn signed_by(quorum: &Quorum, entry: &RegistryEntry) -> bool {
    let message = entry.signed_bytes();
    let valid = |member: u8, sig| {
        let member = quorum.members.get(usize::from(member));
        member.is_some_and(|member| member.public.verify(&message, sig).is_ok())
    };
    entry.sigs.len() >= usize::from(quorum.need)
        && entry.sigs.is_sorted_by(|a, b| a.member < b.member)
        && entry.sigs.iter().all(|s| valid(s.member, &s.sig))
}
