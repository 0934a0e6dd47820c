//! The registrar's PC answers the others of its bureau (Y10).

use std::net::TcpListener;

use serde_json::{Value, json};

use crate::bureau::{Bureau, fill, permission_request};
use crate::ctl::{Session, code_of};
use crate::exchange::FILE;
use crate::pc::{Pc, Seated, admit, ended_by};
use crate::road::{Line, Road, sync};

/// The registrar's PC as a road.
#[derive(Default)]
pub(crate) struct Relay(Line);

impl Road for Relay {
    fn open(&mut self, registrar: &mut Seated) {
        registrar.sign(json!({ "kind": "set_setting", "key": "lan_relay", "value": "address" }));
        let free = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port");
        let on = registrar.session.get("relay_switch", json!({ "listen": free.to_string() }));
        self.0.url = on["address"].as_str().expect("an address").to_owned();
        assert_eq!(
            (&on["refused"], on["listen"].as_str()),
            (&Value::Null, Some(&*free.to_string())),
            "{on:#}"
        );
        let way = registrar.session.get("endpoint_way", json!({}));
        assert_eq!(way["url"], on["address"], "this PC goes the same way as the others");
        sync(&mut registrar.session);
    }

    fn ask(&mut self, registrar: &mut Seated, pc: &Pc) {
        self.0.ask(registrar, pc);
    }

    fn join(&mut self, from: &mut Seated, pc: &Pc, fingerprint: &str) {
        self.0.join(from, pc, fingerprint);
    }

    fn pass(&mut self, from: &mut Seated, to: &mut Seated) {
        Line::pass(from, to);
    }
}

/// 张三's PC relays for 李四's, who has joined.
struct Office {
    bureau: Bureau,
    registrar: Seated,
    applicant: Pc,
    road: Relay,
}

impl Office {
    fn open() -> Self {
        let bureau = Bureau::found(&["张三", "王五"]);
        let applicant = Pc::join("李四");
        let mut registrar = Seated::registrar(&bureau);
        let fingerprint = registrar.session.get("host_status", json!({}))["bureau"]["fingerprint"].clone();
        let mut road = Relay::default();
        road.open(&mut registrar);
        road.ask(&mut registrar, &applicant);
        admit(&mut registrar, &[&applicant]);
        road.join(&mut registrar, &applicant, fingerprint.as_str().expect("a fingerprint"));
        Self { bureau, registrar, applicant, road }
    }

    /// The registrar's PC is switched off.
    fn off(self) -> Closed {
        let Self { bureau, registrar, applicant, road } = self;
        registrar.session.end();
        Closed { bureau, applicant, road }
    }
}

/// The same while the registrar's PC is off.
struct Closed {
    bureau: Bureau,
    applicant: Pc,
    road: Relay,
}

impl Closed {
    /// Somebody sits down at the registrar's PC: it answers again without being asked, where it was.
    fn on(self) -> Office {
        let Self { bureau, applicant, road } = self;
        let mut registrar = Seated::registrar(&bureau);
        let status = registrar.session.get("relay_status", json!({}));
        assert_eq!(
            (&status["refused"], status["address"].as_str()),
            (&Value::Null, Some(&*road.0.url)),
            "{status:#}"
        );
        Office { bureau, registrar, applicant, road }
    }
}

fn submit(at: &mut Seated) {
    let definition = permission_request(&mut at.session);
    let draft = fill(&mut at.session, &definition, FILE);
    at.sign(json!({ "kind": "submit", "form": draft }));
}

fn refused(session: &mut Session) -> Value {
    session.get("sync_now", json!({}));
    ended_by(session, "sync_progress")["refused"].clone()
}

#[test]
fn while_the_relay_is_off_the_others_work_and_then_catch_up() {
    let office = Office::open();
    let mut asks = office.applicant.sit();
    submit(&mut asks);
    let office = office.off();
    let said = refused(&mut asks.session);
    assert_eq!(code_of(&said), "ENDPOINT-UNREACHABLE", "{said:#}");
    submit(&mut asks);
    let mut office = office.on();
    Line::pass(&mut asks, &mut office.registrar);
    assert_eq!(office.registrar.state(), asks.state());
    let callers = office.registrar.session.get("relay_status", json!({}))["callers"].clone();
    let callers = callers.as_array().expect("a list").iter();
    let names: Vec<&str> = callers.filter_map(|caller| caller["name"].as_str()).collect();
    assert_eq!(names.len(), 2, "its own PC is one of those that ask: {names:?}");
    assert!(names.contains(&"李四") && names.contains(&"张三"), "{names:?}");
}

#[test]
fn another_key_in_the_place_of_the_relay_is_refused_in_words() {
    let mut office = Office::open();
    let mut asks = office.applicant.sit();
    let (address, _) = office.road.0.url.split_once('#').expect("a fingerprint");
    let other = format!("{address}#{}", ["0000"; 8].join("-"));
    asks.session.get("endpoint_way_set", json!({ "url": other, "proxy": "", "authority": null }));
    let said = refused(&mut asks.session);
    assert_eq!(code_of(&said), "ENDPOINT-CERTIFICATE", "{said:#}");
    let half = json!({ "url": format!("{address}#0000"), "proxy": "", "authority": null });
    assert_eq!(asks.session.refused("endpoint_way_set", half), "ENDPOINT-SETTING");
    office.road.0.set_way(&mut asks.session);
    submit(&mut asks);
    Line::pass(&mut asks, &mut office.registrar);
    assert_eq!(office.registrar.state(), asks.state());
}

#[test]
fn a_relay_that_lost_its_folder_is_given_everything_again() {
    let mut office = Office::open();
    let mut asks = office.applicant.sit();
    submit(&mut asks);
    Line::pass(&mut asks, &mut office.registrar);
    let state = asks.state();
    let office = office.off();
    let folder = office.bureau.data.join("relay");
    std::fs::remove_dir_all(&folder).expect("it was kept there");
    let mut office = office.on();
    let said = refused(&mut asks.session);
    assert_eq!(code_of(&said), "ENDPOINT-SEAT", "an empty relay knows nobody but its own PC: {said:#}");
    let again = sync(&mut office.registrar.session);
    assert!(again["given"].as_u64().is_some_and(|given| given > 0), "offered anew: {again:#}");
    sync(&mut asks.session);
    assert_eq!((office.registrar.state(), asks.state()), (state.clone(), state));
    let nothing = sync(&mut asks.session);
    assert_eq!((&nothing["given"], &nothing["files_given"]), (&json!(0), &json!(0)), "{nothing:#}");
}
