//! What becomes of a batch of events (Y2, Y8): checked against the registry, judged against the forms that are here, then
//! numbered.
//!
//! A1, A2, A4, A5 and A7 are checked side by side before anything is locked; A3, A6 and A8 one after another, because
//! an event may build on the one before it. Whether an event is legal is of no interest here: it is kept as evidence
//! either way.

mod check;
mod judge;
mod possession;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use qianban_journal::{FormId, RegistryChain};
use qianban_protocol::{Fate, Missing, RefusalCode};
use tokio::sync::Semaphore;
use tracing::warn;

use crate::bureau::{Bureau, Bureaus, Folded};
use crate::database::{Batch, Database, DatabaseError, Kept, Readers, Sender};
use crate::limit;
use check::{Checked, check};
use judge::{Judged, judge};

/// Takes in what one caller sends.
pub(crate) struct Intake<'a> {
    pub(crate) database: &'a dyn Database,
    pub(crate) bureaus: &'a Bureaus,
    pub(crate) bureau: &'a Bureau,
    pub(crate) sender: Sender,
    /// What the caller may read: nobody adds to a form that is here and outside of it.
    pub(crate) readers: Readers,
    /// One permit for each core: callers share them piece by piece.
    pub(crate) verifying: &'a Arc<Semaphore>,
    /// Taken in for the first time: ledgers that no administrator allowed are refused (Y8), and whose the bytes are that
    /// an event names is asked. A copy of what was taken in before says both itself.
    pub(crate) first: bool,
}

/// Why a whole batch was not taken in.
#[derive(Debug)]
pub(crate) enum Untaken {
    Database(DatabaseError),
    Refused(RefusalCode),
}

impl From<DatabaseError> for Untaken {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

impl Intake<'_> {
    /// The fate of each envelope, in their order.
    pub(crate) async fn take_in(&self, envelopes: Vec<Vec<u8>>) -> Result<Vec<Fate>, Untaken> {
        let envelopes = Arc::new(envelopes);
        let mut chain = self.bureaus.chain(self.bureau).await?;
        let mut checked = check(self, &envelopes, &chain).await?;
        if checked.iter().any(|one| matches!(one, Checked::Settled(Fate::Pending(Missing::Registry(_))))) {
            let now = self.bureaus.chain_now(self.bureau).await?;
            if now.head() != chain.head() {
                chain = now;
                checked = check(self, &envelopes, &chain).await?;
            }
        }
        let checked = Arc::new(checked);
        let forms: BTreeSet<_> = checked.iter().filter_map(Checked::form).collect();
        let opaque: BTreeSet<_> = checked.iter().filter_map(Checked::opaque).collect();
        let _turn = self.bureau.arriving.lock().await;
        for _ in 0..limit::JUDGEMENTS {
            let folded = self.readable(&forms, &chain).await?;
            let seen = match opaque.is_empty() {
                true => Vec::new(),
                false => self.database.known(self.bureau.ws, opaque.iter().copied().collect()).await?,
            };
            let (registry, checked) = (Arc::clone(&chain), Arc::clone(&checked));
            let (sender, guarded) = (self.sender, self.first);
            let work = move || judge(&registry, &checked, (folded, seen), sender, guarded);
            let judged = tokio::task::spawn_blocking(work).await;
            let mut judged = judged.map_err(|_| DatabaseError::GivenUp)?;
            if self.first {
                judged.batch.had = possession::had(self, &chain, &judged).await?;
            }
            if let Some(fates) = self.keep(judged).await? {
                return Ok(fates);
            }
            warn!("another instance added to a form while a batch was judged; judged again");
        }
        Err(Untaken::Refused(RefusalCode::Busy))
    }

    /// The forms as they are here, without those that are here and may not be read.
    async fn readable(
        &self,
        forms: &BTreeSet<FormId>,
        chain: &Arc<RegistryChain>,
    ) -> Result<BTreeMap<FormId, Folded>, DatabaseError> {
        let (ws, mut readable) = (self.bureau.ws, BTreeMap::new());
        for folded in self.bureaus.take_forms(ws, forms, chain).await? {
            let form = folded.log.form();
            let open = self.readers == Readers::Every || folded.events == 0;
            if open || self.database.may_read(ws, form, self.readers.clone()).await? {
                readable.insert(form, folded);
            } else {
                self.bureaus.put_form(ws, folded);
            }
        }
        Ok(readable)
    }

    /// Numbers and keeps what was judged; none if it must be judged again.
    async fn keep(&self, judged: Judged) -> Result<Option<Vec<Fate>>, Untaken> {
        let Judged { fates, folded, batch, .. } = judged;
        match self.arrive(batch).await? {
            Kept::Stored => {
                folded.into_values().for_each(|one| self.bureaus.put_form(self.bureau.ws, one));
                Ok(Some(fates))
            }
            Kept::Moved => Ok(None),
            Kept::Full => Err(Untaken::Refused(RefusalCode::Quota)),
        }
    }

    async fn arrive(&self, batch: Batch) -> Result<Kept, DatabaseError> {
        if batch.events.is_empty() { Ok(Kept::Stored) } else { self.database.arrive(batch).await }
    }
}
