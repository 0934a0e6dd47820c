//! Every kind of event with every optional argument: bytes, shapes and limits.

use crate::*;

const ID: EventId = EventId([0xE1; 32]);
const DIGEST: Digest = Digest([0xD1; 32]);
const PERSON: PersonId = PersonId([0xA1; 16]);

fn event(action: Action) -> Event {
    let kind = action.kind();
    let on = |kinds: &[Kind]| kinds.contains(&kind);
    let (flow, rounds) = ([Kind::Submit, Kind::Approve], [Kind::Approve, Kind::Return, Kind::Seal]);
    Event {
        rules: RULES,
        ws: WorkspaceId([1; 16]),
        form: (kind != Kind::Create).then_some(FormId([2; 32])),
        person: PERSON,
        seat: SeatId([3; 32]),
        epoch: Epoch { number: 7, hash: DIGEST },
        cites: if kind == Kind::Create { vec![] } else { vec![ID] },
        prev: on(&[Kind::Save]).then_some(ID),
        round: on(&rounds).then_some(ID),
        rev: on(&flow).then_some(ID),
        content: (on(&flow) || kind == Kind::Save).then_some(DIGEST),
        def: (on(&flow) || on(&[Kind::Create, Kind::Save])).then_some(DIGEST),
        step: (kind == Kind::Approve).then_some(15),
        plan: (kind == Kind::Submit).then(Plan::default),
        log: LogPlace { inc: Incarnation([4; 16]), n: u64::MAX, prev: Some(ID) },
        wall: -1,
        action,
        nonce: [5; 16],
    }
}

fn every_action() -> Vec<Action> {
    let number = Some(Number { series: "权申".to_owned(), year: 2026, n: 7 });
    let hands = [
        Hand::own(),
        Hand::on_behalf(PERSON),
        Hand::ink(PERSON, DIGEST),
        Hand::ink_outsider("王五".to_owned(), DIGEST),
    ];
    let mut actions = vec![
        Action::Create { ledger: Ledger::from("permission"), unit: UnitId([6; 16]) },
        Action::Save { migrate: false },
        Action::Save { migrate: true },
        Action::Submit { number: None, carry: vec![] },
        Action::Submit { number: number.clone(), carry: vec![ID] },
        Action::Seal { number: None, receipt: None, basis: vec![] },
        Action::Seal { number, receipt: Some(vec![1]), basis: vec![ID] },
        Action::Resolve { dismissed: vec![ID] },
        Action::Handover { to: PERSON },
    ];
    for hand in hands {
        actions.push(Action::Approve { hand: hand.clone(), boxed: Some(DIGEST), basis: vec![ID] });
        for target in [Target::Drafter, Target::Step(3), Target::Reject] {
            actions.push(Action::Return { target, hand: hand.clone(), reason: "请补充附件".to_owned() });
        }
    }
    for (supersedes, on_behalf, boxed) in [(None, None, None), (Some(ID), Some(PERSON), Some(DIGEST))] {
        let (table, at, row) = ("print".to_owned(), "2026-03-01".to_owned(), RowId([8; 16]));
        actions.push(Action::Entry { table, row, supersedes, at, on_behalf, boxed, basis: vec![] });
    }
    actions
}

#[test]
fn every_event_has_one_form() {
    for action in every_action() {
        let event = event(action);
        let body = event.encode();
        assert_eq!(Event::decode(&body), Ok(event.clone()), "{:?}", event.action);
        let envelope = Envelope { body, suite: SM2_SM3, sig: [9; 64], sig2: None };
        let both = Envelope { sig2: Some([8; 64]), ..envelope.clone() };
        assert_eq!(envelope.id(), both.id(), "the id covers the body alone");
        for envelope in [envelope, both] {
            assert_eq!(Envelope::decode(&envelope.encode()), Ok(envelope));
        }
    }
}

#[test]
fn every_truncation_and_every_flip_is_another_event_or_none() {
    let body = event(every_action().swap_remove(4)).encode();
    for len in 0..body.len() {
        assert!(Event::decode(&body[..len]).is_err(), "cut at {len}");
    }
    for place in 0..body.len() {
        let mut other = body.clone();
        other[place] ^= 1;
        if let Ok(event) = Event::decode(&other) {
            assert_eq!(event.encode(), other, "what decodes is canonical");
            assert_ne!(event_id(&other), event_id(&body));
        }
    }
}

#[test]
fn fields_of_another_kind_are_refused() {
    let save = event(Action::Save { migrate: false });
    for wrong in [
        Event { round: Some(ID), ..save.clone() },
        Event { prev: None, ..save.clone() },
        Event { step: Some(0), ..save.clone() },
        Event { form: None, ..save.clone() },
    ] {
        assert_eq!(Event::decode(&wrong.encode()), Err(DecodeError::WrongShape));
    }
    let unsorted = Event { cites: vec![ID, DIGEST.0.into()], ..save.clone() };
    assert_eq!(Event::decode(&unsorted.encode()), Err(DecodeError::NotAscending));
    let cites = (0..=limit::CITES as u8).map(|n| EventId([n; 32])).collect();
    assert_eq!(Event::decode(&Event { cites, ..save }.encode()), Err(DecodeError::TooLarge));
}

#[test]
fn newer_rules_are_opaque_and_keep_their_header() {
    let newer = Event { rules: 2, ..event(Action::Save { migrate: false }) };
    let body = newer.encode();
    assert_eq!(Event::decode(&body), Err(DecodeError::UnknownRules { rules: 2 }));
    let Event { ws, form, person, seat, epoch, .. } = newer;
    let header = Header { rules: 2, ws, form, kind: 2, person, seat, epoch };
    assert_eq!(Header::peek(&body), Ok(header), "it can still be stored with its form");
}

#[test]
fn a_snapshot_has_one_form() {
    let fields = [
        ("amount", Item::Int(9_007_199_254_740_993)),
        ("empty", Item::Null),
        ("rows", Item::List(vec![Item::List(vec![Item::Text("国库".to_owned()), Item::Int(i64::MIN)])])),
        ("thumb", Item::Bytes(vec![0, 1])),
    ];
    let snapshot = Snapshot {
        def: DIGEST,
        fields: fields.into_iter().map(|(key, item)| (key.to_owned(), item)).collect(),
        attachments: vec![Attachment {
            slot: "file".to_owned(),
            name: "..\\..\\情况说明.pdf".to_owned(),
            media: "application/pdf".to_owned(),
            len: 0,
            digest: DIGEST,
        }],
        links: vec![Link { form: FormId([1; 32]), seal: ID, content: DIGEST }],
    };
    assert_eq!(Snapshot::decode(&snapshot.encode()), Ok(snapshot.clone()));
    let mut swapped = snapshot.encode();
    let key =
        |bytes: &[u8], key: &[u8]| bytes.windows(key.len()).position(|w| w == key).expect("is in there");
    let (first, second) = (key(&swapped, b"empty"), key(&swapped, b"thumb"));
    swapped[first..first + 5].copy_from_slice(b"thumb");
    swapped[second..second + 5].copy_from_slice(b"empty");
    assert_eq!(Snapshot::decode(&swapped), Err(DecodeError::NotAscending));
}
