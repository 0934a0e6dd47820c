//! `found`: the door 「开设本单位台账」.

use std::collections::BTreeSet;

use qianban_journal::{
    Certificate, Change, DeviceId, Digest, Incarnation, Ledger, Member, PersonId, PersonKind, PersonRecord,
    Quorum, RegistryChain, SM2_SM3, SealingPc, SeatId, Signer, Sm2Key, UnitId, WorkspaceId, limit, seat_id,
};
use qianban_store::{Password, Store, StoreError};

use super::host_status::level_code;
use super::new_folder::{NewFolder, Recovery};
use crate::api::{Found, Founded, NewPerson};
use crate::credential::{new_key, new_password};
use crate::forms::{self, ShippedForm};
use crate::role::assignments;
use crate::text::{NAME_CHARS_MAX, PLACE_CHARS_MAX};
use crate::{Ambient, Code, Desk, Refused, glyph, role, text};

const PEOPLE_MAX: usize = 200;
const UNITS_MAX: usize = 500;
/// Roles that the founder gets whatever was asked for.
const FOUNDER_ROLES: [&str; 2] = ["admin", "registrar"];

pub(crate) fn run(desk: &Desk, request: Found) -> Result<Founded, Refused> {
    let folder = NewFolder::begin(desk)?;
    let forms = forms::read(&desk.setup.definitions)?;
    let founding = Founding::of(desk.ambient(), request)?;
    glyph::check(desk, founding.names())?;
    let (number, fingerprint) = founding.build(desk, &folder, &forms)?;
    let names = founding.seats().map(|(person, ..)| (person.id, person.name.clone()));
    let shown = (founding.bureau.as_str(), fingerprint.as_str());
    let Recovery { code, sheet } = folder.finish(names, (founding.incarnation, number), shown)?;
    Ok(Founded { recovery_code: code, recovery_sheet: sheet, fingerprint })
}

/// What is founded, checked.
struct Founding {
    ws: WorkspaceId,
    device: DeviceId,
    incarnation: Incarnation,
    bureau: String,
    level: &'static str,
    /// The bureau itself first.
    units: Vec<(UnitId, String)>,
    people: Vec<Founder>,
}

/// A person to be entered; the first is the founder.
struct Founder {
    id: PersonId,
    name: String,
    unit: UnitId,
    /// Whether the unit is the bureau itself.
    of_bureau: bool,
    roles: Vec<String>,
    seat: Option<FoundingSeat>,
}

struct FoundingSeat {
    key: Sm2Key,
    password: Password,
}

impl Founding {
    /// Everything that is printed of it.
    fn names(&self) -> impl Iterator<Item = &str> {
        let people = self.people.iter().map(|person| person.name.as_str());
        self.units.iter().map(|(_, name)| name.as_str()).chain(people)
    }

    fn of(ambient: &dyn Ambient, request: Found) -> Result<Self, Refused> {
        if request.people.len() > PEOPLE_MAX || request.units.len() > UNITS_MAX {
            return Err(Code::RegistryTooMany.into());
        }
        let bureau = text::name("单位名称", &request.bureau, PLACE_CHARS_MAX)?;
        let mut units = vec![(UnitId(ambient.bytes()?), bureau.clone())];
        for name in &request.units {
            let name = text::name("单位名称", name, PLACE_CHARS_MAX)?;
            if units.iter().any(|(_, known)| *known == name) {
                return Err(Refused::about(Code::UnitTwice, name));
            }
            units.push((UnitId(ambient.bytes()?), name));
        }
        let mut people: Vec<Founder> = Vec::new();
        for (index, person) in request.people.into_iter().enumerate() {
            let person = Founder::of(ambient, person, &units, index == 0)?;
            if people.iter().any(|known| known.name == person.name && known.unit == person.unit) {
                return Err(Refused::about(Code::PersonTwice, person.name));
            }
            people.push(person);
        }
        if people.first().is_none_or(|founder| founder.seat.is_none()) {
            return Err(Code::FounderPassword.into());
        }
        Ok(Self {
            ws: WorkspaceId(ambient.bytes()?),
            device: DeviceId(ambient.bytes()?),
            incarnation: Incarnation(ambient.bytes()?),
            bureau,
            level: level_code(request.level),
            units,
            people,
        })
    }

    /// Fills the folder: registry, definitions, keys. Answers the last entry's number and the ledger's fingerprint.
    fn build(
        &self,
        desk: &Desk,
        folder: &NewFolder<'_>,
        forms: &[ShippedForm],
    ) -> Result<(u32, String), Refused> {
        let now_ms = desk.ambient().now_ms();
        let store = folder.store()?;
        let number = self.write_registry(&store, forms, now_ms)?;
        let fingerprint = store.read(|reader| Ok::<_, StoreError>(reader.registry().root_fingerprint()))?;
        for (person, seat, id) in self.seats() {
            folder.vault.add_person(person.id, &seat.password, &folder.key)?;
            folder.vault.put_signing_key(person.id, id, &*seat.key.to_bytes(), &seat.password, now_ms)?;
        }
        Ok((number, fingerprint))
    }

    fn write_registry(&self, store: &Store, forms: &[ShippedForm], now_ms: i64) -> Result<u32, Refused> {
        let founder =
            self.people.first().and_then(|person| person.seat.as_ref()).ok_or(Code::FounderPassword)?;
        let changes = self.changes(forms);
        let empty = RegistryChain::new(Digest([0; 32]));
        store.write(|writer| {
            for form in forms {
                writer.put_blob(&form.bytes)?;
            }
            for change in changes {
                let first = writer.registry().head().is_none();
                let chain = if first { &empty } else { writer.registry().as_ref() };
                let mut entry = chain.draft(self.ws, change);
                entry.sign(0, &founder.key)?;
                if first {
                    writer.trust_root(entry.hash())?;
                    writer.set_incarnation(self.incarnation)?;
                }
                writer.append_registry(&entry, now_ms)?;
            }
            Ok(writer.registry().head().map_or(0, |head| head.number))
        })
    }

    /// The people with a seat here and their seats' ids.
    fn seats(&self) -> impl Iterator<Item = (&Founder, &FoundingSeat, SeatId)> {
        self.people.iter().filter_map(|person| {
            let seat = person.seat.as_ref()?;
            Some((person, seat, seat_id(self.ws, &self.certificate(person.id, seat))))
        })
    }

    fn certificate(&self, person: PersonId, seat: &FoundingSeat) -> Certificate {
        Certificate { person, device: self.device, incarnation: self.incarnation, public: seat.key.public() }
    }

    /// Those who sign the registry, one of them alone (G1): the founder first.
    fn administrators(&self) -> Vec<Member> {
        let administers = |person: &&Founder| person.roles.iter().any(|role| role == FOUNDER_ROLES[0]);
        let member =
            |person: &Founder| Some(Member { person: person.id, public: person.seat.as_ref()?.key.public() });
        self.people.iter().filter(administers).filter_map(member).take(limit::QUORUM).collect()
    }

    /// The registry from its first entry to the last activated definition.
    fn changes(&self, forms: &[ShippedForm]) -> Vec<Change> {
        let mut changes = Vec::new();
        for (number, (person, seat, _)) in self.seats().enumerate() {
            let (certificate, code) = (self.certificate(person.id, seat), format!("{:02}", number + 1));
            changes.push(if number == 0 {
                Change::Found {
                    name: self.bureau.clone(),
                    level: self.level.to_owned(),
                    suite: SM2_SM3,
                    quorum: Quorum { need: 1, members: self.administrators() },
                    founder: certificate,
                    code,
                }
            } else {
                Change::SeatCertify { certificate, code }
            });
        }
        // Units and people come before the seats that name them; the founding entry stays first.
        let seats = changes.split_off(changes.len().min(1));
        let unit = |(unit, name): &(UnitId, String)| Change::AddUnit {
            unit: *unit,
            name: name.clone(),
            active: true,
        };
        changes.extend(self.units.iter().map(unit));
        for person in &self.people {
            let record = PersonRecord {
                name: person.name.clone(),
                kind: PersonKind::Human,
                unit: Some(person.unit),
                active: true,
            };
            changes.push(Change::AddPerson { person: person.id, record });
            let scope = (!person.of_bureau).then_some(person.unit);
            changes.extend(assignments(person.id, &person.roles, scope));
        }
        changes.extend(seats);
        changes.extend(self.ledgers(forms));
        changes.extend(forms.iter().map(|form| Change::ActivateDefinition {
            def: form.digest,
            policy: forms::policy(&form.definition),
        }));
        changes
    }

    /// Every ledger of the forms once, sealed on this PC (G6).
    fn ledgers(&self, forms: &[ShippedForm]) -> Vec<Change> {
        let pc = SealingPc { device: self.device, incarnation: self.incarnation };
        let mut seen = BTreeSet::new();
        let policies = forms.iter().map(|form| &form.definition.policy);
        policies
            .filter(|policy| seen.insert(policy.ledger.clone()))
            .map(|policy| Change::LedgerOpen {
                ledger: Ledger(policy.ledger.clone()),
                title: policy.ledger_title.clone(),
                pc,
            })
            .collect()
    }
}

impl Founder {
    fn of(
        ambient: &dyn Ambient,
        person: NewPerson,
        units: &[(UnitId, String)],
        founder: bool,
    ) -> Result<Self, Refused> {
        let name = text::name("姓名", &person.name, NAME_CHARS_MAX)?;
        let unit_name = person.unit.trim();
        let (place, (unit, _)) = units
            .iter()
            .enumerate()
            .find(|(place, (_, known))| known == unit_name || (unit_name.is_empty() && *place == 0))
            .ok_or_else(|| Refused::about(Code::UnitUnknown, unit_name))?;
        let mut roles = person.roles;
        if founder {
            roles.extend(FOUNDER_ROLES.map(str::to_owned));
        }
        roles.sort();
        roles.dedup();
        if let Some(unknown) = roles.iter().find(|code| !role::exists(code)) {
            return Err(Refused::about(Code::RoleUnknown, unknown));
        }
        let seat = match &person.password {
            Some(password) => {
                Some(FoundingSeat { key: new_key(ambient)?, password: new_password(password)? })
            }
            None => None,
        };
        Ok(Self { id: PersonId(ambient.bytes()?), name, unit: *unit, of_bureau: place == 0, roles, seat })
    }
}
