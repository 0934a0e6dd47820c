//! The main job: a bureau opens its ledger, and one permission request goes all the way.

use std::fs;

use crate::album::Album;
use crate::driver::Driver;
use crate::office::{
    APPLICANT, BUREAU, DIVISION, INFO_CENTER, MAINTAINER, REGISTRAR, SCHOOL, UNIT_HEAD, found, sign, sit_down,
};
use crate::paper;
use crate::window::Window;

const ACCOUNT: &str = "6228480402564890018";
const FIRST_REASON: &str = "因岗位调整，需维护银行账户。";
const SECOND_REASON: &str = "因我校财务人员岗位调整，自本月起由张三负责国库集中支付业务，需新增单位会计核算制单权限并登记零余额账户。";

#[tokio::test]
async fn the_main_job() {
    let album = Album::open("main-job");
    let driver = Driver::start(&album).await;
    let mut window = driver.open(album).await;

    found(&mut window).await;
    request_and_return(&mut window, &driver).await;
    sign_chain(&mut window, &driver).await;
    let number = seal_and_do(&mut window).await;
    print(&mut window, &driver, &number).await;
    look_around(&mut window, &number).await;
    window.close().await;
}

/// The applicant fills the form, the head of the unit sends it back, the applicant mends it and sends it again.
async fn request_and_return(window: &mut Window, driver: &Driver) {
    sit_down(window, &APPLICANT).await;
    window.see("workbench").await;
    window.shot("workbench-empty").await;
    fill_form(window, driver).await;
    window.click("act-submit").await;
    sign(window, &APPLICANT, Some("sign-submit")).await;
    window.is("status", "data-status", "pending").await;
    window.shot("submitted").await;

    sit_down(window, &UNIT_HEAD).await;
    window.shot("workbench-unit-head").await;
    window.click("mine-0").await;
    window.click("act-return*").await;
    window.fill("reason", "申请事由过于简单，请写明岗位调整情况和所需权限。").await;
    window.shot("return-reason").await;
    window.click("reason-confirm").await;
    sign(window, &UNIT_HEAD, None).await;
    window.is("status", "data-status", "returned").await;

    sit_down(window, &APPLICANT).await;
    window.click("returned-0").await;
    window.fill("field-reason", SECOND_REASON).await;
    window.read("saved", "已自动保存").await;
    window.shot("returned-and-mended").await;
    window.click("act-submit").await;
    sign(window, &APPLICANT, None).await;
    window.is("status", "data-status", "pending").await;
}

pub(crate) async fn fill_form(window: &mut Window, driver: &Driver) {
    let notice = driver.home().join("岗位调整通知.txt");
    fs::write(&notice, "样例县第一中学关于财务人员岗位调整的通知\n张三同志任出纳，负责国库集中支付业务。\n")
        .expect("the notice is written");
    window.click("new-form").await;
    window.click("new-permission-request").await;
    window.see("form").await;
    window.fill("field-phone", "13987654321").await;
    window.choose("field-category", "财政用户权限、银行账户维护").await;
    window.fill("field-system", "国库集中支付").await;
    window.click("field-permissions-add").await;
    window.fill("field-permissions-0-module", "单位会计核算").await;
    window.fill("field-permissions-0-role", "制单").await;
    window.fill("field-permissions-0-scope", "本单位").await;
    window.click("field-accounts-add").await;
    window.fill("field-accounts-0-name", SCHOOL).await;
    window.fill("field-accounts-0-bank", "样例农村商业银行营业部").await;
    window.fill("field-accounts-0-account", ACCOUNT).await;
    window.fill("field-reason", FIRST_REASON).await;
    window.attach("field-attachments-file", &notice).await;
    window.is("field-attachments", "data-count", "1").await;
    window.read("saved", "已自动保存").await;
    window.shot("form-filled").await;
}

/// Unit head, division on paper, maintainer, information center: each with their own password.
async fn sign_chain(window: &mut Window, driver: &Driver) {
    sit_down(window, &UNIT_HEAD).await;
    window.click("mine-0").await;
    window.is("box-unit_head", "data-state", "current").await;
    window.shot("my-box").await;
    window.click("act-approve*").await;
    sign(window, &UNIT_HEAD, Some("sign-approve")).await;
    window.is("box-unit_head", "data-state", "passed").await;

    sit_down(window, &REGISTRAR).await;
    open_from_ledger(window).await;
    window.click("act-print*").await;
    window.see_pdf().await;
    window.click("print-save").await;
    let (slip, _) = paper::saved(&driver.downloads()).await;
    window.dismiss("已存到").await;
    let sheet = paper::scan(&slip, "主管处室签字扫描");
    window.click("print-back").await;
    window.click("act-approve_ink*").await;
    window.attach("scan-file", &sheet).await;
    window.see("scan-file-0").await;
    window.choose("ink-division-signer", DIVISION.name).await;
    window.ready("ink-confirm").await;
    window.shot("ink-recording").await;
    window.click("ink-confirm").await;
    sign(window, &REGISTRAR, None).await;
    window.is("box-division", "data-state", "passed").await;
    window.shot("ink-recorded").await;

    sit_down(window, &MAINTAINER).await;
    window.click("mine-0").await;
    window.choose("step-check-person_check", "无误").await;
    window.choose("step-check-permission_check", "无误").await;
    window.read("saved", "已自动保存").await;
    window.click("act-approve*").await;
    sign(window, &MAINTAINER, None).await;
    window.is("box-check", "data-state", "passed").await;

    sit_down(window, &INFO_CENTER).await;
    window.click("mine-0").await;
    window.click("act-approve*").await;
    sign(window, &INFO_CENTER, None).await;
    window.is("status", "data-status", "approved").await;
}

async fn open_from_ledger(window: &Window) {
    window.click("nav-ledger").await;
    window.click("ledger-row-0").await;
    window.see("form").await;
}

/// Sealed with a number, done, verified, closed. Gives the number.
async fn seal_and_do(window: &mut Window) -> String {
    sit_down(window, &REGISTRAR).await;
    open_from_ledger(window).await;
    window.click("act-seal").await;
    sign(window, &REGISTRAR, Some("sign-seal")).await;
    window.is("status", "data-status", "sealed").await;
    window.shot("sealed").await;

    sit_down(window, &MAINTAINER).await;
    window.click("to-do-0").await;
    window.fill("entry-assign-login", "yl1z-zhangsan").await;
    window.fill("entry-assign-done", "已新增单位会计核算制单权限，零余额账户已登记。").await;
    window.click("act-entry-assign").await;
    sign(window, &MAINTAINER, None).await;
    window.is("table-assign", "data-count", "1").await;

    sit_down(window, &INFO_CENTER).await;
    window.click("to-do-0").await;
    window.choose("entry-verify-result", "成功").await;
    window.click("act-entry-verify").await;
    sign(window, &INFO_CENTER, Some("sign-verified")).await;
    window.is("table-verify", "data-count", "1").await;
    window.click("act-close*").await;
    window.click("reason-confirm").await;
    sign(window, &INFO_CENTER, None).await;
    window.is("status", "data-status", "closed").await;
    window.shot("closed").await;
    window.read("number", "权申").await
}

/// The slip with every signature on it.
async fn print(window: &mut Window, driver: &Driver, number: &str) {
    window.click("act-print*").await;
    window.see_pdf().await;
    window.shot("print-preview").await;
    window.click("print-save").await;
    let (slip, bytes) = paper::saved(&driver.downloads()).await;
    window.dismiss("已存到").await;
    window.keep("slip.pdf", &bytes);
    let text = paper::examine(&slip);
    let squeezed: String = text.split_whitespace().collect();
    for words in [
        BUREAU,
        number,
        "应用系统使用申请表",
        SCHOOL,
        "张三",
        "李四",
        "王五",
        "钱七",
        "孙八",
        "成功",
        ACCOUNT,
    ] {
        assert!(squeezed.contains(words), "the slip says {words}:\n{text}");
    }
    window.click("print-back").await;
}

/// The rooms around it, at the usual size and at the largest.
async fn look_around(window: &mut Window, number: &str) {
    window.click("nav-ledger").await;
    window.fill("ledger-search", "晓").await;
    window.read("ledger-row-0", number).await;
    window.shot("ledger").await;
    window.click("nav-people").await;
    window.see("registry").await;
    window.shot("people").await;
    window.click("nav-verify").await;
    window.click("verify-start").await;
    window.see("verify-well").await;
    window.shot("verified").await;
    window.click("nav-settings").await;
    window.click("font-175").await;
    window.shot("settings-175").await;
    open_from_ledger(window).await;
    window.shot("form-175").await;
    window.click("nav-workbench").await;
    window.shot("workbench-175").await;
}
