//! Taking a bundle in: the good beginning of it, in any order and any number of times. Nothing on the stick is opened or
//! run; every item is judged by its own signature, and the bundle's own only says whether what it says of its writer may be
//! believed.

use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use qianban_journal::{DeviceId, Digest, Incarnation, digest};
use qianban_store::{
    ATTACHMENT_BYTES_MAX, AttachmentError, AttachmentWriter, BLOB_BYTES_MAX, CHECKPOINTS_MAX, Store,
    StoreError,
};

use super::frame::{Frame, Kind, Part, ReadError};
use super::header::{Counts, Header};
use super::scan::{BundleError, Scan, open};
use super::sealed::{ContentKey, Opener};
use crate::Text;
use crate::intake::{Intake, Outcome, Trust};

/// Under this name stands what came in a bundle whose signature is missing or unknown.
const UNSIGNED: &str = "未验明的摆渡包";
/// Checkpoints that are looked at in one bundle: each costs a signature.
const CHECKPOINTS_READ: usize = 8 * CHECKPOINTS_MAX;
/// The PC that such bundles are said to come from; no PC has it.
pub const UNSIGNED_DEVICE: DeviceId = DeviceId([0; 16]);

/// Why a bundle was not taken in. What was taken in before stays.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It belongs to another bureau, by that bureau's own name.
    #[error("of another workspace, {owner}")]
    OtherWorkspace {
        /// What the bundle calls its owner.
        owner: String,
    },
    /// There is no registry here yet, and no fingerprint was typed (G1).
    #[error("the root fingerprint is needed")]
    FingerprintNeeded,
    /// The bundle's root has another fingerprint than was typed (G1).
    #[error("another root fingerprint")]
    FingerprintWrong,
    /// It is encrypted for others, or for a seat whose key was not given.
    #[error("for other recipients")]
    Sealed,
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// The stick.
    #[error("file")]
    Io(#[from] io::Error),
    /// No bundle any more: the file was changed since it was looked at.
    #[error("the file changed")]
    Changed,
    /// The store.
    #[error("store")]
    Store(#[from] StoreError),
}

/// How a bundle came in.
#[derive(Clone, Debug)]
pub struct Imported {
    /// What became of its items.
    pub outcome: Outcome,
    /// Whole items that were read.
    pub good: Counts,
    /// Items that the writer says it holds.
    pub written: Counts,
    /// Whether the bundle is whole and signed by a seat of this bureau.
    pub signed: bool,
}

/// Takes in what `scan` found whole. `fingerprint` is asked for only while there is no registry here, `key` only of a bundle
/// for recipients. `progress` is told frames done and may stop it between transactions.
///
/// # Errors
/// See [`ImportError`].
pub fn import(
    store: &Store,
    path: &Path,
    scan: &Scan,
    fingerprint: Option<&str>,
    key: Option<&ContentKey>,
    now_ms: i64,
    progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<Imported, ImportError> {
    let ours = store.read(|reader| Ok::<_, StoreError>(reader.registry().workspace()))?;
    let trust = match (ours, fingerprint) {
        (Some(ws), _) if ws != scan.header.ws.0 => {
            return Err(ImportError::OtherWorkspace { owner: scan.header.bureau.clone() });
        }
        (Some(_), _) => Trust::Here,
        (None, Some(typed)) => Trust::Typed(typed),
        (None, None) => return Err(ImportError::FingerprintNeeded),
    };
    if !scan.header.recipients.is_empty() && key.is_none() {
        return Err(ImportError::Sealed);
    }
    let mut opener = key.map(Opener::new);
    let (mut frames, header) = open(path).map_err(reopened)?;
    if header != scan.header {
        return Err(ImportError::Changed);
    }
    let intake = Intake::new(store, now_ms);
    let mut run = Run {
        store,
        scan,
        trust,
        now_ms,
        intake,
        parts: None,
        good: Counts::default(),
        met: false,
        signed: false,
    };
    while frames.frames < scan.frames {
        if progress(frames.frames).is_break() {
            return Err(ImportError::Cancelled);
        }
        match frames.next() {
            Ok(frame) if frame.kind == Kind::Sealed => {
                match opener.as_mut().and_then(|opener| opener.open(&frame)) {
                    Some(frame) => run.frame(frame)?,
                    None if run.good == Counts::default() => return Err(ImportError::Sealed),
                    None => break,
                }
            }
            Ok(frame) => run.frame(frame)?,
            Err(ReadError::Io(error)) => return Err(error.into()),
            // Pulled out since it was looked at: what was read stands, and is counted.
            Err(ReadError::Torn(_)) => break,
        }
    }
    run.finish()
}

fn reopened(error: BundleError) -> ImportError {
    match error {
        BundleError::Io(error) => ImportError::Io(error),
        _ => ImportError::Changed,
    }
}

/// A blob whose parts are coming.
enum Parts {
    /// In memory, for the database.
    Blob(Kind, Digest, Vec<u8>),
    /// Into a file beside it.
    Attachment(Digest, Box<AttachmentWriter>, u64),
    /// Nobody asked for it, or its parts do not fit together.
    Skipped(Digest),
}

struct Run<'a> {
    store: &'a Store,
    scan: &'a Scan,
    trust: Trust<'a>,
    now_ms: i64,
    intake: Intake<'a>,
    parts: Option<Parts>,
    good: Counts,
    met: bool,
    signed: bool,
}

impl Run<'_> {
    fn frame(&mut self, frame: Frame) -> Result<(), ImportError> {
        self.good.count(&frame);
        match frame.kind {
            Kind::Header | Kind::Trailer | Kind::Sealed => Ok(()),
            Kind::Entry if self.met => Ok(()),
            Kind::Entry => Ok(self.intake.entry(frame.bytes, self.trust)?),
            Kind::Event => {
                self.meet()?;
                Ok(self.intake.event(&frame.bytes)?)
            }
            Kind::RegistryBlob if self.met => Ok(()),
            Kind::RegistryBlob => self.part(&frame),
            Kind::Blob => {
                self.meet()?;
                self.intake.flush_events()?;
                self.part(&frame)
            }
            Kind::Attachment => {
                self.meet()?;
                self.intake.flush_events()?;
                // Snapshots name attachments: before them nobody has asked.
                self.intake.flush_blobs()?;
                self.part(&frame)
            }
        }
    }

    /// The registry is complete: it says who signed the bundle, and from now on items are attributed to that PC.
    fn meet(&mut self) -> Result<(), ImportError> {
        if self.met {
            return Ok(());
        }
        self.met = true;
        self.intake.registry(self.trust)?;
        let chain = self.store.read(|reader| Ok::<_, StoreError>(reader.registry().clone()))?;
        let Some(registry) = chain.now() else { return Err(ImportError::FingerprintWrong) };
        if chain.workspace() != Some(self.scan.header.ws.0) {
            return Err(ImportError::OtherWorkspace { owner: self.scan.header.bureau.clone() });
        }
        let signer = self.scan.signer(registry).map(|(_, seat)| &seat.certificate);
        self.signed = signer.is_some();
        let (device, incarnation, name) = match signer {
            Some(certificate) => {
                let person = registry.person(certificate.person).map(|record| record.name.as_str());
                (certificate.device, certificate.incarnation, person.unwrap_or_default())
            }
            None => (UNSIGNED_DEVICE, Incarnation([0; 16]), UNSIGNED),
        };
        let peer = self.store.write(|writer| {
            for checkpoint in self.scan.header.receipts.read_checkpoints().take(CHECKPOINTS_READ) {
                writer.keep_checkpoint(&checkpoint)?;
            }
            writer.meet_peer(device, incarnation, name, self.now_ms)
        })?;
        self.intake.meet(peer);
        Ok(())
    }

    fn part(&mut self, frame: &Frame) -> Result<(), ImportError> {
        let Some(part) = frame.part() else { return Ok(()) };
        if part.offset == 0 {
            self.parts = Some(self.begin(frame.kind, &part)?);
        }
        let Some(parts) = &mut self.parts else { return Ok(()) };
        if !parts.take(&part)? {
            *parts = Parts::Skipped(part.digest);
        }
        if part.offset + part.bytes.len() as u64 == part.total {
            self.complete()?;
        }
        Ok(())
    }

    fn begin(&self, kind: Kind, part: &Part<'_>) -> Result<Parts, ImportError> {
        let fits = part.total <= BLOB_BYTES_MAX as u64;
        Ok(match kind {
            Kind::RegistryBlob if fits => Parts::Blob(kind, part.digest, Vec::new()),
            _ if !self.intake.is_wanted(part.digest, kind == Kind::Attachment)? => {
                Parts::Skipped(part.digest)
            }
            Kind::Attachment => match self.store.begin_attachment(ATTACHMENT_BYTES_MAX) {
                Ok(writer) => Parts::Attachment(part.digest, Box::new(writer), 0),
                Err(AttachmentError::Store(error)) => return Err(error.into()),
                Err(_) => Parts::Skipped(part.digest),
            },
            _ if fits => Parts::Blob(kind, part.digest, Vec::new()),
            _ => Parts::Skipped(part.digest),
        })
    }

    fn complete(&mut self) -> Result<(), ImportError> {
        match self.parts.take() {
            Some(Parts::Blob(kind, named, bytes)) if digest(&bytes) == named => match kind {
                Kind::RegistryBlob => self.intake.registry_blob(bytes),
                _ => self.intake.blob(bytes)?,
            },
            Some(Parts::Attachment(named, writer, _)) => match writer.finish() {
                Ok(staged) if staged.digest == named => {
                    let taken = self.store.write(|writer| writer.take_attachment(staged))?;
                    self.intake.outcome.attachments += u64::from(taken);
                }
                Err(AttachmentError::Store(error)) => return Err(error.into()),
                _ => self.intake.outcome.unwanted += 1,
            },
            _ => self.intake.outcome.unwanted += 1,
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Imported, ImportError> {
        self.meet()?;
        let outcome = self.intake.finish()?;
        if self.signed {
            believe(self.store, &self.scan.header, self.scan, self.now_ms)?;
        }
        let written = self.scan.header.counts;
        Ok(Imported { outcome, good: self.good, written, signed: self.signed })
    }
}

impl Parts {
    /// Takes the next part; `false` where it does not follow.
    fn take(&mut self, part: &Part<'_>) -> Result<bool, ImportError> {
        Ok(match self {
            Parts::Blob(_, digest, bytes) => {
                let follows = *digest == part.digest && bytes.len() as u64 == part.offset;
                if follows && bytes.len() + part.bytes.len() <= BLOB_BYTES_MAX {
                    bytes.extend(part.bytes);
                }
                follows
            }
            Parts::Attachment(digest, writer, length) => {
                let follows = *digest == part.digest && *length == part.offset;
                if follows {
                    match writer.chunk(part.bytes) {
                        Ok(()) => *length += part.bytes.len() as u64,
                        Err(AttachmentError::Store(error)) => return Err(error.into()),
                        Err(_) => return Ok(false),
                    }
                }
                follows
            }
            Parts::Skipped(digest) => *digest == part.digest,
        })
    }
}

/// Notes what the writer of a signed bundle holds and misses.
fn believe(store: &Store, header: &Header, scan: &Scan, now_ms: i64) -> Result<(), StoreError> {
    store.write(|writer| {
        let chain = writer.registry().clone();
        let signer = chain.now().and_then(|registry| scan.signer(registry));
        let Some((_, seat)) = signer else { return Ok(()) };
        let certificate = &seat.certificate;
        let person = chain.now().and_then(|registry| registry.person(certificate.person));
        let name = person.map(|record| record.name.as_str()).unwrap_or_default();
        let peer = writer.meet_peer(certificate.device, certificate.incarnation, name, now_ms)?;
        let receipts = &header.receipts;
        writer.note_registry(peer, receipts.registry)?;
        let logs: Vec<_> = receipts.logs.iter().map(|log| (*log).into()).collect();
        writer.note_logs(peer, &logs)?;
        let buckets: Vec<_> =
            receipts.buckets.iter().map(|bucket| bucket.map(|Text(digest)| digest)).collect();
        writer.note_buckets(peer, &buckets)?;
        let wants: Vec<Digest> = receipts.wanted.iter().map(|digest| digest.0).collect();
        writer.note_wants(peer, &wants)
    })
}
