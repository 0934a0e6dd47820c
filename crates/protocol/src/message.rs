//! What all messages have in common.

use qianban_journal::DecodeError;
use qianban_journal::cbor::{Reader, Writer, strict};

/// A message with one canonical form.
pub trait Message: Sized {
    /// Longest form in bytes.
    const MAX_BYTES: usize;

    /// Writes its canonical form.
    fn write(&self, w: &mut Writer);

    /// Reads it, with bounds.
    ///
    /// # Errors
    /// Another shape, or beyond a bound.
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// The canonical bytes.
    fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        self.write(&mut w);
        w.into_bytes()
    }

    /// Decodes strictly: bounded, to the last byte, in the one form only.
    ///
    /// # Errors
    /// See [`DecodeError`].
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        strict(bytes, Self::MAX_BYTES, Self::read, Self::encode)
    }
}

/// Writes a list of byte strings.
pub(crate) fn write_byte_strings(w: &mut Writer, items: &[Vec<u8>]) {
    w.list(items, |w, item| {
        w.bytes(item);
    });
}

/// Reads a list of byte strings.
pub(crate) fn read_byte_strings(
    r: &mut Reader<'_>,
    count_max: usize,
    bytes_max: usize,
) -> Result<Vec<Vec<u8>>, DecodeError> {
    r.list(count_max, |r| Ok(r.bytes(bytes_max)?.to_vec()))
}
