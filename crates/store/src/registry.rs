//! The registry (名册) on the disk: entries as received, one chain.

use std::path::Path;
use std::sync::Arc;

use qianban_journal::{Appended, Change, Digest, RegistryChain, RegistryEntry, RegistryError};
use rusqlite::{Connection, OptionalExtension, params};

use crate::row::id;
use crate::{Reader, StoreError, Writer};

const ROOT: &str = "root";
/// Name in `meta` of the highest entry number ever stored.
pub(crate) const HEIGHT: &str = "registry";

/// Why an entry was not stored. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum AppendRegistryError {
    /// The registry refuses it (G1–G7).
    #[error("registry")]
    Registry(#[from] RegistryError),
    /// The entry does not come back from its own bytes, so it could not be read again.
    #[error("the entry has no canonical bytes within the limits")]
    Encoding(#[from] qianban_journal::DecodeError),
    /// The store.
    #[error("store")]
    Store(#[from] StoreError),
}

/// Number of the last entry stored, 0 for none.
pub(crate) fn height(connection: &Connection) -> Result<u32, StoreError> {
    let mut statement = connection.prepare_cached("SELECT coalesce(max(number), 0) FROM registry")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// The chain as far as it is sound, and the number of the first entry that is not. An unsound entry does not keep the
/// file shut: it can be read and `verify` names the row, but nothing is written on top of it.
pub(crate) fn load(connection: &Connection, dir: &Path) -> Result<Loaded, StoreError> {
    let root = root(connection)?.unwrap_or(Digest([0; 32]));
    let mut loaded = Loaded { chain: RegistryChain::new(root), bad: None };
    let blobs = Reader::new(connection, dir, Arc::new(RegistryChain::new(root)));
    let mut statement = connection.prepare("SELECT number, entry FROM registry ORDER BY number")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
    for row in rows {
        let (number, bytes) = row?;
        let sound = RegistryEntry::decode(&bytes)
            .is_ok_and(|entry| entry.number == number && loaded.chain.append(&entry, &blobs).is_ok());
        if !sound {
            loaded.bad = Some(number);
            break;
        }
    }
    Ok(loaded)
}

/// A chain read from the disk.
pub(crate) struct Loaded {
    pub(crate) chain: RegistryChain,
    /// The first entry that did not follow.
    pub(crate) bad: Option<u32>,
}

/// The hash of the one entry 1 that is accepted; `None` before it was said.
pub(crate) fn root(connection: &Connection) -> Result<Option<Digest>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    Ok(statement.query_row([ROOT], |row| id(row, 0)).optional()?)
}

impl Writer<'_> {
    /// Says which entry 1 will be accepted (G1): the hash of the founding entry, or the one given out of band.
    /// Refused once an entry is stored.
    pub fn trust_root(&mut self, root: Digest) -> Result<(), StoreError> {
        if height(self.connection())? > 0 {
            return Err(StoreError::RootFixed);
        }
        self.put_meta(ROOT, root.as_bytes())?;
        self.reader.chain = Arc::new(RegistryChain::new(root));
        Ok(())
    }

    /// Appends an entry and folds the forms it touches anew, in this transaction. `now_ms` is when it came here. An entry
    /// whose number another has is kept beside it, and the registry ends before both ([`Reader::registry_fork`], F12)
    /// until an entry of the root quorum says which goes on.
    pub fn append_registry(
        &mut self,
        entry: &RegistryEntry,
        now_ms: i64,
    ) -> Result<Appended, AppendRegistryError> {
        let bytes = entry.encode();
        RegistryEntry::decode(&bytes)?;
        let before = self.reader.chain.clone();
        let mut chain = (*before).clone();
        let appended = chain.append(entry, &self.reader);
        if self.is_rival(&appended)? {
            return self.contest(entry);
        }
        let appended = appended?;
        if appended == Appended::New {
            self.insert_entry(entry.number, &bytes, now_ms)?;
            self.reader.chain = Arc::new(chain);
            if let Some(digest) = named_blob(&entry.body) {
                self.want(digest, false)?;
            }
            self.no_longer_unknown(entry.number)?;
            self.refold(&entry.body, &before)?;
        }
        Ok(appended)
    }

    /// The height is kept apart from the entries, so that a missing last row is seen.
    fn insert_entry(&mut self, number: u32, bytes: &[u8], now_ms: i64) -> Result<(), StoreError> {
        self.statement("INSERT INTO registry (number, entry, stored_ms) VALUES (?1, ?2, ?3)")?
            .execute(params![number, bytes, now_ms])?;
        self.put_meta(HEIGHT, &number.to_be_bytes())
    }
}

/// The blob that an entry names: a definition, an allow-list, a calendar.
pub fn named_blob(change: &Change) -> Option<Digest> {
    match change {
        Change::ActivateDefinition { def, .. } => Some(*def),
        Change::Revoke { allow, .. }
        | Change::RoleEnd { allow, .. }
        | Change::DelegationEnd { allow, .. }
        | Change::SeatMove { allow, .. }
        | Change::ExtendAllow { allow, .. } => Some(*allow),
        Change::Setting { value, .. } => value.parse().ok(),
        _ => None,
    }
}

impl Reader<'_> {
    /// An entry as it was received, `None` if there is none of this number.
    pub fn registry_entry(&self, number: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let mut statement = self.statement("SELECT entry FROM registry WHERE number = ?1")?;
        Ok(statement.query_row([number], |row| row.get(0)).optional()?)
    }

    /// When an entry came to this PC, milliseconds since 1970; `None` if it is not here, or came before such times
    /// were kept. Nobody signed it.
    pub fn registry_stored_ms(&self, number: u32) -> Result<Option<i64>, StoreError> {
        let mut statement = self.statement("SELECT stored_ms FROM registry WHERE number = ?1")?;
        Ok(statement.query_row([number], |row| row.get(0)).optional()?.flatten())
    }
}
