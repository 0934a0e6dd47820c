//! A database that was put back from a backup, or carried or imaged to another computer, begins a new life (K6): whoever
//! had a seat here reads and drafts, asks for a new seat, and signs once it is certified. Sealing waits for an exchange
//! as well (K7).

use std::collections::BTreeSet;

use qianban_journal::{
    Certificate, DeviceId, Incarnation, PersonId, Registry, RegistryChain, Seat, SeatId, seat_id,
};
use qianban_store::{
    Anchor, AnchorError, AnchorFile, Copied, Found, LogPrefix, Password, Reader, SeatRequest, Store,
    StoreError,
};

use crate::opened::Opened;
use crate::use_case::join::{self, Newcomer};
use crate::{Ambient, Code, Desk, Refused, machine, names};

/// What this PC remembers, after a new life was begun if the database is a copy. A file whose registry is damaged is left
/// as it is: nothing can be written on top of it.
pub(crate) fn begin(store: &Store, file: &AnchorFile, ambient: &dyn Ambient) -> Result<Anchor, Refused> {
    let remembered = match file.read() {
        Ok(remembered) => remembered,
        // How far this PC had come is not known, as if the file were not there.
        Err(AnchorError::Damaged(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let machine = machine::fingerprint();
    let (found, copied) = store.read(|reader| {
        let found = Found {
            incarnation: reader.incarnation()?,
            machine: &machine,
            registry_number: reader.registry().head().map_or(0, |head| head.number),
        };
        let holds = |event| Ok::<_, StoreError>(reader.envelope(event)?.is_some());
        let copied = remembered.as_ref().map(|anchor| anchor.copied(found, holds)).transpose()?;
        Ok::<_, StoreError>((found, copied))
    })?;
    let (former, elsewhere) = match (remembered, copied) {
        (Some(anchor), Some(None)) => return same(file, anchor, &machine),
        (Some(anchor), _) if store.bad_entry().is_some() => return Ok(anchor),
        (Some(anchor), copied) => (anchor, copied == Some(Some(Copied::OtherMachine))),
        (None, _) if store.bad_entry().is_some() => {
            return Err(Refused::about(Code::HostDamaged, "名册和进度记录"));
        }
        (None, _) => (Anchor::new(Incarnation([0; 16]), String::new()), true),
    };
    let device = if elsewhere { Some(DeviceId(ambient.bytes()?)) } else { None };
    let renewed = former.renewed(Incarnation(ambient.bytes()?), found, device);
    tracing::warn!(?copied, "the database is a copy: a new life begins");
    store.write(|writer| writer.set_incarnation(renewed.incarnation))?;
    file.write(&renewed)?;
    Ok(renewed)
}

/// The same computer may have another part than last time; the next one is compared with what it is now.
fn same(file: &AnchorFile, anchor: Anchor, machine: &str) -> Result<Anchor, Refused> {
    if machine.is_empty() || anchor.machine == machine {
        return Ok(anchor);
    }
    let anchor = Anchor { machine: machine.to_owned(), ..anchor };
    file.write(&anchor)?;
    Ok(anchor)
}

/// Seats of a person on this PC in lives before, still in force, whose keys are here.
pub(crate) fn former_seats<'a>(
    opened: &Opened,
    registry: Registry<'a>,
    person: PersonId,
) -> Result<Vec<(SeatId, &'a Seat)>, Refused> {
    let kept = opened.vault.seats(person)?.into_iter();
    let seats = kept.filter_map(|seat| Some((seat, registry.seat(seat)?)));
    let former = |certificate: &Certificate| {
        certificate.person == person && certificate.incarnation != opened.incarnation
    };
    Ok(seats.filter(|(_, seat)| former(&seat.certificate)).collect())
}

/// The seat that a person of the registry asked for in this life and that is not certified.
pub(crate) fn asked(
    opened: &Opened,
    reader: &Reader<'_>,
    registry: Registry<'_>,
    person: PersonId,
) -> Result<Option<Certificate>, Refused> {
    let active = registry.person(person).is_some_and(|record| record.active);
    if !active || opened.seat(registry, person).is_some() {
        return Ok(None);
    }
    let mut requests = reader.seat_requests()?.into_iter().map(|asked| asked.certificate);
    Ok(requests.find(|asked| asked.person == person && asked.incarnation == opened.incarnation))
}

/// The seat that a person asked for, as it will be called once it is certified.
pub(crate) fn asked_seat(
    opened: &Opened,
    reader: &Reader<'_>,
    chain: &RegistryChain,
    person: PersonId,
) -> Result<Option<SeatId>, Refused> {
    let asked = asked(opened, reader, Opened::registry(chain)?, person)?;
    Ok(asked.zip(chain.workspace()).map(|(asked, ws)| seat_id(ws, &asked)))
}

/// Whether a person may sit down here without a seat, to read and to draft.
pub(crate) fn may_draft(opened: &Opened, registry: Registry<'_>, person: PersonId) -> Result<bool, Refused> {
    let asked = opened.store.read(|reader| asked(opened, reader, registry, person))?;
    Ok(asked.is_some() || !former_seats(opened, registry, person)?.is_empty())
}

/// Asks for the seat of somebody whose seat, or whose request, was of a life before.
pub(crate) fn ask(
    desk: &Desk,
    opened: &Opened,
    person: PersonId,
    password: &Password,
) -> Result<(), Refused> {
    let chain = opened.chain()?;
    let requests = opened.store.read(|reader| reader.seat_requests())?;
    let own = requests.iter().find(|asked| asked.certificate.person == person);
    if own.is_some_and(|asked| asked.certificate.incarnation == opened.incarnation) {
        return Ok(());
    }
    let before = match (chain.now(), own) {
        (Some(registry), _) if opened.seat(registry, person).is_some() => None,
        (Some(registry), _) => {
            let former = former_seats(opened, registry, person)?;
            former.first().map(|(_, seat)| (names::person(registry, person), seat.certificate.device))
        }
        (None, own) => own.map(|asked| (asked.name.clone(), asked.certificate.device)),
    };
    let Some((name, before)) = before else { return Ok(()) };
    let device = device(opened, &chain, &requests)?.unwrap_or(before);
    let newcomer = Newcomer { person, device, incarnation: opened.incarnation, name: &name };
    let request = newcomer.ask(desk.ambient(), &opened.vault, password)?;
    Ok(opened.store.write(|writer| writer.put_seat_request(&request))?)
}

/// How this PC is called in this life: as in the seats that it has or asked for, or by a new name on another computer.
/// `None` where it keeps its name.
fn device(
    opened: &Opened,
    chain: &RegistryChain,
    requests: &[SeatRequest],
) -> Result<Option<DeviceId>, Refused> {
    let here = |certificate: &Certificate| certificate.incarnation == opened.incarnation;
    let certified = chain.now().and_then(|registry| {
        let mut seats = registry.seats().map(|(_, seat)| &seat.certificate);
        seats.find(|certificate| here(certificate))
    });
    let asked = requests.iter().map(|asked| &asked.certificate).find(|certificate| here(certificate));
    match certified.or(asked) {
        Some(certificate) => Ok(Some(certificate.device)),
        None => Ok(opened.remembered()?.former.and_then(|former| former.device)),
    }
}

/// Every life that this PC has had: those of the seats whose keys are here, and this one.
pub(crate) fn lives(opened: &Opened, registry: Registry<'_>) -> Result<BTreeSet<Incarnation>, Refused> {
    let mut lives = BTreeSet::from([opened.incarnation]);
    for person in opened.vault.people()? {
        lives.extend(
            former_seats(opened, registry, person)?.iter().map(|(_, seat)| seat.certificate.incarnation),
        );
    }
    Ok(lives)
}

/// Whether there is nobody with whom this PC could exchange: no seat on another PC, and no endpoint.
pub(crate) fn is_alone(opened: &Opened, registry: Registry<'_>) -> Result<bool, Refused> {
    let lives = lives(opened, registry)?;
    let elsewhere = registry.seats().any(|(_, seat)| !lives.contains(&seat.certificate.incarnation));
    Ok(!elsewhere && registry.endpoints().next().is_none())
}

/// The only administrator has certified his own new seat: its key goes there, and where nobody is there to exchange with
/// nothing is waited for.
pub(crate) fn renewed(
    desk: &Desk,
    opened: &Opened,
    person: PersonId,
    password: &Password,
) -> Result<(), Refused> {
    join::claim(desk, opened, person, password)?;
    let chain = opened.chain()?;
    if is_alone(opened, Opened::registry(&chain)?)? { opened.note_exchanged() } else { Ok(()) }
}

/// Another PC, or an endpoint, of which this PC has just taken in what it had.
pub(crate) struct Heard<'a> {
    /// Its life.
    pub(crate) incarnation: Incarnation,
    /// Number of its last registry entry.
    pub(crate) registry: u32,
    /// What it holds of device logs, as far as it says so.
    pub(crate) logs: &'a [LogPrefix],
}

/// Sealing is possible again (K7) if whoever was heard knows of this life, by a seat of it in its registry, and holds
/// nothing of the lives before that did not come back.
pub(crate) fn heard(opened: &Opened, heard: &Heard<'_>) -> Result<(), Refused> {
    let Some(former) = opened.remembered()?.former else { return Ok(()) };
    let chain = opened.chain()?;
    let Some(there) = chain.at(heard.registry) else { return Ok(()) };
    let knows = there.seats().any(|(_, seat)| seat.certificate.incarnation == opened.incarnation);
    if !knows || lives(opened, Opened::registry(&chain)?)?.contains(&heard.incarnation) {
        return Ok(());
    }
    let here = opened.store.read(|reader| reader.log_prefixes())?;
    let came_back = |there: &LogPrefix| {
        !former.heads.contains_key(&there.seat)
            || here.iter().any(|here| {
                here.seat == there.seat && here.incarnation == there.incarnation && here.n >= there.n
            })
    };
    if heard.logs.iter().all(came_back) { opened.note_exchanged() } else { Ok(()) }
}
