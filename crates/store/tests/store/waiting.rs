//! What waits (A8, A9) when somebody among the peers means no good.

use qianban_journal::*;
use qianban_store::*;

use crate::bureau::{Bureau, store};
use crate::exchange::{LIFE, Pc, height, orphans, outgoing, told};

#[test]
fn one_peer_s_orphans_push_out_nobody_else_s() {
    let (_dir, _, first) = store();
    let bureau = Bureau::found(&first);
    let (form, _) = bureau.drafted("一件");
    let mut other = Pc::of(&first);
    let honest = orphans(&bureau, form, 3);
    other.take(honest.clone());
    let flooder = other.store.write(|w| w.meet_peer(DeviceId([8; 16]), LIFE, "乱发的", 2)).unwrap();
    other.peer = flooder;
    other.take(orphans(&bureau, form, 400));
    let kept = other.store.read(|r| r.pending(u32::MAX)).unwrap();
    assert!(honest.iter().all(|one| kept.iter().any(|row| row.event == one.id() && row.peer == "台账机")));
    assert_eq!(kept.len() as u64, PENDING_OF_FORM_MAX + 3);
}

#[test]
fn a_bent_second_signature_that_came_first_does_not_stand_for_the_good_event() {
    let (_dir, _, first) = store();
    told(&Bureau::found(&first));
    let (_, envelopes) = outgoing(&first, None);
    let other = Pc::with_registry(&first, 1);
    let bent = |envelope: &Envelope| Envelope { sig2: Some([7; 64]), ..envelope.clone() };
    other.take(envelopes.iter().map(bent).collect());
    other.take(envelopes.clone());
    other.learn(&first, 2..=height(&first));
    other.release();
    let here = other.store.read(|r| r.outgoing(None, None, &[])).unwrap().events.len();
    assert_eq!((here, other.pending()), (envelopes.len(), 0));
}
