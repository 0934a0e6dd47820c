//! SM3, the one digest, and the labels that keep its uses apart.

use sm3::{Digest as _, Sm3};

use crate::ids::Digest;

/// SM3 of some bytes.
pub fn digest(bytes: &[u8]) -> Digest {
    Digest(Sm3::digest(bytes).into())
}

/// SM3 of `label 00 bytes`: the same bytes under two labels have unrelated digests.
pub(crate) fn labelled(label: &str, bytes: &[u8]) -> [u8; 32] {
    let mut hasher = Sm3::new();
    hasher.update(label);
    hasher.update([0]);
    hasher.update(bytes);
    hasher.finalize().into()
}

/// SM3 of bytes that arrive in pieces, such as an attachment on its way to the disk.
#[derive(Clone, Default)]
pub struct DigestStream(Sm3);

impl DigestStream {
    /// An empty stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next piece.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all pieces in order.
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

impl std::fmt::Debug for DigestStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DigestStream")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_example_holds() {
        let expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
        assert_eq!(digest(b"abc").to_string(), expected, "GB/T 32905-2016, example 1");
        let mut stream = DigestStream::new();
        stream.update(b"a");
        stream.update(b"bc");
        assert_eq!(stream.finish().to_string(), expected);
    }
}
