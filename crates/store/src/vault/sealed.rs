//! What this PC has sealed (K7), outside the database and only ever longer: a database put back from yesterday does
//! not make the list forget.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use qianban_journal::FormId;

use crate::StoreError;

const NAME: &str = "sealed.list";
/// Forms that the list may hold; ten years of a large bureau.
const FORMS_MAX: usize = 2_000_000;

/// The list's place in a data folder: ids of forms, 32 bytes each, one after another.
pub struct SealedList(PathBuf);

impl SealedList {
    /// The list of the data folder `dir`.
    pub fn of(dir: &Path) -> Self {
        Self(dir.join(NAME))
    }

    /// Every form of the list; empty before the first. A torn last entry, after a power loss in the middle of a write,
    /// counts as not there.
    pub fn read(&self) -> Result<BTreeSet<FormId>, StoreError> {
        let bytes = match fs::metadata(&self.0) {
            Ok(metadata) if metadata.len() > (FORMS_MAX * FormId::LEN) as u64 => {
                return Err(StoreError::BadRow { table: NAME, row: 0 });
            }
            Ok(_) => fs::read(&self.0)?,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeSet::new()),
            Err(error) => return Err(error.into()),
        };
        let (whole, _) = bytes.as_chunks::<{ FormId::LEN }>();
        Ok(whole.iter().map(|bytes| FormId(*bytes)).collect())
    }

    /// Adds forms whose seals have been committed: one named without a seal could never be sealed here. After the call
    /// they are on the disk.
    pub fn add(&self, forms: &[FormId]) -> Result<(), StoreError> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.0)?;
        let torn = (file.metadata()?.len() % FormId::LEN as u64) as usize;
        let mut bytes = vec![0; (FormId::LEN - torn) % FormId::LEN];
        bytes.extend(forms.iter().flat_map(|form| form.0));
        file.write_all(&bytes)?;
        file.sync_all()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_only_grows_and_a_torn_entry_harms_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let list = SealedList::of(dir.path());
        assert!(list.read().unwrap().is_empty());
        list.add(&[FormId([1; 32]), FormId([2; 32])]).unwrap();
        let path = dir.path().join(NAME);
        let mut torn = fs::read(&path).unwrap();
        torn.extend([3; 20]);
        fs::write(&path, torn).unwrap();
        assert_eq!(list.read().unwrap(), BTreeSet::from([FormId([1; 32]), FormId([2; 32])]));
        list.add(&[FormId([4; 32])]).unwrap();
        let read = list.read().unwrap();
        assert!(read.contains(&FormId([4; 32])) && read.contains(&FormId([1; 32])), "{read:?}");
    }
}
