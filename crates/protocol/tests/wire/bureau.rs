//! A small bureau: an administrator, a registrar for all units, and a clerk of one unit on a PC of her own.

use qianban_journal::{
    Certificate, Change, DeviceId, Incarnation, NoBlobs, PersonId, PersonKind, PersonRecord, Quorum,
    RegistryChain, RegistryEntry, Role, SM2_SM3, SeatId, Signer, Sm2Key, UnitId, WorkspaceId, seat_id,
};

pub(crate) const WS: WorkspaceId = WorkspaceId([7; 16]);
pub(crate) const UNIT: UnitId = UnitId([9; 16]);
pub(crate) const OTHER_UNIT: UnitId = UnitId([8; 16]);
pub(crate) const ADMIN: PersonId = PersonId([1; 16]);
pub(crate) const REGISTRAR: PersonId = PersonId([2; 16]);
pub(crate) const CLERK: PersonId = PersonId([3; 16]);
pub(crate) const DESKMATE: PersonId = PersonId([4; 16]);
pub(crate) const NOW_MS: i64 = 1_795_000_000_000;

pub(crate) struct Bureau {
    pub(crate) chain: RegistryChain,
}

pub(crate) fn key(byte: u8) -> Sm2Key {
    Sm2Key::from_bytes(&[byte; 32]).expect("a key")
}

/// Every person has a PC of their own, but the deskmate sits at the clerk's.
fn certificate(person: PersonId) -> Certificate {
    let pc = if person == DESKMATE { CLERK.0 } else { person.0 };
    let public = key(person.0[0]).public();
    Certificate { person, device: DeviceId(pc), incarnation: Incarnation(pc), public }
}

pub(crate) fn seat(person: PersonId) -> SeatId {
    seat_id(WS, &certificate(person))
}

impl Bureau {
    pub(crate) fn founded() -> Self {
        let body = Change::Found {
            name: "样例县财政局".into(),
            level: "county".into(),
            suite: SM2_SM3,
            quorum: Quorum::single(ADMIN, key(1).public()),
            founder: certificate(ADMIN),
            code: "01".into(),
        };
        let mut entry = RegistryEntry { ws: WS, number: 1, prev: None, body, sigs: vec![] };
        entry.sign(0, &key(1)).expect("signs");
        let mut chain = RegistryChain::new(entry.hash());
        chain.append(&entry, &NoBlobs).expect("founds");
        let mut bureau = Self { chain };
        for unit in [UNIT, OTHER_UNIT] {
            bureau.change(Change::AddUnit { unit, name: "预算科".into(), active: true });
        }
        for person in [ADMIN, REGISTRAR, CLERK, DESKMATE] {
            let record =
                PersonRecord { name: "张三".into(), kind: PersonKind::Human, unit: None, active: true };
            bureau.change(Change::AddPerson { person, record });
            if person != ADMIN {
                bureau.change(Change::SeatCertify {
                    certificate: certificate(person),
                    code: format!("{}", person.0[0]),
                });
            }
        }
        bureau.change(Change::Assign { person: REGISTRAR, role: Role::registrar(), unit: None });
        bureau.change(Change::Assign { person: CLERK, role: Role::from("clerk"), unit: Some(UNIT) });
        bureau
    }

    pub(crate) fn change(&mut self, body: Change) {
        let mut entry = self.chain.draft(WS, body);
        entry.sign(0, &key(1)).expect("signs");
        self.chain.append(&entry, &NoBlobs).expect("appends");
    }
}
