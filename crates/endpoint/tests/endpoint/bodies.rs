//! Bodies of any bytes from a PC with a seat, over TCP: each is answered, and nothing breaks inside.

use tokio::runtime::Runtime;

use crate::bureau::{Bureau, Who};
use crate::pc::{Answer, Pc, plain};
use crate::world::World;
use qianban_endpoint::quota::Quota;
use qianban_protocol::path;

/// Where a body goes, by its first byte.
const DOORS: [(&str, &str); 8] = [
    ("POST", path::EVENTS),
    ("POST", path::EVENTS_BY_ID),
    ("POST", path::REGISTRY),
    ("POST", path::BLOBS_MISSING),
    ("POST", path::BLOBS_PUT),
    ("POST", path::BLOBS_GET),
    ("POST", path::ENROL),
    ("POST", path::FOUND),
];

/// A running endpoint that has let a bureau in.
pub(crate) struct Door {
    runtime: Runtime,
    pc: Pc,
    _world: World,
}

impl Door {
    pub(crate) fn open() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let quota = Quota {
            bureau_bytes: u64::MAX / 4,
            seat_day_bytes: u64::MAX / 4,
            requests_per_second: 1_000_000,
            requests_at_once: 1_000_000,
        };
        let (pc, world) = runtime.block_on(async {
            let (world, bureau) = (World::on_sqlite(quota).await, Bureau::founded(80));
            world.let_in(&bureau).await;
            (Pc::new(world.at, &bureau, Who::Registrar).await, world)
        });
        Self { runtime, pc, _world: world }
    }

    /// The body after the first byte; it must be answered, and never as a fault of the endpoint's own.
    pub(crate) fn body(&self, bytes: &[u8]) {
        let Some((door, body)) = bytes.split_first() else { return };
        let (method, target) = DOORS[usize::from(*door) % DOORS.len()];
        let open = [path::ENROL, path::FOUND].contains(&target);
        let answer: Answer = self.runtime.block_on(async {
            match open {
                true => plain(self.pc.at, method, target, "", body).await,
                false => self.pc.ask_with(method, target, "", body).await,
            }
        });
        assert!(answer.status < 500, "{method} {target}: {} {:?}", answer.status, answer.refusal());
    }
}

#[cfg(test)]
mod tests {
    use super::Door;
    use crate::replay::replay;

    #[test]
    fn no_body_breaks_the_endpoint() {
        let door = Door::open();
        replay("http", &[], 300, |bytes| door.body(bytes));
    }
}
