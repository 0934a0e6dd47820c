//! SM2 with SM3 (GB/T 32918.2), distinguishing id `1234567812345678`.

use std::sync::LazyLock;

use sm2::dsa::signature::{Signer as _, Verifier as _};
use sm2::dsa::{self, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use super::{PublicKey, SM2_SM3, Signature, Signer, SuiteError};

/// The distinguishing id that the standard recommends where parties have no other.
const DIST_ID: &str = "1234567812345678";

/// An SM2 signing key with its public half. Wiped from memory when dropped; its bytes leave it only on purpose.
pub struct Sm2Key {
    /// In one place in memory from its making on, so that wiping that place is enough.
    signing: Box<SigningKey>,
    public: PublicKey,
}

impl Sm2Key {
    /// A key from 32 bytes, big-endian. The bytes come from the caller's source of randomness.
    ///
    /// # Errors
    /// Zero, or not below the group order minus one (about one random value in 2³²): draw again.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, SuiteError> {
        let signing = SigningKey::from_slice(DIST_ID, bytes).map_err(|_| SuiteError::BadKey)?;
        let public = signing.verifying_key().to_sec1_bytes().into_vec();
        let key = Self { signing: Box::new(signing), public: PublicKey { suite: SM2_SM3, bytes: public } };
        // The key n − 1 has no inverse of 1 + d and cannot sign; trying is the whole test.
        key.sign(b"").map_err(|_| SuiteError::BadKey)?;
        Ok(key)
    }

    /// The 32 bytes to be wrapped by the owner's password (K1).
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.signing.to_bytes().into())
    }
}

impl Signer for Sm2Key {
    fn public(&self) -> PublicKey {
        self.public.clone()
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SuiteError> {
        let signature: dsa::Signature = self.signing.try_sign(message).map_err(|_| SuiteError::BadKey)?;
        Ok(signature.to_bytes().into())
    }
}

impl Drop for Sm2Key {
    fn drop(&mut self) {
        wipe(&mut self.signing);
    }
}

/// Writes a key that everybody knows over this one: the library's type has no way to be wiped.
fn wipe(signing: &mut SigningKey) {
    static KNOWN: LazyLock<Option<SigningKey>> = LazyLock::new(|| {
        let mut one = [0; 32];
        one[31] = 1;
        SigningKey::from_slice(DIST_ID, &one).ok()
    });
    if let Some(known) = &*KNOWN {
        signing.clone_from(known);
        zeroize::optimization_barrier(signing);
    }
}

impl std::fmt::Debug for Sm2Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sm2Key({:?})", self.public)
    }
}

/// A point on the curve in uncompressed form; the identity has no such form.
pub(super) fn check_public(bytes: &[u8]) -> Result<(), SuiteError> {
    if bytes.first() != Some(&4) {
        return Err(SuiteError::BadKey);
    }
    VerifyingKey::from_sec1_bytes(DIST_ID, bytes).map(drop).map_err(|_| SuiteError::BadKey)
}

pub(super) fn verify(public: &[u8], message: &[u8], signature: &Signature) -> Result<(), SuiteError> {
    let key = VerifyingKey::from_sec1_bytes(DIST_ID, public).map_err(|_| SuiteError::BadKey)?;
    let signature = dsa::Signature::from_slice(signature).map_err(|_| SuiteError::BadSignature)?;
    key.verify(message, &signature).map_err(|_| SuiteError::BadSignature)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> Sm2Key {
        Sm2Key::from_bytes(&[byte; 32]).expect("a small scalar is a key")
    }

    #[test]
    fn signs_deterministically_and_verifies() {
        let key = key(7);
        let signature = key.sign(b"message").expect("signs");
        assert_eq!(key.sign(b"message"), Ok(signature), "no randomness is taken");
        assert_eq!(key.public().verify(b"message", &signature), Ok(()));
        assert_eq!(key.public().verify(b"massage", &signature), Err(SuiteError::BadSignature));
        let other = Sm2Key::from_bytes(&[8; 32]).expect("a key");
        assert_eq!(other.public().verify(b"message", &signature), Err(SuiteError::BadSignature));
        assert_eq!(*key.to_bytes(), [7; 32]);
    }

    #[test]
    fn a_wiped_key_is_another() {
        let mut signing = SigningKey::from_slice(DIST_ID, &[7; 32]).expect("a key");
        wipe(&mut signing);
        assert!(signing.to_bytes().iter().all(|byte| *byte <= 1), "nothing of the old one is left");
    }

    #[test]
    fn every_flipped_bit_of_a_signature_is_refused() {
        let key = key(9);
        let signature = key.sign(b"m").expect("signs");
        for bit in (0..512).step_by(37) {
            let mut bad = signature;
            bad[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key.public().verify(b"m", &bad), Err(SuiteError::BadSignature), "bit {bit}");
        }
        for bad in [[0; 64], [0xFF; 64]] {
            assert_eq!(key.public().verify(b"m", &bad), Err(SuiteError::BadSignature));
        }
    }

    #[test]
    fn weak_keys_are_refused() {
        assert!(Sm2Key::from_bytes(&[0; 32]).is_err(), "zero");
        assert!(Sm2Key::from_bytes(&[0xFF; 32]).is_err(), "above the order");
        let mut last = *b"\xFF\xFF\xFF\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x72\x03\xDF\x6B\x21\xC6\x05\x2B\x53\xBB\xF4\x09\x39\xD5\x41\x22";
        assert!(Sm2Key::from_bytes(&last).is_err(), "n - 1 cannot sign");
        last[31] -= 1;
        assert!(Sm2Key::from_bytes(&last).is_ok(), "n - 2 can");
        for bad in [&[0u8][..], &[4; 65], &[], &[4; 64]] {
            assert_eq!(PublicKey::new(SM2_SM3, bad), Err(SuiteError::BadKey));
        }
        assert_eq!(PublicKey::new(2, &[4; 65]), Err(SuiteError::UnknownSuite));
    }
}
