//! Every room at the largest size of text on the smallest screen.

use fantoccini::key::Key;

use crate::album::Album;
use crate::driver::Driver;
use crate::office::{APPLICANT, REGISTRAR, UNIT_HEAD, found, sign, sit_down};
use crate::story::fill_form;
use crate::window::Window;

const PERCENT: u32 = 175;

#[tokio::test]
async fn every_room_at_the_largest_size() {
    let album = Album::open("rooms-175");
    let driver = Driver::start(&album).await;
    let mut window = driver.open(album).await;
    window.enlarge(PERCENT).await;

    found(&mut window).await;
    window.see("unlock").await;
    window.shot("unlock").await;
    apply(&mut window, &driver).await;
    approve(&mut window).await;
    keep_the_ledger(&mut window).await;
    administer(&mut window).await;
    window.close().await;
}

/// The applicant's rooms: workbench, new form, form, sign window.
async fn apply(window: &mut Window, driver: &Driver) {
    sit_down(window, &APPLICANT).await;
    window.see("workbench").await;
    window.shot("workbench-empty").await;
    window.click("new-form").await;
    window.see("new-form-list").await;
    window.shot("new-form").await;
    window.click("new-form-cancel").await;
    fill_form(window, driver).await;
    window.click("act-submit").await;
    sign(window, &APPLICANT, Some("sign-submit")).await;
    window.is("status", "data-status", "pending").await;
    window.shot("submitted").await;
}

/// The rooms of whoever signs.
async fn approve(window: &mut Window) {
    sit_down(window, &UNIT_HEAD).await;
    window.see("mine-0").await;
    window.shot("workbench").await;
    window.click("mine-0").await;
    window.is("box-unit_head", "data-state", "current").await;
    window.shot("my-box").await;
    window.click("act-return*").await;
    window.see("reason").await;
    window.shot("return").await;
    window.stroke(Key::Escape).await;
    window.click("act-approve*").await;
    sign(window, &UNIT_HEAD, Some("sign-approve")).await;
}

/// The registrar's rooms: ledger, preview, paper.
async fn keep_the_ledger(window: &mut Window) {
    sit_down(window, &REGISTRAR).await;
    window.click("nav-ledger").await;
    window.see("ledger-row-0").await;
    window.shot("ledger").await;
    window.click("ledger-row-0").await;
    window.see("form").await;
    window.shot("form-of-another").await;
    window.click("act-approve_ink*").await;
    window.see("ink-confirm").await;
    window.shot("ink").await;
    window.stroke(Key::Escape).await;
    window.click("act-print*").await;
    window.see_pdf().await;
    window.shot("print").await;
    window.click("print-back").await;
}

/// People, settings, verify.
async fn administer(window: &mut Window) {
    window.click("nav-people").await;
    window.see("registry").await;
    window.shot("people").await;
    window.click("add-person").await;
    window.see("add-person-dialog").await;
    window.shot("add-person").await;
    window.stroke(Key::Escape).await;
    window.click("nav-settings").await;
    window.see("settings").await;
    window.shot("settings-machine").await;
    for (part, shown) in [("rules", "setting-table"), ("calendar", "calendar-year"), ("items", "item-add")] {
        window.click(&format!("settings-{part}")).await;
        window.see(shown).await;
        window.shot(&format!("settings-{part}")).await;
    }
    window.click("nav-verify").await;
    window.click("verify-start").await;
    window.see("verify-well").await;
    window.shot("verify").await;
}
