//! Declares the shell's commands, so that each window may call only those that its capability names.

const COMMANDS: &[&str] = &["call", "sign_call", "sign_open"];

fn main() {
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)) {
        println!("cargo::error={error:#}");
    }
}
