//! Lists the form definitions that ship with the product, so that no source file names one.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Where they are, from this crate on: what is built of a copy of the tree reads the copy.
const FORMS: &str = "../../assets/forms";
/// The one file beside the definitions that is none: which document of the white paper each of them is.
const TITLES: &str = "titles.toml";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={FORMS}");
    let mut files: Vec<PathBuf> =
        fs::read_dir(FORMS)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    let is_form =
        |file: &Path| file.extension() == Some("toml".as_ref()) && file.file_name() != Some(TITLES.as_ref());
    files.retain(|file| is_form(file));
    files.sort();
    let mut list = String::from("&[\n");
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
        let name = file.file_name().unwrap_or_default();
        let path = format!("/{}", file.display());
        writeln!(list, "({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),")
            .map_err(io::Error::other)?;
    }
    list.push(']');
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?;
    fs::write(Path::new(&out).join("forms.rs"), list)
}
