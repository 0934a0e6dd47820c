//! The two windows: how they open, what they may load, and what follows when they close.

use std::sync::{Arc, MutexGuard, PoisonError};

use qianban_desk::api::SignRef;
use tauri::utils::config::WindowConfig;
use tauri::webview::{DownloadEvent, NewWindowResponse, WebviewWindowBuilder};
use tauri::{AppHandle, Emitter, Manager, Url, Webview, WebviewUrl, WebviewWindow, Window, WindowEvent, Wry};

use crate::shell;

const MAIN: &str = "main";
const SIGN: &str = "sign";

/// What the sign window may load: its own script, style and font, and nothing that draws on its behalf.
const SIGN_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; \
    connect-src ipc: http://ipc.localhost; base-uri 'none'; form-action 'none'";

/// What the main window hears when a file that it offered was saved: the path, or nothing when it could not be.
const SAVED: &str = "saved";

/// Opens the main window. It may save files that its page offers (a slip, an attachment).
pub(crate) fn open_main(app: &AppHandle) -> tauri::Result<()> {
    guarded(app, &config(app, MAIN)?)?.on_download(on_download).build().map(drop)
}

/// Brings the main window to the front: a second start of the program ends here.
pub(crate) fn show_main(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    // The window manager may refuse; the person then finds the window in the task bar.
    let _ = window.unminimize().and_then(|()| window.set_focus());
}

/// Opens the sign window on a request. A window that shows another request is turned to this one, and the other
/// request lapses. The page reads the fragment; the query makes it load anew.
pub(crate) fn open_sign(from: &WebviewWindow, request: String) -> tauri::Result<()> {
    let before = signing(from).replace(request.clone());
    let Some(window) = from.get_webview_window(SIGN) else {
        let mut config = config(from.app_handle(), SIGN)?;
        config.url = WebviewUrl::App(format!("sign.html?{request}#{request}").into());
        let builder = guarded(from.app_handle(), &config)?.parent(from)?;
        let policy = tauri::http::HeaderValue::from_static(SIGN_POLICY);
        return builder
            .on_web_resource_request(move |_, response| {
                response.headers_mut().insert(tauri::http::header::CONTENT_SECURITY_POLICY, policy.clone());
            })
            .build()
            .map(drop);
    };
    if before.as_ref() != Some(&request) {
        let mut page = window.url()?;
        page.set_query(Some(&request));
        page.set_fragment(Some(&request));
        window.navigate(page)?;
        lapse(from.app_handle(), before);
    }
    window.set_focus()
}

/// Closes the sign window after its request has ended.
pub(crate) fn close_sign(window: &WebviewWindow) {
    signing(window).take();
    // Gone already is closed too.
    let _ = window.destroy();
}

/// The sign window closed: the person goes on in the main window, and a request that was not signed lapses. The main
/// window closed: the program ends.
pub(crate) fn on_event(window: &Window, event: &WindowEvent) {
    if !matches!(event, WindowEvent::Destroyed) {
        return;
    }
    match window.label() {
        SIGN => {
            let left = signing(window).take();
            lapse(window.app_handle(), left);
            focus_main(window.app_handle());
        }
        _ => window.app_handle().exit(0),
    }
}

/// Not every window manager gives the focus back to the window that the closed one belonged to.
fn focus_main(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    // It may be closing as well.
    let _ = window.set_focus();
}

/// Files go into the person's download folder under a name that is still free, or else into the home folder.
fn on_download(window: Webview, event: DownloadEvent<'_>) -> bool {
    match event {
        DownloadEvent::Requested { destination, .. } => {
            if window.path().download_dir().is_err()
                && let (Ok(home), Some(name)) = (window.path().home_dir(), destination.file_name())
            {
                *destination = home.join(name);
            }
            true
        }
        DownloadEvent::Finished { path, success, .. } => {
            // A window that is closing needs no word of it.
            let _ = window.emit_to(MAIN, SAVED, path.filter(|_| success));
            true
        }
        _ => false,
    }
}

/// A window that stays on our own pages and opens no other.
fn guarded<'a>(
    app: &'a AppHandle,
    config: &WindowConfig,
) -> tauri::Result<WebviewWindowBuilder<'a, Wry, AppHandle>> {
    let builder = WebviewWindowBuilder::from_config(app, config)?;
    Ok(builder.on_navigation(is_ours).on_new_window(|_, _| NewWindowResponse::Deny))
}

/// `tauri://localhost`, on Windows `http://tauri.localhost`; and what a page of these offers to save.
fn is_ours(url: &Url) -> bool {
    match url.scheme() {
        "blob" => Url::parse(url.path()).is_ok_and(|maker| is_ours(&maker)),
        "tauri" => true,
        _ => url.host_str() == Some("tauri.localhost"),
    }
}

fn config(app: &AppHandle, label: &str) -> tauri::Result<WindowConfig> {
    let windows = &app.config().app.windows;
    windows.iter().find(|window| window.label == label).cloned().ok_or(tauri::Error::WindowNotFound)
}

fn signing<M: Manager<Wry>>(manager: &M) -> MutexGuard<'_, Option<String>> {
    shell(manager).inner().signing.lock().unwrap_or_else(PoisonError::into_inner)
}

fn lapse(app: &AppHandle, request: Option<String>) {
    let Some(request) = request else { return };
    let desk = Arc::clone(&shell(app).desk);
    tauri::async_runtime::spawn_blocking(move || {
        let Ok(request) = serde_json::to_value(SignRef { request }) else { return };
        // A request that the desk no longer knows has lapsed as well.
        let _ = desk.call("sign_cancel", request);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_stay_on_our_pages() {
        for ours in
            ["tauri://localhost/sign.html?a#a", "http://tauri.localhost/", "blob:tauri://localhost/1-2"]
        {
            assert!(is_ours(&Url::parse(ours).unwrap()), "{ours} is ours");
        }
        for foreign in
            ["https://example.org/", "file:///etc/passwd", "blob:https://example.org/1", "data:text/html,1"]
        {
            assert!(!is_ours(&Url::parse(foreign).unwrap()), "{foreign} is not ours");
        }
    }
}
