//! The service catalogue.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The items that a catalogue field takes: the shipped ones in the order of the white paper, then the bureau's own.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Catalogue {
    /// Every item.
    pub items: Vec<CatalogueItem>,
}

/// An item of the service catalogue.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CatalogueItem {
    /// Code that is stored: `C040`, or `Z001` of the bureau.
    pub code: String,
    /// Its words.
    pub text: String,
    /// Heading; empty for the bureau's own.
    pub group: String,
    /// `范围外/需确认` or `范围外` for performance tuning, as the bureau has set it (G1); empty for all else.
    pub mark: String,
    /// The bureau's own.
    pub own: bool,
}
