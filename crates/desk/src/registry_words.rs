//! A change of the registry in Chinese.

use qianban_journal::{Change, PersonId, Registry, SeatId, UnitId};

use crate::sign::registry::REVOKED;
use crate::sign::setting;
use crate::{role, year};

/// What a change says, for the list of entries and for the sign dialog.
pub(crate) fn change(registry: Registry<'_>, change: &Change) -> String {
    let person =
        |id: &PersonId| registry.person(*id).map_or_else(|| id.to_string(), |record| record.name.clone());
    let unit = |id: &Option<UnitId>| match id {
        None => "全部单位".to_owned(),
        Some(id) => registry.unit(*id).map_or_else(|| id.to_string(), |record| record.name.clone()),
    };
    match change {
        Change::Found { name, code, .. } => format!("开设台账「{name}」，创建席位 {code}"),
        Change::SetQuorum { quorum } => {
            let names: Vec<_> = quorum.members.iter().map(|member| person(&member.person)).collect();
            format!("名册由 {} 签署，须 {} 人", names.join("、"), quorum.need)
        }
        Change::AddPerson { record, .. } => format!("登记人员 {}({})", record.name, unit(&record.unit)),
        Change::AddUnit { name, active: true, .. } => format!("登记单位 {name}"),
        Change::AddUnit { name, active: false, .. } => format!("停用单位 {name}"),
        Change::Assign { person: who, role: what, unit: place } => {
            format!("{} 担任 {}({})", person(who), role::title(what.as_str()), unit(place))
        }
        Change::SeatCertify { certificate, code } => {
            format!("为 {} 登记席位 {code}", person(&certificate.person))
        }
        Change::Revoke { seat, .. } => format!("吊销席位 {}", short(*seat)),
        Change::RoleEnd { person: who, role: what, unit: place, .. } => {
            format!("{} 不再担任 {}({})", person(who), role::title(what.as_str()), unit(place))
        }
        Change::Delegate { from, to, since, until } => {
            format!("{} 授权 {} 代签({since} 至 {until})", person(from), person(to))
        }
        Change::DelegationEnd { from, to, .. } => format!("{} 收回对 {} 的授权", person(from), person(to)),
        Change::SeatMove { ledger, .. } => format!("移交定稿机：{}", ledger_title(registry, ledger)),
        Change::ExtendAllow { entry, .. } => format!("补认第 {entry} 号记录以前的签名"),
        Change::ActivateDefinition { policy, .. } => {
            format!("启用单据({})", ledger_title(registry, &policy.ledger))
        }
        Change::RetireDefinition { .. } => "停用单据".to_owned(),
        Change::Lease { series, year, first, last, .. } => {
            format!("领用编号 {series}〔{year}〕{first} 至 {last}")
        }
        Change::Setting { key, value } if key.starts_with(REVOKED) => format!("吊销理由：{value}"),
        Change::Setting { key, .. } if year::of_key(key).is_some() => {
            format!("{} 年度结转", year::of_key(key).unwrap_or_default())
        }
        Change::Setting { key, value } => {
            format!("设置「{}」为 {}", setting::title(key), setting::words(registry, key, value))
        }
        Change::LedgerOpen { title, .. } => format!("开设{title}"),
        Change::EndpointKey { .. } => "登记交换端的密钥".to_owned(),
        Change::EndpointKeyEnd { .. } => "停用交换端的密钥".to_owned(),
        Change::RootQuorum { quorum } => {
            format!("根密钥由 {} 人保管，须 {} 人签署", quorum.members.len(), quorum.need)
        }
        Change::NumberSeat { seat } => {
            let code = registry.seat(*seat).map_or_else(|| short(*seat), |seat| seat.code.clone());
            format!("未领用的编号改由席位 {code} 使用")
        }
        Change::Settle { fork, .. } => format!("裁定名册第 {fork} 号的分歧"),
    }
}

fn ledger_title(registry: Registry<'_>, ledger: &qianban_journal::Ledger) -> String {
    registry.ledger(ledger).map_or_else(|| ledger.as_str().to_owned(), |record| record.title.clone())
}

fn short(seat: SeatId) -> String {
    seat.to_string().chars().take(8).collect()
}
