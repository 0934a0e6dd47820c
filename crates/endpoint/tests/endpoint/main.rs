//! The endpoint from outside: the contract that both databases keep, and the requests that PCs make, on both.
#![allow(clippy::expect_used, reason = "a test may stop")]

mod bucket;
mod bureau;
mod contract;
mod copy;
mod failover;
mod naming;
mod openapi;
mod pc;
mod postgres;
mod process;
mod readable;
mod refused;
mod stories;
mod world;
