//! Reading a bundle once without taking anything in: is it ours, how much of it is whole, who signed it?

use std::fs::File;
use std::io::{self, BufReader};
use std::ops::ControlFlow;
use std::path::Path;

use qianban_journal::{Digest, Registry, Seat, SeatId, Signature};

use super::frame::{Beginning, Frame, FrameReader, Kind, ReadError, Torn};
use super::header::{Counts, HEADER_BYTES_MAX, Header, Trailer};

/// Why a file is no bundle that can be looked at.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// Another file, or its first frame is torn.
    #[error("not a bundle")]
    NotABundle,
    /// A newer program wrote it.
    #[error("bundle of version {0}")]
    Newer(u16),
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// The stick or the disk.
    #[error("file")]
    Io(#[from] io::Error),
}

/// What a file was found to be.
#[derive(Clone, Debug)]
pub struct Scan {
    /// What it says of itself.
    pub header: Header,
    /// Whole items found before the first torn frame.
    pub found: Counts,
    /// Whole frames before the trailer.
    pub frames: u64,
    /// Bytes of whole frames.
    pub good_bytes: u64,
    /// SM3 of everything before the trailer.
    pub digest: Digest,
    /// Why reading ended early.
    pub torn: Option<Torn>,
    /// The trailer, where there is a whole one.
    pub trailer: Option<Trailer>,
}

impl Scan {
    /// Whether every byte is there as it was written. It says nothing about who wrote it.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let sealed = |trailer: &Trailer| trailer.digest.0 == self.digest && trailer.frames == self.frames;
        self.torn.is_none() && self.found == self.header.counts && self.trailer.as_ref().is_some_and(sealed)
    }

    /// The seat that signed a whole bundle, under this version of the registry.
    #[must_use]
    pub fn signer<'a>(&self, registry: Registry<'a>) -> Option<(SeatId, &'a Seat)> {
        let trailer = self.trailer.as_ref().filter(|_| self.is_whole())?;
        let seat = registry.seat(trailer.seat.0)?;
        let mut sig: Signature = [0; 64];
        hex::decode_to_slice(&trailer.sig, &mut sig).ok()?;
        seat.certificate.public.verify(&signed_bytes(self.digest), &sig).ok()?;
        Some((trailer.seat.0, seat))
    }
}

/// The bytes that the writer signs: `"qianban/bundle/1" 00 digest`.
#[must_use]
pub fn signed_bytes(digest: Digest) -> Vec<u8> {
    [b"qianban/bundle/1\0".as_slice(), &digest.0].concat()
}

/// Opens a bundle behind its magic and reads its header.
pub(crate) fn open(path: &Path) -> Result<(FrameReader<BufReader<File>>, Header), BundleError> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(BundleError::NotABundle);
    }
    let mut frames = match FrameReader::begin(BufReader::with_capacity(1 << 20, file))? {
        Beginning::Bundle(frames) => frames,
        Beginning::Newer(version) => return Err(BundleError::Newer(version)),
        Beginning::Other => return Err(BundleError::NotABundle),
    };
    let first = match frames.next() {
        Ok(Frame { kind: Kind::Header, bytes }) if bytes.len() <= HEADER_BYTES_MAX => bytes,
        Err(ReadError::Io(error)) => return Err(error.into()),
        _ => return Err(BundleError::NotABundle),
    };
    let header = serde_json::from_slice(&first).map_err(|_| BundleError::NotABundle)?;
    Ok((frames, header))
}

/// Looks through a bundle. `progress` is told bytes read and may stop it.
///
/// # Errors
/// See [`BundleError`]; a damaged bundle is none, its good beginning is told.
pub fn scan(path: &Path, progress: &mut dyn FnMut(u64) -> ControlFlow<()>) -> Result<Scan, BundleError> {
    let (mut frames, header) = open(path)?;
    let mut scan = Scan {
        header,
        found: Counts::default(),
        frames: frames.frames,
        good_bytes: frames.good_bytes,
        digest: frames.digest(),
        torn: None,
        trailer: None,
    };
    loop {
        if progress(frames.good_bytes).is_break() {
            return Err(BundleError::Cancelled);
        }
        let frame = match frames.next() {
            Ok(frame) => frame,
            Err(ReadError::Io(error)) => return Err(error.into()),
            Err(ReadError::Torn(torn)) => {
                scan.torn = Some(torn);
                break;
            }
        };
        if frame.kind == Kind::Trailer {
            scan.trailer = serde_json::from_slice(&frame.bytes).ok();
            if !frames.is_at_end()? {
                scan.torn = Some(Torn::NoFrame);
            }
            break;
        }
        if !scan.found.count(&frame) {
            scan.torn = Some(Torn::NoFrame);
            break;
        }
        (scan.frames, scan.good_bytes) = (frames.frames, frames.good_bytes);
    }
    scan.digest = frames.digest();
    Ok(scan)
}

impl Counts {
    /// Counts an item at its last frame; `false` for a frame that has no place here.
    pub(crate) fn count(&mut self, frame: &Frame) -> bool {
        let sealed = (frame.kind == Kind::Sealed).then(|| frame.sealed());
        let kind = match sealed {
            None => frame.kind,
            Some(Some((kind, _))) => kind,
            Some(None) => return false,
        };
        let of_kind = match kind {
            Kind::Entry => &mut self.entries,
            Kind::RegistryBlob => &mut self.registry_blobs,
            Kind::Event => &mut self.events,
            Kind::Blob => &mut self.blobs,
            Kind::Attachment => &mut self.attachments,
            Kind::Header | Kind::Trailer | Kind::Sealed => return false,
        };
        if let Some(Some((_, ends))) = sealed {
            *of_kind += u64::from(ends);
            return true;
        }
        if matches!(kind, Kind::Entry | Kind::Event) {
            *of_kind += 1;
            return true;
        }
        let Some(part) = frame.part() else { return false };
        *of_kind += u64::from(part.offset + part.bytes.len() as u64 == part.total);
        true
    }
}
