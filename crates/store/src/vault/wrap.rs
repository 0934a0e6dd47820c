//! A secret sealed under a password: Argon2id stretches, XChaCha20-Poly1305 seals.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::VaultError;
use crate::secret::random;

/// Memory one stretching uses, in KiB (K1: at least 64 MiB).
const MEMORY_KIB: u32 = 64 * 1024;
/// Passes over that memory; about 0.2 s on an office PC.
const PASSES: u32 = 3;
/// A file may ask for this much and no more, so that a forged one cannot exhaust the machine.
const MEMORY_KIB_MAX: u32 = 1024 * 1024;
const PASSES_MAX: u32 = 16;

/// What a stretching costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
}

impl Cost {
    /// 64 MiB, three passes.
    pub const OFFICE: Self = Self { memory_kib: MEMORY_KIB, passes: PASSES };
    /// The same memory and a single pass: for passwords that are shown to everybody.
    #[must_use]
    pub const fn shown(self) -> Self {
        Self { passes: 1, ..self }
    }

    /// 64 KiB, one pass: for tests that are not about passwords.
    #[cfg(feature = "test-cost")]
    pub const TEST: Self = Self { memory_kib: 64, passes: 1 };
}

/// The lowest cost a file may state.
#[cfg(feature = "test-cost")]
const FLOOR: Cost = Cost::TEST;
#[cfg(not(feature = "test-cost"))]
const FLOOR: Cost = Cost { memory_kib: MEMORY_KIB, passes: 1 };

/// How a password became a key; kept beside what the key sealed.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stretch {
    #[serde(with = "hex::serde")]
    salt: [u8; 16],
    memory_kib: u32,
    passes: u32,
}

/// A key that a password was stretched to; wiped when dropped.
pub(super) struct WrappingKey(Zeroizing<[u8; 32]>);

/// A sealed secret.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sealed {
    #[serde(with = "hex::serde")]
    nonce: [u8; 24],
    #[serde(with = "hex::serde")]
    bytes: Vec<u8>,
}

impl Stretch {
    /// Fresh salt at this cost.
    pub(super) fn new(cost: Cost) -> Result<Self, VaultError> {
        Ok(Self { salt: random()?, memory_kib: cost.memory_kib, passes: cost.passes })
    }

    /// Stretches a secret. Takes [`Cost::OFFICE`]'s time: never on the thread that paints.
    pub(super) fn key(&self, secret: &[u8]) -> Result<WrappingKey, VaultError> {
        let bounded = (FLOOR.memory_kib..=MEMORY_KIB_MAX).contains(&self.memory_kib)
            && (FLOOR.passes..=PASSES_MAX).contains(&self.passes);
        if !bounded {
            return Err(VaultError::Damaged(None));
        }
        let params =
            Params::new(self.memory_kib, self.passes, 1, Some(32)).map_err(|_| VaultError::Damaged(None))?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(secret, &self.salt, &mut key[..])
            .map_err(|_| VaultError::Damaged(None))?;
        Ok(WrappingKey(key))
    }
}

impl WrappingKey {
    /// Seals `secret`; `purpose` is bound to it and must be the same at opening.
    pub(super) fn seal(&self, secret: &[u8], purpose: &str) -> Result<Sealed, VaultError> {
        let nonce = random()?;
        let payload = Payload { msg: secret, aad: purpose.as_bytes() };
        let bytes = self
            .cipher()
            .encrypt(XNonce::from_slice(&nonce), payload)
            .map_err(|_| VaultError::Damaged(None))?;
        Ok(Sealed { nonce, bytes })
    }

    /// Opens what was sealed under this key for this purpose; `None` if the key, the purpose or the bytes differ.
    pub(super) fn open(&self, sealed: &Sealed, purpose: &str) -> Option<Zeroizing<Vec<u8>>> {
        let payload = Payload { msg: &sealed.bytes, aad: purpose.as_bytes() };
        let plain = self.cipher().decrypt(XNonce::from_slice(&sealed.nonce), payload).ok()?;
        Some(Zeroizing::new(plain))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.0.as_slice().into())
    }
}
