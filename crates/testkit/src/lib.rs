#![doc = include_str!("../README.md")]
#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says why and stops")]

mod ambient;
mod bureau;
mod course;
mod outcome;
mod secrets;

pub use ambient::{Clock, Seeded};
pub use bureau::{Bureau, PASSWORD, Premises, Script};
pub use course::{Cases, Gate, Stuck, Words, gates, stuck};
pub use outcome::shut;
pub use secrets::MemoryStore;
