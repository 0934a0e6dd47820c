//! The desk itself: what is open and who sits at it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use qianban_journal::PersonId;
use qianban_store::{Cost, Password, SecretStore, SecretStoreError, VaultError};
use qianban_sync::http::Voice;
use zeroize::Zeroizing;

use crate::ambient::{Ambient, SystemAmbient};
use crate::background::Background;
use crate::opened::Opened;
use crate::printer::{Printer, SystemPrinter};
use crate::relay::RelayHost;
use crate::relay_run::RelayRun;
use crate::request::Requests;
use crate::sample::door::Door;
use crate::upload::Uploads;
use crate::verify_run::VerifyRun;
use crate::{Code, Refused, forms};

/// Minutes without input until a host locks the desk, unless the registry sets `idle_lock_minutes`.
pub(crate) const IDLE_LOCK_MINUTES: u32 = 10;

/// Where a desk works and what it takes from its surroundings.
pub struct DeskSetup {
    pub(crate) folder: PathBuf,
    pub(crate) fonts: Option<PathBuf>,
    pub(crate) secrets: Box<dyn SecretStore>,
    pub(crate) ambient: Arc<dyn Ambient>,
    pub(crate) printer: Arc<dyn Printer>,
    pub(crate) relay: Option<Arc<dyn RelayHost>>,
    pub(crate) cost: Cost,
    /// File names and texts of the definitions that a founding activates.
    pub(crate) definitions: Vec<(String, String)>,
}

impl DeskSetup {
    /// A desk on a data folder, without an OS store, with this PC's clock, randomness and printers.
    #[must_use]
    pub fn at(folder: PathBuf) -> Self {
        Self {
            folder,
            fonts: None,
            secrets: Box::new(NoSecretStore),
            ambient: Arc::new(SystemAmbient),
            printer: Arc::new(SystemPrinter),
            relay: None,
            cost: Cost::OFFICE,
            definitions: forms::shipped(),
        }
    }

    /// The secret store of the operating system (K1).
    #[must_use]
    pub fn with_secrets(self, secrets: Box<dyn SecretStore>) -> Self {
        Self { secrets, ..self }
    }

    /// The folder of the faces; beside the program when not given.
    #[must_use]
    pub fn with_fonts(self, fonts: PathBuf) -> Self {
        Self { fonts: Some(fonts), ..self }
    }

    /// Another clock and randomness.
    #[must_use]
    pub fn with_ambient(self, ambient: Box<dyn Ambient>) -> Self {
        Self { ambient: Arc::from(ambient), ..self }
    }

    /// Another way to paper.
    #[must_use]
    pub fn with_printer(self, printer: Box<dyn Printer>) -> Self {
        Self { printer: Arc::from(printer), ..self }
    }

    /// A host that stays, and can answer the other PCs of the bureau (Y10).
    #[must_use]
    pub fn with_relay(self, relay: Box<dyn RelayHost>) -> Self {
        Self { relay: Some(Arc::from(relay)), ..self }
    }

    /// Other definitions, by file name and text, for a bureau that is yet to be founded.
    #[must_use]
    pub fn with_definitions(self, definitions: Vec<(String, String)>) -> Self {
        Self { definitions, ..self }
    }

    /// The desk of a sample in another folder: same clock, printers and faces, passwords that everybody knows.
    pub(crate) fn sample(&self, folder: PathBuf) -> Self {
        Self {
            folder,
            fonts: self.fonts.clone(),
            secrets: Box::new(NoSecretStore),
            ambient: Arc::clone(&self.ambient),
            printer: Arc::clone(&self.printer),
            relay: None,
            cost: self.cost.shown(),
            definitions: forms::shipped(),
        }
    }

    /// Another cost of stretching passwords.
    #[must_use]
    pub fn with_cost(self, cost: Cost) -> Self {
        Self { cost, ..self }
    }
}

/// A computer without a secret store: passwords and the recovery sheet open the same key.
#[derive(Debug, Clone, Copy)]
pub struct NoSecretStore;

impl SecretStore for NoSecretStore {
    fn get(&self, _: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SecretStoreError> {
        Err(SecretStoreError::Unavailable)
    }

    fn set(&self, _: &str, _: &[u8]) -> Result<(), SecretStoreError> {
        Err(SecretStoreError::Unavailable)
    }

    fn delete(&self, _: &str) -> Result<(), SecretStoreError> {
        Err(SecretStoreError::Unavailable)
    }
}

/// Everything a person can do on one data folder. Threads share it. One person sits at it at a time; signing keys
/// are opened only inside `sign_confirm` and are gone when it returns.
pub struct Desk {
    pub(crate) setup: DeskSetup,
    state: Mutex<State>,
    pub(crate) uploads: Mutex<Uploads>,
    pub(crate) requests: Mutex<Requests>,
    pub(crate) verify_run: Arc<VerifyRun>,
    pub(crate) sample: Arc<Door>,
    pub(crate) background: Arc<Background>,
    pub(crate) relay: RelayRun,
}

#[derive(Default)]
struct State {
    opened: Option<Arc<Opened>>,
    person: Option<PersonId>,
    /// What speaks for the person's seat on the wire.
    voice: Option<Arc<Voice>>,
    os_store: bool,
}

/// The open database and the person at the desk.
pub(crate) struct Sitting {
    pub(crate) opened: Arc<Opened>,
    pub(crate) person: PersonId,
}

impl Desk {
    /// A desk; nothing is opened yet, and nothing runs in the background.
    #[must_use]
    pub fn new(setup: DeskSetup) -> Self {
        Self {
            setup,
            state: Mutex::default(),
            uploads: Mutex::default(),
            requests: Mutex::default(),
            verify_run: Arc::default(),
            sample: Arc::default(),
            background: Arc::default(),
            relay: RelayRun::default(),
        }
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.setup.folder
    }

    pub(crate) fn ambient(&self) -> &dyn Ambient {
        &*self.setup.ambient
    }

    /// The open database, if it is open or the OS store can open it.
    pub(crate) fn try_opened(&self) -> Result<Option<Arc<Opened>>, Refused> {
        let mut state = guard(&self.state);
        if state.opened.is_none() && Opened::founded(self.folder()) {
            let vault = Opened::vault(&self.setup)?;
            match vault.recall(&*self.setup.secrets) {
                Ok(key) => {
                    state.os_store = true;
                    state.opened = Some(Arc::new(Opened::open(&self.setup, vault, &key)?));
                }
                Err(VaultError::NotRemembered) => state.os_store = true,
                Err(VaultError::SecretStore(_)) => state.os_store = false,
                Err(other) => return Err(other.into()),
            }
        }
        Ok(state.opened.clone())
    }

    /// The open database, if it is open.
    pub(crate) fn opened_already(&self) -> Option<Arc<Opened>> {
        guard(&self.state).opened.clone()
    }

    /// The open database.
    pub(crate) fn opened(&self) -> Result<Arc<Opened>, Refused> {
        if !Opened::founded(self.folder()) {
            return Err(Code::HostNotFounded.into());
        }
        self.try_opened()?.ok_or_else(|| Code::HostClosed.into())
    }

    /// The person at the desk with the open database.
    pub(crate) fn sitting(&self) -> Result<Sitting, Refused> {
        let opened = self.opened()?;
        let person = guard(&self.state).person.ok_or(Code::HostLocked)?;
        Ok(Sitting { opened, person })
    }

    /// Who sits at the desk.
    pub(crate) fn person(&self) -> Option<PersonId> {
        guard(&self.state).person
    }

    /// Whether the OS store answered.
    pub(crate) fn os_store(&self) -> bool {
        guard(&self.state).os_store
    }

    /// Opens the database by the password of anybody; nobody sits down.
    ///
    /// # Errors
    /// The password is not right, or the database cannot be opened.
    pub(crate) fn open_by(&self, password: &str) -> Result<(), Refused> {
        let vault = Opened::vault(&self.setup)?;
        let person = vault.people()?.into_iter().next().ok_or(Code::PersonUnknown)?;
        let key = vault.unlock(person, &Password::new(password)?, self.ambient().now_ms())?;
        self.take(Arc::new(Opened::open(&self.setup, vault, &key)?), false);
        Ok(())
    }

    /// Takes over a database that was just opened.
    pub(crate) fn take(&self, opened: Arc<Opened>, os_store: bool) {
        let mut state = guard(&self.state);
        state.opened = Some(opened);
        state.os_store = os_store;
    }

    /// Lets go of the open database.
    pub(crate) fn close(&self) {
        guard(&self.state).opened = None;
    }

    /// What speaks for the seat of the person at the desk.
    pub(crate) fn voice(&self) -> Option<Arc<Voice>> {
        guard(&self.state).voice.clone()
    }

    /// Puts a person at the desk, or nobody. What another person prepared or was uploading is dropped, and an exchange
    /// with the endpoint in the other's name ends.
    pub(crate) fn seat(&self, person: Option<PersonId>, voice: Option<Voice>) {
        let mut state = guard(&self.state);
        if let Some(opened) = &state.opened {
            opened.line.cancel();
        }
        state.voice = voice.map(Arc::new);
        if state.person != person {
            *guard(&self.requests) = Requests::default();
            *guard(&self.uploads) = Uploads::default();
        }
        state.person = person;
    }
}

/// A panic elsewhere leaves these small states whole: every change of them is one assignment.
pub(crate) fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The data folder of the person who is logged in to this computer: local, never roaming.
#[must_use]
pub fn default_folder() -> Option<PathBuf> {
    let home = || std::env::home_dir().filter(|home| !home.as_os_str().is_empty());
    let base = if cfg!(windows) {
        std::env::var_os("LOCALAPPDATA").map(PathBuf::from)
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library/Application Support"))
    } else {
        let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        data.or_else(|| home().map(|home| home.join(".local/share")))
    };
    base.map(|base| base.join("qianban"))
}
