//! A bureau that signs: an administrator, a registrar for all units, a clerk of one unit, an outside service desk for the
//! same unit and a clerk of the other unit, each with a PC.

use qianban_journal::{
    Author, Certificate, Change, DeviceId, Digest, Envelope, Event, FormLog, Incarnation, Ledger, LogPlace,
    NoBlobs, PersonId, PersonKind, PersonRecord, Quorum, RegistryChain, RegistryEntry, Role, SM2_SM3, SeatId,
    Signer, Sm2Key, UnitId, Verified, WorkspaceId, seat_id, sign,
};
use qianban_protocol::leave;

pub(crate) const UNIT: UnitId = UnitId([9; 16]);
pub(crate) const OTHER_UNIT: UnitId = UnitId([8; 16]);
pub(crate) const DEF: Digest = Digest([0xde; 32]);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Who {
    Admin = 1,
    Registrar,
    Clerk,
    ServiceDesk,
    Neighbour,
}

/// Everything is made from the workspace's byte, so that two bureaus have nothing in common.
pub(crate) struct Bureau {
    pub(crate) ws: WorkspaceId,
    pub(crate) chain: RegistryChain,
    pub(crate) entries: Vec<Vec<u8>>,
    nonce: u128,
}

impl Who {
    pub(crate) fn person(self) -> PersonId {
        PersonId([self as u8; 16])
    }

    pub(crate) fn key(self) -> Sm2Key {
        Sm2Key::from_bytes(&[self as u8; 32]).expect("a key")
    }

    pub(crate) fn certificate(self) -> Certificate {
        let (device, incarnation) = (DeviceId([self as u8; 16]), Incarnation([self as u8; 16]));
        Certificate { person: self.person(), device, incarnation, public: self.key().public() }
    }

    pub(crate) fn seat(self, ws: WorkspaceId) -> SeatId {
        seat_id(ws, &self.certificate())
    }
}

impl Bureau {
    /// The administrator and the registrar have a seat; every ledger may leave.
    pub(crate) fn founded(byte: u8) -> Self {
        let ws = WorkspaceId([byte; 16]);
        let body = Change::Found {
            name: "样例县财政局".into(),
            level: "county".into(),
            suite: SM2_SM3,
            quorum: Quorum::single(Who::Admin.person(), Who::Admin.key().public()),
            founder: Who::Admin.certificate(),
            code: "01".into(),
        };
        let mut entry = RegistryEntry { ws, number: 1, prev: None, body, sigs: vec![] };
        entry.sign(0, &Who::Admin.key()).expect("signs");
        let mut chain = RegistryChain::new(entry.hash());
        chain.append(&entry, &NoBlobs).expect("founds");
        let mut bureau = Self { ws, chain, entries: vec![entry.encode()], nonce: 0 };
        for unit in [UNIT, OTHER_UNIT] {
            bureau.change(Change::AddUnit { unit, name: "预算科".into(), active: true });
        }
        for who in [Who::Admin, Who::Registrar, Who::Clerk, Who::ServiceDesk, Who::Neighbour] {
            let kind = if who == Who::ServiceDesk { PersonKind::System } else { PersonKind::Human };
            let record = PersonRecord { name: "张三".into(), kind, unit: None, active: true };
            bureau.change(Change::AddPerson { person: who.person(), record });
        }
        bureau.certify(Who::Registrar);
        let registrar = Who::Registrar.person();
        bureau.change(Change::Assign { person: registrar, role: Role::registrar(), unit: None });
        for (who, unit) in [(Who::Clerk, UNIT), (Who::Neighbour, OTHER_UNIT)] {
            bureau.change(Change::Assign {
                person: who.person(),
                role: Role::from("clerk"),
                unit: Some(unit),
            });
        }
        let desk = Who::ServiceDesk.person();
        bureau.change(Change::Assign { person: desk, role: Role::from("service_manager"), unit: Some(UNIT) });
        bureau.change(Change::Setting { key: leave::SETTING.into(), value: leave::EVERY_LEDGER.into() });
        bureau
    }

    pub(crate) fn certify(&mut self, who: Who) {
        self.change(Change::SeatCertify { certificate: who.certificate(), code: format!("0{}", who as u8) });
    }

    pub(crate) fn change(&mut self, body: Change) {
        let mut entry = self.chain.draft(self.ws, body);
        entry.sign(0, &Who::Admin.key()).expect("signs");
        self.chain.append(&entry, &NoBlobs).expect("appends");
        self.entries.push(entry.encode());
    }

    fn author(&mut self, who: Who) -> Author {
        self.nonce += 1;
        Author {
            ws: self.ws,
            person: who.person(),
            seat: who.seat(self.ws),
            epoch: self.chain.head().expect("founded"),
            log: LogPlace { inc: who.certificate().incarnation, n: 1, prev: None },
            wall: 0,
            nonce: self.nonce.to_be_bytes(),
        }
    }

    /// A form of two events, a Create and a Save, in this order.
    pub(crate) fn form(&mut self, who: Who, unit: UnitId, content: Digest) -> Vec<Envelope> {
        let create = self.author(who).create(DEF, Ledger::from("permission"), unit);
        let create = sign(&create, &who.key()).expect("signs");
        let mut log = FormLog::new(create.id().into());
        drop(log.admit(Verified::check(&create, &self.chain).expect("certified"), &self.chain));
        let author = self.author(who);
        let save = log.draft_save(author, create.id(), content, DEF, false);
        vec![create, sign(&save, &who.key()).expect("signs")]
    }

    /// One more Save of a form.
    pub(crate) fn save(&mut self, who: Who, form: &[Envelope], content: Digest) -> Envelope {
        let mut log = FormLog::new(form[0].id().into());
        for envelope in form {
            drop(log.admit(Verified::check(envelope, &self.chain).expect("certified"), &self.chain));
        }
        let last = form.last().expect("an event").id();
        let author = self.author(who);
        sign(&log.draft_save(author, last, content, DEF, false), &who.key()).expect("signs")
    }

    /// An event that was tampered with before it was signed.
    pub(crate) fn changed(&self, envelope: &Envelope, who: Who, change: impl FnOnce(&mut Event)) -> Envelope {
        let mut event = Event::decode(&envelope.body).expect("an event");
        change(&mut event);
        sign(&event, &who.key()).expect("signs")
    }
}
