//! Switching on, being allowed, answering, and ending: what a registrar's PC does for the others (Y10).
#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};

use qianban_relay::LanRelay;
use qianban_testkit::Bureau;
use serde_json::{Value, json};

fn bureau(seed: u64) -> Bureau {
    let bureau = Bureau::founded_with(seed, |setup| setup.with_relay(Box::new(LanRelay)));
    bureau.sit("张三");
    bureau
}

fn allow(bureau: &Bureau, value: &str) {
    let action = json!({ "kind": "set_setting", "key": "lan_relay", "value": value });
    bureau.sign("张三", action).expect("set");
}

/// An address of this PC where nobody answers.
fn free() -> String {
    TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").to_string()
}

fn switch(bureau: &Bureau, listen: Option<&str>) -> Value {
    bureau.call("relay_switch", json!({ "listen": listen }))
}

fn status(bureau: &Bureau) -> Value {
    bureau.call("relay_status", json!({}))
}

fn answers(listen: &str) -> bool {
    TcpStream::connect(listen).is_ok()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let all = fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    all.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn it_answers_where_it_is_allowed_and_switched_on_and_nowhere_else() {
    let (bureau, listen) = (bureau(601), free());
    let before = status(&bureau);
    assert_eq!(
        (&before["allowed"], &before["may_switch"], &before["listen"]),
        (&json!(false), &json!(false), &json!(""))
    );
    assert!(!bureau.data().join("relay").exists(), "off by default: nothing is made");
    let no = bureau.refuse("relay_switch", json!({ "listen": listen }));
    assert_eq!(no.code, "RELAY-NOT-ALLOWED");

    allow(&bureau, "address");
    assert!(!answers(&listen), "allowed is not yet switched on");
    bureau.sit("李四");
    assert_eq!(bureau.refuse("relay_switch", json!({ "listen": listen })).code, "RELAY-ROLE");
    assert_eq!(status(&bureau)["may_switch"], false);
    bureau.sit("张三");
    for bad in ["0.0.0.0:8490", "pc-1"] {
        assert_eq!(bureau.refuse("relay_switch", json!({ "listen": bad })).code, "RELAY-PLACE", "{bad}");
    }
    let on = switch(&bureau, Some(&listen));
    assert_eq!((&on["refused"], &on["listen"]), (&Value::Null, &json!(listen)), "{on:#}");
    let address = on["address"].as_str().expect("an address").to_owned();
    let fingerprint = on["fingerprint"].as_str().expect("a fingerprint").replace(' ', "-");
    assert_eq!(address, format!("https://{listen}#{fingerprint}"));
    assert!(answers(&listen));
    bureau.call("lock", json!({}));
    assert!(answers(&listen), "nobody needs to sit there");
    bureau.sit("张三");

    let way = |bureau: &Bureau| bureau.call("endpoint_way", json!({}))["url"].clone();
    assert_eq!(way(&bureau), address, "this PC goes the same way as the others");
    assert_eq!(switch(&bureau, None)["address"], "");
    assert!(!answers(&listen), "switched off");
    assert_eq!(way(&bureau), "");
    let vendor = json!({ "url": "https://exchange.example.gov.cn", "proxy": "", "authority": null });
    bureau.call("endpoint_way_set", vendor);
    assert_eq!(
        switch(&bureau, Some(&listen))["address"],
        address,
        "the same key when it is switched on again"
    );
    assert_eq!(way(&bureau), "https://exchange.example.gov.cn", "an endpoint that is there stays");
    allow(&bureau, "");
    let taken_back = status(&bureau);
    assert_eq!((&taken_back["address"], &taken_back["listen"]), (&json!(""), &json!(listen)));
    assert!(!answers(&listen), "the administrators took it back");
}

#[test]
fn what_it_keeps_lies_under_keys_and_may_be_lost() {
    let (bureau, listen) = (bureau(602), free());
    allow(&bureau, "address");
    let address = switch(&bureau, Some(&listen))["address"].clone();
    switch(&bureau, None);
    let folder = bureau.data().join("relay");
    let kept = files(&folder);
    assert!(!kept.is_empty());
    for file in &kept {
        let bytes = fs::read(file).expect("read");
        let plain = |words: &[u8]| bytes.windows(words.len()).any(|window| window == words);
        assert!(
            !plain(b"SQLite format") && !plain("样例县".as_bytes()),
            "{} lies in the clear",
            file.display()
        );
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let life = kept[0].parent().expect("a folder");
        assert_eq!(fs::metadata(life).expect("there").permissions().mode() & 0o777, 0o700);
    }
    let earlier = folder.join("0".repeat(32));
    fs::create_dir(&earlier).expect("a folder of an earlier life");
    assert_eq!(switch(&bureau, Some(&listen))["address"], address);
    assert!(!earlier.exists(), "what an earlier life of this PC confirmed counts for nothing");
    switch(&bureau, None);
    fs::remove_dir_all(&folder).expect("lost");
    assert_eq!(switch(&bureau, Some(&listen))["address"], address, "whoever has the address needs no other");
}

#[test]
fn an_address_that_cannot_be_used_is_said_and_tried_again() {
    let bureau = bureau(603);
    allow(&bureau, "address");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let listen = taken.local_addr().expect("an address").to_string();
    let refused = switch(&bureau, Some(&listen));
    assert_eq!((&refused["refused"]["code"], &refused["address"]), (&json!("RELAY-ADDRESS"), &json!("")));
    assert!(refused["refused"]["message"].as_str().is_some_and(|words| words.contains(&listen)));
    drop(taken);
    assert_eq!(status(&bureau)["refused"], Value::Null, "the other program is gone");
    assert!(answers(&listen));
}
