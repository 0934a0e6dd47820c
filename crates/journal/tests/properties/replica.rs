//! One place with the production fold, and its answers beside those of the naive evaluation.

use crate::compare::{self, Verdict, same};
use crate::naive::reading;
use crate::world::World;
use qianban_journal::{Admission, Envelope, EventId, FormLog, FormView, Missing, Verified};
use std::collections::BTreeMap;

/// A production log with a mailbox.
pub struct Replica<'w> {
    pub world: &'w World,
    pub log: FormLog,
    waiting: Vec<EventId>,
}

impl<'w> Replica<'w> {
    pub fn new(world: &'w World) -> Self {
        let form = world.form().expect("a world has a form");
        Self { world, log: FormLog::new(form), waiting: Vec::new() }
    }

    /// Takes one event; keeps it if something is missing. The answer must be what A5, A8 and L0 say.
    pub fn receive(&mut self, id: EventId, verified: &Verified, version: u32) -> Verdict {
        let event = verified.event();
        let known = self.log.event(id).is_some();
        let missing: Vec<EventId> =
            reading::parents(event).into_iter().filter(|p| self.log.event(*p).is_none()).collect();
        let admission = self.log.admit(verified.clone(), &self.world.chains[version as usize]);
        let legal = self.world.naive.legal(id);
        let right = match &admission {
            Admission::Duplicate => known,
            Admission::Pending(Missing::Registry(n)) => !known && *n == event.epoch.number && *n > version,
            Admission::Pending(Missing::Events(events)) => !known && *events == missing,
            Admission::Stored(verdict) => !known && missing.is_empty() && verdict.is_ok() == legal,
            Admission::Rejected(_) => false,
        };
        if matches!(admission, Admission::Pending(_)) {
            self.waiting.push(id);
        }
        if right { Ok(()) } else { Err(format!("L0/A: {admission:?} for {event:?}, naively legal: {legal}")) }
    }

    /// Tries what waits again until nothing moves.
    pub fn settle(&mut self, verified: &BTreeMap<EventId, Verified>, version: u32) -> Verdict {
        loop {
            let waiting = std::mem::take(&mut self.waiting);
            let before = waiting.len();
            for id in waiting {
                self.receive(id, &verified[&id], version)?;
            }
            if self.waiting.len() == before {
                return Ok(());
            }
        }
    }

    pub fn view(&self, version: u32) -> Result<FormView, String> {
        let registry = self.world.chain().at(version).ok_or("no such registry version")?;
        self.log.view(registry).ok_or_else(|| "no view of a log with events".to_owned())
    }

    /// [`compare::form`] for what is here under `version`.
    pub fn compare(&self, version: u32) -> Verdict {
        let registry = self.world.chain().at(version).ok_or("no such registry version")?;
        compare::form(&self.world.naive, &self.log, registry)
    }
}

/// Every envelope checked against the whole registry, after a trip through its bytes.
pub fn verify_all(world: &World) -> Result<BTreeMap<EventId, Verified>, String> {
    let check = |(id, envelope): (&EventId, &Envelope)| {
        let again = Envelope::decode(&envelope.encode()).map_err(|why| why.to_string())?;
        let verified = Verified::check(&again, world.chain()).map_err(|why| format!("{why} for {id}"))?;
        same("id", id, &verified.id())?;
        same("body", &world.naive.events[id], verified.event())?;
        Ok((*id, verified))
    };
    world.envelopes.iter().map(check).collect()
}
