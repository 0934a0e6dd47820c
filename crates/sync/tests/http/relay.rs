//! A PC of the bureau answers the others (Y10).

use std::ops::ControlFlow;

use qianban_endpoint::tls::TlsKey;
use qianban_protocol::Pin;
use qianban_sync::http::{Access, ExchangeError, Exchanged};

use crate::bureau::Pc;
use crate::stories::two_pcs;
use crate::world::{World, exchange_by};

fn relay(first: &Pc, secret: u8) -> (World, Access) {
    let tls = TlsKey::from_secret(&[secret; 32]).unwrap();
    let world = World::relaying(&tls, first);
    let access =
        Access { url: world.url.clone(), pin: Some(Pin::of(&tls.public().unwrap())), ..Access::default() };
    (world, access)
}

fn exchange(access: &Access, pc: &Pc) -> Result<Exchanged, ExchangeError> {
    exchange_by(access, pc, false, &mut |_| ControlFlow::Continue(()))
}

#[test]
fn two_pcs_hold_the_same_through_a_third_that_relays() {
    let (first, second) = two_pcs();
    let (world, access) = relay(&first, 7);
    first.draft("第一件", true);
    second.draft("第二件", false);
    for pc in [&first, &second, &first] {
        exchange(&access, pc).unwrap();
    }
    assert_eq!(first.state(), second.state());
    let again = exchange(&access, &first).unwrap();
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
    let (_impostor, theirs) = relay(&first, 8);
    let (_relay, ours) = relay(&first, 7);
    let lured = Access { url: theirs.url.clone(), ..ours.clone() };
    assert!(matches!(exchange(&lured, &first), Err(ExchangeError::OtherKey)));
    let plain = World::new();
    let unsealed = Access { url: plain.url.replace("http:", "https:"), ..ours.clone() };
    assert!(matches!(exchange(&unsealed, &first), Err(ExchangeError::OtherKey)), "no TLS at all");
    let open = Access { url: plain.url.clone(), ..ours.clone() };
    assert!(matches!(exchange(&open, &first), Err(ExchangeError::Setting)), "a fingerprint asks for TLS");
    let unpinned = Access { pin: None, ..ours.clone() };
    assert!(matches!(exchange(&unpinned, &first), Err(ExchangeError::OtherKey)), "no certificate to trust");
    let nobody = Access { url: "https://127.0.0.1:1".to_owned(), ..ours };
    assert!(matches!(exchange(&nobody, &first), Err(ExchangeError::Unreachable)));
    assert_eq!(first.state(), before);
}
