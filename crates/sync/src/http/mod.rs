//! The exchange with an endpoint over HTTP: what is due is decided first, then done step by step (Y2–Y5, Y9). Nothing that
//! comes back is believed because of where it came from.

mod enrol;
mod files;
mod line;
mod pause;
mod pinned;
mod run;
mod step;
mod voice;
mod wire;

pub use enrol::{Enrolment, Standing, enrol, introduce};
pub use line::{Access, ExchangeError, check};
pub use pause::{PAUSE_FIRST_S, PAUSE_LONGEST_S, pause};
pub use qianban_protocol::{Refusal, RefusalCode};
pub use run::{Exchanged, Pace, endpoint_device, exchange};
pub use step::{Facts, Step, next};
pub use voice::Voice;
pub use wire::{Caller, Wire};
