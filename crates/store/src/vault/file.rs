//! The shape of `keys.json` and its lock.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::VaultError;
use super::delay::Delay;
use super::wrap::{Sealed, Stretch};
use crate::durable_file::{self, Durability};
use crate::secret::random;

const NAME: &str = "keys.json";
const LOCK_NAME: &str = "keys.lock";
const FORMAT: u32 = 1;
/// A file over this is no key file: 1,000 people with 64 seats each stay below.
const BYTES_MAX: u64 = 64 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyFile {
    format: u32,
    /// Names the secret in the operating system's store; says nothing about it.
    #[serde(with = "hex::serde")]
    pub(super) name: [u8; 16],
    /// By the hexadecimal person id.
    pub(super) people: BTreeMap<String, PersonKeys>,
    pub(super) recovery: Option<RecoveryKeys>,
}

/// What one password opens.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonKeys {
    pub(super) stretch: Stretch,
    pub(super) database: Sealed,
    /// By the hexadecimal seat id.
    pub(super) signing: BTreeMap<String, Sealed>,
    pub(super) delay: Delay,
}

/// What the printed code opens.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecoveryKeys {
    pub(super) stretch: Stretch,
    pub(super) database: Sealed,
}

/// Only the format number, read before the rest so that a newer file is named as such.
#[derive(Deserialize)]
struct Format {
    format: u32,
}

impl KeyFile {
    pub(super) fn new() -> Result<Self, VaultError> {
        Ok(Self { format: FORMAT, name: random()?, people: BTreeMap::new(), recovery: None })
    }

    pub(super) fn read(dir: &Path) -> Result<Self, VaultError> {
        let path = dir.join(NAME);
        let length = match fs::metadata(&path) {
            Ok(metadata) => metadata.len(),
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(VaultError::NoVault),
            Err(error) => return Err(error.into()),
        };
        if length > BYTES_MAX {
            return Err(VaultError::Damaged(None));
        }
        let bytes = fs::read(&path)?;
        let Format { format } =
            serde_json::from_slice(&bytes).map_err(|error| VaultError::Damaged(Some(error)))?;
        if format > FORMAT {
            return Err(VaultError::Newer { found: format, known: FORMAT });
        }
        serde_json::from_slice(&bytes).map_err(|error| VaultError::Damaged(Some(error)))
    }

    pub(super) fn bytes(&self) -> Result<Vec<u8>, VaultError> {
        serde_json::to_vec_pretty(self).map_err(|error| VaultError::Damaged(Some(error)))
    }

    pub(super) fn write(&self, dir: &Path) -> Result<(), VaultError> {
        Ok(durable_file::replace(&dir.join(NAME), &self.bytes()?, Durability::Flushed)?)
    }
}

/// Reads an id out of the file's hexadecimal.
pub(super) fn id<T: std::str::FromStr>(text: &str) -> Result<T, VaultError> {
    text.parse().map_err(|_| VaultError::Damaged(None))
}

pub(super) fn exists(dir: &Path) -> Result<bool, VaultError> {
    Ok(dir.join(NAME).try_exists()?)
}

/// Waits for and holds the lock of the key file until the value is dropped.
pub(super) fn hold(dir: &Path) -> Result<File, VaultError> {
    if !dir.try_exists()? {
        return Err(VaultError::NoVault);
    }
    let lock = durable_file::create_private_file(&dir.join(LOCK_NAME))?;
    lock.lock()?;
    Ok(lock)
}
