//! The steps of an exchange, carried out. Each leaves whole transactions behind, so that the next exchange goes on where
//! this one was cut.

use std::ops::ControlFlow;

use qianban_journal::{DeviceId, Digest, Envelope, Ledger, RegistryEntry, digest};
use qianban_protocol::blobs::{Batch, Digests};
use qianban_protocol::compare::{BucketIds, Buckets};
use qianban_protocol::events::{Envelopes, Ids, Page};
use qianban_protocol::registry::Entries;
use qianban_protocol::{Fate, Fates, Refusal, RefusalCode, limit, path};
use qianban_store::{BUCKETS, Checked, PeerKey, Reader, Store, StoreError, named_blob};

use super::line::ExchangeError;
use super::step::{Facts, Step, next};
use super::wire::Wire;
use crate::intake::{Intake, Outcome, Trust};
use crate::leaving_ledgers;

/// Steps that lead to another incarnation are taken once more from the beginning.
const BEGINNINGS: u32 = 2;

/// What came of an exchange.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exchanged {
    /// What came in.
    pub outcome: Outcome,
    /// Events that the endpoint has now and had not confirmed before.
    pub given: u64,
    /// Blobs that went up.
    pub files_given: u64,
    /// Our items that the endpoint will not take, by its code.
    pub not_taken: Vec<(String, u64)>,
}

/// How far an exchange is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The step that is being taken.
    pub step: Step,
    /// Items of it that are done.
    pub done: u64,
    /// Items of it in all; 0 while that is not known.
    pub total: u64,
}

impl Pace {
    const fn of(step: Step) -> Self {
        Self { step, done: 0, total: 0 }
    }
}

/// The device under which an endpoint of this name is listed among the peers.
#[must_use]
pub fn endpoint_device(name: &str) -> DeviceId {
    let mut device = [0; 16];
    device.copy_from_slice(&digest(format!("qianban/endpoint/1\0{name}").as_bytes()).0[..16]);
    DeviceId(device)
}

/// Exchanges with an endpoint whatever is due. `name` is what it is called on screen; `compare` asks for the whole
/// comparison of the day (Y5). `progress` is told before every request and may stop it.
///
/// # Errors
/// See [`ExchangeError`]; what was taken in before stays, and the next exchange goes on from there.
pub fn exchange(
    store: &Store,
    wire: &Wire<'_>,
    name: &str,
    compare: bool,
    now_ms: i64,
    progress: &mut dyn FnMut(Pace) -> ControlFlow<()>,
) -> Result<Exchanged, ExchangeError> {
    let device = endpoint_device(name);
    let peer = store.write(|writer| writer.meet_peer(device, wire.incarnation, name, now_ms))?;
    let pace = Pace::of(Step::PullRegistry);
    let mut run = Run { store, wire, peer, now_ms, progress, pace, done: Exchanged::default() };
    let mut step = None;
    let mut beginnings = 0;
    loop {
        let facts = run.facts(compare)?;
        step = next(step, facts);
        let Some(due) = step else { return Ok(run.done) };
        run.pace = Pace::of(due);
        match run.step(due, compare) {
            Err(ExchangeError::Refused(Refusal { code: RefusalCode::Incarnation, .. }))
                if beginnings < BEGINNINGS =>
            {
                // The log was shortened under the same name: everything is offered and compared again (Y3).
                beginnings += 1;
                run.pace = Pace::of(Step::Compare);
                run.compare()?;
            }
            other => other?,
        }
    }
}

/// An exchange that is under way.
pub(super) struct Run<'a, 'w> {
    pub(super) store: &'a Store,
    pub(super) wire: &'a Wire<'w>,
    peer: PeerKey,
    now_ms: i64,
    progress: &'a mut dyn FnMut(Pace) -> ControlFlow<()>,
    pub(super) pace: Pace,
    pub(super) done: Exchanged,
}

impl Run<'_, '_> {
    fn facts(&self, compare: bool) -> Result<Facts, StoreError> {
        self.store.read(|reader| {
            Ok(Facts {
                registry_here: reader.registry().head().map_or(0, |head| head.number),
                registry_there: reader.peer_registry(self.peer)?,
                unconfirmed: reader.has_unconfirmed(self.peer, leaving_here(reader).as_deref())?,
                wanted: reader.wanted_count()?,
                witness: self.wire.gives_checkpoints
                    && (compare || self.done.given > 0 || self.done.outcome.is_new()),
                compare,
            })
        })
    }

    fn step(&mut self, step: Step, compare: bool) -> Result<(), ExchangeError> {
        match step {
            Step::PullRegistry => self.pull_registry(),
            Step::PushRegistry => self.push_registry(),
            Step::PullEvents => self.pull_events(),
            Step::PullFiles => self.pull_files(),
            Step::PushEvents => self.push_events(),
            Step::Compare => self.compare(),
            Step::Witness => self.witness(compare),
        }
    }

    pub(super) fn tick(&mut self) -> Result<(), ExchangeError> {
        if (self.progress)(self.pace).is_break() { Err(ExchangeError::Cancelled) } else { Ok(()) }
    }

    fn add(&mut self, outcome: Outcome) {
        let ours = &mut self.done.outcome;
        ours.entries += outcome.entries;
        ours.entries_known += outcome.entries_known;
        ours.entries_waiting += outcome.entries_waiting;
        ours.fork = ours.fork.or(outcome.fork);
        ours.events += outcome.events;
        ours.illegal += outcome.illegal;
        ours.events_known += outcome.events_known;
        ours.events_waiting += outcome.events_waiting;
        ours.released += outcome.released;
        ours.blobs += outcome.blobs;
        ours.attachments += outcome.attachments;
        ours.unwanted += outcome.unwanted;
        for (code, count) in outcome.refused {
            *ours.refused.entry(code).or_default() += count;
        }
    }

    fn here(&self) -> Result<u32, StoreError> {
        self.store.read(|reader| Ok(reader.registry().head().map_or(0, |head| head.number)))
    }

    fn pull_registry(&mut self) -> Result<(), ExchangeError> {
        loop {
            self.tick()?;
            let after = self.here()?;
            let Entries(entries) = self.wire.get(&format!("{}?after={after}", path::REGISTRY))?;
            if entries.is_empty() {
                return Ok(());
            }
            let last = after.saturating_add(entries.len() as u32);
            self.pace.done += entries.len() as u64;
            let named =
                entries.iter().filter_map(|bytes| named_blob(&RegistryEntry::decode(bytes).ok()?.body));
            let named: Vec<Digest> = named.collect();
            let missing = self.store.read(|reader| {
                let here = |digest: &Digest| reader.blob(*digest).map(|blob| blob.is_some());
                named
                    .into_iter()
                    .map(|digest| Ok((digest, here(&digest)?)))
                    .collect::<Result<Vec<_>, StoreError>>()
            })?;
            let mut intake = Intake::new(self.store, self.now_ms);
            intake.meet(self.peer);
            let mut asked: Vec<Digest> =
                missing.into_iter().filter(|(_, here)| !here).map(|(digest, _)| digest).collect();
            asked.sort();
            asked.dedup();
            for asked in asked.chunks(limit::DIGESTS) {
                let batch: Batch = self.wire.post(path::BLOBS_GET, &Digests(asked.to_vec()))?;
                batch.blobs.into_iter().for_each(|bytes| intake.registry_blob(bytes));
                for long in batch.long {
                    intake.registry_blob(self.long(long)?);
                }
            }
            entries.into_iter().try_for_each(|bytes| intake.entry(bytes, Trust::Here))?;
            intake.registry(Trust::Here)?;
            let outcome = intake.finish()?;
            self.add(outcome);
            if self.here()? < last {
                // An entry was refused or waits: nothing after it can follow.
                return Ok(());
            }
            let peer = self.peer;
            self.store.write(|writer| writer.note_registry(peer, last))?;
        }
    }

    fn push_registry(&mut self) -> Result<(), ExchangeError> {
        loop {
            self.tick()?;
            let (from, here) = (self.store.read(|reader| reader.peer_registry(self.peer))?, self.here()?);
            self.pace.total = self.pace.done + u64::from(here.saturating_sub(from));
            let until = here.min(from.saturating_add(limit::ENTRIES as u32));
            if from >= here {
                return Ok(());
            }
            let (entries, named) = self.store.read(|reader| entries(reader, from + 1, until))?;
            self.give_files(&named)?;
            let Fates(fates) = self.wire.post(path::REGISTRY, &Entries(entries))?;
            let taken = fates.iter().take_while(|fate| fate.is_here()).count() as u32;
            self.pace.done += u64::from(taken);
            let (peer, reached) = (self.peer, from + taken);
            self.store.write(|writer| writer.note_registry(peer, reached))?;
            self.count_refused(&fates);
            if reached < until {
                return Ok(());
            }
        }
    }

    /// Y3: the cursor moves in the transaction that takes the page in.
    fn pull_events(&mut self) -> Result<(), ExchangeError> {
        loop {
            self.tick()?;
            let after = self.store.read(|reader| reader.cursor(self.peer))?;
            let target = format!("{}?inc={}&after={after}", path::EVENTS, self.wire.incarnation);
            let page: Page = self.wire.get(&target)?;
            if page.incarnation != self.wire.incarnation || page.last < after {
                return Err(ExchangeError::Nonsense);
            }
            self.pace.total = self.pace.done + page.head.saturating_sub(after);
            self.pace.done += page.last - after;
            let envelopes = page.events.into_iter().map(|one| one.envelope).collect();
            self.take(envelopes, Some(page.last))?;
            if page.last >= page.head {
                return Ok(());
            }
            if page.last == after {
                return Err(ExchangeError::Nonsense);
            }
        }
    }

    fn take(&mut self, envelopes: Vec<Vec<u8>>, cursor: Option<u64>) -> Result<(), ExchangeError> {
        let mut intake = Intake::new(self.store, self.now_ms);
        intake.meet(self.peer);
        let envelopes = intake.decoded(envelopes);
        let chain = self.store.read(|reader| Ok::<_, StoreError>(reader.registry().clone()))?;
        let checked = Checked::all(envelopes, &chain);
        let (peer, now_ms) = (self.peer, self.now_ms);
        let results = self.store.write(|writer| {
            let results = writer.take_events(peer, &checked, now_ms)?;
            cursor.map_or(Ok(()), |last| writer.advance(peer, last))?;
            Ok::<_, StoreError>(results)
        })?;
        results.iter().for_each(|result| intake.count(result));
        intake.release()?;
        let outcome = intake.finish()?;
        self.add(outcome);
        Ok(())
    }

    fn push_events(&mut self) -> Result<(), ExchangeError> {
        let outgoing = self.store.read(|reader| leaving(reader, self.peer))?;
        let files = outgoing.blobs.iter().chain(&outgoing.attachments).map(|file| file.what);
        let mut files: Vec<Digest> = files.collect();
        files.sort();
        files.dedup();
        self.pace.total += (files.len() + outgoing.events.len()) as u64;
        self.give_files(&files)?;
        for batch in outgoing.events.chunks(limit::EVENTS) {
            self.tick()?;
            let envelopes = self.store.read(|reader| {
                let bytes = batch.iter().map(|event| reader.envelope_bytes(event.what));
                bytes.collect::<Result<Vec<_>, StoreError>>()
            })?;
            let ids: Vec<_> =
                envelopes.iter().filter_map(|bytes| Some(Envelope::decode(bytes).ok()?.id())).collect();
            let Fates(fates) = self.wire.post(path::EVENTS, &Envelopes(envelopes))?;
            if fates.len() != ids.len() {
                return Err(ExchangeError::Nonsense);
            }
            let there = ids.iter().zip(&fates).filter(|(_, fate)| fate.is_here()).map(|(id, _)| *id);
            let there: Vec<_> = there.collect();
            let (peer, now_ms) = (self.peer, self.now_ms);
            self.store.write(|writer| {
                writer.note_have(peer, &there)?;
                let refused = ids.iter().zip(&fates).filter_map(|(id, fate)| match fate {
                    Fate::Rejected(code) => Some((*id, code)),
                    _ => None,
                });
                refused.into_iter().try_for_each(|(id, code)| writer.note_refused(peer, id, code, now_ms))
            })?;
            self.pace.done += batch.len() as u64;
            self.done.given += there.len() as u64;
            self.count_refused(&fates);
        }
        Ok(())
    }

    fn count_refused(&mut self, fates: &[Fate]) {
        for fate in fates {
            let Fate::Rejected(code) = fate else { continue };
            match self.done.not_taken.iter_mut().find(|(known, _)| known == code) {
                Some((_, count)) => *count += 1,
                None => self.done.not_taken.push((code.clone(), 1)),
            }
        }
    }

    /// Y5: buckets that differ are compared id by id; what the endpoint lost is offered again, what we lost is asked for.
    fn compare(&mut self) -> Result<(), ExchangeError> {
        self.tick()?;
        let theirs: Buckets = self.wire.get(path::COMPARE)?;
        let ours = self.store.read(|reader| reader.buckets())?;
        self.pace.total = BUCKETS as u64;
        for (bucket, _) in (0_u8..=255).zip(ours.iter().zip(&theirs.digests)).filter(|(_, (a, b))| a != b) {
            let there = self.bucket(bucket)?;
            let here = self.store.read(|reader| reader.bucket(bucket))?;
            let mut lost: Vec<_> =
                there.iter().filter(|id| here.binary_search(id).is_err()).copied().collect();
            lost.sort();
            for ids in lost.chunks(limit::EVENTS) {
                self.tick()?;
                let Envelopes(envelopes) = self.wire.post(path::EVENTS_BY_ID, &Ids(ids.to_vec()))?;
                self.take(envelopes, None)?;
            }
            let peer = self.peer;
            self.store.write(|writer| writer.set_bucket(peer, bucket, &there))?;
            self.pace.done = u64::from(bucket) + 1;
        }
        self.push_events()
    }

    /// Y7: its word on its log is kept; once a day its words to this and other PCs are held against what it says of those
    /// moments now. An endpoint that the registry does not know has none.
    fn witness(&mut self, compare: bool) -> Result<(), ExchangeError> {
        self.tick()?;
        let now = self.wire.checkpoint(None)?;
        let kept = self.store.read(|reader| reader.checkpoints())?;
        if !self.store.write(|writer| writer.keep_checkpoint(&now))? || !compare {
            return Ok(());
        }
        for then in
            kept.iter().filter(|kept| kept.incarnation == now.incarnation && kept.said.n() <= now.said.n())
        {
            self.tick()?;
            let again = self.wire.checkpoint(Some(then.said.n()))?;
            if again.said != then.said {
                self.store.write(|writer| writer.keep_checkpoint(&again))?;
            }
        }
        Ok(())
    }

    fn bucket(&mut self, bucket: u8) -> Result<Vec<qianban_journal::EventId>, ExchangeError> {
        let mut ids: Vec<qianban_journal::EventId> = Vec::new();
        loop {
            self.tick()?;
            let after = ids.last().map_or("0".repeat(64), ToString::to_string);
            let page: BucketIds = self.wire.get(&format!("{}/{bucket}?after={after}", path::COMPARE))?;
            let grows = page.ids.first().is_some_and(|first| ids.last().is_none_or(|last| first > last));
            ids.extend(page.ids);
            if !page.more {
                return Ok(ids);
            }
            if !grows {
                return Err(ExchangeError::Nonsense);
            }
        }
    }
}

fn leaving(reader: &Reader<'_>, peer: PeerKey) -> Result<qianban_store::Outgoing, StoreError> {
    reader.outgoing(Some(peer), leaving_here(reader).as_deref(), &[])
}

fn leaving_here(reader: &Reader<'_>) -> Option<Vec<Ledger>> {
    reader.registry().now().map_or(Some(Vec::new()), leaving_ledgers)
}

/// Entries as they were received, and the blobs that they name.
fn entries(reader: &Reader<'_>, first: u32, last: u32) -> Result<(Vec<Vec<u8>>, Vec<Digest>), StoreError> {
    let (mut entries, mut named) = (Vec::new(), Vec::new());
    for number in first..=last {
        let bytes = reader.registry_entry(number)?.unwrap_or_default();
        let entry = RegistryEntry::decode(&bytes).ok();
        named.extend(entry.and_then(|entry| named_blob(&entry.body)));
        entries.push(bytes);
    }
    named.sort();
    named.dedup();
    Ok((entries, named))
}
