//! The endpoint's own key, in a file of its own: a copy of the database cannot sign.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use qianban_journal::{Incarnation, Sm2Key};
use zeroize::Zeroizing;

/// Reads the key, or makes one and keeps it. Instances on one database must be given the same file.
///
/// # Errors
/// The file cannot be read or written, or is no key.
pub fn key(file: &Path) -> io::Result<Sm2Key> {
    match fs::read_to_string(file) {
        Ok(text) => parse(&Zeroizing::new(text)).ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidData, format!("{} is no key", file.display()))
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(file),
        Err(error) => Err(error),
    }
}

fn parse(text: &str) -> Option<Sm2Key> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    hex::decode_to_slice(text.trim(), &mut *bytes).ok()?;
    Sm2Key::from_bytes(&bytes).ok()
}

fn make(file: &Path) -> io::Result<Sm2Key> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    let key = loop {
        getrandom::fill(&mut *bytes).map_err(|error| io::Error::other(error.to_string()))?;
        if let Ok(key) = Sm2Key::from_bytes(&bytes) {
            break key;
        }
    };
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut new = options.open(file)?;
    new.write_all(Zeroizing::new(hex::encode(bytes.as_slice())).as_bytes())?;
    new.sync_all()?;
    Ok(key)
}

/// A new life of the arrival logs.
///
/// # Errors
/// The system has no randomness.
pub fn new_incarnation() -> io::Result<Incarnation> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(Incarnation(bytes))
}

#[cfg(test)]
mod tests {
    use qianban_journal::Signer;

    use super::*;

    #[test]
    fn the_key_is_made_once_and_for_the_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("endpoint.key");
        let made = key(&file).expect("made").public();
        assert_eq!(key(&file).expect("read").public(), made);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
        }
        fs::write(&file, "not a key").expect("written");
        assert!(key(&file).is_err(), "a damaged key is not replaced");
    }
}
