//! Small worlds: a bureau whose desks write, exchange and sometimes cheat, all from one seed.

pub mod chance;
mod cheats;
pub mod moves;
pub mod office;

use crate::naive::{Ids, Naive, reading};
use chance::Chance;
use qianban_journal::{
    Action, Change, DeviceId, Digest, Envelope, Epoch, Event, EventId, FormHeads, FormId, Incarnation,
    LogPlace, PersonId, RULES, Receipt, RegistryChain, RegistryEntry, SeatId, Signer, Sm2Key, TestKey,
    WorkspaceId, seat_id, sign,
};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Moments of one run.
const TICKS: usize = 70;
/// Every so many seeds the world signs with SM2 instead of the keyed hash.
pub const SM2_EVERY: u64 = 50;

/// One seat with what it knows.
pub struct Desk {
    pub seat: SeatId,
    pub person: PersonId,
    pub device: DeviceId,
    pub incarnation: Incarnation,
    pub key: Rc<dyn Signer>,
    /// Signs what the rules forbid, with old cites and old epochs.
    pub byzantine: bool,
    /// The registry it knows.
    pub version: u32,
    pub have: Ids,
    /// Number of its last event, and that event.
    pub log: (u64, Option<EventId>),
    /// Milliseconds by which its clock is wrong.
    pub skew: i64,
    /// A copy of its database that may be put back.
    backup: Option<Backup>,
}

/// What a copied database holds.
struct Backup {
    version: u32,
    have: Ids,
    log: (u64, Option<EventId>),
}

/// An endpoint with its key; what it signs is true.
pub struct Endpoint {
    pub incarnation: Incarnation,
    pub key: Rc<dyn Signer>,
}

impl Endpoint {
    pub fn receipt(&self, ws: WorkspaceId, form: FormId, heads: &[EventId], time: i64) -> Receipt {
        Receipt::issue(ws, self.incarnation, FormHeads::of(form, heads), time, self.key.as_ref())
            .expect("a key in memory signs")
    }
}

impl Desk {
    pub fn new(
        person: PersonId,
        device: DeviceId,
        incarnation: Incarnation,
        key: Rc<dyn Signer>,
        ws: WorkspaceId,
    ) -> Self {
        let mut desk = Self {
            seat: SeatId([0; 32]),
            person,
            device,
            incarnation,
            key,
            byzantine: false,
            version: 0,
            have: Ids::new(),
            log: (0, None),
            skew: 0,
            backup: None,
        };
        desk.seat = seat_id(ws, &desk.certificate());
        desk
    }
}

fn new_key(chance: &mut Chance, sm2: bool) -> Rc<dyn Signer> {
    let mut bytes: [u8; 32] = chance.bytes();
    bytes[0] &= 0x7F;
    if sm2 {
        Rc::new(Sm2Key::from_bytes(&bytes).expect("below the group order"))
    } else {
        Rc::new(TestKey(bytes))
    }
}

/// Everything there is in one run.
pub struct World {
    pub seed: u64,
    pub chance: Chance,
    pub naive: Naive,
    pub desks: Vec<Desk>,
    pub endpoint: Endpoint,
    pub envelopes: BTreeMap<EventId, Envelope>,
    pub blobs: BTreeMap<Digest, Vec<u8>>,
    pub entries: Vec<RegistryEntry>,
    /// `chains[n]`: the registry up to entry n.
    pub chains: Vec<RegistryChain>,
    /// Drafts that an honest desk did not sign.
    pub refused: Vec<Event>,
    /// Signed events that no place may admit.
    pub inadmissible: Vec<Envelope>,
    sm2: bool,
    pub founder_key: Option<Rc<dyn Signer>>,
}

impl World {
    /// A founded bureau without a form.
    pub fn new(seed: u64, sm2: bool) -> Self {
        let mut world = Self::empty(seed, sm2);
        world.found();
        world
    }

    /// A whole run: desks act, cheat and exchange, and the registry goes on.
    pub fn run(seed: u64) -> Self {
        let mut world = Self::new(seed, seed % SM2_EVERY == SM2_EVERY - 1);
        if world.chance.percent(50) {
            for _ in 0..=world.chance.below(3) {
                let at = world.chance.below(world.desks.len());
                world.desks[at].byzantine = true;
            }
        }
        for at in 0..world.desks.len() {
            if world.chance.percent(12) {
                world.desks[at].skew = (world.chance.below(20) as i64 - 10) * 8 * 3_600_000;
            }
        }
        let create = world.begin();
        world.desks.iter_mut().for_each(|desk| _ = desk.have.insert(create));
        let calm = world.chance.percent(40);
        for _ in 0..TICKS {
            match world.chance.below(100) {
                0..=14 => world.exchange(),
                25 => {
                    let at = world.chance.below(world.desks.len());
                    let Desk { version, have, log, .. } = &world.desks[at];
                    world.desks[at].backup =
                        Some(Backup { version: *version, have: have.clone(), log: *log });
                }
                26 => {
                    let at = world.chance.below(world.desks.len());
                    if let Some(Backup { version, have, log }) = world.desks[at].backup.take() {
                        let desk = &mut world.desks[at];
                        (desk.version, desk.have, desk.log) = (version, have, log);
                    }
                }
                15..=18 if !calm => world.registry_moves(),
                19..=24 => {
                    let at = world.chance.below(world.desks.len());
                    world.desks[at].version = world.version();
                }
                _ => world.somebody_acts(),
            }
        }
        world
    }

    /// What the form needs next, tried at every desk in random order until one can do it.
    fn somebody_acts(&mut self) {
        let mut order: Vec<usize> = (0..self.desks.len()).collect();
        self.chance.shuffle(&mut order);
        let Some(kind) = self.next_kind(order[0]) else { return };
        for at in order {
            if self.act(at, kind).is_some() {
                if self.chance.percent(60) {
                    let (have, version) = (self.desks[at].have.clone(), self.desks[at].version);
                    for desk in &mut self.desks {
                        desk.have.extend(&have);
                        desk.version = desk.version.max(version);
                    }
                }
                return;
            }
        }
    }

    /// One desk takes over what another has, or a part of it.
    fn exchange(&mut self) {
        let (from, to) = (self.chance.below(self.desks.len()), self.chance.below(self.desks.len()));
        let mut taken = self.desks[from].have.clone();
        if self.chance.percent(30) {
            let ids: Vec<EventId> = taken.iter().copied().collect();
            let top = ids[self.chance.below(ids.len())];
            taken = self.naive.past(top).as_ref().clone();
            taken.insert(top);
        }
        let newest = taken.iter().map(|id| self.naive.events[id].epoch.number).max().unwrap_or(0);
        let desk = &mut self.desks[to];
        desk.have.extend(taken);
        desk.version = desk.version.max(newest);
    }

    fn empty(seed: u64, sm2: bool) -> Self {
        let mut naive = Naive::default();
        naive.office.ws = Some(WorkspaceId([1; 16]));
        let mut chance = Chance::new(seed);
        let key = new_key(&mut chance, sm2);
        Self {
            seed,
            chance,
            endpoint: Endpoint { incarnation: Incarnation([0xEE; 16]), key },
            naive,
            desks: Vec::new(),
            envelopes: BTreeMap::new(),
            blobs: BTreeMap::new(),
            entries: Vec::new(),
            chains: Vec::new(),
            refused: Vec::new(),
            inadmissible: Vec::new(),
            sm2,
            founder_key: None,
        }
    }

    fn naive_ws(&self) -> WorkspaceId {
        self.naive.office.ws.expect("set when the world begins")
    }

    pub fn new_key(&mut self) -> Rc<dyn Signer> {
        new_key(&mut self.chance, self.sm2)
    }

    /// Number of the last registry entry.
    pub fn version(&self) -> u32 {
        self.entries.len() as u32
    }

    /// The whole registry.
    pub fn chain(&self) -> &RegistryChain {
        self.chains.last().expect("founded")
    }

    fn append(&mut self, change: Change) {
        assert!(self.try_append(change), "seed {}: the founding entries are sound", self.seed);
    }

    /// Appends a change if the chain accepts it.
    pub fn try_append(&mut self, change: Change) -> bool {
        let ws = self.naive_ws();
        let mut chain = match self.chains.last() {
            Some(chain) => chain.clone(),
            None => {
                let draft =
                    RegistryEntry { ws, number: 1, prev: None, body: change.clone(), sigs: Vec::new() };
                RegistryChain::new(draft.hash())
            }
        };
        let mut entry = chain.draft(ws, change.clone());
        let founder = self.founder_key.as_ref().expect("made before the founding");
        entry.sign(0, founder.as_ref()).expect("a key in memory signs");
        let entry = RegistryEntry::decode(&entry.encode()).expect("an entry decodes to itself");
        if chain.append(&entry, &self.blobs).is_err() {
            return false;
        }
        if self.chains.is_empty() {
            self.chains.push(RegistryChain::new(entry.hash()));
        }
        self.entries.push(entry);
        self.chains.push(chain);
        self.naive.office.changes.push(change);
        true
    }

    /// The version at which the form began.
    pub fn founded_at(&self) -> u32 {
        self.form().map_or(1, |form| self.naive.events[&EventId::from(form)].epoch.number)
    }

    /// The epoch of a version.
    pub fn epoch(&self, version: u32) -> Epoch {
        Epoch { number: version, hash: self.entries[version as usize - 1].hash() }
    }

    /// The form, once it is created.
    pub fn form(&self) -> Option<FormId> {
        let create = self.naive.events.iter().find(|(_, e)| reading::kind(e) == reading::Kind::Create);
        create.map(|(id, _)| FormId::from(*id))
    }

    /// An event of a desk without any optional field, citing what the desk has not seen cited.
    pub fn blank(&mut self, desk: usize, action: Action) -> Event {
        let nonce = self.chance.bytes();
        let at = &self.desks[desk];
        Event {
            rules: RULES,
            ws: self.naive_ws(),
            form: self.form(),
            person: at.person,
            seat: at.seat,
            epoch: self.epoch(at.version),
            cites: self.heads(&at.have, matches!(action, Action::Entry { .. })),
            prev: None,
            round: None,
            rev: None,
            content: None,
            def: None,
            step: None,
            plan: None,
            log: LogPlace { inc: at.incarnation, n: at.log.0 + 1, prev: at.log.1 },
            wall: 1_790_000_000_000 + self.naive.events.len() as i64 + at.skew,
            action,
            nonce,
        }
    }

    /// Events of a set that no other of it has in its past; entries only where entries are cited.
    pub fn heads(&self, set: &Ids, entries: bool) -> Vec<EventId> {
        let citable: Vec<EventId> = set
            .iter()
            .copied()
            .filter(|id| entries || self.naive.kind(*id) != reading::Kind::Entry)
            .collect();
        let mut heads: Ids = citable.iter().copied().collect();
        for id in &citable {
            for past in self.naive.past(*id).iter() {
                heads.remove(past);
            }
        }
        heads.into_iter().collect()
    }

    /// Signs and keeps an event at its desk. None if it breaks a limit of the encoding.
    pub fn issue(&mut self, desk: usize, event: Event) -> Option<EventId> {
        let envelope = sign(&event, self.desks[desk].key.as_ref()).ok()?;
        let id = envelope.id();
        self.desks[desk].log = (event.log.n, Some(id));
        self.desks[desk].have.insert(id);
        self.naive.events.insert(id, event);
        self.envelopes.insert(id, envelope);
        Some(id)
    }
}
