//! The real window under WebDriver.
#![allow(clippy::expect_used, reason = "what a story does fails the way the story fails")]

mod album;
mod design;
mod driver;
mod gates;
mod keyboard;
mod last_year;
mod office;
mod opening;
mod paper;
mod reopening;
mod rooms;
mod sample;
mod story;
mod window;
