//! The order in which events are sent and admitted: what is built on comes first.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::Event;
use crate::ids::EventId;

impl Event {
    /// What it builds on: its cites and its basis (A8).
    pub fn parents(&self) -> impl Iterator<Item = EventId> {
        self.cites.iter().chain(self.action.basis()).copied()
    }
}

/// Orders events so that each comes after all those of the set that it builds on; of two that wait for nothing the
/// smaller id comes first. `parents` names each event with [`Event::parents`]; parents outside the set are taken as
/// there already. The same set gives the same order everywhere.
///
/// Ids are digests, so no event is in its own past. Made-up parents that form a ring, and whatever builds on it, come
/// last in the order of ids: nothing is left out.
pub fn causal_order(parents: &BTreeMap<EventId, Vec<EventId>>) -> Vec<EventId> {
    let mut waits = BTreeMap::<EventId, usize>::new();
    let mut children = BTreeMap::<EventId, Vec<EventId>>::new();
    for (id, named) in parents {
        let inside: BTreeSet<EventId> = named.iter().copied().filter(|p| parents.contains_key(p)).collect();
        waits.insert(*id, inside.len());
        for parent in inside {
            children.entry(parent).or_default().push(*id);
        }
    }
    let mut ready: BTreeSet<EventId> = waits.iter().filter(|(_, n)| **n == 0).map(|(id, _)| *id).collect();
    let mut order = Vec::with_capacity(parents.len());
    while let Some(id) = ready.pop_first() {
        waits.remove(&id);
        order.push(id);
        for child in children.remove(&id).unwrap_or_default() {
            if let Some(left) = waits.get_mut(&child) {
                *left -= 1;
                if *left == 0 {
                    ready.insert(child);
                }
            }
        }
    }
    order.extend(waits.into_keys());
    order
}

/// The flow events of a form that no other flow event of it cites: what a receipt speaks of (L7b). `events` are all
/// that are here of one form. Ascending.
pub fn flow_heads<'a>(events: impl IntoIterator<Item = (EventId, &'a Event)>) -> Vec<EventId> {
    let (mut heads, mut cited) = (BTreeSet::new(), BTreeSet::new());
    for (id, event) in events.into_iter().filter(|(_, event)| event.is_flow()) {
        heads.insert(id);
        cited.extend(&event.cites);
    }
    heads.difference(&cited).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> EventId {
        EventId([n; 32])
    }

    fn set(rows: &[(u8, &[u8])]) -> BTreeMap<EventId, Vec<EventId>> {
        rows.iter().map(|(n, parents)| (id(*n), parents.iter().map(|p| id(*p)).collect())).collect()
    }

    #[test]
    fn what_is_built_on_comes_first() {
        let order = causal_order(&set(&[(1, &[5, 3]), (2, &[1]), (3, &[9]), (4, &[]), (5, &[3, 3])]));
        assert_eq!(order, [3, 4, 5, 1, 2].map(id), "9 is outside the set, 4 waits for nothing");
        assert_eq!(causal_order(&BTreeMap::new()), []);
    }

    #[test]
    fn a_long_chain_is_ordered_without_recursion() {
        let name = |n: u32| EventId(std::array::from_fn(|at| n.to_be_bytes().get(at).copied().unwrap_or(0)));
        let chain: BTreeMap<_, _> = (0..20_000).map(|n| (name(20_000 - n), vec![name(20_001 - n)])).collect();
        let order = causal_order(&chain);
        assert_eq!((order.len(), order[0], order[19_999]), (20_000, name(20_000), name(1)));
    }

    #[test]
    fn a_made_up_ring_ends_and_loses_nothing() {
        let order = causal_order(&set(&[(1, &[2]), (2, &[1]), (3, &[2]), (4, &[])]));
        assert_eq!(order, [4, 1, 2, 3].map(id));
    }
}
