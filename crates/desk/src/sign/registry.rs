//! Changes of the registry: people, roles, seats and units, signed by an administrator like any form (G).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use qianban_journal::{
    Certificate, Change, Epoch, EventId, Kind, Member, PersonId, PersonKind, PersonRecord, Quorum, Registry,
    SeatId, Signer, Sm2Key, UnitId, digest, encode_allow_list, seat_id,
};
use qianban_store::{DatabaseKey, Writer};

use super::intent::{Fixed, Intent, Shown, Work};
use crate::api::{NewPerson, Problem, Secret, ShownField};
use crate::credential::new_password;
use crate::opened::Opened;
use crate::record::Look;
use crate::text::{self, NAME_CHARS_MAX, PLACE_CHARS_MAX, REASON_CHARS_MAX};
use crate::{Code, Refused, names, registry_words, role};

/// The role whose holders sign the registry.
const ADMIN: &str = "admin";
/// Members of the quorum.
const MEMBERS_MAX: usize = qianban_journal::limit::QUORUM;

/// Before the seat in the key of the setting that keeps why it was revoked.
pub(crate) const REVOKED: &str = "revoked.";
/// Hex digits of a seat in that key, which holds 64 bytes at most.
const REVOKED_DIGITS: usize = 32;

/// A seat to be made on this PC with its owner's own password.
pub(crate) struct NewSeat {
    person: PersonId,
    name: String,
    seat: SeatId,
    key: Sm2Key,
    password: Secret,
}

/// Entries of the registry.
pub(crate) struct RegistryIntent {
    /// The entry before the first.
    pub(crate) head: Option<Epoch>,
    /// What changes, in order.
    pub(crate) changes: Vec<Change>,
    blobs: Vec<Vec<u8>>,
    seat: Option<NewSeat>,
    /// What happened, in Chinese.
    pub(crate) message: String,
}

/// A change of the registry that is being drawn up by one of those who sign it.
pub(super) struct Draft<'a> {
    pub(super) look: Look<'a>,
    pub(super) registry: Registry<'a>,
    pub(super) changes: Vec<Change>,
    pub(super) blobs: Vec<Vec<u8>>,
    /// Controls that fall, in words.
    pub(super) weakened: Vec<String>,
    pub(super) warnings: Vec<Problem>,
    seat: Option<NewSeat>,
    /// Flow events that an allow-list of it accepts.
    accepted: Option<usize>,
}

/// A new person with roles, and a seat here if a password is given.
pub(crate) fn add_person(look: Look<'_>, fixed: &Fixed, person: &NewPerson) -> Result<Intent, Refused> {
    let mut draft = Draft::begin(look)?;
    let name = text::name("姓名", &person.name, NAME_CHARS_MAX)?;
    let unit = draft.unit(&person.unit)?;
    let namesake = |(_, record): (PersonId, &PersonRecord)| record.name == name && record.unit == Some(unit);
    if draft.registry.persons().any(namesake) {
        return Err(Refused::about(Code::PersonTwice, name));
    }
    let roles = known(&person.roles)?;
    let record = PersonRecord { name: name.clone(), kind: PersonKind::Human, unit: Some(unit), active: true };
    draft.changes.push(Change::AddPerson { person: fixed.person, record });
    draft.changes.extend(role::assignments(fixed.person, &roles, draft.scope(unit)));
    if let Some(password) = &person.password {
        draft.certify(fixed, fixed.person, name.clone(), password)?;
    }
    draft.finish("登记人员", format!("已登记 {name}"), Vec::new())
}

/// Roles that shall hold: new ones are assigned, missing ones ended with what the person did accepted (G4).
pub(crate) fn set_roles(look: Look<'_>, person: &str, roles: &[String]) -> Result<Intent, Refused> {
    let mut draft = Draft::begin(look)?;
    let (id, record) = draft.person(person)?;
    let roles = known(roles)?;
    let held = draft.registry.roles_of(id);
    if held.iter().any(|held| held.role.as_str() == ADMIN) && !roles.iter().any(|code| code == ADMIN) {
        let others =
            draft.registry.assignments().filter(|held| held.role.as_str() == ADMIN && held.person != id);
        if others.count() == 0 {
            return Err(Code::RegistryLastAdmin.into());
        }
    }
    let scope = record.unit.and_then(|unit| draft.scope(unit));
    let missing = held.iter().filter(|held| !roles.iter().any(|code| code == held.role.as_str()));
    let ended: Vec<_> = missing.map(|held| (held.role.clone(), held.unit)).collect();
    if !ended.is_empty() {
        let allow = draft.allow(|event| event.person == id)?;
        let end = |(role, unit)| Change::RoleEnd { person: id, role, unit, allow };
        draft.changes.extend(ended.into_iter().map(end));
    }
    let new: Vec<String> =
        roles.into_iter().filter(|code| !held.iter().any(|held| held.role.as_str() == code)).collect();
    draft.changes.extend(role::assignments(id, &new, scope));
    draft.admin_changed(id, &new)?;
    let name = record.name.clone();
    draft.finish("调整角色", format!("已调整 {name} 的角色"), Vec::new())
}

/// A seat here for a person who has none.
pub(crate) fn add_seat(
    look: Look<'_>,
    fixed: &Fixed,
    person: &str,
    password: &Secret,
) -> Result<Intent, Refused> {
    let mut draft = Draft::begin(look)?;
    let (id, record) = draft.person(person)?;
    if look.opened.seat(draft.registry, id).is_some() {
        return Err(Code::SeatTwice.into());
    }
    let name = record.name.clone();
    draft.certify(fixed, id, name.clone(), password)?;
    draft.finish("登记席位", format!("已为 {name} 登记席位"), Vec::new())
}

/// Ends a seat; what it signed until now and is here stays valid (G4).
pub(crate) fn revoke_seat(look: Look<'_>, seat: &str, reason: &str) -> Result<Intent, Refused> {
    let mut draft = Draft::begin(look)?;
    let reason = text::words("理由", reason, REASON_CHARS_MAX)?;
    let seat: SeatId = seat.parse().map_err(|_| Code::SeatUnknown)?;
    let certified = draft.registry.seat(seat).ok_or(Code::SeatUnknown)?;
    let public = &certified.certificate.public;
    let quorum = draft.registry.quorum().ok_or(Code::RegistryNotAdmin)?;
    let rest: Vec<Member> =
        quorum.members.iter().filter(|member| member.public != *public).cloned().collect();
    if rest.len() < usize::from(quorum.need) {
        return Err(Code::RegistryLastAdmin.into());
    }
    let fewer = rest.len() < quorum.members.len();
    let shrunk = fewer.then_some(Quorum { need: quorum.need, members: rest });
    let allow = draft.allow(|event| event.seat == seat)?;
    draft.changes.push(Change::Setting { key: revoked_key(seat), value: reason.clone() });
    draft.changes.push(Change::Revoke { seat, allow });
    draft.changes.extend(shrunk.map(|quorum| Change::SetQuorum { quorum }));
    let name = names::person(draft.registry, certified.certificate.person);
    let fields = vec![
        ShownField { label: "席位".to_owned(), shown: format!("{name} · {}", certified.code) },
        ShownField { label: "理由".to_owned(), shown: reason },
    ];
    draft.finish("吊销席位", format!("已吊销 {name} 的席位"), fields)
}

/// The setting that keeps why a seat was revoked: a revocation itself has no place for words.
pub(crate) fn revoked_key(seat: SeatId) -> String {
    let id: String = seat.to_string().chars().take(REVOKED_DIGITS).collect();
    format!("{REVOKED}{id}")
}

/// 代签: from now on one person may sign in the name of another; the dates are advisory (F8).
pub(crate) fn delegate(look: Look<'_>, from: &str, to: &str, days: (&str, &str)) -> Result<Intent, Refused> {
    let mut draft = Draft::begin(look)?;
    let ((from, absent), (to, deputy)) = (draft.person(from)?, draft.person(to)?);
    let day = |typed: &str| {
        let day = NaiveDate::parse_from_str(typed, "%Y-%m-%d")
            .map_err(|_| Refused::about(Code::FieldInvalid, "日期"))?;
        Ok::<_, Refused>(day.to_string())
    };
    let (since, until) = (day(days.0)?, day(days.1)?);
    if until < since {
        return Err(Refused::about(Code::FieldInvalid, "截止日期"));
    }
    let message = format!("已登记 {} 授权 {} 代签", absent.name, deputy.name);
    draft.changes.push(Change::Delegate { from, to, since, until });
    draft.finish("授权代签", message, Vec::new())
}

/// Ends a delegation; what was signed under it until now and is here stays valid (G4).
pub(crate) fn delegation_end(look: Look<'_>, from: &str, to: &str) -> Result<Intent, Refused> {
    let mut draft = Draft::begin(look)?;
    let ((from, absent), (to, deputy)) = (draft.person(from)?, draft.person(to)?);
    if draft.registry.delegation(from, to).is_none() {
        return Err(Code::RegistryNoChange.into());
    }
    let allow = draft.allow(|event| event.person == to && event.action.on_behalf() == Some(from))?;
    let message = format!("已收回 {} 对 {} 的授权", absent.name, deputy.name);
    draft.changes.push(Change::DelegationEnd { from, to, allow });
    draft.finish("收回授权", message, Vec::new())
}

/// A new unit.
pub(crate) fn add_unit(look: Look<'_>, fixed: &Fixed, name: &str) -> Result<Intent, Refused> {
    let mut draft = Draft::begin(look)?;
    let name = text::name("单位名称", name, PLACE_CHARS_MAX)?;
    if draft.registry.units().any(|(_, record)| record.name == name) {
        return Err(Refused::about(Code::UnitTwice, name));
    }
    draft.changes.push(Change::AddUnit { unit: fixed.unit, name: name.clone(), active: true });
    draft.finish("登记单位", format!("已登记单位 {name}"), Vec::new())
}

/// The short code of the next seat: seats are counted, revoked ones too.
pub(super) fn seat_code(look: Look<'_>, registry: Registry<'_>) -> Result<String, Refused> {
    let entries = look.opened.registry_entries(1, registry.number())?.into_iter();
    let certified =
        entries.filter(|entry| matches!(entry.body, Change::Found { .. } | Change::SeatCertify { .. }));
    Ok(format!("{:02}", certified.count() + 1))
}

pub(super) fn known(codes: &[String]) -> Result<Vec<String>, Refused> {
    if let Some(unknown) = codes.iter().find(|code| !role::exists(code)) {
        return Err(Refused::about(Code::RoleUnknown, unknown));
    }
    let unique: BTreeSet<&String> = codes.iter().collect();
    Ok(unique.into_iter().cloned().collect())
}

impl<'a> Draft<'a> {
    /// # Errors
    /// [`Code::RegistryNotAdmin`] for a person who does not sign the registry.
    pub(super) fn begin(look: Look<'a>) -> Result<Self, Refused> {
        let registry = Opened::registry(look.reader.registry())?;
        if !role::signs_registry(registry, look.person) {
            return Err(Code::RegistryNotAdmin.into());
        }
        if let Some(fork) = look.reader.registry_fork()? {
            return Err(Refused::about(Code::RegistryForked, fork.number));
        }
        Ok(Self {
            look,
            registry,
            changes: Vec::new(),
            blobs: Vec::new(),
            weakened: Vec::new(),
            warnings: Vec::new(),
            seat: None,
            accepted: None,
        })
    }

    pub(super) fn person(&self, id: &str) -> Result<(PersonId, &'a PersonRecord), Refused> {
        let id: PersonId = id.parse().map_err(|_| Code::PersonUnknown)?;
        Ok((id, self.registry.person(id).ok_or(Code::PersonUnknown)?))
    }

    /// The unit of a name; the bureau itself for none.
    pub(super) fn unit(&self, name: &str) -> Result<UnitId, Refused> {
        let name = if name.trim().is_empty() { self.registry.name() } else { name.trim() };
        let found = self.registry.units().find(|(_, record)| record.name == name && record.active);
        found.map(|(id, _)| id).ok_or_else(|| Refused::about(Code::UnitUnknown, name))
    }

    /// The unit for which roles of the asking side hold; none for the bureau itself.
    pub(super) fn scope(&self, unit: UnitId) -> Option<UnitId> {
        let of_bureau = self.registry.unit(unit).is_some_and(|record| record.name == self.registry.name());
        (!of_bureau).then_some(unit)
    }

    fn certify(
        &mut self,
        fixed: &Fixed,
        person: PersonId,
        name: String,
        password: &Secret,
    ) -> Result<(), Refused> {
        new_password(password)?;
        let own = self.look.author()?;
        let device = self.registry.seat(own.seat).ok_or(Code::PersonNoSeat)?.certificate.device;
        let key = fixed.key()?;
        let certificate =
            Certificate { person, device, incarnation: self.look.opened.incarnation, public: key.public() };
        let seat = seat_id(own.ws, &certificate);
        let code = seat_code(self.look, self.registry)?;
        self.changes.push(Change::SeatCertify { certificate, code });
        self.seat = Some(NewSeat { person, name, seat, key, password: password.clone() });
        Ok(())
    }

    /// Keeps the quorum those administrators who have a seat on this PC.
    fn admin_changed(&mut self, person: PersonId, new: &[String]) -> Result<(), Refused> {
        let quorum = self.registry.quorum().ok_or(Code::RegistryNotAdmin)?;
        let mut members = quorum.members.clone();
        let is_admin = new.iter().any(|code| code == ADMIN);
        let ends = self
            .changes
            .iter()
            .any(|change| matches!(change, Change::RoleEnd { role, .. } if role.as_str() == ADMIN));
        if ends {
            members.retain(|member| member.person != person);
        }
        if let Some((_, seat)) = self.look.opened.seat(self.registry, person).filter(|_| is_admin)
            && members.len() < MEMBERS_MAX
            && !members.iter().any(|member| member.person == person)
        {
            members.push(Member { person, public: seat.certificate.public.clone() });
        }
        if members.len() < usize::from(quorum.need) {
            return Err(Code::RegistryLastAdmin.into());
        }
        if members != quorum.members {
            self.changes.push(Change::SetQuorum { quorum: Quorum { need: quorum.need, members } });
        }
        Ok(())
    }

    /// The allow-list of every flow event that is here and fits.
    pub(super) fn allow(
        &mut self,
        fits: impl Fn(&qianban_journal::Event) -> bool,
    ) -> Result<qianban_journal::Digest, Refused> {
        let mut ids = BTreeSet::<EventId>::new();
        for form in self.look.reader.forms()? {
            let log = self.look.reader.form_log(form)?;
            let flow = |id: &EventId| {
                log.event(*id).is_some_and(|event| event.kind() != Kind::Create && fits(event))
            };
            ids.extend(log.ids().filter(flow));
        }
        self.accepted = Some(ids.len());
        let bytes = encode_allow_list(&ids);
        let allow = digest(&bytes);
        self.blobs.push(bytes);
        Ok(allow)
    }

    /// The intent: `fields` are what the dialog shows, the changes in words if there are none.
    ///
    /// # Errors
    /// [`Code::RegistryNoChange`] when nothing would change.
    pub(super) fn finish(
        self,
        action: &str,
        message: String,
        mut fields: Vec<ShownField>,
    ) -> Result<Intent, Refused> {
        if self.changes.is_empty() {
            return Err(Code::RegistryNoChange.into());
        }
        let events: Vec<String> =
            self.changes.iter().map(|change| registry_words::change(self.registry, change)).collect();
        if fields.is_empty() {
            fields = events
                .iter()
                .map(|event| ShownField { label: action.to_owned(), shown: event.clone() })
                .collect();
        }
        if let Some(accepted) = self.accepted {
            let shown = format!("本机已有的 {accepted} 条照旧有效，没有到本机的不再作数");
            fields.push(ShownField { label: "此前的签名".to_owned(), shown });
        }
        let shown = Shown {
            action: action.to_owned(),
            title: "名册".to_owned(),
            number: format!("第 {} 号", self.registry.number() + 1),
            fields,
            definition: String::new(),
            events,
            weakened: self.weakened,
            warnings: self.warnings,
            ..Shown::default()
        };
        let head = self.look.reader.registry().head();
        let (changes, blobs, seat) = (self.changes, self.blobs, self.seat);
        Ok(Intent {
            work: Work::Registry(Box::new(RegistryIntent { head, changes, blobs, seat, message })),
            shown,
        })
    }
}

impl RegistryIntent {
    /// Makes the keys of a new seat, sealed under its owner's password. Before the registry says so: keys without a
    /// certificate do nothing, a certificate without keys would be in the way.
    pub(crate) fn make_keys(
        &self,
        opened: &Opened,
        database: &DatabaseKey,
        now_ms: i64,
    ) -> Result<(), Refused> {
        let Some(NewSeat { person, seat, key, password, .. }) = &self.seat else { return Ok(()) };
        let password = new_password(password)?;
        if opened.vault.people()?.contains(person) {
            opened.vault.reset_password(*person, &password, database)?;
        } else {
            opened.vault.add_person(*person, &password, database)?;
        }
        Ok(opened.vault.put_signing_key(*person, *seat, &*key.to_bytes(), &password, now_ms)?)
    }

    /// Texts of the definitions that it takes into use.
    pub(crate) fn definitions(&self) -> impl Iterator<Item = &str> {
        let activates = |blob: &&Vec<u8>| {
            let named = digest(blob);
            self.changes
                .iter()
                .any(|change| matches!(change, Change::ActivateDefinition { def, .. } if *def == named))
        };
        self.blobs.iter().filter(activates).filter_map(|blob| std::str::from_utf8(blob).ok())
    }

    /// The person who may from now on open this PC, with the name to choose.
    pub(crate) fn newcomer(&self) -> Option<(PersonId, String)> {
        self.seat.as_ref().map(|seat| (seat.person, seat.name.clone()))
    }

    /// Signs and stores every entry.
    ///
    /// # Errors
    /// [`Code::SignStale`] when the registry moved on, or what the registry refuses.
    pub(crate) fn write(
        &self,
        writer: &mut Writer<'_>,
        person: PersonId,
        key: &Sm2Key,
        now_ms: i64,
    ) -> Result<Vec<String>, Refused> {
        if writer.registry().head() != self.head {
            return Err(Code::SignStale.into());
        }
        for blob in &self.blobs {
            writer.put_blob(blob)?;
        }
        let mut hashes = Vec::with_capacity(self.changes.len());
        for change in &self.changes {
            let chain = writer.registry().clone();
            let registry = Opened::registry(&chain)?;
            let members = registry.quorum().map(|quorum| quorum.members.as_slice()).unwrap_or_default();
            let place =
                members.iter().position(|member| member.person == person && member.public == key.public());
            let place = place.and_then(|place| u8::try_from(place).ok()).ok_or(Code::RegistryNotAdmin)?;
            let ws = chain.workspace().ok_or(Code::HostNotFounded)?;
            let mut entry = chain.draft(ws, change.clone());
            entry.sign(place, key)?;
            writer.append_registry(&entry, now_ms)?;
            hashes.push(entry.hash().to_string());
        }
        Ok(hashes)
    }
}
