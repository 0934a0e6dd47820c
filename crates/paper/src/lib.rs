//! On paper: slip, page model, PDF.

mod error;
mod slip;

pub use error::PaperError;
pub use slip::*;
