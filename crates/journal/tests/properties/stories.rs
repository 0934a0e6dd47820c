//! Worlds told step by step, for schedules that chance meets too rarely. Desk n is that of person n.

use crate::check::{self, Figures};
use crate::naive::Ids;
use crate::naive::view::Finding as Told;
use crate::world::World;
use crate::world::office::{definition, person, unit};
use qianban_journal::{
    Action, Change, Digest, Event, EventId, FormId, FormLog, Hand, Ink, Kind, Ledger, Mutation, Plan,
    PlanStep, Role, RowId, Target, Verified, sign, with_mutation,
};

/// A world in which every event is put on purpose.
struct Story {
    world: World,
    create: EventId,
    save: EventId,
}

const APPLICANT: usize = 2;
const HEAD: usize = 4;
const CLERK: usize = 6;
const OTHER_CLERK: usize = 5;

fn plan(roles: &[&str]) -> Plan {
    let step = |role: &&str| PlanStep {
        roles: vec![Role::from(*role)],
        units: None,
        need: 1,
        bar: None,
        differ: Vec::new(),
        ink: Ink::No,
        outsider: false,
        boxed: false,
    };
    Plan(roles.iter().map(step).collect())
}

impl Story {
    /// A form with one revision.
    fn new() -> Self {
        let mut world = World::new(1, false);
        let action = Action::Create { ledger: crate::world::office::ledger(), unit: unit(0) };
        let mut event = world.blank(APPLICANT, action);
        event.def = Some(definition(0));
        let create = world.issue(APPLICANT, event).expect("a Create fits");
        let mut story = Self { world, create, save: create };
        story.save = story.put(APPLICANT, &[create], Action::Save { migrate: false });
        story
    }

    /// An event of a desk under the registry it knows, in its usual shape for this form.
    fn put(&mut self, desk: usize, cites: &[EventId], action: Action) -> EventId {
        self.put_with(desk, cites, action, |_| {})
    }

    fn put_with(
        &mut self,
        desk: usize,
        cites: &[EventId],
        action: Action,
        fill: impl FnOnce(&mut Event),
    ) -> EventId {
        let kind = action.kind();
        let mut event = self.world.blank(desk, action);
        event.cites = Ids::from_iter(cites.iter().copied()).into_iter().collect();
        event.prev = (kind == Kind::Save).then_some(self.create);
        if matches!(kind, Kind::Save | Kind::Submit | Kind::Approve) {
            event.content = Some(Digest([1; 32]));
            event.def = Some(definition(0));
        }
        if matches!(kind, Kind::Submit | Kind::Approve) {
            event.rev = Some(self.save);
        }
        fill(&mut event);
        self.world.issue(desk, event).expect("fits")
    }

    fn submit(&mut self, cites: &[EventId], plan: Plan, carry: Vec<EventId>) -> EventId {
        self.put_with(APPLICANT, cites, Action::Submit { number: None, carry }, |e| e.plan = Some(plan))
    }

    fn approve(&mut self, desk: usize, cites: &[EventId], round: EventId, step: u8, hand: Hand) -> EventId {
        let action = Action::Approve { hand, boxed: None, basis: Vec::new() };
        self.put_with(desk, cites, action, |e| {
            e.round = Some(round);
            e.step = Some(step);
        })
    }

    fn send_back(&mut self, desk: usize, cites: &[EventId], round: EventId, target: Target) -> EventId {
        let action = Action::Return { target, hand: Hand::own(), reason: "请补充".into() };
        self.put_with(desk, cites, action, |e| e.round = Some(round))
    }

    fn change(&mut self, change: Change) {
        assert!(self.world.try_append(change), "the registry takes it");
        let version = self.world.version();
        self.world.desks.iter_mut().for_each(|desk| desk.version = version);
    }

    /// All properties hold, and one is red once the rule is broken.
    fn catches(&self, mutation: Mutation) {
        check::world(&self.world, &mut Figures::default()).expect("the rules hold in the story");
        let red = with_mutation(mutation, || check::world(&self.world, &mut Figures::default()));
        assert!(red.is_err(), "{mutation:?} goes unnoticed");
    }
}

#[test]
fn a_delegation_given_again_is_not_cut_by_the_end_of_the_first() {
    let mut story = Story::new();
    let allow = story.world.keep_list(Ids::new());
    let (from, to) = (person(HEAD as u8), person(CLERK as u8));
    story.change(Change::DelegationEnd { from, to, allow });
    story.change(Change::Delegate { from, to, since: String::new(), until: String::new() });
    let round = story.submit(&[story.save], plan(&["unit_head", "clerk"]), Vec::new());
    let approve = story.approve(CLERK, &[round], round, 0, Hand::on_behalf(from));
    assert!(story.world.naive.legal(approve), "the second delegation is in force");
    story.catches(Mutation::CutIgnoresEpochs);
}

/// Round 1 goes back to step 1 and is taken up again with the first signature carried; meanwhile another clerk had
/// sent round 1 back to the drafter. Once that is known, the signature cannot be carried on.
#[test]
fn a_signature_taken_back_anywhere_is_not_carried() {
    let mut story = Story::new();
    let two = plan(&["unit_head", "clerk"]);
    let first = story.submit(&[story.save], two.clone(), Vec::new());
    let signed = story.approve(HEAD, &[first], first, 0, Hand::own());
    let to_step = story.send_back(CLERK, &[signed], first, Target::Step(1));
    let to_drafter = story.send_back(OTHER_CLERK, &[signed], first, Target::Drafter);
    let second = story.submit(&[to_step], two.clone(), vec![signed]);
    assert!(story.world.naive.legal(second), "without the crossing return it is carried");
    let again = story.send_back(CLERK, &[second], second, Target::Step(1));
    let third = story.submit(&[again, to_drafter], two, vec![signed]);
    assert!(!story.world.naive.legal(third), "the crossing return took it back");
    story.catches(Mutation::CarryAcrossReturn);
}

#[test]
fn a_signature_is_carried_under_the_same_plan_only() {
    let mut story = Story::new();
    let first = story.submit(&[story.save], plan(&["unit_head", "clerk"]), Vec::new());
    let signed = story.approve(HEAD, &[first], first, 0, Hand::own());
    let back = story.send_back(CLERK, &[signed], first, Target::Step(1));
    let second = story.submit(&[back], plan(&["unit_head", "division"]), vec![signed]);
    assert!(!story.world.naive.legal(second));
    story.catches(Mutation::CarryWithoutPlan);
}

#[test]
fn a_stolen_key_cannot_reject_for_ever() {
    let mut story = Story::new();
    let round = story.submit(&[story.save], plan(&["clerk"]), Vec::new());
    let reject = story.send_back(CLERK, &[round], round, Target::Reject);
    assert!(story.world.naive.legal(reject));
    let allow = story.world.keep_list(Ids::new());
    let seat = story.world.desks[CLERK].seat;
    story.change(Change::Revoke { seat, allow });
    let again = story.submit(&[reject], plan(&["clerk"]), Vec::new());
    assert!(story.world.naive.legal(again), "the cut reject went to the drafter");
    story.catches(Mutation::CutReturnRejects);
}

/// Every desk, definition and ledger, before and after a definition is retired.
#[test]
fn a_create_needs_its_role_an_active_definition_and_the_ledger_of_its_policy() {
    let mut world = World::new(2, false);
    let mut told = Vec::new();
    for round in 0..2 {
        for desk in 0..world.desks.len() {
            for (def, ledger) in [(0, "permission"), (1, "permission"), (9, "permission"), (0, "payment")] {
                let action = Action::Create { ledger: Ledger::from(ledger), unit: unit(round) };
                let mut event = world.blank(desk, action);
                event.def = Some(definition(def));
                let envelope = sign(&event, world.desks[desk].key.as_ref()).expect("signs");
                let verified = Verified::check(&envelope, world.chain()).expect("a certified seat");
                let log = FormLog::new(FormId::from(verified.id()));
                let answer = log.would_be_legal(&event, world.chain());
                assert_eq!(answer.is_ok(), world.naive.would_be_legal(&event), "{event:?}: {answer:?}");
                told.push(answer.map_or_else(|illegal| illegal.code(), |()| "legal"));
            }
        }
        assert!(world.try_append(Change::RetireDefinition { def: definition(0) }) || round == 1);
        let version = world.version();
        world.desks.iter_mut().for_each(|desk| desk.version = version);
    }
    for code in ["legal", "L2-CREATE-ROLE", "L2-LEDGER", "L2-POLICY", "L2-RETIRED"] {
        assert!(told.contains(&code), "{code} is met");
    }
}

#[test]
fn what_was_never_saved_is_not_submitted() {
    let mut story = Story::new();
    let create = story.create;
    let submit = Action::Submit { number: None, carry: Vec::new() };
    let bare = story.put_with(APPLICANT, &[story.save], submit, |e| {
        e.plan = Some(plan(&["clerk"]));
        e.rev = Some(create);
    });
    assert!(!story.world.naive.legal(bare), "a Create has no content to sign");
    check::world(&story.world, &mut Figures::default()).expect("production agrees");
}

/// A note that cites the return is in the sealer's log before the seal that does not.
#[test]
fn a_seal_by_a_desk_that_had_the_return_is_found() {
    const REGISTRAR: usize = 0;
    let mut story = Story::new();
    let round = story.submit(&[story.save], plan(&["clerk"]), Vec::new());
    let signed = story.approve(CLERK, &[round], round, 0, Hand::own());
    let returned = story.send_back(CLERK, &[signed], round, Target::Drafter);
    let note = |row| Action::Entry {
        table: "note".into(),
        row: RowId([row; 16]),
        supersedes: None,
        at: "2026-11-27 09:30".into(),
        on_behalf: None,
        boxed: None,
        basis: Vec::new(),
    };
    story.put(REGISTRAR, &[signed], note(1));
    let seal = Action::Seal { number: None, receipt: None, basis: Vec::new() };
    let unaware = story.put_with(REGISTRAR, &[signed], seal.clone(), |e| e.round = Some(round));
    let found = |story: &Story| {
        let all: Ids = story.world.naive.events.keys().copied().collect();
        let view = story.world.naive.view(&story.world.naive.eval(&all, story.world.version()), &all);
        let despite = |f: &&Told| matches!(f, Told::SealDespiteReturn(..));
        view.findings.iter().filter(despite).cloned().collect::<Vec<_>>()
    };
    assert!(story.world.naive.legal(unaware));
    assert_eq!(found(&story), [], "it crossed the return");
    story.put(REGISTRAR, &[returned], note(2));
    let aware = story.put_with(REGISTRAR, &[signed], seal, |e| e.round = Some(round));
    assert_eq!(found(&story), [Told::SealDespiteReturn(aware, returned)]);
    story.catches(Mutation::DeliveredReturnUnseen);
}
