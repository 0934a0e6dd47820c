//! Declares the shell's own commands, so that each window's capability must name the ones it may call.

fn main() {
    let manifest = tauri_build::AppManifest::new().commands(&["call", "sign_call"]);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
        std::process::exit(1);
    }
}
