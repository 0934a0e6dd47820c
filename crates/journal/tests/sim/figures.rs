//! What a run met.

use std::collections::BTreeMap;
use std::ops::AddAssign;

#[derive(Clone, Debug, Default)]
pub struct Figures {
    pub seeds: u64,
    pub steps: u64,
    pub events: u64,
    pub entries: u64,
    pub crashes: u64,
    pub restores: u64,
    pub images: u64,
    pub endpoint_restores: u64,
    pub forks: u64,
    pub comparisons: u64,
    pub parts: u64,
    pub sealed: u64,
    pub findings: BTreeMap<&'static str, u64>,
}

impl AddAssign for Figures {
    fn add_assign(&mut self, more: Self) {
        self.seeds += more.seeds;
        self.steps += more.steps;
        self.events += more.events;
        self.entries += more.entries;
        self.crashes += more.crashes;
        self.restores += more.restores;
        self.images += more.images;
        self.endpoint_restores += more.endpoint_restores;
        self.forks += more.forks;
        self.comparisons += more.comparisons;
        self.parts += more.parts;
        self.sealed += more.sealed;
        for (code, count) in more.findings {
            *self.findings.entry(code).or_default() += count;
        }
    }
}
