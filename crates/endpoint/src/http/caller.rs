//! Who asks: the one door through which every request with a proof goes.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, PoisonError};
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, Query, Request};
use axum::http::header;
use qianban_journal::{Digest, RegistryChain, SeatId, digest};
use qianban_protocol::{Message, Proof, Refusal, RefusalCode};

use super::answer::Refused;
use crate::app::App;
use crate::bureau::{Bureau, readers_of};
use crate::clock::now_ms;
use crate::database::{Readers, Sender};
use crate::guard::Origin;

/// A caller whose proof holds.
pub(crate) struct Caller {
    pub(crate) bureau: Arc<Bureau>,
    pub(crate) chain: Arc<RegistryChain>,
    pub(crate) seat: SeatId,
    pub(crate) sender: Sender,
}

impl Caller {
    /// What the caller's PC may read.
    pub(crate) fn readers(&self) -> Result<Readers, RefusalCode> {
        let registry = self.chain.now().ok_or(RefusalCode::NotCertified)?;
        Ok(readers_of(registry, self.seat))
    }

    /// That the caller is of the quorum that signs the registry.
    pub(crate) fn must_be_administrator(&self) -> Result<(), RefusalCode> {
        let registry = self.chain.now().ok_or(RefusalCode::NotCertified)?;
        let person = registry.seat(self.seat).map(|seat| seat.certificate.person);
        let members = registry.quorum().map(|quorum| quorum.members.as_slice()).unwrap_or_default();
        let is_member = members.iter().any(|member| Some(member.person) == person);
        if is_member { Ok(()) } else { Err(RefusalCode::NotAllowed) }
    }
}

/// Checks the proof, then takes the body in: at most so many bytes, and just those that were signed.
pub(crate) async fn open(app: &App, request: Request, body_max: usize) -> Result<(Caller, Bytes), Refused> {
    if target_of(&request).len() > qianban_protocol::limit::TARGET_BYTES {
        return Err(RefusalCode::TooLarge.into());
    }
    let value = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let proof = Proof::from_header(value.ok_or(RefusalCode::Proof)?).map_err(RefusalCode::from)?;
    let now_ms = now_ms();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let address = peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.0.ip());
    let asked = (request.method().as_str(), target_of(&request));
    let (bureau, chain) = prove(app, asked, address, &proof, now_ms).await?;
    let session = &proof.session.session;
    charge(app, session.seat, 1)?;
    app.proofs.lock().unwrap_or_else(PoisonError::into_inner).use_once(proof.nonce, now_ms)?;
    app.hear(session.seat, now_ms);
    let body = body_of(request, body_max).await?;
    if digest(&body) != proof.body {
        return Err(RefusalCode::Digest.into());
    }
    let certificate = chain.now().and_then(|registry| registry.seat(session.seat));
    let pc = certificate.ok_or(RefusalCode::NotCertified)?.certificate.pc();
    let sender = app.sender(bureau.ws, session.seat, pc, now_ms);
    Ok((Caller { bureau, chain, seat: session.seat, sender }, body))
}

/// The bureau of a proof that holds, and its registry. What fails is counted where it came from: a PC whose session is
/// known to be good is not slowed by what others send from its address.
async fn prove(
    app: &App,
    asked: (&str, &str),
    address: IpAddr,
    proof: &Proof,
    now_ms: i64,
) -> Result<(Arc<Bureau>, Arc<RegistryChain>), Refused> {
    if proof.incarnation != app.incarnation {
        return Err(RefusalCode::Incarnation.into());
    }
    proof.check_time(now_ms)?;
    let name = digest(&proof.session.encode());
    let known = app.sessions.lock().unwrap_or_else(PoisonError::into_inner).has(&name);
    let origin = Origin::new(address, known.then_some(proof.session.session.seat));
    let is_slowed = |app: &App| {
        app.failed.lock().unwrap_or_else(PoisonError::into_inner).is_empty(origin, Instant::now())
    };
    let _turn = if is_slowed(app) { Some(app.slowed.stand().await?) } else { None };
    let proven = check(app, asked, proof, (name, now_ms)).await;
    if proven.as_ref().is_err_and(|refused| is_forgery(refused.0.code)) {
        let mut failed = app.failed.lock().unwrap_or_else(PoisonError::into_inner);
        // One that is slowed already pays by waiting.
        let _ = failed.take(origin, 1, Instant::now());
    }
    proven
}

/// What somebody would be told who has no seat.
const fn is_forgery(code: RefusalCode) -> bool {
    matches!(code, RefusalCode::Proof | RefusalCode::NotCertified | RefusalCode::UnknownBureau)
}

async fn check(
    app: &App,
    (method, target): (&str, &str),
    proof: &Proof,
    (name, now_ms): (Digest, i64),
) -> Result<(Arc<Bureau>, Arc<RegistryChain>), Refused> {
    let bureau = app.bureaus.get(proof.session.session.ws).await?.ok_or(RefusalCode::UnknownBureau)?;
    let chain = app.bureaus.chain(&bureau).await?;
    check_session(app, proof, &chain, (name, now_ms))?;
    proof.check(method, target).map_err(RefusalCode::from)?;
    Ok((bureau, chain))
}

fn target_of(request: &Request) -> &str {
    request.uri().path_and_query().map_or("/", |target| target.as_str())
}

/// Takes the cost of a request out of what a seat may ask.
pub(crate) fn charge(app: &App, seat: SeatId, cost: u32) -> Result<(), Refused> {
    let taken = app.rates.lock().unwrap_or_else(PoisonError::into_inner).take(seat, cost, Instant::now());
    let too_many = |seconds| Refused(Refusal { code: RefusalCode::TooMany, retry_after_s: Some(seconds) });
    taken.map_err(too_many)
}

/// The query, as its address takes it.
pub(crate) fn query<T: serde::de::DeserializeOwned>(request: &Request) -> Result<T, RefusalCode> {
    Query::try_from_uri(request.uri()).map(|Query(query)| query).map_err(|_| RefusalCode::Malformed)
}

/// A session is verified once for each version of the registry.
fn check_session(
    app: &App,
    proof: &Proof,
    chain: &RegistryChain,
    (name, now_ms): (Digest, i64),
) -> Result<(), RefusalCode> {
    proof.session.check_dates(now_ms)?;
    let registry = chain.now().ok_or(RefusalCode::NotCertified)?;
    let mut sessions = app.sessions.lock().unwrap_or_else(PoisonError::into_inner);
    let verified = sessions.take(&name);
    if verified != Some(registry.number()) {
        drop(sessions);
        proof.session.check_seat(registry)?;
        sessions = app.sessions.lock().unwrap_or_else(PoisonError::into_inner);
    }
    sessions.put(name, registry.number(), 1);
    Ok(())
}

/// The body of a request that needs no proof, of a caller that stands in line with all others.
pub(crate) async fn open_unproven(app: &App, request: Request, body_max: usize) -> Result<Bytes, Refused> {
    let taken = app.open_rate.lock().unwrap_or_else(PoisonError::into_inner).take((), 1, Instant::now());
    if let Err(seconds) = taken {
        return Err(Refused(Refusal { code: RefusalCode::TooMany, retry_after_s: Some(seconds) }));
    }
    body_of(request, body_max).await
}

async fn body_of(request: Request, most: usize) -> Result<Bytes, Refused> {
    axum::body::to_bytes(request.into_body(), most).await.map_err(|_| RefusalCode::TooLarge.into())
}
