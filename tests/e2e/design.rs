//! The administrator changes a form in the window, signs it into use, and closes last year; what was filled before
//! stays as it was.

use serde_json::Value;

use crate::album::Album;
use crate::driver::Driver;
use crate::last_year;
use crate::office::{APPLICANT, REGISTRAR, sign, sit_down};
use crate::window::Window;

const FORM: &str = "permission-request";
/// The key that the designer gives the field.
const FIELD: &str = "field-own_1";

#[tokio::test]
async fn a_form_is_redesigned_and_a_year_is_closed() {
    let album = Album::open("design");
    let driver = Driver::start(&album).await;
    last_year::leave_behind(driver.home());
    let mut window = driver.open(album).await;

    sit_down(&window, &REGISTRAR).await;
    redesign(&mut window).await;
    activate(&mut window).await;
    new_and_old(&mut window).await;
    close_year(&mut window).await;
    look_at_large(&mut window).await;
    window.close().await;
}

/// A field is added, a step is signed earlier and called otherwise; the slip changes with each.
async fn redesign(window: &mut Window) {
    part(window, "designs").await;
    window.see("design-list").await;
    window.shot("designs").await;
    open(window).await;
    settled(window).await;
    window.is("design-state", "data-changes", "0").await;
    window.shot("designer").await;

    let before = slip(window).await;
    window.click("block-0-add").await;
    window.fill("add-label", "办公室房号").await;
    window.shot("designer-add").await;
    window.click("add-confirm").await;
    window.fill("edit-help", "楼号和房间号，如 2 号楼 305").await;
    settled(window).await;
    let with_field = slip(window).await;
    assert!(before != with_field, "the new field stands on the slip");
    window.read("design-changes", "栏目新增「办公室房号」").await;
    window.shot("designer-field").await;

    press(window, "piece-step-unit_head").await;
    window.fill("edit-label", "负责人ก").await;
    window.is("design-state", "data-faults", "2").await;
    window.read("design-faults", "签批步骤「负责人ก」的名称：有打印不出来的字").await;
    window.ready("design-undo").await;
    assert!(
        !window.see("design-activate").await.is_enabled().await.expect("a button"),
        "a fault is not signed"
    );
    window.shot("designer-fault").await;
    window.fill("edit-label", "单位主要负责人意见").await;
    press(window, "edit-bar").await;
    settled(window).await;
    window.read("design-falls", "本人回避").await;
    window.read("design-warnings", "单位主要负责人意见").await;
    window.shot("designer-step").await;
    window.click("design-activate").await;
    window.turn_to_sign().await;
    window.is("sign-weakened", "data-count", "2").await;
    window.read("sign-warnings", "不再要求本人回避").await;
    window.shot("sign-falls").await;
    window.click("sign-cancel").await;
    window.turn_to_main().await;
    press(window, "edit-bar").await;
    press(window, "edit-bar-applicant").await;
    press(window, "edit-close").await;

    press(window, "order-division-earlier").await;
    window.is("order-0", "data-step", "division").await;
    settled(window).await;
    assert!(with_field != slip(window).await, "and so does the step's name");
    window.shot("designer-order").await;
}

/// Leaves and comes back: nothing is lost. Then it is signed into use.
async fn activate(window: &mut Window) {
    window.click("design-back").await;
    window.read(&format!("design-{FORM}"), "有未启用的改动").await;
    open(window).await;
    settled(window).await;
    window.read("design-changes", "办公室房号").await;
    window.ready("design-activate").await;
    window.click("design-activate").await;
    sign(window, &REGISTRAR, Some("sign-design")).await;
    window.read(&format!("design-{FORM}"), "第 2 版").await;
    window.shot("designs-activated").await;
}

/// New forms have the field; the one of last year has not.
async fn new_and_old(window: &mut Window) {
    sit_down(window, &APPLICANT).await;
    window.click("under-way-0").await;
    window.see("form").await;
    assert!(!window.shows(FIELD).await, "a form keeps the version that it was filled with");
    window.read("sheet", "单位\n负责人\n意见").await;
    window.shot("old-form").await;
    window.click("new-form").await;
    window.click(&format!("new-{FORM}")).await;
    window.fill(FIELD, "2 号楼 305").await;
    window.read("saved", "已自动保存").await;
    window.read("sheet", "单位主要负责人意见").await;
    window.shot("new-form").await;
}

/// Last year is closed: what was not finished goes on by name, the rest can only be read and printed.
async fn close_year(window: &mut Window) {
    let year = last_year::YEAR;
    sit_down(window, &REGISTRAR).await;
    part(window, "years").await;
    window.is(&format!("past-{year}-open"), "data-count", "1").await;
    window.shot("years").await;
    window.click(&format!("past-{year}-close")).await;
    window.is("close-year-open", "data-count", "1").await;
    window.shot("close-year").await;
    window.click("close-year-confirm").await;
    sign(window, &REGISTRAR, Some("sign-year")).await;
    window.is(&format!("past-{year}"), "data-state", "closed").await;
    window.read(&format!("past-{year}-closed"), "结转未办结 1 张").await;
    window.shot("years-closed").await;
    window.click("nav-ledger").await;
    window.choose("ledger-status", "作废").await;
    window.is("ledger-table", "data-count", "1").await;
    window.click("ledger-row-0").await;
    window.see("act-print*").await;
    assert!(!window.shows("act-entry*").await, "nothing is written in a closed year");
    window.shot("read-only").await;
}

/// The rooms at the largest size.
async fn look_at_large(window: &mut Window) {
    part(window, "machine").await;
    window.click("font-175").await;
    part(window, "designs").await;
    window.see("design-list").await;
    window.shot("designs-175").await;
    open(window).await;
    settled(window).await;
    press(window, "piece-step-division").await;
    window.shot("designer-175").await;
    press(window, "edit-close").await;
    window.script("document.querySelector('[data-test=pdf]').scrollIntoView()").await;
    window.shot("designer-slip-175").await;
    window.click("design-back").await;
    part(window, "years").await;
    window.see("year-current").await;
    window.shot("years-175").await;
}

async fn part(window: &Window, name: &str) {
    window.click("nav-settings").await;
    window.click(&format!("settings-{name}")).await;
}

async fn open(window: &Window) {
    window.click(&format!("design-{FORM}-open")).await;
    window.see("slip-editor").await;
}

/// Scrolls to something in the editor and presses it.
async fn press(window: &Window, name: &str) {
    let scroll =
        format!("document.querySelector('[data-test={name}]').scrollIntoView({{ block: 'center' }})");
    window.script(&scroll).await;
    window.click(name).await;
}

/// What is on the screen was judged, and its slip is drawn.
async fn settled(window: &Window) {
    window.is("design-state", "data-ready", "true").await;
    window.see_pdf().await;
}

/// The first page as it is drawn.
async fn slip(window: &Window) -> Value {
    window.script("return document.querySelector('[data-test=pdf] canvas').toDataURL()").await
}
