//! Long blobs in a bucket of an S3-compatible store, one object each under its digest. Parts are objects of their own, so
//! that any instance goes on where another one was; they are put together into one object, which the store shows only
//! when all is there and its digest was right (Y9).

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{
    Certificate, ClientOptions, ObjectMeta, ObjectStore, ObjectStoreExt, RetryConfig, WriteMultipart,
};
use qianban_journal::{Digest, DigestStream, WorkspaceId, digest as digest_of};
use serde::Deserialize;
use tokio_rustls::rustls::crypto::ring;
use tracing::warn;

use crate::database::Pc;
use crate::long_blobs::Part;

/// How often a request to the store is repeated.
const RETRIES: usize = 4;
/// How long that may take in all: less than a request of a PC may.
const RETRY_TIME: Duration = Duration::from_secs(60);
/// How long the store may take to answer.
const ANSWER_TIME: Duration = Duration::from_secs(30);
/// Pieces on their way to the store at the same time, of 5 MiB each.
const PIECES: usize = 2;
/// The folder of parts, beside those of the bureaus.
const PARTS: &str = "parts";

/// Where the bucket is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BucketSettings {
    /// `https://…`; `http://` only on this computer.
    pub address: String,
    /// Its name.
    pub name: String,
    /// The region, for stores that have any.
    #[serde(default = "first_region")]
    pub region: String,
    /// Name of the key.
    pub key_id: String,
    /// File with the key's secret.
    pub secret: PathBuf,
    /// Authorities in PEM that certify the store, besides those of the system.
    pub authorities: Option<PathBuf>,
}

fn first_region() -> String {
    "us-east-1".into()
}

/// The bucket, shared by all instances.
#[derive(Debug, Clone)]
pub struct BlobBucket(Arc<AmazonS3>);

impl BlobBucket {
    /// The bucket that the settings name. Nothing is asked of it yet.
    ///
    /// # Errors
    /// A file cannot be read, or the address would be spoken to in the clear.
    pub fn new(settings: &BucketSettings) -> io::Result<Self> {
        let is_local = is_local(&settings.address);
        if !is_local && !settings.address.starts_with("https://") {
            let words = "a bucket on another computer is spoken to by https:// alone";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, words));
        }
        // The client takes the provider of the process; another one may be there already.
        let _ = ring::default_provider().install_default();
        let mut options = ClientOptions::new().with_allow_http(is_local).with_timeout(ANSWER_TIME);
        if let Some(file) = &settings.authorities {
            let authorities = std::fs::read(file)?;
            for one in Certificate::from_pem_bundle(&authorities).map_err(failed)? {
                options = options.with_root_certificate(one);
            }
        }
        let secret = zeroize::Zeroizing::new(std::fs::read_to_string(&settings.secret)?);
        let retry = RetryConfig { max_retries: RETRIES, retry_timeout: RETRY_TIME, ..RetryConfig::default() };
        let store = AmazonS3Builder::new()
            .with_endpoint(&settings.address)
            .with_bucket_name(&settings.name)
            .with_region(&settings.region)
            .with_access_key_id(&settings.key_id)
            .with_secret_access_key(secret.trim())
            .with_client_options(options)
            .with_retry(retry)
            .build()
            .map_err(failed)?;
        Ok(Self(Arc::new(store)))
    }

    /// Bytes that have come from a PC of a blob that is not complete.
    ///
    /// # Errors
    /// The store.
    pub async fn received(&self, ws: WorkspaceId, digest: Digest, pc: Pc) -> io::Result<u64> {
        Ok(self.parts(&shelf(ws, digest, pc)).await?.iter().map(|part| part.size).sum())
    }

    /// The parts of a blob, each beginning where the last one ends.
    async fn parts(&self, shelf: &Path) -> io::Result<Vec<ObjectMeta>> {
        let mut found = self.0.list_with_delimiter(Some(shelf)).await.map_err(failed)?.objects;
        found.sort_by(|one, other| one.location.cmp(&other.location));
        let mut end = 0;
        found.retain(|part| {
            let follows = part.location == part_at(shelf, end);
            end += if follows { part.size } else { 0 };
            follows
        });
        Ok(found)
    }

    /// Takes in a part that begins at `offset` of a blob of `len` bytes that a PC sends.
    ///
    /// # Errors
    /// The store.
    pub async fn take_in(
        &self,
        ws: WorkspaceId,
        digest: Digest,
        (pc, offset, len): (Pc, u64, u64),
        bytes: Bytes,
    ) -> io::Result<Part> {
        let shelf = shelf(ws, digest, pc);
        let mut parts = self.parts(&shelf).await?;
        let here: u64 = parts.iter().map(|part| part.size).sum();
        let received = offset + bytes.len() as u64;
        if here != offset || received > len {
            return Ok(Part::Elsewhere(here));
        }
        if offset == 0 && received == len {
            if digest_of(&bytes) != digest {
                return Ok(Part::OtherDigest);
            }
            self.0.put(&place(ws, digest), bytes.into()).await.map_err(failed)?;
            return Ok(Part::Complete);
        }
        self.0.put(&part_at(&shelf, offset), bytes.into()).await.map_err(failed)?;
        if received < len {
            return Ok(Part::Received(received));
        }
        parts = self.parts(&shelf).await?;
        let whole = self.put_together(&place(ws, digest), digest, &parts).await?;
        for part in parts {
            if let Err(reason) = self.0.delete(&part.location).await {
                warn!(%reason, "a part stays until it is forgotten");
            }
        }
        Ok(if whole { Part::Complete } else { Part::OtherDigest })
    }

    /// Makes one object of the parts; false, and nothing is made, if they have another digest.
    async fn put_together(&self, place: &Path, digest: Digest, parts: &[ObjectMeta]) -> io::Result<bool> {
        let mut upload = WriteMultipart::new(self.0.put_multipart(place).await.map_err(failed)?);
        match self.copy(parts, &mut upload).await {
            Ok(found) if found == digest => upload.finish().await.map(|_| true).map_err(failed),
            Ok(_) => upload.abort().await.map(|()| false).map_err(failed),
            Err(reason) => {
                let _ = upload.abort().await;
                Err(reason)
            }
        }
    }

    async fn copy(&self, parts: &[ObjectMeta], upload: &mut WriteMultipart) -> io::Result<Digest> {
        let mut stream = DigestStream::new();
        for part in parts {
            let bytes = self.0.get(&part.location).await.map_err(failed)?.bytes().await.map_err(failed)?;
            stream.update(&bytes);
            upload.wait_for_capacity(PIECES).await.map_err(failed)?;
            upload.put(bytes);
        }
        Ok(stream.finish())
    }

    /// Removes parts of blobs to which nothing was added since a moment: whoever sent them has given up.
    ///
    /// # Errors
    /// The store.
    pub async fn forget_parts(&self, since: SystemTime) -> io::Result<()> {
        let mut folders = vec![Path::from(PARTS)];
        while let Some(folder) = folders.pop() {
            let found = self.0.list_with_delimiter(Some(&folder)).await.map_err(failed)?;
            folders.extend(found.common_prefixes);
            let newest = found.objects.iter().map(|part| SystemTime::from(part.last_modified)).max();
            if newest.is_some_and(|newest| newest < since) {
                for part in found.objects {
                    self.0.delete(&part.location).await.map_err(failed)?;
                }
            }
        }
        Ok(())
    }

    /// Removes a whole blob that the database does not know.
    ///
    /// # Errors
    /// The store.
    pub async fn forget(&self, ws: WorkspaceId, digest: Digest) -> io::Result<()> {
        self.0.delete(&place(ws, digest)).await.map_err(failed)
    }

    /// Some bytes of a blob.
    ///
    /// # Errors
    /// It is not here, or the store.
    pub async fn read(&self, ws: WorkspaceId, digest: Digest, from: u64, most: usize) -> io::Result<Vec<u8>> {
        let range = from..from.saturating_add(most as u64);
        Ok(self.0.get_range(&place(ws, digest), range).await.map_err(failed)?.to_vec())
    }
}

fn place(ws: WorkspaceId, digest: Digest) -> Path {
    let name = digest.to_string();
    Path::from_iter([ws.to_string().as_str(), &name[..2], &name])
}

fn shelf(ws: WorkspaceId, digest: Digest, pc: Pc) -> Path {
    Path::from_iter([PARTS, &ws.to_string(), &digest.to_string(), &hex::encode(pc.0)])
}

/// Names in the order of their offsets; a blob has at most nine digits of bytes.
fn part_at(shelf: &Path, offset: u64) -> Path {
    shelf.clone().join(format!("{offset:09}"))
}

fn is_local(address: &str) -> bool {
    let host = address.strip_prefix("http://").and_then(|rest| rest.split([':', '/']).next());
    host.is_some_and(|host| host == "localhost" || host == "127.0.0.1")
}

fn failed(reason: object_store::Error) -> io::Error {
    match reason {
        object_store::Error::NotFound { .. } => io::Error::new(io::ErrorKind::NotFound, reason),
        reason => io::Error::other(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_clear_stays_on_this_computer() {
        assert!(is_local("http://127.0.0.1:9000") && is_local("http://localhost/"));
        for address in ["http://10.1.2.3:9000", "http://localhost.example", "https://127.0.0.1"] {
            assert!(!is_local(address), "{address}");
        }
        let settings = BucketSettings {
            address: "http://store.example".into(),
            name: "blobs".into(),
            region: first_region(),
            key_id: "key".into(),
            secret: PathBuf::from("none"),
            authorities: None,
        };
        assert_eq!(
            BlobBucket::new(&settings).map(drop).map_err(|e| e.kind()),
            Err(io::ErrorKind::InvalidInput)
        );
    }
}
