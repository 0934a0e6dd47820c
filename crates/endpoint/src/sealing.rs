//! A key over everything that an instance keeps, where the disk is not to be trusted: a PC that relays. SQLite lies
//! under SQLCipher; long blobs under XChaCha20 at any place of the file, with a nonce of its own in front. Nobody who
//! changes such a file goes unnoticed: a blob's name is its digest, and everybody who takes one in compares.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use chacha20::XChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};
use zeroize::Zeroizing;

/// Bytes in front of a sealed file.
const NONCE_BYTES: usize = 24;

/// The key; wiped when dropped, never printed.
#[derive(Clone)]
pub struct SealingKey(Zeroizing<[u8; 32]>);

impl SealingKey {
    /// The key of 32 secret bytes.
    #[must_use]
    pub const fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// What SQLCipher takes: the raw key, nothing to be stretched.
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        let digits = Zeroizing::new(hex::encode(self.0.as_slice()));
        let pragma = "PRAGMA cipher_log_level = NONE; PRAGMA cipher_compatibility = 4;";
        Zeroizing::new(format!("PRAGMA key = \"x'{}'\"; {pragma}", *digits))
    }
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey(…)")
    }
}

/// A file under a key, or in the clear without one. Positions and lengths are those of its plain bytes.
pub(crate) struct SealedFile {
    file: File,
    cipher: Option<XChaCha20>,
}

/// Plain bytes of a file of so many bytes on the disk.
pub(crate) fn plain_len(len: u64, key: Option<&SealingKey>) -> u64 {
    if key.is_some() { len.saturating_sub(NONCE_BYTES as u64) } else { len }
}

impl SealedFile {
    /// Opens a file to read it from the beginning.
    pub(crate) fn open(path: &Path, key: Option<&SealingKey>) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let cipher = key.map(|key| cipher(&mut file, key)).transpose()?;
        Ok(Self { file, cipher })
    }

    /// Opens a file, or makes one, to add to its end; nobody else does so at the same time.
    pub(crate) fn append_to(path: &Path, key: Option<&SealingKey>) -> io::Result<Self> {
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        file.lock()?;
        let Some(key) = key else { return Ok(Self { file, cipher: None }) };
        if file.metadata()?.len() < NONCE_BYTES as u64 {
            // New, or its maker was stopped before the nonce was whole.
            file.set_len(0)?;
            let mut nonce = [0; NONCE_BYTES];
            getrandom::fill(&mut nonce).map_err(|error| io::Error::other(error.to_string()))?;
            file.write_all(&nonce)?;
        }
        let cipher = Some(cipher(&mut file, key)?);
        Ok(Self { file, cipher })
    }

    /// How many bytes are there.
    pub(crate) fn len(&self) -> io::Result<u64> {
        let front = if self.cipher.is_some() { NONCE_BYTES as u64 } else { 0 };
        Ok(self.file.metadata()?.len().saturating_sub(front))
    }

    /// Adds bytes to the end and has them on the disk.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let at = self.len()?;
        match &mut self.cipher {
            None => self.file.write_all(bytes)?,
            Some(cipher) => {
                let mut bytes = bytes.to_vec();
                cipher.try_seek(at).map_err(|_| too_long())?;
                cipher.try_apply_keystream(&mut bytes).map_err(|_| too_long())?;
                self.file.write_all(&bytes)?;
            }
        }
        self.file.sync_data()
    }

    /// Goes on reading at a position.
    pub(crate) fn read_from(&mut self, at: u64) -> io::Result<()> {
        let mut front = 0;
        if let Some(cipher) = &mut self.cipher {
            cipher.try_seek(at).map_err(|_| too_long())?;
            front = NONCE_BYTES as u64;
        }
        self.file.seek(SeekFrom::Start(at.saturating_add(front))).map(drop)
    }
}

impl Read for SealedFile {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        if let Some(cipher) = &mut self.cipher {
            cipher.try_apply_keystream(&mut into[..read]).map_err(|_| too_long())?;
        }
        Ok(read)
    }
}

fn too_long() -> io::Error {
    io::ErrorKind::FileTooLarge.into()
}

/// The cipher of a file, by the nonce in front of it; reading goes on behind the nonce.
fn cipher(file: &mut File, key: &SealingKey) -> io::Result<XChaCha20> {
    let mut nonce = [0; NONCE_BYTES];
    file.seek(SeekFrom::Start(0))?;
    file.read_exact(&mut nonce)?;
    Ok(XChaCha20::new(key.0.as_slice().into(), &nonce.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SealingKey {
        SealingKey::new(Zeroizing::new([byte; 32]))
    }

    fn all(path: &Path, key: Option<&SealingKey>, from: u64) -> Vec<u8> {
        let mut file = SealedFile::open(path, key).expect("opens");
        file.read_from(from).expect("there");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("read");
        bytes
    }

    #[test]
    fn a_sealed_file_grows_and_is_read_anywhere_by_its_key_alone() {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join("file");
        let plain: Vec<u8> = (0..100_000_u32).map(|n| n as u8).collect();
        std::fs::write(&path, [9; 5]).expect("its maker was stopped in the nonce");
        for part in [&plain[..7], &plain[7..70_000], &plain[70_000..]] {
            SealedFile::append_to(&path, Some(&key(1))).expect("opens").append(part).expect("added");
        }
        assert_eq!(all(&path, Some(&key(1)), 0), plain);
        assert_eq!(all(&path, Some(&key(1)), 69_999), &plain[69_999..]);
        let raw = std::fs::read(&path).expect("read");
        assert_eq!(plain_len(raw.len() as u64, Some(&key(1))), plain.len() as u64);
        assert!(!raw.windows(16).any(|bytes| bytes == &plain[..16]), "nothing of it lies in the clear");
        assert_ne!(all(&path, Some(&key(2)), 0), plain, "another key reads noise");
        let twin = root.path().join("twin");
        SealedFile::append_to(&twin, Some(&key(1))).expect("opens").append(&plain).expect("added");
        assert_ne!(std::fs::read(&twin).expect("read"), raw, "the same bytes look different in another file");
    }
}
