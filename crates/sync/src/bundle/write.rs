//! Writing a bundle: under a temporary name, flushed, read again from the disk, signed, renamed. Until it has its own name
//! nobody takes it for a bundle; what is given up is removed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use qianban_journal::{Digest, SeatId, Signature, digest};
use qianban_store::{Reader, StoreError};

use super::frame::{FrameWriter, Kind, PART_BYTES, encode};
use super::header::{HEADER_BYTES_MAX, Header, Trailer};
use super::plan::{Item, Plan, count};
use super::scan::{BundleError, scan};
use super::sealed::{ContentKey, RECIPIENTS_MAX, Sealer};
use crate::Text;

/// The end of a bundle's name.
pub const EXTENSION: &str = "qbx";
const TEMPORARY: &str = "part";

/// Why a bundle was not written. Nothing of it remains.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// What was read back is not what was written: a bad stick.
    #[error("the file does not read back")]
    ReadBack,
    /// The stick or the disk.
    #[error("file")]
    Io(#[from] io::Error),
    /// The store.
    #[error("store")]
    Store(#[from] StoreError),
}

/// One volume, written and read back, without its signature.
#[derive(Debug)]
pub struct StagedVolume {
    temporary: PathBuf,
    path: PathBuf,
    frames: u64,
    /// SM3 of its bytes.
    pub digest: Digest,
    /// Its bytes.
    pub bytes: u64,
}

impl Drop for StagedVolume {
    fn drop(&mut self) {
        // After the rename there is nothing under this name.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// A bundle that waits for its signature.
#[derive(Debug)]
pub struct Staged {
    /// Its volumes.
    pub volumes: Vec<StagedVolume>,
    /// What is signed and compared by telephone: the digest of the one volume, or of the volumes' digests.
    pub digest: Digest,
}

/// Writes every volume into `folder`. `header` is that of the first one; `progress` is told items done.
///
/// # Errors
/// See [`WriteError`].
pub fn stage(
    reader: &Reader<'_>,
    plan: &Plan,
    header: &Header,
    folder: &Path,
    progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<Staged, WriteError> {
    if plan.recipients.len() > RECIPIENTS_MAX {
        return Err(io::Error::from(io::ErrorKind::InvalidInput).into());
    }
    let mut volumes = Vec::with_capacity(plan.volumes.len());
    let mut done = 0;
    for (number, items) in (1_u32..).zip(&plan.volumes) {
        let key = (!plan.recipients.is_empty()).then(ContentKey::generate).transpose()?;
        let wrapped = key.as_ref().map(|key| key.wrapped(&plan.recipients)).transpose()?;
        let header = Header {
            recipients: wrapped.unwrap_or_default(),
            volume: number,
            volumes: plan.volumes.len() as u32,
            counts: count(items.iter()),
            ..header.clone()
        };
        let path = folder.join(name(&header));
        let staged = Volume { reader, plan, header: &header, sealer: key.as_ref().map(Sealer::new) }.write(
            items,
            path,
            &mut |items| progress(done + items),
        )?;
        done += items.len() as u64;
        volumes.push(staged);
    }
    let digest = match volumes.as_slice() {
        [only] => only.digest,
        several => digest(&several.iter().flat_map(|volume| volume.digest.0).collect::<Vec<_>>()),
    };
    Ok(Staged { volumes, digest })
}

/// ASCII, the same on every system: who, which bundle, which volume.
fn name(header: &Header) -> String {
    let short = |text: String| text.chars().take(8).collect::<String>();
    format!(
        "qianban-{}-{}-{}.{EXTENSION}",
        short(header.ws.0.to_string()),
        short(header.bundle.clone()),
        header.volume
    )
}

struct Volume<'a> {
    reader: &'a Reader<'a>,
    plan: &'a Plan,
    header: &'a Header,
    sealer: Option<Sealer>,
}

impl Volume<'_> {
    fn write(
        mut self,
        items: &[Item],
        path: PathBuf,
        progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<StagedVolume, WriteError> {
        let temporary = path.with_extension(format!("{EXTENSION}.{TEMPORARY}"));
        let file = File::create(&temporary)?;
        let mut staged = StagedVolume { temporary, path, frames: 0, digest: Digest([0; 32]), bytes: 0 };
        let mut frames = FrameWriter::begin(BufWriter::with_capacity(1 << 20, file), self.sealer.take())?;
        let header = serde_json::to_vec(self.header).map_err(io::Error::from)?;
        if header.len() > HEADER_BYTES_MAX {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge).into());
        }
        frames.frame(Kind::Header, &header, &[])?;
        for (done, item) in (0_u64..).zip(items) {
            if progress(done).is_break() {
                return Err(WriteError::Cancelled);
            }
            self.item(&mut frames, *item)?;
        }
        let (mut inner, count, digest) = frames.finish();
        inner.flush()?;
        inner.get_ref().sync_all()?;
        (staged.frames, staged.digest) = (count, digest);
        staged.bytes = fs::metadata(&staged.temporary)?.len();
        staged.read_back()?;
        Ok(staged)
    }

    fn item(&self, frames: &mut FrameWriter<impl Write>, item: Item) -> Result<(), WriteError> {
        let gone = |digest| WriteError::from(StoreError::NoBlob(digest));
        match item {
            Item::Entry(number) => {
                let bytes = self.reader.registry_entry(number)?.unwrap_or_default();
                frames.item(Kind::Entry, true, &bytes, &[])?;
            }
            Item::Event(arrival) => {
                frames.item(Kind::Event, true, &self.reader.envelope_bytes(arrival)?, &[])?;
            }
            Item::Opaque(place) => {
                let bytes = self.plan.opaque.get(place).map(Vec::as_slice).unwrap_or_default();
                frames.item(Kind::Event, true, bytes, &[])?;
            }
            Item::RegistryBlob(digest) => {
                let bytes = self.reader.blob(digest)?.ok_or_else(|| gone(digest))?;
                parts(frames, Kind::RegistryBlob, digest, bytes.len() as u64, &bytes[..])?;
            }
            Item::Blob(digest) => {
                let bytes = self.reader.blob(digest)?.ok_or_else(|| gone(digest))?;
                parts(frames, Kind::Blob, digest, bytes.len() as u64, &bytes[..])?;
            }
            Item::Attachment(digest) => {
                let attachment = self.reader.read_attachment(digest)?;
                let total = attachment.length;
                parts(frames, Kind::Attachment, digest, total, attachment)?;
            }
        }
        Ok(())
    }
}

fn parts(
    frames: &mut FrameWriter<impl Write>,
    kind: Kind,
    digest: Digest,
    total: u64,
    mut bytes: impl Read,
) -> io::Result<()> {
    let mut offset = 0;
    while offset < total {
        let mut part = Vec::new();
        bytes.by_ref().take(PART_BYTES as u64).read_to_end(&mut part)?;
        if part.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        frames.part(kind, digest, total, offset, &part)?;
        offset += part.len() as u64;
    }
    Ok(())
}

impl StagedVolume {
    /// Reads the file from its beginning: everything but the trailer must be there as it was written.
    fn read_back(&self) -> Result<(), WriteError> {
        match scan(&self.temporary, &mut |_| ControlFlow::Continue(())) {
            Ok(scan)
                if scan.digest == self.digest
                    && scan.frames == self.frames
                    && scan.good_bytes == self.bytes =>
            {
                Ok(())
            }
            Ok(_) => Err(WriteError::ReadBack),
            Err(BundleError::Io(error)) => Err(error.into()),
            Err(_) => Err(WriteError::ReadBack),
        }
    }

    /// Adds the trailer, flushes, reads it back and gives the file its name.
    fn finish(self, seat: SeatId, sig: &Signature) -> Result<PathBuf, WriteError> {
        let trailer = Trailer {
            frames: self.frames,
            digest: Text(self.digest),
            seat: Text(seat),
            sig: hex::encode(sig),
        };
        let trailer = serde_json::to_vec(&trailer).map_err(io::Error::from)?;
        let bytes = encode(Kind::Trailer, &trailer, &[])?.concat();
        let mut file = OpenOptions::new().read(true).write(true).open(&self.temporary)?;
        file.seek(SeekFrom::End(0))?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        file.seek(SeekFrom::Start(self.bytes))?;
        let mut back = Vec::new();
        file.read_to_end(&mut back)?;
        if back != bytes {
            return Err(WriteError::ReadBack);
        }
        drop(file);
        fs::rename(&self.temporary, &self.path)?;
        #[cfg(unix)]
        if let Some(folder) = self.path.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(self.path.clone())
    }
}

/// Signs every volume and gives it its name. `sign` gets the bytes of [`super::signed_bytes`].
///
/// # Errors
/// See [`WriteError`]; volumes named before stay.
pub fn finish(
    staged: Staged,
    seat: SeatId,
    sign: &mut dyn FnMut(&[u8]) -> Option<Signature>,
) -> Result<Vec<PathBuf>, WriteError> {
    let mut paths = Vec::with_capacity(staged.volumes.len());
    for volume in staged.volumes {
        let sig = sign(&super::signed_bytes(volume.digest)).ok_or(WriteError::Cancelled)?;
        paths.push(volume.finish(seat, &sig)?);
    }
    Ok(paths)
}
