//! A bureau on one PC, founded at the store's own door, and forms as its people would sign them.

use std::path::Path;
use std::sync::Arc;

use qianban_journal::{
    Admission, ApproveDraft, Author, BUILT_IN_TABLES, Certificate, Change, DeviceId, Digest, EntryDraft,
    Envelope, Event, EventId, FormId, FormLog, Hand, Incarnation, Ink, Ledger, LogPlace, Number, PersonId,
    PersonKind, PersonRecord, Phase, Plan, PlanStep, Policy, Quorum, RegistryChain, Role, RowId, SM2_SM3,
    SealMode, SealingPc, SeatId, Signed, Signer, Sm2Key, TablePolicy, UnitId, Verified, WorkspaceId, digest,
    seat_id,
};
use qianban_store::{DatabaseKey, Store};

use crate::content::{self, Words};
use crate::measure::Failed;

const WS: WorkspaceId = WorkspaceId([1; 16]);
const DEVICE: DeviceId = DeviceId([2; 16]);
const INCARNATION: Incarnation = Incarnation([3; 16]);
/// The year of every number and the clock of every event: 2026-02-14.
const YEAR: u16 = 2026;
const WALL_MS: i64 = 1_771_030_800_000;
const SERIES: &str = "权申";

/// Who signs what; the places of [`PEOPLE`].
pub(crate) const APPLICANT: usize = 0;
pub(crate) const UNIT_HEAD: usize = 1;
pub(crate) const DIVISION: usize = 2;
pub(crate) const REGISTRAR: usize = 3;
const PEOPLE: [(&str, &[&str]); 4] = [
    ("李四", &["applicant"]),
    ("王五", &["unit_head"]),
    ("赵六", &["division"]),
    ("张三", &["registrar", "maintainer", "admin"]),
];

struct Member {
    person: PersonId,
    seat: SeatId,
    key: Sm2Key,
    certificate: Certificate,
    log: LogPlace,
}

/// The bureau: its registry, its people with their keys, and the units that forms are about.
pub(crate) struct Office {
    pub(crate) chain: Arc<RegistryChain>,
    pub(crate) def: Digest,
    members: Vec<Member>,
    units: Vec<UnitId>,
    nonce: u64,
}

/// A form in the making: its events so far, folded.
pub(crate) struct Draft {
    pub(crate) log: FormLog,
    pub(crate) envelopes: Vec<Envelope>,
    /// Bytes of the snapshots that its events name.
    pub(crate) blobs: Vec<Vec<u8>>,
}

impl Office {
    /// Draws the keys and writes the registry into `store`.
    pub(crate) fn found(store: &Store) -> Result<Self, Failed> {
        let definition = include_bytes!("../../../assets/forms/permission-request.toml");
        let members = (0..PEOPLE.len()).map(member).collect::<Result<Vec<_>, _>>()?;
        let units: Vec<UnitId> = (0..content::UNITS.len()).map(|n| UnitId([n as u8 + 1; 16])).collect();
        let def = digest(definition);
        let mut office = Self { chain: Arc::new(RegistryChain::new(def)), def, members, units, nonce: 0 };
        store.write(|writer| {
            writer.put_blob(definition)?;
            for change in office.changes() {
                let mut entry = writer.registry().draft(WS, change);
                entry.sign(0, &office.members[REGISTRAR].key)?;
                if entry.number == 1 {
                    writer.trust_root(entry.hash())?;
                }
                writer.append_registry(&entry, 0)?;
            }
            Ok::<(), Failed>(())
        })?;
        office.chain = store.read(|reader| Ok::<_, Failed>(Arc::clone(reader.registry())))?;
        Ok(office)
    }

    fn changes(&self) -> Vec<Change> {
        let founder = &self.members[REGISTRAR];
        let mut changes = vec![Change::Found {
            name: "样例县财政局".into(),
            level: "county".into(),
            suite: SM2_SM3,
            quorum: Quorum::single(founder.person, founder.key.public()),
            founder: founder.certificate.clone(),
            code: "01".into(),
        }];
        let units = self.units.iter().zip(content::UNITS);
        changes.extend(units.map(|(unit, name)| Change::AddUnit {
            unit: *unit,
            name: name.into(),
            active: true,
        }));
        for (member, (name, roles)) in self.members.iter().zip(PEOPLE) {
            let record =
                PersonRecord { name: name.into(), kind: PersonKind::Human, unit: None, active: true };
            changes.push(Change::AddPerson { person: member.person, record });
            let assign =
                |role: &&str| Change::Assign { person: member.person, role: Role::from(*role), unit: None };
            changes.extend(roles.iter().map(assign));
        }
        for (number, member) in self.members.iter().enumerate().take(REGISTRAR) {
            let code = format!("{:02}", number + 2);
            changes.push(Change::SeatCertify { certificate: member.certificate.clone(), code });
        }
        let pc = SealingPc { device: DEVICE, incarnation: INCARNATION };
        changes.push(Change::LedgerOpen { ledger: ledger(), title: "用户权限台账".into(), pc });
        // The applicant's seat gives the numbers, as in an office where the applicant sits at the founding PC.
        let (first, last, seat) = (1, 200_000, self.members[APPLICANT].seat);
        changes.push(Change::ActivateDefinition { def: self.def, policy: policy() });
        changes.push(Change::Lease { series: SERIES.into(), year: YEAR, first, last, seat });
        changes
    }

    /// The next author of an event, which becomes the last of the seat's log once it is signed.
    fn author(&mut self, member: usize) -> Result<Author, Failed> {
        self.nonce += 1;
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&self.nonce.to_be_bytes());
        let Member { person, seat, log, .. } = &self.members[member];
        let (person, seat, log) = (*person, *seat, *log);
        let epoch = self.chain.head().ok_or("the registry is empty")?;
        Ok(Author { ws: WS, person, seat, epoch, log, wall: WALL_MS, nonce })
    }

    fn sign(&mut self, member: usize, event: &Event) -> Result<Envelope, Failed> {
        Ok(self.signed(member, event)?.envelope().clone())
    }

    /// A form up to its Submit: Create, Save, Submit with number `n`.
    pub(crate) fn submitted(&mut self, n: u32) -> Result<Draft, Failed> {
        let unit = self.units[n as usize % self.units.len()];
        let author = self.author(APPLICANT)?;
        let create = author.create(self.def, ledger(), unit);
        let envelope = self.sign(APPLICANT, &create)?;
        let mut draft = Draft {
            log: FormLog::new(FormId::from(envelope.id())),
            envelopes: Vec::new(),
            blobs: vec![content::snapshot(self.def, Words::of(n))],
        };
        let create = self.admit(&mut draft, envelope)?;
        let (def, content) = (self.def, digest(&draft.blobs[0]));
        let save = draft.log.draft_save(self.author(APPLICANT)?, create, content, def, false);
        let save = self.sign(APPLICANT, &save)?;
        let save = self.admit(&mut draft, save)?;
        let number = Some(Number { series: SERIES.into(), year: YEAR, n });
        let submit = draft.log.draft_submit(self.author(APPLICANT)?, save, plan(), number, vec![]);
        let submit = self.sign(APPLICANT, &submit.ok_or("the revision is here")?)?;
        self.admit(&mut draft, submit)?;
        Ok(draft)
    }

    /// A form to its end: submitted, two sign-offs with their boxes, sealed, done, closed: eight events.
    pub(crate) fn closed(&mut self, n: u32) -> Result<Draft, Failed> {
        let mut draft = self.submitted(n)?;
        let round = draft.envelopes.last().ok_or("a submit")?.id();
        for (step, member) in [(0, UNIT_HEAD), (1, DIVISION)] {
            let boxed = self.boxed(&mut draft, "同意。");
            let approve = self.approve(&draft.log, member, round, step, boxed)?;
            let approve = self.sign(member, &approve)?;
            self.admit(&mut draft, approve)?;
        }
        let seal = draft.log.draft_seal(self.author(REGISTRAR)?, round, None, vec![]);
        let seal = self.sign(REGISTRAR, &seal)?;
        self.admit(&mut draft, seal)?;
        for table in ["done", "close"] {
            let boxed = self.boxed(&mut draft, table);
            let entry = EntryDraft {
                table: table.into(),
                row: RowId([n as u8; 16]),
                supersedes: None,
                at: "2026-02-14 16:00".into(),
                on_behalf: None,
                boxed: Some(boxed),
                basis: vec![],
            };
            let entry = draft.log.draft_entry(self.author(REGISTRAR)?, entry);
            let entry = self.sign(REGISTRAR, &entry)?;
            self.admit(&mut draft, entry)?;
        }
        Ok(draft)
    }

    fn boxed(&self, draft: &mut Draft, opinion: &str) -> Digest {
        draft.blobs.push(content::boxed(self.def, opinion));
        draft.blobs.last().map_or(self.def, |bytes| digest(bytes))
    }

    /// The unsigned sign-off of a step.
    pub(crate) fn approve(
        &mut self,
        log: &FormLog,
        member: usize,
        round: EventId,
        step: u8,
        boxed: Digest,
    ) -> Result<Event, Failed> {
        let author = self.author(member)?;
        let approve = ApproveDraft { round, step, hand: Hand::own(), boxed: Some(boxed), basis: vec![] };
        Ok(log.draft_approve(&self.chain, author, approve).ok_or("the round is here")?)
    }

    /// Signs with the member's key and moves the member's log on.
    pub(crate) fn signed(&mut self, member: usize, event: &Event) -> Result<Signed, Failed> {
        let member = &mut self.members[member];
        let signed = Signed::new(event, &member.key)?;
        member.log = LogPlace { inc: INCARNATION, n: event.log.n + 1, prev: Some(signed.id()) };
        Ok(signed)
    }

    /// The member's key.
    pub(crate) fn key(&self, member: usize) -> &Sm2Key {
        &self.members[member].key
    }

    fn admit(&self, draft: &mut Draft, envelope: Envelope) -> Result<EventId, Failed> {
        let id = envelope.id();
        let verified = Verified::check_unsigned(&envelope, &self.chain)?;
        match draft.log.admit(verified, &self.chain) {
            Admission::Stored(Ok(())) => draft.envelopes.push(envelope),
            other => return Err(format!("an event of the bench was not taken: {other:?}").into()),
        }
        Ok(id)
    }
}

fn member(number: usize) -> Result<Member, Failed> {
    let person = PersonId([number as u8 + 1; 16]);
    let key = Sm2Key::from_bytes(&[number as u8 + 1; 32])?;
    let certificate = Certificate { person, device: DEVICE, incarnation: INCARNATION, public: key.public() };
    let seat = seat_id(WS, &certificate);
    Ok(Member { person, seat, key, certificate, log: LogPlace { inc: INCARNATION, n: 1, prev: None } })
}

/// The ledger of every form here.
pub(crate) fn ledger() -> Ledger {
    Ledger::from("permission")
}

fn plan() -> Plan {
    let step = |role: &str| PlanStep {
        roles: vec![Role::from(role)],
        units: None,
        need: 1,
        bar: Some(vec![]),
        differ: vec![],
        ink: Ink::Allowed,
        outsider: false,
        boxed: true,
    };
    Plan(vec![step("unit_head"), step("division")])
}

fn policy() -> Policy {
    use Phase::{Closed, Drafting, Live, Sealed};
    let roles = |codes: &[&str]| -> Vec<Role> { codes.iter().map(|code| Role::from(*code)).collect() };
    let everyone = roles(&["applicant", "registrar"]);
    let mut tables: Vec<TablePolicy> = BUILT_IN_TABLES
        .iter()
        .map(|name| TablePolicy {
            name: (*name).to_owned(),
            roles: everyone.clone(),
            phases: if *name == "close" { vec![Sealed] } else { vec![Drafting, Live, Sealed, Closed] },
            single: *name == "close",
        })
        .collect();
    let done = TablePolicy {
        name: "done".to_owned(),
        roles: roles(&["maintainer", "registrar"]),
        phases: vec![Sealed],
        single: true,
    };
    tables.push(done);
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    Policy {
        ledger: ledger(),
        series: Some(SERIES.to_owned()),
        create_roles: roles(&["applicant"]),
        edit_roles: roles(&["applicant"]),
        tables,
        register: false,
        seal_mode: SealMode::Plain,
    }
}

/// A new database in `dir`, with the index of the bench.
pub(crate) fn create(dir: &Path, key: &DatabaseKey) -> Result<Store, Failed> {
    Ok(Store::create(dir, key, Box::new(content::Listed))?)
}
