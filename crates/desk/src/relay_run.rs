//! Whether this PC answers the others of its bureau now, held against whether it should (Y10).

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use qianban_journal::Role;
use qianban_store::Reader;

use crate::desk::guard;
use crate::opened::Opened;
use crate::relay::{Relay, RelayError, RelayOrder};
use crate::{Code, Desk, Refused, setting};

/// Registry setting that allows it.
const SETTING: &str = "lan_relay";
/// Its value that does.
const ALLOWED: &str = "address";
/// Folder of what the service keeps, in the data folder.
const FOLDER: &str = "relay";
/// How often it is looked whether all is as it should be: a permission that is taken back counts within this time.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What is.
#[derive(Default)]
struct State {
    wish: Option<SocketAddr>,
    running: Option<Box<dyn Relay>>,
    refused: Option<Refused>,
}

/// The service of this PC.
#[derive(Default)]
pub(crate) struct RelayRun(Mutex<State>);

impl RelayRun {
    /// Looks at the running service.
    pub(crate) fn running<T>(&self, look: impl FnOnce(&dyn Relay) -> T) -> Option<T> {
        guard(&self.0).running.as_deref().map(look)
    }

    /// Why it does not run although it should.
    pub(crate) fn refused(&self) -> Option<Refused> {
        guard(&self.0).refused.clone()
    }
}

impl Desk {
    /// Looks now and then whether this PC should answer the others, until the desk is gone; the commands look as well.
    ///
    /// # Errors
    /// The thread could not be started.
    pub fn relay_in_background(self: &Arc<Self>) -> io::Result<()> {
        let desk = Arc::downgrade(self);
        let thread = std::thread::Builder::new().name("relay-watch".to_owned());
        let started = thread.spawn(move || {
            while let Some(desk) = desk.upgrade() {
                desk.tend_relay();
                drop(desk);
                std::thread::sleep(LOOK_EVERY);
            }
        });
        started.map(drop)
    }

    /// Makes the service what it should be.
    pub(crate) fn tend_relay(&self) {
        let mut state = guard(&self.relay.0);
        let opened = self.opened_already();
        let wish = match opened.as_deref().map_or(Ok(None), wish) {
            Ok(wish) => wish,
            Err(refused) => return tracing::warn!(%refused, "relay"),
        };
        if wish == state.wish && (wish.is_none() || state.running.is_some()) {
            return;
        }
        state.wish = wish;
        // The old one ends before another begins: they may have the address in common.
        state.running = None;
        state.refused = None;
        let (Some(opened), Some(wish)) = (opened, wish) else { return };
        match self.begin(&opened, wish) {
            Ok(relay) => state.running = Some(relay),
            Err(refused) => state.refused = Some(refused),
        }
    }

    fn begin(&self, opened: &Opened, listen: SocketAddr) -> Result<Box<dyn Relay>, Refused> {
        let host = self.setup.relay.as_deref().ok_or(Code::RelayNone)?;
        let entry = opened.store.read(|reader| reader.registry_entry(1))?;
        let order = RelayOrder {
            folder: self.folder().join(FOLDER).join(opened.incarnation.to_string()),
            secret: opened.relay_secret.clone(),
            listen,
            entry: entry.ok_or(Code::HostNotFounded)?,
        };
        host.begin(order).map_err(|error| {
            tracing::warn!(?error, "relay");
            match error {
                RelayError::Address(_) => Refused::about(Code::RelayAddress, listen),
                RelayError::Begin(_) => Code::RelayBegin.into(),
            }
        })
    }
}

/// Where it should answer, if anywhere.
fn wish(opened: &Opened) -> Result<Option<SocketAddr>, Refused> {
    opened.store.read(|reader| Ok(reader.relay()?.filter(|_| allowed(opened, reader))))
}

/// Whether this PC may: the administrators allow it, and a registrar has a seat here, certified for the present life of its
/// database (K6).
pub(crate) fn allowed(opened: &Opened, reader: &Reader<'_>) -> bool {
    let Some(registry) = reader.registry().now() else { return false };
    if opened.sample || setting::settings(registry).text(SETTING) != ALLOWED {
        return false;
    }
    let here = registry.seats().filter(|(_, seat)| seat.certificate.incarnation == opened.incarnation);
    let registrar = |person| registry.roles_of(person).iter().any(|held| held.role == Role::registrar());
    here.map(|(_, seat)| seat.certificate.person).any(registrar)
}
