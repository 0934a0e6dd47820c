//! The waiting room (A8) between a sender in any order and a log: everything arrives, whatever is dropped on the way.

use crate::naive::reading;
use crate::replica::verify_all;
use crate::waiting_room::{Held, Pending};
use crate::world::World;
use crate::world::chance::Chance;
use qianban_journal::{Admission, Envelope, EventId, FormLog, Missing, Unverified, Verified};

/// A place with a log and a waiting room, which knows the registry up to a version.
struct Place<'w> {
    world: &'w World,
    version: u32,
    log: FormLog,
    pending: Pending<u8>,
}

impl<'w> Place<'w> {
    fn new(world: &'w World, version: u32) -> Self {
        let log = FormLog::new(world.form().expect("a form"));
        Self { world, version, log, pending: Pending::new() }
    }

    /// Takes an envelope as sync does, and everything that becomes free by it.
    fn take(&mut self, peer: u8, envelope: &Envelope, solicited: bool) {
        let waiting = Held { envelope: envelope.clone(), form: self.log.form(), solicited };
        let mut open = vec![(peer, waiting)];
        while let Some((peer, waiting)) = open.pop() {
            let chain = &self.world.chains[self.version as usize];
            let missing = match Verified::check(&waiting.envelope, chain) {
                Ok(verified) => match self.log.admit(verified, chain) {
                    Admission::Pending(missing) => missing,
                    Admission::Stored(_) => {
                        open.extend(self.pending.stored(waiting.envelope.id()));
                        continue;
                    }
                    _ => continue,
                },
                Err(Unverified::Registry { number }) => Missing::Registry(number),
                Err(_) => continue,
            };
            self.pending.hold(peer, waiting, missing);
        }
    }

    fn learn(&mut self, version: u32) {
        self.version = version;
        for (peer, waiting) in self.pending.registry_reached(version) {
            self.take(peer, &waiting.envelope, waiting.solicited);
        }
    }
}

#[test]
fn everything_arrives_in_any_order_beside_a_peer_that_bends_signatures() {
    for seed in 0..60 {
        let world = World::run(seed);
        let mut chance = Chance::new(seed ^ 0xA8);
        let mut order: Vec<EventId> = world.envelopes.keys().copied().collect();
        chance.shuffle(&mut order);
        let mut place = Place::new(&world, world.founded_at());
        for id in &order {
            let envelope = &world.envelopes[id];
            let mut bent = envelope.clone();
            bent.sig[5] ^= 4;
            place.take(2, &bent, true);
            place.take(1, envelope, false);
        }
        place.learn(world.version());
        assert!(place.pending.is_empty(), "seed {seed}: {} wait for nothing", place.pending.len());
        let verified = verify_all(&world).expect("all are good");
        assert_eq!(place.log.len(), verified.len(), "seed {seed}");
    }
}

/// What was dropped is asked for again, by what is wanted, until nothing is missing.
#[test]
fn dropping_is_safe() {
    let world = World::run(11);
    let mut latest: Vec<EventId> = world.envelopes.keys().copied().collect();
    latest.sort_by_key(|id| std::cmp::Reverse(world.naive.past(*id).len()));
    let mut place = Place::new(&world, world.version());
    for id in &latest {
        place.take(1, &world.envelopes[id], false);
        if place.pending.len() > 5 {
            place.pending.forget(&1);
        }
    }
    for id in world.heads(&latest.iter().copied().collect(), true) {
        place.take(1, &world.envelopes[&id], true);
    }
    let next = |place: &Place<'_>| place.pending.wanted().next();
    while let Some(id) = next(&place) {
        place.take(1, &world.envelopes[&id], true);
    }
    assert_eq!((place.log.len(), place.pending.len()), (latest.len(), 0));
    assert!(
        latest.iter().all(|id| reading::parents(&world.naive.events[id])
            .iter()
            .all(|p| place.log.event(*p).is_some()))
    );
}
