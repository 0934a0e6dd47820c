//! Slips as other programs see them: `qpdf`, `pdffonts`, `pdftotext`, and a "scan" by `pdftoppm`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::window::until;

/// How long a saved file may take to be there.
const SAVING: std::time::Duration = std::time::Duration::from_secs(20);

/// Waits for the PDF file that was saved into this folder, and takes it out of it.
pub(crate) async fn saved(folder: &Path) -> (PathBuf, Vec<u8>) {
    until(SAVING, "a PDF is saved", async || {
        let files = std::fs::read_dir(folder).ok()?;
        let path = files
            .flatten()
            .map(|file| file.path())
            .find(|path| path.extension().is_some_and(|end| end == "pdf"))?;
        let bytes = std::fs::read(&path).ok()?;
        // Whole only when its last line is there.
        let end = bytes.trim_ascii_end();
        if !end.ends_with(b"%%EOF") {
            return None;
        }
        std::fs::remove_file(&path).ok()?;
        let beside = folder.parent()?.join(path.file_name()?);
        std::fs::write(&beside, &bytes).ok()?;
        Some((beside, bytes))
    })
    .await
}

/// The text of a slip, after `qpdf` found nothing wrong and every font is embedded as a subset.
pub(crate) fn examine(slip: &Path) -> String {
    output("qpdf", &["--check"], slip, &[]);
    let fonts = output("pdffonts", &[], slip, &[]);
    let faces: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(!faces.is_empty(), "a slip has text");
    for face in faces {
        let words: Vec<&str> = face.split_whitespace().collect();
        // … emb sub uni object ID
        let [.., embedded, subset, unicode, _, _] = words.as_slice() else {
            panic!("pdffonts says {face:?}")
        };
        assert_eq!([*embedded, *subset, *unicode], ["yes"; 3], "embedded, subset, readable as text: {face}");
    }
    output("pdftotext", &[], slip, &["-"])
}

/// The first page as a picture, the way it comes back from the scanner.
pub(crate) fn scan(slip: &Path, name: &str) -> PathBuf {
    let stem = slip.with_file_name(name);
    let to = stem.to_str().expect("a path in UTF-8").to_owned();
    output("pdftoppm", &["-png", "-r", "110", "-gray", "-singlefile", "-f", "1"], slip, &[&to]);
    stem.with_extension("png")
}

fn output(program: &str, before: &[&str], file: &Path, after: &[&str]) -> String {
    let output = Command::new(program).args(before).arg(file).args(after).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{program}: {said}{}", String::from_utf8_lossy(&output.stderr));
    said
}
