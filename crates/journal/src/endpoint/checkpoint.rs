//! The endpoint's log and its checkpoints (Y7), and what two of them betray (F11).

use std::collections::{BTreeMap, BTreeSet};

use crate::cbor::{DecodeError, Reader, Writer};
use crate::digest::labelled;
use crate::endpoint::statement::{Said, Statement};
use crate::fold::Finding;
use crate::ids::{Digest, EventId, Incarnation, WorkspaceId};
use crate::limit;
use crate::mutation::{Mutation, mutated};

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

/// `[ws, incarnation, n, root, time, sig]`: the endpoint's word on its log as it stood, to count on from.
pub type Checkpoint = Statement<EndpointLog>;

impl Said for EndpointLog {
    const ID_LABEL: &'static str = "qianban/checkpoint/1";
    const SIG_LABEL: &'static str = "qianban/checkpoint-sig/1";
    const BYTES_MAX: usize = limit::CHECKPOINT_BYTES;

    fn write(&self, incarnation: Incarnation, w: &mut Writer) {
        w.bytes(incarnation.0).uint(self.n).bytes(self.root.0);
    }

    fn read(r: &mut Reader<'_>) -> Result<(Incarnation, Self), DecodeError> {
        Ok((r.id()?, Self { n: r.uint(u64::MAX)?, root: r.id()? }))
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
        let (incarnation, EndpointLog { n, root }) = (checkpoint.incarnation, checkpoint.said);
        if *roots.entry((incarnation, n)).or_insert(root) != root && !mutated(Mutation::CheckpointForkUnseen)
        {
            findings.insert(Finding::EndpointForked { incarnation, n });
        }
    }
    for same in by_time.chunk_by(|a, b| a.incarnation == b.incarnation) {
        let mut longest = 0;
        for moment in same.chunk_by(|a, b| a.time == b.time) {
            for checkpoint in moment.iter().filter(|checkpoint| checkpoint.said.n < longest) {
                let (incarnation, to) = (checkpoint.incarnation, checkpoint.said.n);
                findings.insert(Finding::EndpointWentBack { incarnation, from: longest, to });
            }
            longest = moment.iter().map(|checkpoint| checkpoint.said.n).fold(longest, u64::max);
        }
    }
    findings.into_iter().collect()
}
