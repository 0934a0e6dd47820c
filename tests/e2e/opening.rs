//! The window opens, and its page can do only what it must.

use serde_json::json;

use crate::driver::Driver;

#[tokio::test]
async fn the_window_opens_and_is_closed_to_the_outside() {
    let driver = Driver::start("opening").await;
    let window = driver.open().await;
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
        fetch('http://127.0.0.1:9/').then(() => done('sent'), error => done(error.name))";
    let violation = format!(
        "const seen = new Promise(tell => addEventListener('securitypolicyviolation', event => tell(event.violatedDirective)));
        {}",
        fetch.replace("error => done(error.name)", "() => seen.then(done)")
    );
    assert_eq!(
        window.script_later(&violation).await,
        "connect-src",
        "the page reaches no address but the host"
    );

    window.close().await;
    assert!(driver.home().is_dir());
}
