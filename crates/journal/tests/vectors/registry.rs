//! Every change of the registry, and snapshots with every kind of value.

use crate::events::{DEVICE, INCARNATION, WS, digest, id, person, unit};
use crate::shown::{bytes, maybe};
use qianban_journal::{
    Attachment, BUILT_IN_TABLES, Certificate, Change, DeviceId, FormId, Incarnation, Item, Ledger, Link,
    Member, PersonKind, PersonRecord, Phase, Policy, PublicKey, Quorum, RegistryEntry, Role, SealMode,
    SealingPc, SeatId, Signer, Snapshot, TablePolicy,
};
use serde_json::{Value, json};

fn certificate(key: &dyn Signer) -> Certificate {
    Certificate { person: person(0x12), device: DEVICE, incarnation: INCARNATION, public: key.public() }
}

fn policy(series: Option<&str>, register: bool, seal_mode: SealMode) -> Policy {
    let mut tables: Vec<TablePolicy> = BUILT_IN_TABLES
        .iter()
        .map(|name| TablePolicy {
            name: (*name).into(),
            roles: vec![Role::from("clerk"), Role::registrar()],
            phases: vec![Phase::Drafting, Phase::Live, Phase::Sealed, Phase::Closed],
            single: *name == "close",
        })
        .collect();
    tables.push(TablePolicy {
        name: "done".into(),
        roles: Vec::new(),
        phases: vec![Phase::Sealed],
        single: true,
    });
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    Policy {
        ledger: Ledger::from("permission"),
        series: series.map(str::to_owned),
        create_roles: vec![Role::from("applicant")],
        edit_roles: vec![Role::from("applicant"), Role::from("clerk")],
        tables,
        register,
        seal_mode,
    }
}

fn pc(n: u8) -> SealingPc {
    SealingPc { device: DeviceId([n; 16]), incarnation: Incarnation([n + 1; 16]) }
}

/// Name and change of each vector; every key is one of these two.
pub fn changes(one: &dyn Signer, two: &dyn Signer) -> Vec<(&'static str, Change)> {
    let pair = Quorum {
        need: 2,
        members: vec![
            Member { person: person(0x12), public: one.public() },
            Member { person: person(0x17), public: two.public() },
        ],
    };
    let quorum = Quorum::single(person(0x12), one.public());
    let mut list = vec![
        (
            "found",
            Change::Found {
                name: "某市财政局".into(),
                level: "city".into(),
                suite: one.public().suite(),
                quorum,
                founder: certificate(one),
                code: "A".into(),
            },
        ),
        ("set-quorum", Change::SetQuorum { quorum: pair.clone() }),
        ("root-quorum", Change::RootQuorum { quorum: pair.clone() }),
        ("settle", Change::Settle { fork: 6, quorum: pair }),
        ("add-person", Change::AddPerson { person: person(1), record: record(PersonKind::Human, true) }),
        (
            "add-person-system",
            Change::AddPerson { person: person(2), record: record(PersonKind::System, false) },
        ),
        ("add-unit", Change::AddUnit { unit: unit(1), name: "信息中心".into(), active: true }),
        ("assign", Change::Assign { person: person(1), role: Role::from("clerk"), unit: None }),
        ("assign-unit", Change::Assign { person: person(1), role: Role::from("clerk"), unit: Some(unit(1)) }),
        ("seat-certify", Change::SeatCertify { certificate: certificate(two), code: "B".into() }),
    ];
    list.extend(endings());
    list.extend(settings(two.public()));
    list
}

fn record(kind: PersonKind, human: bool) -> PersonRecord {
    PersonRecord { name: "张三".into(), kind, unit: human.then(|| unit(1)), active: human }
}

fn endings() -> Vec<(&'static str, Change)> {
    let allow = digest(0x70);
    let (from, to) = (person(1), person(2));
    let role = || Role::from("clerk");
    let ledger = Ledger::from("permission");
    vec![
        ("revoke", Change::Revoke { seat: SeatId([0x13; 32]), allow }),
        ("role-end", Change::RoleEnd { person: from, role: role(), unit: None, allow }),
        ("role-end-unit", Change::RoleEnd { person: from, role: role(), unit: Some(unit(1)), allow }),
        ("delegate", Change::Delegate { from, to, since: "2026-11-23".into(), until: "2026-12-01".into() }),
        ("delegation-end", Change::DelegationEnd { from, to, allow }),
        ("seat-move", Change::SeatMove { ledger, from: pc(0x14), to: pc(0x71), allow }),
        ("extend-allow", Change::ExtendAllow { entry: 9, allow }),
    ]
}

fn settings(endpoint: PublicKey) -> Vec<(&'static str, Change)> {
    let ledger = Ledger::from("permission");
    let seat = SeatId([0x13; 32]);
    vec![
        (
            "activate",
            Change::ActivateDefinition {
                def: digest(0x31),
                policy: policy(Some("权申"), false, SealMode::Plain),
            },
        ),
        (
            "activate-register",
            Change::ActivateDefinition { def: digest(0x32), policy: policy(None, true, SealMode::Receipt) },
        ),
        ("retire", Change::RetireDefinition { def: digest(0x31) }),
        ("lease", Change::Lease { series: "权申".into(), year: 2026, first: 100, last: 199, seat }),
        ("setting", Change::Setting { key: "G1".into(), value: "60".into() }),
        ("setting-removed", Change::Setting { key: "G1".into(), value: String::new() }),
        ("ledger-open", Change::LedgerOpen { ledger, title: "用户权限台账".into(), pc: pc(0x14) }),
        ("endpoint-key", Change::EndpointKey { incarnation: INCARNATION, public: endpoint }),
        ("number-seat", Change::NumberSeat { seat }),
        ("endpoint-key-end", Change::EndpointKeyEnd { incarnation: INCARNATION }),
    ]
}

fn key(public: &PublicKey) -> Value {
    json!({ "suite": public.suite(), "key": bytes(public.as_bytes()) })
}

fn shown_certificate(c: &Certificate) -> Value {
    json!({
        "person": bytes(c.person.as_bytes()),
        "device": bytes(c.device.as_bytes()),
        "incarnation": bytes(c.incarnation.as_bytes()),
        "public": key(&c.public),
    })
}

fn shown_quorum(q: &Quorum) -> Value {
    let member = |m: &Member| json!({ "person": bytes(m.person.as_bytes()), "public": key(&m.public) });
    json!({ "need": q.need, "members": q.members.iter().map(member).collect::<Vec<_>>() })
}

fn shown_pc(pc: &SealingPc) -> Value {
    json!({ "device": bytes(pc.device.as_bytes()), "incarnation": bytes(pc.incarnation.as_bytes()) })
}

fn roles(list: &[Role]) -> Value {
    list.iter().map(|role| role.as_str()).collect()
}

fn shown_policy(p: &Policy) -> Value {
    json!({
        "ledger": p.ledger.as_str(),
        "series": p.series,
        "create_roles": roles(&p.create_roles),
        "edit_roles": roles(&p.edit_roles),
        "tables": p.tables.iter().map(|t| json!({
            "name": t.name,
            "roles": roles(&t.roles),
            "phases": t.phases.iter().map(|phase| *phase as u8).collect::<Vec<_>>(),
            "single": u8::from(t.single),
        })).collect::<Vec<_>>(),
        "register": u8::from(p.register),
        "seal_mode": p.seal_mode as u8,
    })
}

/// `[kind, …]` by name.
fn shown_change(change: &Change) -> Value {
    let unit_of = |unit: &Option<qianban_journal::UnitId>| maybe(unit.as_ref().map(|u| &u.0[..]));
    match change {
        Change::Found { name, level, suite, quorum, founder, code } => json!({
            "kind": 1, "name": name, "level": level, "suite": suite, "quorum": shown_quorum(quorum),
            "founder": shown_certificate(founder), "code": code,
        }),
        Change::SetQuorum { quorum } => json!({ "kind": 2, "quorum": shown_quorum(quorum) }),
        Change::AddPerson { person, record } => json!({
            "kind": 3, "person": bytes(person.as_bytes()), "name": record.name, "person_kind": record.kind as u8,
            "unit": unit_of(&record.unit), "active": u8::from(record.active),
        }),
        Change::AddUnit { unit, name, active } => {
            json!({ "kind": 4, "unit": bytes(unit.as_bytes()), "name": name, "active": u8::from(*active) })
        }
        Change::Assign { person, role, unit } => {
            json!({ "kind": 5, "person": bytes(person.as_bytes()), "role": role.as_str(), "unit": unit_of(unit) })
        }
        Change::SeatCertify { certificate, code } => {
            json!({ "kind": 6, "certificate": shown_certificate(certificate), "code": code })
        }
        Change::Revoke { seat, allow } => {
            json!({ "kind": 7, "seat": bytes(seat.as_bytes()), "allow": bytes(allow.as_bytes()) })
        }
        Change::RoleEnd { person, role, unit, allow } => json!({
            "kind": 8, "person": bytes(person.as_bytes()), "role": role.as_str(), "unit": unit_of(unit),
            "allow": bytes(allow.as_bytes()),
        }),
        other => shown_later(other),
    }
}

fn shown_later(change: &Change) -> Value {
    match change {
        Change::Delegate { from, to, since, until } => json!({
            "kind": 9, "from": bytes(from.as_bytes()), "to": bytes(to.as_bytes()), "since": since, "until": until,
        }),
        Change::DelegationEnd { from, to, allow } => json!({
            "kind": 10, "from": bytes(from.as_bytes()), "to": bytes(to.as_bytes()), "allow": bytes(allow.as_bytes()),
        }),
        Change::SeatMove { ledger, from, to, allow } => json!({
            "kind": 11, "ledger": ledger.as_str(), "from": shown_pc(from), "to": shown_pc(to),
            "allow": bytes(allow.as_bytes()),
        }),
        Change::ExtendAllow { entry, allow } => {
            json!({ "kind": 12, "entry": entry, "allow": bytes(allow.as_bytes()) })
        }
        Change::ActivateDefinition { def, policy } => {
            json!({ "kind": 13, "def": bytes(def.as_bytes()), "policy": shown_policy(policy) })
        }
        Change::RetireDefinition { def } => json!({ "kind": 14, "def": bytes(def.as_bytes()) }),
        Change::Lease { series, year, first, last, seat } => json!({
            "kind": 15, "series": series, "year": year, "first": first, "last": last, "seat": bytes(seat.as_bytes()),
        }),
        Change::Setting { key, value } => json!({ "kind": 16, "key": key, "value": value }),
        Change::LedgerOpen { ledger, title, pc } => {
            json!({ "kind": 17, "ledger": ledger.as_str(), "title": title, "pc": shown_pc(pc) })
        }
        Change::EndpointKey { incarnation, public } => {
            json!({ "kind": 18, "incarnation": bytes(incarnation.as_bytes()), "public": key(public) })
        }
        Change::NumberSeat { seat } => json!({ "kind": 22, "seat": bytes(seat.as_bytes()) }),
        Change::EndpointKeyEnd { incarnation } => {
            json!({ "kind": 19, "incarnation": bytes(incarnation.as_bytes()) })
        }
        Change::RootQuorum { quorum } => json!({ "kind": 20, "quorum": shown_quorum(quorum) }),
        Change::Settle { fork, quorum } => {
            json!({ "kind": 21, "fork": fork, "quorum": shown_quorum(quorum) })
        }
        _ => panic!("shown before"),
    }
}

pub fn shown(entry: &RegistryEntry) -> Value {
    json!({
        "ws": bytes(entry.ws.as_bytes()),
        "number": entry.number,
        "prev": maybe(entry.prev.as_ref().map(|d| &d.0[..])),
        "body": shown_change(&entry.body),
        "sigs": entry.sigs.iter().map(|s| json!({ "member": s.member, "sig": bytes(&s.sig) })).collect::<Vec<_>>(),
    })
}

/// An entry of that change signed by both keys.
pub fn entry(change: Change, one: &dyn Signer, two: &dyn Signer) -> RegistryEntry {
    let first = matches!(change, Change::Found { .. });
    let (number, prev) = if first { (1, None) } else { (8, Some(digest(0x16))) };
    let mut entry = RegistryEntry { ws: WS, number, prev, body: change, sigs: Vec::new() };
    entry.sign(0, one).expect("signs");
    if !first {
        entry.sign(1, two).expect("signs");
    }
    entry
}

pub fn snapshots() -> Vec<(&'static str, Snapshot)> {
    let empty = Snapshot {
        def: digest(0x31),
        fields: Default::default(),
        attachments: Vec::new(),
        links: Vec::new(),
    };
    let field = |key: &str, item| (key.to_owned(), item);
    let text = |t: &str| Item::Text(t.to_owned());
    let values = vec![
        field("account", text("6222021234567890123")),
        field("amount", Item::Int(9_007_199_254_740_993)),
        field("blob", Item::Bytes(vec![0, 255])),
        field("highest", Item::Int(i64::MAX)),
        field("lowest", Item::Int(i64::MIN)),
        field("nothing", Item::Null),
        field("reason", text("岗位调整，申请开通预算一体化系统权限\n含换行")),
        field(
            "rows",
            Item::List(vec![Item::List(vec![text("用户甲"), Item::Int(-1)]), Item::List(Vec::new())]),
        ),
        field("键", text("e\u{301} 不归一")),
    ];
    let file = |name: &str, len| Attachment {
        slot: "scan".into(),
        name: name.into(),
        media: "application/pdf".into(),
        len,
        digest: digest(0x33),
    };
    vec![
        ("empty", empty.clone()),
        ("values", Snapshot { fields: values.into_iter().collect(), ..empty.clone() }),
        (
            "attachments",
            Snapshot { attachments: vec![file("申请表.pdf", 1), file("", u64::MAX)], ..empty.clone() },
        ),
        (
            "links",
            Snapshot {
                links: vec![Link { form: FormId([1; 32]), seal: id(2), content: digest(3) }],
                ..empty
            },
        ),
    ]
}
