//! The mark of a sample: a file beside its database. Everything in such a folder is shown and printed as a sample, and
//! nothing but such a folder is ever erased.

use std::path::Path;
use std::{fs, io};

use serde::{Deserialize, Serialize};

const NAME: &str = "sample.json";
const BYTES_MAX: u64 = 4096;

/// What the mark says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Marker {
    /// Everybody's password.
    pub(crate) password: String,
}

/// The mark of a folder; none where it holds no sample.
pub(crate) fn marker(folder: &Path) -> Option<Marker> {
    let path = folder.join(NAME);
    let fits = fs::metadata(&path).is_ok_and(|metadata| metadata.len() <= BYTES_MAX);
    fits.then(|| fs::read(path).ok()).flatten().and_then(|bytes| serde_json::from_slice(&bytes).ok())
}

/// Marks a folder.
///
/// # Errors
/// The folder cannot be written.
pub(crate) fn write_marker(folder: &Path, marker: &Marker) -> io::Result<()> {
    fs::write(folder.join(NAME), serde_json::to_vec(marker)?)
}
