//! The properties of `journal.md`, checked on one world.

use crate::compare::{Verdict, same, status};
use crate::naive::{Status, logs, reading};
use crate::properties::{self, ensure};
use crate::replica::{Replica, verify_all};
use crate::world::World;
use crate::world::chance::Chance;
use qianban_journal::{
    Admission, EventId, FormView, Kind, LogEntry, Verified, causal_order, device_log_findings, flow_heads,
};
use std::collections::BTreeMap;

/// What a run looked at.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    pub seeds: u64,
    pub events: u64,
    pub illegal: u64,
    pub refused: u64,
    pub inadmissible: u64,
    pub comparisons: u64,
    pub sealed: u64,
    pub rejected: u64,
    pub carried: u64,
    pub cut: u64,
    pub findings: BTreeMap<&'static str, u64>,
    /// Clauses broken by signed events and by refused drafts.
    pub broken: BTreeMap<&'static str, u64>,
}

/// Everything that can be asked of one world.
pub fn world(world: &World, figures: &mut Figures) -> Verdict {
    let verified = verify_all(world)?;
    let whole = in_order(world, &verified, figures)?;
    in_disorder(world, &verified, &whole, figures)?;
    drafts(world, &whole, figures)?;
    inadmissible(world, &whole, figures)?;
    every_version(world, &whole, figures)?;
    device_logs(world)?;
    again(world, &verified, whole)?;
    figures.seeds += 1;
    figures.events += world.naive.events.len() as u64;
    figures.refused += world.refused.len() as u64;
    figures.inadmissible += world.inadmissible.len() as u64;
    Ok(())
}

/// All events in a random causal order under the last registry: legality before signing, P3, P4, P14.
fn in_order<'w>(
    world: &'w World,
    verified: &BTreeMap<EventId, Verified>,
    figures: &mut Figures,
) -> Result<Replica<'w>, String> {
    let mut chance = Chance::new(world.seed ^ 0x0A0B);
    let mut replica = Replica::new(world);
    let mut left: Vec<EventId> = verified.keys().copied().collect();
    let mut before: Option<FormView> = None;
    let head = world.version();
    while !left.is_empty() {
        let ready: Vec<usize> = (0..left.len())
            .filter(|at| {
                reading::parents(verified[&left[*at]].event()).iter().all(|p| replica.log.event(*p).is_some())
            })
            .collect();
        let id = left.swap_remove(ready[chance.below(ready.len())]);
        let event = verified[&id].event();
        let told = replica.log.would_be_legal(event, world.chain());
        same(&format!("before signing {event:?}: {told:?}"), &world.naive.legal(id), &told.is_ok())?;
        replica.receive(id, &verified[&id], head)?;
        let view = replica.view(head)?;
        if let Some(before) = &before {
            properties::rises(before, &view, event.kind())?;
        }
        if chance.percent(10) {
            figures.comparisons += 1;
            replica.compare(head)?;
        }
        before = Some(view);
    }
    Ok(replica)
}

/// P1 and P2: random orders, batches, duplicates and registry versions end in the same view.
fn in_disorder(
    world: &World,
    verified: &BTreeMap<EventId, Verified>,
    whole: &Replica<'_>,
    figures: &mut Figures,
) -> Verdict {
    let mut chance = Chance::new(world.seed ^ 0x5A5A);
    let target = whole.view(world.version())?;
    for _ in 0..2 {
        let mut replica = Replica::new(world);
        let mut order: Vec<EventId> = verified.keys().copied().collect();
        order.extend(order.clone().into_iter().filter(|_| chance.percent(20)));
        chance.shuffle(&mut order);
        let first = world.founded_at();
        let mut version = first + chance.below((world.version() - first + 1) as usize) as u32;
        for batch in order.chunks(1 + chance.below(12)) {
            for id in batch {
                replica.receive(*id, &verified[id], version)?;
            }
            replica.settle(verified, version)?;
            if !replica.log.is_empty() && chance.percent(15) {
                figures.comparisons += 1;
                replica.compare(version)?;
            }
            if chance.percent(20) {
                version = world.version();
            }
        }
        replica.settle(verified, world.version())?;
        same("P1: views after any order", &target, &replica.view(world.version())?)?;
    }
    Ok(())
}

/// What honest desks did not sign is what the production client refuses.
fn drafts(world: &World, whole: &Replica<'_>, figures: &mut Figures) -> Verdict {
    for event in &world.refused {
        let told = whole.log.would_be_legal(event, world.chain());
        let Err(illegal) = told else { return Err(format!("L: production would sign {event:?}")) };
        *figures.broken.entry(illegal.code()).or_default() += 1;
    }
    for illegal in world.naive.events.keys().filter_map(|id| whole.log.legality(*id)?.err()) {
        *figures.broken.entry(illegal.code()).or_default() += 1;
    }
    figures.illegal += world.naive.events.keys().filter(|id| !world.naive.legal(**id)).count() as u64;
    Ok(())
}

/// A3, A4, A6: rejected everywhere.
fn inadmissible(world: &World, whole: &Replica<'_>, figures: &mut Figures) -> Verdict {
    for envelope in &world.inadmissible {
        let verified = Verified::check(envelope, world.chain()).map_err(|why| why.to_string())?;
        let mut log = whole.log.clone();
        let admission = log.admit(verified.clone(), world.chain());
        let Admission::Rejected(why) = admission else {
            return Err(format!("A: {admission:?} for inadmissible {:?}", verified.event()));
        };
        *figures.broken.entry(why.code()).or_default() += 1;
    }
    Ok(())
}

/// P4 to P8, P13 under every registry version since the founding.
fn every_version(world: &World, whole: &Replica<'_>, figures: &mut Figures) -> Verdict {
    let mut earlier: Vec<(u32, FormView)> = Vec::new();
    for version in world.founded_at()..=world.version() {
        figures.comparisons += 1;
        whole.compare(version)?;
        let view = whole.view(version)?;
        for (older, before) in &earlier {
            seals_hold(world, before, &view, *older, version)?;
        }
        properties::counted_is_bound(&whole.log, &view)?;
        properties::no_lost_revision(&world.naive, &view)?;
        properties::void_counts_nowhere(&world.naive, &view)?;
        properties::flagged(&view)?;
        earlier.push((version, view));
    }
    for id in world.naive.events.keys() {
        let legal = whole.log.legality(*id).is_some_and(|told| told.is_ok());
        if legal && matches!(world.naive.kind(*id), Kind::Submit | Kind::Seal) {
            let rejects = &world.naive.before(*id).rejects;
            ensure(rejects.is_empty(), || format!("P13: {id} goes on after {rejects:?}"))?;
        }
    }
    if let Some((version, view)) = earlier.last() {
        tally(world, view, *version, figures);
    }
    Ok(())
}

/// P4, P4b.
fn seals_hold(world: &World, before: &FormView, after: &FormView, older: u32, version: u32) -> Verdict {
    for round in before.rounds.iter().filter(|r| !r.seals.is_empty()) {
        let stands = round.seals.iter().any(|seal| !world.naive.cut(seal.id, version));
        let now = after.round(round.round).map(|r| status(r.status));
        ensure(!stands || now == Some(Status::Sealed), || {
            format!("P4: {} sealed at {older}, {now:?} at {version}", round.round)
        })?;
    }
    for round in after.rounds.iter().filter(|r| !r.seals.is_empty()) {
        ensure(round.passed == round.plan.0.len(), || {
            format!("P4b: {} is sealed with {}", round.round, round.passed)
        })?;
    }
    Ok(())
}

/// F1 and F5 over everything, and over what a place has that missed some.
fn device_logs(world: &World) -> Verdict {
    let mut chance = Chance::new(world.seed ^ 0x1065);
    for percent in [100, 90, 50] {
        let events = world.naive.events.iter().map(|(id, event)| LogEntry::of(*id, event));
        let some: Vec<LogEntry> = events.filter(|_| chance.percent(percent)).collect();
        let mut received: Vec<LogEntry> = some.iter().chain(&some).copied().collect();
        chance.shuffle(&mut received);
        let told = logs::of_findings(&device_log_findings(&received));
        same("F1 and F5", &logs::of(&some), &told)?;
    }
    Ok(())
}

/// P9 and P11: importing everything again changes nothing, and a log rebuilt from bytes in the order in which they are
/// sent is the same.
fn again(world: &World, verified: &BTreeMap<EventId, Verified>, mut whole: Replica<'_>) -> Verdict {
    let view = whole.view(world.version())?;
    let parents = verified.iter().map(|(id, event)| (*id, event.event().parents().collect())).collect();
    let order = causal_order(&parents);
    let heads = flow_heads(verified.iter().map(|(id, event)| (*id, event.event())));
    same("heads", &whole.log.heads(), &heads)?;
    for (id, event) in verified {
        whole.receive(*id, event, world.version())?;
    }
    same("P9: view after importing again", &view, &whole.view(world.version())?)?;
    let mut rebuilt = Replica::new(world);
    for id in order {
        rebuilt.receive(id, &verified[&id], world.version())?;
        ensure(rebuilt.log.event(id).is_some(), || format!("A8: {id} waits in a causal order"))?;
    }
    same("P11: rebuilt view", &view, &rebuilt.view(world.version())?)
}

fn tally(world: &World, view: &FormView, version: u32, figures: &mut Figures) {
    let sealed = view.rounds.iter().any(|r| !r.seals.is_empty());
    figures.sealed += u64::from(sealed);
    figures.rejected += u64::from(!sealed && matches!(view.status, qianban_journal::FormStatus::Rejected));
    let carried = |r: &qianban_journal::RoundView| r.approves.iter().any(|a| a.carried && a.effective);
    figures.carried += view.rounds.iter().filter(|r| carried(r)).count() as u64;
    let cut = |id: &&EventId| world.naive.legal(**id) && world.naive.cut(**id, version);
    figures.cut += world.naive.events.keys().filter(cut).count() as u64;
    for finding in &view.findings {
        *figures.findings.entry(finding.code()).or_default() += 1;
    }
}
