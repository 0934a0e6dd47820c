//! Keys, passwords, the recovery sheet and the secret store (K1, K2, K5).

use std::collections::BTreeMap;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use qianban_journal::{DeviceId, EventId, Incarnation, PersonId, SeatId};
use qianban_store::{
    Anchor, AnchorFile, Cost, DatabaseKey, Found, LogHead, Password, RecoveryCode, SecretStore,
    SecretStoreError, Vault, VaultError,
};
use serde_json::Value;
use zeroize::Zeroizing;

const ZHANG: PersonId = PersonId([1; 16]);
const LI: PersonId = PersonId([2; 16]);
const SEAT: SeatId = SeatId([7; 32]);

fn password(text: &str) -> Password {
    Password::new(text).unwrap()
}

fn vault() -> (tempfile::TempDir, Vault, DatabaseKey) {
    let dir = tempfile::tempdir().unwrap();
    let vault = Vault::create(dir.path(), Cost::TEST).unwrap();
    let database = DatabaseKey::generate().unwrap();
    vault.add_person(ZHANG, &password("张三的口令"), &database).unwrap();
    (dir, vault, database)
}

#[test]
fn each_person_opens_the_database_with_their_own_password() {
    let (dir, vault, database) = vault();
    vault.add_person(LI, &password("li-si-1234"), &database).unwrap();
    let again = Vault::open(dir.path(), Cost::TEST).unwrap();
    assert_eq!(again.people().unwrap(), [ZHANG, LI]);
    assert!(again.unlock(ZHANG, &password("张三的口令"), 0).unwrap() == database);
    assert!(again.unlock(LI, &password("li-si-1234"), 0).unwrap() == database);
    assert!(matches!(
        again.unlock(LI, &password("张三的口令"), 0),
        Err(VaultError::WrongPassword { wrong: 1, retry_after_ms: 1_000 })
    ));
    assert!(matches!(vault.add_person(LI, &password("x"), &database), Err(VaultError::PersonExists(LI))));
    assert!(matches!(Vault::create(dir.path(), Cost::TEST), Err(VaultError::VaultExists)));
}

#[test]
fn nothing_in_the_folder_is_in_clear() {
    let (dir, vault, database) = vault();
    let private = [0xA7; 32];
    vault.put_signing_key(ZHANG, SEAT, &private, &password("张三的口令"), 0).unwrap();
    let text = fs::read_to_string(dir.path().join("keys.json")).unwrap();
    assert!(!text.contains(&hex::encode(database.as_bytes())));
    assert!(!text.contains(&hex::encode(private)));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(dir.path().join("keys.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn ten_wrong_passwords_grow_the_pause_over_restarts_and_lock_nobody_out() {
    let (dir, _, database) = vault();
    let mut now = 1_000_000;
    let mut pauses = Vec::new();
    for wrong in 1..=10 {
        let vault = Vault::open(dir.path(), Cost::TEST).unwrap();
        match vault.unlock(ZHANG, &password("falsch"), now) {
            Err(VaultError::WrongPassword { wrong: n, retry_after_ms }) => {
                assert_eq!(n, wrong);
                pauses.push(retry_after_ms / 1_000);
                let right = vault.unlock(ZHANG, &password("张三的口令"), now + retry_after_ms - 1);
                assert!(
                    matches!(right, Err(VaultError::Locked { retry_after_ms: 1, .. })),
                    "not even the right one is looked at before the pause is over"
                );
                now += retry_after_ms;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
    let vault = Vault::open(dir.path(), Cost::TEST).unwrap();
    assert!(vault.unlock(ZHANG, &password("张三的口令"), now).unwrap() == database);
    assert!(
        matches!(vault.unlock(ZHANG, &password("x"), now), Err(VaultError::WrongPassword { wrong: 1, .. })),
        "the right password ends the count"
    );
}

#[test]
fn a_changed_password_opens_everything_and_the_old_one_nothing() {
    let (_dir, vault, database) = vault();
    vault.put_signing_key(ZHANG, SEAT, b"private", &password("张三的口令"), 0).unwrap();
    vault.change_password(ZHANG, &password("张三的口令"), &password("新的口令"), 0).unwrap();
    assert!(vault.unlock(ZHANG, &password("新的口令"), 0).unwrap() == database);
    assert_eq!(vault.signing_key(ZHANG, SEAT, &password("新的口令"), 0).unwrap()[..], b"private"[..]);
    assert!(matches!(vault.unlock(ZHANG, &password("张三的口令"), 0), Err(VaultError::WrongPassword { .. })));
}

#[test]
fn a_forgotten_password_costs_the_signing_keys_and_not_the_data() {
    let (_dir, vault, database) = vault();
    vault.put_signing_key(ZHANG, SEAT, b"private", &password("张三的口令"), 0).unwrap();
    let code = vault.set_recovery(&database).unwrap();
    let typed = RecoveryCode::parse(&code.printed().to_lowercase()).unwrap();
    let recovered = vault.unlock_with_recovery(&typed).unwrap();
    assert!(recovered == database);
    vault.reset_password(ZHANG, &password("忘不了"), &recovered).unwrap();
    assert!(vault.unlock(ZHANG, &password("忘不了"), 0).unwrap() == database);
    assert!(matches!(
        vault.signing_key(ZHANG, SEAT, &password("忘不了"), 0),
        Err(VaultError::NoSigningKey(SEAT))
    ));
    let newer = vault.set_recovery(&database).unwrap();
    assert!(matches!(vault.unlock_with_recovery(&code), Err(VaultError::WrongRecovery)));
    assert!(vault.unlock_with_recovery(&newer).is_ok());
}

/// A secret store that may be missing.
struct Keyring(Mutex<Option<BTreeMap<String, Vec<u8>>>>);

impl SecretStore for Keyring {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SecretStoreError> {
        let held = self.0.lock().unwrap();
        let held = held.as_ref().ok_or(SecretStoreError::Unavailable)?;
        Ok(held.get(name).cloned().map(Zeroizing::new))
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<(), SecretStoreError> {
        let mut held = self.0.lock().unwrap();
        let held = held.as_mut().ok_or(SecretStoreError::Unavailable)?;
        held.insert(name.to_owned(), secret.to_owned());
        Ok(())
    }

    fn delete(&self, name: &str) -> Result<(), SecretStoreError> {
        let mut held = self.0.lock().unwrap();
        held.as_mut().ok_or(SecretStoreError::Unavailable)?.remove(name);
        Ok(())
    }
}

/// Whoever reads the file meanwhile, or after a power cut, finds the key at one of the two places.
#[test]
fn a_key_that_moves_to_its_certified_seat_is_never_off_the_disk() {
    let (dir, vault, database) = vault();
    let secret = password("张三的口令");
    let asked = SeatId([6; 32]);
    vault.put_signing_key(ZHANG, asked, &[0xA7; 32], &secret, 0).unwrap();
    let moved = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watching = scope.spawn(|| {
            while !moved.load(Ordering::SeqCst) {
                let seen: Value =
                    serde_json::from_slice(&fs::read(dir.path().join("keys.json")).unwrap()).unwrap();
                let people = seen["people"].as_object().unwrap().values();
                assert_eq!(people.map(|keys| keys["signing"].as_object().unwrap().len()).sum::<usize>(), 1);
            }
        });
        vault.move_signing_key(ZHANG, asked, LI, SEAT, &secret, 0).unwrap();
        moved.store(true, Ordering::SeqCst);
        watching.join().unwrap();
    });
    assert_eq!(vault.people().unwrap(), [LI]);
    assert!(vault.unlock(LI, &secret, 0).unwrap() == database);
    assert_eq!(*vault.signing_key(LI, SEAT, &secret, 0).unwrap(), [0xA7; 32]);

    vault.add_person(ZHANG, &secret, &database).unwrap();
    let taken = vault.move_signing_key(LI, SEAT, ZHANG, asked, &secret, 0);
    assert!(matches!(taken, Err(VaultError::PersonExists(ZHANG))));
    assert_eq!(*vault.signing_key(LI, SEAT, &secret, 0).unwrap(), [0xA7; 32], "a refused move moves nothing");
}

#[test]
fn the_secret_store_is_a_convenience_and_its_loss_no_loss() {
    let (_dir, vault, database) = vault();
    let keyring = Keyring(Mutex::new(Some(BTreeMap::new())));
    assert!(matches!(vault.recall(&keyring), Err(VaultError::NotRemembered)));
    vault.remember(&keyring, &database).unwrap();
    assert!(vault.recall(&keyring).unwrap() == database);
    vault.forget(&keyring).unwrap();
    assert!(matches!(vault.recall(&keyring), Err(VaultError::NotRemembered)));
    let none = Keyring(Mutex::new(None));
    assert_eq!(vault.recall(&none).unwrap_err().code(), "VAULT-NO-KEYRING");
    assert!(vault.unlock(ZHANG, &password("张三的口令"), 0).unwrap() == database);
}

#[test]
fn a_damaged_or_newer_key_file_is_said_to_be_so() {
    let (dir, _, _) = vault();
    let path = dir.path().join("keys.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"format\": 1", "\"format\": 2")).unwrap();
    assert!(matches!(Vault::open(dir.path(), Cost::TEST), Err(VaultError::Newer { found: 2, known: 1 })));
    fs::write(&path, &text[..text.len() / 2]).unwrap();
    assert!(matches!(Vault::open(dir.path(), Cost::TEST), Err(VaultError::Damaged(Some(_)))));
    let costly = text.replace("\"memory_kib\": 64", "\"memory_kib\": 4000000000");
    fs::write(&path, costly).unwrap();
    let vault = Vault::open(dir.path(), Cost::TEST).unwrap();
    assert!(
        matches!(vault.unlock(ZHANG, &password("x"), 0), Err(VaultError::Damaged(None))),
        "a forged cost does not exhaust the machine"
    );
    fs::remove_file(&path).unwrap();
    assert!(matches!(Vault::open(dir.path(), Cost::TEST), Err(VaultError::NoVault)));
}

#[test]
fn a_password_has_bounds_and_one_normal_form() {
    assert!(matches!(Password::new(""), Err(VaultError::PasswordLength { chars: 0 })));
    assert!(matches!(Password::new(&"长".repeat(257)), Err(VaultError::PasswordLength { chars: 257 })));
    let dir = tempfile::tempdir().unwrap();
    let vault = Vault::create(dir.path(), Cost::TEST).unwrap();
    vault.add_person(ZHANG, &password("caf\u{e9}"), &DatabaseKey::generate().unwrap()).unwrap();
    assert!(
        vault.unlock(ZHANG, &password("cafe\u{301}"), 0).is_ok(),
        "another input method, the same password"
    );
}

#[test]
fn the_anchor_only_rises_and_a_damaged_one_is_said_to_be_so() {
    let dir = tempfile::tempdir().unwrap();
    let file = AnchorFile::of(dir.path());
    assert!(file.read().unwrap().is_none());
    let mut anchor = Anchor::new(Incarnation([3; 16]), "disk 1 mac 2".to_owned());
    anchor.raise_head(SEAT, LogHead { n: 5, event: EventId([5; 32]) });
    anchor.raise_head(SEAT, LogHead { n: 4, event: EventId([4; 32]) });
    anchor.raise_registry(9);
    anchor.raise_registry(8);
    file.write(&anchor).unwrap();
    let read = file.read().unwrap().unwrap();
    assert_eq!(read, anchor);
    let found = Found { incarnation: None, machine: "disk 2", registry_number: 4 };
    let renewed = anchor.renewed(Incarnation([4; 16]), found, Some(DeviceId([1; 16])));
    file.write(&renewed).unwrap();
    assert_eq!(file.read().unwrap().unwrap(), renewed, "with what the life before had");
    file.exchanged().unwrap();
    assert_eq!(file.read().unwrap().unwrap(), Anchor { former: None, ..renewed });
    assert_eq!((read.heads[&SEAT].n, read.registry_number), (5, 9));
    fs::write(dir.path().join("anchor.json"), "{").unwrap();
    assert!(file.read().is_err());
}
