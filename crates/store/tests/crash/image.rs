//! What the disk may hold after the power went: what was synced, and any part of what was not.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::vfs::Op;

/// A disk writes whole sectors of so many bytes.
const SECTOR: usize = 512;

/// One file: what is certain, and what has been asked for since the last sync.
#[derive(Clone, Default)]
struct State {
    durable: Option<Vec<u8>>,
    pending: Vec<Op>,
}

/// The files of a folder.
#[derive(Clone)]
pub(crate) struct Disk(BTreeMap<String, State>);

/// The files after the power went; none where there is no file.
pub(crate) type Image = BTreeMap<String, Vec<u8>>;

impl Disk {
    /// A folder in which everything is synced.
    pub(crate) fn of(folder: &Path) -> Self {
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.is_file()).map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, State { durable: Some(fs::read(&path).unwrap()), pending: Vec::new() })
        });
        Self(files.collect())
    }

    /// One more call. `honest` syncs a file when it is asked to.
    pub(crate) fn apply(&mut self, op: &Op, honest: bool) {
        match op {
            Op::Told(_) => {}
            Op::Sync { file } if honest => {
                let state = self.0.entry(file.clone()).or_default();
                let pending = std::mem::take(&mut state.pending);
                pending.iter().for_each(|op| change(&mut state.durable, op, |_| true));
            }
            Op::Sync { .. } => {}
            Op::Write { file, .. } | Op::Truncate { file, .. } | Op::Delete { file } => {
                self.0.entry(file.clone()).or_default().pending.push(op.clone());
            }
        }
    }

    /// The disk if `kept` decides, sector by sector, which unsynced writes reached it.
    pub(crate) fn after_power_cut(&self, mut kept: impl FnMut() -> bool) -> Image {
        let file = |(name, state): (&String, &State)| {
            let mut bytes = state.durable.clone();
            for op in &state.pending {
                match op {
                    Op::Write { .. } => change(&mut bytes, op, |_| kept()),
                    _ if kept() => change(&mut bytes, op, |_| true),
                    _ => {}
                }
            }
            Some((name.clone(), bytes?))
        };
        self.0.iter().filter_map(file).collect()
    }
}

fn change(bytes: &mut Option<Vec<u8>>, op: &Op, mut kept: impl FnMut(usize) -> bool) {
    match op {
        Op::Delete { .. } => *bytes = None,
        Op::Truncate { length, .. } => bytes.get_or_insert_default().resize(*length, 0),
        Op::Write { offset, bytes: written, .. } => {
            let file = bytes.get_or_insert_default();
            for (n, sector) in written.chunks(SECTOR).enumerate() {
                let at = offset + n * SECTOR;
                if kept(n) {
                    file.resize(file.len().max(at + sector.len()), 0);
                    file[at..at + sector.len()].copy_from_slice(sector);
                }
            }
        }
        Op::Sync { .. } | Op::Told(_) => {}
    }
}

/// Puts the files of an image into an empty folder.
pub(crate) fn put(image: &Image, folder: &Path) {
    fs::create_dir_all(folder.join("attachments")).unwrap();
    for (name, bytes) in image {
        fs::write(folder.join(name), bytes).unwrap();
    }
}
