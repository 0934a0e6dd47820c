//! Bundles (`.qbx`, 摆渡包): events, registry and files on a stick. The format is `docs/bundle-format.md`.

mod frame;
mod header;
mod import;
mod plan;
mod scan;
mod sealed;
mod write;

pub use frame::{FRAME_BYTES_MAX, MAGIC, PART_BYTES, Torn, VERSION};
pub use header::{Counts, HEADER_BYTES_MAX, Header, LogText, Origin, Receipts, Trailer, WANTED_MAX};
pub use import::{ImportError, Imported, UNSIGNED_DEVICE, import};
pub use plan::{Plan, Request, VOLUME_BYTES_MAX, plan};
pub use scan::{BundleError, Scan, scan, signed_bytes};
pub use sealed::{ContentKey, RECIPIENTS_MAX, Recipient};
pub use write::{EXTENSION, Staged, StagedVolume, WriteError, finish, stage};
