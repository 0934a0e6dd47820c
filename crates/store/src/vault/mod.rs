//! The keys beside the database (K1, K2, K5). Nothing here is kept in clear.
//!
//! `keys.json` holds, for every person of this PC, the database key and that person's signing keys, each sealed under
//! the person's own password; and the database key sealed under the printed recovery code. The operating system's
//! secret store may hold the database key too. A signing key has no second way in: a forgotten password means a new
//! seat certificate.

mod anchor;
mod copied;
mod delay;
mod file;
mod recovery;
mod sealed;
mod wrap;

use std::path::{Path, PathBuf};

use qianban_journal::{PersonId, SeatId};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

pub use anchor::{Anchor, AnchorError, AnchorFile, Former, LogHead};
pub use copied::{Copied, Found, SealHeld, is_same_computer};
pub use recovery::{RecoveryCode, RecoveryCodeError};
pub use sealed::SealedList;
pub use wrap::Cost;

use crate::StoreError;
use crate::secret::{DatabaseKey, SecretStore, SecretStoreError};
use delay::Delay;
use file::{KeyFile, PersonKeys, RecoveryKeys};
use wrap::{Stretch, WrappingKey};

/// Longest password, in characters.
pub const PASSWORD_CHARS_MAX: usize = 256;
/// Seats of one person whose signing keys one PC keeps.
pub const SEATS_PER_PERSON_MAX: usize = 64;
/// People who have a password on one PC.
pub const PEOPLE_PER_PC_MAX: usize = 1_000;

/// Why the vault did not open or change.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The folder holds no `keys.json`.
    #[error("no key file in this folder")]
    NoVault,
    /// The folder holds one already; it is never overwritten.
    #[error("the folder already holds a key file")]
    VaultExists,
    /// A newer program wrote it.
    #[error("the key file is of format {found}, this program knows {known}")]
    Newer {
        /// Format of the file.
        found: u32,
        /// Highest format this program knows.
        known: u32,
    },
    /// It cannot be read, or states costs out of bounds.
    #[error("the key file is damaged")]
    Damaged(#[source] Option<serde_json::Error>),
    /// The password is wrong; the next is looked at after the pause (K2).
    #[error("wrong password, number {wrong} in a row")]
    WrongPassword {
        /// Wrong passwords in a row, this one included.
        wrong: u32,
        /// Pause in milliseconds, 1 s doubling to 5 min.
        retry_after_ms: i64,
    },
    /// A pause after wrong passwords is not over; the password was not looked at (K2).
    #[error("wait {retry_after_ms} ms after {wrong} wrong passwords")]
    Locked {
        /// Wrong passwords in a row so far.
        wrong: u32,
        /// Rest of the pause in milliseconds.
        retry_after_ms: i64,
    },
    /// A password of no character or of more than [`PASSWORD_CHARS_MAX`].
    #[error("a password of {chars} characters")]
    PasswordLength {
        /// Its length in characters.
        chars: usize,
    },
    /// This person has no password on this PC.
    #[error("person {0} has no password on this PC")]
    NoPerson(PersonId),
    /// This person has one already.
    #[error("person {0} already has a password on this PC")]
    PersonExists(PersonId),
    /// No signing key of this seat here.
    #[error("no signing key of seat {0}")]
    NoSigningKey(SeatId),
    /// More people or seats than one PC keeps.
    #[error("no room for more than {max}")]
    Full {
        /// The bound reached.
        max: usize,
    },
    /// No recovery code was ever printed.
    #[error("no recovery code was made")]
    NoRecovery,
    /// A well-typed recovery code of another vault, or an earlier one.
    #[error("this recovery code does not belong to this key file")]
    WrongRecovery,
    /// The operating system's store does not hold the key.
    #[error("the secret store does not hold the database key")]
    NotRemembered,
    /// The operating system's store did not answer.
    #[error("secret store")]
    SecretStore(#[from] SecretStoreError),
    /// Randomness, or the file system.
    #[error("file")]
    File(#[source] StoreError),
}

impl VaultError {
    /// The stable code by which the edge finds the Chinese words.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoVault => "VAULT-NONE",
            Self::VaultExists => "VAULT-EXISTS",
            Self::Newer { .. } => "VAULT-NEWER",
            Self::Damaged(_) => "VAULT-DAMAGED",
            Self::WrongPassword { .. } => "VAULT-WRONG-PASSWORD",
            Self::Locked { .. } => "VAULT-LOCKED",
            Self::PasswordLength { .. } => "VAULT-PASSWORD-LENGTH",
            Self::NoPerson(_) => "VAULT-NO-PERSON",
            Self::PersonExists(_) => "VAULT-PERSON-EXISTS",
            Self::NoSigningKey(_) => "VAULT-NO-SIGNING-KEY",
            Self::Full { .. } => "VAULT-FULL",
            Self::NoRecovery => "VAULT-NO-RECOVERY",
            Self::WrongRecovery => "VAULT-WRONG-RECOVERY",
            Self::NotRemembered => "VAULT-NOT-REMEMBERED",
            Self::SecretStore(SecretStoreError::Unavailable) => "VAULT-NO-KEYRING",
            Self::SecretStore(SecretStoreError::Refused(_)) => "VAULT-KEYRING-REFUSED",
            Self::File(error) => error.code(),
        }
    }
}

impl<E: Into<StoreError>> From<E> for VaultError {
    fn from(error: E) -> Self {
        Self::File(error.into())
    }
}

/// A typed password, in the one normal form that all input methods agree on (NFC); wiped when dropped.
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes a typed password of 1 to [`PASSWORD_CHARS_MAX`] characters.
    pub fn new(typed: &str) -> Result<Self, VaultError> {
        let chars = typed.chars().take(PASSWORD_CHARS_MAX + 1).count();
        if chars == 0 || chars > PASSWORD_CHARS_MAX {
            return Err(VaultError::PasswordLength { chars });
        }
        Ok(Self(Zeroizing::new(typed.nfc().collect())))
    }
}

/// The key file of one data folder. Every call reads the file anew under a lock and replaces it as a whole, so two
/// processes never lose each other's changes or guess passwords side by side.
///
/// Calls that take a password take [`Cost::OFFICE`]'s time, about 0.2 s: never on the thread that paints.
pub struct Vault {
    dir: PathBuf,
    cost: Cost,
}

impl Vault {
    /// Makes an empty key file in `dir`, which is created when missing (0700, the file 0600).
    pub fn create(dir: &Path, cost: Cost) -> Result<Self, VaultError> {
        crate::durable_file::create_private_dir(dir)?;
        let vault = Self { dir: dir.to_owned(), cost };
        let _held = file::hold(dir)?;
        if file::exists(dir)? {
            return Err(VaultError::VaultExists);
        }
        KeyFile::new()?.write(dir)?;
        Ok(vault)
    }

    /// Opens the key file in `dir`. `cost` is what new passwords will be stretched at.
    pub fn open(dir: &Path, cost: Cost) -> Result<Self, VaultError> {
        KeyFile::read(dir)?;
        Ok(Self { dir: dir.to_owned(), cost })
    }

    /// The people who have a password on this PC, by id.
    pub fn people(&self) -> Result<Vec<PersonId>, VaultError> {
        KeyFile::read(&self.dir)?.people.keys().map(|text| file::id(text)).collect()
    }

    /// The seats whose signing keys this PC keeps for a person, by id.
    pub fn seats(&self, person: PersonId) -> Result<Vec<SeatId>, VaultError> {
        let keys = KeyFile::read(&self.dir)?;
        let person = keys.people.get(&person.to_string()).ok_or(VaultError::NoPerson(person))?;
        person.signing.keys().map(|text| file::id(text)).collect()
    }

    /// Gives a person a password on this PC, which from then on opens the database key.
    pub fn add_person(
        &self,
        person: PersonId,
        password: &Password,
        database: &DatabaseKey,
    ) -> Result<(), VaultError> {
        let keys = self.new_person(person, password, database)?;
        self.change(|file| {
            if file.people.contains_key(&person.to_string()) {
                return Err(VaultError::PersonExists(person));
            }
            if file.people.len() >= PEOPLE_PER_PC_MAX {
                return Err(VaultError::Full { max: PEOPLE_PER_PC_MAX });
            }
            file.people.insert(person.to_string(), keys);
            Ok(())
        })
    }

    /// Opens the database key with a person's password. `now_ms` is the wall clock, milliseconds since 1970.
    pub fn unlock(
        &self,
        person: PersonId,
        password: &Password,
        now_ms: i64,
    ) -> Result<DatabaseKey, VaultError> {
        self.with_password(person, password, now_ms, |_, _, database| Ok(database))
    }

    /// Keeps a seat's private key, sealed under its owner's password alone (K1).
    pub fn put_signing_key(
        &self,
        person: PersonId,
        seat: SeatId,
        private: &[u8],
        password: &Password,
        now_ms: i64,
    ) -> Result<(), VaultError> {
        self.with_password(person, password, now_ms, |keys, wrapping, _| {
            if keys.signing.len() >= SEATS_PER_PERSON_MAX {
                return Err(VaultError::Full { max: SEATS_PER_PERSON_MAX });
            }
            let sealed = wrapping.seal(private, &signing_purpose(person, seat))?;
            keys.signing.insert(seat.to_string(), sealed);
            Ok(())
        })
    }

    /// Opens a seat's private key for one signing action (K2).
    pub fn signing_key(
        &self,
        person: PersonId,
        seat: SeatId,
        password: &Password,
        now_ms: i64,
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.with_password(person, password, now_ms, |keys, wrapping, _| {
            let sealed = keys.signing.get(&seat.to_string()).ok_or(VaultError::NoSigningKey(seat))?;
            wrapping.open(sealed, &signing_purpose(person, seat)).ok_or(VaultError::Damaged(None))
        })
    }

    /// A seat that was asked for under one name is certified, maybe for another person: its key moves there, with the
    /// password. `asked` is the name of the key until now. A killed process leaves it at the one place or the other.
    pub fn move_signing_key(
        &self,
        person: PersonId,
        asked: SeatId,
        to: PersonId,
        seat: SeatId,
        password: &Password,
        now_ms: i64,
    ) -> Result<(), VaultError> {
        self.with_file(person, password, now_ms, |file, wrapping, database| {
            let keys = file.people.get_mut(&person.to_string()).ok_or(VaultError::NoPerson(person))?;
            let sealed = keys.signing.get(&asked.to_string()).ok_or(VaultError::NoSigningKey(asked))?;
            let private = wrapping.open(sealed, &signing_purpose(person, asked));
            let private = private.ok_or(VaultError::Damaged(None))?;
            let purpose = signing_purpose(to, seat);
            if person == to {
                let moved = wrapping.seal(&private, &purpose)?;
                keys.signing.remove(&asked.to_string());
                keys.signing.insert(seat.to_string(), moved);
                return Ok(());
            }
            if keys.signing.len() > 1 || file.people.contains_key(&to.to_string()) {
                return Err(VaultError::PersonExists(to));
            }
            let mut owner = self.new_person(to, password, &database)?;
            let moved = owner.stretch.key(password.0.as_bytes())?.seal(&private, &purpose)?;
            owner.signing.insert(seat.to_string(), moved);
            file.people.remove(&person.to_string());
            file.people.insert(to.to_string(), owner);
            Ok(())
        })
    }

    /// Seals everything of a person under a new password.
    pub fn change_password(
        &self,
        person: PersonId,
        old: &Password,
        new: &Password,
        now_ms: i64,
    ) -> Result<(), VaultError> {
        self.with_password(person, old, now_ms, |keys, wrapping, database| {
            let mut renewed = self.new_person(person, new, &database)?;
            let fresh = renewed.stretch.key(new.0.as_bytes())?;
            for (seat, sealed) in &keys.signing {
                let purpose = signing_purpose(person, file::id(seat)?);
                let private = wrapping.open(sealed, &purpose).ok_or(VaultError::Damaged(None))?;
                renewed.signing.insert(seat.clone(), fresh.seal(&private, &purpose)?);
            }
            *keys = renewed;
            Ok(())
        })
    }

    /// Gives a person who forgot the password a new one, from a database key opened otherwise. The person's signing
    /// keys are gone; each needs a new seat certificate (K1).
    pub fn reset_password(
        &self,
        person: PersonId,
        new: &Password,
        database: &DatabaseKey,
    ) -> Result<(), VaultError> {
        let keys = self.new_person(person, new, database)?;
        self.change(|file| match file.people.insert(person.to_string(), keys) {
            Some(_) => Ok(()),
            None => Err(VaultError::NoPerson(person)),
        })
    }

    /// Makes a new recovery code for the database key; an earlier printed one stops working. The code is shown once.
    pub fn set_recovery(&self, database: &DatabaseKey) -> Result<RecoveryCode, VaultError> {
        let code = RecoveryCode::generate()?;
        let stretch = Stretch::new(self.cost)?;
        let sealed = stretch.key(code.secret())?.seal(database.as_bytes(), RECOVERY_PURPOSE)?;
        self.change(|file| {
            file.recovery = Some(RecoveryKeys { stretch, database: sealed });
            Ok(())
        })?;
        Ok(code)
    }

    /// Opens the database key with the printed code. There is no pause: 160 random bits are not guessed.
    pub fn unlock_with_recovery(&self, code: &RecoveryCode) -> Result<DatabaseKey, VaultError> {
        let recovery = KeyFile::read(&self.dir)?.recovery.ok_or(VaultError::NoRecovery)?;
        let plain = recovery.stretch.key(code.secret())?.open(&recovery.database, RECOVERY_PURPOSE);
        plain.and_then(|bytes| DatabaseKey::from_bytes(&bytes)).ok_or(VaultError::WrongRecovery)
    }

    /// Lets the operating system keep the database key.
    pub fn remember(&self, store: &dyn SecretStore, database: &DatabaseKey) -> Result<(), VaultError> {
        Ok(store.set(&self.secret_name()?, database.as_bytes())?)
    }

    /// Opens the database key from the operating system's store.
    pub fn recall(&self, store: &dyn SecretStore) -> Result<DatabaseKey, VaultError> {
        let bytes = store.get(&self.secret_name()?)?.ok_or(VaultError::NotRemembered)?;
        DatabaseKey::from_bytes(&bytes).ok_or(VaultError::NotRemembered)
    }

    /// Takes the database key out of the operating system's store.
    pub fn forget(&self, store: &dyn SecretStore) -> Result<(), VaultError> {
        Ok(store.delete(&self.secret_name()?)?)
    }

    fn secret_name(&self) -> Result<String, VaultError> {
        Ok(format!("qianban-database-{}", hex::encode(KeyFile::read(&self.dir)?.name)))
    }

    fn new_person(
        &self,
        person: PersonId,
        password: &Password,
        database: &DatabaseKey,
    ) -> Result<PersonKeys, VaultError> {
        let stretch = Stretch::new(self.cost)?;
        let wrapping = stretch.key(password.0.as_bytes())?;
        let sealed = wrapping.seal(database.as_bytes(), &database_purpose(person))?;
        Ok(PersonKeys { stretch, database: sealed, signing: Default::default(), delay: Delay::default() })
    }

    /// Checks a password, with the pause of K2, and hands the person's keys to `act`; what it changed is kept.
    fn with_password<T>(
        &self,
        person: PersonId,
        password: &Password,
        now_ms: i64,
        act: impl FnOnce(&mut PersonKeys, &WrappingKey, DatabaseKey) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        self.with_file(person, password, now_ms, |file, wrapping, database| {
            let keys = file.people.get_mut(&person.to_string()).ok_or(VaultError::NoPerson(person))?;
            act(keys, wrapping, database)
        })
    }

    /// The same with the whole file, for what concerns two people.
    fn with_file<T>(
        &self,
        person: PersonId,
        password: &Password,
        now_ms: i64,
        act: impl FnOnce(&mut KeyFile, &WrappingKey, DatabaseKey) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let _held = file::hold(&self.dir)?;
        let mut file = KeyFile::read(&self.dir)?;
        let before = file.bytes()?;
        let keys = file.people.get_mut(&person.to_string()).ok_or(VaultError::NoPerson(person))?;
        let outcome = check_password(keys, person, password, now_ms)
            .and_then(|(wrapping, database)| act(&mut file, &wrapping, database));
        if file.bytes()? != before {
            file.write(&self.dir)?;
        }
        outcome
    }

    fn change(&self, act: impl FnOnce(&mut KeyFile) -> Result<(), VaultError>) -> Result<(), VaultError> {
        let _held = file::hold(&self.dir)?;
        let mut file = KeyFile::read(&self.dir)?;
        act(&mut file)?;
        file.write(&self.dir)
    }
}

/// The wrapping key and the database key, or the pause. Leaves the changed count in `keys`.
fn check_password(
    keys: &mut PersonKeys,
    person: PersonId,
    password: &Password,
    now_ms: i64,
) -> Result<(WrappingKey, DatabaseKey), VaultError> {
    let retry_after_ms = keys.delay.wait_ms(now_ms);
    if retry_after_ms > 0 {
        return Err(VaultError::Locked { wrong: keys.delay.count(), retry_after_ms });
    }
    let wrapping = keys.stretch.key(password.0.as_bytes())?;
    let plain = wrapping.open(&keys.database, &database_purpose(person));
    match plain.and_then(|bytes| DatabaseKey::from_bytes(&bytes)) {
        Some(database) => {
            keys.delay = Delay::default();
            Ok((wrapping, database))
        }
        None => {
            keys.delay.wrong(now_ms);
            let retry_after_ms = keys.delay.wait_ms(now_ms);
            Err(VaultError::WrongPassword { wrong: keys.delay.count(), retry_after_ms })
        }
    }
}

const RECOVERY_PURPOSE: &str = "qianban/vault/1 database recovery";

fn database_purpose(person: PersonId) -> String {
    format!("qianban/vault/1 database {person}")
}

fn signing_purpose(person: PersonId, seat: SeatId) -> String {
    format!("qianban/vault/1 signing {person} {seat}")
}
