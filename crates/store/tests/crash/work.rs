//! A day's work in steps: typing, saving, signing, taking in what came from another PC.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use qianban_journal::*;
use qianban_store::*;
use tempfile::TempDir;

use crate::bureau::{Bureau, CHIEF, DRAFTER, HEAD, PC, Reasons, person};

/// Events made here before the day begins, at most; those of the day are numbered after them.
const BEFORE: u64 = 1_000;
/// The same of the other PC.
const ELSEWHERE: u64 = 2_000;

const TYPED: &str = "还没有写完";

/// A bureau on a disk, closed, and what its day brings.
pub(crate) struct Day {
    pub(crate) folder: TempDir,
    pub(crate) key: DatabaseKey,
    /// Events that a person here signs, one by one.
    signed: Vec<Envelope>,
    contents: Vec<Vec<u8>>,
    /// Events that another PC made.
    brought: Vec<Envelope>,
}

/// Opens the bureau in a folder.
pub(crate) fn open(folder: &Path, key: &DatabaseKey) -> Result<Store, StoreError> {
    Store::open(folder, key, Box::new(Reasons))
}

/// Copies a closed bureau.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.join("attachments")).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
}

/// What somebody did on a copy of the bureau: its events in order, and their contents.
fn made(
    base: &Path,
    key: &DatabaseKey,
    logs: u64,
    act: impl FnOnce(&Bureau<'_>),
) -> (Vec<Envelope>, Vec<Vec<u8>>) {
    let folder = tempfile::tempdir().unwrap();
    copy(base, folder.path());
    let store = open(folder.path(), key).unwrap();
    act(&Bureau::visiting(&store, logs));
    let read = |r: &Reader<'_>| {
        let outgoing = r.outgoing(None, None, &[])?;
        let bytes = outgoing.events.iter().map(|event| r.envelope_bytes(event.what));
        let events = bytes.collect::<Result<Vec<_>, _>>()?;
        let blobs = outgoing.blobs.iter().filter_map(|blob| r.blob(blob.what).transpose());
        Ok::<_, StoreError>((events, blobs.collect::<Result<Vec<_>, _>>()?))
    };
    let (events, blobs) = store.read(read).unwrap();
    (events.iter().map(|bytes| Envelope::decode(bytes).unwrap()).collect(), blobs)
}

impl Day {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = DatabaseKey::generate().unwrap();
        let store = Store::create(folder.path(), &key, Box::new(Reasons)).unwrap();
        Bureau::found(&store);
        drop(store);
        let (signed, contents) = made(folder.path(), &key, BEFORE, |bureau| {
            let (form, rev) = bureau.drafted("本机的一件");
            let round = bureau.submit(form, rev);
            bureau.approve(HEAD, form, round, 0);
            bureau.approve(CHIEF, form, round, 1);
            bureau.seal(form, round, 1);
        });
        let (brought, _) = made(folder.path(), &key, ELSEWHERE, |bureau| {
            for n in 0..3 {
                let (form, rev) = bureau.drafted(&format!("带来的第{n}件"));
                bureau.submit(form, rev);
            }
        });
        Self { folder, key, signed, contents, brought }
    }

    /// So many steps.
    pub(crate) fn steps(&self) -> usize {
        self.signed.len() + 2
    }

    /// One step: a draft is typed, an event is signed with its content, or everything that came is taken in.
    pub(crate) fn step(&self, store: &Store, n: usize) -> Result<(), StoreError> {
        if n == 0 {
            return store.write(|w| w.draft_set(&draft(), "reason", TYPED, 1));
        }
        if let Some(envelope) = self.signed.get(n - 1) {
            return store.write(|w| {
                for content in &self.contents {
                    w.put_blob(content)?;
                }
                w.append_events(std::slice::from_ref(envelope)).map(drop)
            });
        }
        let chain = store.read(|r| Ok::<_, StoreError>(r.registry().clone()))?;
        let checked = Checked::all(self.brought.clone(), &chain);
        store.write(|w| {
            let peer = w.meet_peer(DeviceId([8; 16]), PC.incarnation, "对方", 1)?;
            w.take_events(peer, &checked, 2).map(drop)
        })
    }

    /// What was told to be done is there; what was not is there whole or not at all.
    pub(crate) fn check(&self, store: &Store, told: usize) {
        let typed = store.read(|r| r.draft(&draft())).unwrap();
        let typed = typed.first().is_some_and(|field| field.value == TYPED);
        assert!(typed || told == 0, "the draft was told to be saved");
        let here = |event: &Envelope| {
            let form = Event::decode(&event.body).unwrap().form.unwrap_or(event.id().into());
            store.read(|r| r.form_log(form)).is_ok_and(|log| log.event(event.id()).is_some())
        };
        let signed = self.signed.iter().filter(|event| here(event)).count();
        let expected = told.saturating_sub(1).min(self.signed.len());
        assert!(signed >= expected, "{expected} signatures were told to be saved, {signed} are here");
        let brought = self.brought.iter().filter(|event| here(event)).count();
        assert!(brought == 0 || brought == self.brought.len(), "half an import: {brought}");
        assert!(told < self.steps() || brought > 0, "the import was told to be saved");
    }

    /// Every page and every row is what it must be.
    pub(crate) fn prove(&self, store: &Store) {
        let report = store.verify(|_| ControlFlow::Continue(())).unwrap();
        assert_eq!(report.faults, []);
    }

    /// Everything is there.
    pub(crate) fn is_whole(&self, store: &Store) {
        self.check(store, self.steps());
        self.prove(store);
    }
}

fn draft() -> DraftKey {
    DraftKey { person: person(DRAFTER), form: "new-1".into(), section: "content".into(), row: String::new() }
}
