#![doc = include_str!("../README.md")]

pub mod bundle;
pub mod http;

mod intake;
mod leave;
mod request;
mod text;

pub use intake::{Outcome, REFUSALS_SHOWN};
pub use leave::leaving_ledgers;
pub use request::{BadRequest, Request};
pub use text::Text;
