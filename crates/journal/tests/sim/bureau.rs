//! The bureau of one run: forms, computers, endpoints and sticks, and what happens to them step by step.

use crate::compare::{Verdict, same};
use crate::device::{BlobStore, Device};
use crate::endpoint::{Character, Endpoint};
use crate::figures::Figures;
use crate::naive::Naive;
use crate::properties::ensure;
use crate::world::World;
use crate::world::chance::Chance;
use crate::world::office::person;
use qianban_journal::{
    Change, Digest, Envelope, FormId, Incarnation, Quorum, RegistryEntry, Signer, WorkspaceId,
};
use std::rc::Rc;

/// Whatever a computer made itself came from nobody.
const OWN: usize = usize::MAX;
/// Sticks in drawers; an old one may be read years later.
const STICKS: usize = 4;

/// A stick with entries and events as bytes.
pub struct Stick {
    pub entries: Vec<Vec<u8>>,
    pub events: Vec<Vec<u8>>,
}

/// Two entries with one number: the administrators' second one, and the number.
pub struct Equivocation {
    pub number: u32,
    pub rival: RegistryEntry,
}

pub struct Bureau {
    pub chance: Chance,
    /// One world for each form; all have the same registry and the same desks.
    pub worlds: Vec<World>,
    pub devices: Vec<Device>,
    pub endpoints: Vec<Endpoint>,
    pub sticks: Vec<Stick>,
    pub equivocation: Option<Equivocation>,
    pub root_key: Rc<dyn Signer>,
    pub time: i64,
    pub figures: Figures,
    incarnations: u8,
    pub will_equivocate: bool,
}

impl Bureau {
    pub fn new(seed: u64, sm2: bool) -> Self {
        let mut chance = Chance::new(seed ^ 0x51B0);
        let forms = 1 + usize::from(chance.percent(25));
        let mut worlds: Vec<World> = (0..forms).map(|_| World::new(seed, sm2)).collect();
        let root_key = worlds[0].new_key();
        let quorum = Quorum::single(person(0), root_key.public());
        for world in &mut worlds {
            assert!(world.try_append(Change::RootQuorum { quorum: quorum.clone() }));
        }
        let byzantine: Vec<usize> = match chance.percent(50) {
            true => (0..=chance.below(2)).map(|_| chance.below(worlds[0].desks.len())).collect(),
            false => Vec::new(),
        };
        for (n, world) in worlds.iter_mut().enumerate() {
            byzantine.iter().for_each(|desk| world.desks[*desk].byzantine = true);
            // Forms differ from here on.
            (0..n).for_each(|_| _ = world.chance.next());
        }
        let will_equivocate = chance.percent(15);
        let figures = Figures::default();
        let (devices, endpoints, sticks) = (Vec::new(), Vec::new(), Vec::new());
        let mut bureau = Self {
            chance,
            worlds,
            devices,
            endpoints,
            sticks,
            equivocation: None,
            root_key,
            time: 1_790_000_000_000,
            figures,
            incarnations: 0,
            will_equivocate,
        };
        bureau.set_up();
        bureau
    }

    /// Every desk has a computer; the two registrars share the sealing one. Two endpoints, of which one may lie.
    fn set_up(&mut self) {
        let (root, entries) = (self.root(), self.worlds[0].entries.clone());
        for at in 0..self.worlds[0].desks.len() - 1 {
            let mut device = Device::new(root, &entries, &self.worlds[0].blobs);
            let desks = if at == 0 { vec![0, 1] } else { vec![at + 1] };
            device.desks = desks.into_iter().map(|desk| (desk, (0, None))).collect();
            self.devices.push(device);
        }
        let key = self.worlds[0].endpoint.key.clone();
        self.open_endpoint(Character::Honest, self.worlds[0].endpoint.incarnation, key);
        let character = if self.chance.percent(40) { Character::Liar } else { Character::Honest };
        let (incarnation, key) = (self.next_incarnation(), self.worlds[0].new_key());
        for world in &mut self.worlds {
            assert!(world.certify_endpoint(incarnation, key.as_ref()));
        }
        self.open_endpoint(character, incarnation, key);
        for device in &mut self.devices {
            device.learn(&self.worlds[0].entries, &self.worlds[0].blobs);
        }
        for at in 0..self.worlds.len() {
            let version = self.worlds[at].version();
            self.worlds[at].desks[2].version = version;
            let create = self.worlds[at].begin();
            let device = self.device_of(2);
            self.keep(at, device, 2, create);
            self.tell_everybody(device);
        }
    }

    fn open_endpoint(&mut self, character: Character, incarnation: Incarnation, key: Rc<dyn Signer>) {
        let world = &self.worlds[0];
        let (chain, entries) = (world.chain().clone(), world.entries.clone());
        self.endpoints.push(Endpoint::new(character, incarnation, key, self.ws(), chain, entries));
    }

    pub fn ws(&self) -> WorkspaceId {
        self.worlds[0].chain().workspace().expect("founded")
    }

    pub fn root(&self) -> Digest {
        self.worlds[0].entries[0].hash()
    }

    pub fn blobs(&self) -> &BlobStore {
        &self.worlds[0].blobs
    }

    fn device_of(&self, desk: usize) -> usize {
        self.devices
            .iter()
            .position(|device| device.desks.contains_key(&desk))
            .expect("every desk has a computer")
    }

    pub fn next_incarnation(&mut self) -> Incarnation {
        self.incarnations += 1;
        Incarnation([self.incarnations; 16])
    }

    /// Whether a computer stands on the registry on which people go on; the other branch waits for the root.
    pub fn on_the_branch(&self, device: usize) -> bool {
        let entries = &self.devices[device].settled.entries;
        let ours = &self.worlds[0].entries;
        entries.len() <= ours.len()
            && entries.last().copied() == ours.get(entries.len() - 1).map(RegistryEntry::hash)
    }

    pub fn naive_of(&self, form: FormId) -> Option<&Naive> {
        self.worlds.iter().find(|world| world.form() == Some(form)).map(|world| &world.naive)
    }

    /// One step.
    pub fn step(&mut self) -> Verdict {
        self.time += 60_000 + self.chance.below(3_600_000) as i64;
        match self.chance.below(100) {
            0..=51 => self.somebody_acts(),
            52..=62 => self.visit_endpoint(),
            63..=66 => self.write_stick(),
            67..=72 => self.read_stick(),
            73..=77 => self.meet(),
            78..=81 => self.registry_moves(),
            82..=83 => self.lose_power(),
            84..=90 => self.copy_or_put_back(),
            91 => self.image(),
            92..=93 => self.turn_clock(),
            94..=95 => self.endpoint_trouble(),
            96 => self.equivocate(),
            _ => self.look_at_a_part(),
        }
    }

    pub fn any_device(&mut self) -> usize {
        self.chance.below(self.devices.len())
    }

    /// What a form needs next, tried at every computer until one can do it.
    fn somebody_acts(&mut self) -> Verdict {
        let form = self.chance.below(self.worlds.len());
        let mut order: Vec<usize> = (0..self.devices.len()).collect();
        self.chance.shuffle(&mut order);
        let mut kind = None;
        for device in order {
            if !self.devices[device].certified || !self.on_the_branch(device) {
                continue;
            }
            let desks: Vec<usize> = self.devices[device].desks.keys().copied().collect();
            let Some(desk) = self.chance.pick(&desks) else { continue };
            self.sit_down(form, device, desk);
            let Some(next) = kind.or_else(|| self.worlds[form].next_kind(desk)) else { continue };
            kind = Some(next);
            if let Some(id) = self.worlds[form].act(desk, next) {
                return self.signed(form, device, desk, id);
            }
        }
        Ok(())
    }

    /// The world's desk knows what this computer has.
    fn sit_down(&mut self, form: usize, device: usize, desk: usize) {
        let (world, device) = (&mut self.worlds[form], &self.devices[device]);
        let id = world.form().expect("begun");
        let at = &mut world.desks[desk];
        at.have = device.logs.get(&id).map(|log| log.ids().collect()).unwrap_or_default();
        at.version = device.version();
        at.log = device.desks[&desk];
    }

    fn signed(&mut self, form: usize, device: usize, desk: usize, id: qianban_journal::EventId) -> Verdict {
        self.keep(form, device, desk, id);
        self.figures.events += 1;
        let log = &self.devices[device].logs[&self.worlds[form].form().expect("begun")];
        let legal = log.legality(id).map(|told| told.is_ok());
        same("L0 at the desk", &Some(self.worlds[form].naive.legal(id)), &legal)?;
        if self.chance.percent(55) {
            self.tell_everybody(device);
        }
        self.look(device)
    }

    /// A calm hour: whoever is on the line has what this computer has.
    fn tell_everybody(&mut self, from: usize) {
        let (disk, blobs) = (self.devices[from].disk.clone(), self.worlds[0].blobs.clone());
        for (at, device) in self.devices.iter_mut().enumerate().filter(|(at, _)| *at != from) {
            if self.chance.percent(85) {
                device.learn(&disk.entries, &blobs);
                let missing: Vec<&Envelope> =
                    disk.events.iter().filter(|event| !device.has(event.id())).collect();
                missing.into_iter().for_each(|event| device.take(at, event.clone(), true));
            }
        }
    }

    /// A signed event goes to its own computer's disk.
    fn keep(&mut self, form: usize, device: usize, desk: usize, id: qianban_journal::EventId) {
        let envelope = self.worlds[form].envelopes[&id].clone();
        self.devices[device].desks.insert(desk, self.worlds[form].desks[desk].log);
        self.devices[device].take(OWN, envelope, true);
        assert!(self.devices[device].has(id), "one's own event is admitted");
    }

    /// Checks a computer after something came to it.
    pub fn look(&mut self, device: usize) -> Verdict {
        let on_the_branch = self.on_the_branch(device);
        for form in self.worlds.iter().filter_map(World::form).collect::<Vec<_>>() {
            let beside = on_the_branch && self.chance.percent(7);
            self.figures.comparisons += u64::from(beside);
            let naive = if beside {
                self.worlds.iter().find(|w| w.form() == Some(form)).map(|w| &w.naive)
            } else {
                None
            };
            self.devices[device].check(form, naive)?;
        }
        Ok(())
    }

    /// Push, pull, compare; each may be cut at any place, and the answer may be lost after the commit.
    fn visit_endpoint(&mut self) -> Verdict {
        let (at, to) = (self.any_device(), self.chance.below(self.endpoints.len()));
        let blobs = self.worlds[0].blobs.clone();
        let (device, endpoint) = (&mut self.devices[at], &mut self.endpoints[to]);
        let mut entries = device.disk.entries.clone();
        entries.sort_by_key(|entry| entry.number);
        entries.iter().for_each(|entry| endpoint.learn(entry, &blobs));
        if self.chance.percent(90) {
            device.learn(&endpoint.entries, &blobs);
        }
        let incarnation = endpoint.incarnation;
        let confirmed = device.disk.confirmed.entry(incarnation).or_default();
        let events = device.disk.events.iter().filter(|envelope| !confirmed.contains(&envelope.id()));
        let events: Vec<Envelope> = events.cloned().collect();
        for envelope in events.iter().take(self.chance.below(events.len() + 8)) {
            if endpoint.take(envelope) && self.chance.percent(92) {
                confirmed.insert(envelope.id());
            }
        }
        let here = device.stored().keys().copied().collect::<std::collections::BTreeSet<_>>();
        let cursor = device.disk.cursors.entry(incarnation).or_default();
        let compares = self.chance.percent(15);
        let from = if compares { 0 } else { (*cursor).min(endpoint.arrivals.len()) };
        let mut batch: Vec<Envelope> = endpoint.arrivals[from..].to_vec();
        if compares {
            batch.retain(|envelope| !here.contains(&envelope.id()));
        } else {
            batch.truncate(self.chance.below(batch.len() + 12));
            *cursor = from + batch.len();
        }
        let liar = endpoint.character == Character::Liar;
        let checkpoint = endpoint.checkpoint(self.time, &mut self.chance);
        if checkpoint
            .verify(
                self.worlds[0].chain().workspace().expect("founded"),
                self.worlds[0].chain().now().expect("founded"),
            )
            .is_ok()
        {
            device.disk.checkpoints.push(checkpoint);
        }
        let mut bytes: Vec<Vec<u8>> = batch.iter().map(Envelope::encode).collect();
        if liar {
            self.bend(&mut bytes);
        }
        bytes.iter().for_each(|bytes| self.devices[at].receive(to, bytes, compares));
        self.look(at)
    }

    /// What a liar, a bad line or a bad stick makes of a delivery.
    fn bend(&mut self, items: &mut Vec<Vec<u8>>) {
        items.retain(|_| self.chance.percent(80));
        let again: Vec<Vec<u8>> = items.iter().filter(|_| self.chance.percent(15)).cloned().collect();
        items.extend(again);
        if self.chance.percent(50) {
            self.chance.shuffle(items);
        }
        for item in items.iter_mut() {
            if self.chance.percent(8) {
                let bit = self.chance.below(item.len() * 8);
                item[bit / 8] ^= 1 << (bit % 8);
            } else if self.chance.percent(3) {
                item.truncate(self.chance.below(item.len()));
            }
        }
    }

    fn write_stick(&mut self) -> Verdict {
        let at = self.any_device();
        let disk = &self.devices[at].disk;
        let entries = disk.entries.iter().map(RegistryEntry::encode).collect();
        let first = if self.chance.percent(50) { 0 } else { self.chance.below(disk.events.len() + 1) };
        let events = disk.events[first..].iter().map(Envelope::encode).collect();
        if self.sticks.len() == STICKS {
            let old = self.chance.below(STICKS);
            self.sticks.swap_remove(old);
        }
        self.sticks.push(Stick { entries, events });
        Ok(())
    }

    /// Any stick, in any order, as often as you like; its good part is taken.
    fn read_stick(&mut self) -> Verdict {
        if self.sticks.is_empty() {
            return Ok(());
        }
        let (at, which) = (self.any_device(), self.chance.below(self.sticks.len()));
        let (mut entries, mut events) =
            (self.sticks[which].entries.clone(), self.sticks[which].events.clone());
        if self.chance.percent(30) {
            self.bend(&mut entries);
            self.bend(&mut events);
        }
        let entries: Vec<RegistryEntry> =
            entries.iter().filter_map(|bytes| RegistryEntry::decode(bytes).ok()).collect();
        let blobs = self.worlds[0].blobs.clone();
        self.devices[at].learn(&entries, &blobs);
        events.iter().for_each(|bytes| self.devices[at].receive(100 + which, bytes, false));
        self.look(at)
    }

    /// Two computers of one room exchange what the other has not, or a part of it (Y10).
    fn meet(&mut self) -> Verdict {
        let (from, to) = (self.any_device(), self.any_device());
        let here = self.devices[to].stored().into_keys().collect::<std::collections::BTreeSet<_>>();
        let (entries, blobs) = (self.devices[from].disk.entries.clone(), self.worlds[0].blobs.clone());
        self.devices[to].learn(&entries, &blobs);
        let missing = self.devices[from].disk.events.iter().filter(|envelope| !here.contains(&envelope.id()));
        let mut bytes: Vec<Vec<u8>> = missing.map(Envelope::encode).collect();
        bytes.truncate(self.chance.below(bytes.len() + 6));
        if self.chance.percent(10) {
            self.bend(&mut bytes);
        }
        bytes.iter().for_each(|bytes| self.devices[to].receive(from, bytes, true));
        self.look(to)
    }

    /// The administrator signs on the founding computer, if that has the newest registry (G3).
    fn registry_moves(&mut self) -> Verdict {
        let version = self.worlds[0].version();
        if self.devices[0].version() != version || !self.on_the_branch(0) {
            return Ok(());
        }
        let form = self.chance.below(self.worlds.len());
        let change = self.worlds[form].some_change();
        if let Some(change) = change {
            self.append(form, change)?;
        }
        Ok(())
    }

    /// One change signed into the one registry; every world's copy of it takes it alike.
    pub fn append(&mut self, form: usize, change: Change) -> Result<bool, String> {
        let (blobs, lists) = (self.worlds[form].blobs.clone(), self.worlds[form].naive.office.lists.clone());
        let mut taken = Vec::new();
        for world in &mut self.worlds {
            world.blobs.extend(blobs.clone());
            world.naive.office.lists.extend(lists.clone());
            taken.push(world.try_append(change.clone()));
        }
        ensure(taken.iter().all(|t| *t == taken[0]), || "G: one registry takes what another refuses".into())?;
        if taken[0] {
            self.figures.entries += 1;
            let entry = self.worlds[0].entries.last().cloned().into_iter().collect::<Vec<_>>();
            let blobs = self.worlds[0].blobs.clone();
            self.devices[0].learn(&entry, &blobs);
            self.look(0)?;
        }
        Ok(taken[0])
    }
}
