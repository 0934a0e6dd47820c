//! The endpoint's log and its checkpoints (Y7), and what two of them betray (F11).

use std::collections::{BTreeMap, BTreeSet};

use crate::cbor::{DecodeError, Reader, Writer, strict};
use crate::digest::labelled;
use crate::endpoint::{Unattested, attested, signed_bytes};
use crate::fold::Finding;
use crate::ids::{Digest, EventId, Incarnation, WorkspaceId};
use crate::limit;
use crate::mutation::{Mutation, mutated};
use crate::registry::Registry;
use crate::suite::{Signature, Signer, SuiteError};

/// The log of one workspace in one incarnation of an endpoint: how many events arrived and the root over them,
/// `root_n = H(root_{n-1} ‖ id)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndpointLog {
    n: u64,
    root: Digest,
}

impl EndpointLog {
    /// The empty log: its root is SM3 of `"qianban/endpoint-log/1" 00 ws incarnation`.
    pub fn new(ws: WorkspaceId, incarnation: Incarnation) -> Self {
        let seed = [ws.0, incarnation.0].concat();
        Self { n: 0, root: Digest(labelled("qianban/endpoint-log/1", &seed)) }
    }

    /// A log as it was kept, or as a checkpoint says.
    pub const fn at(n: u64, root: Digest) -> Self {
        Self { n, root }
    }

    /// Takes the next event in the order of arrival: the root becomes SM3 of
    /// `"qianban/endpoint-log/1" 00 root id`.
    pub fn push(&mut self, id: EventId) {
        self.root = Digest(labelled("qianban/endpoint-log/1", &[self.root.0, id.0].concat()));
        self.n += 1;
    }

    /// How many events arrived.
    pub const fn n(&self) -> u64 {
        self.n
    }

    /// The root over all of them.
    pub const fn root(&self) -> Digest {
        self.root
    }
}

/// `[ws, incarnation, n, root, time, sig]`: the endpoint's word on its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The workspace.
    pub ws: WorkspaceId,
    /// The endpoint's incarnation, whose key is in the registry.
    pub incarnation: Incarnation,
    /// How many events had arrived.
    pub n: u64,
    /// [`EndpointLog::root`] over them.
    pub root: Digest,
    /// The endpoint's clock, milliseconds since 1970-01-01 UTC.
    pub time: i64,
    /// By the endpoint's key.
    pub sig: Signature,
}

impl Checkpoint {
    /// Signs the log as it stands.
    ///
    /// # Errors
    /// The key cannot sign.
    pub fn issue(
        ws: WorkspaceId,
        incarnation: Incarnation,
        log: &EndpointLog,
        time: i64,
        signer: &dyn Signer,
    ) -> Result<Self, SuiteError> {
        let sig = [0; limit::SIGNATURE_BYTES];
        let mut checkpoint = Self { ws, incarnation, n: log.n, root: log.root, time, sig };
        checkpoint.sig = signer.sign(&checkpoint.signed_bytes())?;
        Ok(checkpoint)
    }

    /// The log that it speaks of, to count on from.
    pub const fn log(&self) -> EndpointLog {
        EndpointLog::at(self.n, self.root)
    }

    /// SM3 of `"qianban/checkpoint/1" 00 [ws, incarnation, n, root, time]`.
    pub fn id(&self) -> Digest {
        let mut w = Writer::new();
        w.array(5);
        self.write_signed(&mut w);
        Digest(labelled("qianban/checkpoint/1", &w.into_bytes()))
    }

    /// The bytes that are signed: `"qianban/checkpoint-sig/1" 00 id`.
    pub fn signed_bytes(&self) -> Vec<u8> {
        signed_bytes("qianban/checkpoint-sig/1", self.id())
    }

    /// The canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.array(6);
        self.write_signed(&mut w);
        w.bytes(self.sig);
        w.into_bytes()
    }

    /// Decodes strictly; the signature is looked at by [`Checkpoint::verify`].
    ///
    /// # Errors
    /// Not canonical, or over 256 bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        strict(bytes, limit::CHECKPOINT_BYTES, |r| r.tuple(6, Self::read), Self::encode)
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
        w.bytes(self.ws.0).bytes(self.incarnation.0).uint(self.n).bytes(self.root.0).int(self.time);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            ws: r.id()?,
            incarnation: r.id()?,
            n: r.uint(u64::MAX)?,
            root: r.id()?,
            time: r.int()?,
            sig: r.signature()?,
        })
    }
}

/// F11 over verified checkpoints of one workspace, from wherever they came, in any order: two roots for one number of
/// events, or a log that became shorter. Ascending.
pub fn checkpoint_findings(checkpoints: &[Checkpoint]) -> Vec<Finding> {
    let mut findings = BTreeSet::new();
    let mut roots = BTreeMap::<(Incarnation, u64), Digest>::new();
    let mut by_time: Vec<&Checkpoint> = checkpoints.iter().collect();
    by_time.sort_by_key(|checkpoint| (checkpoint.incarnation, checkpoint.time));
    for checkpoint in checkpoints {
        let Checkpoint { incarnation, n, root, .. } = *checkpoint;
        if *roots.entry((incarnation, n)).or_insert(root) != root && !mutated(Mutation::CheckpointForkUnseen)
        {
            findings.insert(Finding::EndpointForked { incarnation, n });
        }
    }
    for same in by_time.chunk_by(|a, b| a.incarnation == b.incarnation) {
        let mut longest = 0;
        for moment in same.chunk_by(|a, b| a.time == b.time) {
            for checkpoint in moment.iter().filter(|checkpoint| checkpoint.n < longest) {
                let (incarnation, to) = (checkpoint.incarnation, checkpoint.n);
                findings.insert(Finding::EndpointWentBack { incarnation, from: longest, to });
            }
            longest = moment.iter().map(|checkpoint| checkpoint.n).fold(longest, u64::max);
        }
    }
    findings.into_iter().collect()
}
