#![doc = include_str!("../README.md")]

pub mod bundle;

mod bureau;
mod intake;
mod request;
mod text;

pub use bureau::{OUTGOING_LEDGERS, outgoing_ledgers};
pub use intake::{Outcome, REFUSALS_SHOWN};
pub use request::{BadRequest, Request};
pub use text::Text;
