//! Stories of what comes late, crosses, or leaves out what its author knew; and of clocks that say anything.

use crate::fold::story::{DEF, Story, person, role};
use crate::*;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
const YEAR_MS: i64 = 365 * DAY_MS;

/// Signs with a clock turned by so many milliseconds.
fn at(turned_ms: i64, mut event: Event) -> Event {
    event.wall = event.wall.saturating_add(turned_ms);
    event
}

#[test]
fn a_clock_ten_years_wrong_is_a_finding_and_decides_nothing() {
    for turned_ms in [-10 * YEAR_MS, 10 * YEAR_MS] {
        let mut story = Story::new();
        let (_, round) = story.submitted();
        let approval = at(turned_ms, story.approval("head_a", round, 0, Hand::own()));
        let now_ms = approval.wall.saturating_sub(turned_ms);
        let wrong = story.legal("head_a", approval);
        story.approve("chief", round, 1);
        story.seal("registrar", round);
        assert_eq!((story.view().status, story.findings()), (FormStatus::Sealed, vec!["F8"]));
        let ahead = story.log.ahead_of(now_ms);
        let expected = (turned_ms > 0).then_some(Finding::ClockAhead { event: wrong });
        assert_eq!(ahead, Vec::from_iter(expected), "said without waiting for an event that cites it");
    }
}

#[test]
fn whatever_the_clocks_say_a_form_goes_the_same_way() {
    let went = |turned_ms: &[i64; 6]| {
        let mut story = Story::new();
        let [save, submit, first, back, again, seal] = *turned_ms;
        let author = story.author("drafter");
        let create = EventId::from(story.log.form());
        let rev = at(save, story.log.draft_save(author, create, DEF, DEF, false));
        let rev = story.legal("drafter", rev);
        let round = at(submit, story.submission("drafter", rev, vec![]));
        let round = story.legal("drafter", round);
        let returned = at(back, story.sending_back("head_b", round, Target::Drafter));
        let approved = at(first, story.approval("head_a", round, 0, Hand::own()));
        story.legal("head_a", approved);
        story.legal("head_b", returned);
        let second = at(again, story.submission("drafter", rev, vec![]));
        let second = story.legal("drafter", second);
        story.approve("head_a", second, 0);
        story.approve("chief", second, 1);
        let sealing = at(seal, story.sealing("registrar", second));
        story.legal("registrar", sealing);
        let view = story.view();
        let rounds: Vec<_> = view.rounds.iter().map(|round| (round.passed, round.approves.len())).collect();
        let others = view.findings.into_iter().filter(|finding| finding.code() != "F8").count();
        (view.status, rounds, view.primary == Some(second), view.leaves.len(), others)
    };
    let steady = went(&[0; 6]);
    assert_eq!(steady.0, FormStatus::Sealed);
    for turned in [
        [0, -1, -2, -3, -4, -5],
        [5 * DAY_MS, 4 * DAY_MS, 0, -YEAR_MS, 3 * YEAR_MS, -YEAR_MS],
        [i64::MAX, i64::MIN, i64::MAX, i64::MIN, i64::MAX, i64::MIN],
    ] {
        assert_eq!(went(&turned), steady, "{turned:?}");
    }
}

#[test]
fn a_return_that_pretends_to_be_older_than_the_seal_is_an_objection() {
    let mut story = Story::new();
    let (_, round) = story.submitted();
    let backdated = at(-YEAR_MS, story.sending_back("head_b", round, Target::Drafter));
    story.approve("head_a", round, 0);
    story.approve("chief", round, 1);
    story.seal("registrar", round);
    story.legal("head_b", backdated);
    assert_eq!((story.view().status, story.findings()), (FormStatus::Sealed, vec!["F3", "F8"]));
}

#[test]
fn what_was_signed_before_its_turn_never_counts() {
    let mut story = Story::new();
    let (_, round) = story.submitted();
    let early = story.approval("chief", round, 1, Hand::own());
    assert_eq!(story.illegal("chief", early), Illegal::NotPending);
    story.approve("head_a", round, 0);
    assert_eq!(story.view().status, FormStatus::Pending(1), "not even now that it would be in its turn");
    story.approve("chief", round, 1);
    assert_eq!(story.view().status, FormStatus::Approved, "signed again, it counts");
}

#[test]
fn three_units_countersign_offline_in_any_order() {
    const SIGNERS: [&str; 3] = ["head_a", "head_b", "deputy"];
    let mut story = Story::new();
    story.change(Change::Assign { person: person("deputy"), role: role("unit_head"), unit: None });
    story.plan.0[0].need = 3;
    let (_, round) = story.submitted();
    let signed: Vec<Event> = SIGNERS.iter().map(|name| story.approval(name, round, 0, Hand::own())).collect();
    let meet = |order: [usize; 3]| {
        let mut story = story.clone();
        for place in order {
            assert_eq!(story.view().status, FormStatus::Pending(0));
            story.legal(SIGNERS[place], signed[place].clone());
        }
        story.view()
    };
    let view = meet([0, 1, 2]);
    assert_eq!((view.status, &view.findings[..]), (FormStatus::Pending(1), &[][..]));
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(meet(order), view, "{order:?}");
    }
}

#[test]
fn whoever_signed_may_take_it_back_until_the_seal() {
    let mut story = Story::new();
    let (_, round) = story.submitted();
    story.approve("head_a", round, 0);
    story.approve("chief", round, 1);
    let withdrawn = story.sending_back("head_a", round, Target::Drafter);
    let mut sealed = story.clone();
    story.legal("head_a", withdrawn.clone());
    assert_eq!(story.view().status, FormStatus::Returned(Target::Drafter));
    sealed.seal("registrar", round);
    sealed.legal("head_a", withdrawn);
    assert_eq!((sealed.view().status, sealed.findings()), (FormStatus::Sealed, vec!["F3"]));
}

#[test]
fn a_save_that_leaves_out_what_its_author_knew_is_a_stray() {
    let mut story = Story::new();
    let rev = story.save("drafter", EventId::from(story.log.form()), "X");
    let hiding = story.clone();
    let round = story.submit("drafter", rev);
    story.approve("head_a", round, 0);
    let author = story.author("drafter");
    let knowing = story.log.draft_save(author.clone(), rev, DEF, DEF, false);
    assert_eq!(story.clone().illegal("drafter", knowing), Illegal::Frozen);
    let hidden = hiding.log.draft_save(author, rev, DEF, DEF, false);
    let stray = story.legal("drafter", hidden);
    let view = story.view();
    assert_eq!((view.status, view.canonical, view.strays), (FormStatus::Pending(1), Some(rev), vec![stray]));
    let built = story.submission("drafter", stray, vec![]);
    assert_eq!(story.illegal("drafter", built), Illegal::RoundOpen, "nor can it be sent beside the round");
}

#[test]
fn what_comes_three_years_late_lowers_nothing() {
    let mut story = Story::new();
    let (rev, round) = story.submitted();
    let asleep = story.clone();
    story.approve("head_a", round, 0);
    story.approve("chief", round, 1);
    story.seal("registrar", round);
    let close = story.entry("registrar", "close", 1, None);
    story.legal("registrar", close);
    let before = story.view();
    let mut late = asleep;
    let author = late.author("drafter");
    let resubmitted = Event { nonce: [0xAA; 16], ..late.submission("drafter", rev, vec![]) };
    for (name, event) in [
        ("head_b", late.approval("head_b", round, 0, Hand::own())),
        ("head_b", late.sending_back("head_b", round, Target::Reject)),
        ("drafter", late.log.draft_save(author, rev, Digest([2; 32]), DEF, false)),
        ("drafter", resubmitted),
    ] {
        story.admit(name, &at(-3 * YEAR_MS, event));
        let view = story.view();
        assert_eq!(
            (view.status, view.primary, view.canonical),
            (before.status, before.primary, before.canonical)
        );
        assert_eq!(view.fall_from(&before), None);
    }
}
