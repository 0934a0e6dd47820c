//! Stories of rounds: returns, resubmission, countersigning, duties, paper, delegation, forks.

use crate::fold::story::{DEF, PC, Story, UNIT, person, role, step};
use crate::*;

#[test]
fn a_return_ends_the_round_and_old_approvals_never_revive() {
    let mut story = Story::new();
    let (rev, first) = story.submitted();
    let approve = story.approve("head_a", first, 0);
    story.send_back("chief", first, Target::Drafter);
    let view = story.view();
    assert_eq!((view.status, view.next), (FormStatus::Returned(Target::Drafter), Next::Editors));
    assert!(view.rounds[0].approves[0].void, "a sign-off of a returned round is void");
    // X → Y → X: the same content again is another revision and another round.
    let changed = story.save("drafter", rev, "Y");
    let back = story.save("drafter", changed, "X");
    let carrying = story.submission("drafter", back, vec![approve]);
    assert_eq!(story.clone().illegal("drafter", carrying), Illegal::CarryNotAtStep);
    let second = story.submit("drafter", back);
    assert_eq!(story.view().status, FormStatus::Pending(0));
    let old = story.approval("head_b", first, 0, Hand::own());
    assert_eq!(story.clone().illegal("head_b", old), Illegal::NotPending, "the old round is dead");
    let mut mixed = story.approval("head_b", second, 0, Hand::own());
    mixed.rev = Some(rev);
    assert_eq!(story.clone().illegal("head_b", mixed), Illegal::OtherContent);
    story.approve("head_b", second, 0);
    assert_eq!(story.view().findings, []);
}

#[test]
fn countersigning_of_three_with_a_return_after_two() {
    let mut story = Story::new();
    story.change(Change::Assign { person: person("deputy"), role: role("unit_head"), unit: None });
    story.plan.0[0].need = 0;
    let (rev, round) = story.submitted();
    assert_eq!(story.view().rounds[0].needs, [3, 1], "need 0 is everybody who holds the role");
    story.approve("head_a", round, 0);
    assert_eq!(story.cannot_approve("head_a", round, 0), Illegal::SignedAlready);
    story.approve("deputy", round, 0);
    assert_eq!(story.view().status, FormStatus::Pending(0));
    story.send_back("head_b", round, Target::Drafter);
    let view = story.view();
    assert_eq!(view.next, Next::Editors, "one open task");
    assert!(view.rounds[0].approves.iter().all(|approve| approve.void));
    let again = story.submit("drafter", rev);
    assert_eq!(story.view().round(again).map(|r| r.passed), Some(0));
}

#[test]
fn a_return_to_a_step_keeps_what_came_before_if_it_is_carried() {
    let mut story = Story::new();
    story.plan.0.push(step(&["registrar"]));
    let (rev, first) = story.submitted();
    let head = story.approve("head_a", first, 0);
    let chief = story.approve("chief", first, 1);
    story.send_back("registrar", first, Target::Step(1));
    let view = story.view();
    assert!(matches!(view.next, Next::Resubmit { step: 1, .. }), "{:?}", view.next);
    let too_much = story.submission("chief", rev, vec![head.min(chief), head.max(chief)]);
    assert_eq!(story.clone().illegal("chief", too_much), Illegal::CarryNotCounted);
    let stranger = story.submission("head_b", rev, vec![head]);
    assert_eq!(story.clone().illegal("head_b", stranger), Illegal::NotEditor);
    let mut other_plan = story.submission("chief", rev, vec![head]);
    other_plan.plan.as_mut().expect("a plan").0[2].need = 2;
    assert_eq!(story.clone().illegal("chief", other_plan), Illegal::CarryPlan);
    let carried = story.submission("chief", rev, vec![head]);
    let second = story.legal("chief", carried);
    let view = story.view();
    assert_eq!(view.status, FormStatus::Pending(1));
    let round = view.round(second).expect("counts");
    assert_eq!(round.submitter, person("drafter"), "the holder of the step does not become the submitter");
    assert!(round.approves[0].carried && !round.approves[0].void);
    assert!(!view.editors.contains(&person("chief")));
    story.approve("chief", second, 1);
    story.send_back("registrar", second, Target::Step(0));
    let gone = story.submission("drafter", rev, vec![head]);
    assert_eq!(story.clone().illegal("drafter", gone), Illegal::CarryNotCounted);
    story.submit("drafter", rev);
}

#[test]
fn a_carried_approve_does_not_outlive_the_return_that_took_it_back() {
    let mut story = Story::new();
    let (rev, first) = story.submitted();
    let head = story.approve("head_a", first, 0);
    let mut late = story.clone();
    story.send_back("chief", first, Target::Step(1));
    let carried = story.submission("drafter", rev, vec![head]);
    let second = story.legal("drafter", carried);
    story.send_back("chief", second, Target::Step(1));
    // Unknown to the chief's PC, the head had taken the sign-off back in the first round.
    let withdrawn = late.sending_back("head_b", first, Target::Step(0));
    story.legal("head_b", withdrawn);
    let again = story.submission("drafter", rev, vec![head]);
    assert_eq!(story.illegal("drafter", again), Illegal::CarryReturned);
}

#[test]
fn a_rejected_form_never_comes_back() {
    let mut story = Story::new();
    let (rev, round) = story.submitted();
    let mut crossing = story.clone();
    story.send_back("registrar", round, Target::Reject);
    let view = story.view();
    assert_eq!((view.status, view.next, view.primary), (FormStatus::Rejected, Next::Nobody, Some(round)));
    let again = story.submission("drafter", rev, vec![]);
    assert_eq!(story.clone().illegal("drafter", again), Illegal::SubmitRejected);
    // Sealed on a PC that had not heard of the reject: the seal stands, the reject is an objection.
    for (name, index) in [("head_a", 0), ("chief", 1)] {
        let event = crossing.approval(name, round, index, Hand::own());
        crossing.legal(name, event.clone());
        story.legal(name, event);
    }
    let seal = crossing.sealing("registrar", round);
    story.legal("registrar", seal);
    assert_eq!(story.view().status, FormStatus::Sealed);
    assert_eq!(story.findings(), ["F3"]);
}

#[test]
fn a_late_return_is_an_objection() {
    let mut story = Story::new();
    let (_, round) = story.submitted();
    let mut offline = story.clone();
    let late = offline.sending_back("head_b", round, Target::Drafter);
    story.approve("head_a", round, 0);
    story.approve("chief", round, 1);
    let approved = story.view();
    let mut before_seal = story.clone();
    before_seal.legal("head_b", late.clone());
    let fallen = before_seal.view();
    assert_eq!(fallen.status, FormStatus::Returned(Target::Drafter));
    assert_eq!(fallen.fall_from(&approved).map(|finding| finding.code()), Some("F9"));
    story.seal("registrar", round);
    let sealed = story.view();
    story.legal("head_b", late);
    let view = story.view();
    assert_eq!((view.status, story.findings()), (FormStatus::Sealed, vec!["F3"]));
    assert_eq!(view.fall_from(&sealed), None);
    let known = story.sending_back("head_b", round, Target::Drafter);
    assert_eq!(story.illegal("head_b", known), Illegal::ReturnStatus);
}

#[test]
fn who_may_send_back() {
    let mut story = Story::new();
    let (_, round) = story.submitted();
    let stranger = story.sending_back("applicant", round, Target::Drafter);
    assert_eq!(story.clone().illegal("applicant", stranger), Illegal::ReturnRight);
    let ahead = story.sending_back("chief", round, Target::Drafter);
    assert_eq!(story.clone().illegal("chief", ahead), Illegal::ReturnRight, "not the chief's turn yet");
    let unreached = story.sending_back("head_a", round, Target::Step(1));
    assert_eq!(story.clone().illegal("head_a", unreached), Illegal::ReturnTarget);
    story.clone().send_back("drafter", round, Target::Drafter);
    story.approve("head_a", round, 0);
    let too_late = story.sending_back("drafter", round, Target::Drafter);
    assert_eq!(story.clone().illegal("drafter", too_late), Illegal::ReturnRight, "somebody has signed");
    story.send_back("chief", round, Target::Step(0));
}

#[test]
fn nobody_signs_their_own_request() {
    let mut story = Story::new();
    for name in ["drafter", "applicant"] {
        story.change(Change::Assign { person: person(name), role: role("unit_head"), unit: Some(UNIT) });
    }
    story.plan.0[0].bar = Some(vec![person("applicant")]);
    story.plan.0[1] = step(&["section_chief", "unit_head"]);
    story.plan.0[1].roles.sort();
    story.plan.0[1].bar = None;
    story.plan.0[1].differ = vec![0];
    let (_, round) = story.submitted();
    assert_eq!(story.cannot_approve("drafter", round, 0), Illegal::Barred, "wrote it");
    assert_eq!(story.cannot_approve("applicant", round, 0), Illegal::Barred, "it is about them");
    story.approve("head_a", round, 0);
    assert_eq!(story.cannot_approve("head_a", round, 1), Illegal::SignedDiffering);
    story.approve("drafter", round, 1);
}

#[test]
fn a_step_that_nobody_could_sign_cannot_be_sent() {
    let mut story = Story::new();
    story.change(Change::Assign { person: person("drafter"), role: role("clerk"), unit: Some(UNIT) });
    story.plan.0[0] = PlanStep { need: 0, ..step(&["clerk"]) };
    let rev = story.save("drafter", EventId::from(story.log.form()), "X");
    let event = story.submission("drafter", rev, vec![]);
    assert_eq!(story.illegal("drafter", event), Illegal::StepWithoutHolder, "the only holder is barred");
}

#[test]
fn paper_is_recorded_by_a_registrar() {
    let mut story = Story::new();
    story.plan.0[0].ink = Ink::Required;
    story.plan.0[0].outsider = true;
    story.plan.0[1].ink = Ink::No;
    let (_, round) = story.submitted();
    let sheet = Digest([5; 32]);
    assert_eq!(story.cannot_approve("head_a", round, 0), Illegal::InkRequired);
    let mut try_ink = |name: &str, hand: Hand| {
        let event = story.approval(name, round, 0, hand);
        story.clone().illegal(name, event)
    };
    assert_eq!(try_ink("chief", Hand::ink(person("head_a"), sheet)), Illegal::InkRecorder);
    assert_eq!(try_ink("registrar", Hand::ink(person("chief"), sheet)), Illegal::SignerRole);
    let no_scan = Hand { scan: None, ..Hand::ink(person("head_a"), sheet) };
    assert_eq!(try_ink("registrar", no_scan), Illegal::InkScan);
    let two = Hand { outsider: Some("王五".to_owned()), ..Hand::ink(person("head_a"), sheet) };
    assert_eq!(try_ink("registrar", two), Illegal::InkSigner);
    let delegate = Hand { on_behalf: Some(person("head_a")), ..Hand::ink(person("head_a"), sheet) };
    assert_eq!(try_ink("registrar", delegate), Illegal::OnBehalfInk);
    let mut by_outsider = story.clone();
    let event = by_outsider.approval("registrar", round, 0, Hand::ink_outsider("王五".to_owned(), sheet));
    by_outsider.legal("registrar", event);
    let event = story.approval("registrar", round, 0, Hand::ink(person("head_a"), sheet));
    story.legal("registrar", event);
    let view = story.view();
    assert_eq!(view.rounds[0].approves[0].actor, Actor::Person(person("head_a")));
    assert_eq!(view.rounds[0].approves[0].person, person("registrar"));
    let event = story.approval("registrar", round, 1, Hand::ink(person("chief"), sheet));
    assert_eq!(story.clone().illegal("registrar", event), Illegal::InkNotAllowed);
}

#[test]
fn all_ink_by_the_sealer_is_a_finding() {
    let mut story = Story::new();
    let (_, round) = story.submitted();
    for (index, signer) in [(0, "head_a"), (1, "chief")] {
        let event = story.approval("registrar", round, index, Hand::ink(person(signer), DEF));
        story.legal("registrar", event);
    }
    let mut other = story.clone();
    other.seal("registrar_b", round);
    assert_eq!(other.findings(), Vec::<&str>::new());
    story.seal("registrar", round);
    assert_eq!(story.findings(), ["F16"]);
}

#[test]
fn a_delegate_signs_in_the_name_of_the_absent() {
    let mut story = Story::new();
    let (_, round) = story.submitted();
    let hand = Hand::on_behalf(person("head_a"));
    let event = story.approval("deputy", round, 0, hand.clone());
    assert_eq!(story.clone().illegal("deputy", event), Illegal::NoDelegation);
    let (from, to) = (person("head_a"), person("deputy"));
    story.change(Change::Delegate { from, to, since: "2026-03-01".into(), until: "2026-03-31".into() });
    let event = story.approval("deputy", round, 0, hand);
    story.legal("deputy", event);
    let approve = &story.view().rounds[0].approves[0];
    assert_eq!((&approve.actor, approve.person), (&Actor::Person(from), to));
}

#[test]
fn a_delegate_is_not_two_people() {
    let mut story = Story::new();
    story.plan = Plan(vec![PlanStep { need: 2, ..step(&["unit_head"]) }]);
    let (_, round) = story.submitted();
    for to in ["drafter", "head_b"] {
        let (from, to) = (person("head_a"), person(to));
        story.change(Change::Delegate { from, to, since: "2026-03-01".into(), until: "2026-03-31".into() });
    }
    let for_head = || Hand::on_behalf(person("head_a"));
    let own = story.approval("drafter", round, 0, for_head());
    assert_eq!(story.illegal("drafter", own), Illegal::Barred, "the submitter, with somebody else's name");
    let twice = story.approval("head_b", round, 0, for_head());
    story.approve("head_b", round, 0);
    let again = story.approval("head_b", round, 0, for_head());
    assert_eq!(story.clone().illegal("head_b", again), Illegal::SignedAlready, "one person, two names");
    story.approve("head_a", round, 0);
    assert_eq!(story.findings(), Vec::<&str>::new());
    story.legal("head_b", twice);
    assert_eq!(story.findings(), ["F15"], "signed on another PC at the same time");
}

#[test]
fn whoever_signed_for_another_differs_later_too() {
    let mut story = Story::new();
    let heads = || step(&["unit_head"]);
    story.plan = Plan(vec![heads(), PlanStep { differ: vec![0], ..heads() }]);
    let (from, to) = (person("head_a"), person("deputy"));
    let days = || ("2026-03-01".to_owned(), "2026-03-31".to_owned());
    let (since, until) = days();
    story.change(Change::Delegate { from, to, since, until });
    let (since, until) = days();
    story.change(Change::Delegate { from: person("head_b"), to, since, until });
    let (_, round) = story.submitted();
    let first = story.approval("deputy", round, 0, Hand::on_behalf(from));
    story.legal("deputy", first);
    let second = story.approval("deputy", round, 1, Hand::on_behalf(person("head_b")));
    assert_eq!(story.illegal("deputy", second), Illegal::SignedDiffering);
    story.approve("head_b", round, 1);
}

#[test]
fn crossing_drafts_are_shown_side_by_side() {
    let mut story = Story::new();
    let create = EventId::from(story.log.form());
    let rev = story.save("drafter", create, "X");
    let mut second_pc = story.clone();
    let mine = story.save("drafter", rev, "Y");
    let author = second_pc.author("drafter");
    let other = second_pc.log.draft_save(author, rev, Digest([2; 32]), DEF, false);
    let theirs = story.legal("drafter", other);
    let view = story.view();
    assert_eq!((view.leaves.len(), view.canonical), (2, Some(mine.min(theirs))));
    let author = story.author("drafter");
    let resolve = story.log.draft_resolve(author, vec![theirs]);
    story.legal("drafter", resolve);
    let view = story.view();
    assert_eq!((view.leaves, view.strays, view.canonical), (vec![mine], vec![], Some(mine)));
    story.submit("drafter", mine);
    let author = story.author("drafter");
    let frozen = story.log.draft_save(author, mine, DEF, DEF, false);
    assert_eq!(story.clone().illegal("drafter", frozen), Illegal::Frozen);
    let author = story.author("drafter");
    let hand = story.log.draft_handover(author, person("applicant"));
    assert_eq!(story.illegal("drafter", hand), Illegal::HandoverRound);
}

#[test]
fn two_submits_cross_and_one_is_primary_everywhere() {
    let mut story = Story::new();
    let rev = story.save("drafter", EventId::from(story.log.form()), "X");
    let mut second_pc = story.clone();
    let first = story.submit("drafter", rev);
    let crossing = second_pc.submission("drafter", rev, vec![]);
    let mut crossing = crossing;
    crossing.nonce = [0xAA; 16];
    let second = story.legal("drafter", crossing);
    assert_eq!(story.findings(), ["F6"]);
    assert_eq!(story.view().primary, Some(first.min(second)));
    story.approve("head_a", first.max(second), 0);
    assert_eq!(story.view().primary, Some(first.max(second)), "most steps passed");
}

#[test]
fn an_editor_hands_over() {
    let mut story = Story::new();
    let create = EventId::from(story.log.form());
    let author = story.author("applicant");
    let early = story.log.draft_save(author, create, DEF, DEF, false);
    assert_eq!(story.clone().illegal("applicant", early), Illegal::NotEditor);
    let author = story.author("drafter");
    let hand = story.log.draft_handover(author, person("applicant"));
    story.legal("drafter", hand);
    story.save("applicant", create, "Z");
}

#[test]
fn only_the_sealing_pc_seals() {
    let mut story = Story::new();
    let (_, round) = story.submitted();
    story.approve("head_a", round, 0);
    story.approve("chief", round, 1);
    let crossing = story.sealing("registrar", round);
    let to = SealingPc { device: DeviceId([0x77; 16]), ..PC };
    story.cut(&[], |allow| Change::SeatMove { ledger: Ledger::from("permission"), from: PC, to, allow });
    let event = story.sealing("registrar", round);
    assert_eq!(story.clone().illegal("registrar", event), Illegal::SealPc);
    story.legal("registrar", crossing);
    assert_eq!(story.view().status, FormStatus::Approved, "legal at its epoch, but cut by the move");
}

#[test]
fn one_actor_at_two_differing_steps_is_a_finding() {
    let mut story = Story::new();
    story.plan.0[1] = PlanStep { differ: vec![0], ..step(&["unit_head"]) };
    let (_, round) = story.submitted();
    let mut second_pc = story.clone();
    story.approve("head_a", round, 0);
    let other = second_pc.approve("head_b", round, 0);
    let event = second_pc.log.event(other).expect("here").clone();
    let crossing = second_pc.approval("head_a", round, 1, Hand::own());
    story.legal("head_b", event);
    story.legal("head_a", crossing);
    assert_eq!(story.findings(), ["F15"]);
}

#[test]
fn two_seals_are_both_shown() {
    let mut story = Story::new();
    let (_, round) = story.submitted();
    story.approve("head_a", round, 0);
    story.approve("chief", round, 1);
    let crossing = story.sealing("registrar_b", round);
    let first = story.seal("registrar", round);
    let second = story.legal("registrar_b", crossing);
    let view = story.view();
    assert_eq!(view.findings, [Finding::DoubleSeal { seals: vec![first.min(second), first.max(second)] }]);
    assert_eq!(view.rounds[0].seals.len(), 2);
}

#[test]
fn what_is_not_signed_by_a_certified_seat_never_enters() {
    let mut story = Story::new();
    let (_, round) = story.submitted();
    let event = story.approval("head_a", round, 0, Hand::own());
    let key = TestKey([person("head_a").0[0]; 32]);
    let envelope = sign(&event, &key).expect("signs");
    let check = |envelope: &Envelope| Verified::check(envelope, &story.chain).map(|verified| verified.id());
    assert_eq!(check(&envelope), Ok(envelope.id()));
    let mut sig = envelope.sig;
    sig[0] ^= 1;
    assert_eq!(check(&Envelope { sig, ..envelope.clone() }), Err(Unverified::Signature));
    assert_eq!(check(&Envelope { suite: SM2_SM3, ..envelope.clone() }), Err(Unverified::Suite));
    assert_eq!(check(&Envelope { sig2: Some(sig), ..envelope.clone() }), Err(Unverified::Suite), "reserved");
    let resigned = |event: Event| check(&sign(&event, &key).expect("signs"));
    let other_person = Event { person: person("chief"), ..event.clone() };
    assert_eq!(resigned(other_person), Err(Unverified::Seat));
    let other_life = LogPlace { inc: Incarnation([0; 16]), ..event.log };
    assert_eq!(resigned(Event { log: other_life, ..event.clone() }), Err(Unverified::Seat));
    let uncertified = Event { epoch: story.founding(), ..event.clone() };
    assert_eq!(resigned(uncertified), Err(Unverified::Seat), "not yet certified at that epoch");
    assert_eq!(resigned(Event { ws: WorkspaceId([0; 16]), ..event.clone() }), Err(Unverified::Workspace));
}

#[test]
fn what_cannot_be_read_is_of_a_certified_seat_all_the_same() {
    let mut story = Story::new();
    let (_, round) = story.submitted();
    let event = Event { rules: 2, ..story.approval("head_a", round, 0, Hand::own()) };
    let signed = |event: &Event, who: &str| {
        let (body, key) = (event.encode(), TestKey([person(who).0[0]; 32]));
        let sig = key.sign(&signed_bytes(event_id(&body))).expect("signs");
        Envelope { body, suite: key.public().suite(), sig, sig2: None }
    };
    let good = signed(&event, "head_a");
    assert_eq!(Verified::check(&good, &story.chain), Err(Unverified::Opaque { rules: 2 }));
    assert_eq!(Header::check(&good, &story.chain).map(|header| header.seat), Ok(event.seat));
    let check = |envelope: &Envelope| Header::check(envelope, &story.chain).map(|_| ());
    assert_eq!(check(&signed(&event, "chief")), Err(Unverified::Signature));
    assert_eq!(check(&Envelope { suite: SM2_SM3, ..good.clone() }), Err(Unverified::Suite));
    let changed = |event: Event| check(&signed(&event, "head_a"));
    assert_eq!(changed(Event { person: person("chief"), ..event.clone() }), Err(Unverified::Seat));
    assert_eq!(changed(Event { epoch: story.founding(), ..event.clone() }), Err(Unverified::Seat));
    assert_eq!(changed(Event { ws: WorkspaceId([0; 16]), ..event.clone() }), Err(Unverified::Workspace));
    let unknown = Epoch { number: 9_999, ..event.epoch };
    assert_eq!(changed(Event { epoch: unknown, ..event }), Err(Unverified::Registry { number: 9_999 }));
}
