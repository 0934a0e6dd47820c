//! `sample_open`, `sample_status`, `sample_cancel`, `sample_erase`: the door 「先看样例」.

use super::host_status;
use crate::api::{HostStatus, Nothing, SampleStatus};
use crate::{Desk, Refused};

/// Shows the sample, which is made first where there is none.
pub(crate) fn open(desk: &Desk, _: Nothing) -> Result<SampleStatus, Refused> {
    desk.sample.open(desk)?;
    Ok(desk.sample.status())
}

/// How far it is.
pub(crate) fn status(desk: &Desk, _: Nothing) -> Result<SampleStatus, Refused> {
    Ok(desk.sample.status())
}

/// Stops making it.
pub(crate) fn cancel(desk: &Desk, _: Nothing) -> Result<SampleStatus, Refused> {
    desk.sample.cancel();
    Ok(desk.sample.status())
}

/// Takes it away, with everything that was written into it.
pub(crate) fn erase(desk: &Desk, _: Nothing) -> Result<HostStatus, Refused> {
    desk.sample.erase(desk.folder())?;
    host_status::run(desk, Nothing {})
}
