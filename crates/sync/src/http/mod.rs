//! The exchange with an endpoint over HTTP: what is due is decided first, then done step by step (Y2–Y5, Y9). Nothing that
//! comes back is believed because of where it came from.

mod files;
mod pause;
mod pinned;
mod run;
mod step;
mod wire;

pub use pause::{PAUSE_FIRST_S, PAUSE_LONGEST_S, pause};
pub use run::{Exchanged, exchange};
pub use step::{Facts, Step, next};
pub use wire::{Access, Caller, ExchangeError, Wire};
