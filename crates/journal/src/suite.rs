//! Signature suites: SM2 with SM3 (1) and, for simulators only, a keyed hash (255) (K3).

#[cfg(any(test, feature = "test-suite"))]
mod keyed;
mod sm2;
mod wrap;

use std::fmt;

use thiserror::Error;

#[cfg(any(test, feature = "test-suite"))]
pub use keyed::TestKey;
pub use sm2::Sm2Key;
pub use wrap::WRAPPED_KEY_BYTES;

use crate::cbor::{DecodeError, Reader, Writer};
use crate::limit;

#[cfg(all(feature = "test-suite", not(debug_assertions)))]
compile_error!("the keyed-hash test suite must never be part of a release build (K3)");

/// Suite 1: SM2 with SM3, distinguishing id `1234567812345678`, signature `r‖s` of 64 bytes.
pub const SM2_SM3: u8 = 1;
/// Suite 255: the keyed hash of simulators; anybody who can verify can sign.
pub const KEYED_TEST: u8 = 255;

/// A raw signature.
pub type Signature = [u8; limit::SIGNATURE_BYTES];

/// A public key under a suite. Only keys accepted by [`PublicKey::new`] exist.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey {
    suite: u8,
    bytes: Vec<u8>,
}

/// Why a key or a signature is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SuiteError {
    /// The suite is unknown to this program.
    #[error("unknown signature suite")]
    UnknownSuite,
    /// The bytes are no usable key of the suite.
    #[error("not a usable key")]
    BadKey,
    /// The signature does not verify.
    #[error("the signature is not valid")]
    BadSignature,
}

/// Something that signs: a key in memory, later a USB key.
pub trait Signer {
    /// The public half.
    fn public(&self) -> PublicKey;

    /// Signs a message. Deterministic: no randomness is taken from anywhere.
    ///
    /// # Errors
    /// The key cannot sign this message, which no key in use ever reports.
    fn sign(&self, message: &[u8]) -> Result<Signature, SuiteError>;
}

impl PublicKey {
    /// Accepts a key: for SM2 an uncompressed point (`04 x y`, 65 bytes) on the curve.
    ///
    /// # Errors
    /// Unknown suite, wrong length, a point off the curve or at infinity.
    pub fn new(suite: u8, bytes: &[u8]) -> Result<Self, SuiteError> {
        match suite {
            SM2_SM3 => sm2::check_public(bytes)?,
            #[cfg(any(test, feature = "test-suite"))]
            KEYED_TEST => keyed::check_public(bytes)?,
            _ => return Err(SuiteError::UnknownSuite),
        }
        Ok(Self { suite, bytes: bytes.to_vec() })
    }

    /// The suite's number.
    pub const fn suite(&self) -> u8 {
        self.suite
    }

    /// The key's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Verifies a signature over a message.
    ///
    /// # Errors
    /// [`SuiteError::BadSignature`].
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<(), SuiteError> {
        match self.suite {
            SM2_SM3 => sm2::verify(&self.bytes, message, signature),
            #[cfg(any(test, feature = "test-suite"))]
            KEYED_TEST => keyed::verify(&self.bytes, message, signature),
            _ => Err(SuiteError::UnknownSuite),
        }
    }

    /// Writes `[suite, key]`.
    pub fn write(&self, w: &mut Writer) {
        w.array(2).uint(self.suite).bytes(&self.bytes);
    }

    /// Reads what [`PublicKey::write`] wrote.
    ///
    /// # Errors
    /// Another shape, an unknown suite, or a key that is none.
    pub fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.tuple(2, |r| {
            let suite = r.u8(u8::MAX)?;
            Self::new(suite, r.bytes(limit::PUBLIC_KEY_BYTES)?).map_err(|_| DecodeError::OutOfRange)
        })
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({}, {})", self.suite, crate::digest(&self.bytes))
    }
}
