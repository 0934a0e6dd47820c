//! Checks the configuration and writes down what each window may call.

fn main() {
    tauri_build::build();
}
