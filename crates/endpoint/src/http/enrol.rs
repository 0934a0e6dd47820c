//! How bureaus and PCs are let in: by codes that work once.

use std::sync::Arc;

use axum::extract::{Request, State};
use qianban_journal::{
    Certificate, Change, NoBlobs, PersonId, Registry, RegistryChain, RegistryEntry, seat_id,
};
use qianban_protocol::enrol::{Enrol, Enrolled, Found, OneTimeCode, Waiting, WaitingSeat};
use qianban_protocol::{Message, RefusalCode, limit as wire};

use super::answer::{Answered, message};
use super::caller::{open, open_unproven};
use crate::app::App;
use crate::clock::now_ms;
use crate::code;
use crate::database::{EnrolmentRow, NewCode};
use crate::limit;

/// `POST`: a bureau introduces itself with its registry's first entry.
pub(super) async fn found(State(app): State<Arc<App>>, request: Request) -> Answered {
    let body = open_unproven(&app, request, Found::MAX_BYTES).await?;
    let Found { code, entry: bytes } = Found::decode(&body).map_err(|_| RefusalCode::Malformed)?;
    let entry = RegistryEntry::decode(&bytes).map_err(|_| RefusalCode::Malformed)?;
    let (ws, root) = (entry.ws, entry.hash());
    let Change::Found { founder, .. } = &entry.body else { return Err(RefusalCode::Malformed.into()) };
    if RegistryChain::new(root).append(&entry, &NoBlobs).is_err() {
        return Err(RefusalCode::Malformed.into());
    }
    if !app.database.found(code::digest_of(&code), now_ms(), ws, root, bytes).await? {
        return Err(RefusalCode::OneTimeCode.into());
    }
    let row = app.database.bureau(ws).await?.ok_or(RefusalCode::UnknownBureau)?;
    message(&Enrolled { ws, root: row.root, person: (row.root == root).then_some(founder.person) })
}

/// `POST`: a PC asks for a seat, again and again until it has one.
pub(super) async fn enrol(State(app): State<Arc<App>>, request: Request) -> Answered {
    let body = open_unproven(&app, request, Enrol::MAX_BYTES).await?;
    let enrol = Enrol::decode(&body).map_err(|_| RefusalCode::Malformed)?;
    enrol.check().map_err(|_| RefusalCode::Proof)?;
    let code = code::digest_of(&enrol.code);
    let ws = app.database.code_bureau(code).await?.ok_or(RefusalCode::OneTimeCode)?;
    let seat = seat_id(ws, &enrol.certificate);
    let row = EnrolmentRow { seat, code, request: body.to_vec(), at_ms: now_ms() };
    let since_ms = row.at_ms - limit::ENROLMENT_MS;
    let bureau = app.bureaus.get(ws).await?.ok_or(RefusalCode::UnknownBureau)?;
    let chain = app.bureaus.chain_now(&bureau).await?;
    let has_seat = |asked: &Certificate| chain.now().and_then(|registry| certified(registry, asked));
    let kept = app.database.enrolments(ws, usize::MAX).await?;
    // Whoever has a seat may ask again, but waits no more.
    let asked = |row: &EnrolmentRow| Enrol::decode(&row.request).ok().map(|asked| asked.certificate);
    let is_done = |row: &&EnrolmentRow| asked(row).is_some_and(|asked| has_seat(&asked).is_some());
    let done = kept.iter().filter(|row| row.at_ms >= since_ms).filter(is_done).count();
    if !app.database.enrol(ws, row, since_ms, wire::ENROLMENTS + done).await? {
        return Err(RefusalCode::OneTimeCode.into());
    }
    let root = app.database.bureau(ws).await?.ok_or(RefusalCode::UnknownBureau)?.root;
    message(&Enrolled { ws, root, person: has_seat(&enrol.certificate) })
}

/// `POST`: a code for one PC.
pub(super) async fn code(State(app): State<Arc<App>>, request: Request) -> Answered {
    let (caller, _) = open(&app, request, 0).await?;
    caller.must_be_administrator()?;
    let (code, until_ms) = (code::new()?, now_ms() + limit::CODE_MS);
    let new = NewCode { ws: caller.bureau.ws, digest: code::digest_of(&code), until_ms };
    app.database.add_code(new).await?;
    message(&OneTimeCode { code, until_ms })
}

/// `GET`: the requests that wait for a certificate.
pub(super) async fn waiting(State(app): State<Arc<App>>, request: Request) -> Answered {
    let (caller, _) = open(&app, request, 0).await?;
    caller.must_be_administrator()?;
    let registry = caller.chain.now().ok_or(RefusalCode::NotCertified)?;
    let rows = app.database.enrolments(caller.bureau.ws, usize::MAX).await?;
    let waiting = rows.into_iter().filter_map(|row| {
        let Enrol { certificate, label, .. } = Enrol::decode(&row.request).ok()?;
        let waits = certified(registry, &certificate).is_none();
        waits.then_some(WaitingSeat { certificate, label, at_ms: row.at_ms })
    });
    message(&Waiting(waiting.take(wire::ENROLMENTS).collect()))
}

/// For whom a key is certified: the administrator may have chosen another person than was asked for.
fn certified(registry: Registry<'_>, asked: &Certificate) -> Option<PersonId> {
    let same = |found: &&Certificate| (found.pc(), &found.public) == (asked.pc(), &asked.public);
    registry.seats().map(|(_, seat)| &seat.certificate).find(same).map(|found| found.person)
}
