//! An operating system's secret store in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use qianban_desk::{SecretStore, SecretStoreError};
use zeroize::Zeroizing;

/// Clones share what they keep, as desks on one PC do.
#[derive(Clone, Default)]
pub struct MemoryStore(Arc<Mutex<BTreeMap<String, Vec<u8>>>>);

impl SecretStore for MemoryStore {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SecretStoreError> {
        let kept = self.0.lock().expect("not poisoned");
        Ok(kept.get(name).cloned().map(Zeroizing::new))
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), SecretStoreError> {
        self.0.lock().expect("not poisoned").insert(name.to_owned(), secret.to_vec());
        Ok(())
    }

    fn delete(&self, name: &str) -> Result<(), SecretStoreError> {
        self.0.lock().expect("not poisoned").remove(name);
        Ok(())
    }
}
