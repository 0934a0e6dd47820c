//! A registry entry and its signatures (G1).

use crate::cbor::{DecodeError, Reader, Writer, strict};
use crate::digest::labelled;
use crate::ids::{Digest, WorkspaceId};
use crate::limit;
use crate::registry::change::Change;
use crate::suite::{Signature, Signer, SuiteError};

/// A member's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrySignature {
    /// Index of the member in the quorum of the version before (in a Found entry: its own quorum).
    pub member: u8,
    /// Over [`RegistryEntry::signed_bytes`].
    pub sig: Signature,
}

/// `[ws, number, prev, body, sigs]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryEntry {
    /// The workspace.
    pub ws: WorkspaceId,
    /// From 1, without gaps.
    pub number: u32,
    /// Hash of the entry before; none in entry 1.
    pub prev: Option<Digest>,
    /// What changes.
    pub body: Change,
    /// Ascending by member.
    pub sigs: Vec<RegistrySignature>,
}

impl RegistryEntry {
    /// The entry's hash, which epochs name: SM3 of `"qianban/registry/1" 00 [ws, number, prev, body]`.
    pub fn hash(&self) -> Digest {
        let mut w = Writer::new();
        w.array(4);
        self.write_signed(&mut w);
        Digest(labelled("qianban/registry/1", &w.into_bytes()))
    }

    /// The bytes that members sign: `"qianban/registry-sig/1" 00 hash`.
    pub fn signed_bytes(&self) -> Vec<u8> {
        [b"qianban/registry-sig/1\0".as_slice(), &self.hash().0].concat()
    }

    /// Adds the signature of a member, keeping the order; replaces an earlier one of the same member.
    ///
    /// # Errors
    /// The key cannot sign.
    pub fn sign(&mut self, member: u8, signer: &dyn Signer) -> Result<(), SuiteError> {
        let sig = signer.sign(&self.signed_bytes())?;
        self.sigs.retain(|s| s.member != member);
        self.sigs.push(RegistrySignature { member, sig });
        self.sigs.sort_by_key(|s| s.member);
        Ok(())
    }

    /// The canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.array(5);
        self.write_signed(&mut w);
        w.list(&self.sigs, |w, s| {
            w.array(2).uint(s.member).bytes(s.sig);
        });
        w.into_bytes()
    }

    /// Decodes strictly; signatures are checked by [`crate::RegistryChain::append`].
    ///
    /// # Errors
    /// Not canonical, over 16 KiB, or an unknown kind of change.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let entry = strict(bytes, limit::ENTRY_BYTES, |r| r.tuple(5, Self::read), Self::encode)?;
        if entry.sigs.is_sorted_by(|a, b| a.member < b.member) {
            Ok(entry)
        } else {
            Err(DecodeError::NotAscending)
        }
    }

    fn write_signed(&self, w: &mut Writer) {
        w.bytes(self.ws.0).uint(self.number).option(self.prev, |w, prev| {
            w.bytes(prev.0);
        });
        self.body.write(w);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            ws: r.id()?,
            number: r.u32()?,
            prev: r.option(Reader::id)?,
            body: Change::read(r)?,
            sigs: r.list(limit::QUORUM, |r| {
                r.tuple(2, |r| Ok(RegistrySignature { member: r.u8(u8::MAX)?, sig: r.signature()? }))
            })?,
        })
    }
}
