//! The door 「先看样例」: plays the sample into a folder beside the data folder, shows it in place of the real one until
//! it is erased, and never touches the real one.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use super::{marker, play_into};
use crate::api::{Refusal, SampleStatus};
use crate::caught::caught;
use crate::desk::guard;
use crate::opened::Opened;
use crate::{Code, Desk, DeskSetup, Refused};

/// Everybody's sample: the same people, the same keys.
const SEED: u64 = 1;

/// The desk of the sample, while it is shown, and how far the play is.
#[derive(Default)]
pub(crate) struct Door {
    shown: Mutex<Option<Arc<Desk>>>,
    playing: AtomicBool,
    cancelled: AtomicBool,
    done: AtomicU32,
    total: AtomicU32,
    refusal: Mutex<Option<Refusal>>,
}

/// Where the sample of a data folder is.
pub(crate) fn folder(data: &Path) -> PathBuf {
    beside(data, "-sample")
}

fn beside(folder: &Path, end: &str) -> PathBuf {
    let mut name = folder.file_name().map(OsString::from).unwrap_or_default();
    name.push(end);
    folder.with_file_name(name)
}

impl Door {
    /// The desk of the sample, while it is shown.
    pub(crate) fn shown(&self) -> Option<Arc<Desk>> {
        guard(&self.shown).clone()
    }

    /// Shows the sample: the one that is kept, or one that is played now, on a thread of its own.
    ///
    /// # Errors
    /// [`Code::HostFounded`] where there is a real ledger; the sample that is kept cannot be opened.
    pub(crate) fn open(self: &Arc<Self>, desk: &Desk) -> Result<(), Refused> {
        if Opened::founded(desk.folder()) {
            return Err(Code::HostFounded.into());
        }
        if self.shown().is_some() || self.playing.swap(true, Ordering::SeqCst) {
            return Ok(());
        }
        *guard(&self.refusal) = None;
        self.cancelled.store(false, Ordering::SeqCst);
        self.done.store(0, Ordering::SeqCst);
        self.total.store(0, Ordering::SeqCst);
        let place = folder(desk.folder());
        let (door, setup) = (Arc::clone(self), desk.setup.sample(place.clone()));
        let stage = desk.setup.sample(beside(&place, ".playing"));
        let real = desk.folder().to_path_buf();
        let thread = std::thread::Builder::new().name("sample".to_owned());
        let started = thread.spawn(move || {
            let refused = caught("sample", || door.show(&real, setup, stage)).err();
            *guard(&door.refusal) = refused.map(Refusal::from);
            door.playing.store(false, Ordering::SeqCst);
        });
        if let Err(error) = started {
            self.playing.store(false, Ordering::SeqCst);
            return Err(error.into());
        }
        Ok(())
    }

    fn show(&self, real: &Path, setup: DeskSetup, stage: DeskSetup) -> Result<(), Refused> {
        let place = setup.folder.clone();
        if marker(&place).is_none() && place.exists() {
            return Err(Refused::about(Code::HostReadOnly, place.display()));
        }
        if marker(&place).is_none() && !self.play(stage, &place)? {
            return Ok(());
        }
        let password = marker(&place).ok_or(Code::SampleNone)?.password;
        let desk = Desk::new(setup);
        desk.open_by(&password)?;
        if Opened::founded(real) {
            return Err(Code::HostFounded.into());
        }
        *guard(&self.shown) = Some(Arc::new(desk));
        Ok(())
    }

    /// Plays the sample beside its place, which it takes in one step; false when it was told to stop.
    fn play(&self, stage: DeskSetup, place: &Path) -> Result<bool, Refused> {
        let stage_folder = stage.folder.clone();
        // What an earlier play left when the program was ended.
        remove(&stage_folder)?;
        let mut tell = |done, total| {
            self.done.store(count(done), Ordering::SeqCst);
            self.total.store(count(total), Ordering::SeqCst);
            if self.cancelled.load(Ordering::SeqCst) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let played = play_into(stage, SEED, &mut tell);
        match played {
            Ok(Some(_)) => {
                fs::rename(&stage_folder, place)?;
                Ok(true)
            }
            stopped => {
                remove(&stage_folder)?;
                stopped.map(|_| false)
            }
        }
    }

    /// Asks a play to stop.
    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
    }

    /// # Errors
    /// [`Code::SamplePlaying`]: what is founded now would be hidden by the sample when it is ready.
    pub(crate) fn refuse_while_playing(&self) -> Result<(), Refused> {
        if self.playing.load(Ordering::SeqCst) { Err(Code::SamplePlaying.into()) } else { Ok(()) }
    }

    /// Takes the sample of a data folder away, with everything that was written into it.
    ///
    /// # Errors
    /// [`Code::SampleNone`]; a file cannot be removed.
    pub(crate) fn erase(&self, data: &Path) -> Result<(), Refused> {
        self.refuse_while_playing()?;
        let place = folder(data);
        if marker(&place).is_none() {
            return Err(Code::SampleNone.into());
        }
        if let Some(desk) = guard(&self.shown).take() {
            desk.verify_run.cancel();
        }
        remove(&place)
    }

    /// How it stands.
    pub(crate) fn status(&self) -> SampleStatus {
        SampleStatus {
            playing: self.playing.load(Ordering::SeqCst),
            shown: self.shown().is_some(),
            done: self.done.load(Ordering::SeqCst),
            total: self.total.load(Ordering::SeqCst),
            refusal: guard(&self.refusal).clone(),
        }
    }
}

/// Removes a folder, if it is there.
fn remove(folder: &Path) -> Result<(), Refused> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
