//! Two PCs and an endpoint or a PC that relays, over real sockets.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod between;
#[path = "../bundle/bureau.rs"]
#[allow(dead_code, reason = "bundles use more of the bureau")]
mod bureau;
mod cut;
mod liar;
mod relay;
mod stories;
mod world;
