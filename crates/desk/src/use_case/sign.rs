//! `sign_prepare`, `sign_show`, `sign_confirm`, `sign_cancel`, `sign_status` (C4, K2).

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use qianban_journal::{FormId, SeatId, Sm2Key};
use qianban_store::Password;
use zeroize::Zeroizing;

use super::join;
use crate::api::{
    Nothing, Problem, Refusal, SignAction, SignConfirm, SignPrepare, SignRef, SignSheet, SignStatus, Signed,
};
use crate::desk::{Sitting, guard};
use crate::opened::Opened;
use crate::record::Look;
use crate::request::{Request, Signing};
use crate::sign::intent::{Fixed, Intent, Work};
use crate::sign::{execute, renew};
use crate::{Code, Desk, Refused, glyph, names, renewal, roster};

/// Checks the action and says exactly what would be signed. Nothing is signed yet.
pub(crate) fn prepare(desk: &Desk, request: SignPrepare) -> Result<SignSheet, Refused> {
    let sitting = desk.sitting()?;
    let fixed = Fixed::draw(desk.ambient())?;
    let name = hex::encode(desk.ambient().bytes::<16>()?);
    let sheet = sitting.opened.store.read(|reader| {
        let look = Look { opened: &sitting.opened, reader, person: sitting.person, ambient: desk.ambient() };
        let intent = Intent::of(look, &request.action, &fixed)?;
        glyph::check_intent(desk, &intent)?;
        let signer = names::person(Opened::registry(reader.registry())?, sitting.person);
        let mut sheet = sheet(name, signer, &intent);
        if sitting.opened.sample {
            let (code, message) = (Code::SampleSigned.as_str(), Code::SampleSigned.message());
            let said = Problem { code: code.to_owned(), message: message.to_owned(), field: None };
            sheet.warnings.insert(0, said);
        }
        Ok::<_, Refused>(sheet)
    })?;
    let now_ms = desk.ambient().now_ms();
    guard(&desk.requests).keep(sitting.person, request.action, fixed, sheet.clone(), now_ms)?;
    Ok(sheet)
}

fn sheet(request: String, signer: String, intent: &Intent) -> SignSheet {
    let shown = intent.shown.clone();
    SignSheet {
        request,
        action: shown.action,
        title: shown.title,
        number: shown.number,
        signer,
        fields: shown.fields,
        attachments: shown.attachments,
        digest: intent.digest(),
        content: shown.content,
        definition: shown.definition,
        events: shown.events,
        weakened: shown.weakened,
        warnings: shown.warnings,
    }
}

/// What the dialog was opened for.
pub(crate) fn show(desk: &Desk, request: SignRef) -> Result<SignSheet, Refused> {
    let sitting = desk.sitting()?;
    let now_ms = desk.ambient().now_ms();
    Ok(guard(&desk.requests).waiting(&request.request, sitting.person, now_ms)?.sheet.clone())
}

/// Signs: everything is read again, compared with what was shown, and only then the key is opened.
pub(crate) fn confirm(desk: &Desk, confirm: SignConfirm) -> Result<Signed, Refused> {
    let sitting = desk.sitting()?;
    let now_ms = desk.ambient().now_ms();
    let (request, _signing) = Signing::take(&desk.requests, &confirm.request, sitting.person, now_ms)?;
    match signed(desk, &sitting, &request, &confirm) {
        Ok((signed, sealed)) => {
            guard(&desk.requests).end(request, signed.clone());
            if let Err(refused) = sitting.opened.raise_anchor() {
                // What was signed is on the disk; the anchor is raised again with the next signature.
                tracing::warn!(%refused, "the anchor was not raised");
            }
            if let Err(refused) = sitting.opened.note_sealed(&sealed) {
                tracing::warn!(%refused, "the list of what was sealed here was not written");
            }
            desk.background.ring();
            Ok(signed)
        }
        Err(refused) => {
            guard(&desk.requests).put_back(request);
            Err(refused)
        }
    }
}

fn signed(
    desk: &Desk,
    sitting: &Sitting,
    request: &Request,
    confirm: &SignConfirm,
) -> Result<(Signed, Vec<FormId>), Refused> {
    if confirm.digest != request.sheet.digest {
        return Err(Code::SignDigest.into());
    }
    let (opened, person) = (&sitting.opened, sitting.person);
    let password = Password::new(confirm.password.expose())?;
    let renews = matches!(request.action, SignAction::RenewSeat);
    let seat = signing_seat(desk, sitting, renews, &password)?;
    let now_ms = desk.ambient().now_ms();
    let private = opened.vault.signing_key(person, seat, &password, now_ms)?;
    let key = signing_key(&private)?;
    let (mut newcomer, mut sealed) = (None, Vec::new());
    let written = opened.store.write(|writer| {
        let (intent, author) = {
            let look = Look { opened, reader: &*writer, person, ambient: desk.ambient() };
            let intent = Intent::of(look, &request.action, &request.fixed)?;
            if intent.digest() != confirm.digest {
                return Err(Code::SignStale.into());
            }
            (intent, look.author()?)
        };
        sealed = intent.work.sealed();
        match &intent.work {
            Work::Form(form) => {
                let written = execute::form(writer, desk.ambient(), person, form, author, &key)?;
                let events = written.events.iter().map(ToString::to_string).collect();
                Ok::<_, Refused>((Some(written.form), events, form.message.clone()))
            }
            Work::Forms(forms, message) => {
                let (mut author, mut events) = (author, Vec::with_capacity(forms.len()));
                for form in forms {
                    let written = execute::form(writer, desk.ambient(), person, form, author, &key)?;
                    events.extend(written.events.iter().map(ToString::to_string));
                    author = written.author;
                }
                Ok((None, events, message.clone()))
            }
            Work::Bundle(bundle, _) => {
                let look = Look { opened, reader: &*writer, person, ambient: desk.ambient() };
                let paths = crate::sign::bundle::write(look, bundle, author.seat, &key)?;
                Ok((None, paths, "摆渡包已写出并核对，可以拔下存储介质".to_owned()))
            }
            Work::Settlement(settlement) => {
                Ok((None, settlement.write(writer, &key, now_ms)?, settlement.message.clone()))
            }
            Work::Registry(registry) => {
                let database = opened.vault.unlock(person, &password, now_ms)?;
                registry.make_keys(opened, &database, now_ms)?;
                newcomer = registry.newcomer();
                Ok((None, registry.write(writer, person, &key, now_ms)?, registry.message.clone()))
            }
        }
    })?;
    if renews {
        renewal::renewed(desk, opened, person, &password)?;
    }
    if let Some((id, name)) = newcomer {
        let mut names: BTreeMap<_, _> = roster::read(desk.folder());
        names.insert(id, name);
        roster::write(desk.folder(), &names)?;
    }
    let (form, events, message) = written;
    let view = form.map(|form| opened.store.read(|reader| reader.form_view(form))).transpose()?.flatten();
    let number = view.and_then(|view| view.number).map(|number| number.to_string());
    Ok((Signed { form: form.map(|form| form.to_string()), number, events, message }, sealed))
}

/// The seat whose key signs: the person's own, or that of the life before where it certifies the new one.
fn signing_seat(
    desk: &Desk,
    Sitting { opened, person }: &Sitting,
    renews: bool,
    password: &Password,
) -> Result<SeatId, Refused> {
    let seat = opened.store.read(|reader| {
        let look = Look { opened, reader, person: *person, ambient: desk.ambient() };
        if renews {
            return Ok(renew::former(look, Opened::registry(reader.registry())?)?.0);
        }
        renew::demand_seat(look)?;
        Ok::<_, Refused>(look.author()?.seat)
    })?;
    if !opened.vault.seats(*person)?.contains(&seat) {
        // It was certified while its owner sat here.
        join::claim(desk, opened, *person, password)?;
    }
    Ok(seat)
}

pub(crate) fn signing_key(private: &Zeroizing<Vec<u8>>) -> Result<Sm2Key, Refused> {
    let bytes: &[u8; 32] =
        private.as_slice().try_into().map_err(|_| Refused::about(Code::HostDamaged, "签名密钥读不出"))?;
    Ok(Sm2Key::from_bytes(bytes)?)
}

impl Desk {
    /// The envelopes of events that were signed here, in base64, for a host that carries them elsewhere itself.
    ///
    /// # Errors
    /// An event that is not here, or nobody is at the desk.
    pub fn envelopes(&self, events: &[String]) -> Result<Vec<String>, Refusal> {
        let read = || {
            let opened = self.sitting()?.opened;
            opened.store.read(|reader| {
                let envelope = |event: &String| {
                    let event = event.parse().map_err(|_| Code::FormUnknown)?;
                    let envelope = reader.envelope(event)?.ok_or(Code::FormUnknown)?;
                    Ok::<_, Refused>(STANDARD.encode(envelope.encode()))
                };
                events.iter().map(envelope).collect()
            })
        };
        read().map_err(Refusal::from)
    }
}

/// Closes the dialog without signing.
pub(crate) fn cancel(desk: &Desk, request: SignRef) -> Result<Nothing, Refused> {
    guard(&desk.requests).cancel(&request.request);
    Ok(Nothing {})
}

/// How a request ended, for the window that waits for the dialog.
pub(crate) fn status(desk: &Desk, request: SignRef) -> Result<SignStatus, Refused> {
    let now_ms = desk.ambient().now_ms();
    Ok(match guard(&desk.requests).outcome(&request.request, now_ms) {
        None => SignStatus::Gone,
        Some(None) => SignStatus::Waiting,
        Some(Some(signed)) => SignStatus::Done { signed: signed.clone() },
    })
}
