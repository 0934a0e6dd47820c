//! The moment of signing: the key is in memory here and nowhere else.

use qianban_journal::{
    Author, EventId, FormId, FormLog, Kind, LogPlace, PersonId, RegistryChain, Signed, Sm2Key, Verified,
};
use qianban_store::{ItemResult, Writer};

use super::act::unborn;
use super::intent::{Done, FormIntent};
use crate::{Ambient, Code, Refused};

/// Events of one action (K2).
pub(crate) const EVENTS_MAX: usize = 200;

/// What an action of a form signed.
pub(crate) struct Written {
    /// The form.
    pub(crate) form: FormId,
    /// The events, in order.
    pub(crate) events: Vec<EventId>,
    /// Who makes the next event of the same action.
    pub(crate) author: Author,
}

/// Signs and stores every event of an intent in the transaction of `writer`; all are found legal first, one after the
/// other, or nothing is written.
///
/// # Errors
/// The rule that an event would break, [`Code::SignStale`] when the file moved on, or the store.
pub(crate) fn form(
    writer: &mut Writer<'_>,
    ambient: &dyn Ambient,
    person: PersonId,
    intent: &FormIntent,
    author: Author,
    key: &Sm2Key,
) -> Result<Written, Refused> {
    let chain = intent.record.chain.clone();
    let mut run = Run {
        chain: &chain,
        key,
        ambient,
        author,
        log: intent.record.signed.as_ref().map_or_else(unborn, |signed| signed.log.clone()),
        canonical: intent.record.view().and_then(|view| view.canonical),
        signed: Vec::with_capacity(intent.acts.len()),
        events: Vec::with_capacity(intent.acts.len()),
    };
    for act in &intent.acts {
        run.one(act.clone())?;
    }
    for blob in &intent.blobs {
        writer.put_blob(blob)?;
    }
    for result in writer.append_signed(&run.signed)? {
        match result {
            ItemResult::Stored(_, legality) => legality?,
            _ => return Err(Code::SignStale.into()),
        }
    }
    match &intent.done {
        Done::Nothing => {}
        Done::Form(name) => writer.draft_discard(person, name)?,
        Done::Parts(keys) => keys.iter().try_for_each(|key| writer.draft_clear(key))?,
    }
    Ok(Written { form: run.log.form(), events: run.events, author: run.author })
}

struct Run<'a> {
    chain: &'a RegistryChain,
    key: &'a Sm2Key,
    ambient: &'a dyn Ambient,
    author: Author,
    log: FormLog,
    canonical: Option<EventId>,
    signed: Vec<Signed>,
    events: Vec<EventId>,
}

impl Run<'_> {
    fn one(&mut self, act: super::act::Act) -> Result<(), Refused> {
        let event = act.event(&self.log, self.chain, self.canonical, self.author.clone())?;
        let signed = Signed::new(&event, self.key)
            .map_err(|_| Refused::about(Code::SignLimit, "一次签名的内容太多"))?;
        let id = signed.id();
        if event.kind() == Kind::Create {
            self.log = FormLog::new(id.into());
        }
        self.log.would_be_legal(&event, self.chain)?;
        let verified = Verified::check_signed(&signed, self.chain)
            .map_err(|error| Refused::about(Code::SignIllegal, error.code()))?;
        self.log.admit(verified, self.chain);
        if event.kind() == Kind::Save || event.kind() == Kind::Create {
            self.canonical = Some(id);
        }
        self.author.log = LogPlace { n: event.log.n + 1, prev: Some(id), ..event.log };
        self.author.nonce = self.ambient.bytes()?;
        self.signed.push(signed);
        self.events.push(id);
        Ok(())
    }
}
