//! The one exchange that runs at a time, on a thread of its own, and the bundle that waits for its signature.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use qianban_sync::bundle::Staged;

use crate::api::{ExchangeStatus, ExchangeTask};
use crate::caught::caught;
use crate::desk::guard;
use crate::{Code, Refused};

/// How the running or last exchange stands.
#[derive(Default)]
pub(crate) struct ExchangeRun {
    running: AtomicBool,
    cancelled: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
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
        if self.running.swap(true, Ordering::SeqCst) {
            return Err(Code::ExchangeRunning.into());
        }
        self.cancelled.store(false, Ordering::SeqCst);
        self.done.store(0, Ordering::SeqCst);
        self.total.store(0, Ordering::SeqCst);
        *guard(&self.shown) = ExchangeStatus { task: Some(task), ..ExchangeStatus::default() };
        let run = Arc::clone(self);
        let started = std::thread::Builder::new().name("exchange".to_owned()).spawn(move || {
            let mut status = ExchangeStatus { task: Some(task), ..ExchangeStatus::default() };
            if let Err(refused) = caught("exchange", || work(&run, &mut status)) {
                tracing::info!(%refused, "exchange");
                status.refused = Some(refused.into());
            }
            *guard(&run.shown) = status;
            run.running.store(false, Ordering::SeqCst);
        });
        if let Err(error) = started {
            self.running.store(false, Ordering::SeqCst);
            return Err(error.into());
        }
        Ok(())
    }

    /// Says how far it is, and whether to go on.
    pub(crate) fn progress(&self, done: u64, total: u64) -> ControlFlow<()> {
        self.done.store(done, Ordering::SeqCst);
        self.total.store(total, Ordering::SeqCst);
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
        ExchangeStatus {
            running,
            done: self.done.load(Ordering::SeqCst),
            total: self.total.load(Ordering::SeqCst),
            ..guard(&self.shown).clone()
        }
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
