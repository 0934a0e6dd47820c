#![doc = include_str!("../README.md")]
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod command;
mod window;

use std::error::Error;
use std::sync::{Arc, Mutex};

use qianban_desk::Desk;
use tauri::Manager;

/// What the commands and the windows share.
struct Shell {
    desk: Arc<Desk>,
    /// The prepared request that the sign window shows; it lapses when that window is closed.
    signing: Mutex<Option<String>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = qianban_desk::default_folder().ok_or("there is no home folder to keep the data in")?;
    let desk = qianban_headless::staying(folder)?;
    desk.exchange_in_background()?;
    tauri::Builder::default()
        // The first plugin: a second start must end before it opens anything.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| window::show_main(app)))
        .manage(Shell { desk, signing: Mutex::default() })
        .invoke_handler(tauri::generate_handler![command::call, command::sign_call, command::sign_open])
        .on_window_event(window::on_event)
        .setup(|app| Ok(window::open_main(app.handle())?))
        .run(tauri::generate_context!())?;
    Ok(())
}

/// The shell of a running program.
fn shell<M: Manager<tauri::Wry>>(manager: &M) -> tauri::State<'_, Shell> {
    manager.state()
}
