//! Any bytes on a stick: looked at, and taken in as far as they can be.

use std::cell::RefCell;
use std::fs;
use std::ops::ControlFlow;

use qianban_journal::{FormLog, FormView, Registry, fingerprint};
use qianban_store::{DatabaseKey, Index, Indexed, Sources, Store};
use qianban_sync::bundle::{import, scan};
use tempfile::TempDir;

struct NoIndex;

impl Index for NoIndex {
    fn index(&self, _: &FormLog, _: &FormView, _: Registry<'_>, _: &dyn Sources) -> Indexed {
        Indexed::default()
    }
}

/// A PC that has taken in whatever came before, and its stick.
struct Pc {
    folder: TempDir,
    store: Store,
}

/// Bundles that one PC takes in before another takes its place.
const BUNDLES: u32 = 500;

thread_local! {
    static PC: RefCell<Option<(Pc, u32)>> = const { RefCell::new(None) };
}

fn fresh() -> Pc {
    let folder = tempfile::tempdir().expect("a folder");
    let key = DatabaseKey::generate().expect("random bytes");
    let store = Store::create(&folder.path().join("data"), &key, Box::new(NoIndex)).expect("a store");
    Pc { folder, store }
}

/// A bundle.
pub fn bundle(bytes: &[u8]) {
    PC.with_borrow_mut(|kept| {
        let (pc, taken) = kept.take().filter(|(_, taken)| *taken < BUNDLES).unwrap_or_else(|| (fresh(), 0));
        let path = pc.folder.path().join("a.qbx");
        fs::write(&path, bytes).expect("written");
        let mut go_on = |_| ControlFlow::Continue(());
        let mut imported = 0;
        if let Ok(found) = scan(&path, &mut go_on) {
            assert!(found.frames <= bytes.len() as u64);
            let typed = fingerprint(found.header.root.0);
            let _ = import(&pc.store, &path, &found, Some(&typed), None, 2_000, &mut go_on);
            imported = 1;
        }
        *kept = Some((pc, taken + imported));
    });
}
