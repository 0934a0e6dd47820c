//! The names of the people who have a password on this PC, beside the database: whoever opens it by password
//! chooses a name first, and the registry cannot be read yet. Names only, no rights.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use qianban_journal::PersonId;

const NAME: &str = "people.json";
const BYTES_MAX: u64 = 1024 * 1024;

/// Names by person; empty when the file is missing or not readable as such: the password still opens the database.
pub(crate) fn read(folder: &Path) -> BTreeMap<PersonId, String> {
    let path = folder.join(NAME);
    let fits = fs::metadata(&path).is_ok_and(|metadata| metadata.len() <= BYTES_MAX);
    let bytes = if fits { fs::read(&path).unwrap_or_default() } else { Vec::new() };
    let names: BTreeMap<String, String> = serde_json::from_slice(&bytes).unwrap_or_default();
    names.into_iter().filter_map(|(id, name)| Some((id.parse().ok()?, name))).collect()
}

/// Replaces the names.
///
/// # Errors
/// The folder cannot be written.
pub(crate) fn write(folder: &Path, names: &BTreeMap<PersonId, String>) -> io::Result<()> {
    let texts: BTreeMap<String, &String> = names.iter().map(|(id, name)| (id.to_string(), name)).collect();
    let temporary = folder.join(format!("{NAME}.new"));
    fs::write(&temporary, serde_json::to_vec_pretty(&texts)?)?;
    fs::rename(temporary, folder.join(NAME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_and_garbage_is_no_name() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(read(folder.path()).is_empty());
        let names = BTreeMap::from([(PersonId([7; 16]), "张三".to_owned())]);
        write(folder.path(), &names).expect("written");
        assert_eq!(read(folder.path()), names);
        fs::write(folder.path().join(NAME), "[1]").expect("written");
        assert!(read(folder.path()).is_empty());
    }
}
