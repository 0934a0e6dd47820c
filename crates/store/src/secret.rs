//! Secrets in memory, and where an operating system keeps them.

use qianban_journal::digest;
use zeroize::Zeroizing;

use crate::StoreError;

/// Fills an array from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| StoreError::NoRandomness)?;
    Ok(bytes)
}

/// The 32-byte key of the database (K1); wiped when dropped, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseKey(Zeroizing<[u8; 32]>);

impl DatabaseKey {
    /// A new random key.
    pub fn generate() -> Result<Self, StoreError> {
        Ok(Self(Zeroizing::new(random()?)))
    }

    /// A key from its 32 bytes; `None` for any other length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(bytes.try_into().ok()?)))
    }

    /// A key for another purpose, from which neither this one nor a third can be told. The same purpose gives the same
    /// key for as long as the database lives.
    pub fn derived(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let said = [b"qianban/derived/1 ", purpose.as_bytes(), b"\0"].concat();
        let bytes = Zeroizing::new([said.as_slice(), self.0.as_slice()].concat());
        Zeroizing::new(digest(&bytes).0)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DatabaseKey(…)")
    }
}

/// The operating system's store of secrets (Secret Service, Windows credentials …). Losing it never loses data:
/// a password or the recovery sheet opens the same key (K1).
pub trait SecretStore: Send + Sync {
    /// The secret of this name, `None` if there is none.
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SecretStoreError>;
    /// Keeps `secret` under this name, replacing an earlier one.
    fn set(&self, name: &str, secret: &[u8]) -> Result<(), SecretStoreError>;
    /// Forgets the secret of this name; forgetting nothing is fine.
    fn delete(&self, name: &str) -> Result<(), SecretStoreError>;
}

/// Why the operating system's store did not answer.
#[derive(Debug, thiserror::Error)]
pub enum SecretStoreError {
    /// There is none: no session bus, no keyring daemon.
    #[error("this computer offers no secret store")]
    Unavailable,
    /// It is there and refused, for instance because it is locked.
    #[error("the secret store refused")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_purpose_has_a_key_of_its_own_that_stays() {
        let key = DatabaseKey::from_bytes(&[7; 32]).unwrap();
        let other = DatabaseKey::from_bytes(&[8; 32]).unwrap();
        assert_eq!(key.derived("relay"), key.clone().derived("relay"));
        assert_ne!(key.derived("relay"), key.derived("relay 2"));
        assert_ne!(key.derived("relay"), other.derived("relay"));
        assert_ne!(*key.derived("relay"), *key.as_bytes());
    }
}
