//! Blocks of numbers, and the computers that number and seal: signed by an administrator like any change of the registry
//! (G6, G7).

use qianban_journal::{Certificate, Change, Kind, Lease, Ledger, Seat, SeatId, limit};

use super::intent::Intent;
use super::registry::Draft;
use crate::api::ShownField;
use crate::record::Look;
use crate::{Code, Refused, names};

/// Numbers of one block.
const BLOCK_MAX: u32 = 10_000;

/// A block of so many numbers for a seat, above all that are used or leased.
pub(crate) fn lease(
    look: Look<'_>,
    seat: &str,
    (series, year): (&str, u16),
    count: u32,
) -> Result<Intent, Refused> {
    let mut draft = Draft::begin(look)?;
    let (seat, certified) = certified(&draft, seat)?;
    let known = draft.registry.definitions().any(|(_, policy, _)| policy.series.as_deref() == Some(series));
    if !known {
        return Err(Refused::about(Code::FieldInvalid, "编号系列"));
    }
    if !(1..=BLOCK_MAX).contains(&count) {
        return Err(Refused::about(Code::FieldInvalid, "个数"));
    }
    let used = look.reader.highest_number(series, year, 1..=limit::NUMBER_MAX)?.unwrap_or(0);
    let leased = draft.registry.blocks(series, year).last().map_or(0, |block| block.last);
    let first = used.max(leased) + 1;
    let last = first + count - 1;
    if last > limit::NUMBER_MAX {
        return Err(Refused::about(Code::FieldInvalid, "个数"));
    }
    let name = owner(&draft, certified);
    let fields = vec![
        field("席位", name.clone()),
        field("编号系列", format!("{series}〔{year}〕")),
        field("号段", format!("{first} 至 {last}")),
    ];
    draft.changes.push(Change::Lease { series: series.to_owned(), year, first, last, seat });
    draft.finish("领用编号", format!("{name} 已领用编号 {first} 至 {last}"), fields)
}

/// The unused tails of a seat's blocks go back. What that seat has numbered and nobody has received is not known here: it
/// gives no more of these numbers only once this entry has reached it.
pub(crate) fn give_back(look: Look<'_>, seat: &str, (series, year): (&str, u16)) -> Result<Intent, Refused> {
    let mut draft = Draft::begin(look)?;
    let (seat, certified) = certified(&draft, seat)?;
    let to = draft.registry.number_seat().ok_or(Code::SeatUnknown)?;
    let mut fields = vec![field("席位", owner(&draft, certified))];
    for Lease { first, last, .. } in
        draft.registry.blocks(series, year).into_iter().filter(|block| block.seat == seat && to != seat)
    {
        let used = look.reader.highest_number(series, year, first..=last)?;
        let first = used.map_or(first, |used| used + 1);
        if first <= last {
            fields.push(field("退回号段", format!("{series}〔{year}〕{first} 至 {last}")));
            draft.changes.push(Change::Lease { series: series.to_owned(), year, first, last, seat: to });
        }
    }
    draft.finish("退回编号", "已退回没有用完的编号".to_owned(), fields)
}

/// 移交定稿机: from now on the registrars on the computer of a seat seal a ledger; the seals that are here stay valid.
pub(crate) fn move_seal(look: Look<'_>, ledger: &str, seat: &str) -> Result<Intent, Refused> {
    let mut draft = Draft::begin(look)?;
    let (_, certified) = certified(&draft, seat)?;
    let code = Ledger(ledger.to_owned());
    let record = draft.registry.ledger(&code).ok_or_else(|| Refused::about(Code::LedgerUnknown, ledger))?;
    let (from, to) = (record.pc, certified.certificate.pc());
    if from == to {
        return Err(Code::RegistryNoChange.into());
    }
    let fields = vec![field("台账", record.title.clone()), field("移交给", owner(&draft, certified))];
    let message = format!("{} 已移交定稿机", record.title);
    let allow = draft.allow(|event| event.kind() == Kind::Seal)?;
    draft.changes.push(Change::SeatMove { ledger: code, from, to, allow });
    draft.finish("移交定稿机", message, fields)
}

/// From now on another seat gives all numbers that nobody leases, as when the founding computer is replaced.
pub(crate) fn number_seat(look: Look<'_>, seat: &str) -> Result<Intent, Refused> {
    let mut draft = Draft::begin(look)?;
    let (seat, certified) = certified(&draft, seat)?;
    if draft.registry.number_seat() == Some(seat) {
        return Err(Code::RegistryNoChange.into());
    }
    let name = owner(&draft, certified);
    let fields = vec![field("编号改由", name.clone())];
    draft.changes.push(Change::NumberSeat { seat });
    draft.finish("移交编号", format!("未领用的编号改由 {name} 使用"), fields)
}

fn certified<'a>(draft: &Draft<'a>, seat: &str) -> Result<(SeatId, &'a Seat), Refused> {
    let seat: SeatId = seat.parse().map_err(|_| Code::SeatUnknown)?;
    Ok((seat, draft.registry.seat(seat).ok_or(Code::SeatUnknown)?))
}

fn owner(draft: &Draft<'_>, Seat { certificate, code }: &Seat) -> String {
    let Certificate { person, .. } = certificate;
    format!("{} · {code}", names::person(draft.registry, *person))
}

fn field(label: &str, shown: String) -> ShownField {
    ShownField { label: label.to_owned(), shown }
}
