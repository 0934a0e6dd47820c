//! The one exchange of its kind that runs at a time (by bundle, or with the endpoint), off the threads that answer
//! people, and the bundle that waits for its signature.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use qianban_sync::bundle::Staged;

use crate::api::{ExchangeStatus, ExchangeTask, SyncStep};
use crate::caught::caught;
use crate::desk::guard;
use crate::{Code, Refused};

/// How the running or last exchange stands.
#[derive(Default)]
pub(crate) struct ExchangeRun {
    running: AtomicBool,
    cancelled: AtomicBool,
    pace: Mutex<(Option<SyncStep>, u64, u64)>,
    shown: Mutex<ExchangeStatus>,
    staged: Mutex<Option<Waiting>>,
}

/// A bundle that waits for its signature.
pub(crate) struct Waiting {
    /// Names it to the sign action.
    pub(crate) bundle: String,
    /// The written files; gone when this is dropped.
    pub(crate) staged: Staged,
    /// What the dialog says of it.
    pub(crate) shown: crate::api::BundleStaged,
    /// Where it was written.
    pub(crate) folder: String,
}

impl ExchangeRun {
    /// Begins an exchange. `work` puts what came of it into the status.
    ///
    /// # Errors
    /// [`Code::ExchangeRunning`], or the thread could not be started.
    pub(crate) fn start(
        self: &Arc<Self>,
        task: ExchangeTask,
        work: impl FnOnce(&Self, &mut ExchangeStatus) -> Result<(), Refused> + Send + 'static,
    ) -> Result<(), Refused> {
        self.claim(task)?;
        let run = Arc::clone(self);
        let thread = std::thread::Builder::new().name("exchange".to_owned());
        let started = thread.spawn(move || run.carry_out(task, work));
        if let Err(error) = started {
            self.running.store(false, Ordering::SeqCst);
            return Err(error.into());
        }
        Ok(())
    }

    /// Takes the place of the one that runs; [`ExchangeRun::carry_out`] must follow.
    ///
    /// # Errors
    /// [`Code::ExchangeRunning`].
    pub(crate) fn claim(&self, task: ExchangeTask) -> Result<(), Refused> {
        if self.running.swap(true, Ordering::SeqCst) {
            return Err(Code::ExchangeRunning.into());
        }
        self.cancelled.store(false, Ordering::SeqCst);
        *guard(&self.pace) = (None, 0, 0);
        *guard(&self.shown) = ExchangeStatus { task: Some(task), ..ExchangeStatus::default() };
        Ok(())
    }

    /// Does what was claimed, on this thread; answers why it ended early.
    pub(crate) fn carry_out(
        &self,
        task: ExchangeTask,
        work: impl FnOnce(&Self, &mut ExchangeStatus) -> Result<(), Refused>,
    ) -> Option<Refused> {
        let mut status = ExchangeStatus { task: Some(task), ..ExchangeStatus::default() };
        let refused = caught("exchange", || work(self, &mut status)).err();
        if let Some(refused) = &refused {
            tracing::info!(%refused, "exchange");
            status.refused = Some(refused.clone().into());
        }
        *guard(&self.shown) = status;
        self.running.store(false, Ordering::SeqCst);
        refused
    }

    /// Says how far it is, and whether to go on.
    pub(crate) fn progress(&self, done: u64, total: u64) -> ControlFlow<()> {
        self.pace(None, done, total)
    }

    /// The same with the step of an exchange with the endpoint.
    pub(crate) fn pace(&self, step: Option<SyncStep>, done: u64, total: u64) -> ControlFlow<()> {
        *guard(&self.pace) = (step, done, total);
        if self.cancelled.load(Ordering::SeqCst) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Asks a running exchange to stop between two transactions, and gives up a bundle that waits for its signature.
    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
        *guard(&self.staged) = None;
    }

    /// How it stands.
    pub(crate) fn status(&self) -> ExchangeStatus {
        // Read before what is shown: an end in between is seen at the next look, never a result that is not there yet.
        let running = self.running.load(Ordering::SeqCst);
        let (step, done, total) = *guard(&self.pace);
        ExchangeStatus { running, step, done, total, ..guard(&self.shown).clone() }
    }

    /// Keeps a bundle until it is signed; an earlier one is given up.
    pub(crate) fn keep(&self, waiting: Waiting) {
        *guard(&self.staged) = Some(waiting);
    }

    /// Looks at the bundle that waits under this name.
    ///
    /// # Errors
    /// [`Code::BundleGone`].
    pub(crate) fn waiting<T>(&self, bundle: &str, look: impl FnOnce(&Waiting) -> T) -> Result<T, Refused> {
        let staged = guard(&self.staged);
        let waiting = staged.as_ref().filter(|waiting| waiting.bundle == bundle);
        waiting.map(look).ok_or_else(|| Code::BundleGone.into())
    }

    /// Takes it out to be signed.
    ///
    /// # Errors
    /// [`Code::BundleGone`].
    pub(crate) fn take(&self, bundle: &str) -> Result<Waiting, Refused> {
        let mut staged = guard(&self.staged);
        match staged.take() {
            Some(waiting) if waiting.bundle == bundle => Ok(waiting),
            other => {
                *staged = other;
                Err(Code::BundleGone.into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(run: &ExchangeRun) -> ExchangeStatus {
        while run.status().running {
            std::thread::yield_now();
        }
        run.status()
    }

    #[test]
    fn a_panic_ends_the_exchange_and_is_said() {
        let run = Arc::<ExchangeRun>::default();
        run.start(ExchangeTask::Scan, |_, _| panic!("the test asked for it")).unwrap();
        assert_eq!(ended(&run).refused.unwrap().code, "INTERNAL");
        run.start(ExchangeTask::Scan, |_, _| Ok(())).unwrap();
        assert!(ended(&run).refused.is_none(), "the next one runs");
    }
}
