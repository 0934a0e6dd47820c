//! The sample bureau many times over: what its people finished is signed again under new ids and numbers, by the same
//! keys, and taken in at the store's door. What is still open is there once, as in an office whose archive grows.

use std::collections::BTreeMap;
use std::path::Path;

use qianban_desk::{Cost, index};
use qianban_journal::{
    Action, Digest, Event, EventId, FormId, FormStatus, Link, LogPlace, Number, SeatId, Signed, Sm2Key,
    Snapshot, digest,
};
use qianban_store::{ItemResult, Password, Store, Vault, Writer};

use crate::measure::Failed;

/// Copies of the whole that one transaction takes in.
const TOGETHER: u32 = 2;

/// The finished forms of a bureau and what signs them again.
pub(crate) struct Many {
    store: Store,
    keys: BTreeMap<SeatId, Sm2Key>,
    logs: BTreeMap<SeatId, LogPlace>,
    numbers: BTreeMap<(String, u16), u32>,
    /// Events of each form, in order; forms that are linked come first.
    finished: Vec<Vec<(EventId, Event)>>,
    /// Contents that link to other forms.
    linking: BTreeMap<Digest, Snapshot>,
    forms: u32,
    events: usize,
    nonce: u64,
}

/// One copy in the making: what takes the place of what.
#[derive(Default)]
struct Copy {
    events: BTreeMap<EventId, EventId>,
    contents: BTreeMap<Digest, Digest>,
    blobs: Vec<Vec<u8>>,
    signed: Vec<Signed>,
}

impl Many {
    /// Opens the folder of a sample.
    pub(crate) fn open(folder: &Path, password: &str) -> Result<Self, Failed> {
        let vault = Vault::open(folder, Cost::OFFICE.shown())?;
        let password = Password::new(password)?;
        let people = vault.people()?;
        let database = vault.unlock(*people.first().ok_or("nobody")?, &password, 0)?;
        let store = Store::open(folder, &database, index())?;
        let mut many = Self {
            store,
            keys: BTreeMap::new(),
            logs: BTreeMap::new(),
            numbers: BTreeMap::new(),
            finished: Vec::new(),
            linking: BTreeMap::new(),
            forms: 0,
            events: 0,
            nonce: 0,
        };
        for person in people {
            for seat in vault.seats(person)? {
                let private = vault.signing_key(person, seat, &password, 0)?;
                many.keys.insert(seat, Sm2Key::from_bytes(private.as_slice().try_into()?)?);
            }
        }
        many.read()?;
        Ok(many)
    }

    fn read(&mut self) -> Result<(), Failed> {
        let Self { store, logs, numbers, finished, linking, forms, .. } = self;
        store.read(|reader| {
            for form in reader.forms()? {
                *forms += 1;
                let log = reader.form_log(form)?;
                let view = reader.form_view(form)?.ok_or("a form without a view")?;
                let events: Vec<(EventId, Event)> =
                    log.ids().filter_map(|id| Some((id, log.event(id)?.clone()))).collect();
                for (id, event) in &events {
                    let last = logs.entry(event.seat).or_insert(event.log);
                    if event.log.n >= last.n {
                        *last = LogPlace { n: event.log.n + 1, prev: Some(*id), ..event.log };
                    }
                    if let Some(Number { series, year, n }) = event.action.number() {
                        let highest = numbers.entry((series.clone(), *year)).or_default();
                        *highest = (*highest).max(*n);
                    }
                    let content = event.content.filter(|content| !linking.contains_key(content));
                    let bytes = content.map(|content| reader.blob(content)).transpose()?.flatten();
                    let snapshot = bytes.and_then(|bytes| Snapshot::decode(&bytes).ok());
                    if let Some((content, snapshot)) =
                        content.zip(snapshot).filter(|(_, s)| !s.links.is_empty())
                    {
                        linking.insert(content, snapshot);
                    }
                }
                if matches!(view.status, FormStatus::Closed | FormStatus::Rejected) {
                    finished.push(events);
                }
            }
            Ok::<_, Failed>(())
        })?;
        // What a form links to was sealed before its content was saved.
        self.finished.sort_by_key(|events| events.get(1).map(|(_, saved)| saved.wall));
        Ok(())
    }

    /// Copies until there are so many forms; answers forms and events that were added.
    pub(crate) fn grow(&mut self, forms: u32) -> Result<(u32, usize), Failed> {
        let (before, events) = (self.forms, self.events);
        while self.forms < forms {
            let mut copies = Vec::new();
            for _ in 0..TOGETHER {
                if self.forms < forms {
                    copies.push(self.copy(forms - self.forms)?);
                }
            }
            self.store.write(|writer| copies.iter().try_for_each(|copy| take_in(writer, copy)))?;
        }
        Ok((self.forms - before, self.events - events))
    }

    /// One copy of everything that is finished, of at most so many forms.
    fn copy(&mut self, forms: u32) -> Result<Copy, Failed> {
        let mut copy = Copy::default();
        let finished = std::mem::take(&mut self.finished);
        for events in finished.iter().take(forms as usize) {
            for (id, event) in events {
                let event = self.anew(&mut copy, event)?;
                let signed =
                    Signed::new(&event, self.keys.get(&event.seat).ok_or("a seat without its key")?)?;
                let place = LogPlace { n: event.log.n + 1, prev: Some(signed.id()), ..event.log };
                self.logs.insert(event.seat, place);
                copy.events.insert(*id, signed.id());
                copy.signed.push(signed);
            }
            self.forms += 1;
            self.events += events.len();
        }
        self.finished = finished;
        Ok(copy)
    }

    /// An event in its copy.
    fn anew(&mut self, copy: &mut Copy, event: &Event) -> Result<Event, Failed> {
        self.nonce += 1;
        let mut nonce = [0; 16];
        nonce[..8].copy_from_slice(&self.nonce.to_be_bytes());
        let content = event.content.map(|content| self.content(copy, content));
        let one = |id: EventId| copy.events.get(&id).copied().unwrap_or(id);
        let some = |ids: &[EventId]| {
            let mut ids: Vec<EventId> = ids.iter().map(|id| one(*id)).collect();
            ids.sort();
            ids
        };
        let mut next = Event {
            form: event.form.map(|form| FormId::from(one(EventId::from(form)))),
            cites: some(&event.cites),
            prev: event.prev.map(one),
            round: event.round.map(one),
            rev: event.rev.map(one),
            content,
            log: *self.logs.get(&event.seat).ok_or("a seat without a log")?,
            nonce,
            ..event.clone()
        };
        match &mut next.action {
            Action::Submit { carry, .. } => *carry = some(carry),
            Action::Resolve { dismissed } => *dismissed = some(dismissed),
            Action::Entry { supersedes, basis, .. } => {
                *supersedes = supersedes.map(one);
                *basis = some(basis);
            }
            Action::Approve { basis, .. } | Action::Seal { basis, .. } => *basis = some(basis),
            _ => {}
        }
        if let Action::Submit { number: Some(number), .. } | Action::Seal { number: Some(number), .. } =
            &mut next.action
        {
            let highest = self.numbers.entry((number.series.clone(), number.year)).or_default();
            *highest += 1;
            number.n = *highest;
        }
        Ok(next)
    }

    /// The content that takes the place of one, with its links to the copies.
    fn content(&self, copy: &mut Copy, content: Digest) -> Digest {
        if let Some(known) = copy.contents.get(&content) {
            return *known;
        }
        let Some(snapshot) = self.linking.get(&content) else { return content };
        let one = |id: EventId| copy.events.get(&id).copied().unwrap_or(id);
        let link = |link: &Link| Link {
            form: FormId::from(one(EventId::from(link.form))),
            seal: one(link.seal),
            content: copy.contents.get(&link.content).copied().unwrap_or(link.content),
        };
        let links = snapshot.links.iter().map(link).collect();
        let bytes = Snapshot { links, ..snapshot.clone() }.encode();
        let anew = digest(&bytes);
        copy.contents.insert(content, anew);
        copy.blobs.push(bytes);
        anew
    }
}

fn take_in(writer: &mut Writer<'_>, copy: &Copy) -> Result<(), Failed> {
    for blob in &copy.blobs {
        writer.put_blob(blob)?;
    }
    for result in writer.append_signed(&copy.signed)? {
        match result {
            ItemResult::Stored(_, Ok(())) => {}
            other => return Err(format!("an event of a copy was not taken: {other:?}").into()),
        }
    }
    Ok(())
}
