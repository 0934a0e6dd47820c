//! Two registry entries with one number (G2, F12): everybody stops at the common prefix; only the root quorum ends it.

use std::collections::BTreeMap;

use crate::fold::Finding;
use crate::ids::Digest;
use crate::mutation::{Mutation, mutated};
use crate::registry::chain::{Blobs, RegistryChain, RegistryError};
use crate::registry::change::Change;
use crate::registry::entry::RegistryEntry;

/// Entries with one number, each signed by the quorum of the version before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryFork {
    /// The number.
    pub number: u32,
    /// Hashes of the entries, ascending.
    pub entries: Vec<Digest>,
}

impl RegistryFork {
    /// F12.
    pub fn finding(&self) -> Finding {
        Finding::RegistryFork { number: self.number, entries: self.entries.clone() }
    }
}

/// What a heap of entries makes of a registry.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The registry up to the common prefix, or to where entries or blobs are missing.
    pub chain: RegistryChain,
    /// Hashes of the entries of the chain, in order.
    pub entries: Vec<Digest>,
    /// The fork before which it stands, if it does.
    pub fork: Option<RegistryFork>,
    /// Forks that the root quorum has ended, ascending by number.
    pub ended: Vec<RegistryFork>,
    /// Why the next entry could not be appended, if there is one: such as a missing allow-list.
    pub stopped: Option<RegistryError>,
}

impl RegistryChain {
    /// Builds the registry from entries in any order, repeated or not, with those that nobody should have signed among
    /// them. The same heap gives the same registry everywhere, whatever came first (P1).
    ///
    /// Where two entries with one number are signed, the branch on which a [`Change::Settle`] of that fork stands is
    /// the registry; without one, or with one on several branches, the registry ends before them. Callers bound the
    /// heap: beside the chain itself [`crate::limit::FORK_ENTRIES`] are plenty.
    pub fn of_entries(root: Digest, entries: &[RegistryEntry], blobs: &dyn Blobs) -> Settled {
        let mut heap = Heap::new();
        for entry in entries {
            heap.entry(entry.number).or_default().push(entry);
        }
        let (chain, entries) = (Self::new(root), Vec::new());
        let mut settled = Settled { chain, entries, fork: None, ended: Vec::new(), stopped: None };
        settled.grow(&heap, blobs);
        settled
    }
}

/// Entries by number. One hash may stand here with several sets of signatures, of which some are wrong.
type Heap<'a> = BTreeMap<u32, Vec<&'a RegistryEntry>>;

/// Entries that may follow a chain: place and signatures are right. One for each hash, ascending.
fn signed<'a>(chain: &RegistryChain, heap: &Heap<'a>) -> Vec<(Digest, &'a RegistryEntry)> {
    let number = chain.head().map_or(1, |head| head.number + 1);
    let of_number = heap.get(&number).into_iter().flatten();
    let follows = of_number.copied().filter(|entry| chain.check_next(entry).is_ok());
    follows.map(|entry| (entry.hash(), entry)).collect::<BTreeMap<_, _>>().into_iter().collect()
}

impl Settled {
    fn grow(&mut self, heap: &Heap<'_>, blobs: &dyn Blobs) {
        loop {
            let number = self.entries.len() as u32 + 1;
            let signed = signed(&self.chain, heap);
            let chosen = match signed.as_slice() {
                [] => return,
                [(hash, entry)] => (*hash, *entry),
                several => {
                    let entries = several.iter().map(|(hash, _)| *hash).collect();
                    let fork = RegistryFork { number, entries };
                    let settled =
                        |(_, entry): &&(Digest, &RegistryEntry)| self.is_settled(heap, number, entry, blobs);
                    let mut right = several.iter().filter(settled);
                    match (right.next(), right.next()) {
                        (Some(one), None) => {
                            self.ended.push(fork);
                            *one
                        }
                        (None, None) if mutated(Mutation::RegistryForkFollowed) => several[0],
                        _ => {
                            self.fork = Some(fork);
                            return;
                        }
                    }
                }
            };
            if let Err(why) = self.chain.append(chosen.1, blobs) {
                self.stopped = Some(why);
                return;
            }
            self.entries.push(chosen.0);
        }
    }

    /// Whether a settlement of the fork at `number` stands on the branch that begins with `entry`, or begins it: an
    /// entry of the root outranks those of the administrators.
    fn is_settled(&self, heap: &Heap<'_>, number: u32, entry: &RegistryEntry, blobs: &dyn Blobs) -> bool {
        let mut open = vec![(self.chain.clone(), entry)];
        while let Some((mut chain, entry)) = open.pop() {
            if chain.append(entry, blobs).is_err() {
                continue;
            }
            match entry.body {
                Change::Settle { fork, .. } if fork == number || entry.number == number => return true,
                _ => {}
            }
            let mut next = signed(&chain, heap);
            let last = next.pop();
            open.extend(next.into_iter().map(|(_, next)| (chain.clone(), next)));
            open.extend(last.map(|(_, last)| (chain, last)));
        }
        false
    }
}
