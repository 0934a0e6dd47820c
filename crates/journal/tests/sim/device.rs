//! One computer: a disk, the state in its memory, and what it knows of endpoints.

use crate::compare::{self, Verdict};
use crate::naive::Naive;
use crate::properties::{ensure, rises};
use crate::waiting_room::{Held, Pending};
use qianban_journal::{
    Admission, Appended, Checkpoint, Digest, Envelope, EventId, FormId, FormLog, FormView, Incarnation, Kind,
    Missing, RegistryChain, RegistryEntry, Settled, Unverified, Verified, limit,
};
use std::collections::{BTreeMap, BTreeSet};

/// Blobs travel with the entries that name them.
pub type BlobStore = BTreeMap<Digest, Vec<u8>>;

/// The last number and event of each desk that sits at a computer, by the place of the desk in the bureau.
pub type DeskLogs = BTreeMap<usize, (u64, Option<EventId>)>;

/// What a power cut leaves: events in the order of arrival, registry entries, and what endpoints have confirmed.
#[derive(Clone)]
pub struct Disk {
    pub events: Vec<Envelope>,
    pub entries: Vec<RegistryEntry>,
    /// Events that an endpoint has confirmed, by its incarnation (Y4).
    pub confirmed: BTreeMap<Incarnation, BTreeSet<EventId>>,
    /// How far an endpoint's log was read, by its incarnation (Y3).
    pub cursors: BTreeMap<Incarnation, usize>,
    pub checkpoints: Vec<Checkpoint>,
}

/// A computer.
pub struct Device {
    pub disk: Disk,
    pub logs: BTreeMap<FormId, FormLog>,
    pub settled: Settled,
    pub pending: Pending<usize>,
    /// Last event of each desk that sits here, by the place of the desk in the bureau.
    pub desks: DeskLogs,
    /// Whether it may sign: not after a copy was recognised, before its new seats are certified (K6).
    pub certified: bool,
    pub backup: Option<(Disk, DeskLogs)>,
    root: Digest,
    /// Stored events that the registry here does not reach.
    unfolded: Vec<Envelope>,
    /// The last view of each form, for what may not fall (P3).
    shown: BTreeMap<FormId, FormView>,
}

impl Device {
    pub fn new(root: Digest, entries: &[RegistryEntry], blobs: &BlobStore) -> Self {
        let settled = RegistryChain::of_entries(root, entries, blobs);
        Self {
            disk: Disk {
                events: Vec::new(),
                entries: entries.to_vec(),
                confirmed: BTreeMap::new(),
                cursors: BTreeMap::new(),
                checkpoints: Vec::new(),
            },
            logs: BTreeMap::new(),
            settled,
            pending: Pending::new(),
            desks: BTreeMap::new(),
            certified: true,
            backup: None,
            root,
            unfolded: Vec::new(),
            shown: BTreeMap::new(),
        }
    }

    /// A computer made from the image of another; it knows nothing of having been copied.
    pub fn of_image(disk: Disk, desks: DeskLogs, root: Digest, blobs: &BlobStore) -> Self {
        let mut device = Self::new(root, &disk.entries, blobs);
        (device.disk, device.desks) = (disk, desks);
        device.refold();
        device
    }

    pub fn chain(&self) -> &RegistryChain {
        &self.settled.chain
    }

    pub fn version(&self) -> u32 {
        self.chain().head().map_or(0, |head| head.number)
    }

    pub fn has(&self, id: EventId) -> bool {
        self.logs.values().any(|log| log.event(id).is_some())
    }

    /// Everything stored, by id.
    pub fn stored(&self) -> BTreeMap<EventId, &Envelope> {
        self.disk.events.iter().map(|envelope| (envelope.id(), envelope)).collect()
    }

    /// Takes bytes as they come off a wire or a stick (A1): damage is no event.
    pub fn receive(&mut self, peer: usize, bytes: &[u8], solicited: bool) {
        if let Ok(envelope) = Envelope::decode(bytes) {
            self.take(peer, envelope, solicited);
        }
    }

    /// Judges an event and everything that waited for it.
    pub fn take(&mut self, peer: usize, envelope: Envelope, solicited: bool) {
        let mut open = vec![(peer, envelope, solicited)];
        while let Some((peer, envelope, solicited)) = open.pop() {
            match self.admit(&envelope) {
                Fate::Stored(id) => {
                    self.disk.events.push(envelope);
                    let free = self.pending.stored(id).into_iter();
                    open.extend(free.map(|(peer, waiting)| (peer, waiting.envelope, waiting.solicited)));
                }
                Fate::Waits(form, missing) => {
                    self.pending.hold(peer, Held { envelope, form, solicited }, missing);
                }
                Fate::Refused => {}
            }
        }
    }

    fn admit(&mut self, envelope: &Envelope) -> Fate {
        let id = envelope.id();
        let form = |envelope: &Envelope| {
            let header = qianban_journal::Header::peek(&envelope.body).ok()?;
            Some(header.form.unwrap_or(FormId::from(id)))
        };
        let Some(form) = form(envelope) else { return Fate::Refused };
        let verified = match Verified::check(envelope, &self.settled.chain) {
            Ok(verified) => verified,
            Err(Unverified::Registry { number }) => return Fate::Waits(form, Missing::Registry(number)),
            Err(_) => return Fate::Refused,
        };
        let log = self.logs.entry(form).or_insert_with(|| FormLog::new(form));
        match log.admit(verified, &self.settled.chain) {
            Admission::Stored(_) => Fate::Stored(id),
            Admission::Pending(missing) => Fate::Waits(form, missing),
            Admission::Duplicate | Admission::Rejected(_) => Fate::Refused,
        }
    }

    /// Takes registry entries; after a fork or its end everything is folded anew.
    pub fn learn(&mut self, entries: &[RegistryEntry], blobs: &BlobStore) {
        let new: Vec<&RegistryEntry> =
            entries.iter().filter(|entry| !self.disk.entries.contains(entry)).collect();
        if new.is_empty() {
            return;
        }
        if self.follows(&new, blobs) {
            self.disk.entries.extend(new.into_iter().cloned());
            return self.catch_up();
        }
        let before = self.settled.entries.clone();
        let mut heap = self.disk.entries.clone();
        heap.extend(new.into_iter().cloned());
        self.settled = RegistryChain::of_entries(self.root, &heap, blobs);
        let kept: BTreeSet<Digest> = self.settled.entries.iter().copied().collect();
        let useful = |entry: &RegistryEntry| {
            let beside = self.settled.fork.as_ref().is_some_and(|fork| entry.number >= fork.number);
            beside || kept.contains(&entry.hash()) || entry.number > self.settled.entries.len() as u32
        };
        self.disk.entries = heap.iter().filter(|entry| useful(entry)).cloned().collect();
        if self.settled.entries.starts_with(&before) {
            self.catch_up();
        } else {
            self.refold();
        }
    }

    /// The short way: one more entry that follows, where nothing is in dispute.
    fn follows(&mut self, new: &[&RegistryEntry], blobs: &BlobStore) -> bool {
        let [entry] = new else { return false };
        let plain = self.settled.fork.is_none() && self.disk.entries.len() == self.settled.entries.len();
        let follows = plain && self.settled.chain.append(entry, blobs) == Ok(Appended::New);
        self.settled.entries.extend(follows.then(|| entry.hash()));
        follows
    }

    fn catch_up(&mut self) {
        let version = self.version();
        for envelope in std::mem::take(&mut self.unfolded) {
            self.fold_stored(envelope);
        }
        for (peer, waiting) in self.pending.registry_reached(version) {
            self.take(peer, waiting.envelope, waiting.solicited);
        }
    }

    fn fold_stored(&mut self, envelope: Envelope) {
        if matches!(self.admit(&envelope), Fate::Waits(..)) {
            self.unfolded.push(envelope);
        }
    }

    /// Everything from the disk, as after a crash.
    pub fn refold(&mut self) {
        self.logs.clear();
        self.shown.clear();
        self.pending = Pending::new();
        self.unfolded = self.disk.events.clone();
        self.catch_up();
    }

    /// P11: the memory is lost and made again from the disk; every view is as before.
    pub fn crash(&mut self) -> Verdict {
        let before = self.views();
        self.refold();
        ensure(before == self.views(), || "P11: a view differs after the restart".into())
    }

    /// Every form under the registry here.
    pub fn views(&self) -> BTreeMap<FormId, FormView> {
        let Some(registry) = self.chain().now() else { return BTreeMap::new() };
        self.logs.iter().filter_map(|(form, log)| Some((*form, log.view(registry)?))).collect()
    }

    /// P3, P14 since the last look, P9, P12, and the view beside the naive one where asked.
    pub fn check(&mut self, form: FormId, naive: Option<&Naive>) -> Verdict {
        ensure(self.pending.len() <= limit::PENDING_EVENTS, || "P12: too much waits".into())?;
        let (Some(log), Some(registry)) = (self.logs.get(&form), self.settled.chain.now()) else {
            return Ok(());
        };
        let Some(view) = log.view(registry) else { return Ok(()) };
        if let Some(before) = self.shown.get(&form).filter(|before| before.registry == view.registry) {
            rises(before, &view, Kind::Save)?;
        }
        if let Some(naive) = naive {
            compare::form(naive, log, registry)?;
        }
        self.shown.insert(form, view);
        Ok(())
    }

    /// P9: what is here already changes nothing.
    pub fn again(&mut self) -> Verdict {
        let (events, views) = (self.disk.events.clone(), self.views());
        for envelope in &events {
            self.take(0, envelope.clone(), false);
        }
        ensure(events.len() == self.disk.events.len() && views == self.views(), || {
            "P9: an import changed something".into()
        })
    }
}

/// What becomes of an event.
enum Fate {
    Stored(EventId),
    Waits(FormId, Missing),
    Refused,
}
