//! The bureau of a small world: people, units, roles, seats, policies, and how the registry goes on.

use super::{Desk, World};
use crate::naive::Ids;
use crate::naive::office::Assignment;
use qianban_journal::{
    BUILT_IN_TABLES, Certificate, Change, DeviceId, Digest, Incarnation, Ledger, PersonId, PersonKind,
    PersonRecord, Phase, Policy, Quorum, Role, SealMode, SealingPc, TablePolicy, UnitId, digest,
    encode_allow_list,
};

pub const PERSONS: u8 = 11;
pub const SEATED: u8 = 8;
pub const STEP_ROLES: [&str; 4] = ["clerk", "division", "section_chief", "unit_head"];

/// First number of the block leased to the applicant's seat.
pub const LEASED: u32 = 10;

pub fn person(n: u8) -> PersonId {
    PersonId([0xA0 + n; 16])
}

pub fn unit(n: u8) -> UnitId {
    UnitId([0xB0 + n; 16])
}

/// Definitions 0 to 2; 2 is a register.
pub fn definition(n: u8) -> Digest {
    Digest([0xD0 + n; 32])
}

pub fn pc(n: u8) -> SealingPc {
    SealingPc { device: DeviceId([0xE0 + n; 16]), incarnation: Incarnation([0xF0 + n; 16]) }
}

pub fn ledger() -> Ledger {
    Ledger::from("permission")
}

fn roles(codes: &[&str]) -> Vec<Role> {
    codes.iter().map(|code| Role::from(*code)).collect()
}

fn policy(n: u8) -> Policy {
    use Phase::{Closed, Drafting, Live, Sealed};
    let everyone = roles(&["applicant", "clerk", "registrar", "unit_head"]);
    let mut tables: Vec<TablePolicy> = BUILT_IN_TABLES
        .iter()
        .map(|name| TablePolicy {
            name: (*name).to_owned(),
            roles: everyone.clone(),
            phases: if *name == "close" { vec![Sealed] } else { vec![Drafting, Live, Sealed, Closed] },
            single: *name == "close",
        })
        .collect();
    tables.push(TablePolicy {
        name: "done".to_owned(),
        roles: roles(&["clerk", "registrar"]),
        phases: if n == 0 { vec![Sealed] } else { vec![Live, Sealed] },
        single: true,
    });
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    Policy {
        ledger: ledger(),
        series: (n != 1).then(|| "权申".to_owned()),
        create_roles: roles(&["applicant"]),
        edit_roles: roles(&["applicant", "unit_head"]),
        tables,
        register: n == 2,
        seal_mode: if n == 1 { SealMode::Receipt } else { SealMode::Plain },
    }
}

/// Who holds what at the beginning; the first two are the registrars.
fn first_assignments() -> Vec<Assignment> {
    let one = |n: u8, role: &str, unit: Option<UnitId>| Assignment {
        person: person(n),
        role: Role::from(role),
        unit,
    };
    vec![
        one(0, "registrar", None),
        one(1, "registrar", None),
        one(1, "clerk", None),
        one(2, "applicant", Some(unit(0))),
        one(3, "applicant", Some(unit(0))),
        one(3, "section_chief", None),
        one(4, "unit_head", Some(unit(0))),
        one(5, "unit_head", Some(unit(0))),
        one(5, "clerk", None),
        one(6, "clerk", None),
        one(6, "division", None),
        one(7, "unit_head", Some(unit(1))),
        one(7, "division", None),
        one(8, "unit_head", Some(unit(0))),
        one(8, "section_chief", Some(unit(0))),
        one(9, "division", None),
        one(9, "clerk", None),
        one(10, "section_chief", None),
        one(10, "unit_head", Some(unit(0))),
    ]
}

impl World {
    /// Entries 1 and on: the bureau, its people, units, roles, seats, ledger, definitions and a delegation.
    pub(super) fn found(&mut self) {
        let mut desks = Vec::new();
        for n in 0..SEATED {
            // The two registrars share the sealing PC; the rest have one of their own.
            desks.push(self.new_desk(n, if n < 2 { 0 } else { n }));
        }
        desks.push(self.new_desk(1, 9));
        desks.push(self.new_desk(2, 10));
        let founder = desks[0].certificate();
        self.founder_key = Some(desks[0].key.clone());
        self.append(Change::Found {
            name: "某市财政局".into(),
            level: "city".into(),
            suite: founder.public.suite(),
            quorum: Quorum::single(person(0), founder.public.clone()),
            founder,
            code: "A".into(),
        });
        for n in 0..2 {
            self.append(Change::AddUnit { unit: unit(n), name: format!("单位{n}"), active: true });
        }
        for n in 0..PERSONS {
            let record =
                PersonRecord { name: format!("人{n}"), kind: PersonKind::Human, unit: None, active: true };
            self.append(Change::AddPerson { person: person(n), record });
        }
        for Assignment { person, role, unit } in first_assignments() {
            self.append(Change::Assign { person, role, unit });
        }
        for desk in &desks[1..] {
            self.append(Change::SeatCertify { certificate: desk.certificate(), code: "B".into() });
        }
        self.append(Change::LedgerOpen { ledger: ledger(), title: "台账".into(), pc: pc(0) });
        let seat = desks[2].seat;
        self.append(Change::Lease {
            series: "权申".into(),
            year: 2026,
            first: LEASED,
            last: LEASED + 9,
            seat,
        });
        self.append(Change::EndpointKey {
            incarnation: self.endpoint.incarnation,
            public: self.endpoint.key.public(),
        });
        for n in 0..3 {
            self.append(Change::ActivateDefinition { def: definition(n), policy: policy(n) });
        }
        let (since, until) = self.some_days();
        self.append(Change::Delegate { from: person(4), to: person(6), since, until });
        let version = self.version();
        desks.iter_mut().for_each(|desk| desk.version = version);
        self.desks = desks;
    }

    fn new_desk(&mut self, person_n: u8, pc_n: u8) -> Desk {
        let key = self.new_key();
        let SealingPc { device, incarnation } = pc(pc_n);
        Desk::new(person(person_n), device, incarnation, key, self.naive_ws())
    }

    /// The days of a delegation; the world's clocks begin on 2026-09-21.
    fn some_days(&mut self) -> (String, String) {
        let days = [("", ""), ("2026-09-01", "2026-09-30"), ("2026-09-22", ""), ("2026-08-01", "2026-08-31")];
        let (since, until) = days[self.chance.below(days.len())];
        (since.to_owned(), until.to_owned())
    }

    /// An allow-list: everything, what one desk knows, a part of everything, or nothing.
    fn some_allow_list(&mut self) -> Digest {
        let all: Vec<_> = self.naive.events.keys().copied().collect();
        let listed: Ids = match self.chance.below(4) {
            0 => all.into_iter().collect(),
            1 => {
                let at = self.chance.below(self.desks.len());
                self.desks[at].have.clone()
            }
            2 => all.into_iter().filter(|_| self.chance.percent(50)).collect(),
            _ => Ids::new(),
        };
        self.keep_list(listed)
    }

    pub fn keep_list(&mut self, listed: Ids) -> Digest {
        let raw = encode_allow_list(&listed);
        let name = digest(&raw);
        self.blobs.insert(name, raw);
        self.naive.office.lists.insert(name, listed);
        name
    }

    /// One change at random, if the chain takes it.
    pub(super) fn registry_moves(&mut self) {
        if let Some(change) = self.some_change() {
            self.try_append(change);
        }
    }

    /// One change at random; none where chance picks what is not in force.
    pub fn some_change(&mut self) -> Option<Change> {
        let books = self.naive.office.at(self.version());
        match self.chance.below(13) {
            0..=3 => self.chance.pick(&books.assignments()).map(|gone| Change::RoleEnd {
                person: gone.person,
                role: gone.role,
                unit: gone.unit,
                allow: self.some_allow_list(),
            }),
            4 => Some(Change::Assign {
                person: person(self.chance.below(usize::from(PERSONS)) as u8),
                role: Role::from(STEP_ROLES[self.chance.below(4)]),
                unit: self.chance.percent(50).then(|| unit(0)),
            }),
            5 => {
                let at = 1 + self.chance.below(self.desks.len() - 1);
                let seat = self.desks[at].seat;
                Some(Change::Revoke { seat, allow: self.some_allow_list() })
            }
            6 => self.chance.pick(&books.delegations()).map(|(from, to)| Change::DelegationEnd {
                from,
                to,
                allow: self.some_allow_list(),
            }),
            7 => {
                let ended = self.naive.office.changes.iter().rev().find_map(|change| match change {
                    Change::DelegationEnd { from, to, .. } => Some((*from, *to)),
                    _ => None,
                });
                let again = ended.filter(|_| self.chance.percent(60));
                let (from, to) = again.unwrap_or_else(|| {
                    (person(3 + self.chance.below(6) as u8), person(self.chance.below(8) as u8))
                });
                let (since, until) = self.some_days();
                Some(Change::Delegate { from, to, since, until })
            }
            8 => {
                let from = books.sealing_pc(&ledger()).expect("the ledger is open");
                let to = if from == pc(0) { pc(9) } else { pc(0) };
                Some(Change::SeatMove { ledger: ledger(), from, to, allow: self.some_allow_list() })
            }
            9 | 10 => {
                let cutting: Vec<u32> =
                    (1..=self.version()).filter(|n| self.naive.office.cut(*n).is_some()).collect();
                self.chance
                    .pick(&cutting)
                    .map(|entry| Change::ExtendAllow { entry, allow: self.some_allow_list() })
            }
            11 => {
                let (first, at) = (1 + self.chance.below(20) as u32, self.chance.below(self.desks.len()));
                let (last, seat) = (first + self.chance.below(8) as u32, self.desks[at].seat);
                if self.chance.percent(25) {
                    return Some(Change::NumberSeat { seat });
                }
                Some(Change::Lease { series: "权申".into(), year: 2026, first, last, seat })
            }
            _ => Some(Change::RetireDefinition { def: definition(self.chance.below(3) as u8) }),
        }
    }
}

impl Desk {
    pub fn certificate(&self) -> Certificate {
        Certificate {
            person: self.person,
            device: self.device,
            incarnation: self.incarnation,
            public: self.key.public(),
        }
    }
}
