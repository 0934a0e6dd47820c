//! Every single read, write and sync fails once, or the disk is full from some write on (faults 3, 5).

use std::path::Path;

use qianban_store::StoreError;
use rusqlite::ffi;

use crate::vfs::{Call, Fault, Watched};
use crate::work::{Day, copy, open};

/// From one failing read to the next, and from one failing write; `QIANBAN_FAIL_EVERY=1` fails each.
const READS: usize = 7;
const WRITES: usize = 11;

fn every(usual: usize) -> usize {
    std::env::var("QIANBAN_FAIL_EVERY").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Errors that one fault may lead to.
const ERRORS_MAX: usize = 10;

/// Works the whole day and does again whatever failed, on a whole disk then; answers the errors that were met.
fn persistent(day: &Day, folder: &Path, watched: &Watched) -> Vec<StoreError> {
    let mut errors = Vec::new();
    let mut failed = |error| {
        errors.push(error);
        assert!(errors.len() < ERRORS_MAX, "it does not end: {errors:?}");
        watched.fail(None);
    };
    let store = loop {
        match open(folder, &day.key) {
            Ok(store) => break store,
            Err(error) => failed(error),
        }
    };
    for n in 0..day.steps() {
        while let Err(error) = day.step(&store, n) {
            failed(error);
            day.check(&store, n);
        }
    }
    errors
}

/// A day for each place at which a call of the disk may fail, until none does; answers how many days failed.
fn days(day: &Day, every: usize, fault: Fault, expected: impl Fn(&StoreError) -> bool) -> usize {
    for (days, from) in (1..).step_by(every).enumerate() {
        let folder = tempfile::tempdir().unwrap();
        copy(day.folder.path(), folder.path());
        let watched = Watched::folder(folder.path());
        watched.fail(Some(Fault { from, ..fault }));
        let errors = persistent(day, folder.path(), &watched);
        assert!(errors.iter().all(&expected), "{fault:?} from {from}: {errors:?}");
        if watched.failed() == 0 && errors.is_empty() {
            return days;
        }
        watched.fail(None);
        day.is_whole(&open(folder.path(), &day.key).unwrap());
    }
    unreachable!("a day ends")
}

const fn once(call: Call, code: i32) -> Fault {
    Fault { call, from: 1, lasting: false, code }
}

#[test]
fn any_read_may_fail() {
    let failed = days(&Day::new(), every(READS), once(Call::Read, ffi::SQLITE_IOERR_READ), |_| true);
    println!("a read failed on each of {failed} days");
    assert!(failed > 0);
}

#[test]
fn any_write_may_fail() {
    let failed = days(&Day::new(), every(WRITES), once(Call::Write, ffi::SQLITE_IOERR_WRITE), |_| true);
    println!("a write failed on each of {failed} days");
    assert!(failed > 0);
}

#[test]
fn any_sync_may_fail_and_its_commit_counts_as_failed() {
    let failed = days(&Day::new(), 1, once(Call::Sync, ffi::SQLITE_IOERR_FSYNC), |_| true);
    println!("a sync failed on each of {failed} days");
    assert!(failed > 0);
}

#[test]
fn a_disk_full_from_any_write_on_takes_nothing_half() {
    let full = |error: &StoreError| matches!(error, StoreError::DiskFull(_));
    let fault = Fault { lasting: true, ..once(Call::Write, ffi::SQLITE_FULL) };
    let failed = days(&Day::new(), every(WRITES), fault, full);
    println!("the disk was full on each of {failed} days");
    assert!(failed > 0);
}
