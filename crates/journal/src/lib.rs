#![doc = include_str!("../README.md")]

mod action;
pub mod cbor;
mod day;
mod device_log;
mod digest;
mod endpoint;
mod envelope;
mod event;
#[cfg(test)]
mod every_kind;
mod fold;
mod ids;
pub mod limit;
mod mutation;
mod number;
mod order;
mod plan;
mod registry;
mod snapshot;
mod suite;

pub use action::{Action, Hand, Kind, Mode, Target};
pub use cbor::DecodeError;
pub use device_log::{LogEntry, device_log_findings};
pub use digest::{DigestStream, digest};
pub use endpoint::{
    Checkpoint, EndpointLog, FormHeads, Receipt, Said, Statement, Unattested, checkpoint_findings,
    heads_digest,
};
pub use envelope::{Envelope, SignError, Signed, Unverified, Verified, sign, signed_bytes};
pub use event::{Actor, Epoch, Event, Header, LogPlace, RULES, event_id};
pub use fold::{
    Admission, ApproveDraft, ApproveView, Author, EntryDraft, EntryView, EventView, Finding, FormLog,
    FormStatus, FormView, Illegal, Missing, Next, Rejected, ReturnView, RoundStatus, RoundView, SealView,
    number_findings,
};
pub use ids::{
    DeviceId, Digest, EventId, FormId, Incarnation, Ledger, ParseIdError, PersonId, Role, RowId, SeatId,
    UnitId, WorkspaceId,
};
#[cfg(feature = "mutation")]
pub use mutation::{Mutation, with_mutation};
pub use number::Number;
pub use order::{causal_order, flow_heads};
pub use plan::{Ink, Plan, PlanStep};
pub use registry::{
    Appended, Assignment, BUILT_IN_TABLES, Blobs, Certificate, Change, Lease, LedgerRecord, Member, NoBlobs,
    NumberGap, PersonKind, PersonRecord, Phase, Policy, Quorum, Registry, RegistryChain, RegistryEntry,
    RegistryError, RegistryFork, RegistrySignature, SealMode, SealingPc, Seat, Settled, TablePolicy,
    UnitRecord, encode_allow_list, fingerprint, read_allow_list, seat_id,
};
pub use snapshot::{Attachment, Item, Link, Snapshot};
#[cfg(feature = "test-suite")]
pub use suite::TestKey;
pub use suite::{KEYED_TEST, PublicKey, SM2_SM3, Signature, Signer, Sm2Key, SuiteError, WRAPPED_KEY_BYTES};
