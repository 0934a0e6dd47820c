#![doc = include_str!("../README.md")]

mod admission;
pub mod app;
pub mod archive;
mod arguments;
pub mod blob_folder;
mod bureau;
mod clock;
pub mod code;
pub mod database;
mod guard;
pub mod http;
pub mod identity;
pub mod limit;
mod metrics;
mod recent;
mod run;
pub mod serve;
pub mod settings;

pub use arguments::{Arguments, Job, USAGE, UsageError};
pub use run::{Failure, run};
