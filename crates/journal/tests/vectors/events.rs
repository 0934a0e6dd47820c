//! Every kind of event with every optional field, written out.

use crate::attested::receipt;
use qianban_journal::{
    Action, DeviceId, Digest, Epoch, Event, EventId, FormId, Hand, Incarnation, Ink, Kind, Ledger, LogPlace,
    Number, PersonId, Plan, PlanStep, RULES, Role, RowId, SeatId, Target, UnitId, WorkspaceId,
};

pub fn id(n: u8) -> EventId {
    EventId([n; 32])
}

pub fn digest(n: u8) -> Digest {
    Digest([n; 32])
}

pub fn person(n: u8) -> PersonId {
    PersonId([n; 16])
}

pub fn unit(n: u8) -> UnitId {
    UnitId([n; 16])
}

pub const WS: WorkspaceId = WorkspaceId([0x11; 16]);
pub const DEVICE: DeviceId = DeviceId([0x14; 16]);
pub const INCARNATION: Incarnation = Incarnation([0x15; 16]);

/// An event with exactly the fields that its kind sets.
fn event(action: Action) -> Event {
    let kind = action.kind();
    let set = |kinds: &[Kind]| kinds.contains(&kind);
    use Kind::{Approve, Create, Return, Save, Seal, Submit};
    Event {
        rules: RULES,
        ws: WS,
        form: (kind != Create).then_some(FormId([0x20; 32])),
        person: person(0x12),
        seat: SeatId([0x13; 32]),
        epoch: Epoch { number: 7, hash: digest(0x16) },
        cites: if kind == Create { Vec::new() } else { vec![id(0x20), id(0x21)] },
        prev: set(&[Save]).then_some(id(0x20)),
        round: set(&[Approve, Return, Seal]).then_some(id(0x22)),
        rev: set(&[Submit, Approve]).then_some(id(0x21)),
        content: set(&[Save, Submit, Approve]).then_some(digest(0x30)),
        def: set(&[Create, Save, Submit, Approve]).then_some(digest(0x31)),
        step: set(&[Approve]).then_some(1),
        plan: set(&[Submit]).then(|| Plan(vec![plain_step("unit_head"), plain_step("clerk")])),
        log: LogPlace { inc: INCARNATION, n: 9, prev: Some(id(0x23)) },
        wall: 1_795_000_000_000,
        action,
        nonce: [0x40; 16],
    }
}

fn plain_step(role: &str) -> PlanStep {
    PlanStep {
        roles: vec![Role::from(role)],
        units: None,
        need: 1,
        bar: None,
        differ: Vec::new(),
        ink: Ink::No,
        outsider: false,
        boxed: false,
    }
}

fn every_step() -> Plan {
    Plan(vec![
        PlanStep { bar: Some(Vec::new()), need: 0, boxed: true, ..plain_step("unit_head") },
        PlanStep {
            roles: vec![Role::from("clerk"), Role::from("section_chief")],
            units: Some(vec![unit(1), unit(2)]),
            need: 3,
            bar: Some(vec![person(3), person(4)]),
            ..plain_step("clerk")
        },
        PlanStep { differ: vec![0, 1], ink: Ink::Allowed, outsider: true, ..plain_step("division") },
        PlanStep { need: 32, ink: Ink::Required, ..plain_step("payment_center") },
    ])
}

fn number(n: u32) -> Option<Number> {
    Some(Number { series: "权申".into(), year: 2026, n })
}

fn approve(hand: Hand) -> Action {
    Action::Approve { hand, boxed: None, basis: Vec::new() }
}

fn send_back(target: Target, hand: Hand, reason: &str) -> Action {
    Action::Return { target, hand, reason: reason.into() }
}

fn entry(table: &str) -> Action {
    Action::Entry {
        table: table.into(),
        row: RowId([0x50; 16]),
        supersedes: None,
        at: "2026-11-23 09:30".into(),
        on_behalf: None,
        boxed: None,
        basis: Vec::new(),
    }
}

fn outsider() -> Hand {
    Hand::ink_outsider("外单位经办 王某".into(), digest(0x60))
}

/// Name and event of each vector.
pub fn all() -> Vec<(&'static str, Event)> {
    let mut list = beginnings();
    list.extend(signings());
    list.extend(endings());
    list
}

fn beginnings() -> Vec<(&'static str, Event)> {
    let create = || event(Action::Create { ledger: Ledger::from("permission"), unit: unit(1) });
    let submit = |number, carry, plan| {
        let mut e = event(Action::Submit { number, carry });
        e.plan = Some(plan);
        e
    };
    let two = Plan(vec![plain_step("unit_head"), plain_step("clerk")]);
    let mut first = create();
    first.log = LogPlace { inc: INCARNATION, n: 1, prev: None };
    let mut odd = create();
    odd.wall = -62_135_596_800_000;
    odd.log.n = u64::MAX;
    odd.epoch.number = u32::MAX;
    let mut crowded = event(Action::Save { migrate: false });
    crowded.cites = (0..64).map(|n| id(0x20 + n)).collect();
    vec![
        ("create", create()),
        ("create-first-of-log", first),
        ("create-extreme-numbers", odd),
        ("save", event(Action::Save { migrate: false })),
        ("save-migrate", event(Action::Save { migrate: true })),
        ("save-64-cites", crowded),
        ("submit", submit(None, Vec::new(), two.clone())),
        ("submit-number", submit(number(7), Vec::new(), two.clone())),
        ("submit-number-six-digits", submit(number(123_456), Vec::new(), two.clone())),
        ("submit-carry", submit(number(7), vec![id(0x24), id(0x25)], two)),
        ("submit-empty-plan", submit(None, Vec::new(), Plan::default())),
        ("submit-every-step", submit(None, Vec::new(), every_step())),
        ("submit-sixteen-steps", submit(None, Vec::new(), Plan(vec![plain_step("clerk"); 16]))),
    ]
}

fn signings() -> Vec<(&'static str, Event)> {
    let boxed = Action::Approve { hand: Hand::own(), boxed: Some(digest(0x61)), basis: Vec::new() };
    let based =
        Action::Approve { hand: Hand::own(), boxed: Some(digest(0x61)), basis: vec![id(0x26), id(0x27)] };
    let ink = || Hand::ink(person(3), digest(0x60));
    let absent = || Hand::on_behalf(person(4));
    vec![
        ("approve", event(approve(Hand::own()))),
        ("approve-box", event(boxed)),
        ("approve-basis", event(based)),
        ("approve-on-behalf", event(approve(absent()))),
        ("approve-ink", event(approve(ink()))),
        ("approve-ink-outsider", event(approve(outsider()))),
        ("return-drafter", event(send_back(Target::Drafter, Hand::own(), "账号位数不符"))),
        ("return-step-0", event(send_back(Target::Step(0), Hand::own(), "请补充事由"))),
        ("return-step-15", event(send_back(Target::Step(15), Hand::own(), ""))),
        ("return-reject", event(send_back(Target::Reject, Hand::own(), "作废"))),
        ("return-on-behalf", event(send_back(Target::Drafter, absent(), "代退"))),
        ("return-ink", event(send_back(Target::Drafter, ink(), "纸面退回"))),
        ("return-ink-outsider", event(send_back(Target::Step(1), outsider(), "纸面退回"))),
        ("return-reason-2-KiB", event(send_back(Target::Drafter, Hand::own(), &"长".repeat(682)))),
    ]
}

fn endings() -> Vec<(&'static str, Event)> {
    let seal = |number, receipt, basis| event(Action::Seal { number, receipt, basis });
    let with = |change: fn(&mut Action)| {
        let mut action = entry("done");
        change(&mut action);
        event(action)
    };
    vec![
        ("seal", seal(None, None, Vec::new())),
        ("seal-number", seal(number(8), None, Vec::new())),
        ("seal-receipt", seal(None, Some(vec![1, 2, 3]), Vec::new())),
        ("seal-endpoint-receipt", seal(None, None, Vec::new()).with_receipt(&receipt(&crate::key(0x51)))),
        ("seal-basis", seal(number(8), None, vec![id(0x26)])),
        ("resolve", event(Action::Resolve { dismissed: vec![id(0x28), id(0x29)] })),
        ("resolve-nothing", event(Action::Resolve { dismissed: Vec::new() })),
        ("handover", event(Action::Handover { to: person(5) })),
        ("entry", event(entry("note"))),
        (
            "entry-supersedes",
            with(|a| {
                if let Action::Entry { supersedes, .. } = a {
                    *supersedes = Some(id(0x2A))
                }
            }),
        ),
        (
            "entry-on-behalf",
            with(|a| {
                if let Action::Entry { on_behalf, .. } = a {
                    *on_behalf = Some(person(6))
                }
            }),
        ),
        (
            "entry-box",
            with(|a| {
                if let Action::Entry { boxed, .. } = a {
                    *boxed = Some(digest(0x62))
                }
            }),
        ),
        (
            "entry-basis",
            with(|a| {
                if let Action::Entry { basis, .. } = a {
                    *basis = vec![id(0x26), id(0x27)]
                }
            }),
        ),
    ]
}
