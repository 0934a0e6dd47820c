use super::Section;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// An attachment as listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Attachment {
    /// Slot of the definition, or `scan`.
    pub slot: String,
    /// Display name, sanitised.
    pub name: String,
    /// Media type as stated by the host; never trusted for opening.
    pub media: String,
    /// Bytes.
    #[ts(type = "number")]
    pub size_bytes: u64,
    /// SM3 of the plain bytes.
    pub digest: String,
}

/// `file_begin`: a file starts to come in.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FileBegin {
    /// The form.
    pub form: String,
    /// The part it belongs to.
    pub section: Section,
    /// The attachment field's key, or `scan` for a sheet signed in ink.
    pub slot: String,
    /// Name as chosen.
    pub name: String,
    /// Media type as stated.
    pub media: String,
    /// Bytes that will come; 1 to the limit (200 MiB by default).
    #[ts(type = "number")]
    pub size_bytes: u64,
}

/// The answer of `file_begin`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FileUpload {
    /// Names the upload.
    pub upload: String,
    /// Bytes of the largest chunk.
    pub chunk_bytes: u32,
}

/// `file_chunk`: the next bytes, in order.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FileChunk {
    /// The upload.
    pub upload: String,
    /// Base64.
    pub bytes: String,
}

/// `file_finish`, `file_cancel`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FileRef {
    /// The upload.
    pub upload: String,
}

/// `file_remove`: takes an attachment out of a draft.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FileRemove {
    /// The form.
    pub form: String,
    /// The part.
    pub section: Section,
    /// The slot.
    pub slot: String,
    /// The digest.
    pub digest: String,
}

/// `file_read`: a piece of an attachment of this form.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FileRead {
    /// The form.
    pub form: String,
    /// The digest.
    pub digest: String,
    /// From which byte.
    #[ts(type = "number")]
    pub offset: u64,
}

/// The answer of `file_read`: at most 1 MiB.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FilePart {
    /// Base64.
    pub bytes: String,
    /// Whether this was the last part.
    pub last: bool,
}
