//! What a version of the registry says. Every fact carries the entries between which it holds, so that all
//! versions share one structure.

use std::collections::BTreeMap;

use crate::ids::{Digest, Incarnation, Ledger, PersonId, Role, SeatId, UnitId};
use crate::registry::change::{Certificate, PersonRecord, Quorum, SealingPc};
use crate::registry::cut::{CutSubject, Cuts};
use crate::registry::policy::Policy;
use crate::suite::PublicKey;

/// A value in force from entry `since` until before entry `until`.
#[derive(Debug, Clone)]
pub(super) struct Dated<T> {
    since: u32,
    until: u32,
    pub(super) value: T,
}

impl<T> Dated<T> {
    pub(super) const fn new(since: u32, value: T) -> Self {
        Self { since, until: u32::MAX, value }
    }

    pub(super) const fn holds(&self, at: u32) -> bool {
        self.since <= at && at < self.until
    }

    pub(super) const fn end(&mut self, at: u32) {
        self.until = at;
    }
}

/// The values of one key over time, of which at most one is in force.
#[derive(Debug, Clone)]
pub(super) struct History<T>(Vec<Dated<T>>);

impl<T> Default for History<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> History<T> {
    pub(super) fn at(&self, at: u32) -> Option<&T> {
        self.dated(at).map(|dated| &dated.value)
    }

    fn dated(&self, at: u32) -> Option<&Dated<T>> {
        let after = self.0.partition_point(|dated| dated.since <= at);
        self.0.get(after.checked_sub(1)?).filter(|last| last.holds(at))
    }

    pub(super) fn end(&mut self, at: u32) {
        if let Some(last) = self.0.last_mut().filter(|last| last.holds(at)) {
            last.end(at);
        }
    }

    pub(super) fn set(&mut self, at: u32, value: T) {
        self.end(at);
        self.0.push(Dated::new(at, value));
    }
}

/// A role of a person, for one unit or for all (L1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Assignment {
    /// Whose.
    pub person: PersonId,
    /// Which role.
    pub role: Role,
    /// For which unit; none means all.
    pub unit: Option<UnitId>,
}

/// A certified seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Person, device, incarnation and key.
    pub certificate: Certificate,
    /// Short code for working numbers.
    pub code: String,
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRecord {
    /// The name printed.
    pub name: String,
    /// Whether forms may still be made for it on screen.
    pub active: bool,
}

/// An open ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRecord {
    /// The title shown.
    pub title: String,
    /// The PC that seals it (G6).
    pub pc: SealingPc,
}

/// A block of numbers leased to a seat (G7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Text code of the series.
    pub series: String,
    /// Calendar year.
    pub year: u16,
    /// First number.
    pub first: u32,
    /// Last number.
    pub last: u32,
    /// Who may give them.
    pub seat: SeatId,
}

#[derive(Debug, Clone)]
pub(super) struct Bureau {
    pub(super) name: String,
    pub(super) level: String,
    pub(super) suite: u8,
}

#[derive(Debug, Clone)]
pub(super) struct DefinitionRecord {
    pub(super) policy: Policy,
    pub(super) active: bool,
}

/// All versions of everything.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    pub(super) bureau: Option<Bureau>,
    pub(super) quorum: History<Quorum>,
    pub(super) root_quorum: History<Quorum>,
    pub(super) persons: BTreeMap<PersonId, History<PersonRecord>>,
    pub(super) units: BTreeMap<UnitId, History<UnitRecord>>,
    pub(super) assignments: Vec<Dated<Assignment>>,
    pub(super) by_person: BTreeMap<PersonId, Vec<u32>>,
    pub(super) seats: BTreeMap<SeatId, History<Seat>>,
    pub(super) delegations: BTreeMap<(PersonId, PersonId), History<(String, String)>>,
    pub(super) ledgers: BTreeMap<Ledger, History<LedgerRecord>>,
    pub(super) definitions: BTreeMap<Digest, History<DefinitionRecord>>,
    pub(super) leases: Vec<Dated<Lease>>,
    pub(super) number_seat: History<SeatId>,
    pub(super) settings: BTreeMap<String, History<String>>,
    pub(super) endpoint_keys: BTreeMap<Incarnation, History<PublicKey>>,
    pub(super) cuts: Cuts,
}

/// The assignments on which a legal event stands: those without which it would be illegal (E2, role_end).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Grounds(Vec<u32>);

impl Grounds {
    /// Notes a demand that any one of `assignments` meets. Only a single one can be missed.
    pub(crate) fn any_of(&mut self, assignments: &[u32]) {
        if let [only] = assignments {
            self.0.push(*only);
        }
    }

    pub(crate) fn sole(&self) -> &[u32] {
        &self.0
    }
}

/// One version of the registry: a cheap handle into the chain.
#[derive(Debug, Clone, Copy)]
pub struct Registry<'a> {
    pub(super) facts: &'a Facts,
    pub(super) number: u32,
}

fn current<K, T>(map: &BTreeMap<K, History<T>>, at: u32) -> impl Iterator<Item = (&K, &T)> {
    map.iter().filter_map(move |(key, history)| Some((key, history.at(at)?)))
}

impl<'a> Registry<'a> {
    /// Number of its last entry.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Another version of the same chain; every admitted event's epoch is one.
    pub const fn version(&self, number: u32) -> Self {
        Self { number, ..*self }
    }

    /// The bureau's name.
    pub fn name(&self) -> &'a str {
        self.facts.bureau.as_ref().map_or("", |bureau| &bureau.name)
    }

    /// Text code of the bureau's administrative level.
    pub fn level(&self) -> &'a str {
        self.facts.bureau.as_ref().map_or("", |bureau| &bureau.level)
    }

    /// The workspace's signature suite (K3).
    pub fn suite(&self) -> u8 {
        self.facts.bureau.as_ref().map_or(0, |bureau| bureau.suite)
    }

    /// Who signs the next entry (G1).
    pub fn quorum(&self) -> Option<&'a Quorum> {
        self.facts.quorum.at(self.number)
    }

    /// Who signs what ends a fork (G2).
    pub fn root_quorum(&self) -> Option<&'a Quorum> {
        self.facts.root_quorum.at(self.number)
    }

    /// A person's record.
    pub fn person(&self, person: PersonId) -> Option<&'a PersonRecord> {
        self.facts.persons.get(&person)?.at(self.number)
    }

    /// All persons, ascending by id.
    pub fn persons(&self) -> impl Iterator<Item = (PersonId, &'a PersonRecord)> {
        current(&self.facts.persons, self.number).map(|(id, record)| (*id, record))
    }

    /// A unit's record.
    pub fn unit(&self, unit: UnitId) -> Option<&'a UnitRecord> {
        self.facts.units.get(&unit)?.at(self.number)
    }

    /// All units, ascending by id.
    pub fn units(&self) -> impl Iterator<Item = (UnitId, &'a UnitRecord)> {
        current(&self.facts.units, self.number).map(|(id, record)| (*id, record))
    }

    fn in_force(&self, index: u32) -> Option<&'a Assignment> {
        let dated = self.facts.assignments.get(index as usize)?;
        dated.holds(self.number).then_some(&dated.value)
    }

    /// The roles of a person.
    pub fn roles_of(&self, person: PersonId) -> Vec<&'a Assignment> {
        let indices = self.facts.by_person.get(&person).map_or(&[][..], Vec::as_slice);
        indices.iter().filter_map(|&index| self.in_force(index)).collect()
    }

    /// All role assignments in force, in the order in which they were given.
    pub fn assignments(&self) -> impl Iterator<Item = &'a Assignment> {
        let number = self.number;
        self.facts.assignments.iter().filter(move |dated| dated.holds(number)).map(|dated| &dated.value)
    }

    /// Whether the person holds the role for the unit, or for all units.
    pub fn holds(&self, person: PersonId, role: &Role, unit: UnitId) -> bool {
        !self.grounds(person, std::slice::from_ref(role), &[unit]).is_empty()
    }

    /// Persons who hold the role for the unit or for all units, ascending by id.
    pub fn holders(&self, role: &Role, unit: UnitId) -> Vec<PersonId> {
        self.holders_of(std::slice::from_ref(role), &[unit]).into_keys().collect()
    }

    /// Assignments that give the person one of the roles for one of the units.
    pub(crate) fn grounds(&self, person: PersonId, roles: &[Role], units: &[UnitId]) -> Vec<u32> {
        let indices = self.facts.by_person.get(&person).map_or(&[][..], Vec::as_slice);
        indices
            .iter()
            .copied()
            .filter(|&index| self.in_force(index).is_some_and(|a| a.covers(roles, units)))
            .collect()
    }

    /// Persons who hold one of the roles for one of the units, with the assignments that say so.
    pub(crate) fn holders_of(&self, roles: &[Role], units: &[UnitId]) -> BTreeMap<PersonId, Vec<u32>> {
        let mut holders = BTreeMap::<_, Vec<_>>::new();
        for (index, dated) in (0u32..).zip(&self.facts.assignments) {
            if dated.holds(self.number) && dated.value.covers(roles, units) {
                holders.entry(dated.value.person).or_default().push(index);
            }
        }
        holders
    }

    /// A certified seat; none once it is revoked.
    pub fn seat(&self, seat: SeatId) -> Option<&'a Seat> {
        self.facts.seats.get(&seat)?.at(self.number)
    }

    /// All certified seats, ascending by id.
    pub fn seats(&self) -> impl Iterator<Item = (SeatId, &'a Seat)> {
        current(&self.facts.seats, self.number).map(|(id, seat)| (*id, seat))
    }

    /// The seat that holds every number not leased (G7): the founding seat, until another is named.
    pub fn number_seat(&self) -> Option<SeatId> {
        self.facts.number_seat.at(self.number).copied()
    }

    /// Advisory first and last day of a delegation in force.
    pub fn delegation(&self, from: PersonId, to: PersonId) -> Option<(&'a str, &'a str)> {
        let (since, until) = self.facts.delegations.get(&(from, to))?.at(self.number)?;
        Some((since, until))
    }

    /// All delegations in force as (from, to), ascending.
    pub fn delegations(&self) -> impl Iterator<Item = (PersonId, PersonId)> {
        current(&self.facts.delegations, self.number).map(|(pair, _)| *pair)
    }

    /// An open ledger.
    pub fn ledger(&self, ledger: &Ledger) -> Option<&'a LedgerRecord> {
        self.facts.ledgers.get(ledger)?.at(self.number)
    }

    /// All open ledgers, ascending by code.
    pub fn ledgers(&self) -> impl Iterator<Item = (&'a Ledger, &'a LedgerRecord)> {
        current(&self.facts.ledgers, self.number)
    }

    /// The PC that seals a ledger (G6).
    pub fn sealing_pc(&self, ledger: &Ledger) -> Option<SealingPc> {
        self.ledger(ledger).map(|record| record.pc)
    }

    /// The policy of a definition that is or was active (G5).
    pub fn policy(&self, def: Digest) -> Option<&'a Policy> {
        Some(&self.facts.definitions.get(&def)?.at(self.number)?.policy)
    }

    /// Whether new forms of the definition may be created.
    pub fn is_active(&self, def: Digest) -> bool {
        let record = self.facts.definitions.get(&def).and_then(|history| history.at(self.number));
        record.is_some_and(|record| record.active)
    }

    /// Number of the entry that first activated a definition.
    pub fn definition_entry(&self, def: Digest) -> Option<u32> {
        let first = self.facts.definitions.get(&def)?.0.first()?;
        (first.since <= self.number).then_some(first.since)
    }

    /// All definitions ever activated, with whether they are active, ascending by digest.
    pub fn definitions(&self) -> impl Iterator<Item = (Digest, &'a Policy, bool)> {
        current(&self.facts.definitions, self.number).map(|(def, r)| (*def, &r.policy, r.active))
    }

    /// The value of a setting.
    pub fn setting(&self, key: &str) -> Option<&'a str> {
        self.facts.settings.get(key)?.at(self.number).map(String::as_str)
    }

    /// Number of the entry that gave a setting its value.
    pub fn setting_entry(&self, key: &str) -> Option<u32> {
        self.facts.settings.get(key)?.dated(self.number).map(|dated| dated.since)
    }

    /// All settings, ascending by key.
    pub fn settings(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        current(&self.facts.settings, self.number).map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The key of an endpoint's incarnation.
    pub fn endpoint_key(&self, incarnation: Incarnation) -> Option<&'a PublicKey> {
        self.facts.endpoint_keys.get(&incarnation)?.at(self.number)
    }

    /// The incarnations of endpoints with a key in force, ascending.
    pub fn endpoints(&self) -> impl Iterator<Item = Incarnation> {
        current(&self.facts.endpoint_keys, self.number).map(|(incarnation, _)| *incarnation)
    }

    /// The first entry up to this version that cuts the event (E2).
    pub(crate) fn cut(&self, subject: &CutSubject<'_>) -> Option<u32> {
        self.facts.cuts.find(subject, self.number)
    }

    /// Versions with the same value cut alike.
    pub(crate) fn cuts_version(&self) -> usize {
        self.facts.cuts.version(self.number)
    }
}

impl Assignment {
    fn covers(&self, roles: &[Role], units: &[UnitId]) -> bool {
        roles.contains(&self.role) && self.unit.is_none_or(|unit| units.contains(&unit))
    }
}
