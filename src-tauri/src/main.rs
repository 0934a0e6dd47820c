//! The desktop shell.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

#[tauri::command]
fn call(command: String, request: serde_json::Value, app: tauri::AppHandle) -> serde_json::Value {
    if command == "open" {
        let w = tauri::WebviewWindowBuilder::new(&app, "sign", tauri::WebviewUrl::App("sign.html".into())).build();
        return serde_json::json!(w.is_ok());
    }
    request
}
#[tauri::command]
fn sign_call(request: serde_json::Value) -> serde_json::Value { request }

fn main() {
    let _ = tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![call, sign_call])
        .run(tauri::generate_context!());
}
