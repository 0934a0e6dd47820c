//! The registry as the rules read it, replayed from its changes each time a version is asked for.

use super::Ids;
use qianban_journal::{
    Certificate, Change, Digest, Incarnation, Ledger, Number, PersonId, Policy, PublicKey, Role, SealingPc,
    SeatId, UnitId, WorkspaceId, seat_id,
};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A role for one unit or for all (L1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Assignment {
    pub person: PersonId,
    pub role: Role,
    pub unit: Option<UnitId>,
}

/// What an entry takes away (G4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cut {
    Seat(SeatId),
    Role(Assignment),
    Delegation { from: PersonId, to: PersonId },
    Sealing { ledger: Ledger, from: SealingPc },
}

/// The entries 1, 2, … and the allow-lists they name.
#[derive(Debug, Default)]
pub struct Office {
    pub ws: Option<WorkspaceId>,
    pub changes: Vec<Change>,
    pub lists: BTreeMap<Digest, Ids>,
    replays: RefCell<BTreeMap<u32, Rc<Books>>>,
}

/// The registry at one version.
#[derive(Clone, Debug, Default)]
pub struct Books {
    assignments: BTreeSet<Assignment>,
    policies: BTreeMap<Digest, (Policy, bool)>,
    delegations: BTreeSet<(PersonId, PersonId)>,
    seats: BTreeMap<SeatId, Certificate>,
    sealing: BTreeMap<Ledger, SealingPc>,
    leases: Vec<(SeatId, String, u16, u32, u32)>,
    rest: Option<SeatId>,
    endpoints: BTreeMap<Incarnation, PublicKey>,
    delegation_days: BTreeMap<(PersonId, PersonId), (String, String)>,
}

impl Office {
    pub fn at(&self, version: u32) -> Rc<Books> {
        if let Some(known) = self.replays.borrow().get(&version) {
            return known.clone();
        }
        let mut books = Books::default();
        for change in &self.changes[..version as usize] {
            books.apply(self.ws.expect("founded"), change);
        }
        let books = Rc::new(books);
        self.replays.borrow_mut().insert(version, books.clone());
        books
    }

    /// What entry `number` takes away, if it does.
    pub fn cut(&self, number: u32) -> Option<Cut> {
        Some(match &self.changes[number as usize - 1] {
            Change::Revoke { seat, .. } => Cut::Seat(*seat),
            Change::RoleEnd { person, role, unit, .. } => {
                Cut::Role(Assignment { person: *person, role: role.clone(), unit: *unit })
            }
            Change::DelegationEnd { from, to, .. } => Cut::Delegation { from: *from, to: *to },
            Change::SeatMove { ledger, from, .. } => Cut::Sealing { ledger: ledger.clone(), from: *from },
            _ => return None,
        })
    }

    /// The allow-list of entry `number` with the extensions known at `version`.
    pub fn allowed(&self, number: u32, version: u32) -> Ids {
        let own = match &self.changes[number as usize - 1] {
            Change::Revoke { allow, .. }
            | Change::RoleEnd { allow, .. }
            | Change::DelegationEnd { allow, .. }
            | Change::SeatMove { allow, .. } => Some(*allow),
            _ => None,
        };
        let more = self.changes[..version as usize].iter().filter_map(|change| match change {
            Change::ExtendAllow { entry, allow } if *entry == number => Some(*allow),
            _ => None,
        });
        own.into_iter().chain(more).flat_map(|digest| self.lists[&digest].iter().copied()).collect()
    }
}

impl Books {
    fn apply(&mut self, ws: WorkspaceId, change: &Change) {
        match change.clone() {
            Change::Found { founder, .. } => {
                let seat = seat_id(ws, &founder);
                self.rest = Some(seat);
                self.seats.insert(seat, founder);
            }
            Change::Assign { person, role, unit } => {
                self.assignments.insert(Assignment { person, role, unit });
            }
            Change::RoleEnd { person, role, unit, .. } => {
                self.assignments.remove(&Assignment { person, role, unit });
            }
            Change::SeatCertify { certificate, .. } => {
                self.seats.insert(seat_id(ws, &certificate), certificate);
            }
            Change::Delegate { from, to, since, until } => {
                self.delegations.insert((from, to));
                self.delegation_days.insert((from, to), (since, until));
            }
            Change::DelegationEnd { from, to, .. } => {
                self.delegations.remove(&(from, to));
            }
            Change::SeatMove { ledger, to, .. } => {
                self.sealing.insert(ledger, to);
            }
            Change::LedgerOpen { ledger, pc, .. } => {
                self.sealing.insert(ledger, pc);
            }
            Change::ActivateDefinition { def, policy } => {
                self.policies.insert(def, (policy, true));
            }
            Change::RetireDefinition { def } => {
                if let Some((_, active)) = self.policies.get_mut(&def) {
                    *active = false;
                }
            }
            Change::NumberSeat { seat } => self.rest = Some(seat),
            Change::EndpointKey { incarnation, public } => {
                self.endpoints.insert(incarnation, public);
            }
            Change::Lease { series, year, first, last, seat } => {
                self.leases.push((seat, series, year, first, last));
            }
            _ => {}
        }
    }

    pub fn assignments(&self) -> Vec<Assignment> {
        self.assignments.iter().cloned().collect()
    }

    pub fn delegations(&self) -> Vec<(PersonId, PersonId)> {
        self.delegations.iter().copied().collect()
    }

    /// This registry without one assignment (E2).
    pub fn without(&self, gone: &Assignment) -> Self {
        let mut less = self.clone();
        less.assignments.remove(gone);
        less
    }

    pub fn holds(&self, person: PersonId, roles: &[Role], units: &[UnitId]) -> bool {
        self.holders(roles, units).contains(&person)
    }

    /// Who holds one of the roles for one of the units.
    pub fn holders(&self, roles: &[Role], units: &[UnitId]) -> BTreeSet<PersonId> {
        let fits =
            |a: &&Assignment| roles.contains(&a.role) && a.unit.is_none_or(|unit| units.contains(&unit));
        self.assignments.iter().filter(fits).map(|a| a.person).collect()
    }

    pub fn registrar(&self, person: PersonId, unit: UnitId) -> bool {
        self.holds(person, &[Role::from("registrar")], &[unit])
    }

    pub fn delegated(&self, from: PersonId, to: PersonId) -> bool {
        self.delegations.contains(&(from, to))
    }

    /// First and last day of a delegation, as written.
    pub fn delegation_days(&self, from: PersonId, to: PersonId) -> Option<(&str, &str)> {
        let (since, until) = self.delegation_days.get(&(from, to)).filter(|_| self.delegated(from, to))?;
        Some((since, until))
    }

    pub fn endpoint(&self, incarnation: Incarnation) -> Option<&PublicKey> {
        self.endpoints.get(&incarnation)
    }

    /// A definition's policy, retired or not: a form in flight goes on.
    pub fn policy(&self, def: Digest) -> Option<&Policy> {
        self.policies.get(&def).map(|(policy, _)| policy)
    }

    pub fn active_policy(&self, def: Digest) -> Option<&Policy> {
        self.policies.get(&def).filter(|(_, active)| *active).map(|(policy, _)| policy)
    }

    pub fn pc_of(&self, seat: SeatId) -> Option<SealingPc> {
        let certificate = self.seats.get(&seat)?;
        Some(SealingPc { device: certificate.device, incarnation: certificate.incarnation })
    }

    pub fn sealing_pc(&self, ledger: &Ledger) -> Option<SealingPc> {
        self.sealing.get(ledger).copied()
    }

    /// G7: the latest lease of the number; one seat holds what nobody leases.
    pub fn leased(&self, seat: SeatId, series: &str, number: &Number) -> bool {
        let mut holder = self.rest;
        for (to, of, year, first, last) in &self.leases {
            if of == series && *year == number.year && (*first..=*last).contains(&number.n) {
                holder = Some(*to);
            }
        }
        number.series == series && holder == Some(seat)
    }
}
