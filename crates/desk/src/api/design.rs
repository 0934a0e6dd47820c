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
    /// The person at the desk may activate it.
    pub may_change: bool,
}

/// `design_check`: judges an edited tree and shows its empty slip.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DesignCheck {
    /// Digest of the definition that it changes.
    pub base: String,
    /// The edited tree.
    pub tree: String,
}

/// What became of an edited definition.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Designed {
    /// Everything that differs from the version before; empty when nothing does.
    pub changes: Vec<DesignChange>,
    /// What its signer must know: nobody can go on, a gate never opens, a control goes.
    pub warnings: Vec<DesignNote>,
    /// Why it is not accepted; empty when it is.
    pub faults: Vec<DesignNote>,
    /// The empty slip; absent while there is a fault.
    pub slip: Option<DesignSlip>,
}

/// One difference from the version before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DesignChange {
    /// In Chinese.
    pub text: String,
    /// A control falls with it, or may fall.
    pub falls: bool,
}

/// A fault of an edited definition or a warning about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DesignNote {
    /// Stable code.
    pub code: String,
    /// In Chinese.
    pub message: String,
    /// Where in the tree: keys and numbers from 0, parted by dots (`step.1.roles`); empty for the whole.
    pub place: String,
}

/// The very slip that an edited definition prints.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DesignSlip {
    /// The PDF, Base64.
    pub pdf: String,
    /// Its pages.
    pub pages: u32,
}

/// A version of a form that was ever in use here.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DesignVersion {
    /// Digest of the definition.
    pub digest: String,
    /// Id of the form, the same in all its versions.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The version.
    pub version: u32,
    /// New forms begin with it.
    pub active: bool,
    /// Who took it into use.
    pub changed: Option<super::Changed>,
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
    /// The person at the desk may activate.
    pub may_change: bool,
    /// Active definitions.
    pub active: Vec<super::DefinitionBrief>,
    /// Definitions that came with the program and are not in use.
    pub shipped: Vec<ShippedDefinition>,
    /// Every version that was ever in use, newest first.
    pub versions: Vec<DesignVersion>,
}
