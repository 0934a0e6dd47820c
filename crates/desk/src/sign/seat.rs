//! 登记席位 of another PC: an administrator certifies what somebody asked for there.

use qianban_journal::{Certificate, Change, PersonId, PersonKind, PersonRecord, Seat};
use qianban_sync::Request;

use super::intent::Intent;
use super::registry::{Draft, known, seat_code};
use super::renew;
use crate::api::{NewSeat, ShownField};
use crate::record::Look;
use crate::{Code, Refused, role};

/// Certifies the seat, for a person of the registry or for whoever asks.
pub(crate) fn certify(look: Look<'_>, asked: &NewSeat) -> Result<Intent, Refused> {
    let mut draft = Draft::begin(look)?;
    let request = Request::parse(&asked.request).map_err(|_| Code::SeatRequestBad)?;
    let public = request.certificate.public.clone();
    let again = draft.registry.seats().any(|(_, seat)| seat.certificate.public == public);
    if again || public.suite() != draft.registry.suite() {
        return Err(Code::SeatRequestBad.into());
    }
    // A request that names a person of the registry comes from a PC where that person had a seat (K6).
    let named =
        draft.registry.person(request.certificate.person).map(|_| request.certificate.person.to_string());
    if asked.person.is_some() && named.is_some() && asked.person != named {
        return Err(Code::SeatRequestBad.into());
    }
    let (person, name) = match asked.person.as_deref().or(named.as_deref()) {
        Some(id) => draft.person(id).map(|(id, record)| (id, record.name.clone()))?,
        None => newcomer(&mut draft, &request, asked)?,
    };
    let certificate = Certificate { person, ..request.certificate.clone() };
    let code = seat_code(look, draft.registry)?;
    draft.changes.push(Change::SeatCertify { certificate: certificate.clone(), code: code.clone() });
    let field = |label: &str, shown: String| ShownField { label: label.to_owned(), shown };
    let mut fields =
        vec![field("姓名", name.clone()), field("席位编号", code), field("申请指纹", request.fingerprint())];
    let of_pc = |seat: &Seat| {
        let before = &seat.certificate;
        before.person == person
            && before.device == certificate.device
            && before.incarnation != certificate.incarnation
    };
    let registry = draft.registry;
    for old in registry.seats().filter(|(_, seat)| of_pc(seat)) {
        fields.push(renew::replace(&mut draft, old, &certificate, renew::REPLACED)?);
    }
    draft.finish("登记席位", format!("已为 {name} 登记另一台电脑上的席位"), fields)
}

/// Whoever asks becomes a person of the registry.
fn newcomer(
    draft: &mut Draft<'_>,
    request: &Request,
    asked: &NewSeat,
) -> Result<(PersonId, String), Refused> {
    let name = crate::text::name("姓名", &request.name, crate::text::NAME_CHARS_MAX)?;
    let (unit, person) = (draft.unit(&asked.unit)?, request.certificate.person);
    let namesake = |(id, record): (PersonId, &PersonRecord)| {
        id == person || (record.name == name && record.unit == Some(unit))
    };
    if draft.registry.persons().any(namesake) {
        return Err(Refused::about(Code::PersonTwice, name));
    }
    let roles = known(&asked.roles)?;
    let kind = if asked.system { PersonKind::System } else { PersonKind::Human };
    let record = PersonRecord { name: name.clone(), kind, unit: Some(unit), active: true };
    draft.changes.push(Change::AddPerson { person, record });
    draft.changes.extend(role::assignments(person, &roles, draft.scope(unit)));
    Ok((person, name))
}
