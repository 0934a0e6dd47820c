#![doc = include_str!("../README.md")]

mod admission;
pub mod app;
#[cfg(feature = "program")]
pub mod archive;
#[cfg(feature = "program")]
mod arguments;
#[cfg(feature = "program")]
pub mod blob_bucket;
pub mod blob_folder;
mod bureau;
mod clock;
pub mod code;
pub mod database;
mod guard;
pub mod http;
pub mod identity;
pub mod limit;
pub mod long_blobs;
mod metrics;
pub mod quota;
mod recent;
#[cfg(feature = "program")]
mod run;
pub mod sealing;
pub mod serve;
#[cfg(feature = "program")]
pub mod settings;
pub mod tls;

#[cfg(feature = "program")]
pub use arguments::{Arguments, Job, USAGE, UsageError};
#[cfg(feature = "program")]
pub use run::{Failure, main_with, run};
