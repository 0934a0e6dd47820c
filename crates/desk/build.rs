//! Lists the form definitions and the script of the sample that ship with the product, so that no source file names one.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Where they are, from this crate on: what is built of a copy of the tree reads the copy.
const ASSETS: &str = "../../assets";
/// The one file beside the definitions that is none: which document of the white paper each of them is.
const TITLES: &str = "titles.toml";

fn main() -> io::Result<()> {
    list("forms")?;
    list("sample")
}

/// Name and text of every TOML file in a folder of the assets, in order of names.
fn list(folder: &str) -> io::Result<()> {
    let place = format!("{ASSETS}/{folder}");
    println!("cargo::rerun-if-changed={place}");
    let mut files: Vec<PathBuf> =
        fs::read_dir(place)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    let is_listed =
        |file: &Path| file.extension() == Some("toml".as_ref()) && file.file_name() != Some(TITLES.as_ref());
    files.retain(|file| is_listed(file));
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
    fs::write(Path::new(&out).join(format!("{folder}.rs")), list)
}
