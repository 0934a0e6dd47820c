//! The real window under WebDriver.
#![allow(clippy::expect_used, reason = "the helpers of a test fail the way the test fails")]

mod driver;
mod opening;
mod window;
