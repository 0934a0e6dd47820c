//! Files of an exchange: snapshots and attachments on their way down and up (Y9). Many small ones at a time, long ones part
//! by part from where they have come.

use std::collections::BTreeSet;
use std::io::Read;

use qianban_journal::{Digest, digest};
use qianban_protocol::blobs::{Batch, Digests, LongBlob, Progress, SmallBlobs};
use qianban_protocol::{Fates, limit, path};
use qianban_store::{ATTACHMENT_BYTES_MAX, AttachmentError, StoreError};

use super::line::ExchangeError;
use super::run::Run;
use super::wire::Wire;

impl Run<'_, '_> {
    pub(super) fn pull_files(&mut self) -> Result<(), ExchangeError> {
        let mut tried = BTreeSet::new();
        loop {
            // Snapshots that have just come name attachments.
            let mut wanted = self.store.read(|reader| reader.wanted(u32::MAX))?;
            wanted.retain(|digest| tried.insert(*digest));
            self.pace.total += wanted.len() as u64;
            if wanted.is_empty() {
                return Ok(());
            }
            for asked in wanted.chunks(limit::DIGESTS) {
                self.pull_named(asked.to_vec())?;
            }
        }
    }

    fn pull_named(&mut self, mut left: Vec<Digest>) -> Result<(), ExchangeError> {
        while !left.is_empty() {
            self.tick()?;
            let batch: Batch = self.wire.post(path::BLOBS_GET, &Digests(left.clone()))?;
            let before = left.len();
            let told = batch.blobs.iter().map(|bytes| digest(bytes));
            let told = told.chain(batch.long.iter().map(|long| long.digest)).chain(batch.missing);
            let told: BTreeSet<Digest> = told.collect();
            left.retain(|digest| !told.contains(digest));
            if left.len() == before {
                return Err(ExchangeError::Nonsense);
            }
            self.pace.done += (before - left.len()) as u64;
            self.take_files(batch.blobs)?;
            batch.long.into_iter().try_for_each(|long| self.take_long(long))?;
        }
        Ok(())
    }

    /// Each to where its name is asked for.
    fn take_files(&mut self, files: Vec<Vec<u8>>) -> Result<(), ExchangeError> {
        let (mut blobs, mut attached) = (Vec::new(), Vec::new());
        for bytes in files {
            let named = digest(&bytes);
            let file = self.store.read(|reader| reader.is_wanted(named, true))?;
            if file { attached.push(bytes) } else { blobs.push(bytes) }
        }
        let taken = self.store.write(|writer| writer.take_blobs(&blobs))?;
        self.done.outcome.blobs += taken.iter().filter(|taken| **taken).count() as u64;
        attached.into_iter().try_for_each(|bytes| self.attach(std::iter::once(Ok(bytes))))
    }

    /// Streams the parts of an attachment to where they are kept.
    fn attach(
        &mut self,
        parts: impl Iterator<Item = Result<Vec<u8>, ExchangeError>>,
    ) -> Result<(), ExchangeError> {
        let stored = |error| match error {
            AttachmentError::Store(error) => ExchangeError::Store(error),
            _ => ExchangeError::Nonsense,
        };
        let mut writer = self.store.begin_attachment(ATTACHMENT_BYTES_MAX).map_err(stored)?;
        for part in parts {
            writer.chunk(&part?).map_err(stored)?;
        }
        let staged = writer.finish().map_err(stored)?;
        let taken = self.store.write(|writer| writer.take_attachment(staged))?;
        self.done.outcome.attachments += u64::from(taken);
        Ok(())
    }

    fn take_long(&mut self, long: LongBlob) -> Result<(), ExchangeError> {
        if !self.store.read(|reader| reader.is_wanted(long.digest, true))? {
            let bytes = self.long(long)?;
            return self.take_files(vec![bytes]);
        }
        let (wire, mut from) = (self.wire, 0);
        let next = || {
            let part = (from < long.len).then(|| part(wire, long, from))?;
            from += part.as_ref().map_or(long.len, |bytes| bytes.len() as u64);
            Some(part)
        };
        self.attach(std::iter::from_fn(next))
    }

    /// A long blob in memory: a snapshot or an allow-list, bounded by the protocol.
    pub(super) fn long(&mut self, long: LongBlob) -> Result<Vec<u8>, ExchangeError> {
        let mut bytes = Vec::new();
        while (bytes.len() as u64) < long.len {
            self.tick()?;
            bytes.extend(part(self.wire, long, bytes.len() as u64)?);
        }
        Ok(bytes)
    }

    /// Gives what the endpoint does not have: small ones many at a time, long ones part by part from where it has come.
    pub(super) fn give_files(&mut self, files: &[Digest]) -> Result<(), ExchangeError> {
        for asked in files.chunks(limit::DIGESTS) {
            self.tick()?;
            let Digests(missing) = self.wire.post(path::BLOBS_MISSING, &Digests(asked.to_vec()))?;
            let (mut small, mut bytes) = (Vec::new(), 0);
            for digest in missing {
                match self.store.read(|reader| reader.blob(digest))? {
                    Some(blob) if blob.len() <= limit::SMALL_BLOB_BYTES => {
                        bytes += blob.len();
                        small.push(blob);
                    }
                    Some(blob) => self.give_long(digest, blob.len() as u64, &blob[..])?,
                    None => self.give_attachment(digest)?,
                }
                if small.len() == limit::SMALL_BLOBS || bytes > limit::PART_BYTES - limit::SMALL_BLOB_BYTES {
                    self.give_small(std::mem::take(&mut small))?;
                    bytes = 0;
                }
            }
            self.give_small(small)?;
            self.pace.done += asked.len() as u64;
        }
        Ok(())
    }

    fn give_small(&mut self, blobs: Vec<Vec<u8>>) -> Result<(), ExchangeError> {
        if blobs.is_empty() {
            return Ok(());
        }
        self.tick()?;
        let count = blobs.len() as u64;
        let Fates(_) = self.wire.post(path::BLOBS_PUT, &SmallBlobs(blobs))?;
        self.done.files_given += count;
        Ok(())
    }

    fn give_attachment(&mut self, digest: Digest) -> Result<(), ExchangeError> {
        let opened = self.store.read(|reader| match reader.read_attachment(digest) {
            Err(StoreError::NoBlob(_)) => Ok(None),
            other => other.map(Some),
        })?;
        opened.map_or(Ok(()), |reader| self.give_long(digest, reader.length, reader))
    }

    fn give_long(&mut self, digest: Digest, len: u64, mut bytes: impl Read) -> Result<(), ExchangeError> {
        let mut offset = 0;
        while offset < len {
            self.tick()?;
            let mut part = Vec::new();
            let read = bytes.by_ref().take(limit::PART_BYTES as u64).read_to_end(&mut part);
            read.map_err(StoreError::from)?;
            let target = format!("{}/{digest}?offset={offset}&len={len}", path::BLOBS);
            let progress: Progress = self.wire.put(&target, part)?;
            if progress.complete {
                break;
            }
            if progress.received <= offset {
                return Err(ExchangeError::Nonsense);
            }
            offset = progress.received;
        }
        self.done.files_given += 1;
        Ok(())
    }
}

fn part(wire: &Wire<'_>, long: LongBlob, from: u64) -> Result<Vec<u8>, ExchangeError> {
    let until = long.len.min(from.saturating_add(limit::PART_BYTES as u64)) - 1;
    let bytes = wire.range(&format!("{}/{}", path::BLOBS, long.digest), from, until)?;
    if bytes.is_empty() { Err(ExchangeError::Nonsense) } else { Ok(bytes) }
}
