//! Registry entries beside the chain (G2, F12). Where two entries with one number are signed, both branches are kept and
//! the chain ends before them, whatever came first; events that know a later registry stay on the disk and are not folded.
//! An entry of the root quorum says which branch goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use qianban_journal::{
    Appended, Digest, RegistryChain, RegistryEntry, RegistryError, RegistryFork, Settled, limit,
};
use rusqlite::params;

use crate::registry::{AppendRegistryError, HEIGHT, named_blob, root};
use crate::{Reader, StoreError, Writer};

/// Name in `meta` of the number at which the registry stands forked; none or 0 while it goes on.
const FORK: &str = "fork";

/// Entries of the chain and beside it, by hash.
type Heap = BTreeMap<Digest, RegistryEntry>;

impl Reader<'_> {
    /// The fork before which the registry stands (F12), until an entry of the root quorum ends it.
    pub fn registry_fork(&self) -> Result<Option<RegistryFork>, StoreError> {
        let number = self.meta(FORK)?.and_then(|bytes| bytes.try_into().ok()).map_or(0, u32::from_be_bytes);
        if number == 0 {
            return Ok(None);
        }
        let mut statement = self.statement("SELECT hash FROM rival WHERE number = ?1 ORDER BY hash")?;
        let rows = statement.query_map([number], |row| crate::row::id(row, 0))?;
        Ok(Some(RegistryFork { number, entries: rows.collect::<Result<_, _>>()? }))
    }

    /// Entries beside the chain as they were received, ascending by number: the branches of a fork.
    pub fn rivals(&self) -> Result<Vec<RegistryEntry>, StoreError> {
        let mut statement = self.statement("SELECT entry FROM rival ORDER BY number, hash")?;
        let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
        let bad = |_| StoreError::BadRow { table: "rival", row: 0 };
        rows.map(|row| RegistryEntry::decode(&row?).map_err(bad)).collect()
    }

    /// The registry as far as the branch goes that begins with an entry of [`Reader::registry_fork`]; `None` for another.
    pub fn registry_branch(&self, first: Digest) -> Result<Option<RegistryChain>, StoreError> {
        let (heap, mut tip) = (self.heap()?, first);
        loop {
            let mut next = heap.iter().filter(|(_, entry)| entry.prev == Some(tip));
            match (next.next(), next.next()) {
                (Some((hash, _)), None) => tip = *hash,
                _ => break,
            }
        }
        let root = root(self.connection())?.unwrap_or(Digest([0; 32]));
        Ok(branch(root, &heap, Some(tip), self))
    }

    /// Whether entries stand beside the chain, now or since a fork was ended: then an event may name one of them.
    pub(crate) fn is_contested(&self) -> Result<bool, StoreError> {
        Ok(self.statement("SELECT 1 FROM rival")?.exists([])?)
    }

    fn heap(&self) -> Result<Heap, StoreError> {
        let number = self.registry().head().map_or(0, |head| head.number);
        let bad = |number: u32| StoreError::BadRow { table: "registry", row: i64::from(number) };
        let own = (1..=number).map(|number| {
            let bytes = self.registry_entry(number)?.unwrap_or_default();
            RegistryEntry::decode(&bytes).map_err(|_| bad(number))
        });
        let all = own.chain(self.rivals()?.into_iter().map(Ok));
        all.map(|entry| entry.map(|entry| (entry.hash(), entry))).collect()
    }
}

/// The branch that ends with this entry.
fn branch(root: Digest, heap: &Heap, tip: Option<Digest>, reader: &Reader<'_>) -> Option<RegistryChain> {
    let (mut entries, mut next) = (Vec::new(), tip);
    while let Some(hash) = next {
        let entry = heap.get(&hash)?;
        entries.push(entry);
        next = entry.prev;
    }
    let mut chain = RegistryChain::new(root);
    entries.iter().rev().try_for_each(|entry| chain.append(entry, reader).map(drop)).ok()?;
    Some(chain)
}

impl Writer<'_> {
    /// Whether an entry has to be looked at beside all others: its number is taken by another, or the registry stands
    /// forked.
    pub(crate) fn is_rival(&self, appended: &Result<Appended, RegistryError>) -> Result<bool, StoreError> {
        let taken = matches!(appended, Err(RegistryError::Fork { .. }));
        let known = matches!(appended, Ok(Appended::Known));
        Ok(taken || (!known && self.registry_fork()?.is_some()))
    }

    /// Keeps an entry that its own branch admits, and makes the chain anew of everything that is here. The same entries
    /// give the same chain, in whatever order they came.
    ///
    /// # Errors
    /// What its branch refuses; `Gap` where the entry before it is not here, `Fork` where no room is left
    /// ([`limit::FORK_ENTRIES`]) for an entry that is not of the root quorum.
    pub(crate) fn contest(&mut self, entry: &RegistryEntry) -> Result<Appended, AppendRegistryError> {
        let root = root(self.connection())?.unwrap_or(Digest([0; 32]));
        let mut heap = self.heap()?;
        if heap.contains_key(&entry.hash()) {
            return Ok(Appended::Known);
        }
        let missing = RegistryError::Gap { expected: entry.number.saturating_sub(1) };
        let mut own = branch(root, &heap, entry.prev, &self.reader).ok_or(missing)?;
        own.append(entry, &self.reader)?;
        if !entry.body.is_of_root() && self.rivals()?.len() >= limit::FORK_ENTRIES {
            return Err(RegistryError::Fork { number: entry.number }.into());
        }
        heap.insert(entry.hash(), entry.clone());
        let entries: Vec<RegistryEntry> = heap.values().cloned().collect();
        let settled = RegistryChain::of_entries(root, &entries, &self.reader);
        self.stand_on(&settled, &heap)?;
        Ok(Appended::New)
    }

    /// Writes which entries are the chain and which stand beside it, and folds every form anew.
    fn stand_on(&mut self, settled: &Settled, heap: &Heap) -> Result<(), StoreError> {
        let chain: BTreeSet<Digest> = settled.entries.iter().copied().collect();
        let height = settled.entries.len() as u32;
        self.statement("DELETE FROM rival")?.execute([])?;
        for (hash, entry) in heap.iter().filter(|(hash, _)| !chain.contains(hash)) {
            self.statement("INSERT INTO rival (hash, number, entry) VALUES (?1, ?2, ?3)")?
                .execute(params![hash.as_bytes(), entry.number, entry.encode()])?;
        }
        self.statement("DELETE FROM registry WHERE number > ?1")?.execute([height])?;
        for (number, entry) in (1u32..).zip(settled.entries.iter().filter_map(|hash| heap.get(hash))) {
            // An entry that stays keeps the time at which it came.
            self.statement(
                "INSERT INTO registry (number, entry) VALUES (?1, ?2)
                 ON CONFLICT DO UPDATE SET entry = excluded.entry, stored_ms = NULL WHERE entry <> excluded.entry",
            )?
            .execute(params![number, entry.encode()])?;
            if let Some(digest) = named_blob(&entry.body) {
                self.want(digest, false)?;
            }
        }
        self.put_meta(HEIGHT, &height.to_be_bytes())?;
        let fork = settled.fork.as_ref().map_or(0, |fork| fork.number);
        self.put_meta(FORK, &fork.to_be_bytes())?;
        self.reader.chain = Arc::new(settled.chain.clone());
        self.forget_logs();
        self.no_longer_unknown(height)?;
        self.make_anew()
    }
}
