//! Robustness: no bytes make a decoder panic, and what it accepts it gives back bit by bit.

use crate::{attested, events, key, registry};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_assert_eq, prop_oneof, proptest};
use qianban_journal::{
    Checkpoint, Envelope, Event, Header, Plan, Policy, Receipt, RegistryEntry, Snapshot, encode_allow_list,
    read_allow_list, sign,
};

/// Every decoder on the same bytes; whatever decodes must encode to them.
fn read_all(bytes: &[u8]) -> Result<(), proptest::test_runner::TestCaseError> {
    if let Ok(event) = Event::decode(bytes) {
        prop_assert_eq!(event.encode(), bytes);
        assert!(Header::peek(bytes).is_ok(), "what decodes has a header");
    }
    if let Ok(entry) = RegistryEntry::decode(bytes) {
        prop_assert_eq!(entry.encode(), bytes);
    }
    if let Ok(snapshot) = Snapshot::decode(bytes) {
        prop_assert_eq!(snapshot.encode(), bytes);
    }
    if let Ok(envelope) = Envelope::decode(bytes) {
        prop_assert_eq!(envelope.encode(), bytes);
        let _ = Event::decode(&envelope.body);
    }
    if let Ok(plan) = Plan::decode(bytes) {
        prop_assert_eq!(plan.encode(), bytes);
    }
    if let Ok(policy) = Policy::decode(bytes) {
        prop_assert_eq!(policy.encode(), bytes);
    }
    if let Ok(receipt) = Receipt::decode(bytes) {
        prop_assert_eq!(receipt.encode(), bytes);
    }
    if let Ok(checkpoint) = Checkpoint::decode(bytes) {
        prop_assert_eq!(checkpoint.encode(), bytes);
    }
    if let Ok(list) = read_allow_list(bytes) {
        prop_assert_eq!(encode_allow_list(&list), bytes);
    }
    let _ = Header::peek(bytes);
    Ok(())
}

/// Bytes of everything that has an encoding.
fn good() -> Vec<Vec<u8>> {
    let (one, two) = (key(0x51), key(0x52));
    let mut all: Vec<Vec<u8>> = events::all().iter().map(|(_, event)| event.encode()).collect();
    all.extend(events::all().iter().take(9).map(|(_, event)| sign(event, &one).expect("signs").encode()));
    all.extend(events::all().iter().filter_map(|(_, event)| Some(event.plan.as_ref()?.encode())));
    let changes = registry::changes(&one, &two).into_iter();
    all.extend(changes.map(|(_, change)| registry::entry(change, &one, &two).encode()));
    all.extend(attested::encoded(&one));
    all.extend(registry::snapshots().iter().map(|(_, snapshot)| snapshot.encode()));
    all
}

/// One change of some bytes.
#[derive(Clone, Debug)]
enum Damage {
    Flip(usize, u8),
    Insert(usize, u8),
    Remove(usize),
    Cut(usize),
    Double(usize, usize),
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let len = bytes.len().max(1);
        match *self {
            _ if bytes.is_empty() => {}
            Self::Flip(at, mask) => bytes[at % len] ^= mask,
            Self::Insert(at, byte) => bytes.insert(at % len, byte),
            Self::Remove(at) => _ = bytes.remove(at % len),
            Self::Cut(at) => bytes.truncate(at % len),
            Self::Double(from, to) => {
                let (from, to) = (from % len, to % len);
                let part = bytes[from.min(to)..from.max(to)].to_vec();
                bytes.splice(from.max(to)..from.max(to), part);
            }
        }
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        6 => (any::<usize>(), any::<u8>()).prop_map(|(at, mask)| Damage::Flip(at, mask)),
        2 => (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Damage::Insert(at, byte)),
        2 => any::<usize>().prop_map(Damage::Remove),
        1 => any::<usize>().prop_map(Damage::Cut),
        1 => (any::<usize>(), any::<usize>()).prop_map(|(from, to)| Damage::Double(from, to)),
    ]
}

proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 4_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn random_bytes_never_break_a_decoder(bytes in vec(any::<u8>(), 0..400)) {
        read_all(&bytes)?;
    }

    #[test]
    fn damaged_vectors_never_break_a_decoder(which in any::<usize>(), harm in vec(damage(), 1..4)) {
        thread_local! {
            static GOOD: Vec<Vec<u8>> = good();
        }
        let mut bytes = GOOD.with(|good| good[which % good.len()].clone());
        harm.iter().for_each(|damage| damage.apply(&mut bytes));
        read_all(&bytes)?;
    }
}

#[test]
fn every_single_flipped_bit_makes_another_event_or_none() {
    for (name, event) in events::all() {
        let body = event.encode();
        for bit in 0..body.len() * 8 {
            let mut other = body.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            if let Ok(decoded) = Event::decode(&other) {
                assert_ne!(decoded, event, "{name}: bit {bit} is not part of the value");
                assert_eq!(decoded.encode(), other, "{name}: bit {bit}");
            }
        }
    }
}

#[test]
fn every_truncation_is_refused() {
    for bytes in good() {
        for end in 0..bytes.len() {
            let cut = &bytes[..end];
            assert!(Event::decode(cut).is_err() && Envelope::decode(cut).is_err(), "cut at {end}");
            assert!(RegistryEntry::decode(cut).is_err() && Snapshot::decode(cut).is_err(), "cut at {end}");
            assert!(Receipt::decode(cut).is_err() && Checkpoint::decode(cut).is_err(), "cut at {end}");
        }
    }
}
