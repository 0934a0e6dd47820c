//! What each change needs and does. Nothing is touched before everything has been checked.

use std::collections::BTreeSet;

use crate::digest::digest;
use crate::ids::{Digest, EventId, PersonId, WorkspaceId};
use crate::limit;
use crate::registry::chain::{Blobs, RegistryError};
use crate::registry::change::{Certificate, Change, Quorum, seat_id};
use crate::registry::cut::{CutWhat, read_allow_list};
use crate::registry::facts::{
    Assignment, Bureau, Dated, DefinitionRecord, Facts, Lease, LedgerRecord, Registry, Seat, UnitRecord,
};

type Outcome = Result<(), RegistryError>;

fn demand(holds: bool, error: RegistryError) -> Outcome {
    if holds { Ok(()) } else { Err(error) }
}

fn allow_list(blobs: &dyn Blobs, allow: Digest) -> Result<BTreeSet<EventId>, RegistryError> {
    let bytes = blobs.blob(allow).ok_or(RegistryError::MissingBlob(allow))?;
    demand(digest(&bytes) == allow, RegistryError::BadBlob(allow))?;
    read_allow_list(&bytes).map_err(|_| RegistryError::BadBlob(allow))
}

fn quorum_of_suite(quorum: &Quorum, suite: u8) -> Outcome {
    let ours = quorum.members.iter().all(|member| member.public.suite() == suite);
    demand(ours, RegistryError::Suite)
}

impl Facts {
    const fn before(&self, number: u32) -> Registry<'_> {
        Registry { facts: self, number: number - 1 }
    }

    /// Applies entry `number`, or leaves everything as it was.
    pub(super) fn apply(
        &mut self,
        ws: WorkspaceId,
        number: u32,
        change: &Change,
        blobs: &dyn Blobs,
    ) -> Outcome {
        match change {
            Change::Found { name, level, suite, quorum, founder, code } => {
                demand(number == 1, RegistryError::Founding)?;
                demand(founder.public.suite() == *suite, RegistryError::Suite)?;
                quorum_of_suite(quorum, *suite)?;
                self.bureau = Some(Bureau { name: name.clone(), level: level.clone(), suite: *suite });
                self.number_seat.set(number, seat_id(ws, founder));
                self.quorum.set(number, quorum.clone());
                self.root_quorum.set(number, quorum.clone());
                self.set_seat(ws, number, founder, code);
            }
            Change::SetQuorum { quorum } => {
                quorum_of_suite(quorum, self.before(number).suite())?;
                self.quorum.set(number, quorum.clone());
            }
            Change::AddPerson { person, record } => {
                self.persons.entry(*person).or_default().set(number, record.clone());
            }
            Change::AddUnit { unit, name, active } => {
                let record = UnitRecord { name: name.clone(), active: *active };
                self.units.entry(*unit).or_default().set(number, record);
            }
            Change::Assign { person, role, unit } => {
                let assignment = Assignment { person: *person, role: role.clone(), unit: *unit };
                return self.assign(number, assignment);
            }
            Change::SeatCertify { certificate, code } => {
                return self.certify(ws, number, certificate, code);
            }
            other => return self.apply_ending(number, other, blobs),
        }
        Ok(())
    }

    fn apply_ending(&mut self, number: u32, change: &Change, blobs: &dyn Blobs) -> Outcome {
        match change {
            Change::Revoke { seat, allow } => {
                demand(self.before(number).seat(*seat).is_some(), RegistryError::NotInForce)?;
                let allow = allow_list(blobs, *allow)?;
                self.seats.entry(*seat).or_default().end(number);
                self.cuts.push(number, CutWhat::Seat(*seat), allow);
            }
            Change::RoleEnd { person, role, unit, allow } => {
                let ended = Assignment { person: *person, role: role.clone(), unit: *unit };
                let index = self.find_assignment(number, &ended).ok_or(RegistryError::NotInForce)?;
                let allow = allow_list(blobs, *allow)?;
                self.assignments[index].end(number);
                self.cuts.push(number, CutWhat::Role(index as u32), allow);
            }
            Change::Delegate { from, to, since, until } => {
                self.person_known(number, *from)?;
                self.person_known(number, *to)?;
                demand(from != to, RegistryError::OutOfRange)?;
                let running = self.before(number).delegation(*from, *to).is_some();
                demand(!running, RegistryError::AlreadyInForce)?;
                let dates = (since.clone(), until.clone());
                self.delegations.entry((*from, *to)).or_default().set(number, dates);
            }
            Change::DelegationEnd { from, to, allow } => {
                let running = self.before(number).delegation(*from, *to).is_some();
                demand(running, RegistryError::NotInForce)?;
                let allow = allow_list(blobs, *allow)?;
                self.delegations.entry((*from, *to)).or_default().end(number);
                self.cuts.push(number, CutWhat::Delegation { from: *from, to: *to }, allow);
            }
            Change::SeatMove { ledger, from, to, allow } => {
                let record = self.before(number).ledger(ledger).ok_or(RegistryError::NotInForce)?;
                demand(record.pc == *from, RegistryError::NotInForce)?;
                demand(from != to, RegistryError::OutOfRange)?;
                let moved = LedgerRecord { title: record.title.clone(), pc: *to };
                let allow = allow_list(blobs, *allow)?;
                self.ledgers.entry(ledger.clone()).or_default().set(number, moved);
                self.cuts.push(number, CutWhat::Sealing(ledger.clone(), *from), allow);
            }
            Change::ExtendAllow { entry, allow } => {
                demand(self.cuts.is_cut(*entry), RegistryError::NotInForce)?;
                let allow = allow_list(blobs, *allow)?;
                self.cuts.extend(number, *entry, allow);
            }
            other => return self.apply_setting(number, other),
        }
        Ok(())
    }

    fn apply_setting(&mut self, number: u32, change: &Change) -> Outcome {
        match change {
            Change::ActivateDefinition { def, policy } => {
                let open = self.before(number).ledger(&policy.ledger).is_some();
                demand(open, RegistryError::NotInForce)?;
                let record = DefinitionRecord { policy: policy.clone(), active: true };
                self.definitions.entry(*def).or_default().set(number, record);
            }
            Change::RetireDefinition { def } => {
                let before = self.before(number);
                demand(before.is_active(*def), RegistryError::NotInForce)?;
                let policy = before.policy(*def).ok_or(RegistryError::NotInForce)?.clone();
                let record = DefinitionRecord { policy, active: false };
                self.definitions.entry(*def).or_default().set(number, record);
            }
            Change::Lease { series, year, first, last, seat } => {
                demand(self.before(number).seat(*seat).is_some(), RegistryError::NotInForce)?;
                let sound = 1 <= *first && first <= last && *last <= limit::NUMBER_MAX;
                demand(sound && (1000..=9999).contains(year), RegistryError::OutOfRange)?;
                let lease =
                    Lease { series: series.clone(), year: *year, first: *first, last: *last, seat: *seat };
                self.leases.push(Dated::new(number, lease));
            }
            Change::Setting { key, value } if value.is_empty() => {
                self.settings.entry(key.clone()).or_default().end(number);
            }
            Change::Setting { key, value } => {
                self.settings.entry(key.clone()).or_default().set(number, value.clone());
            }
            Change::LedgerOpen { ledger, title, pc } => {
                let open = self.before(number).ledger(ledger).is_some();
                demand(!open, RegistryError::AlreadyInForce)?;
                let record = LedgerRecord { title: title.clone(), pc: *pc };
                self.ledgers.entry(ledger.clone()).or_default().set(number, record);
            }
            Change::EndpointKey { incarnation, public } => {
                demand(public.suite() == self.before(number).suite(), RegistryError::Suite)?;
                self.endpoint_keys.entry(*incarnation).or_default().set(number, public.clone());
            }
            other => return self.apply_root(number, other),
        }
        Ok(())
    }

    /// What concerns endpoints, the root, and the numbers that nobody leases.
    fn apply_root(&mut self, number: u32, change: &Change) -> Outcome {
        match change {
            Change::EndpointKeyEnd { incarnation } => {
                let running = self.before(number).endpoint_key(*incarnation).is_some();
                demand(running, RegistryError::NotInForce)?;
                self.endpoint_keys.entry(*incarnation).or_default().end(number);
            }
            Change::RootQuorum { quorum } => {
                quorum_of_suite(quorum, self.before(number).suite())?;
                self.root_quorum.set(number, quorum.clone());
            }
            Change::Settle { fork, quorum } => {
                quorum_of_suite(quorum, self.before(number).suite())?;
                demand(1 < *fork && *fork < number, RegistryError::OutOfRange)?;
                self.quorum.set(number, quorum.clone());
            }
            Change::NumberSeat { seat } => {
                demand(self.before(number).seat(*seat).is_some(), RegistryError::NotInForce)?;
                self.number_seat.set(number, *seat);
            }
            _ => {}
        }
        Ok(())
    }

    fn person_known(&self, number: u32, person: PersonId) -> Outcome {
        demand(self.before(number).person(person).is_some(), RegistryError::NotInForce)
    }

    fn find_assignment(&self, number: u32, assignment: &Assignment) -> Option<usize> {
        self.assignments.iter().position(|d| d.holds(number - 1) && d.value == *assignment)
    }

    fn assign(&mut self, number: u32, assignment: Assignment) -> Outcome {
        self.person_known(number, assignment.person)?;
        let unit_known = assignment.unit.is_none_or(|unit| self.before(number).unit(unit).is_some());
        demand(unit_known, RegistryError::NotInForce)?;
        demand(self.find_assignment(number, &assignment).is_none(), RegistryError::AlreadyInForce)?;
        let index = self.assignments.len() as u32;
        self.by_person.entry(assignment.person).or_default().push(index);
        self.assignments.push(Dated::new(number, assignment));
        Ok(())
    }

    fn certify(&mut self, ws: WorkspaceId, number: u32, certificate: &Certificate, code: &str) -> Outcome {
        self.person_known(number, certificate.person)?;
        let ours = certificate.public.suite() == self.before(number).suite();
        demand(ours, RegistryError::Suite)?;
        // A revoked seat is never certified again: its old events would come back to life.
        let used = self.seats.contains_key(&seat_id(ws, certificate));
        demand(!used, RegistryError::AlreadyInForce)?;
        self.set_seat(ws, number, certificate, code);
        Ok(())
    }

    fn set_seat(&mut self, ws: WorkspaceId, number: u32, certificate: &Certificate, code: &str) {
        let seat = Seat { certificate: certificate.clone(), code: code.to_owned() };
        self.seats.entry(seat_id(ws, certificate)).or_default().set(number, seat);
    }
}
