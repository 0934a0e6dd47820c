//! Pictures and files that a run leaves behind, numbered in the order they were made.

use std::env;
use std::fs;
use std::path::PathBuf;

/// The folder of one story.
pub(crate) struct Album {
    folder: PathBuf,
    number: u32,
}

impl Album {
    /// An album in the folder of this run. `cargo xtask test` and `cargo xtask tour` say which that is.
    pub(crate) fn open(story: &str) -> Album {
        let folder = from_environment("QIANBAN_SHOTS").join(story);
        fs::create_dir_all(&folder).expect("a folder for the pictures");
        Album { folder, number: 0 }
    }

    /// Keeps a file under the next number.
    pub(crate) fn keep(&mut self, name: &str, bytes: &[u8]) {
        self.number += 1;
        let path = self.folder.join(format!("{:02}-{name}", self.number));
        fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// Keeps what was on the screen when a story went wrong, and says where.
    pub(crate) fn keep_last(&self, png: &[u8]) -> PathBuf {
        let path = self.folder.join("went-wrong.png");
        fs::write(&path, png).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        path
    }

    /// Where the driver's own words go.
    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("driver.log")
    }
}

/// A path that the command around this test gives.
pub(crate) fn from_environment(name: &str) -> PathBuf {
    env::var_os(name).unwrap_or_else(|| panic!("{name} is not set: run `cargo xtask test`")).into()
}
