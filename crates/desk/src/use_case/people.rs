//! `people`: the registry as a person reads it.

use std::collections::BTreeMap;

use qianban_journal::{Change, PersonId, Registry, RegistryEntry, SeatId};

use crate::api::{Nothing, People, PersonView, RegistryRow, RoleView, SeatView, UnitView};
use crate::opened::Opened;
use crate::sign::registry::revoked_key;
use crate::{Desk, Refused, registry_words, role};

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
        units: registry
            .units()
            .filter(|(_, record)| record.active)
            .map(|(id, record)| UnitView { id: id.to_string(), name: record.name.clone() })
            .collect(),
        roles: qianban_catalog::roles()
            .iter()
            .map(|role| RoleView { code: role.code.clone(), title: role.name.clone() })
            .collect(),
        may_change: role::signs_registry(registry, sitting.person),
        entries: entries.iter().map(|entry| row(registry, entry)).collect(),
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
