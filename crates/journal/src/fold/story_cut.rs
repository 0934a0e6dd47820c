//! Stories of cuts: revocation, ended roles and delegations, allow-lists, and what a Seal protects.

use crate::fold::story::{Story, UNIT, person, role, seat};
use crate::*;

fn revoke_chief(story: &mut Story, allowed: &[EventId]) -> u32 {
    story.cut(allowed, |allow| Change::Revoke { seat: seat("chief"), allow })
}

#[test]
fn a_revoked_seat_counts_nowhere_unless_listed() {
    let mut story = Story::new();
    let (_, round) = story.submitted();
    story.approve("head_a", round, 0);
    let listed = story.approve("chief", round, 1);
    let mut listed_story = story.clone();
    revoke_chief(&mut listed_story, &[listed]);
    assert_eq!(listed_story.view().status, FormStatus::Approved, "on the allow-list");

    let entry = revoke_chief(&mut story, &[]);
    assert_eq!(story.view().status, FormStatus::Pending(1));
    assert_eq!(story.cannot_approve_at_epoch("chief", round), Err(Unverified::Seat));
    story.cut(&[listed], |allow| Change::ExtendAllow { entry, allow });
    assert_eq!(story.view().status, FormStatus::Approved, "a lost but honest event is listed later");
    let at = |story: &Story, number| {
        let registry = story.chain.at(number).expect("here");
        story.log.view(registry).expect("created").status
    };
    assert_eq!(at(&story, entry), FormStatus::Pending(1), "the extension counts from its own entry on");
    assert_eq!(at(&story, entry - 1), FormStatus::Approved);
}

impl Story {
    /// Whether the seat could still sign under the newest registry.
    fn cannot_approve_at_epoch(&mut self, name: &str, round: EventId) -> Result<(), Unverified> {
        let event = self.approval(name, round, 1, Hand::own());
        let envelope = sign(&event, &TestKey([person(name).0[0]; 32])).expect("signs");
        Verified::check(&envelope, &self.chain).map(drop)
    }
}

#[test]
fn a_seal_protects_what_counted_in_the_sealers_view() {
    let mut story = Story::new();
    let (_, round) = story.submitted();
    story.approve("head_a", round, 0);
    let approve = story.approve("chief", round, 1);
    story.seal("registrar", round);
    let entry = revoke_chief(&mut story, &[]);
    let view = story.view();
    assert_eq!(view.status, FormStatus::Sealed);
    assert_eq!(view.findings, [Finding::Tainted { event: approve, entry }]);
    assert!(!view.rounds[0].approves[1].void);
    // The sealer's own seat is revoked without the seal on the list: the seal itself is cut, and protects no more.
    story.cut(&[], |allow| Change::Revoke { seat: seat("registrar"), allow });
    assert_eq!(story.view().status, FormStatus::Pending(1));
}

#[test]
fn a_seal_signed_after_the_cut_does_not_protect_what_was_already_cut() {
    let mut story = Story::new();
    let (_, round) = story.submitted();
    story.approve("head_a", round, 0);
    let approve = story.approve("chief", round, 1);
    revoke_chief(&mut story, &[]);
    let event = story.sealing("registrar", round);
    assert_eq!(story.clone().illegal("registrar", event), Illegal::SealStatus);
    let old = story.chain.at(story.chain.head().map_or(0, |head| head.number) - 1);
    assert!(
        old.is_some_and(|registry| story
            .log
            .view(registry)
            .is_some_and(|v| v.status == FormStatus::Approved))
    );
    assert!(story.view().events.iter().any(|e| e.id == approve && e.illegal.is_none() && !e.effective));
}

#[test]
fn an_event_after_a_cut_one_is_void_too() {
    let mut story = Story::new();
    let (_, round) = story.submitted();
    story.approve("head_a", round, 0);
    story.approve("chief", round, 1);
    story.cut(&[], |allow| Change::Revoke { seat: seat("head_a"), allow });
    assert_eq!(story.view().status, FormStatus::Pending(0), "the chief signed on a void basis");
    let mut careless = story.approval("head_b", round, 0, Hand::own());
    careless.cites = story.log.heads();
    let mut other = story.clone();
    other.legal("head_b", careless);
    assert_eq!(other.view().status, FormStatus::Pending(0), "it has the void sign-offs in its past");
    story.approve("head_b", round, 0);
    story.approve("chief", round, 1);
    assert_eq!(story.view().status, FormStatus::Approved, "signed again around the void ones");
}

#[test]
fn an_ended_role_cuts_what_needed_it() {
    let mut story = Story::new();
    story.change(Change::Assign { person: person("head_b"), role: role("unit_head"), unit: None });
    let (_, round) = story.submitted();
    let mut twice_entitled = story.clone();
    let ended = |name: &str| {
        let person = person(name);
        move |allow| Change::RoleEnd { person, role: role("unit_head"), unit: Some(UNIT), allow }
    };
    story.approve("head_a", round, 0);
    story.cut(&[], ended("head_a"));
    assert_eq!(story.view().status, FormStatus::Pending(0));
    twice_entitled.approve("head_b", round, 0);
    twice_entitled.cut(&[], ended("head_b"));
    assert_eq!(twice_entitled.view().status, FormStatus::Pending(1), "still entitled for all units");
}

#[test]
fn an_ended_registrar_cuts_recorded_ink() {
    let mut story = Story::new();
    let (_, round) = story.submitted();
    let event = story.approval("registrar", round, 0, Hand::ink(person("head_a"), Digest([1; 32])));
    story.legal("registrar", event);
    let ended = Change::RoleEnd {
        person: person("registrar"),
        role: role("registrar"),
        unit: Some(UNIT),
        allow: Digest([0; 32]),
    };
    let Change::RoleEnd { person, role, unit, .. } = ended else { unreachable!("just made") };
    story.cut(&[], |allow| Change::RoleEnd { person, role, unit, allow });
    assert_eq!(story.view().status, FormStatus::Pending(0));
}

#[test]
fn an_ended_delegation_cuts_what_was_signed_under_it() {
    let mut story = Story::new();
    let (from, to) = (person("head_a"), person("deputy"));
    story.change(Change::Delegate { from, to, since: String::new(), until: String::new() });
    let (_, round) = story.submitted();
    let event = story.approval("deputy", round, 0, Hand::on_behalf(from));
    story.legal("deputy", event);
    assert_eq!(story.view().status, FormStatus::Pending(1));
    story.cut(&[], |allow| Change::DelegationEnd { from, to, allow });
    assert_eq!(story.view().status, FormStatus::Pending(0));
}

#[test]
fn a_stolen_key_cannot_reject_for_ever() {
    let mut story = Story::new();
    let (rev, round) = story.submitted();
    story.approve("head_a", round, 0);
    story.send_back("chief", round, Target::Reject);
    assert_eq!(story.view().status, FormStatus::Rejected);
    revoke_chief(&mut story, &[]);
    assert_eq!(story.view().status, FormStatus::Returned(Target::Drafter), "no cut revives the round");
    story.submit("drafter", rev);
}

#[test]
fn a_cut_submit_takes_its_round_along() {
    let mut story = Story::new();
    let (rev, round) = story.submitted();
    story.approve("head_a", round, 0);
    story.cut(&[], |allow| Change::Revoke { seat: seat("drafter"), allow });
    let view = story.view();
    assert_eq!((view.status, view.rounds.len(), view.canonical), (FormStatus::Draft, 0, Some(rev)));
}
