//! 换发席位: a seat in this life of a PC takes the place of one of the life before (K4, K6).

use std::collections::BTreeSet;

use qianban_journal::{
    Certificate, Change, Kind, Lease, Ledger, Member, Quorum, Registry, Seat, SeatId, seat_id,
};
use qianban_sync::Request;

use super::intent::Intent;
use super::registry::{Draft, revoked_key, seat_code};
use crate::api::{Problem, ShownField};
use crate::record::Look;
use crate::{Code, Refused, names, opened::Opened, renewal};

/// Why a seat is revoked when another takes its place.
pub(super) const REPLACED: &str = "数据恢复或复制，由管理员换发席位";
/// The same where its owner did it himself.
pub(crate) const OWN: &str = "数据恢复或复制，由本人换发席位";

/// Nobody signs under a seat that is asked for and not certified.
///
/// # Errors
/// [`Code::HostCopy`].
pub(crate) fn demand_seat(look: Look<'_>) -> Result<(), Refused> {
    let registry = Opened::registry(look.reader.registry())?;
    match renewal::asked(look.opened, look.reader, registry, look.person)? {
        Some(_) => Err(Code::HostCopy.into()),
        None => Ok(()),
    }
}

/// The seat of the life before with which the only administrator certifies his own new one: it signs the registry, and
/// nobody else's does from another PC.
///
/// # Errors
/// [`Code::RenewNothing`], [`Code::RegistryNotAdmin`], [`Code::RenewElsewhere`].
pub(crate) fn former<'a>(look: Look<'_>, registry: Registry<'a>) -> Result<(SeatId, &'a Seat), Refused> {
    let quorum = registry.quorum().ok_or(Code::RegistryNotAdmin)?;
    let signs = |seat: &Seat| quorum.members.iter().any(|member| member.public == seat.certificate.public);
    let mut own = renewal::former_seats(look.opened, registry, look.person)?.into_iter().peekable();
    own.peek().ok_or(Code::RenewNothing)?;
    let own = own.find(|(_, seat)| signs(seat)).ok_or(Code::RegistryNotAdmin)?;
    let lives = renewal::lives(look.opened, registry)?;
    let elsewhere =
        registry.seats().any(|(_, seat)| signs(seat) && !lives.contains(&seat.certificate.incarnation));
    if elsewhere { Err(Code::RenewElsewhere.into()) } else { Ok(own) }
}

/// The only administrator certifies his own new seat with the key of the former one.
pub(crate) fn own(look: Look<'_>) -> Result<Intent, Refused> {
    let mut draft = Draft::begin(look)?;
    let (old, seat) = former(look, draft.registry)?;
    let asked = renewal::asked(look.opened, look.reader, draft.registry, look.person)?;
    let certificate = asked.ok_or(Code::RenewNothing)?;
    let requests = look.reader.seat_requests()?;
    let request = requests.into_iter().find(|request| request.certificate == certificate);
    let request = request.ok_or(Code::RenewNothing)?;
    let shown =
        Request::new(certificate.clone(), request.name, request.sig).map_err(|_| Code::SeatRequestBad)?;
    let code = seat_code(look, draft.registry)?;
    draft.changes.push(Change::SeatCertify { certificate: certificate.clone(), code: code.clone() });
    let mut fields = vec![
        field("姓名", names::person(draft.registry, look.person)),
        field("席位编号", code),
        field("申请指纹", shown.fingerprint()),
    ];
    fields.push(replace(&mut draft, (old, seat), &certificate, OWN)?);
    draft.warnings = lost(look, draft.registry)?;
    draft.finish("换发席位", "已换发本人的席位".to_owned(), fields)
}

/// What the former seat had goes to the new one of the same person and PC: the ledgers that its PC sealed, the numbers
/// it gave, its place among those who sign the registry; and it is revoked, with everything that is here accepted.
/// Answers the line for the dialog.
pub(super) fn replace(
    draft: &mut Draft<'_>,
    (old, seat): (SeatId, &Seat),
    certificate: &Certificate,
    reason: &str,
) -> Result<ShownField, Refused> {
    let registry = draft.registry;
    let ws = draft.look.reader.registry().workspace().ok_or(Code::HostNotFounded)?;
    let new = seat_id(ws, certificate);
    let (from, to) = (seat.certificate.pc(), certificate.pc());
    let sealed: Vec<_> = registry.ledgers().filter(|(_, record)| record.pc == from).collect();
    if !sealed.is_empty() {
        let allow = draft.allow(|event| event.kind() == Kind::Seal)?;
        let change = |(ledger, _): (&Ledger, _)| Change::SeatMove { ledger: ledger.clone(), from, to, allow };
        draft.changes.extend(sealed.into_iter().map(change));
    }
    if registry.number_seat() == Some(old) {
        draft.changes.push(Change::NumberSeat { seat: new });
    }
    let leased: BTreeSet<(&str, u16)> = registry
        .leases()
        .filter(|lease| lease.seat == old)
        .map(|lease| (lease.series.as_str(), lease.year))
        .collect();
    for (series, year) in leased {
        let blocks = registry.blocks(series, year).into_iter().filter(|block| block.seat == old);
        draft.changes.extend(blocks.map(|Lease { first, last, .. }| Change::Lease {
            series: series.to_owned(),
            year,
            first,
            last,
            seat: new,
        }));
    }
    let allow = draft.allow(|event| event.seat == old)?;
    draft.changes.push(Change::Setting { key: revoked_key(old), value: reason.to_owned() });
    draft.changes.push(Change::Revoke { seat: old, allow });
    let quorum = registry.quorum().ok_or(Code::RegistryNotAdmin)?;
    let mut members: Vec<Member> = quorum.members.clone();
    for member in members.iter_mut().filter(|member| member.public == seat.certificate.public) {
        member.public = certificate.public.clone();
    }
    if members != quorum.members {
        draft.changes.push(Change::SetQuorum { quorum: Quorum { need: quorum.need, members } });
    }
    Ok(field("吊销原席位", seat.code.clone()))
}

/// What this PC remembers of the life before and does not find in the copy, in words for whoever signs.
fn lost(look: Look<'_>, registry: Registry<'_>) -> Result<Vec<Problem>, Refused> {
    let Some(former) = look.opened.remembered()?.former else { return Ok(Vec::new()) };
    let (mut signed, mut words) = (0, Vec::new());
    for (seat, head) in &former.heads {
        if look.reader.envelope(head.event)?.is_some() {
            continue;
        }
        let before = registry.seat(*seat).map(|seat| seat.certificate.incarnation);
        let here = before.map(|life| look.reader.log_head(*seat, life)).transpose()?.flatten();
        signed += head.n.saturating_sub(here.map_or(0, |here| here.n));
    }
    if signed > 0 {
        words.push(format!("还签过 {signed} 次"));
    }
    let entries = former.registry_number.saturating_sub(registry.number());
    if entries > 0 {
        words.push(format!("还改过 {entries} 次名册"));
    }
    let seals = look.opened.lost_seals(look.reader)?;
    if seals > 0 {
        words.push(format!("还定稿过 {seals} 张单据"));
    }
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let alone = renewal::is_alone(look.opened, registry)?;
    let next = if alone { Code::RenewNumbers } else { Code::RenewFirst };
    Ok(vec![Refused::about(Code::RenewLost, words.join("，")).into(), Refused::new(next).into()])
}

fn field(label: &str, shown: String) -> ShownField {
    ShownField { label: label.to_owned(), shown }
}
