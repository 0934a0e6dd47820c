//! What can go wrong with the local file. No variant carries text made for a person: the edge has one place for
//! Chinese words and finds them by [`StoreError::code`].

use qianban_journal::Digest;

use crate::place::NetworkPlace;

/// A refusal or failure of the store. Every variant leaves the file as it was before the call.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process has this data folder open.
    #[error("the data folder is already open in another process")]
    AlreadyOpen,
    /// The folder lies on a network or cloud-redirected place, where file locks and fsync cannot be trusted.
    #[error("the data folder lies on a network place: {0:?}")]
    NetworkPath(NetworkPlace),
    /// There is no database in the folder.
    #[error("no database in this folder")]
    NoDatabase,
    /// There is a database in the folder already; it is never overwritten.
    #[error("the folder already holds a database")]
    DatabaseExists,
    /// The key does not open this file, or its first page is damaged; SQLCipher cannot tell these apart.
    #[error("the key does not open this database, or its first page is damaged")]
    WrongKey(#[source] rusqlite::Error),
    /// A newer program wrote this file; it may be read, not written.
    #[error("the database is of version {found}, this program knows {known}")]
    NewerDatabase {
        /// `user_version` of the file.
        found: u32,
        /// The highest version this program knows.
        known: u32,
    },
    /// A migration applied earlier has other bytes in this program.
    #[error("migration {number} differs from the one applied to this file")]
    MigrationChanged {
        /// Number of the migration file.
        number: u32,
    },
    /// The journal mode read back is not WAL.
    #[error("the write-ahead log could not be switched on")]
    NoWriteAheadLog,
    /// The store was opened for reading only, or the file or folder is read-only.
    #[error("the database cannot be written")]
    ReadOnly(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// No space left on the disk.
    #[error("the disk is full")]
    DiskFull(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Another program holds the file for longer than [`crate::BUSY_TIMEOUT_MS`].
    #[error("the database is locked by another program")]
    Busy(#[source] rusqlite::Error),
    /// A page of the file does not carry its own authentication code, or the file is cut short.
    #[error("the database file is damaged")]
    Damaged(#[source] rusqlite::Error),
    /// Any other answer of SQLite.
    #[error("database error")]
    Sql(#[source] rusqlite::Error),
    /// Any other answer of the file system.
    #[error("file error")]
    Io(#[source] std::io::Error),
    /// Stored bytes could not be read back as what they must be; `verify` names the row.
    #[error("row {row} of table {table} cannot be read")]
    BadRow {
        /// Table of the row.
        table: &'static str,
        /// Its rowid.
        row: i64,
    },
    /// No blob or attachment with this digest.
    #[error("no blob {0}")]
    NoBlob(Digest),
    /// The same digest came with another length or other bytes: a collision drill, or a damaged store.
    #[error("blob {digest} is stored with {stored} bytes, offered with {offered}")]
    BlobDiffers {
        /// Digest of both.
        digest: Digest,
        /// Length stored, in bytes.
        stored: u64,
        /// Length offered, in bytes.
        offered: u64,
    },
    /// A blob that lives in the database is over [`crate::BLOB_BYTES_MAX`].
    #[error("a blob of {bytes} bytes is over the limit")]
    BlobTooLong {
        /// Its length in bytes.
        bytes: u64,
    },
    /// A draft value is over [`crate::DRAFT_VALUE_BYTES_MAX`], or a part of its key over
    /// [`crate::DRAFT_KEY_BYTES_MAX`].
    #[error("a draft value or key of {bytes} bytes is over the limit")]
    DraftTooLong {
        /// Its length in bytes.
        bytes: u64,
    },
    /// The root of the registry cannot be chosen again.
    #[error("the registry has entries, its root is fixed")]
    RootFixed,
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system")]
    NoRandomness,
}

impl StoreError {
    /// The stable code by which the edge finds the Chinese words.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AlreadyOpen => "STORE-ALREADY-OPEN",
            Self::NetworkPath(_) => "STORE-NETWORK-PATH",
            Self::NoDatabase => "STORE-NO-DATABASE",
            Self::DatabaseExists => "STORE-EXISTS",
            Self::WrongKey(_) => "STORE-WRONG-KEY",
            Self::NewerDatabase { .. } => "STORE-NEWER",
            Self::MigrationChanged { .. } => "STORE-MIGRATION-CHANGED",
            Self::NoWriteAheadLog => "STORE-NO-WAL",
            Self::ReadOnly(_) => "STORE-READ-ONLY",
            Self::DiskFull(_) => "STORE-DISK-FULL",
            Self::Busy(_) => "STORE-BUSY",
            Self::Damaged(_) | Self::BadRow { .. } => "STORE-DAMAGED",
            Self::Sql(_) => "STORE-SQL",
            Self::Io(_) => "STORE-IO",
            Self::NoBlob(_) => "STORE-NO-BLOB",
            Self::BlobDiffers { .. } => "STORE-BLOB-DIFFERS",
            Self::BlobTooLong { .. } => "STORE-BLOB-TOO-LONG",
            Self::DraftTooLong { .. } => "STORE-DRAFT-TOO-LONG",
            Self::RootFixed => "STORE-ROOT-FIXED",
            Self::NoRandomness => "STORE-NO-RANDOMNESS",
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(Code::DiskFull) => Self::DiskFull(Box::new(error)),
            Some(Code::ReadOnly | Code::CannotOpen | Code::PermissionDenied) => {
                Self::ReadOnly(Some(Box::new(error)))
            }
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::Busy(error),
            Some(Code::DatabaseCorrupt) => Self::Damaged(error),
            Some(Code::NotADatabase) => Self::WrongKey(error),
            _ => Self::Sql(error),
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind as Kind;
        match error.kind() {
            Kind::StorageFull | Kind::QuotaExceeded => Self::DiskFull(Box::new(error)),
            Kind::PermissionDenied | Kind::ReadOnlyFilesystem => Self::ReadOnly(Some(Box::new(error))),
            _ => Self::Io(error),
        }
    }
}
