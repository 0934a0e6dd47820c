//! Bundles on a stick: written, pulled out, damaged, read twice and in any order.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod bureau;
mod damage;
mod exchange;
mod sealed;
