//! `verify_start`, `verify_status`, `verify_cancel`: is the whole file what was signed?

use std::sync::Arc;

use crate::api::{FaultView, Nothing, Refusal, VerifyStatus};
use crate::{Code, Desk, Refused, ambient};

/// Begins a check.
pub(crate) fn start(desk: &Desk, _: Nothing) -> Result<VerifyStatus, Refused> {
    let opened = desk.opened()?;
    let clock = Arc::clone(&desk.setup.ambient);
    desk.verify_run.start(opened, move || ambient::rfc3339(clock.now()))?;
    Ok(desk.verify_run.status())
}

/// How far it is.
pub(crate) fn status(desk: &Desk, _: Nothing) -> Result<VerifyStatus, Refused> {
    Ok(desk.verify_run.status())
}

/// Stops it.
pub(crate) fn cancel(desk: &Desk, _: Nothing) -> Result<VerifyStatus, Refused> {
    desk.verify_run.cancel();
    Ok(desk.verify_run.status())
}

impl Desk {
    /// The same check, waited for: the bad rows, the first one first. A file too damaged to be opened is one too.
    ///
    /// # Errors
    /// There is no ledger, its key is not at hand, or it cannot be read for another reason.
    pub fn verify(&self) -> Result<Vec<FaultView>, Refusal> {
        let outcome = self.opened().and_then(|opened| Arc::clone(&self.verify_run).check(&opened));
        match outcome {
            Err(refused) if refused.code() == Code::HostDamaged => {
                let what = Refusal::from(refused).message;
                Ok(vec![FaultView { table: "file".to_owned(), row: String::new(), what }])
            }
            other => other.map_err(Refusal::from),
        }
    }
}
