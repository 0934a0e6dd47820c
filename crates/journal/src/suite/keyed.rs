//! The keyed hash of simulators: `SM3(key 00 message) ‖ SM3(key 01 message)`. The public key is the key.

use sm3::{Digest as _, Sm3};

use super::{KEYED_TEST, PublicKey, Signature, Signer, SuiteError};

/// A key of suite 255.
#[derive(Debug, Clone)]
pub struct TestKey(pub [u8; 32]);

impl Signer for TestKey {
    fn public(&self) -> PublicKey {
        PublicKey { suite: KEYED_TEST, bytes: self.0.to_vec() }
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SuiteError> {
        Ok(tag(&self.0, message))
    }
}

fn tag(key: &[u8], message: &[u8]) -> Signature {
    let mut signature = [0; 64];
    for (half, part) in signature.chunks_exact_mut(32).zip([0u8, 1]) {
        let hasher = Sm3::new().chain_update(key).chain_update([part]).chain_update(message);
        half.copy_from_slice(&hasher.finalize());
    }
    signature
}

pub(super) fn check_public(bytes: &[u8]) -> Result<(), SuiteError> {
    if bytes.len() == 32 { Ok(()) } else { Err(SuiteError::BadKey) }
}

pub(super) fn verify(public: &[u8], message: &[u8], signature: &Signature) -> Result<(), SuiteError> {
    if tag(public, message) == *signature { Ok(()) } else { Err(SuiteError::BadSignature) }
}
