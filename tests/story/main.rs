//! Stories of the whole system, told to `qianbanctl` as a person or a script would.
#![allow(clippy::expect_used, reason = "a story may stop")]

mod bureau;
mod ctl;
mod exchange;
mod faults;
mod gates;
mod http;
mod killed;
mod pc;
mod relay;
mod road;
mod system;
mod tampered;
mod witness;
