//! What was used last, within a bound: two generations, of which the older is forgotten when the younger is full.

use std::collections::HashMap;
use std::hash::Hash;

/// Values by key; using one keeps it.
pub(crate) struct Recent<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    weight: usize,
    weight_max: usize,
}

impl<K: Eq + Hash, V> Recent<K, V> {
    /// Keeps between `weight_max` and twice as much.
    pub(crate) fn new(weight_max: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), weight: 0, weight_max }
    }

    /// Whether there is one.
    pub(crate) fn has(&self, key: &K) -> bool {
        self.young.contains_key(key) || self.old.contains_key(key)
    }

    /// Takes a value out.
    pub(crate) fn take(&mut self, key: &K) -> Option<V> {
        self.young.remove(key).or_else(|| self.old.remove(key))
    }

    /// Puts a value in; `weight` counts towards the bound.
    pub(crate) fn put(&mut self, key: K, value: V, weight: usize) {
        if self.weight + weight > self.weight_max {
            self.old = std::mem::take(&mut self.young);
            self.weight = 0;
        }
        self.weight += weight;
        self.young.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays_and_the_rest_is_forgotten() {
        let mut recent = Recent::new(10);
        for key in 0..1_000 {
            let used: u32 = recent.take(&1_000).unwrap_or(7);
            recent.put(1_000, used, 1);
            recent.put(key, key, 1);
        }
        assert_eq!(recent.take(&1_000), Some(7), "used all the time");
        assert_eq!(recent.take(&5), None, "long ago");
        assert!(recent.young.len() + recent.old.len() <= 20);
    }
}
