//! The doors between the windows and the desk. Everything behind them runs off the event loop.

use std::sync::Arc;

use qianban_desk::api::Refusal;
use qianban_desk::{Code, Desk, Group, Refused, group_of};
use serde_json::Value;
use tauri::WebviewWindow;
use tauri::async_runtime::spawn_blocking;

use crate::{shell, window};

/// Characters of the longest name of a prepared request.
const REQUEST_CHARS_MAX: usize = 64;

/// The main window's door: every command but those of the sign group.
#[tauri::command]
pub(crate) async fn call(window: WebviewWindow, command: String, request: Value) -> Result<Value, Refusal> {
    if group_of(&command) == Some(Group::Sign) {
        return Err(Refused::about(Code::CommandGroup, command).into());
    }
    ask(&window, command, request).await
}

/// The sign window's door: the commands of the sign group. The window closes when one of them ends the request.
#[tauri::command]
pub(crate) async fn sign_call(
    window: WebviewWindow,
    command: String,
    request: Value,
) -> Result<Value, Refusal> {
    if group_of(&command) != Some(Group::Sign) {
        return Err(Refused::about(Code::CommandGroup, command).into());
    }
    let ends = command != "sign_show";
    let answer = ask(&window, command, request).await?;
    if ends {
        window::close_sign(&window);
    }
    Ok(answer)
}

/// Opens the sign window on a prepared request, or brings it to the front when it already shows that one.
#[tauri::command]
pub(crate) async fn sign_open(window: WebviewWindow, request: String) -> Result<(), Refusal> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if request.is_empty() || request.len() > REQUEST_CHARS_MAX || !request.chars().all(plain) {
        return Err(Refused::about(Code::RequestShape, "request").into());
    }
    window::open_sign(&window, request).map_err(|error| Refused::about(Code::Internal, error).into())
}

async fn ask(window: &WebviewWindow, command: String, request: Value) -> Result<Value, Refusal> {
    let desk: Arc<Desk> = Arc::clone(&shell(window).desk);
    match spawn_blocking(move || desk.call(&command, request)).await {
        Ok(answer) => answer,
        Err(error) => Err(Refused::about(Code::Internal, error).into()),
    }
}
