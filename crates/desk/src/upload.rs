//! Files on their way in and out.

use std::collections::BTreeMap;

use qianban_journal::Digest;
use qianban_store::{AttachmentReader, AttachmentWriter};

use crate::{Code, Refused, api};

/// Files that may come in at once.
const UPLOADS_MAX: usize = 16;

/// A file that comes in.
pub(crate) struct Upload {
    /// The form's key.
    pub(crate) form: String,
    /// The part.
    pub(crate) section: api::Section,
    /// The attachment field, or `scan`.
    pub(crate) slot: String,
    /// Name as chosen.
    pub(crate) name: String,
    /// Media type as stated.
    pub(crate) media: String,
    /// Bytes that were announced.
    pub(crate) size_bytes: u64,
    /// Where they go.
    pub(crate) writer: AttachmentWriter,
}

/// A file that goes out, as far as it was read.
pub(crate) struct Reading {
    /// Which.
    pub(crate) digest: Digest,
    /// The next byte.
    pub(crate) offset: u64,
    /// Where it comes from.
    pub(crate) reader: AttachmentReader,
}

/// The files of the person at the desk that are under way.
#[derive(Default)]
pub(crate) struct Uploads {
    uploads: BTreeMap<String, Upload>,
    /// The file that is being read, so that the next part is not read from its beginning.
    pub(crate) reading: Option<Reading>,
}

impl Uploads {
    /// Keeps a new upload.
    ///
    /// # Errors
    /// [`Code::FileUploadsTooMany`].
    pub(crate) fn keep(&mut self, name: String, upload: Upload) -> Result<(), Refused> {
        if self.uploads.len() >= UPLOADS_MAX {
            return Err(Code::FileUploadsTooMany.into());
        }
        self.uploads.insert(name, upload);
        Ok(())
    }

    /// An upload under way.
    ///
    /// # Errors
    /// [`Code::FileUploadUnknown`].
    pub(crate) fn get(&mut self, name: &str) -> Result<&mut Upload, Refused> {
        self.uploads.get_mut(name).ok_or_else(|| Code::FileUploadUnknown.into())
    }

    /// Takes an upload out; dropping it removes what came in.
    pub(crate) fn take(&mut self, name: &str) -> Result<Upload, Refused> {
        self.uploads.remove(name).ok_or_else(|| Code::FileUploadUnknown.into())
    }
}
