//! Small files that are either wholly the old one or wholly the new one, readable by their owner only.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Creates `dir` and its parents; the folder itself is open to its owner only (0700).
pub(crate) fn create_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Opens `path` for writing, new or emptied, open to its owner only (0600).
pub(crate) fn create_private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Whether a replaced file must be on the disk before the call returns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// File and folder are flushed: after the call a power loss cannot bring the old bytes back.
    Flushed,
    /// A killed process cannot tear the file; a power loss may bring the old bytes back.
    Ordered,
}

/// Replaces `path` by `bytes` through a temporary name beside it, fsync, rename and fsync of the folder.
pub(crate) fn replace(path: &Path, bytes: &[u8], durability: Durability) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".new");
    let temporary = path.with_file_name(name);
    let written = write_whole(&temporary, bytes, durability).and_then(|()| fs::rename(&temporary, path));
    if let Err(error) = written {
        // The temporary name is no record of anything; what matters is the first error.
        let _ = fs::remove_file(&temporary);
        return Err(error);
    }
    match (durability, path.parent()) {
        (Durability::Flushed, Some(dir)) => flush_dir(dir),
        _ => Ok(()),
    }
}

fn write_whole(path: &Path, bytes: &[u8], durability: Durability) -> io::Result<()> {
    let mut file = create_private_file(path)?;
    file.write_all(bytes)?;
    match durability {
        Durability::Flushed => file.sync_all(),
        Durability::Ordered => Ok(()),
    }
}

/// Makes renames and removals inside `dir` durable. Windows has no such call and journals them itself.
pub(crate) fn flush_dir(dir: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(dir)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = dir;
    Ok(())
}
