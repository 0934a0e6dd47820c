//! The endpoint from outside: the contract that both databases keep, and the requests that PCs make, on both.
#![allow(clippy::expect_used, reason = "a test may stop")]

mod bodies;
mod bucket;
mod bureau;
mod contract;
mod copy;
mod failover;
mod naming;
mod newer;
mod openapi;
mod pc;
mod postgres;
mod process;
mod readable;
mod refused;
#[path = "../../../../fuzz/replay.rs"]
mod replay;
mod stories;
mod world;
