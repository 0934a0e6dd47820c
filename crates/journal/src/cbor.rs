//! Canonical CBOR: definite arrays, shortest integers, bytes, text, integers and null; nothing else.
//!
//! [`Reader`] checks types and bounds; minimality is checked by [`strict`], which encodes the decoded value
//! again and compares. A value is therefore accepted in exactly one form. What crosses the wire is written in the same way
//! (`qianban-protocol`), so that there is one decoder to trust.

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};
use thiserror::Error;

use crate::limit;
use crate::suite::Signature;

/// Why bytes are not a canonical value (A1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// Not well-formed, or another type than expected.
    #[error("not the expected CBOR value")]
    Malformed,
    /// Well-formed but not the one canonical encoding, or with bytes after the value.
    #[error("not the canonical encoding")]
    NotCanonical,
    /// A length, count or depth beyond its limit.
    #[error("a length, count or depth is beyond its limit")]
    TooLarge,
    /// An array has the wrong number of elements.
    #[error("an array has the wrong number of elements")]
    WrongArity,
    /// A number or text is outside the values it may take.
    #[error("a value is outside its range")]
    OutOfRange,
    /// A list that must be strictly ascending is not.
    #[error("a list is not strictly ascending")]
    NotAscending,
    /// The kind of an action or a registry change is unknown.
    #[error("unknown kind")]
    UnknownKind,
    /// A field is set that this kind must not set, or the reverse.
    #[error("the fields do not fit the kind")]
    WrongShape,
    /// The rules are newer than this program (A2).
    #[error("rules {rules} are newer than this program")]
    UnknownRules {
        /// The version found.
        rules: u16,
    },
}

impl From<minicbor::decode::Error> for DecodeError {
    fn from(_: minicbor::decode::Error) -> Self {
        Self::Malformed
    }
}

/// Writes canonical values into a growing buffer. Writing to memory cannot fail.
#[derive(Debug)]
pub struct Writer(Encoder<Vec<u8>>);

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

impl Writer {
    /// An empty buffer.
    pub fn new() -> Self {
        Self(Encoder::new(Vec::new()))
    }

    /// What was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_writer()
    }

    /// Begins an array of `len` elements.
    pub fn array(&mut self, len: usize) -> &mut Self {
        let _ = self.0.array(len as u64);
        self
    }

    /// An integer that is not negative.
    pub fn uint(&mut self, value: impl Into<u64>) -> &mut Self {
        let _ = self.0.u64(value.into());
        self
    }

    /// An integer.
    pub fn int(&mut self, value: i64) -> &mut Self {
        let _ = self.0.i64(value);
        self
    }

    /// 0 or 1.
    pub fn flag(&mut self, value: bool) -> &mut Self {
        self.uint(u8::from(value))
    }

    /// A byte string.
    pub fn bytes(&mut self, value: impl AsRef<[u8]>) -> &mut Self {
        let _ = self.0.bytes(value.as_ref());
        self
    }

    /// A text.
    pub fn text(&mut self, value: &str) -> &mut Self {
        let _ = self.0.str(value);
        self
    }

    /// Null.
    pub fn null(&mut self) -> &mut Self {
        let _ = self.0.null();
        self
    }

    /// The value, or null.
    pub fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) -> &mut Self {
        match value {
            Some(value) => write(self, value),
            None => {
                self.null();
            }
        }
        self
    }

    /// An array of the items, each written by `write`.
    pub fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) -> &mut Self {
        self.array(items.len());
        for item in items {
            write(self, item);
        }
        self
    }
}

/// Reads values with bounds. Never allocates more than the input is long. Every method fails with [`DecodeError`] when
/// the next value is another one than asked for, or beyond the bound.
#[derive(Debug)]
pub struct Reader<'b> {
    decoder: Decoder<'b>,
    depth: usize,
}

impl<'b> Reader<'b> {
    fn new(bytes: &'b [u8]) -> Self {
        Self { decoder: Decoder::new(bytes), depth: 0 }
    }

    fn remaining(&self) -> usize {
        self.decoder.input().len() - self.decoder.position()
    }

    fn is_null(&self) -> bool {
        matches!(self.decoder.datatype(), Ok(Type::Null))
    }

    /// Enters an array of any length up to `max`, reads it with `read` and leaves it.
    fn enter<T>(
        &mut self,
        max: usize,
        read: impl FnOnce(&mut Self, usize) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let len = self.decoder.array()?.ok_or(DecodeError::NotCanonical)?;
        let len = usize::try_from(len).map_err(|_| DecodeError::TooLarge)?;
        if len > max || self.depth == limit::DEPTH {
            return Err(DecodeError::TooLarge);
        }
        if len > self.remaining() {
            return Err(DecodeError::Malformed);
        }
        self.depth += 1;
        let value = read(self, len)?;
        self.depth -= 1;
        Ok(value)
    }

    /// An array of exactly `len` elements.
    pub fn tuple<T>(
        &mut self,
        len: usize,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        self.enter(usize::MAX, |r, found| if found == len { read(r) } else { Err(DecodeError::WrongArity) })
    }

    /// An array whose first element is a kind that decides the rest.
    pub fn variant<T>(
        &mut self,
        read: impl FnOnce(&mut Self, u8, usize) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        self.enter(usize::MAX, |r, len| {
            if len == 0 {
                return Err(DecodeError::WrongArity);
            }
            let kind = r.uint(u64::from(u8::MAX))?;
            read(r, kind as u8, len - 1)
        })
    }

    /// An array of at most `max` elements.
    pub fn list<T>(
        &mut self,
        max: usize,
        mut read: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        self.enter(max, |r, len| (0..len).map(|_| read(r)).collect())
    }

    /// A list in strictly ascending order: sorted and without duplicates.
    pub fn set<T: Ord>(
        &mut self,
        max: usize,
        read: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let items = self.list(max, read)?;
        if items.is_sorted_by(|a, b| a < b) { Ok(items) } else { Err(DecodeError::NotAscending) }
    }

    /// The value, or none for null.
    pub fn option<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        if self.is_null() {
            self.decoder.null()?;
            return Ok(None);
        }
        read(self).map(Some)
    }

    /// Null.
    pub fn null(&mut self) -> Result<(), DecodeError> {
        Ok(self.decoder.null()?)
    }

    /// An integer from 0 to `max`.
    pub fn uint(&mut self, max: u64) -> Result<u64, DecodeError> {
        let value = self.decoder.u64()?;
        if value <= max { Ok(value) } else { Err(DecodeError::OutOfRange) }
    }

    /// An integer from 0 to `max`.
    pub fn u8(&mut self, max: u8) -> Result<u8, DecodeError> {
        Ok(self.uint(u64::from(max))? as u8)
    }

    /// An integer of 16 bits.
    pub fn u16(&mut self) -> Result<u16, DecodeError> {
        Ok(self.uint(u64::from(u16::MAX))? as u16)
    }

    /// An integer of 32 bits.
    pub fn u32(&mut self) -> Result<u32, DecodeError> {
        Ok(self.uint(u64::from(u32::MAX))? as u32)
    }

    /// An integer of 64 bits, signed.
    pub fn int(&mut self) -> Result<i64, DecodeError> {
        Ok(self.decoder.i64()?)
    }

    /// 0 or 1.
    pub fn flag(&mut self) -> Result<bool, DecodeError> {
        Ok(self.u8(1)? == 1)
    }

    /// A byte string of at most `max` bytes.
    pub fn bytes(&mut self, max: usize) -> Result<&'b [u8], DecodeError> {
        let bytes = self.decoder.bytes()?;
        if bytes.len() <= max { Ok(bytes) } else { Err(DecodeError::TooLarge) }
    }

    /// A byte string of the id's length.
    pub fn id<T: TryFrom<&'b [u8]>>(&mut self) -> Result<T, DecodeError> {
        T::try_from(self.decoder.bytes()?).map_err(|_| DecodeError::OutOfRange)
    }

    /// A raw signature.
    pub fn signature(&mut self) -> Result<Signature, DecodeError> {
        Signature::try_from(self.bytes(limit::SIGNATURE_BYTES)?).map_err(|_| DecodeError::OutOfRange)
    }

    /// A text of at most `max_bytes` bytes.
    pub fn text(&mut self, max_bytes: usize) -> Result<String, DecodeError> {
        let text = self.decoder.str()?;
        if text.len() <= max_bytes { Ok(text.to_owned()) } else { Err(DecodeError::TooLarge) }
    }

    /// Text that may not be empty.
    pub fn name(&mut self, max_bytes: usize) -> Result<String, DecodeError> {
        let text = self.text(max_bytes)?;
        if text.is_empty() { Err(DecodeError::OutOfRange) } else { Ok(text) }
    }

    /// What the next value is, without reading it.
    pub fn kind(&self) -> Result<Type, DecodeError> {
        Ok(self.decoder.datatype()?)
    }
}

/// Decodes `bytes` strictly: bounded, to the last byte, and equal to what `encode` makes of the result (A1).
///
/// # Errors
/// More than `max` bytes, what `decode` refuses, or another encoding than `encode` gives.
pub fn strict<T>(
    bytes: &[u8],
    max: usize,
    decode: impl FnOnce(&mut Reader<'_>) -> Result<T, DecodeError>,
    encode: impl FnOnce(&T) -> Vec<u8>,
) -> Result<T, DecodeError> {
    if bytes.len() > max {
        return Err(DecodeError::TooLarge);
    }
    let value = decode(&mut Reader::new(bytes))?;
    if encode(&value) == bytes { Ok(value) } else { Err(DecodeError::NotCanonical) }
}

/// Reads a prefix of a value of which only the first elements are known (A2).
pub(crate) fn prefix<T>(
    bytes: &[u8],
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    let mut reader = Reader::new(bytes);
    reader.enter(usize::MAX, |r, _| read(r))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{Item, Snapshot};
    use crate::{Digest, Event, RegistryEntry};

    /// `[value]` as a list of one signed integer.
    fn read(bytes: &[u8]) -> Result<Vec<i64>, DecodeError> {
        strict(
            bytes,
            100,
            |r| r.list(3, Reader::int),
            |items| {
                let mut w = Writer::new();
                w.list(items, |w, item| {
                    w.int(*item);
                });
                w.into_bytes()
            },
        )
    }

    #[test]
    fn one_encoding_only() {
        assert_eq!(read(b"\x82\x01\x20"), Ok(vec![1, -1]));
        let cases: [(&[u8], DecodeError); 12] = [
            (b"\x81\x18\x01", DecodeError::NotCanonical),
            (b"\x98\x01\x01", DecodeError::NotCanonical),
            (b"\x9f\x01\xff", DecodeError::NotCanonical),
            (b"\x81\x01\x00", DecodeError::NotCanonical),
            (b"\xa1\x01\x01", DecodeError::Malformed),
            (b"\x81\xc1\x01", DecodeError::Malformed),
            (b"\x81\xf9\x3c\x00", DecodeError::Malformed),
            (b"\x81\xf5", DecodeError::Malformed),
            (b"\x82\x01", DecodeError::Malformed),
            (b"", DecodeError::Malformed),
            (b"\x84\x01\x01\x01\x01", DecodeError::TooLarge),
            (b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff", DecodeError::TooLarge),
        ];
        for (bytes, error) in cases {
            assert_eq!(read(bytes), Err(error), "{bytes:02x?}");
        }
        assert_eq!(read(&[0x83; 101]), Err(DecodeError::TooLarge), "before anything is read");
    }

    #[test]
    fn hostile_bytes_are_refused_quickly() {
        let bomb = vec![0x81; 8_000];
        let long_text = b"\x81\x7b\x7f\xff\xff\xff\xff\xff\xff\xff".to_vec();
        let long_array = b"\x9a\xff\xff\xff\xff".to_vec();
        for bytes in [bomb, long_text, long_array, vec![0xff; 100], vec![]] {
            assert!(Event::decode(&bytes).is_err());
            assert!(Snapshot::decode(&bytes).is_err());
            assert!(RegistryEntry::decode(&bytes).is_err());
            assert!(crate::Envelope::decode(&bytes).is_err());
        }
    }

    #[test]
    fn depth_is_eight() {
        let nested = |levels: usize| {
            let item = (0..levels).fold(Item::Null, |inner, _| Item::List(vec![inner]));
            let fields = [("k".to_owned(), item)].into_iter().collect();
            Snapshot { def: Digest([0; 32]), fields, attachments: vec![], links: vec![] }.encode()
        };
        assert!(Snapshot::decode(&nested(5)).is_ok());
        assert_eq!(Snapshot::decode(&nested(6)), Err(DecodeError::TooLarge));
    }
}
