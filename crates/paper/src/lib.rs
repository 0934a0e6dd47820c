#![doc = include_str!("../README.md")]

mod bounds;
mod error;
mod font;
mod layout;
mod page;
mod pdf;
mod slip;

pub use error::PaperError;
pub use font::{Face, Fonts};
pub use layout::layout;
pub use page::Pages;
pub use pdf::{Metadata, Moment, write_pdf};
pub use slip::*;
