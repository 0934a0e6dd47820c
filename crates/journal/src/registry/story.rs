//! Stories of the chain: founding, quorum, order, forks and allow-lists.

use std::collections::{BTreeMap, BTreeSet};

use crate::*;

const WS: WorkspaceId = WorkspaceId([7; 16]);
const FIRST: PersonId = PersonId([1; 16]);
const SECOND: PersonId = PersonId([2; 16]);

fn key(person: PersonId) -> Sm2Key {
    Sm2Key::from_bytes(&[person.0[0]; 32]).expect("a key")
}

fn certificate(person: PersonId) -> Certificate {
    let (device, incarnation) = (DeviceId([3; 16]), Incarnation([4; 16]));
    Certificate { person, device, incarnation, public: key(person).public() }
}

fn founding(need: u8) -> RegistryEntry {
    let members = [FIRST, SECOND].map(|person| Member { person, public: key(person).public() });
    let body = Change::Found {
        name: "财政局".to_owned(),
        level: "city".to_owned(),
        suite: SM2_SM3,
        quorum: Quorum { need, members: members.to_vec() },
        founder: certificate(FIRST),
        code: "A".to_owned(),
    };
    RegistryEntry { ws: WS, number: 1, prev: None, body, sigs: vec![] }
}

fn founded() -> RegistryChain {
    let mut entry = founding(1);
    entry.sign(0, &key(FIRST)).expect("signs");
    let mut chain = RegistryChain::new(entry.hash());
    assert_eq!(chain.append(&entry, &NoBlobs), Ok(Appended::New));
    chain
}

fn signed(chain: &RegistryChain, body: Change) -> RegistryEntry {
    let mut entry = chain.draft(WS, body);
    entry.sign(0, &key(FIRST)).expect("signs");
    entry
}

fn setting(value: &str) -> Change {
    Change::Setting { key: "G1".to_owned(), value: value.to_owned() }
}

fn add(person: PersonId) -> Change {
    let record = PersonRecord { name: "李".to_owned(), kind: PersonKind::Human, unit: None, active: true };
    Change::AddPerson { person, record }
}

#[test]
fn only_the_root_given_out_of_band_founds() {
    let mut entry = founding(2);
    entry.sign(0, &key(FIRST)).expect("signs");
    assert_eq!(RegistryChain::new(Digest([0; 32])).append(&entry, &NoBlobs), Err(RegistryError::Root));
    let mut chain = RegistryChain::new(entry.hash());
    assert_eq!(chain.append(&entry, &NoBlobs), Err(RegistryError::Quorum), "two of two");
    entry.sign(1, &key(FIRST)).expect("signs");
    assert_eq!(chain.append(&entry, &NoBlobs), Err(RegistryError::Quorum), "not the second member's key");
    entry.sign(1, &key(SECOND)).expect("signs");
    assert_eq!(RegistryEntry::decode(&entry.encode()), Ok(entry.clone()));
    assert_eq!(chain.append(&entry, &NoBlobs), Ok(Appended::New));
    assert_eq!(chain.root_fingerprint().len(), 39);
    assert!(entry.hash().to_string().starts_with(&chain.root_fingerprint()[..4]));
    let again = signed(&chain, founding(1).body);
    assert_eq!(chain.append(&again, &NoBlobs), Err(RegistryError::Quorum), "and one is not enough later");
}

#[test]
fn the_chain_is_linear() {
    let mut chain = founded();
    let (one, other) = (signed(&chain, setting("a")), signed(&chain, setting("b")));
    assert_eq!(chain.append(&one, &NoBlobs), Ok(Appended::New));
    assert_eq!(chain.append(&one, &NoBlobs), Ok(Appended::Known));
    assert_eq!(chain.append(&other, &NoBlobs), Err(RegistryError::Fork { number: 2 }), "F12");
    let gap = RegistryEntry { number: 4, ..one.clone() };
    assert_eq!(chain.append(&gap, &NoBlobs), Err(RegistryError::Gap { expected: 3 }));
    let mut astray = chain.draft(WS, setting("c"));
    astray.prev = chain.at(1).and(Some(Digest([1; 32])));
    astray.sign(0, &key(FIRST)).expect("signs");
    assert_eq!(chain.append(&astray, &NoBlobs), Err(RegistryError::Prev));
    let foreign = RegistryEntry { ws: WorkspaceId([8; 16]), ..chain.draft(WS, setting("c")) };
    assert_eq!(chain.append(&foreign, &NoBlobs), Err(RegistryError::Workspace));
    let mut tampered = signed(&chain, setting("c"));
    tampered.body = setting("d");
    assert_eq!(chain.append(&tampered, &NoBlobs), Err(RegistryError::Quorum));
    let setting_at = |n| chain.at(n).and_then(|registry| registry.setting("G1"));
    assert_eq!((setting_at(1), setting_at(2), chain.at(3).is_none()), (None, Some("a"), true));
}

#[test]
fn another_quorum_takes_over() {
    let mut chain = founded();
    let quorum = Quorum::single(SECOND, key(SECOND).public());
    let entry = signed(&chain, Change::SetQuorum { quorum });
    chain.append(&entry, &NoBlobs).expect("signed by the old quorum");
    let entry = signed(&chain, setting("a"));
    assert_eq!(chain.append(&entry, &NoBlobs), Err(RegistryError::Quorum));
}

#[test]
fn a_cut_waits_for_its_allow_list() {
    let mut chain = founded();
    chain.append(&signed(&chain, add(SECOND)), &NoBlobs).expect("appends");
    let certify = Change::SeatCertify { certificate: certificate(SECOND), code: "B".to_owned() };
    chain.append(&signed(&chain, certify.clone()), &NoBlobs).expect("appends");
    let seat = seat_id(WS, &certificate(SECOND));
    let bytes = encode_allow_list(&BTreeSet::from([EventId([1; 32]), EventId([2; 32])]));
    assert_eq!(read_allow_list(&bytes).map(|ids| ids.len()), Ok(2));
    let allow = digest(&bytes);
    let revoke = signed(&chain, Change::Revoke { seat, allow });
    assert_eq!(chain.append(&revoke, &NoBlobs), Err(RegistryError::MissingBlob(allow)));
    let damaged = BTreeMap::from([(allow, vec![0x80])]);
    assert_eq!(chain.append(&revoke, &damaged), Err(RegistryError::BadBlob(allow)));
    assert!(chain.now().is_some_and(|registry| registry.seat(seat).is_some()), "nothing has changed");
    let blobs = BTreeMap::from([(allow, bytes)]);
    chain.append(&revoke, &blobs).expect("appends");
    assert!(chain.now().is_some_and(|registry| registry.seat(seat).is_none()));
    assert_eq!(chain.append(&signed(&chain, certify), &NoBlobs), Err(RegistryError::AlreadyInForce));
    let extend = signed(&chain, Change::ExtendAllow { entry: 2, allow });
    assert_eq!(chain.append(&extend, &blobs), Err(RegistryError::NotInForce), "entry 2 cuts nothing");
}

#[test]
fn changes_must_make_sense() {
    let mut chain = founded();
    let unit = UnitId([9; 16]);
    let clerk = |unit| Change::Assign { person: SECOND, role: Role::from("clerk"), unit };
    let pc = certificate(FIRST).pc();
    let lease = |first, last| Change::Lease {
        series: "权申".to_owned(),
        year: 2026,
        first,
        last,
        seat: seat_id(WS, &certificate(FIRST)),
    };
    let open = Change::LedgerOpen { ledger: Ledger::from("l"), title: "台账".to_owned(), pc };
    let not_yet = [clerk(None), Change::RetireDefinition { def: Digest([1; 32]) }];
    for body in not_yet {
        assert_eq!(chain.append(&signed(&chain, body), &NoBlobs), Err(RegistryError::NotInForce));
    }
    for body in [lease(0, 5), lease(6, 5), lease(1, limit::NUMBER_MAX + 1)] {
        assert_eq!(chain.append(&signed(&chain, body), &NoBlobs), Err(RegistryError::OutOfRange));
    }
    for body in [add(SECOND), clerk(None), open.clone()] {
        chain.append(&signed(&chain, body), &NoBlobs).expect("appends");
    }
    for body in [clerk(None), open] {
        assert_eq!(chain.append(&signed(&chain, body), &NoBlobs), Err(RegistryError::AlreadyInForce));
    }
    assert_eq!(chain.append(&signed(&chain, clerk(Some(unit))), &NoBlobs), Err(RegistryError::NotInForce));
    let registry = chain.now().expect("founded");
    assert!(registry.holds(SECOND, &Role::from("clerk"), unit), "for all units");
    assert_eq!(registry.holders(&Role::from("clerk"), unit), [SECOND]);
    assert_eq!((registry.name(), registry.level(), registry.suite()), ("财政局", "city", SM2_SM3));
    assert_eq!(registry.sealing_pc(&Ledger::from("l")), Some(pc));
}
