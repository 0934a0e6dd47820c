//! The door 「先看样例」: the sample bureau is made, looked at, signed in, and erased; then the real one is founded.

use std::path::Path;
use std::time::Duration;

use crate::album::Album;
use crate::driver::Driver;
use crate::office::{Person, found, sign, sit_down};
use crate::window::{Window, until};

/// How long an unoptimised program may take to make the sample on a busy machine.
const MAKING: Duration = Duration::from_secs(300);

const MAINTAINER: Person = Person { name: "钱七", unit: "", roles: &[], password: Some("12345678") };
const REGISTRAR: Person = Person { name: "张三", unit: "", roles: &[], password: Some("12345678") };

#[tokio::test]
async fn the_sample_is_opened_looked_at_and_erased() {
    let album = Album::open("sample");
    let driver = Driver::start(&album).await;
    let mut window = driver.open(album).await;
    window.see("first-start").await;
    window.shot("first-start").await;
    window.click("door-sample").await;
    window.see("sample-playing").await;
    window.shot("being-made").await;
    until(MAKING, "the sample is made", async || window.shows("unlock").await.then_some(())).await;
    window.read("sample-band", "12345678").await;
    window.shot("unlock").await;

    look_around(&mut window).await;
    sign_in_it(&mut window).await;
    erase(&mut window, driver.home()).await;

    window.click("door-found").await;
    window.see("found").await;
    window.click("found-back").await;
    found(&mut window).await;
    window.see("unlock").await;
    assert!(!window.shows("sample-band").await, "the real ledger is no sample");
    window.close().await;
}

/// The workbench of two people, a ledger, a form and its slip, at both font sizes.
async fn look_around(window: &mut Window) {
    sit_down(window, &MAINTAINER).await;
    window.see("clocks-0").await;
    window.shot("workbench").await;
    window.click("nav-ledger").await;
    window.see("ledger-row-0").await;
    window.shot("ledger").await;
    window.click("ledger-row-0").await;
    window.see("sheet").await;
    window.read("sample-band", "样例").await;
    window.shot("form").await;
    window.click("act-print*").await;
    window.see_pdf().await;
    window.shot("slip").await;
    window.click("print-back").await;
    window.click("nav-settings").await;
    window.click("font-175").await;
    window.click("nav-workbench").await;
    window.see("clocks-0").await;
    window.shot("workbench-175").await;
    window.click("nav-ledger").await;
    window.see("ledger-row-0").await;
    window.shot("ledger-175").await;
    window.click("nav-settings").await;
    window.click("font-100").await;
    window.click("nav-workbench").await;
}

/// Real signing works in it: the registrar closes what is to be closed.
async fn sign_in_it(window: &mut Window) {
    sit_down(window, &REGISTRAR).await;
    window.see("to-do-0").await;
    window.shot("workbench-registrar").await;
    window.click("to-do-0").await;
    window.see("sheet").await;
    window.click("act-close*").await;
    window.click("reason-confirm").await;
    sign(window, &REGISTRAR, Some("sign-close")).await;
    window.is("status", "data-status", "closed").await;
}

async fn erase(window: &mut Window, home: &Path) {
    let data = home.join("data");
    assert!(data.join("qianban-sample").is_dir(), "a folder of its own");
    assert!(!data.join("qianban").exists(), "the real one is not there yet");
    window.click("sample-erase").await;
    window.see("sample-erase-dialog").await;
    window.shot("erase").await;
    window.click("sample-erase-confirm").await;
    window.see("first-start").await;
    window.read("door-sample", "先看样例").await;
    assert!(!data.join("qianban-sample").exists(), "nothing is left of it");
    window.shot("erased").await;
}
