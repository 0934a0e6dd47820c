//! What an endpoint says under its own key (Y7, L7b): receipts and checkpoints. It stores and forwards; it is never
//! trusted for integrity, and what it signs is evidence against it.

mod checkpoint;
mod receipt;

use thiserror::Error;

pub use checkpoint::{Checkpoint, EndpointLog, checkpoint_findings};
pub use receipt::{Receipt, heads_digest};

use crate::ids::{Digest, Incarnation};
use crate::registry::Registry;
use crate::suite::Signature;

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

/// `label 00 id`: what the endpoint's key signs.
fn signed_bytes(label: &str, id: Digest) -> Vec<u8> {
    [label.as_bytes(), &[0], &id.0].concat()
}

/// Whether the key that the registry has for this incarnation signed the message.
fn attested(
    registry: Registry<'_>,
    incarnation: Incarnation,
    message: &[u8],
    sig: &Signature,
) -> Result<(), Unattested> {
    let key = registry.endpoint_key(incarnation).ok_or(Unattested::Key)?;
    key.verify(message, sig).map_err(|_| Unattested::Signature)
}
