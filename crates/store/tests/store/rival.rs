//! Two registry entries with one number (faults 32, 33): everybody stops before them, and the root quorum says which goes on.

use qianban_journal::*;
use qianban_store::*;

use crate::bureau::{ADMIN, Bureau, DRAFTER, Reasons, WS, key};

/// Another PC with the first entries of the registry, and with every blob.
struct Pc {
    _dir: tempfile::TempDir,
    key: DatabaseKey,
    store: Store,
}

impl Pc {
    fn knowing(first: &Store, entries: &[RegistryEntry]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let key = DatabaseKey::generate().unwrap();
        let store = Store::create(dir.path(), &key, Box::new(Reasons)).unwrap();
        store.write(|w| w.trust_root(entries[0].hash())).unwrap();
        let pc = Self { _dir: dir, key, store };
        let blobs = first.read(|r| r.outgoing(None, None, &[])).unwrap().blobs;
        for blob in blobs {
            let bytes = first.read(|r| r.blob(blob.what)).unwrap().unwrap();
            pc.store.write(|w| w.put_blob(&bytes)).unwrap();
        }
        entries.iter().for_each(|entry| pc.learn(entry));
        pc
    }

    fn learn(&self, entry: &RegistryEntry) {
        self.store.write(|w| w.append_registry(entry, 1)).unwrap();
    }

    fn take(&self, envelopes: &[Envelope]) -> Vec<ItemResult> {
        let chain = self.store.read(|r| Ok::<_, StoreError>(r.registry().clone())).unwrap();
        let peer =
            self.store.write(|w| w.meet_peer(DeviceId([3; 16]), Incarnation([4; 16]), "a", 1)).unwrap();
        let checked = Checked::all(envelopes.to_vec(), &chain);
        let results = self.store.write(|w| w.take_events(peer, &checked, 5)).unwrap();
        for _ in 0..envelopes.len() {
            self.store.write(|w| w.take_pending(6)).unwrap();
        }
        assert!(!self.store.read(|r| r.has_ready()).unwrap(), "what cannot be folded is not tried for ever");
        results
    }

    fn fork(&self) -> Option<RegistryFork> {
        self.store.read(|r| r.registry_fork()).unwrap()
    }

    fn height(&self) -> u32 {
        self.store.read(|r| Ok::<_, StoreError>(r.registry().head().map_or(0, |head| head.number))).unwrap()
    }

    fn folded(&self, form: FormId) -> usize {
        self.store.read(|r| r.form_log(form)).unwrap().len()
    }

    /// Every row is checked, and a rebuilt file says the same.
    fn well(&self) {
        let faults = |store: &Store| store.verify(|_| std::ops::ControlFlow::Continue(())).unwrap().faults;
        assert_eq!(faults(&self.store), []);
        self.store.rebuild().unwrap();
        assert_eq!(faults(&self.store), []);
    }

    fn state(&self) -> Digest {
        self.store.read(|r| r.state_digest()).unwrap()
    }
}

fn entries(store: &Store) -> Vec<RegistryEntry> {
    let height = store.read(|r| Ok::<_, StoreError>(r.registry().head().unwrap().number)).unwrap();
    let one = |number| {
        let bytes = store.read(|r| r.registry_entry(number)).unwrap().unwrap();
        RegistryEntry::decode(&bytes).unwrap()
    };
    (1..=height).map(one).collect()
}

fn signed(mut entry: RegistryEntry) -> RegistryEntry {
    entry.sign(0, &key(ADMIN)).unwrap();
    entry
}

fn setting(value: &str) -> Change {
    Change::Setting { key: "G1".to_owned(), value: value.to_owned() }
}

#[test]
fn two_entries_with_one_number_stop_every_place_until_the_root_says_which() {
    let (_dir, _, first) = crate::bureau::store();
    let bureau = Bureau::found(&first);
    let (form, _) = bureau.drafted("一件");
    let rival = signed(bureau.chain().draft(WS, setting("b")));
    let fork = bureau.change(setting("a"));
    // Somebody writes under the entry that will be contested.
    bureau.entry(DRAFTER, form, "note", 1);
    let all = entries(&first);
    let (common, own) = all.split_at(fork as usize - 1);
    let goes = first.read(|r| r.outgoing(None, None, &[])).unwrap();
    let envelopes: Vec<Envelope> = goes
        .events
        .iter()
        .map(|event| Envelope::decode(&first.read(|r| r.envelope_bytes(event.what)).unwrap()).unwrap())
        .collect();

    // One learns the rival last, the other first.
    let (one, other) = (Pc::knowing(&first, &all), Pc::knowing(&first, common));
    one.take(&envelopes);
    assert_eq!(one.folded(form), envelopes.len());
    one.learn(&rival);
    other.learn(&rival);
    own.iter().for_each(|entry| other.learn(entry));
    other.take(&envelopes);
    let mut hashes = vec![rival.hash(), own[0].hash()];
    hashes.sort();
    for pc in [&one, &other] {
        assert_eq!(pc.fork(), Some(RegistryFork { number: fork, entries: hashes.clone() }), "F12");
        assert_eq!(pc.height(), fork - 1, "the common prefix");
        assert_eq!(pc.folded(form), envelopes.len() - 1, "what was made under it waits");
        pc.well();
    }

    // What stands on one of them is kept and changes nothing; what nobody signed is not kept.
    let mut branch = RegistryChain::new(common[0].hash());
    for entry in common.iter().chain([&rival]) {
        branch.append(entry, &NoBlobs).unwrap();
    }
    let next = signed(branch.draft(WS, setting("c")));
    one.learn(&next);
    assert_eq!(one.height(), fork - 1);
    let unsigned = branch.draft(WS, setting("d"));
    let refused = one.store.write(|w| w.append_registry(&unsigned, 1));
    assert!(matches!(refused, Err(AppendRegistryError::Registry(RegistryError::Quorum))), "{refused:?}");

    // The root quorum, which is the founding one, ends it on the first branch.
    let quorum = bureau.chain().now().unwrap().root_quorum().unwrap().clone();
    bureau.change(Change::Settle { fork, quorum });
    let settle = entries(&first).pop().unwrap();
    let one = {
        one.learn(&settle);
        let Pc { _dir, key, store } = one;
        drop(store);
        let store = Store::open(_dir.path(), &key, Box::new(Reasons)).unwrap();
        Pc { _dir, key, store }
    };
    other.learn(&settle);
    for pc in [&one, &other] {
        pc.store.write(|w| w.take_pending(7)).unwrap();
        assert_eq!((pc.fork(), pc.height()), (None, settle.number));
        assert_eq!(pc.folded(form), envelopes.len(), "and counts again");
        pc.well();
    }
    assert_eq!(one.state(), other.state());
    let after = bureau.change(setting("e"));
    let after = entries(&first).swap_remove(after as usize - 1);
    one.learn(&after);
    assert_eq!(one.height(), after.number, "the registry goes on");
}

#[test]
fn rivals_are_bounded() {
    let (_dir, _, first) = crate::bureau::store();
    let bureau = Bureau::found(&first);
    let drafts: Vec<RegistryEntry> = (0..limit::FORK_ENTRIES as u32 + 5)
        .map(|n| signed(bureau.chain().draft(WS, setting(&n.to_string()))))
        .collect();
    let mut kept = 0;
    for entry in &drafts {
        kept += usize::from(first.write(|w| w.append_registry(entry, 1)).is_ok());
    }
    assert_eq!(first.read(|r| r.rivals()).unwrap().len(), kept);
    assert!(kept <= limit::FORK_ENTRIES + 1, "{kept}");
}
