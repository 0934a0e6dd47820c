//! Stories of the local file, told through its public door.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod backup;
mod bureau;
mod checkpoint;
mod device_log;
mod exchange;
mod links;
mod opening;
mod rival;
mod story;
mod vault;
mod verify;
mod waiting;
mod work;
