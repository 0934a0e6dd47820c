//! Two PCs and an endpoint, over real sockets.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

#[path = "../bundle/bureau.rs"]
#[allow(dead_code, reason = "bundles use more of the bureau")]
mod bureau;
mod stories;
mod world;
