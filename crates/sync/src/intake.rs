//! Taking in what others made, whichever way it came: every item is judged by itself, in transactions of at most 500
//! events, and counted (Y2).

use std::collections::BTreeMap;

use qianban_journal::{
    Appended, Digest, Envelope, EventId, Missing, RegistryEntry, RegistryError, digest, fingerprint, limit,
};
use qianban_store::{
    AppendRegistryError, BATCH_EVENTS, BLOB_BYTES_MAX, Checked, ItemResult, PeerKey, Store, StoreError,
    Writer, named_blob,
};

/// Refused items that an outcome names one by one.
pub const REFUSALS_SHOWN: usize = 100;
/// Bytes of blobs in one transaction, nearly.
const BLOB_BATCH_BYTES: usize = 8 * 1024 * 1024;
/// Code of an event whose envelope cannot be read.
const ENVELOPE: &str = "A1-ENVELOPE";
/// Code of a registry entry that cannot be read.
const ENTRY: &str = "G1-BODY";
/// Code of an entry 1 that is not the one given out of band.
const ROOT: &str = "G1-ROOT";

/// What became of the items that were taken in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Registry entries that are new here.
    pub entries: u64,
    /// Registry entries that were here.
    pub entries_known: u64,
    /// Registry entries that wait for one before them, or for a list that they name.
    pub entries_waiting: u64,
    /// Two registry entries with one number (F12): the lowest number.
    pub fork: Option<u32>,
    /// Events that are new here.
    pub events: u64,
    /// Those of them that are kept as evidence only (L0).
    pub illegal: u64,
    /// Events that were here.
    pub events_known: u64,
    /// Events that wait for something.
    pub events_waiting: u64,
    /// Events that had waited and are here now.
    pub released: u64,
    /// Snapshots and definitions that are new here.
    pub blobs: u64,
    /// Attachments that are new here.
    pub attachments: u64,
    /// Files that nothing here names.
    pub unwanted: u64,
    /// Refused items by code.
    pub refused: BTreeMap<String, u64>,
}

impl Outcome {
    /// Whether anything is here now that was not here before.
    #[must_use]
    pub const fn is_new(&self) -> bool {
        self.entries + self.events + self.released + self.blobs + self.attachments > 0
    }

    /// How many items were refused.
    #[must_use]
    pub fn refusals(&self) -> u64 {
        self.refused.values().sum()
    }
}

/// The root of a registry that is not here yet: its first entry is taken only if it has this fingerprint (G1).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Trust<'a> {
    /// The registry is here, or its root was said before.
    Here,
    /// The fingerprint that a person typed from paper or the telephone.
    Typed(&'a str),
}

impl Trust<'_> {
    fn accepts(self, root: Digest) -> bool {
        let plain =
            |text: &str| text.chars().filter(char::is_ascii_hexdigit).collect::<String>().to_lowercase();
        matches!(self, Trust::Typed(typed) if plain(typed) == plain(&fingerprint(root)))
    }
}

/// A door of the store with its counters.
pub(crate) struct Intake<'a> {
    store: &'a Store,
    now_ms: i64,
    entries: Vec<Vec<u8>>,
    named: BTreeMap<Digest, Vec<u8>>,
    named_bytes: usize,
    events: Vec<Envelope>,
    blobs: Vec<Vec<u8>>,
    blob_bytes: usize,
    refused: Vec<(EventId, &'static str)>,
    peer: Option<PeerKey>,
    pub(crate) outcome: Outcome,
}

impl<'a> Intake<'a> {
    pub(crate) fn new(store: &'a Store, now_ms: i64) -> Self {
        Self {
            store,
            now_ms,
            entries: Vec::new(),
            named: BTreeMap::new(),
            named_bytes: 0,
            events: Vec::new(),
            blobs: Vec::new(),
            blob_bytes: 0,
            refused: Vec::new(),
            peer: None,
            outcome: Outcome::default(),
        }
    }

    /// A registry entry, after the blob that it names; the batch is taken in when it is full, the rest of it with
    /// [`Intake::registry`].
    pub(crate) fn entry(&mut self, bytes: Vec<u8>, trust: Trust<'_>) -> Result<(), StoreError> {
        if bytes.len() > limit::ENTRY_BYTES {
            self.refuse(EventId(digest(&bytes).0), ENTRY);
            return Ok(());
        }
        self.entries.push(bytes);
        let full = self.entries.len() >= BATCH_EVENTS || self.named_bytes >= BLOB_BATCH_BYTES;
        if full { self.registry(trust) } else { Ok(()) }
    }

    /// A blob that an entry may name. One that would not fit into memory is left out; its entry then waits.
    pub(crate) fn registry_blob(&mut self, bytes: Vec<u8>) {
        if self.named_bytes + bytes.len() <= BLOB_BYTES_MAX + BLOB_BATCH_BYTES {
            self.named_bytes += bytes.len();
            self.named.insert(digest(&bytes), bytes);
        }
    }

    /// Takes in what is left of the registry, in order.
    pub(crate) fn registry(&mut self, trust: Trust<'_>) -> Result<(), StoreError> {
        let (entries, named) = (std::mem::take(&mut self.entries), std::mem::take(&mut self.named));
        let (now_ms, outcome, refused) = (self.now_ms, &mut self.outcome, &mut self.refused);
        self.store.write(|writer| {
            let mut batch = RegistryBatch { writer, trust, named: &named, now_ms, outcome, refused };
            entries.iter().try_for_each(|bytes| batch.one(bytes))
        })?;
        self.named_bytes = 0;
        let taken = self.store.write(|writer| {
            let mut rest = Vec::new();
            for (digest, bytes) in named {
                if writer.blob(digest)?.is_none() {
                    rest.push(bytes);
                }
            }
            writer.take_blobs(&rest)
        })?;
        self.outcome.blobs += taken.iter().filter(|taken| **taken).count() as u64;
        self.release()
    }

    /// From whom the events come. Everything after this is attributed to the peer.
    pub(crate) fn meet(&mut self, peer: PeerKey) {
        self.peer = Some(peer);
    }

    /// Envelopes that can be read; the others are refused.
    pub(crate) fn decoded(&mut self, envelopes: Vec<Vec<u8>>) -> Vec<Envelope> {
        let mut read = Vec::with_capacity(envelopes.len());
        for bytes in envelopes {
            match Envelope::decode(&bytes) {
                Ok(envelope) => read.push(envelope),
                Err(_) => self.refuse(EventId(digest(&bytes).0), ENVELOPE),
            }
        }
        read
    }

    /// An event; the batch is taken in when it is full.
    pub(crate) fn event(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        match Envelope::decode(bytes) {
            Ok(envelope) => self.events.push(envelope),
            Err(_) => self.refuse(EventId(digest(bytes).0), ENVELOPE),
        }
        if self.events.len() >= BATCH_EVENTS { self.flush_events() } else { Ok(()) }
    }

    /// Takes in what is left of the events.
    pub(crate) fn flush_events(&mut self) -> Result<(), StoreError> {
        let Some(peer) = self.peer else { return Ok(()) };
        let chain = self.store.read(|reader| Ok::<_, StoreError>(reader.registry().clone()))?;
        let checked = Checked::all(std::mem::take(&mut self.events), &chain);
        if checked.is_empty() {
            return Ok(());
        }
        let now_ms = self.now_ms;
        let results = self.store.write(|writer| writer.take_events(peer, &checked, now_ms))?;
        let stored = results.iter().any(|result| matches!(result, ItemResult::Stored(..)));
        results.iter().for_each(|result| self.count(result));
        if stored { self.release() } else { Ok(()) }
    }

    /// Takes in what had waited and waits for nothing any more.
    pub(crate) fn release(&mut self) -> Result<(), StoreError> {
        let now_ms = self.now_ms;
        loop {
            let ready = self.store.read(|reader| reader.has_ready())?;
            if !ready {
                return Ok(());
            }
            let results = self.store.write(|writer| writer.take_pending(now_ms))?;
            let stored = |result: &&ItemResult| matches!(result, ItemResult::Stored(..));
            self.outcome.released += results.iter().filter(stored).count() as u64;
        }
    }

    pub(crate) fn count(&mut self, result: &ItemResult) {
        let outcome = &mut self.outcome;
        match result {
            ItemResult::Stored(_, legality) => {
                outcome.events += 1;
                outcome.illegal += u64::from(legality.is_err());
            }
            ItemResult::Duplicate(_) => outcome.events_known += 1,
            ItemResult::Pending(_, Missing::Events(_) | Missing::Registry(_)) => outcome.events_waiting += 1,
            ItemResult::Unverified(_, qianban_journal::Unverified::Opaque { .. }) => {
                outcome.events_waiting += 1
            }
            ItemResult::Unverified(_, unverified) => {
                *outcome.refused.entry(unverified.code().to_owned()).or_default() += 1;
            }
            ItemResult::Rejected(_, rejected) => {
                *outcome.refused.entry(rejected.code().to_owned()).or_default() += 1;
            }
        }
    }

    /// Whether an attachment, or a snapshot, is asked for.
    pub(crate) fn is_wanted(&self, digest: Digest, file: bool) -> Result<bool, StoreError> {
        self.store.read(|reader| reader.is_wanted(digest, file))
    }

    /// A snapshot; taken in with others.
    pub(crate) fn blob(&mut self, bytes: Vec<u8>) -> Result<(), StoreError> {
        self.blob_bytes += bytes.len();
        self.blobs.push(bytes);
        if self.blob_bytes >= BLOB_BATCH_BYTES || self.blobs.len() >= BATCH_EVENTS {
            return self.flush_blobs();
        }
        Ok(())
    }

    /// Takes in what is left of the snapshots.
    pub(crate) fn flush_blobs(&mut self) -> Result<(), StoreError> {
        self.blob_bytes = 0;
        let blobs = std::mem::take(&mut self.blobs);
        if blobs.is_empty() {
            return Ok(());
        }
        let taken = self.store.write(|writer| writer.take_blobs(&blobs))?;
        self.outcome.blobs += taken.iter().filter(|taken| **taken).count() as u64;
        Ok(())
    }

    /// Counts an item that was refused, and remembers it for the eyes of people.
    pub(crate) fn refuse(&mut self, id: EventId, code: &'static str) {
        *self.outcome.refused.entry(code.to_owned()).or_default() += 1;
        if self.refused.len() < REFUSALS_SHOWN {
            self.refused.push((id, code));
        }
    }

    /// Writes what is left; nothing is taken in after this.
    pub(crate) fn finish(mut self) -> Result<Outcome, StoreError> {
        self.flush_events()?;
        self.flush_blobs()?;
        let (refused, now_ms) = (std::mem::take(&mut self.refused), self.now_ms);
        if let Some(peer) = self.peer.filter(|_| !refused.is_empty()) {
            let note = |writer: &mut Writer<'_>| {
                refused.iter().try_for_each(|(id, code)| writer.note_refused(peer, *id, code, now_ms))
            };
            self.store.write(note)?;
        }
        Ok(self.outcome)
    }
}

/// Registry entries on their way into one transaction.
struct RegistryBatch<'a, 'w, 's> {
    writer: &'w mut Writer<'s>,
    trust: Trust<'a>,
    named: &'a BTreeMap<Digest, Vec<u8>>,
    now_ms: i64,
    outcome: &'a mut Outcome,
    refused: &'a mut Vec<(EventId, &'static str)>,
}

impl RegistryBatch<'_, '_, '_> {
    fn one(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let Ok(entry) = RegistryEntry::decode(bytes) else {
            self.refuse(digest(bytes), ENTRY);
            return Ok(());
        };
        let hash = entry.hash();
        if self.writer.registry().head().is_none() {
            let said = self.writer.registry().root() == hash;
            if entry.number != 1 || !(said || self.trust.accepts(hash)) {
                self.refuse(hash, ROOT);
                return Ok(());
            }
            self.writer.trust_root(hash)?;
        }
        if let Some(bytes) = named_blob(&entry.body).and_then(|digest| self.named.get(&digest)) {
            let before = self.writer.blob(digest(bytes))?.is_some();
            self.writer.put_blob(bytes)?;
            self.outcome.blobs += u64::from(!before);
        }
        match self.writer.append_registry(&entry, self.now_ms) {
            Ok(Appended::New) => {
                self.outcome.entries += 1;
                self.note_fork()?;
            }
            Ok(Appended::Known) => self.outcome.entries_known += 1,
            Err(AppendRegistryError::Store(error)) => return Err(error),
            Err(AppendRegistryError::Encoding(_)) => self.refuse(hash, ENTRY),
            Err(AppendRegistryError::Registry(RegistryError::Gap { .. } | RegistryError::MissingBlob(_))) => {
                self.outcome.entries_waiting += 1;
            }
            Err(AppendRegistryError::Registry(error)) => self.refuse(hash, error.code()),
        }
        Ok(())
    }

    /// Says before which number the registry stands, if two entries have it (F12).
    fn note_fork(&mut self) -> Result<(), StoreError> {
        self.outcome.fork = self.writer.registry_fork()?.map(|fork| fork.number);
        Ok(())
    }

    fn refuse(&mut self, hash: Digest, code: &'static str) {
        *self.outcome.refused.entry(code.to_owned()).or_default() += 1;
        if self.refused.len() < REFUSALS_SHOWN {
            self.refused.push((EventId(hash.0), code));
        }
    }
}
