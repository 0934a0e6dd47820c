//! 登记纸质签字: one sheet with one or several signatures, each recorded as an Approve in one action.

use qianban_catalog::{Content, Moment, Row, Section, gates};
use qianban_journal::{ApproveDraft, Digest, Hand, PersonRecord, digest};

use super::act::Act;
use super::approve::place;
use super::intent::{Done, FormIntent, Intent, complete, demand, key_fields, trust_round};
use crate::part::{draft_key, scan_key};
use crate::record::{Look, Record};
use crate::show::section::{Sheet, shown};
use crate::text::{self, NAME_CHARS_MAX};
use crate::{Code, Refused, api, names, snapshot};

/// Signatures on one sheet.
const SIGNATURES_MAX: usize = 16;

pub(crate) fn intent(
    look: Look<'_>,
    form: &str,
    scan: &str,
    signatures: &[api::InkSignature],
) -> Result<Intent, Refused> {
    let mut record = Record::read(look, form)?;
    if signatures.is_empty() || signatures.len() > SIGNATURES_MAX {
        return Err(Code::SignTooManyEvents.into());
    }
    let scan = scanned(look, form, scan)?;
    let round = trust_round(look, &record)?;
    let mut acts = Vec::new();
    let mut blobs = Vec::new();
    let mut fields = key_fields(&record)?;
    for signature in signatures {
        let (boxed, values) = sealed_box(look, &record, signature, &mut blobs)?;
        let registry = record.registry()?;
        let step = record.definition.step(&signature.step).ok_or(Code::SignNotTurn)?;
        let (hand, name) = hand(&record, signature, scan)?;
        fields.push(api::ShownField { label: step.title.clone(), shown: format!("{name}(纸质签字)") });
        fields.extend(shown(&record.definition, &Section::Step(step.key.clone()), &values, registry));
        let basis = record.signed()?.basis();
        let by = hand.signer.map(|person| person.to_string()).unwrap_or_default();
        acts.push(Act::Approve(ApproveDraft {
            round,
            step: place(&record, &signature.step)?,
            hand,
            boxed,
            basis,
        }));
        // Further signatures on the sheet stand on this one: gates see its box.
        let row = Row { at: record.context.facts.now.clone(), by, content: values };
        record.context.steps.entry(signature.step.clone()).or_default().push(row);
    }
    let mut files = record.content.files();
    files.extend(sheet(look, form, scan)?);
    let boxes = signatures.iter().map(|signature| api::Section::Step { key: signature.step.clone() });
    let boxes = boxes.map(|of| draft_key(look.person, form, &of));
    let done = Done::Parts(boxes.chain([scan_key(look.person, form)]).collect());
    let message = format!("已登记 {} 处纸质签字", acts.len());
    FormIntent { record, acts, blobs, done, message }.checked(look, "登记纸质签字".to_owned(), fields, files)
}

/// The digest of a sheet that this person attached to this form.
///
/// # Errors
/// [`Code::SignScanMissing`].
pub(crate) fn scanned(look: Look<'_>, form: &str, scan: &str) -> Result<Digest, Refused> {
    let scan: Digest = scan.parse().map_err(|_| Code::SignScanMissing)?;
    if sheet(look, form, scan)?.is_none() {
        return Err(Code::SignScanMissing.into());
    }
    Ok(scan)
}

/// The attached sheet.
pub(crate) fn sheet(look: Look<'_>, form: &str, scan: Digest) -> Result<Option<api::Attachment>, Refused> {
    let attached = look.reader.draft_attachments(&scan_key(look.person, form))?;
    Ok(attached.into_iter().find(|file| file.digest == scan).map(|file| api::Attachment {
        slot: file.field,
        name: file.name,
        media: file.media,
        size_bytes: file.length,
        digest: file.digest.to_string(),
    }))
}

/// The box of a step as the recorder typed it from the paper, complete and with its gates met.
fn sealed_box(
    look: Look<'_>,
    record: &Record,
    signature: &api::InkSignature,
    blobs: &mut Vec<Vec<u8>>,
) -> Result<(Option<Digest>, Content), Refused> {
    let of = api::Section::Step { key: signature.step.clone() };
    let section = Section::Step(signature.step.clone());
    let part = record.part(look, &of)?;
    let registry = record.registry()?;
    let sheet = Sheet {
        definition: &record.definition,
        of,
        part: &part,
        context: &record.context,
        registry,
        editable: true,
    };
    complete(sheet.problems())?;
    demand(gates(&record.definition, &Moment::Step(signature.step.clone()), &part.values, &record.context))?;
    if record.definition.step(&signature.step).is_none_or(|step| step.fields.is_empty()) {
        return Ok((None, part.values));
    }
    let bytes = snapshot::encode(&record.definition, record.def, &section, &part.values)?;
    let boxed = digest(&bytes);
    blobs.push(bytes);
    Ok((Some(boxed), part.values))
}

/// A name as people compare it: 「张 三」 is 「张三」.
fn bare(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Who signed the paper, and the name. A person of the registry cannot be an outsider under their own name: the rules
/// that keep people from signing their own request speak of persons.
fn hand(record: &Record, signature: &api::InkSignature, scan: Digest) -> Result<(Hand, String), Refused> {
    match (&signature.signer, &signature.outsider) {
        (Some(signer), None) => {
            let signer = signer.parse().map_err(|_| Code::PersonUnknown)?;
            let registry = record.registry()?;
            registry.person(signer).ok_or(Code::PersonUnknown)?;
            Ok((Hand::ink(signer, scan), names::person(registry, signer)))
        }
        (None, Some(name)) => {
            let name = text::name("签字人姓名", name, NAME_CHARS_MAX)?;
            let known = |(_, record): (_, &PersonRecord)| bare(&record.name) == bare(&name);
            if record.registry()?.persons().any(known) {
                return Err(Refused::about(Code::SignOutsiderKnown, name));
            }
            Ok((Hand::ink_outsider(name.clone(), scan), name))
        }
        _ => Err(Refused::about(Code::TextEmpty, "签字人")),
    }
}
