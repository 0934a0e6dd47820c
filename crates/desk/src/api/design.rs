use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `design_open`: a definition to be changed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DesignOpen {
    /// Digest of the definition.
    pub definition: String,
}

/// A definition as a tree that the screen edits.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DesignTree {
    /// Digest of the definition.
    pub definition: String,
    /// The definition as JSON, with the keys of its file; at most 512 KiB.
    pub tree: String,
    /// The version that a change of it would be.
    pub version: u32,
}

/// `design_check`: judges an edited tree and shows its empty slip.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DesignCheck {
    /// Digest of the definition that it changes.
    pub base: String,
    /// The edited tree.
    pub tree: String,
}

/// An edited definition that would be accepted.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Designed {
    /// What differs from the version before, in Chinese.
    pub changes: Vec<String>,
    /// The empty slip, Base64.
    pub pdf: String,
    /// Its pages.
    pub pages: u32,
}

/// A definition of the program that this ledger does not use, or uses in an older version.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ShippedDefinition {
    /// Digest of its text.
    pub digest: String,
    /// Its title.
    pub title: String,
    /// Its version.
    pub version: u32,
    /// Title of its ledger.
    pub ledger_title: String,
    /// The active definition that it would take the place of.
    pub replaces: Option<String>,
}

/// `designs`: what an administrator can change or take into use.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Designs {
    /// Active definitions.
    pub active: Vec<super::DefinitionBrief>,
    /// Definitions that came with the program and are not in use.
    pub shipped: Vec<ShippedDefinition>,
}
