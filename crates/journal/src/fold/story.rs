//! A small bureau for the unit tests of the fold, and the stories of one form from Create to close.

use std::collections::{BTreeMap, BTreeSet};

use crate::*;

/// Short names for people, in the order of their ids.
const PEOPLE: [&str; 9] =
    ["admin", "drafter", "applicant", "head_a", "head_b", "chief", "registrar", "deputy", "registrar_b"];

/// A bureau with its registry, and one form.
#[derive(Clone)]
pub(super) struct Story {
    pub(super) chain: RegistryChain,
    pub(super) log: FormLog,
    pub(super) plan: Plan,
    root: Digest,
    logs: BTreeMap<PersonId, u64>,
    nonce: u64,
}

pub(super) fn person(name: &str) -> PersonId {
    let index = PEOPLE.iter().position(|p| *p == name).expect("a name of the bureau");
    PersonId([index as u8 + 1; 16])
}

fn key(name: &str) -> TestKey {
    TestKey([person(name).0[0]; 32])
}

pub(super) const WS: WorkspaceId = WorkspaceId([7; 16]);
pub(super) const UNIT: UnitId = UnitId([9; 16]);
pub(super) const DEF: Digest = Digest([0xDE; 32]);
pub(super) const PC: SealingPc = SealingPc { device: DeviceId([3; 16]), incarnation: Incarnation([4; 16]) };

fn certificate(name: &str) -> Certificate {
    let public = key(name).public();
    Certificate { person: person(name), device: PC.device, incarnation: PC.incarnation, public }
}

pub(super) fn seat(name: &str) -> SeatId {
    seat_id(WS, &certificate(name))
}

pub(super) fn role(name: &str) -> Role {
    Role::from(name)
}

pub(super) fn step(roles: &[&str]) -> PlanStep {
    PlanStep {
        roles: roles.iter().map(|name| role(name)).collect(),
        units: None,
        need: 1,
        bar: Some(vec![]),
        differ: vec![],
        ink: Ink::Allowed,
        outsider: false,
        boxed: false,
    }
}

fn table(name: &str, roles: &[&str], phases: &[Phase], single: bool) -> TablePolicy {
    let roles = roles.iter().map(|name| role(name)).collect();
    TablePolicy { name: name.to_owned(), roles, phases: phases.to_vec(), single }
}

pub(super) fn policy() -> Policy {
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

impl Story {
    /// Everybody certified on one PC; three steps: head, chief, registrar's seal.
    pub(super) fn new() -> Self {
        let body = Change::Found {
            name: "财政局".to_owned(),
            level: "city".to_owned(),
            suite: KEYED_TEST,
            quorum: Quorum::single(person("admin"), key("admin").public()),
            founder: certificate("admin"),
            code: "A".to_owned(),
        };
        let mut entry = RegistryEntry { ws: WS, number: 1, prev: None, body, sigs: vec![] };
        entry.sign(0, &key("admin")).expect("signs");
        let mut chain = RegistryChain::new(entry.hash());
        chain.append(&entry, &NoBlobs).expect("founds");
        let mut story = Self {
            chain,
            log: FormLog::new(FormId([0; 32])),
            plan: Plan(vec![step(&["unit_head"]), step(&["section_chief"])]),
            root: entry.hash(),
            logs: BTreeMap::new(),
            nonce: 0,
        };
        story.change(Change::AddUnit { unit: UNIT, name: "国库科".to_owned(), active: true });
        for name in PEOPLE {
            let record =
                PersonRecord { name: name.to_owned(), kind: PersonKind::Human, unit: None, active: true };
            story.change(Change::AddPerson { person: person(name), record });
            if name != "admin" {
                story.change(Change::SeatCertify { certificate: certificate(name), code: name.to_owned() });
            }
        }
        for (name, held) in [
            ("drafter", "applicant"),
            ("applicant", "applicant"),
            ("head_a", "unit_head"),
            ("head_b", "unit_head"),
            ("chief", "section_chief"),
            ("registrar", "registrar"),
            ("registrar_b", "registrar"),
        ] {
            story.change(Change::Assign { person: person(name), role: role(held), unit: Some(UNIT) });
        }
        let ledger = Ledger::from("permission");
        story.change(Change::LedgerOpen { ledger, title: "用户权限台账".to_owned(), pc: PC });
        story.change(Change::ActivateDefinition { def: DEF, policy: policy() });
        let create = story.author("drafter").create(DEF, Ledger::from("permission"), UNIT);
        story.log = FormLog::new(FormId::from(event_id(&create.encode())));
        story.legal("drafter", create);
        story
    }

    pub(super) fn change(&mut self, body: Change) -> u32 {
        self.change_with(body, &NoBlobs)
    }

    /// A change with an allow-list of these events, whose digest `body` is given.
    pub(super) fn cut(&mut self, allowed: &[EventId], body: impl FnOnce(Digest) -> Change) -> u32 {
        let bytes = encode_allow_list(&BTreeSet::from_iter(allowed.iter().copied()));
        let allow = digest(&bytes);
        self.change_with(body(allow), &BTreeMap::from([(allow, bytes)]))
    }

    fn change_with(&mut self, body: Change, blobs: &dyn Blobs) -> u32 {
        let mut entry = self.chain.draft(WS, body);
        entry.sign(0, &key("admin")).expect("signs");
        assert_eq!(self.chain.append(&entry, blobs), Ok(Appended::New), "{:?}", entry.body);
        entry.number
    }

    /// The epoch at which only the administrator had a seat.
    pub(super) fn founding(&self) -> Epoch {
        Epoch { number: 1, hash: self.root }
    }

    pub(super) fn author(&mut self, name: &str) -> Author {
        self.nonce += 1;
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&self.nonce.to_be_bytes());
        let n = self.logs.entry(person(name)).or_default();
        *n += 1;
        let epoch = self.chain.head().expect("founded");
        let log = LogPlace { inc: PC.incarnation, n: *n, prev: None };
        Author { ws: WS, person: person(name), seat: seat(name), epoch, log, wall: 1_773_540_000_000, nonce }
    }

    /// Signs and admits, whatever the verdict.
    pub(super) fn admit(&mut self, name: &str, event: &Event) -> (EventId, Admission) {
        let envelope = sign(event, &key(name)).expect("signs");
        let expected = self.log.would_be_legal(event, &self.chain);
        let verified = Verified::check(&envelope, &self.chain).expect("verifies");
        let admission = self.log.admit(verified, &self.chain);
        if let Admission::Stored(verdict) = &admission {
            assert_eq!(*verdict, expected, "the draft was told the same");
        }
        (envelope.id(), admission)
    }

    pub(super) fn legal(&mut self, name: &str, event: Event) -> EventId {
        let (id, admission) = self.admit(name, &event);
        assert_eq!(admission, Admission::Stored(Ok(())), "{name}: {:?}", event.action);
        id
    }

    /// Admits an event that must be illegal, and says why it is.
    pub(super) fn illegal(&mut self, name: &str, event: Event) -> Illegal {
        let (id, admission) = self.admit(name, &event);
        let Admission::Stored(Err(illegal)) = admission else { panic!("{name} may not: {admission:?}") };
        let view = self.view();
        let line = view.events.iter().find(|line| line.id == id).expect("kept as evidence");
        assert!(!line.effective && line.illegal == Some(illegal));
        illegal
    }

    pub(super) fn save(&mut self, name: &str, prev: EventId, text: &str) -> EventId {
        let author = self.author(name);
        let event = self.log.draft_save(author, prev, digest(text.as_bytes()), DEF, false);
        self.legal(name, event)
    }

    pub(super) fn submission(&mut self, name: &str, rev: EventId, carry: Vec<EventId>) -> Event {
        let author = self.author(name);
        self.log.draft_submit(author, rev, self.plan.clone(), None, carry).expect("the revision is here")
    }

    pub(super) fn submit(&mut self, name: &str, rev: EventId) -> EventId {
        let event = self.submission(name, rev, vec![]);
        self.legal(name, event)
    }

    /// Create, one Save by the drafter, Submit by the drafter.
    pub(super) fn submitted(&mut self) -> (EventId, EventId) {
        let rev = self.save("drafter", EventId::from(self.log.form()), "X");
        (rev, self.submit("drafter", rev))
    }

    pub(super) fn approval(&mut self, name: &str, round: EventId, step: u8, hand: Hand) -> Event {
        let author = self.author(name);
        let approve = ApproveDraft { round, step, hand, boxed: None, basis: vec![] };
        self.log.draft_approve(&self.chain, author, approve).expect("the round is here")
    }

    pub(super) fn approve(&mut self, name: &str, round: EventId, step: u8) -> EventId {
        let event = self.approval(name, round, step, Hand::own());
        self.legal(name, event)
    }

    pub(super) fn cannot_approve(&mut self, name: &str, round: EventId, step: u8) -> Illegal {
        let event = self.approval(name, round, step, Hand::own());
        self.clone().illegal(name, event)
    }

    pub(super) fn sending_back(&mut self, name: &str, round: EventId, target: Target) -> Event {
        let author = self.author(name);
        self.log.draft_return(author, round, target, Hand::own(), "请补充".to_owned())
    }

    pub(super) fn send_back(&mut self, name: &str, round: EventId, target: Target) -> EventId {
        let event = self.sending_back(name, round, target);
        self.legal(name, event)
    }

    pub(super) fn sealing(&mut self, name: &str, round: EventId) -> Event {
        let author = self.author(name);
        self.log.draft_seal(author, round, None, vec![])
    }

    pub(super) fn seal(&mut self, name: &str, round: EventId) -> EventId {
        let event = self.sealing(name, round);
        self.legal(name, event)
    }

    pub(super) fn entry(&mut self, name: &str, table: &str, row: u8, supersedes: Option<EventId>) -> Event {
        let author = self.author(name);
        self.log.draft_entry(
            author,
            EntryDraft {
                table: table.to_owned(),
                row: RowId([row; 16]),
                supersedes,
                at: "2026-03-01 09:00".to_owned(),
                on_behalf: None,
                boxed: None,
                basis: vec![],
            },
        )
    }

    pub(super) fn view(&self) -> FormView {
        let registry = self.chain.now().expect("founded");
        let view = self.log.view(registry).expect("created");
        assert_eq!(Some(&view), self.rebuilt().view(registry).as_ref(), "P11: rebuilding gives the same");
        view
    }

    /// The same events admitted into an empty log, in another causal order: by depth, then id.
    pub(super) fn rebuilt(&self) -> FormLog {
        let mut log = FormLog::new(self.log.form());
        for place in self.log.in_order(0..self.log.len()) {
            let node = &self.log.nodes[place];
            let verified = Verified { id: node.id, event: node.event.clone(), pc: node.pc };
            let verdict = node.illegal.map_or(Ok(()), Err);
            assert_eq!(
                log.admit(verified, &self.chain),
                Admission::Stored(verdict),
                "P2: legality is constant"
            );
        }
        log
    }

    pub(super) fn findings(&self) -> Vec<&'static str> {
        self.view().findings.iter().map(Finding::code).collect()
    }
}

#[test]
fn decided_done_closed() {
    let mut story = Story::new();
    assert_eq!(story.view().status, FormStatus::Draft);
    let (rev, round) = story.submitted();
    assert_eq!(story.view().status, FormStatus::Pending(0));
    assert_eq!(story.cannot_approve("chief", round, 1), Illegal::NotPending, "nobody skips a step");
    assert_eq!(story.cannot_approve("chief", round, 0), Illegal::SignerRole);
    story.approve("head_a", round, 0);
    assert_eq!(story.cannot_approve("head_b", round, 0), Illegal::NotPending, "the step is met");
    let early = story.sealing("registrar", round);
    assert_eq!(story.clone().illegal("registrar", early), Illegal::SealStatus);
    story.approve("chief", round, 1);
    assert_eq!(story.view().next, Next::Registrar { round });
    let wrong = story.sealing("chief", round);
    assert_eq!(story.clone().illegal("chief", wrong), Illegal::SealRole);
    let early = story.entry("drafter", "done", 1, None);
    assert_eq!(story.clone().illegal("drafter", early), Illegal::EntryPhase);
    story.seal("registrar", round);
    let view = story.view();
    assert_eq!((view.phase, view.status), (Phase::Sealed, FormStatus::Sealed));
    assert_eq!((view.canonical, view.primary), (Some(rev), Some(round)));
    assert_eq!(view.next, Next::Tables(vec!["done".to_owned()]));
    let again = story.sealing("registrar", round);
    assert_eq!(story.clone().illegal("registrar", again), Illegal::SealSealed);

    let done = story.entry("drafter", "done", 1, None);
    let done = story.legal("drafter", done);
    let second = story.entry("applicant", "done", 2, None);
    assert_eq!(story.clone().illegal("applicant", second), Illegal::EntrySingle);
    let foreign = story.entry("applicant", "done", 1, Some(done));
    assert_eq!(story.clone().illegal("applicant", foreign), Illegal::EntryCorrection);
    let corrected = story.entry("registrar", "done", 1, Some(done));
    let corrected = story.legal("registrar", corrected);
    let again = story.entry("registrar", "done", 1, Some(done));
    assert_eq!(
        story.clone().illegal("registrar", again),
        Illegal::EntrySingle,
        "the standing row is corrected"
    );
    let view = story.view();
    assert_eq!(view.current_entries("done").map(|entry| entry.id).collect::<Vec<_>>(), [corrected]);
    assert_eq!(view.entries.len(), 2, "the corrected row stays visible");
    let close = story.entry("registrar", "close", 3, None);
    story.legal("registrar", close);
    let view = story.view();
    assert_eq!((view.status, view.next), (FormStatus::Closed, Next::Nobody));
    assert_eq!(view.working_number, "drafter-1");
    assert_eq!(view.findings, []);
}

#[test]
fn numbers_come_from_the_seat_that_holds_the_series() {
    let mut story = Story::new();
    let number = |n| Number { series: "权申".to_owned(), year: 2026, n };
    let (_, round) = story.submitted();
    story.approve("head_a", round, 0);
    story.approve("chief", round, 1);
    let sealing = |story: &mut Story, number| {
        let author = story.author("registrar");
        story.log.draft_seal(author, round, Some(number), vec![])
    };
    let event = sealing(&mut story, number(1));
    let mut other = story.clone();
    assert_eq!(other.illegal("registrar", event), Illegal::NumberNotLeased, "the founding seat holds it");
    assert_eq!(other.findings(), ["F13"]);
    story.change(Change::Lease {
        series: "权申".to_owned(),
        year: 2026,
        first: 1,
        last: 50,
        seat: seat("registrar"),
    });
    for outside in [number(51), Number { series: "别的".to_owned(), ..number(1) }] {
        let event = sealing(&mut story, outside);
        assert_eq!(story.clone().illegal("registrar", event), Illegal::NumberNotLeased);
    }
    let event = sealing(&mut story, number(50));
    story.legal("registrar", event);
    assert_eq!(story.view().number, Some(number(50)));
}

#[test]
fn admission_tells_pending_from_rejected() {
    let mut story = Story::new();
    let create = EventId::from(story.log.form());
    let mut behind = story.clone();
    let rev = story.save("drafter", create, "X");
    let event = story.submission("drafter", rev, vec![]);
    assert_eq!(behind.admit("drafter", &event).1, Admission::Pending(Missing::Events(vec![rev])));
    story.legal("drafter", event.clone());
    assert_eq!(story.admit("drafter", &event).1, Admission::Duplicate);

    let author = story.author("drafter");
    let save = story.log.draft_save(author, rev, DEF, DEF, false);
    let cites: Vec<_> = save.cites.iter().copied().filter(|id| *id != rev).collect();
    let uncited = Event { cites, ..save.clone() };
    assert_eq!(story.admit("drafter", &uncited).1, Admission::Rejected(Rejected::PrevNotCited));
    let orphan = Event { cites: vec![], prev: None, ..story.sealing("registrar", rev) };
    assert_eq!(story.admit("registrar", &orphan).1, Admission::Rejected(Rejected::OtherForm));
    let foreign = Event { form: Some(FormId([1; 32])), ..save.clone() };
    assert_eq!(story.admit("drafter", &foreign).1, Admission::Rejected(Rejected::OtherForm));
    let note = story.entry("drafter", "note", 1, None);
    let note = story.legal("drafter", note);
    let mut cites = save.cites.clone();
    cites.push(note);
    cites.sort_unstable();
    let cited = Event { cites, ..save.clone() };
    assert_eq!(story.admit("drafter", &cited).1, Admission::Rejected(Rejected::EntryCited));
    let other_row = story.entry("drafter", "note", 2, Some(note));
    assert_eq!(story.admit("drafter", &other_row).1, Admission::Rejected(Rejected::SupersedesOther));

    let old = story.chain.head().expect("founded");
    story.change(Change::Setting { key: "G1".to_owned(), value: "on".to_owned() });
    let round = story.view().primary.expect("submitted");
    story.approve("head_a", round, 0);
    let stale = Event { epoch: old, ..story.sealing("registrar", round) };
    assert_eq!(story.admit("registrar", &stale).1, Admission::Rejected(Rejected::EpochOlder));
    let ahead = Event { epoch: Epoch { number: 99, ..old }, ..save };
    let envelope = sign(&ahead, &key("drafter")).expect("signs");
    assert_eq!(Verified::check(&envelope, &story.chain), Err(Unverified::Registry { number: 99 }));
}
