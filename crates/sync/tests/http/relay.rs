//! A PC of the bureau answers the others (Y10).

use std::ops::ControlFlow;

use qianban_endpoint::tls::TlsKey;
use qianban_protocol::{Pin, RefusalCode};
use qianban_sync::http::{ExchangeError, Exchanged};

use crate::bureau::Pc;
use crate::stories::two_pcs;
use crate::world::{World, exchange_at};

/// A PC that relays, and its address with the fingerprint.
fn relay(first: &Pc, secret: u8) -> (World, String) {
    let tls = TlsKey::from_secret(&[secret; 32]).unwrap();
    let world = World::relaying(&tls, first);
    let address = format!("{}#{}", world.url, Pin::of(&tls.public().unwrap()).in_address());
    (world, address)
}

fn exchange(address: &str, pc: &Pc) -> Result<Exchanged, ExchangeError> {
    exchange_at(address, pc, false, &mut |_| ControlFlow::Continue(()))
}

#[test]
fn two_pcs_hold_the_same_through_a_third_that_relays() {
    let (first, second) = two_pcs();
    let (world, address) = relay(&first, 7);
    first.draft("第一件", true);
    second.draft("第二件", false);
    for pc in [&first, &second, &first] {
        exchange(&address, pc).unwrap();
    }
    assert_eq!(first.state(), second.state());
    let again = exchange(&address, &first).unwrap();
    assert!(!again.outcome.is_new() && again.given == 0, "nothing is sent twice: {again:?}");
    for pc in [&first, &second] {
        pc.well();
    }
    drop(world);
}

#[test]
fn only_the_key_of_the_agreed_fingerprint_is_spoken_to() {
    let (first, _) = two_pcs();
    first.draft("一件", false);
    let before = first.state();
    let (impostor, _) = relay(&first, 8);
    let (_relay, ours) = relay(&first, 7);
    let (address, fingerprint) = ours.split_once('#').unwrap();
    let ask = |url: &str, pin: &str| exchange(&format!("{url}{pin}"), &first);
    let pin = format!("#{fingerprint}");
    assert!(matches!(ask(&impostor.url, &pin), Err(ExchangeError::Certificate)));
    let open = World::new();
    let plain = open.url.clone();
    let https = plain.replace("http:", "https:");
    assert!(matches!(ask(&https, &pin), Err(ExchangeError::Certificate)), "no TLS at all");
    assert!(matches!(ask(&plain, &pin), Err(ExchangeError::Setting)), "a fingerprint asks for TLS");
    assert!(matches!(ask(address, ""), Err(ExchangeError::Certificate)), "no certificate to trust");
    assert!(matches!(ask(address, &pin[..30]), Err(ExchangeError::Setting)), "half a fingerprint");
    assert!(matches!(ask("https://127.0.0.1:1", &pin), Err(ExchangeError::Unreachable)));
    assert_eq!(first.state(), before);
}

#[test]
fn a_stranger_in_the_network_learns_nothing() {
    let (first, _) = two_pcs();
    first.draft("一件", false);
    let (_world, address) = relay(&first, 7);
    exchange(&address, &first).unwrap();
    let stranger = Pc::empty(9);
    let before = stranger.state();
    let refused = exchange(&address, &stranger).unwrap_err();
    let ExchangeError::Refused(refusal) = refused else { panic!("{refused:?}") };
    assert_eq!(refusal.code, RefusalCode::NotCertified);
    assert_eq!(stranger.state(), before);
    assert!(stranger.chain().head().is_none(), "not even the registry");
}
