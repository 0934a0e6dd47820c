#![doc = include_str!("../README.md")]

mod attachment;
mod backup;
mod blob;
mod checkpoint;
mod connection;
mod device_log;
mod draft;
mod durable_file;
mod endpoint;
mod error;
mod event;
mod index;
mod ledger;
mod mark;
mod migrate;
mod outgoing;
mod peer;
mod pending;
mod place;
mod projection;
mod registry;
mod relay;
mod rival;
mod row;
mod search;
mod seat_request;
mod secret;
mod store;
mod vault;
mod verify;

pub use attachment::{
    ATTACHMENT_BYTES_MAX, Adopted, AttachmentError, AttachmentReader, AttachmentWriter,
    DISPLAY_NAME_CHARS_MAX, StagedAttachment, display_name,
};
pub use backup::BackupReport;
pub use blob::BLOB_BYTES_MAX;
pub use checkpoint::CHECKPOINTS_MAX;
pub use connection::BUSY_TIMEOUT_MS;
pub use draft::{
    DRAFT_KEY_BYTES_MAX, DRAFT_VALUE_BYTES_MAX, DRAFTS_MAX, DraftAttachment, DraftField, DraftKey,
    DraftSummary,
};
pub use endpoint::EndpointWay;
pub use error::StoreError;
pub use event::{Checked, ItemResult};
pub use index::{Index, Indexed, Sources};
pub use ledger::{
    BOOK_ROWS_MAX, FINDINGS_MAX, FindingRow, FormRow, LedgerQuery, Listed, OPEN_STEPS_MAX, OpenStep,
    PAGE_ROWS_MAX, Page,
};
pub use mark::{Concern, MARKED_MAX};
pub use outgoing::{Outgoing, Weighed};
pub use peer::{BUCKETS, LogPrefix, PeerKey, PeerRow};
pub use pending::{
    BATCH_EVENTS, PENDING_BYTES_MAX, PENDING_EVENTS_MAX, PENDING_OF_FORM_MAX, PendingRow, REFUSED_MAX,
    RefusedRow, Waiting,
};
pub use place::{NetworkPlace, network_mount, windows_share};
pub use projection::Turn;
pub use registry::{AppendRegistryError, named_blob};
pub use seat_request::SeatRequest;
pub use secret::{DatabaseKey, SecretStore, SecretStoreError};
pub use store::{DATABASE_NAME, Reader, Store, Writer};
pub use vault::{
    Anchor, AnchorError, AnchorFile, Copied, Cost, Former, Found, LogHead, PASSWORD_CHARS_MAX,
    PEOPLE_PER_PC_MAX, Password, RecoveryCode, RecoveryCodeError, SEATS_PER_PERSON_MAX, SealHeld, SealedList,
    Vault, VaultError, is_same_computer,
};
pub use verify::{FAULTS_MAX, Fault, Progress, VerifyReport, Wrong};
