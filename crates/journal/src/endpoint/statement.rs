//! The one form in which an endpoint says something under its own key.

use crate::cbor::{DecodeError, Reader, Writer, strict};
use crate::digest::labelled;
use crate::endpoint::Unattested;
use crate::ids::{Digest, Incarnation, WorkspaceId};
use crate::limit;
use crate::registry::Registry;
use crate::suite::{Signature, Signer, SuiteError};

/// What an endpoint may say. The labels and the order of the fields are signed: they never change.
pub trait Said: Sized {
    /// Label of the id.
    const ID_LABEL: &'static str;
    /// Label of the bytes that are signed.
    const SIG_LABEL: &'static str;
    /// Most bytes of a statement.
    const BYTES_MAX: usize;

    /// Writes the three fields between the workspace and the time, of which the incarnation is one.
    fn write(&self, incarnation: Incarnation, w: &mut Writer);

    /// Reads them.
    ///
    /// # Errors
    /// They are not canonical.
    fn read(r: &mut Reader<'_>) -> Result<(Incarnation, Self), DecodeError>;
}

/// `[ws, …, time, sig]`: what an endpoint said of a workspace, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement<S> {
    /// The workspace.
    pub ws: WorkspaceId,
    /// The endpoint's incarnation, whose key is in the registry.
    pub incarnation: Incarnation,
    /// What it says.
    pub said: S,
    /// The endpoint's clock, milliseconds since 1970-01-01 UTC; decides nothing.
    pub time: i64,
    /// By the endpoint's key.
    pub sig: Signature,
}

impl<S: Said> Statement<S> {
    /// Signs what the endpoint says.
    ///
    /// # Errors
    /// The key cannot sign.
    pub fn issue(
        ws: WorkspaceId,
        incarnation: Incarnation,
        said: S,
        time: i64,
        signer: &dyn Signer,
    ) -> Result<Self, SuiteError> {
        let mut statement = Self { ws, incarnation, said, time, sig: [0; limit::SIGNATURE_BYTES] };
        statement.sig = signer.sign(&statement.signed_bytes())?;
        Ok(statement)
    }

    /// SM3 of [`Said::ID_LABEL`] `00` and the array of everything but the signature.
    pub fn id(&self) -> Digest {
        let mut w = Writer::new();
        w.array(5);
        self.write_signed(&mut w);
        Digest(labelled(S::ID_LABEL, &w.into_bytes()))
    }

    /// The bytes that are signed: [`Said::SIG_LABEL`] `00 id`.
    pub fn signed_bytes(&self) -> Vec<u8> {
        [S::SIG_LABEL.as_bytes(), &[0], &self.id().0].concat()
    }

    /// The canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.array(6);
        self.write_signed(&mut w);
        w.bytes(self.sig);
        w.into_bytes()
    }

    /// Decodes strictly; the signature is looked at by [`Statement::verify`].
    ///
    /// # Errors
    /// Not canonical, or over [`Said::BYTES_MAX`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        strict(bytes, S::BYTES_MAX, |r| r.tuple(6, Self::read), Self::encode)
    }

    /// Whether an endpoint of this workspace and registry version signed it.
    ///
    /// # Errors
    /// See [`Unattested`].
    pub fn verify(&self, ws: WorkspaceId, registry: Registry<'_>) -> Result<(), Unattested> {
        if self.ws != ws {
            return Err(Unattested::Workspace);
        }
        let key = registry.endpoint_key(self.incarnation).ok_or(Unattested::Key)?;
        key.verify(&self.signed_bytes(), &self.sig).map_err(|_| Unattested::Signature)
    }

    fn write_signed(&self, w: &mut Writer) {
        w.bytes(self.ws.0);
        self.said.write(self.incarnation, w);
        w.int(self.time);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let ws = r.id()?;
        let (incarnation, said) = S::read(r)?;
        Ok(Self { ws, incarnation, said, time: r.int()?, sig: r.signature()? })
    }
}
