//! The window opens, and its page can do only what it must.

use serde_json::{Value, json};

use crate::album::Album;
use crate::driver::Driver;
use crate::window::Window;

#[tokio::test]
async fn the_window_opens_and_is_closed_to_the_outside() {
    let album = Album::open("opening");
    let driver = Driver::start(&album).await;
    let mut window = driver.open(album).await;
    window.shot("opening").await;

    assert_eq!(window.script("return document.title").await, "签办");
    assert_eq!(window.script("return [innerWidth, innerHeight]").await, json!([1366, 768]));
    assert_eq!(
        window.script("return typeof window.__TAURI__").await,
        "undefined",
        "no global door to the host"
    );
    assert_eq!(
        window.script("return Object.isFrozen(Object.prototype)").await,
        true,
        "prototypes are frozen"
    );

    let eval = "try { return (0, eval)('1 + 1') } catch (error) { return error.name }";
    assert_eq!(window.script(eval).await, "EvalError", "the policy of the page forbids eval");

    let fetch = "const done = arguments[arguments.length - 1];
        addEventListener('securitypolicyviolation', event => done(event.violatedDirective));
        fetch('http://127.0.0.1:9/').then(() => done('sent'), () => undefined)";
    assert_eq!(window.script_later(fetch).await, "connect-src", "the page reaches no address but the host");

    let foreign = invoke(&window, "sign_call", "{ command: 'sign_show', request: {} }").await;
    assert!(
        foreign.to_string().contains("not allowed"),
        "the main window's capability does not sign: {foreign}"
    );
    let refused = invoke(&window, "call", "{ command: 'sign_confirm', request: {} }").await;
    assert_eq!(refused["code"], "COMMAND-GROUP", "nor does its door to the command table");

    window.close().await;
}

/// What the host answers to a page that goes round our own code.
async fn invoke(window: &Window, door: &str, arguments: &str) -> Value {
    let script = format!(
        "const done = arguments[arguments.length - 1];
        window.__TAURI_INTERNALS__.invoke('{door}', {arguments}).then(done, done)"
    );
    window.script_later(&script).await
}
