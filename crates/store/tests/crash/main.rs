//! A disk that loses what was not synced, fails or is full, at every call that SQLite makes of it (faults 2, 3, 5).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

#[path = "../store/bureau.rs"]
#[allow(dead_code, reason = "other stories use more of the bureau")]
mod bureau;
mod failing;
mod image;
mod power;
mod vfs;
mod work;
