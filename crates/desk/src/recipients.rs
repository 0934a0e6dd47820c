//! For whom a bundle is encrypted, and the key with which one of them opens it.

use std::collections::BTreeSet;

use qianban_journal::{PersonId, PublicKey, Registry, SeatId};
use qianban_store::Password;
use qianban_sync::bundle::{ContentKey, Header};

use crate::api::Secret;
use crate::opened::Opened;
use crate::use_case::sign::signing_key;
use crate::{Code, Refused, names};

/// Every seat of the people that were chosen.
pub(crate) fn seats(registry: Registry<'_>, people: &[String]) -> Result<Vec<(SeatId, PublicKey)>, Refused> {
    let mut seats = Vec::new();
    for person in people {
        let person: PersonId = person.parse().map_err(|_| Code::PersonUnknown)?;
        let held = registry.seats().filter(|(_, seat)| seat.certificate.person == person);
        let before = seats.len();
        seats.extend(held.map(|(id, seat)| (id, seat.certificate.public.clone())));
        if seats.len() == before {
            return Err(Refused::about(Code::RecipientNoSeat, names::person(registry, person)));
        }
    }
    Ok(seats)
}

/// The names of those for whom a bundle is.
pub(crate) fn names(registry: Registry<'_>, seats: impl Iterator<Item = SeatId>) -> Vec<String> {
    let named =
        seats.filter_map(|seat| Some(names::person(registry, registry.seat(seat)?.certificate.person)));
    named.collect::<BTreeSet<_>>().into_iter().collect()
}

/// What opens a bundle for recipients: the key of the seat of whoever sits here, under that person's password.
pub(crate) fn content_key(
    opened: &Opened,
    person: Option<PersonId>,
    header: &Header,
    password: Option<&Secret>,
    now_ms: i64,
) -> Result<Option<ContentKey>, Refused> {
    if header.recipients.is_empty() {
        return Ok(None);
    }
    let chain = opened.chain()?;
    let registry = chain.now().ok_or(Code::BundleSealed)?;
    let person = person.ok_or(Code::BundleSealed)?;
    let (seat, _) = opened.seat(registry, person).ok_or(Code::BundleSealed)?;
    if !header.recipients.iter().any(|recipient| recipient.seat.0 == seat) {
        return Err(Code::BundleSealed.into());
    }
    let password = Password::new(password.ok_or(Code::BundlePassword)?.expose())?;
    let private = opened.vault.signing_key(person, seat, &password, now_ms)?;
    let key = ContentKey::of(header, seat, &signing_key(&private)?).ok_or(Code::BundleSealed)?;
    Ok(Some(key))
}
