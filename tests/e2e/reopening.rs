//! The window is closed and opened again: the database key comes from the secret store of the account (K1).

use qianban_headless::OsStore;
use qianban_store::{Cost, Vault};

use crate::album::Album;
use crate::driver::Driver;
use crate::office::{APPLICANT, UNIT_HEAD, found, sit_down};

#[tokio::test]
async fn the_window_opens_again_with_the_key_from_the_keyring() {
    let album = Album::open("reopening");
    let driver = Driver::start(&album).await;
    let mut window = driver.open(album).await;
    found(&mut window).await;
    sit_down(&window, &APPLICANT).await;
    let album = window.close().await;

    let mut window = driver.open(album).await;
    window.is("unlock", "data-stage", "locked").await;
    window.shot("key-from-the-keyring").await;
    sit_down(&window, &APPLICANT).await;
    window.see("workbench").await;
    let album = window.close().await;

    let vault = Vault::open(&driver.home().join("data/qianban"), Cost::OFFICE).expect("the key file");
    let forget = move || vault.forget(&OsStore);
    tokio::task::spawn_blocking(forget).await.expect("no panic").expect("the keyring lets go of the key");
    let mut window = driver.open(album).await;
    window.is("unlock", "data-stage", "closed").await;
    window.shot("key-by-password").await;
    sit_down(&window, &UNIT_HEAD).await;
    window.see("workbench").await;
    let album = window.close().await;

    let window = driver.open(album).await;
    window.is("unlock", "data-stage", "locked").await;
    window.close().await;
}
