//! The power goes at every write, with everything, nothing or any part of what was not synced (faults 2).

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::image::{Disk, Image, put};
use crate::vfs::{Op, Watched};
use crate::work::{Day, copy, open};

/// Random parts of the unsynced sectors that are tried at each call.
const PARTS: usize = 1;

/// Every so many disks are proven row by row besides.
const PROVEN_EVERY: usize = 8;

/// Numbers that are the same in every run.
struct Chance(u64);

impl Chance {
    fn is_even(&mut self) -> bool {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 60 & 1 == 0
    }
}

/// Works a day on a watched disk; answers the disk before it and every call.
fn worked(day: &Day) -> (Disk, Vec<Op>) {
    let folder = tempfile::tempdir().unwrap();
    copy(day.folder.path(), folder.path());
    let before = Disk::of(folder.path());
    let watched = Watched::folder(folder.path());
    let mut store = open(folder.path(), &day.key).unwrap();
    for n in 0..day.steps() {
        if n == day.steps() / 2 {
            // Closed and opened again: the write-ahead log goes into the database.
            drop(store);
            store = open(folder.path(), &day.key).unwrap();
        }
        day.step(&store, n).unwrap();
        watched.told(n + 1);
    }
    drop(store);
    (before, watched.ops())
}

/// Tries every cut; answers how many different disks there were. `honest` disks sync when they are asked to.
fn cut_everywhere(day: &Day, honest: bool) -> usize {
    let (mut disk, ops) = worked(day);
    let (mut told, mut chance, mut tried) = (0, Chance(4711), BTreeSet::new());
    for op in &ops {
        disk.apply(op, honest);
        if let Op::Told(steps) = op {
            told = *steps;
        }
        let parts = (0..PARTS).map(|_| disk.after_power_cut(|| chance.is_even())).collect::<Vec<_>>();
        for image in [disk.after_power_cut(|| true), disk.after_power_cut(|| false)].into_iter().chain(parts)
        {
            if tried.insert((told, digest(&image))) {
                back_again(day, &image, told, tried.len() % PROVEN_EVERY == 0);
            }
        }
    }
    tried.len()
}

fn digest(image: &Image) -> u64 {
    let mut hasher = DefaultHasher::new();
    image.hash(&mut hasher);
    hasher.finish()
}

fn back_again(day: &Day, image: &Image, told: usize, proven: bool) {
    let folder = tempfile::tempdir().unwrap();
    put(image, folder.path());
    let store = open(folder.path(), &day.key).unwrap();
    day.check(&store, told);
    if proven {
        day.prove(&store);
    }
}

#[test]
fn what_was_said_to_be_saved_outlives_a_power_cut_at_any_write() {
    let tried = cut_everywhere(&Day::new(), true);
    println!("{tried} disks after a power cut");
    assert!(tried > 300, "{tried}");
}

#[test]
#[should_panic(expected = "told to be saved")]
fn a_disk_that_only_says_that_it_synced_is_noticed() {
    cut_everywhere(&Day::new(), false);
}
