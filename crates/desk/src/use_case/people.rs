//! `people`: the registry as a person reads it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;
use qianban_journal::{Change, Lease, Ledger, LedgerRecord, PersonId, Registry, RegistryEntry, SeatId};

use crate::api::{
    BlockView, DelegationView, Nothing, People, PersonView, RegistryRow, RoleView, SealingView, SeatView,
    UnitView,
};
use crate::opened::Opened;
use crate::sign::registry::revoked_key;
use crate::{Desk, Refused, ambient, registry_words, role};

/// Entries that are listed.
const ENTRIES_MAX: u32 = 200;
/// Hex digits of a hash that are shown.
const HASH_DIGITS: usize = 16;

pub(crate) fn run(desk: &Desk, _: Nothing) -> Result<People, Refused> {
    let sitting = desk.sitting()?;
    let opened = &sitting.opened;
    let chain = opened.chain()?;
    let registry = Opened::registry(&chain)?;
    let mut entries = opened.registry_entries(1, registry.number())?;
    let seats = seats(opened, registry, &entries);
    let people = registry.persons().map(|(id, _)| id).collect::<Vec<_>>();
    let mut people: Vec<_> =
        people.into_iter().map(|id| (first_entry(&entries, id), person(registry, id, &seats))).collect();
    people.sort_by_key(|(entry, _)| *entry);
    entries.reverse();
    entries.truncate(ENTRIES_MAX as usize);
    Ok(People {
        people: people.into_iter().map(|(_, view)| view).collect(),
        units: units(registry),
        roles: qianban_catalog::roles()
            .iter()
            .map(|role| RoleView { code: role.code.clone(), title: role.name.clone() })
            .collect(),
        may_change: role::signs_registry(registry, sitting.person),
        delegations: delegations(registry),
        ledgers: ledgers(opened, registry),
        series: series(registry).into_iter().map(str::to_owned).collect(),
        blocks: blocks(desk, opened, registry)?,
        number_seat: registry.number_seat().map(|seat| seat.to_string()),
        entries: entries.iter().map(|entry| row(registry, entry)).collect(),
    })
}

/// The units in use, the bureau itself first.
fn units(registry: Registry<'_>) -> Vec<UnitView> {
    let active = registry.units().filter(|(_, record)| record.active);
    let view = active.map(|(id, record)| UnitView { id: id.to_string(), name: record.name.clone() });
    let mut units: Vec<_> = view.collect();
    units.sort_by_key(|unit| unit.name != registry.name());
    units
}

fn delegations(registry: Registry<'_>) -> Vec<DelegationView> {
    let view = |(from, to): (PersonId, PersonId)| {
        let (since, until) = registry.delegation(from, to)?;
        let (from, to) = (from.to_string(), to.to_string());
        Some(DelegationView { from, to, since: since.to_owned(), until: until.to_owned() })
    };
    registry.delegations().filter_map(view).collect()
}

fn ledgers(opened: &Opened, registry: Registry<'_>) -> Vec<SealingView> {
    let view = |(ledger, record): (&Ledger, &LedgerRecord)| {
        let seats = registry.seats().filter(|(_, seat)| seat.certificate.pc() == record.pc);
        SealingView {
            ledger: ledger.0.clone(),
            title: record.title.clone(),
            seats: seats.map(|(id, _)| id.to_string()).collect(),
            here: record.pc.incarnation == opened.incarnation,
        }
    };
    registry.ledgers().map(view).collect()
}

/// Series of the definitions in use, each once.
fn series(registry: Registry<'_>) -> BTreeSet<&str> {
    registry.definitions().filter_map(|(_, policy, _)| policy.series.as_deref()).collect()
}

fn blocks(desk: &Desk, opened: &Opened, registry: Registry<'_>) -> Result<Vec<BlockView>, Refused> {
    let this = u16::try_from(ambient::office(desk.ambient().now()).year()).unwrap_or_default();
    opened.store.read(|reader| {
        let mut blocks = Vec::new();
        for series in series(registry) {
            for year in [this, this.saturating_sub(1)] {
                for block in registry.blocks(series, year) {
                    let used = reader.highest_number(series, year, block.first..=block.last)?;
                    let Lease { first, last, seat, .. } = block;
                    let (series, seat) = (series.to_owned(), seat.to_string());
                    blocks.push(BlockView { series, year, first, last, seat, used });
                }
            }
        }
        Ok(blocks)
    })
}

/// Number of the entry that first named a person.
fn first_entry(entries: &[RegistryEntry], person: PersonId) -> u32 {
    let names = |entry: &&RegistryEntry| matches!(&entry.body, Change::AddPerson { person: named, .. } if *named == person);
    entries.iter().find(names).map_or(u32::MAX, |entry| entry.number)
}

/// Every seat ever certified, revoked ones too, by person.
fn seats(
    opened: &Opened,
    registry: Registry<'_>,
    entries: &[RegistryEntry],
) -> BTreeMap<PersonId, Vec<SeatView>> {
    let mut seats = BTreeMap::<PersonId, Vec<SeatView>>::new();
    for entry in entries {
        let (certificate, code) = match &entry.body {
            Change::Found { founder, code, .. } => (founder, code),
            Change::SeatCertify { certificate, code } => (certificate, code),
            _ => continue,
        };
        let id: SeatId = qianban_journal::seat_id(entry.ws, certificate);
        seats.entry(certificate.person).or_default().push(SeatView {
            id: id.to_string(),
            code: code.clone(),
            here: certificate.incarnation == opened.incarnation,
            revoked: registry.seat(id).is_none(),
            reason: registry.setting(&revoked_key(id)).unwrap_or_default().to_owned(),
        });
    }
    seats
}

fn person(registry: Registry<'_>, id: PersonId, seats: &BTreeMap<PersonId, Vec<SeatView>>) -> PersonView {
    let record = registry.person(id);
    let unit = record.and_then(|record| record.unit).and_then(|unit| registry.unit(unit));
    let mut roles: Vec<String> =
        registry.roles_of(id).iter().map(|held| held.role.as_str().to_owned()).collect();
    roles.dedup();
    PersonView {
        id: id.to_string(),
        name: record.map(|record| record.name.clone()).unwrap_or_default(),
        unit: unit.map(|unit| unit.name.clone()).unwrap_or_default(),
        roles,
        seats: seats.get(&id).cloned().unwrap_or_default(),
    }
}

fn row(registry: Registry<'_>, entry: &RegistryEntry) -> RegistryRow {
    let quorum = registry.quorum();
    let signer = |index: u8| {
        let member = quorum.and_then(|quorum| quorum.members.get(usize::from(index)));
        member.and_then(|member| registry.person(member.person)).map(|record| record.name.clone())
    };
    RegistryRow {
        number: entry.number,
        text: registry_words::change(registry, &entry.body),
        signers: entry.sigs.iter().filter_map(|signature| signer(signature.member)).collect(),
        hash: entry.hash().to_string().chars().take(HASH_DIGITS).collect(),
    }
}
