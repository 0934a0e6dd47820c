//! Where things are: this clone, and the folders that clones share.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::process::Stop;

/// What cargo tells a program that it runs about its package.
const OF_PACKAGE: [&str; 2] = ["CARGO_PKG_", "CARGO_MANIFEST_"];

/// The folders that every verb works in.
pub(crate) struct Place {
    /// This clone.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, shared between clones unless `CARGO_TARGET_DIR` says otherwise.
    pub(crate) target: PathBuf,
    /// Tools that `setup` installs, shared between clones.
    pub(crate) tools: PathBuf,
}

impl Place {
    /// Reads the environment; fails when there is neither `QIANBAN_CACHE` nor a home folder.
    pub(crate) fn here() -> Result<Place, Stop> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .ok_or_else(|| Stop::new("xtask is not inside a workspace"))?
            .to_path_buf();
        let cache = std::env::var_os("QIANBAN_CACHE")
            .map(PathBuf::from)
            .or_else(|| std::env::home_dir().map(|home| home.join(".cache/qianban")))
            .ok_or_else(|| Stop::new("set QIANBAN_CACHE: there is no home folder"))?;
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| cache.join("target"), PathBuf::from);
        Ok(Place { root, target, tools: cache.join("tools") })
    }

    /// A command that runs in this clone with the shared folders set, our tools first, and nothing to read.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("PATH", self.search_path())
            .env("QIANBAN_PYTHON", self.python())
            .stdin(Stdio::null());
        // Of the package `xtask`: some build scripts would think that they are asked about another one, and run again.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if OF_PACKAGE.iter().any(|prefix| text.starts_with(prefix)) {
                command.env_remove(&name);
            }
        }
        command
    }

    /// The Python that has the packages the tests need.
    pub(crate) fn python(&self) -> PathBuf {
        self.tools.join("python/bin/python")
    }

    /// The folder of the screen's source.
    pub(crate) fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// Results of this clone: screenshots, PDF files, logs.
    pub(crate) fn results(&self, name: &str) -> PathBuf {
        self.root.join("target").join(name)
    }

    fn search_path(&self) -> OsString {
        let mut path = self.tools.join("bin").into_os_string();
        if let Some(rest) = std::env::var_os("PATH") {
            path.push(":");
            path.push(rest);
        }
        path
    }
}
