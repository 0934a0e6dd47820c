//! A data folder that is being made: beside its place, which it takes in one step at the end. What was cut short leaves
//! nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use qianban_journal::{Incarnation, PersonId};
use qianban_store::{Anchor, AnchorFile, DatabaseKey, Store, Vault};

use crate::listing::Listing;
use crate::opened::Opened;
use crate::{Code, Desk, Refused, machine, recovery_sheet, roster};

/// Before the folder of a desk is there.
pub(super) struct NewFolder<'a> {
    desk: &'a Desk,
    staging: Staging,
    /// The key of its database.
    pub(super) key: DatabaseKey,
    /// The keys beside it.
    pub(super) vault: Vault,
}

/// What is shown of a new folder once.
pub(super) struct Recovery {
    /// The recovery code.
    pub(super) code: String,
    /// The recovery sheet as a PDF, base64.
    pub(super) sheet: String,
}

impl<'a> NewFolder<'a> {
    /// Begins one.
    ///
    /// # Errors
    /// [`Code::HostFounded`] where there is a ledger, [`Code::SamplePlaying`].
    pub(super) fn begin(desk: &'a Desk) -> Result<Self, Refused> {
        desk.sample.refuse_while_playing()?;
        refuse_a_second(desk.folder())?;
        let staging = Staging::begin(desk.folder())?;
        let vault = Vault::create(&staging.0, desk.setup.cost)?;
        Ok(Self { desk, staging, key: DatabaseKey::generate()?, vault })
    }

    /// Its empty database.
    pub(super) fn store(&self) -> Result<Store, Refused> {
        Ok(Store::create(&self.staging.0, &self.key, Box::new(Listing::default()))?)
    }

    /// The folder takes its place and is opened at the desk. The recovery sheet, with these words for the bureau and the
    /// fingerprint of its ledger, is made before: a folder whose code nobody has seen is none.
    pub(super) fn finish(
        self,
        names: impl IntoIterator<Item = (PersonId, String)>,
        (incarnation, registry_number): (Incarnation, u32),
        (bureau, fingerprint): (&str, &str),
    ) -> Result<Recovery, Refused> {
        let Self { desk, staging, key, vault } = self;
        roster::write(&staging.0, &names.into_iter().collect())?;
        let mut anchor = Anchor::new(incarnation, machine::fingerprint());
        anchor.raise_registry(registry_number);
        AnchorFile::of(&staging.0).write(&anchor)?;
        let code = vault.set_recovery(&key)?.printed().to_string();
        let sheet = recovery_sheet::pdf(desk, bureau, &code, fingerprint)?;
        staging.take_place(desk.folder())?;
        let vault = Opened::vault(&desk.setup)?;
        let remembered = vault.remember(&*desk.setup.secrets, &key).is_ok();
        desk.take(Arc::new(Opened::open(&desk.setup, vault, &key)?), remembered);
        Ok(Recovery { code, sheet: base64::engine::general_purpose::STANDARD.encode(sheet) })
    }
}

fn refuse_a_second(folder: &Path) -> Result<(), Refused> {
    let empty = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    if empty { Ok(()) } else { Err(Code::HostFounded.into()) }
}

/// The folder beside the data folder, gone again unless it takes its place.
struct Staging(PathBuf);

impl Staging {
    fn begin(folder: &Path) -> Result<Self, Refused> {
        let name = folder.file_name().ok_or_else(|| Refused::about(Code::HostReadOnly, folder.display()))?;
        let mut staged = name.to_owned();
        staged.push(".founding");
        let place = folder.with_file_name(staged);
        if place.exists() {
            fs::remove_dir_all(&place)?;
        }
        fs::create_dir_all(&place)?;
        Ok(Self(place))
    }

    fn take_place(self, folder: &Path) -> Result<(), Refused> {
        if folder.exists() {
            fs::remove_dir(folder)?;
        }
        fs::rename(&self.0, folder)?;
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // After the rename there is nothing left; a failure leaves a folder that the next founding removes.
        if let Err(error) = fs::remove_dir_all(&self.0)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "the folder of a founding that failed stays");
        }
    }
}
