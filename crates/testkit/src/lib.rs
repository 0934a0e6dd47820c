//! For tests only: a clock that stands still, randomness from a seed, and a finance bureau with its people, driven
//! through the same commands as every host.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says why and stops")]

mod ambient;
mod bureau;
mod secrets;

pub use ambient::{Clock, Seeded};
pub use bureau::{Bureau, PASSWORD, Script};
pub use secrets::MemoryStore;
