//! Registry entries, from one side to the other.

use qianban_journal::cbor::{Reader, Writer};
use qianban_journal::{DecodeError, limit as bounds};

use crate::limit;
use crate::message::{Message, read_byte_strings, write_byte_strings};

/// Entries as they were signed, ascending by number without a gap. Pulled: those after the number asked for; an empty
/// list means that there are no more. Pushed: each has its fate; an entry whose allow-list is not here waits for the blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entries(pub Vec<Vec<u8>>);

impl Message for Entries {
    const MAX_BYTES: usize = limit::BODY_BYTES;

    fn write(&self, w: &mut Writer) {
        write_byte_strings(w, &self.0);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        read_byte_strings(r, limit::ENTRIES, bounds::ENTRY_BYTES).map(Self)
    }
}
