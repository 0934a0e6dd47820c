//! A request between its dialog and its signature.

#![allow(clippy::expect_used, reason = "a story that cannot go on says why and stops")]

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, FixedOffset};
use qianban_desk::{Ambient, Refused};
use qianban_testkit::{Bureau, Clock, PASSWORD, Seeded};
use serde_json::{Value, json};

/// What the next look at the randomness does.
enum Next {
    Panic,
    /// Tells the test, and waits for it.
    Wait(Sender<()>, Receiver<()>),
}

/// The seeded surroundings, disturbed once on demand.
struct Disturbed {
    calm: Seeded,
    next: Arc<Mutex<Option<Next>>>,
}

impl Ambient for Disturbed {
    fn now(&self) -> DateTime<FixedOffset> {
        self.calm.now()
    }

    fn fill(&self, bytes: &mut [u8]) -> Result<(), Refused> {
        let next = self.next.lock().expect("nobody panics here").take();
        match next {
            None => {}
            Some(Next::Panic) => panic!("the test asked for it"),
            Some(Next::Wait(here, on)) => {
                here.send(()).expect("the test waits");
                on.recv().expect("the test says when");
            }
        }
        self.calm.fill(bytes)
    }
}

fn prepared(seed: u64) -> (Bureau, Arc<Mutex<Option<Next>>>, Value) {
    let next = Arc::new(Mutex::new(None));
    let calm = Seeded::new(Clock::at("2026-03-02T09:00:00+08:00"), seed);
    let ambient = Disturbed { calm, next: Arc::clone(&next) };
    let bureau = Bureau::founded_with(seed, |setup| setup.with_ambient(Box::new(ambient)));
    let script = bureau.permission_request();
    let action = json!({ "kind": "submit", "form": script.form });
    let sheet = bureau.call("sign_prepare", json!({ "action": action }));
    (bureau, next, sheet)
}

fn confirmation(sheet: &Value) -> Value {
    json!({ "request": sheet["request"], "digest": sheet["digest"], "password": PASSWORD })
}

fn status(bureau: &Bureau, sheet: &Value) -> Value {
    bureau.call("sign_status", json!({ "request": sheet["request"] }))["state"].clone()
}

#[test]
fn a_request_that_is_being_signed_still_waits() {
    let (bureau, next, sheet) = prepared(65);
    let ((here, is_here), (on, go_on)) = (channel(), channel());
    *next.lock().expect("free") = Some(Next::Wait(here, go_on));
    std::thread::scope(|scope| {
        let signed = scope.spawn(|| bureau.desk.call("sign_confirm", confirmation(&sheet)));
        is_here.recv().expect("the key is being opened");
        assert_eq!(status(&bureau, &sheet), "waiting");
        let twice = bureau.refuse("sign_confirm", confirmation(&sheet));
        assert_eq!(twice.code, "SIGN-GONE", "nobody signs it a second time meanwhile");
        on.send(()).expect("the signer goes on");
        signed.join().expect("no panic").expect("signed");
    });
    assert_eq!(status(&bureau, &sheet), "done");
}

#[test]
fn a_request_whose_signing_broke_does_not_wait_for_ever() {
    let (bureau, next, sheet) = prepared(66);
    *next.lock().expect("free") = Some(Next::Panic);
    let broken = bureau.refuse("sign_confirm", confirmation(&sheet));
    assert_eq!(
        (broken.code.as_str(), broken.message.as_str()),
        ("INTERNAL", "程序内部出错：sign_confirm 中途停止")
    );
    assert_eq!(status(&bureau, &sheet), "gone");
    let again = bureau.call("sign_prepare", json!({ "action": { "kind": "submit", "form": bureau.call("workbench", json!({}))["drafts"][0]["form"] } }));
    bureau.call("sign_confirm", confirmation(&again));
}

/// Every host goes through the one dispatch, so what stops there stops no host.
#[test]
fn a_command_that_breaks_is_refused_and_the_desk_goes_on() {
    let (bureau, next, sheet) = prepared(68);
    let definition = bureau.definition("permission");
    *next.lock().expect("free") = Some(Next::Panic);
    let broken = bureau.refuse("form_new", json!({ "definition": definition }));
    assert_eq!(
        (broken.code.as_str(), broken.message.as_str()),
        ("INTERNAL", "程序内部出错：form_new 中途停止")
    );
    assert_eq!(status(&bureau, &sheet), "waiting", "what was prepared is still there");
    bureau.call("sign_confirm", confirmation(&sheet));
}

#[test]
fn a_password_that_is_no_text_is_not_repeated() {
    let (bureau, _, sheet) = prepared(67);
    for password in
        [json!(20_260_302), json!(-7.5), json!(true), json!([20_260_302]), json!({ "a": 20_260_302 })]
    {
        let unlock = bureau.refuse("unlock", json!({ "person": bureau.id("李四"), "password": password }));
        let confirm = json!({ "request": sheet["request"], "digest": sheet["digest"], "password": password });
        let opening = json!({ "with": "password", "person": bureau.id("李四"), "password": password });
        for refusal in
            [unlock, bureau.refuse("sign_confirm", confirm), bureau.refuse("open_database", opening)]
        {
            assert_eq!(refusal.code, "REQUEST-SHAPE");
            let told = format!("{refusal:?}");
            assert!(!told.contains("20260302") && !told.contains("7.5") && !told.contains("true"), "{told}");
        }
    }
}
