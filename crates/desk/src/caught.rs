//! A panic is a fault of ours. It ends what was being done, never the host or the work of others in it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{Code, Refused};

/// Does `act`; a panic in it becomes [`Code::Internal`], which names `what`.
///
/// Nothing is half done after it: the store rolls its transaction back, and the desk's own states change by single
/// assignments.
///
/// # Errors
/// What `act` refuses, or that it panicked.
pub(crate) fn caught<T>(what: &str, act: impl FnOnce() -> Result<T, Refused>) -> Result<T, Refused> {
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|_| {
        tracing::error!(what, "panicked");
        Err(Refused::about(Code::Internal, format_args!("{what} 中途停止")))
    })
}
