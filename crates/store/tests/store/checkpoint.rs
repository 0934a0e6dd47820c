//! What endpoints sign of their logs (Y7), kept and compared.

use qianban_journal::*;
use qianban_store::*;

use crate::bureau::{Bureau, WS, store};

const LIFE: Incarnation = Incarnation([5; 16]);
const ENDPOINT: TestKey = TestKey([77; 32]);

fn of(n: u64, time: i64) -> Checkpoint {
    Checkpoint::issue(WS, LIFE, EndpointLog::at(n, digest(&n.to_be_bytes())), time, &ENDPOINT).unwrap()
}

#[test]
fn the_last_ones_are_kept_and_evidence_stays() {
    let (_dir, _, store) = store();
    let bureau = Bureau::found(&store);
    let keep = |checkpoint: &Checkpoint| store.write(|w| w.keep_checkpoint(checkpoint)).unwrap();
    assert!(!keep(&of(1, 1)), "of no endpoint that the registry knows");
    bureau.change(Change::EndpointKey { incarnation: LIFE, public: ENDPOINT.public() });
    let many = CHECKPOINTS_MAX as u64 + 3;
    (1..=many).for_each(|n| assert!(keep(&of(n, n as i64))));
    let kept = || store.read(|r| r.checkpoints()).unwrap();
    let last: Vec<_> = (4..=many).map(|n| of(n, n as i64)).collect();
    assert_eq!(kept(), last);
    assert!(keep(&last[0]), "twice is once");
    assert_eq!(kept(), last);

    assert!(keep(&of(2, 1_000)), "the log became shorter");
    let findings = || store.read(|r| r.endpoint_findings()).unwrap();
    let went_back = Finding::EndpointWentBack { incarnation: LIFE, from: many, to: 2 };
    assert!(findings().contains(&went_back));
    (0..many).for_each(|n| assert!(keep(&of(many + n, 2_000 + n as i64))));
    assert_eq!(findings(), [went_back], "no number of later ones drives the evidence out");
    assert_eq!(kept().len(), CHECKPOINTS_MAX + 1);
}
