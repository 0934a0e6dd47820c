//! Receipts (L7b): what an endpoint had of a form at some moment.

use crate::cbor::{DecodeError, Reader, Writer};
use crate::digest::labelled;
use crate::endpoint::statement::{Said, Statement};
use crate::ids::{Digest, EventId, FormId, Incarnation};
use crate::limit;

/// `[ws, form, heads, incarnation, time, sig]`: at that time, those were the latest flow events that the endpoint had
/// of the form. A Seal that holds it cites exactly them, so nothing that had reached the endpoint was withheld from
/// the sealer, or the endpoint has signed a lie.
pub type Receipt = Statement<FormHeads>;

/// The latest flow events of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormHeads {
    /// The form.
    pub form: FormId,
    /// [`heads_digest`] of the flow events that no other flow event of the form cites.
    pub heads: Digest,
}

impl FormHeads {
    /// Of a form whose heads are as [`crate::flow_heads`] finds them.
    pub fn of(form: FormId, heads: &[EventId]) -> Self {
        Self { form, heads: heads_digest(heads) }
    }
}

impl Said for FormHeads {
    const ID_LABEL: &'static str = "qianban/receipt/1";
    const SIG_LABEL: &'static str = "qianban/receipt-sig/1";
    const BYTES_MAX: usize = limit::RECEIPT_BYTES;

    fn write(&self, incarnation: Incarnation, w: &mut Writer) {
        w.bytes(self.form.0).bytes(self.heads.0).bytes(incarnation.0);
    }

    fn read(r: &mut Reader<'_>) -> Result<(Incarnation, Self), DecodeError> {
        let said = Self { form: r.id()?, heads: r.id()? };
        Ok((r.id()?, said))
    }
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
