//! Judging events against the forms that are here (A3, A4, A6, A8), and whether they may be here at all (Y8).

use std::collections::{BTreeMap, BTreeSet};

use qianban_journal::limit::FORM_EVENTS;
use qianban_journal::{
    Action, Admission, Digest, Event, EventId, FormId, FormLog, Kind, Ledger, RegistryChain, Rejected,
    SeatId, Verified,
};
use qianban_protocol::leave::may_leave;
use qianban_protocol::{Fate, Missing, Reach};

use super::check::Checked;
use crate::bureau::Folded;
use crate::database::{Batch, Mention, NewEvent, Pc, Sender, Touched};

/// The rule that record types which no administrator allowed stay in the bureau.
const LEAVE: &str = "Y8-LEAVE";

/// What became of a batch, before it is kept.
pub(super) struct Judged {
    /// Of each envelope, in their order.
    pub(super) fates: Vec<Fate>,
    /// The forms with their new events.
    pub(super) folded: BTreeMap<FormId, Folded>,
    /// What is to be kept.
    pub(super) batch: Batch,
    /// A seat on each PC whose events name a blob.
    pub(super) authors: BTreeMap<Pc, SeatId>,
}

/// Judges a batch against forms as they are here: those that the sender may read, and those that are not here yet. To an
/// event of any other form the answer is that what it builds on is not here. `seen`: the opaque events that are here.
pub(super) fn judge(
    chain: &RegistryChain,
    checked: &[Checked],
    (folded, seen): (BTreeMap<FormId, Folded>, Vec<EventId>),
    sender: Sender,
    only_what_may_leave: bool,
) -> Judged {
    let known = folded.iter().map(|(form, folded)| (*form, folded.events)).collect();
    let mut judge = Judge {
        chain,
        only_what_may_leave,
        folded,
        known,
        seen: seen.into_iter().collect(),
        events: Vec::new(),
        reach: BTreeSet::new(),
        mentions: Vec::new(),
        named: BTreeSet::new(),
        authors: BTreeMap::new(),
    };
    let fates = checked
        .iter()
        .map(|one| match one {
            Checked::Settled(fate) => fate.clone(),
            Checked::Event(verified, envelope) => judge.event(verified, envelope),
            Checked::Opaque(id, header, envelope) => judge.opaque(*id, header.form, envelope),
        })
        .collect();
    judge.finish(fates, sender)
}

struct Judge<'a> {
    chain: &'a RegistryChain,
    only_what_may_leave: bool,
    folded: BTreeMap<FormId, Folded>,
    /// Events of each form before this batch.
    known: BTreeMap<FormId, u64>,
    /// Opaque events that are here, and those of this batch.
    seen: BTreeSet<EventId>,
    events: Vec<NewEvent>,
    reach: BTreeSet<([u8; 16], FormId)>,
    mentions: Vec<Mention>,
    /// What a form of this batch names was first named by these.
    named: BTreeSet<(Digest, FormId)>,
    authors: BTreeMap<Pc, SeatId>,
}

impl Judge<'_> {
    fn event(&mut self, verified: &Verified, envelope: &[u8]) -> Fate {
        let (id, event) = (verified.id(), verified.event());
        let form = event.form_of(id);
        let ledger = match &event.action {
            Action::Create { ledger, .. } => Some(ledger.clone()),
            _ => self.folded.get(&form).and_then(|folded| ledger_of(&folded.log)),
        };
        if ledger.is_some_and(|ledger| !self.leaves(Some(&ledger))) {
            return Fate::Rejected(LEAVE.into());
        }
        let Some(folded) = self.folded.get_mut(&form) else { return hidden(form, event) };
        let legality = match folded.log.admit(verified.clone(), self.chain) {
            Admission::Duplicate => return Fate::Duplicate,
            Admission::Pending(qianban_journal::Missing::Events(mut ids)) => {
                ids.sort();
                ids.dedup();
                return Fate::Pending(Missing::Events(ids));
            }
            Admission::Pending(qianban_journal::Missing::Registry(number)) => {
                return Fate::Pending(Missing::Registry(number));
            }
            Admission::Rejected(rejected) => return Fate::Rejected(rejected.code().to_owned()),
            Admission::Stored(legality) => legality,
        };
        folded.events += 1;
        if legality.is_ok() || event.kind() == Kind::Create {
            self.concern(form, event);
        }
        self.mention(form, verified);
        self.events.push(NewEvent { id, form, envelope: envelope.to_vec() });
        Fate::Stored
    }

    fn leaves(&self, ledger: Option<&Ledger>) -> bool {
        let allowed = || self.chain.now().is_some_and(|registry| may_leave(registry, ledger));
        !self.only_what_may_leave || allowed()
    }

    /// Nothing of it can be read but its header; that it may leave must be clear without, and what it builds on is taken
    /// to be its form.
    fn opaque(&mut self, id: EventId, of: Option<FormId>, envelope: &[u8]) -> Fate {
        let form = of.unwrap_or(FormId::from(id));
        let ledger = self.folded.get(&form).and_then(|folded| ledger_of(&folded.log));
        if !self.leaves(ledger.as_ref()) {
            return Fate::Rejected(LEAVE.into());
        }
        if !self.seen.insert(id) {
            return Fate::Duplicate;
        }
        let folded = self.folded.get_mut(&form).filter(|folded| of.is_none() || folded.events > 0);
        let Some(folded) = folded else {
            self.seen.remove(&id);
            return Fate::Pending(Missing::Events(vec![form.into()]));
        };
        if folded.events >= FORM_EVENTS as u64 {
            return Fate::Rejected(Rejected::FormFull.code().to_owned());
        }
        folded.events += 1;
        self.events.push(NewEvent { id, form, envelope: envelope.to_vec() });
        Fate::Stored
    }

    /// Whom the form concerns by a legal event, or by its Create: nobody opens a form that is here to himself by an event
    /// that counts for nothing.
    fn concern(&mut self, form: FormId, event: &Event) {
        let mut reach = Reach::default();
        reach.add(event);
        let subjects =
            reach.units.iter().map(|unit| unit.0).chain(reach.persons.iter().map(|person| person.0));
        self.reach.extend(subjects.map(|subject| (subject, form)));
    }

    /// Which blobs an event names; one that is illegal too: it is shown as evidence to whoever may read the form.
    fn mention(&mut self, form: FormId, verified: &Verified) {
        let (event, pc) = (verified.event(), Pc::from(verified.pc()));
        let (boxed, scan) = match &event.action {
            Action::Approve { boxed, hand, .. } => (*boxed, hand.scan),
            Action::Return { hand, .. } => (None, hand.scan),
            Action::Entry { boxed, .. } => (*boxed, None),
            _ => (None, None),
        };
        // Definitions of the registry may be read by all.
        let is_registered =
            |def: &Digest| self.chain.now().is_some_and(|registry| registry.policy(*def).is_some());
        let def = event.def.filter(|def| !is_registered(def));
        for digest in [event.content, def, boxed, scan].into_iter().flatten() {
            if self.named.insert((digest, form)) {
                self.mentions.push(Mention { digest, form, pc });
                self.authors.insert(pc, event.seat);
            }
        }
    }

    fn finish(self, fates: Vec<Fate>, sender: Sender) -> Judged {
        let added: BTreeSet<FormId> = self.events.iter().map(|event| event.form).collect();
        let touched = added.iter().map(|form| Touched {
            form: *form,
            ledger: self
                .folded
                .get(form)
                .and_then(|folded| ledger_of(&folded.log))
                .unwrap_or(Ledger::from("")),
            known: self.known.get(form).copied().unwrap_or(0),
        });
        let batch = Batch {
            sender,
            touched: touched.collect(),
            events: self.events,
            reach: self.reach.into_iter().collect(),
            mentions: self.mentions,
            had: Vec::new(),
        };
        Judged { fates, folded: self.folded, batch, authors: self.authors }
    }
}

/// The answer about a form that the sender may not read: as if it were not here.
fn hidden(form: FormId, event: &Event) -> Fate {
    let named: BTreeSet<EventId> = event.cites.iter().chain(event.action.basis()).copied().collect();
    let ids = if named.is_empty() { vec![form.into()] } else { named.into_iter().collect() };
    Fate::Pending(Missing::Events(ids))
}

/// The ledger of a form that has begun.
pub(crate) fn ledger_of(log: &FormLog) -> Option<Ledger> {
    match &log.event(log.ids().next()?)?.action {
        Action::Create { ledger, .. } => Some(ledger.clone()),
        _ => None,
    }
}
