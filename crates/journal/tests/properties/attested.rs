//! What endpoints sign: checkpoints that contradict each other, and lies that nobody believes.

use crate::naive::logs;
use crate::world::World;
use crate::world::chance::Chance;
use qianban_journal::{
    Checkpoint, EndpointLog, EventId, Finding, Incarnation, Mutation, Signer, TestKey, Unattested,
    WorkspaceId, checkpoint_findings, with_mutation,
};
use std::collections::BTreeSet;

const WS: WorkspaceId = WorkspaceId([1; 16]);
const KEY: TestKey = TestKey([0xE0; 32]);

fn checkpoint(inc: u8, log: &EndpointLog, time: i64) -> Checkpoint {
    Checkpoint::issue(WS, Incarnation([inc; 16]), *log, time, &KEY).expect("a key in memory signs")
}

/// Checkpoints of a log that grows, and now and then goes back and grows otherwise.
fn some_checkpoints(seed: u64) -> Vec<Checkpoint> {
    let mut chance = Chance::new(seed);
    let (mut told, honest) = (Vec::new(), chance.percent(40));
    for inc in 1..3 {
        let mut logs = vec![EndpointLog::new(WS, Incarnation([inc; 16]))];
        for time in 0..chance.below(9) as i64 {
            if !honest && chance.percent(30) {
                logs.truncate(1 + chance.below(logs.len()));
            }
            for _ in 0..chance.below(3) {
                let mut next = logs[logs.len() - 1];
                next.push(EventId([chance.below(if honest { 250 } else { 2 }) as u8; 32]));
                logs.push(next);
            }
            told.push(checkpoint(inc, &logs[logs.len() - 1], time / 2));
        }
    }
    chance.shuffle(&mut told);
    told
}

#[test]
fn contradicting_checkpoints_are_found_in_any_order() {
    let (mut silent, mut forked, mut shorter) = (0, 0, 0);
    for seed in 0..2_000 {
        let told = some_checkpoints(seed);
        let findings = checkpoint_findings(&told);
        assert_eq!(findings, logs::checkpoints(&told).into_iter().collect::<Vec<_>>(), "seed {seed}");
        silent += usize::from(findings.is_empty());
        forked += findings.iter().filter(|f| matches!(f, Finding::EndpointForked { .. })).count();
        shorter += findings.iter().filter(|f| matches!(f, Finding::EndpointWentBack { .. })).count();
    }
    assert!(silent > 500 && forked > 100 && shorter > 100, "{silent} {forked} {shorter}");
}

#[test]
fn two_views_of_one_endpoint_go_unnoticed_only_by_a_wrong_rule() {
    let mut one = EndpointLog::new(WS, Incarnation([1; 16]));
    let mut other = one;
    one.push(EventId([1; 32]));
    other.push(EventId([2; 32]));
    let told = [checkpoint(1, &one, 5), checkpoint(1, &other, 5)];
    let fork = Finding::EndpointForked { incarnation: Incarnation([1; 16]), n: 1 };
    assert_eq!(checkpoint_findings(&told), std::slice::from_ref(&fork));
    let mutant = with_mutation(Mutation::CheckpointForkUnseen, || checkpoint_findings(&told));
    assert_ne!(mutant, [fork]);
}

/// A client that has every event of the log counts the roots itself; the order and every id are in them.
#[test]
fn a_log_is_counted_on_from_a_checkpoint() {
    let mut log = EndpointLog::new(WS, Incarnation([1; 16]));
    log.push(EventId([1; 32]));
    let earlier = checkpoint(1, &log, 0);
    let mut orders = BTreeSet::new();
    for ids in [[2, 3], [3, 2], [2, 4]] {
        let mut counted = earlier.said;
        ids.iter().for_each(|n| counted.push(EventId([*n; 32])));
        assert_eq!(counted.n(), 3);
        orders.insert(counted.root());
    }
    assert_eq!(orders.len(), 3);
    assert_ne!(
        EndpointLog::new(WS, Incarnation([2; 16])).root(),
        EndpointLog::new(WS, Incarnation([1; 16])).root()
    );
}

#[test]
fn only_an_endpoint_of_the_registry_is_believed() {
    let world = World::new(7, true);
    let registry = world.chain().now().expect("founded");
    let log = EndpointLog::new(WS, world.endpoint.incarnation);
    let good = Checkpoint::issue(WS, world.endpoint.incarnation, log, 1, world.endpoint.key.as_ref())
        .expect("signs");
    assert_eq!(Checkpoint::decode(&good.encode()).as_ref(), Ok(&good));
    assert_eq!(good.verify(WS, registry), Ok(()));
    assert_eq!(good.verify(WorkspaceId([2; 16]), registry), Err(Unattested::Workspace));
    let unknown = Checkpoint { incarnation: Incarnation([9; 16]), ..good.clone() };
    assert_eq!(unknown.verify(WS, registry), Err(Unattested::Key));
    let bent = [
        Checkpoint { said: EndpointLog::at(1, log.root()), ..good.clone() },
        Checkpoint { time: 2, ..good.clone() },
        Checkpoint { said: EndpointLog::at(0, qianban_journal::digest(b"")), ..good.clone() },
    ];
    assert!(bent.iter().all(|bent| bent.verify(WS, registry) == Err(Unattested::Signature)));
    let by_seat = world.desks[0].key.as_ref();
    let by_seat = Checkpoint::issue(WS, world.endpoint.incarnation, log, 1, by_seat).expect("signs");
    assert_eq!(by_seat.verify(WS, registry), Err(Unattested::Signature), "a seat's key is no endpoint's");
    assert_eq!(KEY.public(), TestKey([0xE0; 32]).public());
}
