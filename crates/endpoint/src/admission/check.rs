//! The checks that need no other event: A1, A2, A4 (workspace), A5, A7.

use std::collections::BTreeSet;
use std::sync::Arc;

use qianban_journal::{Envelope, EventId, FormId, Header, RegistryChain, Unverified, Verified};
use qianban_protocol::{Fate, Missing};

use super::Intake;
use crate::database::DatabaseError;

/// Envelopes checked in one piece of work: enough to be worth a thread, few enough that callers share the cores.
const PIECE: usize = 32;

/// An envelope after these checks.
pub(super) enum Checked {
    /// To be judged; with its place among the envelopes.
    Event(Box<Verified>, Vec<u8>),
    /// Of newer rules: kept and forwarded as it is (A2).
    Opaque(EventId, Header, Vec<u8>),
    /// Settled.
    Settled(Fate),
}

impl Checked {
    /// Its id, if no form can tell whether it is here.
    pub(super) fn opaque(&self) -> Option<EventId> {
        match self {
            Self::Opaque(id, ..) => Some(*id),
            Self::Event(..) | Self::Settled(_) => None,
        }
    }

    /// The form that must be here to judge it.
    pub(super) fn form(&self) -> Option<FormId> {
        match self {
            Self::Event(verified, _) => Some(verified.event().form_of(verified.id())),
            Self::Opaque(id, header, _) => Some(header.form.unwrap_or(FormId::from(*id))),
            Self::Settled(_) => None,
        }
    }
}

/// Checks all envelopes, in pieces side by side.
pub(super) async fn check(
    intake: &Intake<'_>,
    envelopes: &Arc<Vec<Vec<u8>>>,
    chain: &Arc<RegistryChain>,
) -> Result<Vec<Checked>, DatabaseError> {
    let ws = intake.bureau.ws;
    let ids: BTreeSet<EventId> = envelopes
        .iter()
        .filter_map(|bytes| Envelope::decode(bytes).ok())
        .map(|envelope| envelope.id())
        .collect();
    let known = Arc::new(intake.database.known(ws, ids.into_iter().collect()).await?);
    let mut pieces = Vec::new();
    for start in (0..envelopes.len()).step_by(PIECE) {
        let permit =
            Arc::clone(intake.verifying).acquire_owned().await.map_err(|_| DatabaseError::GivenUp)?;
        let (envelopes, known, chain) = (Arc::clone(envelopes), Arc::clone(&known), Arc::clone(chain));
        pieces.push(tokio::task::spawn_blocking(move || {
            let end = envelopes.len().min(start + PIECE);
            let checked: Vec<_> =
                envelopes[start..end].iter().map(|bytes| check_one(bytes, &known, &chain)).collect();
            drop(permit);
            checked
        }));
    }
    let mut checked = Vec::with_capacity(envelopes.len());
    for piece in pieces {
        checked.extend(piece.await.map_err(|_| DatabaseError::GivenUp)?);
    }
    Ok(checked)
}

/// `known`: ids that are here, ascending. Their signatures are of no interest: an id covers the body alone.
fn check_one(bytes: &[u8], known: &[EventId], chain: &RegistryChain) -> Checked {
    let rejected = |code: &str| Checked::Settled(Fate::Rejected(code.to_owned()));
    let pending = |number| Checked::Settled(Fate::Pending(Missing::Registry(number)));
    let Ok(envelope) = Envelope::decode(bytes) else { return rejected("A1-ENVELOPE") };
    let id = envelope.id();
    if known.binary_search(&id).is_ok() {
        return Checked::Settled(Fate::Duplicate);
    }
    match Verified::check(&envelope, chain) {
        Ok(verified) => Checked::Event(Box::new(verified), bytes.to_vec()),
        Err(Unverified::Registry { number }) => pending(number),
        Err(Unverified::Opaque { .. }) => match Header::check(&envelope, chain) {
            Ok(header) => Checked::Opaque(id, header, bytes.to_vec()),
            Err(Unverified::Registry { number }) => pending(number),
            Err(refused) => rejected(refused.code()),
        },
        Err(refused) => rejected(refused.code()),
    }
}
