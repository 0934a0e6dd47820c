//! Whatever decodes is encoded to the same bytes, and everything about it can be asked.

use qianban_journal::{
    Checkpoint, Envelope, Event, Header, NoBlobs, Plan, Policy, Receipt, RegistryChain, RegistryEntry,
    Snapshot, encode_allow_list, read_allow_list,
};

/// An envelope, its event, or what an event names.
pub fn envelope(bytes: &[u8]) {
    if let Ok(envelope) = Envelope::decode(bytes) {
        assert_eq!(envelope.encode(), bytes);
        let _ = envelope.id();
        event(&envelope.body);
    }
    event(bytes);
    if let Ok(snapshot) = Snapshot::decode(bytes) {
        assert_eq!(snapshot.encode(), bytes);
    }
    if let Ok(plan) = Plan::decode(bytes) {
        assert_eq!(plan.encode(), bytes);
    }
    if let Ok(receipt) = Receipt::decode(bytes) {
        assert_eq!(receipt.encode(), bytes);
    }
    if let Ok(checkpoint) = Checkpoint::decode(bytes) {
        assert_eq!(checkpoint.encode(), bytes);
    }
}

fn event(bytes: &[u8]) {
    let header = Header::peek(bytes);
    if let Ok(event) = Event::decode(bytes) {
        assert_eq!(event.encode(), bytes);
        assert!(header.is_ok(), "what decodes has a header");
    }
}

/// A registry entry, offered to a chain whose root it claims to be; a policy; a list.
pub fn registry(bytes: &[u8]) {
    if let Ok(entry) = RegistryEntry::decode(bytes) {
        assert_eq!(entry.encode(), bytes);
        let _ = RegistryChain::new(entry.hash()).append(&entry, &NoBlobs);
    }
    if let Ok(policy) = Policy::decode(bytes) {
        assert_eq!(policy.encode(), bytes);
    }
    if let Ok(list) = read_allow_list(bytes) {
        assert_eq!(encode_allow_list(&list), bytes);
    }
}
