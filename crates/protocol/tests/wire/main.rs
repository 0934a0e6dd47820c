//! What crosses: every message in its one form, what is refused, who is believed and what they may read.
#![allow(clippy::expect_used, reason = "a test may stop")]

mod bureau;
mod messages;
mod proofs;
mod scopes;
