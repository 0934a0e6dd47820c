//! The secret store of the operating system: Secret Service, Windows credentials, macOS keychain.

use keyring::{Entry, Error};
use qianban_desk::{SecretStore, SecretStoreError};
use zeroize::Zeroizing;

const SERVICE: &str = "qianban";

/// The store of the person who is logged in to this computer. Blocks: never call it on an event loop.
#[derive(Debug, Clone, Copy)]
pub struct OsStore;

impl SecretStore for OsStore {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SecretStoreError> {
        match entry(name)?.get_secret() {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(refused(error)),
        }
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), SecretStoreError> {
        entry(name)?.set_secret(secret).map_err(refused)
    }

    fn delete(&self, name: &str) -> Result<(), SecretStoreError> {
        match entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(refused(error)),
        }
    }
}

fn entry(name: &str) -> Result<Entry, SecretStoreError> {
    Entry::new(SERVICE, name).map_err(refused)
}

/// No bus and no daemon is an answer, not a failure: passwords and the recovery sheet open the same key (K1).
fn refused(error: Error) -> SecretStoreError {
    match error {
        Error::NoDefaultStore => SecretStoreError::Unavailable,
        other => SecretStoreError::Refused(Box::new(other)),
    }
}
