//! An endpoint: arrivals in order, receipts and checkpoints; it may lie, forget and come back from a backup.

use crate::world::chance::Chance;
use qianban_journal::{
    Checkpoint, EndpointLog, Envelope, EventId, Incarnation, RegistryChain, RegistryEntry, Signer,
    Unverified, Verified, WorkspaceId,
};
use std::collections::BTreeSet;
use std::rc::Rc;

/// What it does beside its duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Character {
    Honest,
    /// Leaves out, repeats, reorders and bends what it hands on, and signs two views of its log.
    Liar,
}

pub struct Endpoint {
    pub character: Character,
    pub incarnation: Incarnation,
    pub key: Rc<dyn Signer>,
    pub chain: RegistryChain,
    pub entries: Vec<RegistryEntry>,
    pub arrivals: Vec<Envelope>,
    pub log: EndpointLog,
    ids: BTreeSet<EventId>,
    ws: WorkspaceId,
    backup: Option<Vec<Envelope>>,
}

impl Endpoint {
    pub fn new(
        character: Character,
        incarnation: Incarnation,
        key: Rc<dyn Signer>,
        ws: WorkspaceId,
        chain: RegistryChain,
        entries: Vec<RegistryEntry>,
    ) -> Self {
        let log = EndpointLog::new(ws, incarnation);
        let (arrivals, ids) = (Vec::new(), BTreeSet::new());
        Self { character, incarnation, key, chain, entries, arrivals, log, ids, ws, backup: None }
    }

    /// Y8: signatures and order are checked; an unknown epoch is not confirmed and offered again.
    pub fn take(&mut self, envelope: &Envelope) -> bool {
        let id = envelope.id();
        if self.ids.contains(&id) {
            return true;
        }
        match Verified::check(envelope, &self.chain) {
            Ok(_) => {}
            Err(Unverified::Registry { .. } | _) => return false,
        }
        self.ids.insert(id);
        self.log.push(id);
        self.arrivals.push(envelope.clone());
        true
    }

    pub fn learn(&mut self, entry: &RegistryEntry, blobs: &super::device::BlobStore) {
        if self.chain.append(entry, blobs).is_ok() && !self.entries.contains(entry) {
            self.entries.push(entry.clone());
        }
    }

    /// Y7. A liar tells some that it has other events than it told others.
    pub fn checkpoint(&self, time: i64, chance: &mut Chance) -> Checkpoint {
        let mut log = self.log;
        if self.character == Character::Liar && chance.percent(40) {
            log = EndpointLog::at(log.n(), qianban_journal::digest(&chance.bytes::<4>()));
        }
        Checkpoint::issue(self.ws, self.incarnation, log, time, self.key.as_ref())
            .expect("a key in memory signs")
    }

    pub fn back_up(&mut self) {
        self.backup = Some(self.arrivals.clone());
    }

    /// Faults 70: an older state under a new incarnation, so that everybody offers everything again.
    pub fn restore(&mut self, incarnation: Incarnation) {
        let kept = self.backup.clone().unwrap_or_default();
        self.incarnation = incarnation;
        self.log = EndpointLog::new(self.ws, incarnation);
        (self.ids, self.arrivals) = (BTreeSet::new(), Vec::new());
        for envelope in &kept {
            self.take(envelope);
        }
    }
}
