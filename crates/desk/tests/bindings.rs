//! The committed TypeScript is that of the table.

use std::path::PathBuf;

/// With `TS_RS_EXPORT_DIR` set (`cargo xtask bindings`) the files are written there; else the committed ones
/// are compared.
#[test]
fn export_bindings() {
    if let Some(folder) = std::env::var_os("TS_RS_EXPORT_DIR") {
        qianban_desk::write_typescript(&PathBuf::from(folder)).expect("the folder can be written");
        return;
    }
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/api/generated");
    for (name, text) in qianban_desk::typescript() {
        let committed = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(committed == text, "{name} is stale: run `cargo xtask bindings` and commit");
    }
}
