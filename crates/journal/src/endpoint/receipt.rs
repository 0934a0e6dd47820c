//! Receipts (L7b): what an endpoint had of a form at some moment.

use crate::cbor::{DecodeError, Reader, Writer, strict};
use crate::digest::labelled;
use crate::endpoint::{Unattested, attested, signed_bytes};
use crate::ids::{Digest, EventId, FormId, Incarnation, WorkspaceId};
use crate::limit;
use crate::registry::Registry;
use crate::suite::{Signature, Signer, SuiteError};

/// `[ws, form, heads, incarnation, time, sig]`: at that time, those were the latest flow events that the endpoint had
/// of the form. A Seal that holds it cites exactly them, so nothing that had reached the endpoint was withheld from
/// the sealer, or the endpoint has signed a lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The workspace.
    pub ws: WorkspaceId,
    /// The form.
    pub form: FormId,
    /// [`heads_digest`] of the flow events that no other flow event of the form cites there.
    pub heads: Digest,
    /// The endpoint's incarnation, whose key is in the registry.
    pub incarnation: Incarnation,
    /// The endpoint's clock, milliseconds since 1970-01-01 UTC; decides nothing.
    pub time: i64,
    /// By the endpoint's key.
    pub sig: Signature,
}

/// Digest of the heads of a form, in any order: SM3 of `"qianban/heads/1" 00 [id…]`, ascending.
pub fn heads_digest(heads: &[EventId]) -> Digest {
    let mut heads = heads.to_vec();
    heads.sort();
    heads.dedup();
    let mut w = Writer::new();
    w.list(&heads, |w, id| {
        w.bytes(id.0);
    });
    Digest(labelled("qianban/heads/1", &w.into_bytes()))
}

impl Receipt {
    /// Signs what the endpoint has: `heads` as [`crate::flow_heads`] finds them.
    ///
    /// # Errors
    /// The key cannot sign.
    pub fn issue(
        ws: WorkspaceId,
        form: FormId,
        heads: &[EventId],
        incarnation: Incarnation,
        time: i64,
        signer: &dyn Signer,
    ) -> Result<Self, SuiteError> {
        let heads = heads_digest(heads);
        let mut receipt = Self { ws, form, heads, incarnation, time, sig: [0; limit::SIGNATURE_BYTES] };
        receipt.sig = signer.sign(&receipt.signed_bytes())?;
        Ok(receipt)
    }

    /// SM3 of `"qianban/receipt/1" 00 [ws, form, heads, incarnation, time]`.
    pub fn id(&self) -> Digest {
        let mut w = Writer::new();
        w.array(5);
        self.write_signed(&mut w);
        Digest(labelled("qianban/receipt/1", &w.into_bytes()))
    }

    /// The bytes that are signed: `"qianban/receipt-sig/1" 00 id`.
    pub fn signed_bytes(&self) -> Vec<u8> {
        signed_bytes("qianban/receipt-sig/1", self.id())
    }

    /// The canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.array(6);
        self.write_signed(&mut w);
        w.bytes(self.sig);
        w.into_bytes()
    }

    /// Decodes strictly; the signature is looked at by [`Receipt::verify`].
    ///
    /// # Errors
    /// Not canonical, or over 1 KiB.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        strict(bytes, limit::RECEIPT_BYTES, |r| r.tuple(6, Self::read), Self::encode)
    }

    /// Whether an endpoint of this workspace and registry version signed it.
    ///
    /// # Errors
    /// See [`Unattested`].
    pub fn verify(&self, ws: WorkspaceId, registry: Registry<'_>) -> Result<(), Unattested> {
        if self.ws != ws {
            return Err(Unattested::Workspace);
        }
        attested(registry, self.incarnation, &self.signed_bytes(), &self.sig)
    }

    fn write_signed(&self, w: &mut Writer) {
        w.bytes(self.ws.0).bytes(self.form.0).bytes(self.heads.0).bytes(self.incarnation.0).int(self.time);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            ws: r.id()?,
            form: r.id()?,
            heads: r.id()?,
            incarnation: r.id()?,
            time: r.int()?,
            sig: r.signature()?,
        })
    }
}
