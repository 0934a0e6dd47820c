//! Long blobs in a folder, one file each under its digest; parts are collected beside it and become visible only when
//! all is there and the digest is right (Y9).

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use qianban_journal::{Digest, DigestStream, WorkspaceId};

use crate::database::Pc;
use crate::long_blobs::Part;
use crate::sealing::{SealedFile, SealingKey, plain_len};

/// Bytes read at once while a digest is computed.
const CHUNK_BYTES: usize = 256 * 1024;

/// The folder, shared by all instances.
#[derive(Debug, Clone)]
pub struct BlobFolder {
    root: PathBuf,
    key: Option<SealingKey>,
}

impl BlobFolder {
    /// Blobs below a folder, which is made when the first one comes.
    #[must_use]
    pub const fn new(folder: PathBuf) -> Self {
        Self { root: folder, key: None }
    }

    /// The same with every file under a key.
    #[must_use]
    pub const fn sealed(folder: PathBuf, key: SealingKey) -> Self {
        Self { root: folder, key: Some(key) }
    }

    fn place(&self, ws: WorkspaceId, digest: Digest) -> PathBuf {
        let name = digest.to_string();
        self.root.join(ws.to_string()).join(&name[..2]).join(name)
    }

    /// Each PC has its own: only the whole blob shows that a PC has it, and none spoils another's.
    fn partial(&self, ws: WorkspaceId, digest: Digest, pc: Pc) -> PathBuf {
        self.place(ws, digest).with_extension(format!("{}.part", hex::encode(pc.0)))
    }

    /// Bytes that have come from a PC of a blob that is not complete.
    #[must_use]
    pub fn received(&self, ws: WorkspaceId, digest: Digest, pc: Pc) -> u64 {
        fs::metadata(self.partial(ws, digest, pc)).map_or(0, |data| plain_len(data.len(), self.key.as_ref()))
    }

    /// Takes in a part that begins at `offset` of a blob of `len` bytes that a PC sends.
    ///
    /// # Errors
    /// The disk.
    pub fn take_in(
        &self,
        ws: WorkspaceId,
        digest: Digest,
        (pc, offset, len): (Pc, u64, u64),
        bytes: &[u8],
    ) -> io::Result<Part> {
        let partial = self.partial(ws, digest, pc);
        if let Some(folder) = partial.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = SealedFile::append_to(&partial, self.key.as_ref())?;
        let here = file.len()?;
        if here != offset || offset + bytes.len() as u64 > len {
            return Ok(Part::Elsewhere(here));
        }
        file.append(bytes)?;
        let received = offset + bytes.len() as u64;
        if received < len {
            return Ok(Part::Received(received));
        }
        if digest_of(&mut file)? != digest {
            fs::remove_file(&partial)?;
            return Ok(Part::OtherDigest);
        }
        let place = self.place(ws, digest);
        fs::rename(&partial, &place)?;
        #[cfg(unix)]
        if let Some(folder) = place.parent() {
            fs::File::open(folder)?.sync_all()?;
        }
        Ok(Part::Complete)
    }

    /// Removes parts to which nothing was added since a moment: whoever sent them has given up.
    ///
    /// # Errors
    /// The disk.
    pub fn forget_parts(&self, since: SystemTime) -> io::Result<()> {
        for bureau in folders(&self.root)? {
            for shelf in folders(&bureau)? {
                for file in fs::read_dir(shelf)? {
                    let file = file?;
                    let is_part = file.path().extension().is_some_and(|end| end == "part");
                    if is_part && file.metadata()?.modified()? < since {
                        fs::remove_file(file.path())?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Removes a whole blob that the database does not know.
    ///
    /// # Errors
    /// It is not here, or the disk.
    pub fn forget(&self, ws: WorkspaceId, digest: Digest) -> io::Result<()> {
        fs::remove_file(self.place(ws, digest))
    }

    /// Some bytes of a blob.
    ///
    /// # Errors
    /// It is not here, or the disk.
    pub fn read(&self, ws: WorkspaceId, digest: Digest, from: u64, most: usize) -> io::Result<Vec<u8>> {
        let mut file = SealedFile::open(&self.place(ws, digest), self.key.as_ref())?;
        file.read_from(from)?;
        let mut bytes = Vec::new();
        file.take(most as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// The folders in a folder; none if it is not there.
fn folders(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    Ok(paths.into_iter().filter(|path| path.is_dir()).collect())
}

fn digest_of(file: &mut SealedFile) -> io::Result<Digest> {
    file.read_from(0)?;
    let mut stream = DigestStream::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(stream.finish()),
            read => stream.update(&chunk[..read]),
        }
    }
}

#[cfg(test)]
mod tests {
    use qianban_journal::digest;

    use super::*;

    const WS: WorkspaceId = WorkspaceId([7; 16]);
    const PC: Pc = Pc([1; 32]);

    #[test]
    fn parts_become_a_blob_and_a_cut_costs_one_part() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = BlobFolder::new(root.path().to_path_buf());
        let (bytes, len) = (b"0123456789", 10);
        let name = digest(bytes);
        assert_eq!(folder.received(WS, name, PC), 0);
        assert_eq!(folder.take_in(WS, name, (PC, 0, len), &bytes[..4]).expect("taken"), Part::Received(4));
        assert_eq!(
            folder.take_in(WS, name, (PC, 0, len), &bytes[..4]).expect("seen"),
            Part::Elsewhere(4),
            "repeated"
        );
        assert_eq!(
            folder.take_in(WS, name, (PC, 6, len), &bytes[6..]).expect("seen"),
            Part::Elsewhere(4),
            "a gap"
        );
        assert!(folder.read(WS, name, 0, 10).is_err(), "not visible yet");
        assert_eq!(folder.received(WS, name, PC), 4);
        let other = folder.take_in(WS, name, (Pc([2; 32]), 4, len), &bytes[4..]).expect("seen");
        assert_eq!(other, Part::Elsewhere(0), "another PC has the rest of it and not the whole");
        assert_eq!(folder.take_in(WS, name, (PC, 4, len), &bytes[4..]).expect("taken"), Part::Complete);
        assert_eq!(folder.read(WS, name, 3, 4).expect("read"), b"3456");
        assert!(folder.read(WorkspaceId([8; 16]), name, 0, 1).is_err(), "another bureau has its own");
    }

    #[test]
    fn parts_that_nobody_goes_on_with_are_forgotten_and_blobs_are_not() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = BlobFolder::new(root.path().join("not there yet"));
        let start = SystemTime::now();
        folder.forget_parts(start).expect("nothing to do");
        let (whole, part) = (digest(b"whole"), digest(b"part"));
        folder.take_in(WS, whole, (PC, 0, 5), b"whole").expect("taken");
        folder.take_in(WS, part, (PC, 0, 4), b"pa").expect("taken");
        folder.forget_parts(start - std::time::Duration::from_secs(60)).expect("looked through");
        assert_eq!(folder.received(WS, part, PC), 2, "still young");
        folder.forget_parts(SystemTime::now() + std::time::Duration::from_secs(60)).expect("looked through");
        assert_eq!(folder.received(WS, part, PC), 0);
        assert!(folder.read(WS, whole, 0, 5).is_ok());
    }

    #[test]
    fn other_bytes_than_named_are_thrown_away() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = BlobFolder::new(root.path().to_path_buf());
        let name = digest(b"right");
        assert_eq!(folder.take_in(WS, name, (PC, 0, 5), b"wrong").expect("seen"), Part::OtherDigest);
        assert_eq!(folder.received(WS, name, PC), 0, "from the beginning");
        assert_eq!(folder.take_in(WS, name, (PC, 0, 5), b"too long").expect("seen"), Part::Elsewhere(0));
        assert_eq!(folder.take_in(WS, name, (PC, 0, 5), b"right").expect("taken"), Part::Complete);
    }
}
