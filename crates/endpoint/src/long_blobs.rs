//! Long blobs, wherever they lie: in a folder or in a bucket, under one contract. Parts of a blob are collected for each PC
//! by itself; the blob becomes visible when all is there and the digest is right (Y9).

use std::io;
use std::time::SystemTime;

use axum::body::Bytes;
use qianban_journal::{Digest, WorkspaceId, limit};

#[cfg(feature = "program")]
use crate::blob_bucket::BlobBucket;
use crate::blob_folder::BlobFolder;
use crate::database::{NewBlob, Pc, parts_of};

/// What became of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// It is safe; so many bytes are there.
    Received(u64),
    /// All bytes are there and visible now.
    Complete,
    /// The part does not begin where the last one ended; so many bytes are there.
    Elsewhere(u64),
    /// All bytes were there and had another digest; they are gone.
    OtherDigest,
}

/// Where long blobs lie.
#[derive(Debug, Clone)]
pub enum LongBlobs {
    /// In a folder that all instances share.
    Folder(BlobFolder),
    /// In a bucket.
    #[cfg(feature = "program")]
    Bucket(BlobBucket),
}

impl From<BlobFolder> for LongBlobs {
    fn from(folder: BlobFolder) -> Self {
        Self::Folder(folder)
    }
}

#[cfg(feature = "program")]
impl From<BlobBucket> for LongBlobs {
    fn from(bucket: BlobBucket) -> Self {
        Self::Bucket(bucket)
    }
}

impl LongBlobs {
    /// Bytes that have come from a PC of a blob that is not complete.
    ///
    /// # Errors
    /// The disk or the store.
    pub async fn received(&self, ws: WorkspaceId, digest: Digest, pc: Pc) -> io::Result<u64> {
        match self.clone() {
            Self::Folder(folder) => blocking(move || Ok(folder.received(ws, digest, pc))).await,
            #[cfg(feature = "program")]
            Self::Bucket(bucket) => bucket.received(ws, digest, pc).await,
        }
    }

    /// Takes in a part that begins at `offset` of a blob of `len` bytes that a PC sends.
    ///
    /// # Errors
    /// The disk or the store.
    pub async fn take_in(
        &self,
        ws: WorkspaceId,
        digest: Digest,
        from: (Pc, u64, u64),
        bytes: Bytes,
    ) -> io::Result<Part> {
        match self.clone() {
            Self::Folder(folder) => blocking(move || folder.take_in(ws, digest, from, &bytes)).await,
            #[cfg(feature = "program")]
            Self::Bucket(bucket) => bucket.take_in(ws, digest, from, bytes).await,
        }
    }

    /// A blob of which all parts have come, as the database is to know it.
    ///
    /// # Errors
    /// The disk or the store.
    pub async fn complete(&self, ws: WorkspaceId, digest: Digest, len: u64) -> io::Result<NewBlob> {
        let parts = match len <= limit::SNAPSHOT_BYTES as u64 {
            true => parts_of(&self.read(ws, digest, 0, limit::SNAPSHOT_BYTES).await?),
            false => Vec::new(),
        };
        Ok(NewBlob { digest, len, bytes: None, parts })
    }

    /// Removes a whole blob that the database does not know.
    ///
    /// # Errors
    /// It is not here, or the disk or the store.
    pub async fn forget(&self, ws: WorkspaceId, digest: Digest) -> io::Result<()> {
        match self.clone() {
            Self::Folder(folder) => blocking(move || folder.forget(ws, digest)).await,
            #[cfg(feature = "program")]
            Self::Bucket(bucket) => bucket.forget(ws, digest).await,
        }
    }

    /// Removes parts to which nothing was added since a moment: whoever sent them has given up.
    ///
    /// # Errors
    /// The disk or the store.
    pub async fn forget_parts(&self, since: SystemTime) -> io::Result<()> {
        match self.clone() {
            Self::Folder(folder) => blocking(move || folder.forget_parts(since)).await,
            #[cfg(feature = "program")]
            Self::Bucket(bucket) => bucket.forget_parts(since).await,
        }
    }

    /// Some bytes of a blob.
    ///
    /// # Errors
    /// It is not here, or the disk or the store.
    pub async fn read(&self, ws: WorkspaceId, digest: Digest, from: u64, most: usize) -> io::Result<Vec<u8>> {
        match self.clone() {
            Self::Folder(folder) => blocking(move || folder.read(ws, digest, from, most)).await,
            #[cfg(feature = "program")]
            Self::Bucket(bucket) => bucket.read(ws, digest, from, most).await,
        }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}
