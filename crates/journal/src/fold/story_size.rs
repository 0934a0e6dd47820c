//! Stories of size: the largest form, in one chain and with everything beside everything.

use crate::fold::story::{DEF, Story, person};
use crate::*;

fn saved(story: &mut Story, prev: EventId, cites: Vec<EventId>) -> Event {
    let author = story.author("drafter");
    Event { cites, ..story.log.draft_save(author, prev, Digest([1; 32]), DEF, false) }
}

/// Admits without the arithmetic of signatures.
fn admit(story: &mut Story, event: Event) -> (EventId, Admission) {
    let envelope = sign(&event, &TestKey([person("drafter").0[0]; 32])).expect("signs");
    let verified = Verified::check_unsigned(&envelope, &story.chain).expect("verifies");
    (envelope.id(), story.log.admit(verified, &story.chain))
}

#[test]
fn two_thousand_events_in_one_chain_and_not_one_more() {
    let mut story = Story::new();
    let mut prev = EventId::from(story.log.form());
    for _ in 1..limit::FORM_EVENTS {
        let event = saved(&mut story, prev, vec![prev]);
        let (id, admission) = admit(&mut story, event);
        assert_eq!(admission, Admission::Stored(Ok(())));
        prev = id;
    }
    assert_eq!(story.view().canonical, Some(prev));
    let event = saved(&mut story, prev, vec![prev]);
    assert_eq!(admit(&mut story, event).1, Admission::Rejected(Rejected::FormFull));
}

#[test]
fn a_hundred_drafts_side_by_side_are_taken_up_again() {
    let mut story = Story::new();
    let create = EventId::from(story.log.form());
    for _ in 0..100 {
        let event = saved(&mut story, create, vec![create]);
        assert_eq!(admit(&mut story, event).1, Admission::Stored(Ok(())));
    }
    let view = story.view();
    assert_eq!((view.leaves.len(), view.strays.len()), (100, 99));
    let heads = story.log.heads();
    assert_eq!(heads.len(), limit::CITES, "no event cites more");
    let rev = heads[0];
    let event = saved(&mut story, rev, heads);
    assert_eq!(admit(&mut story, event).1, Admission::Stored(Ok(())));
    assert_eq!(story.log.heads().len(), 100 - limit::CITES + 1);
}

#[test]
fn many_remarks() {
    let mut story = Story::new();
    for _ in 0..1_000 {
        let note = story.entry("drafter", "note", 1, None);
        assert_eq!(admit(&mut story, note).1, Admission::Stored(Ok(())));
    }
    assert_eq!(story.view().entries.len(), 1_000);
}
