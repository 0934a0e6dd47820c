//! A small bureau of two PCs whose people only write drafts.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use qianban_journal::*;
use qianban_store::*;
use qianban_sync::Text;
use qianban_sync::bundle::{
    self, ContentKey, Counts, Header, ImportError, Imported, Origin, Receipts, Request, Staged,
    VOLUME_BYTES_MAX, WriteError, finish, import, scan, stage,
};
use tempfile::TempDir;

pub(crate) const WS: WorkspaceId = WorkspaceId([7; 16]);
pub(crate) const DEFINITION: &[u8] = b"title = \"test\"";
pub(crate) const FILE: &[u8] = b"%PDF-1.7 sample";
const UNIT: UnitId = UnitId([9; 16]);

struct NoIndex;

impl Index for NoIndex {
    fn index(&self, _: &FormLog, _: &FormView, _: Registry<'_>, _: &dyn Sources) -> Indexed {
        Indexed::default()
    }
}

/// A PC with the one person who sits there.
pub(crate) struct Pc {
    pub(crate) dir: TempDir,
    pub(crate) store: Store,
    pub(crate) who: u8,
    nonce: std::cell::Cell<u8>,
}

pub(crate) fn key(who: u8) -> Sm2Key {
    Sm2Key::from_bytes(&[who; 32]).unwrap()
}

fn certificate(who: u8) -> Certificate {
    let (device, incarnation) = (DeviceId([who; 16]), Incarnation([who; 16]));
    Certificate { person: PersonId([who; 16]), device, incarnation, public: key(who).public() }
}

pub(crate) fn seat(who: u8) -> SeatId {
    seat_id(WS, &certificate(who))
}

pub(crate) fn keep_going(_: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

impl Pc {
    pub(crate) fn empty(who: u8) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store =
            Store::create(&dir.path().join("data"), &DatabaseKey::generate().unwrap(), Box::new(NoIndex))
                .unwrap();
        Self { dir, store, who, nonce: std::cell::Cell::new(0) }
    }

    /// The PC on which the bureau is founded; person 1 administers, 2 is certified for another PC.
    pub(crate) fn founded() -> Self {
        let pc = Self::empty(1);
        let found = Change::Found {
            name: "样例县财政局".to_owned(),
            level: "county".to_owned(),
            suite: SM2_SM3,
            quorum: Quorum::single(PersonId([1; 16]), key(1).public()),
            founder: certificate(1),
            code: "01".to_owned(),
        };
        let mut entry = RegistryEntry { ws: WS, number: 1, prev: None, body: found, sigs: vec![] };
        entry.sign(0, &key(1)).unwrap();
        pc.store.write(|w| w.put_blob(DEFINITION)).unwrap();
        pc.store.write(|w| w.trust_root(entry.hash())).unwrap();
        pc.store.write(|w| w.append_registry(&entry, 1)).unwrap();
        pc.change(Change::AddUnit { unit: UNIT, name: "预算科".to_owned(), active: true });
        for (who, name) in [(1, "张三"), (2, "李四")] {
            let record =
                PersonRecord { name: name.to_owned(), kind: PersonKind::Human, unit: None, active: true };
            pc.change(Change::AddPerson { person: PersonId([who; 16]), record });
            let role = Role::from("clerk");
            pc.change(Change::Assign { person: PersonId([who; 16]), role, unit: None });
        }
        pc.change(Change::SeatCertify { certificate: certificate(2), code: "02".to_owned() });
        let sealing = certificate(1).pc();
        for ledger in ["permission", "incident"] {
            let (ledger, title) = (Ledger::from(ledger), "台账".to_owned());
            pc.change(Change::LedgerOpen { ledger, title, pc: sealing });
        }
        pc.change(Change::ActivateDefinition { def: digest(DEFINITION), policy: policy() });
        pc
    }

    pub(crate) fn change(&self, body: Change) {
        let chain = self.chain();
        let mut entry = chain.draft(WS, body);
        entry.sign(0, &key(1)).unwrap();
        self.store.write(|w| w.append_registry(&entry, 1)).unwrap();
    }

    /// Person 2 gets a role and loses it, with a list of so many accepted events.
    pub(crate) fn end_a_role(&self, n: u8, accepted: u8) {
        let (person, role) = (PersonId([2; 16]), Role::from(format!("role{n}").as_str()));
        self.change(Change::Assign { person, role: role.clone(), unit: None });
        let ids = (0..accepted).map(|at| EventId([[n, at]; 16].concat().try_into().unwrap())).collect();
        let allow = self.store.write(|w| w.put_blob(&encode_allow_list(&ids))).unwrap();
        self.change(Change::RoleEnd { person, role, unit: None, allow });
    }

    pub(crate) fn chain(&self) -> std::sync::Arc<RegistryChain> {
        self.store.read(|r| Ok::<_, StoreError>(r.registry().clone())).unwrap()
    }

    fn author(&self) -> Author {
        let head = self.store.read(|r| r.log_head(seat(self.who), Incarnation([self.who; 16]))).unwrap();
        self.nonce.set(self.nonce.get().wrapping_add(1));
        Author {
            ws: WS,
            person: PersonId([self.who; 16]),
            seat: seat(self.who),
            epoch: self.chain().head().unwrap(),
            log: LogPlace {
                inc: Incarnation([self.who; 16]),
                n: head.map_or(1, |head| head.n + 1),
                prev: head.map(|head| head.event),
            },
            wall: 1_000,
            nonce: [self.nonce.get(); 16],
        }
    }

    fn append(&self, event: &Event) -> EventId {
        let envelope = sign(event, &key(self.who)).unwrap();
        let id = envelope.id();
        let result = self.store.write(|w| w.append_events(&[envelope])).unwrap().remove(0);
        assert_eq!(result, ItemResult::Stored(id, Ok(())));
        id
    }

    /// A form with one saved revision, and a file where asked for.
    pub(crate) fn draft(&self, reason: &str, with_file: bool) -> FormId {
        let def = digest(DEFINITION);
        let create = self.append(&self.author().create(def, Ledger::from("permission"), UNIT));
        let file = || Attachment {
            slot: "files".to_owned(),
            name: "调令.pdf".to_owned(),
            media: "application/pdf".to_owned(),
            len: FILE.len() as u64,
            digest: digest(FILE),
        };
        let attachments = with_file.then(file).into_iter().collect();
        let fields = BTreeMap::from([("reason".to_owned(), Item::Text(reason.to_owned()))]);
        let snapshot = Snapshot { def, fields, attachments, links: vec![] };
        let content = self.store.write(|w| w.put_blob(&snapshot.encode())).unwrap();
        if with_file {
            let mut writer = self.store.begin_attachment(ATTACHMENT_BYTES_MAX).unwrap();
            writer.chunk(FILE).unwrap();
            let staged = writer.finish().unwrap();
            self.store.write(|w| w.take_attachment(staged)).unwrap();
        }
        let log = self.store.read(|r| r.form_log(create.into())).unwrap();
        self.append(&log.draft_save(self.author(), create, content, def, false));
        create.into()
    }

    pub(crate) fn request(&self, to: Option<u8>) -> Request {
        let peer = to.map(|who| {
            self.store.write(|w| w.meet_peer(DeviceId([who; 16]), Incarnation([who; 16]), "对方", 1)).unwrap()
        });
        Request {
            peer,
            ledgers: None,
            attachments: true,
            volume_bytes: VOLUME_BYTES_MAX,
            recipients: Vec::new(),
        }
    }

    /// Writes and signs a bundle; answers its volumes.
    pub(crate) fn write(&self, request: &Request) -> Vec<PathBuf> {
        let staged = self.stage(request).unwrap();
        finish(staged, seat(self.who), &mut |bytes| key(self.who).sign(bytes).ok()).unwrap()
    }

    pub(crate) fn stage(&self, request: &Request) -> Result<Staged, WriteError> {
        let (plan, header) =
            self.store.read(|r| Ok::<_, StoreError>((bundle::plan(r, request)?, self.header(r)?))).unwrap();
        self.store.read(|r| stage(r, &plan, &header, self.dir.path(), &mut keep_going))
    }

    fn header(&self, r: &Reader<'_>) -> Result<Header, StoreError> {
        let entry = RegistryEntry::decode(&r.registry_entry(1)?.unwrap()).unwrap();
        self.nonce.set(self.nonce.get().wrapping_add(1));
        Ok(Header {
            ws: Text(WS),
            bureau: "样例县财政局".to_owned(),
            root: Text(entry.hash()),
            bundle: hex::encode([self.nonce.get(), self.who, 0, 0]),
            volume: 1,
            volumes: 1,
            from: Origin {
                device: Text(DeviceId([self.who; 16])),
                incarnation: Text(Incarnation([self.who; 16])),
                name: "某人".to_owned(),
            },
            to: None,
            recipients: Vec::new(),
            made_ms: 1_000,
            counts: Counts::default(),
            receipts: Receipts::of(r)?,
        })
    }

    pub(crate) fn take(&self, path: &Path) -> Imported {
        self.try_take(path, None).unwrap()
    }

    pub(crate) fn try_take(&self, path: &Path, fingerprint: Option<&str>) -> Result<Imported, ImportError> {
        let found = scan(path, &mut keep_going).unwrap();
        let content = ContentKey::of(&found.header, seat(self.who), &key(self.who));
        import(&self.store, path, &found, fingerprint, content.as_ref(), 2_000, &mut keep_going)
    }

    pub(crate) fn state(&self) -> Digest {
        self.store.read(|r| r.state_digest()).unwrap()
    }

    pub(crate) fn well(&self) {
        let report = self.store.verify(keep_checking).unwrap();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
    }

    /// Another PC that has taken in everything.
    pub(crate) fn joined(&self, who: u8) -> Self {
        let other = Self::empty(who);
        let fingerprint = self.chain().root_fingerprint();
        for path in self.write(&self.request(None)) {
            other.try_take(&path, Some(&fingerprint)).unwrap();
            fs::remove_file(path).unwrap();
        }
        other
    }
}

fn keep_checking(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn policy() -> Policy {
    let all = vec![Phase::Drafting, Phase::Live, Phase::Sealed, Phase::Closed];
    let mut tables: Vec<_> = BUILT_IN_TABLES
        .iter()
        .map(|name| TablePolicy {
            name: (*name).to_owned(),
            roles: vec![Role::from("clerk")],
            phases: all.clone(),
            single: false,
        })
        .collect();
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    Policy {
        ledger: Ledger::from("permission"),
        series: None,
        create_roles: vec![Role::from("clerk")],
        edit_roles: vec![Role::from("clerk")],
        tables,
        register: false,
        seal_mode: SealMode::Plain,
    }
}
