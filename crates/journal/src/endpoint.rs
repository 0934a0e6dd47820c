//! What an endpoint says under its own key (Y7, L7b): receipts and checkpoints. It stores and forwards; it is never
//! trusted for integrity, and what it signs is evidence against it.

mod checkpoint;
mod receipt;
mod statement;

use thiserror::Error;

pub use checkpoint::{Checkpoint, EndpointLog, checkpoint_findings};
pub use receipt::{FormHeads, Receipt, heads_digest};
pub use statement::{Said, Statement};

/// Why a receipt or a checkpoint says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unattested {
    /// It speaks of another workspace.
    #[error("another workspace")]
    Workspace,
    /// The registry has no key of that endpoint's incarnation.
    #[error("the registry has no such endpoint")]
    Key,
    /// The signature is wrong.
    #[error("the signature is not valid")]
    Signature,
}

impl Unattested {
    /// The stable code, such as `Y7-SIGNATURE`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Workspace => "Y7-WORKSPACE",
            Self::Key => "Y7-KEY",
            Self::Signature => "Y7-SIGNATURE",
        }
    }
}
