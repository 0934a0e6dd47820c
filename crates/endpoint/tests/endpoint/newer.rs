//! What builds on a registry that the endpoint does not have yet: it waits at the PC, is not refused, and is taken as soon as
//! the entry is there (faults 26, 71).

use qianban_journal::{Change, digest};
use qianban_protocol::events::Envelopes;
use qianban_protocol::registry::Entries;
use qianban_protocol::{Fate, Fates, Missing, path};

use crate::bureau::{Bureau, UNIT, Who};
use crate::pc::Pc;
use crate::world::World;

pub(crate) async fn an_old_registry_makes_events_wait_and_catches_up(world: &World) {
    let mut bureau = Bureau::founded(27);
    let admin = world.let_in(&bureau).await;
    let registrar = Pc::new(world.at, &bureau, Who::Registrar).await;
    bureau.change(Change::Setting { key: "G1".into(), value: "on".into() });
    let number = bureau.chain.head().expect("founded").number;
    let form = bureau.form(Who::Registrar, UNIT, digest(b"newer"));
    let push = Envelopes(form.iter().map(qianban_journal::Envelope::encode).collect());
    for _ in 0..2 {
        let Fates(fates) = registrar.post(path::EVENTS, &push).await.message();
        assert_eq!(fates[0], Fate::Pending(Missing::Registry(number)));
        assert!(fates.iter().all(|fate| matches!(fate, Fate::Pending(_))), "{fates:?}");
    }
    let newest = Entries(vec![bureau.entries.last().expect("an entry").clone()]);
    assert_eq!(admin.post(path::REGISTRY, &newest).await.message::<Fates>().0, [Fate::Stored]);
    let Fates(fates) = registrar.post(path::EVENTS, &push).await.message();
    assert_eq!(fates, [Fate::Stored, Fate::Stored]);
}
