//! What tells this computer from another (K5).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use qianban_journal::digest;

/// Where Linux keeps the id of an installation.
const MACHINE_ID: &str = "/etc/machine-id";
/// Where it lists network cards, and the name under which each has its address.
const CARDS: (&str, &str) = ("/sys/class/net", "address");
/// Where it lists disks, and the names under which one has its serial number.
const DISKS: (&str, [&str; 3]) = ("/sys/block", ["serial", "device/serial", "device/wwid"]);
/// Parts that are taken into account.
const PARTS_MAX: usize = 16;

/// A description of this computer for [`qianban_store::is_same_computer`]: the installed system, then its network cards
/// and disks. Empty where the system says nothing. Not a secret, and digests, so that no number itself goes anywhere.
pub(crate) fn fingerprint() -> String {
    let Some(system) = read(Path::new(MACHINE_ID)) else { return String::new() };
    let cards = built_in(CARDS.0).into_iter().filter_map(|card| read(&card.join(CARDS.1)));
    let serial = |disk: PathBuf| DISKS.1.iter().find_map(|name| read(&disk.join(name)));
    let parts: BTreeSet<String> = cards.chain(built_in(DISKS.0).into_iter().filter_map(serial)).collect();
    let words = std::iter::once(system).chain(parts.into_iter().take(PARTS_MAX));
    words.map(|word| digest(word.as_bytes()).to_string()).collect::<Vec<_>>().join(" ")
}

/// Devices of a class that hang on hardware and do not come and go.
fn built_in(class: &str) -> Vec<PathBuf> {
    let listed = fs::read_dir(class).into_iter().flatten().flatten().map(|entry| entry.path());
    let fixed = |path: &PathBuf| {
        path.join("device").exists() && read(&path.join("removable")).is_none_or(|removable| removable == "0")
    };
    listed.filter(fixed).collect()
}

fn read(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
