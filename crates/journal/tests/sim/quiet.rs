//! What holds on any part of the events, and when everybody has everything.

use crate::bureau::Bureau;
use crate::compare::{self, Verdict, same};
use crate::naive::{Ids, logs};
use crate::properties::{self, ensure};
use crate::waiting_room::{Held, Pending};
use qianban_journal::{
    Change, Envelope, EventId, Finding, FormLog, LogEntry, Quorum, RegistryEntry, Signer, Verified,
    causal_order, checkpoint_findings, device_log_findings,
};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

impl Bureau {
    /// P1, P2, P4b to P8 on a random part of the events, in random order, under a random version of the registry.
    pub fn look_at_a_part(&mut self) -> Verdict {
        let which = self.chance.below(self.worlds.len());
        let Self { worlds, chance, .. } = self;
        let world = &worlds[which];
        let mut part = Ids::new();
        for id in world.naive.events.keys() {
            if chance.percent(30) {
                part.insert(*id);
                part.extend(world.naive.past(*id).iter());
            }
        }
        let newest = part.iter().map(|id| world.naive.events[id].epoch.number).max();
        let Some(newest) = newest else { return Ok(()) };
        let version = newest + chance.below((world.version() - newest + 1) as usize) as u32;
        let mut order: Vec<EventId> = part.iter().copied().collect();
        chance.shuffle(&mut order);
        let mut log = FormLog::new(world.form().expect("begun"));
        let mut pending = Pending::new();
        let mut open: Vec<Envelope> = order.iter().map(|id| world.envelopes[id].clone()).collect();
        while let Some(envelope) = open.pop() {
            let verified = Verified::check(&envelope, world.chain()).map_err(|why| why.to_string())?;
            let id = verified.id();
            match log.admit(verified, world.chain()) {
                qianban_journal::Admission::Pending(missing) => {
                    let waiting = Held { envelope, form: log.form(), solicited: true };
                    pending.hold(0, waiting, missing);
                }
                _ => open.extend(pending.stored(id).into_iter().map(|(_, waiting)| waiting.envelope)),
            }
        }
        same("A8: events of a closed part", &part.len(), &log.len())?;
        let registry = world.chain().at(version).ok_or("no such version")?;
        compare::form(&world.naive, &log, registry)?;
        let view = log.view(registry).ok_or("no view")?;
        properties::counted_is_bound(&log, &view)?;
        properties::no_lost_revision(&world.naive, &view)?;
        properties::void_counts_nowhere(&world.naive, &view)?;
        properties::flagged(&view)?;
        self.figures.parts += 1;
        Ok(())
    }

    /// The end of a run: the root ends a fork, everybody exchanges everything, and all computers show the same.
    pub fn settle(&mut self) -> Verdict {
        let right = self.equivocation.is_none() || self.chance.percent(50);
        let entries = self.all_entries(right);
        let blobs = self.worlds[0].blobs.clone();
        for device in &mut self.devices {
            device.learn(&entries, &blobs);
            ensure(device.settled.fork.is_none(), || {
                "G2: the root has spoken, and the registry stands".into()
            })?;
        }
        let all: BTreeMap<EventId, Envelope> =
            self.devices.iter().flat_map(|device| &device.disk.events).map(|e| (e.id(), e.clone())).collect();
        self.none_is_made_up(&all)?;
        let parents: BTreeMap<EventId, Vec<EventId>> =
            all.keys().map(|id| (*id, self.parents(*id))).collect();
        let order = causal_order(&parents);
        for device in &mut self.devices {
            for id in &order {
                device.take(0, all[id].clone(), true);
            }
        }
        for at in 0..self.devices.len() {
            self.look(at)?;
        }
        self.all_are_equal(right)?;
        self.logs_and_checkpoints(&all)
    }

    /// Every entry that somebody has, and the root's word on the fork: for our branch, or for the rival's.
    fn all_entries(&mut self, right: bool) -> Vec<RegistryEntry> {
        let mut entries: Vec<RegistryEntry> = self
            .devices
            .iter()
            .flat_map(|device| device.disk.entries.clone())
            .chain(self.worlds[0].entries.clone())
            .collect();
        if let Some(equivocation) = &self.equivocation {
            let quorum = self.worlds[0].chain().now().and_then(|now| now.quorum()).cloned();
            let quorum: Quorum = quorum.expect("founded");
            let last = if right { self.worlds[0].entries.last() } else { Some(&equivocation.rival) };
            let last = last.expect("founded");
            let body = Change::Settle { fork: equivocation.number, quorum };
            let (number, prev) = (last.number + 1, Some(last.hash()));
            let mut settlement = RegistryEntry { ws: self.ws(), number, prev, body, sigs: Vec::new() };
            settlement
                .sign(0, Rc::clone(&self.root_key).as_ref() as &dyn Signer)
                .expect("a key in memory signs");
            entries.push(equivocation.rival.clone());
            entries.push(settlement);
        }
        self.chance.shuffle(&mut entries);
        entries
    }

    fn parents(&self, id: EventId) -> Vec<EventId> {
        let event = self.worlds.iter().find_map(|world| world.naive.events.get(&id));
        event.map(|event| event.parents().collect()).unwrap_or_default()
    }

    /// P10: whatever bent bytes went about, nothing is stored but what a certified key signed.
    fn none_is_made_up(&self, all: &BTreeMap<EventId, Envelope>) -> Verdict {
        for (id, envelope) in all {
            let issued = self.worlds.iter().find_map(|world| world.envelopes.get(id));
            ensure(issued == Some(envelope), || format!("P10: {id} was never signed like this"))?;
        }
        Ok(())
    }

    /// P1: the same views, byte by byte, on every computer.
    fn all_are_equal(&mut self, right: bool) -> Verdict {
        let shown: BTreeSet<String> =
            self.devices.iter().map(|device| format!("{:?}", device.views())).collect();
        ensure(shown.len() == 1, || "P1: computers with the same events show different things".into())?;
        let stored: BTreeSet<BTreeSet<EventId>> =
            self.devices.iter().map(|device| device.logs.values().flat_map(FormLog::ids).collect()).collect();
        ensure(stored.len() == 1, || "A8: something still waits somewhere".into())?;
        let (views, registry) =
            (self.devices[0].views(), self.devices[0].chain().now().ok_or("no registry")?);
        for (form, view) in &views {
            if right && self.equivocation.is_none() {
                let naive = self.naive_of(*form).ok_or("an unknown form")?;
                compare::form(naive, &self.devices[0].logs[form], registry)?;
            }
            self.figures.sealed += u64::from(view.rounds.iter().any(|round| !round.seals.is_empty()));
            for finding in &view.findings {
                *self.figures.findings.entry(finding.code()).or_default() += 1;
            }
        }
        Ok(())
    }

    /// F1, F5 and F11 over all that is left.
    fn logs_and_checkpoints(&mut self, all: &BTreeMap<EventId, Envelope>) -> Verdict {
        let events =
            self.worlds.iter().flat_map(|world| &world.naive.events).filter(|(id, _)| all.contains_key(id));
        let entries: Vec<LogEntry> = events.map(|(id, event)| LogEntry::of(*id, event)).collect();
        let findings = device_log_findings(&entries);
        same("F1 and F5", &logs::of(&entries), &logs::of_findings(&findings))?;
        let checkpoints: Vec<_> =
            self.devices.iter().flat_map(|device| device.disk.checkpoints.clone()).collect();
        let told = checkpoint_findings(&checkpoints);
        same("F11", &logs::checkpoints(&checkpoints), &told.iter().cloned().collect())?;
        let honest = self.endpoints.iter().all(|e| e.character == crate::endpoint::Character::Honest);
        ensure(!honest || told.is_empty(), || format!("F11 against honest endpoints: {told:?}"))?;
        for finding in findings.iter().chain(&told) {
            *self.figures.findings.entry(Finding::code(finding)).or_default() += 1;
        }
        Ok(())
    }
}
