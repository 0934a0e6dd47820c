#![doc = include_str!("../README.md")]

pub mod blobs;
pub mod compare;
pub mod enrol;
pub mod events;
mod fate;
pub mod hello;
pub mod leave;
pub mod limit;
mod message;
pub mod path;
mod pin;
mod proof;
mod refusal;
pub mod registry;
mod scope;
mod session;

pub use fate::{Fate, Fates, Missing};
pub use message::Message;
pub use pin::{BadPin, Pin};
pub use proof::{AUTHORIZATION_SCHEME, Claim, Proof, ProofError};
pub use refusal::{Refusal, RefusalCode};
pub use scope::{Reach, Scope};
pub use session::{Session, SignedSession};
