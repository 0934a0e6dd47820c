//! The built screen in memory: only files that were there at start are ever served, so no path can lead outside.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Bytes of the whole screen.
const SITE_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Depth of its folders.
const DEPTH_MAX: u8 = 8;

/// A file of the screen.
pub(crate) struct Page {
    /// Its media type.
    pub(crate) media: &'static str,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

/// All files, by path such as `/assets/app.js`.
pub(crate) struct Site(BTreeMap<String, Page>);

impl Site {
    /// Reads a folder; without one, `ui/dist` beside the program or above it.
    ///
    /// # Errors
    /// No such folder, no `index.html` in it, more than 128 MiB, or a file that cannot be read.
    pub(crate) fn read(folder: Option<PathBuf>) -> io::Result<Self> {
        let folder = folder.or_else(beside_the_program).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::NotFound,
                "the built screen was not found; give its folder with --ui",
            )
        })?;
        let mut pages = BTreeMap::new();
        let mut left = SITE_BYTES_MAX;
        collect(&folder, "", DEPTH_MAX, &mut left, &mut pages)?;
        if !pages.contains_key("/index.html") {
            return Err(io::Error::new(
                io::ErrorKind::NotFound,
                format!("no index.html in {}", folder.display()),
            ));
        }
        Ok(Self(pages))
    }

    /// The file of a path; `/` is the start page.
    pub(crate) fn page(&self, path: &str) -> Option<&Page> {
        self.0.get(if path == "/" { "/index.html" } else { path })
    }
}

fn beside_the_program() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    program.ancestors().skip(1).map(|folder| folder.join("ui/dist")).find(|folder| folder.is_dir())
}

fn collect(
    folder: &Path,
    prefix: &str,
    depth: u8,
    left: &mut u64,
    pages: &mut BTreeMap<String, Page>,
) -> io::Result<()> {
    let too_much = || io::Error::new(io::ErrorKind::FileTooLarge, "the folder is too large to be the screen");
    let below = depth.checked_sub(1).ok_or_else(too_much)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let path = format!("{prefix}/{}", entry.file_name().to_string_lossy());
        if kind.is_dir() {
            collect(&entry.path(), &path, below, left, pages)?;
        } else if kind.is_file() {
            *left = left.checked_sub(entry.metadata()?.len()).ok_or_else(too_much)?;
            pages.insert(path.clone(), Page { media: media(&path), bytes: fs::read(entry.path())? });
        }
    }
    Ok(())
}

fn media(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_folder_are_pages() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("assets")).expect("a folder in it");
        fs::write(folder.path().join("index.html"), "<p>").expect("written");
        fs::write(folder.path().join("assets/a.js"), "1").expect("written");
        let site = Site::read(Some(folder.path().to_path_buf())).expect("a screen");
        assert_eq!(site.page("/").expect("start").bytes, b"<p>");
        assert_eq!(site.page("/assets/a.js").expect("script").media, "text/javascript; charset=utf-8");
        for outside in ["/assets", "/../index.html", "/assets/../index.html", "//index.html", "/etc/passwd"] {
            assert!(site.page(outside).is_none(), "{outside} is no page");
        }
    }

    #[test]
    fn a_folder_without_a_start_page_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(Site::read(Some(folder.path().to_path_buf())).is_err());
    }
}
