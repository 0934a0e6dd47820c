//! The real window under WebDriver.
#![allow(clippy::expect_used, reason = "what a story does fails the way the story fails")]

mod album;
mod driver;
mod office;
mod opening;
mod paper;
mod sample;
mod story;
mod window;
