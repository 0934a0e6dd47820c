//! A waiting room in memory (A5, A8) for worlds without a disk. The product's is the table `pending` of the store, which
//! keeps the same quotas.

use std::collections::{BTreeMap, BTreeSet};

use qianban_journal::{Digest, Envelope, EventId, FormId, Missing, digest, limit};

/// What a waiting event is counted besides its body: signatures and the places that find it again.
const ITEM_BYTES: usize = 640;
/// What each event that it waits for is counted.
const PARENT_BYTES: usize = 128;

/// One event at the door.
#[derive(Debug, Clone)]
pub struct Held {
    /// The event as received.
    pub envelope: Envelope,
    /// Its form.
    pub form: FormId,
    /// Whether it was asked for; such an event is dropped after all others.
    pub solicited: bool,
}

/// An event in the place, by the order of arrival.
type Ticket = u64;

#[derive(Debug)]
struct Item<P> {
    peer: P,
    waiting: Held,
    id: EventId,
    /// Digest of the envelope: another signature is another item.
    seen: Digest,
    /// Events that are not here yet; none when it waits for a registry entry.
    events: BTreeSet<EventId>,
    registry: Option<u32>,
    bytes: usize,
}

/// What one peer may still bring.
#[derive(Debug, Default)]
struct Quota {
    bytes: usize,
    /// Unsolicited before solicited, each by arrival: the first is dropped next.
    order: BTreeSet<(bool, Ticket)>,
    /// The same of each form.
    forms: BTreeMap<FormId, BTreeSet<(bool, Ticket)>>,
    seen: BTreeSet<Digest>,
}

/// The waiting room of one workspace, with a quota for each peer `P`: [`limit::PENDING_BYTES`],
/// [`limit::PENDING_EVENTS`], and [`limit::PENDING_FORM_EVENTS`] of one form.
#[derive(Debug)]
pub struct Pending<P> {
    next: Ticket,
    items: BTreeMap<Ticket, Item<P>>,
    for_event: BTreeMap<EventId, BTreeSet<Ticket>>,
    for_registry: BTreeMap<u32, BTreeSet<Ticket>>,
    /// Which tickets hold an event, so that what is already here is not asked for.
    held: BTreeMap<EventId, BTreeSet<Ticket>>,
    quotas: BTreeMap<P, Quota>,
}

impl<P> Default for Pending<P> {
    fn default() -> Self {
        Self {
            next: 0,
            items: BTreeMap::new(),
            for_event: BTreeMap::new(),
            for_registry: BTreeMap::new(),
            held: BTreeMap::new(),
            quotas: BTreeMap::new(),
        }
    }
}

impl<P: Ord + Clone> Pending<P> {
    /// An empty place.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many events wait.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Bytes that the events of a peer take here.
    pub fn bytes_of(&self, peer: &P) -> usize {
        self.quotas.get(peer).map_or(0, |quota| quota.bytes)
    }

    /// Keeps an event that waits for `missing`. Answers which events of this peer were dropped for it: the oldest
    /// unsolicited first, it itself if only solicited ones are left. The same bytes from the same peer are kept once.
    pub fn hold(&mut self, peer: P, waiting: Held, missing: Missing) -> Vec<EventId> {
        let seen = digest(&waiting.envelope.encode());
        let quota = self.quotas.entry(peer.clone()).or_default();
        if !quota.seen.insert(seen) {
            return Vec::new();
        }
        let (events, registry) = match missing {
            Missing::Events(events) => (events.into_iter().collect::<BTreeSet<_>>(), None),
            Missing::Registry(number) => (BTreeSet::new(), Some(number)),
        };
        let bytes = waiting.envelope.body.len() + ITEM_BYTES + events.len() * PARENT_BYTES;
        let ticket = self.next;
        self.next += 1;
        let rank = (waiting.solicited, ticket);
        quota.bytes += bytes;
        quota.order.insert(rank);
        quota.forms.entry(waiting.form).or_default().insert(rank);
        let (id, form) = (waiting.envelope.id(), waiting.form);
        for parent in &events {
            self.for_event.entry(*parent).or_default().insert(ticket);
        }
        if let Some(number) = registry {
            self.for_registry.entry(number).or_default().insert(ticket);
        }
        self.held.entry(id).or_default().insert(ticket);
        let item = Item { peer: peer.clone(), waiting, id, seen, events, registry, bytes };
        self.items.insert(ticket, item);
        self.enforce(&peer, form)
    }

    /// Drops what is over the quotas of a peer that has just brought an event of a form.
    fn enforce(&mut self, peer: &P, form: FormId) -> Vec<EventId> {
        let mut dropped = Vec::new();
        loop {
            let Some(quota) = self.quotas.get(peer) else { return dropped };
            let of_form = quota.forms.get(&form);
            let over_form = of_form.is_some_and(|of_form| of_form.len() > limit::PENDING_FORM_EVENTS);
            let over = quota.bytes > limit::PENDING_BYTES || quota.order.len() > limit::PENDING_EVENTS;
            let first = match (over_form, over) {
                (true, _) => of_form.and_then(|of_form| of_form.first()),
                (false, true) => quota.order.first(),
                (false, false) => None,
            };
            let Some(&(_, ticket)) = first else { return dropped };
            dropped.extend(self.take(ticket).map(|item| item.id));
        }
    }

    /// Takes an item out of every index.
    fn take(&mut self, ticket: Ticket) -> Option<Item<P>> {
        let item = self.items.remove(&ticket)?;
        let rank = (item.waiting.solicited, ticket);
        if let Some(quota) = self.quotas.get_mut(&item.peer) {
            quota.bytes -= item.bytes;
            quota.order.remove(&rank);
            quota.seen.remove(&item.seen);
            leave(&mut quota.forms, item.waiting.form, &rank);
            if quota.order.is_empty() {
                self.quotas.remove(&item.peer);
            }
        }
        for parent in &item.events {
            leave(&mut self.for_event, *parent, &ticket);
        }
        if let Some(number) = item.registry {
            leave(&mut self.for_registry, number, &ticket);
        }
        leave(&mut self.held, item.id, &ticket);
        Some(item)
    }

    /// An event has been stored: answers those that now wait for nothing, in the order of their arrival. They are no
    /// longer here; offer each again.
    pub fn stored(&mut self, id: EventId) -> Vec<(P, Held)> {
        let tickets = self.for_event.remove(&id).unwrap_or_default();
        let mut free = Vec::new();
        for ticket in tickets {
            let Some(item) = self.items.get_mut(&ticket) else { continue };
            item.events.remove(&id);
            if item.events.is_empty() {
                free.extend(self.take(ticket).map(|item| (item.peer, item.waiting)));
            }
        }
        free
    }

    /// The registry has reached an entry (A5): answers those that waited for one up to it, as [`Pending::stored`] does.
    pub fn registry_reached(&mut self, number: u32) -> Vec<(P, Held)> {
        let due: Vec<Ticket> =
            self.for_registry.range(..=number).flat_map(|(_, tickets)| tickets).copied().collect();
        due.into_iter().filter_map(|ticket| self.take(ticket)).map(|item| (item.peer, item.waiting)).collect()
    }

    /// Events to ask for: missing and not waiting here themselves. Ascending.
    pub fn wanted(&self) -> impl Iterator<Item = EventId> {
        self.for_event.keys().copied().filter(|id| !self.held.contains_key(id))
    }

    /// The highest registry entry that something waits for.
    pub fn wanted_registry(&self) -> Option<u32> {
        self.for_registry.last_key_value().map(|(number, _)| *number)
    }

    /// Forgets what a peer brought.
    pub fn forget(&mut self, peer: &P) {
        let order = self.quotas.get(peer).map(|quota| quota.order.clone()).unwrap_or_default();
        for (_, ticket) in order {
            self.take(ticket);
        }
    }
}

/// Removes a member, and its set once it is empty.
fn leave<K: Ord, V: Ord>(index: &mut BTreeMap<K, BTreeSet<V>>, key: K, member: &V) {
    if let Some(set) = index.get_mut(&key) {
        set.remove(member);
        if set.is_empty() {
            index.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qianban_journal::KEYED_TEST;

    fn envelope(n: u32, length: usize) -> Envelope {
        let body = [n.to_be_bytes().as_slice(), &vec![0; length - 4]].concat();
        Envelope { body, suite: KEYED_TEST, sig: [0; 64], sig2: None }
    }

    fn of_form(form: u32, envelope: Envelope, solicited: bool) -> Held {
        let mut id = [0; 32];
        id[..4].copy_from_slice(&form.to_be_bytes());
        Held { envelope, form: FormId(id), solicited }
    }

    fn for_events(ids: &[u8]) -> Missing {
        Missing::Events(ids.iter().map(|n| EventId([*n; 32])).collect())
    }

    #[test]
    fn what_waits_is_given_back_when_the_last_parent_is_stored() {
        let mut pending = Pending::new();
        pending.hold("a", of_form(1, envelope(1, 100), false), for_events(&[7, 8]));
        pending.hold("b", of_form(1, envelope(2, 100), false), for_events(&[8]));
        assert_eq!(pending.wanted().count(), 2);
        assert!(pending.stored(EventId([7; 32])).is_empty(), "the first still waits for 8");
        let free: Vec<_> = pending.stored(EventId([8; 32])).into_iter().map(|(peer, _)| peer).collect();
        assert_eq!(free, ["a", "b"]);
        assert!(pending.is_empty() && pending.bytes_of(&"a") == 0 && pending.wanted().next().is_none());
    }

    #[test]
    fn what_waits_for_the_registry_is_given_back_by_number() {
        let mut pending = Pending::new();
        for (n, number) in [(1, 5), (2, 7), (3, 6)] {
            pending.hold("a", of_form(1, envelope(n, 100), false), Missing::Registry(number));
        }
        assert_eq!(pending.wanted_registry(), Some(7));
        assert_eq!(pending.registry_reached(6).len(), 2);
        assert_eq!((pending.len(), pending.registry_reached(9).len(), pending.len()), (1, 1, 0));
    }

    #[test]
    fn what_waits_here_is_not_asked_for() {
        let mut pending = Pending::new();
        let parent = envelope(1, 100);
        let of_parent = Missing::Events(vec![parent.id()]);
        pending.hold("a", of_form(1, envelope(2, 100), false), of_parent);
        assert_eq!(pending.wanted().collect::<Vec<_>>(), [parent.id()]);
        pending.hold("a", of_form(1, parent, true), for_events(&[9]));
        assert_eq!(pending.wanted().collect::<Vec<_>>(), [EventId([9; 32])]);
    }

    /// Faults 57: one peer throws 100,000 orphans of as many forms; what another brought stays.
    #[test]
    fn a_flood_of_orphans_stays_within_the_quota_and_harms_nobody_else() {
        let mut pending = Pending::new();
        pending.hold("honest", of_form(0, envelope(0, 500), false), for_events(&[1]));
        let (mut most, mut dropped) = (0, 0);
        for n in 1..=100_000u32 {
            let missing = Missing::Events(vec![EventId([(n % 251) as u8; 32])]);
            dropped += pending.hold("flood", of_form(n, envelope(n, 900), false), missing).len();
            most = most.max(pending.bytes_of(&"flood"));
            assert!(pending.len() <= limit::PENDING_EVENTS + 1);
        }
        assert!(most <= limit::PENDING_BYTES, "{most} bytes");
        assert_eq!(pending.len() + dropped, 100_001);
        assert_eq!(pending.stored(EventId([1; 32])).first().map(|(peer, _)| *peer), Some("honest"));
        pending.forget(&"flood");
        assert!(pending.is_empty());
    }

    #[test]
    fn a_form_has_a_quota_of_its_own() {
        let mut pending = Pending::new();
        let first = envelope(0, 100);
        let dropped: Vec<EventId> = (0..300)
            .flat_map(|n| pending.hold("a", of_form(1, envelope(n, 100), false), for_events(&[1])))
            .collect();
        assert_eq!((pending.len(), dropped.len(), dropped[0]), (256, 44, first.id()), "the oldest first");
        assert!(pending.hold("a", of_form(2, envelope(900, 100), false), for_events(&[1])).is_empty());
    }

    #[test]
    fn what_was_asked_for_is_dropped_last() {
        let mut pending = Pending::new();
        for n in 0..256 {
            assert!(pending.hold("a", of_form(1, envelope(n, 100), n != 9), for_events(&[1])).is_empty());
        }
        let asked = pending.hold("a", of_form(1, envelope(900, 100), true), for_events(&[1]));
        assert_eq!(asked, [envelope(9, 100).id()], "the one that nobody asked for");
        let unasked = envelope(901, 100);
        let dropped = pending.hold("a", of_form(1, unasked.clone(), false), for_events(&[1]));
        assert_eq!(dropped, [unasked.id()], "it itself: all others were asked for");
        let dropped = pending.hold("a", of_form(1, envelope(902, 100), true), for_events(&[1]));
        assert_eq!(dropped, [envelope(0, 100).id()], "the oldest, when all were asked for");
    }

    /// A9: before the registry entry is here nobody can tell the good signature from the bad one.
    #[test]
    fn a_bad_signature_does_not_stand_in_the_way_of_the_good_one() {
        let mut pending = Pending::new();
        let (good, mut bad) = (envelope(1, 100), envelope(1, 100));
        bad.sig = [9; 64];
        pending.hold("b", of_form(1, bad.clone(), false), Missing::Registry(2));
        pending.hold("a", of_form(1, good.clone(), false), Missing::Registry(2));
        pending.hold("b", of_form(1, good.clone(), false), Missing::Registry(2));
        pending.hold("b", of_form(1, bad, false), Missing::Registry(2));
        assert_eq!(pending.len(), 3, "the same bytes from one peer are kept once");
        let back = pending.registry_reached(2).into_iter().map(|(_, waiting)| waiting.envelope);
        assert_eq!(back.filter(|envelope| *envelope == good).count(), 2);
    }
}
