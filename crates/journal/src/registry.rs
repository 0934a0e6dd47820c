//! The registry (名册): people, units, roles, seats, policies and leases in one linear, signed chain (G).

mod apply;
mod chain;
mod change;
mod change_bytes;
mod cut;
mod entry;
mod facts;
mod fork;
mod lease;
mod policy;
#[cfg(test)]
mod story;

pub use chain::{Appended, Blobs, NoBlobs, RegistryChain, RegistryError, fingerprint};
pub use change::{Certificate, Change, Member, PersonKind, PersonRecord, Quorum, SealingPc, seat_id};
pub(crate) use cut::CutSubject;
pub use cut::{encode_allow_list, read_allow_list};
pub use entry::{RegistryEntry, RegistrySignature};
pub(crate) use facts::Grounds;
pub use facts::{Assignment, Lease, LedgerRecord, Registry, Seat, UnitRecord};
pub use fork::{RegistryFork, Settled};
pub use lease::NumberGap;
pub use policy::{BUILT_IN_TABLES, Phase, Policy, SealMode, TablePolicy};
