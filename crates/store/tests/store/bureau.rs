//! A small bureau with its store: eight people on one PC, one ledger, a plan of two steps.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use qianban_journal::*;
use qianban_store::{DATABASE_NAME, DatabaseKey, Index, Indexed, ItemResult, Sources, Store, StoreError};
use rusqlite::Connection;
use tempfile::TempDir;

const PEOPLE: [&str; 6] = ["管理员", "张三", "李四", "王科长", "赵处长", "钱登记"];
pub(crate) const ADMIN: &str = PEOPLE[0];
pub(crate) const DRAFTER: &str = PEOPLE[1];
pub(crate) const OTHER: &str = PEOPLE[2];
pub(crate) const HEAD: &str = PEOPLE[3];
pub(crate) const CHIEF: &str = PEOPLE[4];
pub(crate) const REGISTRAR: &str = PEOPLE[5];

pub(crate) const WS: WorkspaceId = WorkspaceId([7; 16]);
pub(crate) const UNIT: UnitId = UnitId([9; 16]);
pub(crate) const PC: SealingPc = SealingPc { device: DeviceId([3; 16]), incarnation: Incarnation([4; 16]) };
pub(crate) const DEFINITION: &[u8] = b"title = \"test\"";

/// An index that knows nothing.
pub(crate) struct NoIndex;

impl Index for NoIndex {
    fn index(&self, _: &FormLog, _: &FormView, _: Registry<'_>, _: &dyn Sources) -> Indexed {
        Indexed::default()
    }
}

/// An index that reads the field `reason` of the content.
pub(crate) struct Reasons;

/// The same, counting how often it is asked.
#[derive(Clone, Default)]
pub(crate) struct Counted(Arc<AtomicUsize>);

impl Counted {
    /// How often it was asked since this was asked last.
    pub(crate) fn times(&self) -> usize {
        self.0.swap(0, Ordering::SeqCst)
    }
}

impl Index for Counted {
    fn index(&self, log: &FormLog, view: &FormView, registry: Registry<'_>, here: &dyn Sources) -> Indexed {
        self.0.fetch_add(1, Ordering::SeqCst);
        Reasons.index(log, view, registry, here)
    }
}

impl Index for Reasons {
    fn index(&self, _: &FormLog, view: &FormView, registry: Registry<'_>, here: &dyn Sources) -> Indexed {
        let content = view.content.and_then(|digest| here.blob(digest));
        let snapshot = content.and_then(|bytes| Snapshot::decode(&bytes).ok());
        let reason = match snapshot.as_ref().and_then(|snapshot| snapshot.fields.get("reason")) {
            Some(Item::Text(text)) => text.clone(),
            _ => String::new(),
        };
        let is_sealed = |form: FormId| {
            let view = here.log(form).and_then(|log| log.view(registry));
            view.is_some_and(|view| view.status == FormStatus::Sealed)
        };
        let links = snapshot.iter().flat_map(|snapshot| &snapshot.links);
        let sealed = links.filter(|link| is_sealed(link.form)).map(|_| "关联单已定稿".to_owned());
        let round = view.primary;
        let findings = round.filter(|_| reason.contains("F7")).map(|round| Finding::PlanDiffers { round });
        Indexed {
            title: "应用系统使用申请表".to_owned(),
            summary: reason.clone(),
            text: std::iter::once(reason.clone()).chain(sealed).collect(),
            findings: findings.into_iter().collect(),
            links: snapshot.iter().flat_map(linked).collect(),
            marks: marks(view, &reason),
            seen: (view.status == FormStatus::Sealed).then_some(Digest([1; 32])),
        }
    }
}

/// A form waits until it is sealed, for what its reason names, and stands for the day that it names.
fn marks(view: &FormView, reason: &str) -> Vec<(String, String)> {
    let waits = (view.status != FormStatus::Sealed).then(|| ("waits".to_owned(), reason.to_owned()));
    let day = reason.starts_with("2026-").then(|| ("day".to_owned(), reason.to_owned()));
    waits.into_iter().chain(day).collect()
}

/// The links of a content.
fn linked(snapshot: &Snapshot) -> impl Iterator<Item = (String, FormId)> {
    snapshot.links.iter().map(|link| ("slot".to_owned(), link.form))
}

pub(crate) fn store() -> (TempDir, DatabaseKey, Store) {
    store_with(Reasons)
}

pub(crate) fn store_with(index: impl Index + 'static) -> (TempDir, DatabaseKey, Store) {
    let dir = tempfile::tempdir().unwrap();
    let key = DatabaseKey::generate().unwrap();
    let store = Store::create(dir.path(), &key, Box::new(index)).unwrap();
    (dir, key, store)
}

/// The database as somebody with the key and another SQLCipher tool sees it.
pub(crate) fn other_tool(dir: &Path, key: &DatabaseKey) -> Connection {
    let connection = Connection::open(dir.join(DATABASE_NAME)).unwrap();
    let pragma =
        format!("PRAGMA key = \"x'{}'\"; PRAGMA cipher_compatibility = 4", hex::encode(key.as_bytes()));
    connection.execute_batch(&pragma).unwrap();
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    connection
}

pub(crate) fn with_sql(dir: &Path, key: &DatabaseKey, sql: &str) {
    other_tool(dir, key).execute_batch(sql).unwrap();
}

/// Every derived row, spelled out, and what the search index holds.
pub(crate) fn derived_rows(dir: &Path, key: &DatabaseKey) -> Vec<String> {
    let connection = other_tool(dir, key);
    let indexed = "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, search_index, instance)";
    connection.execute_batch(indexed).unwrap();
    let mut rows = Vec::new();
    let tables = ["form_view", "open_step", "open_editor", "finding", "form_link", "form_mark", "search"];
    for table in tables.into_iter().chain(["vocabulary"]) {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let read = statement.query_map([], |row| {
            let values: Result<Vec<_>, _> =
                (0..columns).map(|at| row.get::<_, rusqlite::types::Value>(at)).collect();
            Ok(format!("{table} {:?}", values?))
        });
        rows.extend(read.unwrap().map(Result::unwrap));
    }
    rows.sort();
    rows
}

pub(crate) fn person(name: &str) -> PersonId {
    let index = PEOPLE.iter().position(|known| *known == name).unwrap();
    PersonId([index as u8 + 1; 16])
}

pub(crate) fn key(name: &str) -> TestKey {
    TestKey([person(name).0[0]; 32])
}

fn certificate(name: &str) -> Certificate {
    let public = key(name).public();
    Certificate { person: person(name), device: PC.device, incarnation: PC.incarnation, public }
}

pub(crate) fn seat(name: &str) -> SeatId {
    seat_id(WS, &certificate(name))
}

fn role(name: &str) -> Role {
    Role::from(name)
}

fn step(roles: &[&str]) -> PlanStep {
    PlanStep {
        roles: roles.iter().map(|name| role(name)).collect(),
        units: None,
        need: 1,
        bar: Some(vec![]),
        differ: vec![],
        ink: Ink::Allowed,
        outsider: true,
        boxed: false,
    }
}

fn table(name: &str, roles: &[&str], phases: &[Phase], single: bool) -> TablePolicy {
    let roles = roles.iter().map(|name| role(name)).collect();
    TablePolicy { name: name.to_owned(), roles, phases: phases.to_vec(), single }
}

fn policy() -> Policy {
    use Phase::{Closed, Drafting, Live, Sealed};
    let all = [Drafting, Live, Sealed, Closed];
    let staff = ["applicant", "registrar"];
    Policy {
        ledger: Ledger::from("permission"),
        series: Some("权申".to_owned()),
        create_roles: vec![role("applicant")],
        edit_roles: vec![role("applicant")],
        tables: vec![
            table("close", &["registrar"], &[Sealed], true),
            table("done", &staff, &[Sealed], true),
            table("export", &staff, &all, false),
            table("note", &staff, &all, false),
            table("paper", &staff, &all, false),
            table("print", &staff, &all, false),
            table("remind", &staff, &all, false),
        ],
        register: false,
        seal_mode: SealMode::Plain,
    }
}

/// A bureau on a store: makes events in people's names and appends them.
pub(crate) struct Bureau<'a> {
    pub(crate) store: &'a Store,
    pub(crate) def: Digest,
    logs: Cell<u64>,
}

impl<'a> Bureau<'a> {
    /// Founds the bureau: people with seats and roles, one unit, one ledger, one definition.
    pub(crate) fn found(store: &'a Store) -> Self {
        let bureau = Self { store, def: digest(DEFINITION), logs: Cell::new(0) };
        let body = Change::Found {
            name: "财政局".to_owned(),
            level: "city".to_owned(),
            suite: KEYED_TEST,
            quorum: Quorum::single(person(ADMIN), key(ADMIN).public()),
            founder: certificate(ADMIN),
            code: "A".to_owned(),
        };
        let mut entry = RegistryEntry { ws: WS, number: 1, prev: None, body, sigs: vec![] };
        entry.sign(0, &key(ADMIN)).unwrap();
        store
            .write(|w| {
                w.put_blob(DEFINITION)?;
                w.trust_root(entry.hash())
            })
            .unwrap();
        store.write(|w| w.append_registry(&entry, i64::from(entry.number))).unwrap();
        bureau.change(Change::AddUnit { unit: UNIT, name: "国库科".to_owned(), active: true });
        for name in PEOPLE {
            let record =
                PersonRecord { name: name.to_owned(), kind: PersonKind::Human, unit: None, active: true };
            bureau.change(Change::AddPerson { person: person(name), record });
            if name != ADMIN {
                bureau.change(Change::SeatCertify { certificate: certificate(name), code: name.to_owned() });
            }
        }
        for (name, held) in [
            (DRAFTER, "applicant"),
            (OTHER, "applicant"),
            (HEAD, "unit_head"),
            (CHIEF, "section_chief"),
            (REGISTRAR, "registrar"),
        ] {
            bureau.change(Change::Assign { person: person(name), role: role(held), unit: Some(UNIT) });
        }
        let ledger = Ledger::from("permission");
        bureau.change(Change::LedgerOpen { ledger, title: "用户权限台账".to_owned(), pc: PC });
        bureau.change(Change::ActivateDefinition { def: bureau.def, policy: policy() });
        bureau.change(Change::Lease {
            series: "权申".to_owned(),
            year: 2026,
            first: 1,
            last: 9_999,
            seat: seat(REGISTRAR),
        });
        bureau
    }

    /// The same bureau on another PC, where it was founded elsewhere; `logs` is how many events were made there.
    pub(crate) fn visiting(store: &'a Store, logs: u64) -> Self {
        Self { store, def: digest(DEFINITION), logs: Cell::new(logs) }
    }

    pub(crate) fn change(&self, body: Change) -> u32 {
        let chain = self.chain();
        let mut entry = chain.draft(WS, body);
        entry.sign(0, &key(ADMIN)).unwrap();
        assert_eq!(
            self.store.write(|w| w.append_registry(&entry, i64::from(entry.number))).unwrap(),
            Appended::New
        );
        entry.number
    }

    /// A change with an empty allow-list, whose digest `body` is given.
    pub(crate) fn cut(&self, body: impl FnOnce(Digest) -> Change) -> u32 {
        let bytes = encode_allow_list(&BTreeSet::new());
        let allow = self.store.write(|w| w.put_blob(&bytes)).unwrap();
        self.change(body(allow))
    }

    pub(crate) fn chain(&self) -> std::sync::Arc<RegistryChain> {
        self.store.read(|r| Ok::<_, StoreError>(r.registry().clone())).unwrap()
    }

    pub(crate) fn author(&self, name: &str) -> Author {
        let n = self.logs.get() + 1;
        self.logs.set(n);
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&n.to_be_bytes());
        Author {
            ws: WS,
            person: person(name),
            seat: seat(name),
            epoch: self.chain().head().unwrap(),
            log: LogPlace { inc: PC.incarnation, n, prev: None },
            wall: 1_000 * n as i64,
            nonce,
        }
    }

    pub(crate) fn sign(&self, name: &str, event: &Event) -> Envelope {
        sign(event, &key(name)).unwrap()
    }

    pub(crate) fn append(&self, name: &str, event: &Event) -> ItemResult {
        let envelope = self.sign(name, event);
        self.store.write(|w| w.append_events(&[envelope])).unwrap().remove(0)
    }

    pub(crate) fn legal(&self, name: &str, event: &Event) -> EventId {
        match self.append(name, event) {
            ItemResult::Stored(id, Ok(())) => id,
            other => panic!("{name}: {other:?}"),
        }
    }

    pub(crate) fn log(&self, form: FormId) -> FormLog {
        self.store.read(|r| r.form_log(form)).unwrap()
    }

    pub(crate) fn snapshot(&self, reason: &str, attachments: Vec<Attachment>) -> Snapshot {
        let fields = BTreeMap::from([("reason".to_owned(), Item::Text(reason.to_owned()))]);
        Snapshot { def: self.def, fields, attachments, links: vec![] }
    }

    /// A form with one saved revision: the form and the revision.
    pub(crate) fn drafted(&self, reason: &str) -> (FormId, EventId) {
        self.drafted_with(&self.snapshot(reason, vec![]))
    }

    pub(crate) fn drafted_with(&self, snapshot: &Snapshot) -> (FormId, EventId) {
        let create = self.author(DRAFTER).create(self.def, Ledger::from("permission"), UNIT);
        let created = self.legal(DRAFTER, &create);
        let content = self.store.write(|w| w.put_blob(&snapshot.encode())).unwrap();
        let log = self.log(created.into());
        let save = log.draft_save(self.author(DRAFTER), created, content, self.def, false);
        (created.into(), self.legal(DRAFTER, &save))
    }

    /// Sends a revision and returns the round.
    pub(crate) fn submit(&self, form: FormId, rev: EventId) -> EventId {
        let plan = Plan(vec![step(&["unit_head"]), step(&["section_chief"])]);
        let event = self.log(form).draft_submit(self.author(DRAFTER), rev, plan, None, vec![]).unwrap();
        self.legal(DRAFTER, &event)
    }

    pub(crate) fn approval(&self, name: &str, form: FormId, round: EventId, step: u8) -> Event {
        let approve = ApproveDraft { round, step, hand: Hand::own(), boxed: None, basis: vec![] };
        self.log(form).draft_approve(&self.chain(), self.author(name), approve).unwrap()
    }

    pub(crate) fn approve(&self, name: &str, form: FormId, round: EventId, step: u8) -> EventId {
        self.legal(name, &self.approval(name, form, round, step))
    }

    pub(crate) fn send_back(&self, name: &str, form: FormId, round: EventId, target: Target) -> EventId {
        let log = self.log(form);
        let event = log.draft_return(self.author(name), round, target, Hand::own(), "请补充".to_owned());
        self.legal(name, &event)
    }

    pub(crate) fn seal(&self, form: FormId, round: EventId, n: u32) -> EventId {
        let number = Some(Number { series: "权申".to_owned(), year: 2026, n });
        let event = self.log(form).draft_seal(self.author(REGISTRAR), round, number, vec![]);
        self.legal(REGISTRAR, &event)
    }

    pub(crate) fn entry(&self, name: &str, form: FormId, table: &str, row: u8) -> EventId {
        let entry = EntryDraft {
            table: table.to_owned(),
            row: RowId([row; 16]),
            supersedes: None,
            at: "2026-03-01 09:00".to_owned(),
            on_behalf: None,
            boxed: None,
            basis: vec![],
        };
        let event = self.log(form).draft_entry(self.author(name), entry);
        self.legal(name, &event)
    }

    /// A form from its Create to its Seal with number `n`.
    pub(crate) fn sealed(&self, reason: &str, n: u32) -> (FormId, EventId) {
        let (form, rev) = self.drafted(reason);
        let round = self.submit(form, rev);
        self.approve(HEAD, form, round, 0);
        self.approve(CHIEF, form, round, 1);
        self.seal(form, round, n);
        (form, round)
    }
}
