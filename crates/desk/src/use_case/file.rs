//! `file_begin` … `file_read`: files enter every host the same way, in pieces.

use std::io::Read;

use base64::engine::general_purpose::STANDARD;
use base64::{Engine, encoded_len};
use qianban_journal::Digest;
use qianban_store::{ATTACHMENT_BYTES_MAX, AttachmentError};

use super::form::{may_write, saved};
use crate::api::{
    DraftSaved, FileBegin, FileChunk, FilePart, FileRead, FileRef, FileRemove, FileUpload, Nothing,
};
use crate::desk::{Sitting, guard};
use crate::part::{self, SCAN, draft_key, files, removed_digests, removed_field, scan_key, scans};
use crate::record::{Look, Record};
use crate::sign::entry::takes_files;
use crate::text::NAME_CHARS_MAX;
use crate::upload::{Reading, Upload};
use crate::{Code, Desk, Refused};

/// Bytes of one piece, both ways.
const CHUNK_BYTES_MAX: u32 = 1024 * 1024;

/// A file starts to come in.
pub(crate) fn begin(desk: &Desk, request: FileBegin) -> Result<FileUpload, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    if request.size_bytes == 0 {
        return Err(Refused::about(Code::FileEmpty, &request.name));
    }
    if request.size_bytes > ATTACHMENT_BYTES_MAX {
        return Err(Refused::about(Code::FileTooBig, &request.name));
    }
    if request.media.chars().count() > NAME_CHARS_MAX * 2 {
        return Err(Refused::about(Code::TextTooLong, "文件类型"));
    }
    opened.store.read(|reader| {
        let look = Look { opened: &opened, reader, person, ambient: desk.ambient() };
        let record = Record::read(look, &request.form)?;
        if request.slot == SCAN {
            return record.signed().map(drop);
        }
        if !may_write(look, &record, &request.section)? {
            return Err(Code::SectionReadOnly.into());
        }
        let takes = takes_files(&record, &part::section(&request.section), &request.slot);
        if takes { Ok(()) } else { Err(Refused::about(Code::FileSlot, &request.slot)) }
    })?;
    let writer =
        opened.store.begin_attachment(request.size_bytes).map_err(|error| refused(error, &request.name))?;
    let upload = hex::encode(desk.ambient().bytes::<16>()?);
    let FileBegin { form, section, slot, name, media, size_bytes } = request;
    let kept = Upload { form, section, slot, name, media, size_bytes, writer };
    guard(&desk.uploads).keep(upload.clone(), kept)?;
    Ok(FileUpload { upload, chunk_bytes: CHUNK_BYTES_MAX })
}

/// The next bytes, in order.
pub(crate) fn chunk(desk: &Desk, request: FileChunk) -> Result<Nothing, Refused> {
    desk.sitting()?;
    if encoded_len(CHUNK_BYTES_MAX as usize, true).is_none_or(|most| request.bytes.len() > most) {
        return Err(Code::FileChunk.into());
    }
    let bytes = STANDARD.decode(request.bytes.as_bytes()).map_err(|_| Code::FileChunk)?;
    let mut uploads = guard(&desk.uploads);
    let upload = uploads.get(&request.upload)?;
    match upload.writer.chunk(&bytes) {
        Ok(()) => Ok(Nothing {}),
        Err(error) => {
            let name = upload.name.clone();
            uploads.take(&request.upload)?;
            Err(match error {
                AttachmentError::TooLong { .. } => Code::FileSize.into(),
                other => refused(other, &name),
            })
        }
    }
}

/// The file is whole: it is sealed, named by its digest and attached, in one transaction.
pub(crate) fn finish(desk: &Desk, request: FileRef) -> Result<DraftSaved, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    let upload = guard(&desk.uploads).take(&request.upload)?;
    let staged = upload.writer.finish().map_err(|error| refused(error, &upload.name))?;
    if staged.length != upload.size_bytes {
        return Err(Code::FileSize.into());
    }
    let scan = upload.slot == SCAN;
    let key =
        if scan { scan_key(person, &upload.form) } else { draft_key(person, &upload.form, &upload.section) };
    let now_ms = desk.ambient().now_ms();
    opened.store.write(|writer| {
        let field = removed_field(&upload.slot);
        let removed = writer.draft(&key)?.into_iter().find(|kept| kept.field == field);
        if let Some(removed) = removed {
            let mut digests = removed_digests(&removed.value);
            digests.remove(&staged.digest.to_string());
            writer.draft_set(&key, &field, &as_json(&digests)?, now_ms)?;
        }
        writer.draft_attach(&key, &upload.slot, staged, &upload.name, &upload.media)?;
        let mut saved = saved(desk, &opened, writer, person, &upload.form, &upload.section)?;
        if scan {
            saved.section.attachments.extend(scans(&writer.draft_attachments(&key)?));
        }
        Ok(saved)
    })
}

/// Forgets a file that was coming in.
pub(crate) fn cancel(desk: &Desk, request: FileRef) -> Result<Nothing, Refused> {
    guard(&desk.uploads).take(&request.upload)?;
    Ok(Nothing {})
}

/// Takes a file out of a draft; what was signed keeps it.
pub(crate) fn remove(desk: &Desk, request: FileRemove) -> Result<DraftSaved, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    let digest: Digest = request.digest.parse().map_err(|_| Code::FileUnknown)?;
    let now_ms = desk.ambient().now_ms();
    opened.store.write(|writer| {
        if request.slot == SCAN {
            writer.draft_detach(&scan_key(person, &request.form), SCAN, digest)?;
            return saved(desk, &opened, writer, person, &request.form, &request.section);
        }
        let key = draft_key(person, &request.form, &request.section);
        let look = Look { opened: &opened, reader: &*writer, person, ambient: desk.ambient() };
        let record = Record::read(look, &request.form)?;
        if !may_write(look, &record, &request.section)? {
            return Err(Code::SectionReadOnly.into());
        }
        let listed = files(&record.part(look, &request.section)?.values);
        if !listed.iter().any(|file| file.digest == request.digest && file.slot == request.slot) {
            return Err(Code::FileUnknown.into());
        }
        let field = removed_field(&request.slot);
        let kept = writer.draft(&key)?.into_iter().find(|kept| kept.field == field);
        let mut digests = kept.map(|kept| removed_digests(&kept.value)).unwrap_or_default();
        digests.insert(request.digest.clone());
        writer.draft_detach(&key, &request.slot, digest)?;
        writer.draft_set(&key, &field, &as_json(&digests)?, now_ms)?;
        saved(desk, &opened, writer, person, &request.form, &request.section)
    })
}

fn as_json(digests: &std::collections::BTreeSet<String>) -> Result<String, Refused> {
    serde_json::to_string(digests).map_err(|error| Refused::about(Code::Internal, error))
}

/// A piece of an attachment of this form.
pub(crate) fn read(desk: &Desk, request: FileRead) -> Result<FilePart, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    let digest: Digest = request.digest.parse().map_err(|_| Code::FileUnknown)?;
    let mut uploads = guard(&desk.uploads);
    let kept = uploads.reading.take().filter(|kept| kept.digest == digest && kept.offset == request.offset);
    let mut reading = match kept {
        Some(kept) => kept,
        None => {
            let reader = opened.store.read(|reader| {
                let look = Look { opened: &opened, reader, person, ambient: desk.ambient() };
                if !belongs(look, &request.form, &request.digest)? {
                    return Err(Code::FileUnknown.into());
                }
                Ok::<_, Refused>(reader.read_attachment(digest)?)
            })?;
            skip(Reading { digest, offset: 0, reader }, request.offset)?
        }
    };
    let mut bytes = Vec::new();
    let read = reading.reader.by_ref().take(u64::from(CHUNK_BYTES_MAX)).read_to_end(&mut bytes)?;
    reading.offset += read as u64;
    let last = reading.offset >= reading.reader.length;
    if !last {
        uploads.reading = Some(reading);
    }
    Ok(FilePart { bytes: STANDARD.encode(&bytes), last })
}

fn skip(mut reading: Reading, offset: u64) -> Result<Reading, Refused> {
    if offset > reading.reader.length {
        return Err(Code::FileUnknown.into());
    }
    reading.offset = std::io::copy(&mut reading.reader.by_ref().take(offset), &mut std::io::sink())?;
    Ok(reading)
}

/// Whether a file is part of a form: typed, signed in any revision or box, or a scan.
fn belongs(look: Look<'_>, form: &str, digest: &str) -> Result<bool, Refused> {
    let record = Record::read(look, form)?;
    let in_values =
        |values: &qianban_catalog::Content| files(values).iter().any(|file| file.digest == digest);
    if in_values(&record.content.values) {
        return Ok(true);
    }
    for key in look.reader.draft_keys(look.person, form)? {
        if look.reader.draft_attachments(&key)?.iter().any(|file| file.digest.to_string() == digest) {
            return Ok(true);
        }
    }
    let Some(signed) = &record.signed else { return Ok(false) };
    for id in signed.log.ids() {
        let Some(event) = signed.event(id) else { continue };
        let boxed = match &event.action {
            qianban_journal::Action::Approve { boxed, .. } | qianban_journal::Action::Entry { boxed, .. } => {
                *boxed
            }
            _ => None,
        };
        let scan = event.action.hand().and_then(|hand| hand.scan);
        if scan.is_some_and(|scan| scan.to_string() == digest) {
            return Ok(true);
        }
        for snapshot in [event.content, boxed].into_iter().flatten() {
            let bytes = look.reader.blob(snapshot)?.unwrap_or_default();
            let named = qianban_journal::Snapshot::decode(&bytes).is_ok_and(|snapshot| {
                snapshot.attachments.iter().any(|file| file.digest.to_string() == digest)
            });
            if named {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Why a file was not taken.
pub(crate) fn refused(error: AttachmentError, name: &str) -> Refused {
    match error {
        AttachmentError::Empty => Refused::about(Code::FileEmpty, name),
        AttachmentError::TooLong { .. } => Refused::about(Code::FileTooBig, name),
        AttachmentError::Store(error) => error.into(),
        other => Refused::about(Code::HostStorage, other.code()),
    }
}
