//! How a PC that relays is recognised (Y10): by the fingerprint of the key that it shows in TLS.

use std::fmt;
use std::str::FromStr;

use qianban_journal::{digest, fingerprint};

/// The fingerprint of a key: the first 16 bytes of the SM3 of its `SubjectPublicKeyInfo`. Whoever wanted to pass for the
/// relay would have to find another key with the same 128 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin([u8; 16]);

/// A text that is no fingerprint of 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a fingerprint")]
pub struct BadPin;

impl Pin {
    /// The fingerprint of a key as TLS shows it.
    #[must_use]
    pub fn of(public: &[u8]) -> Self {
        let mut first = [0; 16];
        first.copy_from_slice(&digest(public).0[..16]);
        Self(first)
    }

    /// As it stands behind the `#` of an address.
    #[must_use]
    pub fn in_address(self) -> String {
        self.to_string().replace(' ', "-")
    }
}

/// In eight groups of four digits, as it is printed and spoken.
impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut padded = [0; 32];
        padded[..16].copy_from_slice(&self.0);
        f.write_str(&fingerprint(qianban_journal::Digest(padded)))
    }
}

/// As it was typed: spaces and hyphens between the digits say nothing.
impl FromStr for Pin {
    type Err = BadPin;

    fn from_str(text: &str) -> Result<Self, BadPin> {
        let mut digits = text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
        let mut bytes = [0; 16];
        for byte in &mut bytes {
            let mut digit = || digits.next().and_then(|letter| letter.to_digit(16)).ok_or(BadPin);
            *byte = u8::try_from(digit()? * 16 + digit()?).map_err(|_| BadPin)?;
        }
        if digits.next().is_some() { Err(BadPin) } else { Ok(Self(bytes)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_as_it_is_written_and_typed() {
        let pin = Pin::of(b"a key");
        assert_eq!(pin.to_string().len(), 39);
        assert_eq!(pin.to_string(), fingerprint(digest(b"a key")));
        assert_eq!(pin.to_string().parse(), Ok(pin));
        assert_eq!(pin.in_address().to_uppercase().parse(), Ok(pin));
        assert_ne!(Pin::of(b"another"), pin);
        for bad in ["", "12", "zz", &"0".repeat(31), &"0".repeat(33)] {
            assert_eq!(bad.parse::<Pin>(), Err(BadPin), "{bad:?}");
        }
    }
}
