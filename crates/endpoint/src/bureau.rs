//! Bureaus in memory: the registry of each, as fresh as it must be, and the forms that were judged last.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use qianban_journal::{
    Appended, Change, Digest, Envelope, FormId, FormLog, NoBlobs, Registry, RegistryChain, RegistryEntry,
    RegistryError, SeatId, Unverified, Verified, WorkspaceId,
};
use qianban_protocol::limit::ENTRIES;
use qianban_protocol::{Fate, Missing, Scope};
use tracing::error;

use crate::database::{Database, DatabaseError, Kept, Readers};
use crate::limit;
use crate::long_blobs::LongBlobs;
use crate::recent::Recent;

/// A form as it was judged last.
#[derive(Debug)]
pub(crate) struct Folded {
    /// Its events of rules that this program knows.
    pub(crate) log: FormLog,
    /// All its events, opaque ones too.
    pub(crate) events: u64,
}

/// The registry of a bureau with the time at which the database was asked.
struct Registered {
    chain: Arc<RegistryChain>,
    asked: Option<Instant>,
}

/// One bureau.
pub(crate) struct Bureau {
    pub(crate) ws: WorkspaceId,
    registered: tokio::sync::Mutex<Registered>,
    /// Held while a batch is judged and numbered: two of one bureau would only judge again.
    pub(crate) arriving: tokio::sync::Mutex<()>,
}

/// All bureaus that were asked for.
pub(crate) struct Bureaus {
    database: Arc<dyn Database>,
    long: LongBlobs,
    known: Mutex<HashMap<WorkspaceId, Arc<Bureau>>>,
    forms: Mutex<Recent<(WorkspaceId, FormId), Folded>>,
}

impl Bureaus {
    pub(crate) fn new(database: Arc<dyn Database>, long: LongBlobs) -> Self {
        let forms = Mutex::new(Recent::new(limit::CACHED_EVENTS));
        Self { database, long, known: Mutex::default(), forms }
    }

    /// A bureau; none if it is not here.
    pub(crate) async fn get(&self, ws: WorkspaceId) -> Result<Option<Arc<Bureau>>, DatabaseError> {
        let here = |bureaus: &Self| {
            bureaus.known.lock().unwrap_or_else(PoisonError::into_inner).get(&ws).map(Arc::clone)
        };
        if let Some(bureau) = here(self) {
            return Ok(Some(bureau));
        }
        let Some(row) = self.database.bureau(ws).await? else { return Ok(None) };
        let chain = Arc::new(RegistryChain::new(row.root));
        let registered = tokio::sync::Mutex::new(Registered { chain, asked: None });
        let bureau = Arc::new(Bureau { ws, registered, arriving: tokio::sync::Mutex::default() });
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Some(Arc::clone(known.entry(ws).or_insert(bureau))))
    }

    /// The registry of a bureau, at most [`limit::REGISTRY_AGE`] old.
    pub(crate) async fn chain(&self, bureau: &Bureau) -> Result<Arc<RegistryChain>, DatabaseError> {
        let mut registered = bureau.registered.lock().await;
        if registered.asked.is_none_or(|asked| asked.elapsed() > limit::REGISTRY_AGE) {
            self.catch_up(bureau.ws, &mut registered).await?;
        }
        Ok(Arc::clone(&registered.chain))
    }

    /// The registry of a bureau as it is now.
    pub(crate) async fn chain_now(&self, bureau: &Bureau) -> Result<Arc<RegistryChain>, DatabaseError> {
        let mut registered = bureau.registered.lock().await;
        self.catch_up(bureau.ws, &mut registered).await?;
        Ok(Arc::clone(&registered.chain))
    }

    async fn catch_up(&self, ws: WorkspaceId, registered: &mut Registered) -> Result<(), DatabaseError> {
        let now = Instant::now();
        loop {
            let number = registered.chain.head().map_or(0, |head| head.number);
            let entries = self.database.entries(ws, number, ENTRIES).await?;
            if entries.is_empty() {
                break;
            }
            let chain = Arc::make_mut(&mut registered.chain);
            for bytes in entries {
                let entry = RegistryEntry::decode(&bytes).map_err(|_| damaged("registry"))?;
                let blobs = self.allow_list(ws, &entry.body).await?;
                chain.append(&entry, &blobs).map_err(|_| damaged("registry"))?;
            }
        }
        registered.asked = Some(now);
        Ok(())
    }

    /// The allow-list that a change names, if it is here.
    async fn allow_list(
        &self,
        ws: WorkspaceId,
        change: &Change,
    ) -> Result<BTreeMap<Digest, Vec<u8>>, DatabaseError> {
        let Some(digest) = allow_list_of(change) else { return Ok(BTreeMap::new()) };
        Ok(self.blob(ws, digest).await?.map(|bytes| (digest, bytes)).into_iter().collect())
    }

    /// A whole blob, wherever it lies.
    pub(crate) async fn blob(
        &self,
        ws: WorkspaceId,
        digest: Digest,
    ) -> Result<Option<Vec<u8>>, DatabaseError> {
        let Some(row) = self.database.blobs(ws, vec![digest], Readers::Every).await?.pop() else {
            return Ok(None);
        };
        if row.bytes.is_some() {
            return Ok(row.bytes);
        }
        let most = usize::try_from(row.len).unwrap_or(usize::MAX);
        match self.long.read(ws, digest, 0, most).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(reason) => {
                error!(%reason, "a long blob cannot be read");
                Err(damaged("blob"))
            }
        }
    }

    /// Takes in a registry entry (G1–G4).
    pub(crate) async fn add_entry(&self, bureau: &Bureau, bytes: Vec<u8>) -> Result<Fate, DatabaseError> {
        let Ok(entry) = RegistryEntry::decode(&bytes) else { return Ok(Fate::Rejected("G1-BYTES".into())) };
        let mut registered = bureau.registered.lock().await;
        loop {
            self.catch_up(bureau.ws, &mut registered).await?;
            let mut chain = RegistryChain::clone(&registered.chain);
            let mut appended = chain.append(&entry, &NoBlobs);
            // Nothing is loaded for an entry whose place or signatures are wrong: every request waits here.
            if matches!(appended, Err(RegistryError::MissingBlob(_))) {
                let blobs = self.allow_list(bureau.ws, &entry.body).await?;
                chain = RegistryChain::clone(&registered.chain);
                appended = chain.append(&entry, &blobs);
            }
            match appended {
                Ok(Appended::Known) => return Ok(Fate::Duplicate),
                Ok(Appended::New) => {}
                Err(RegistryError::Gap { expected }) => {
                    return Ok(Fate::Pending(Missing::Registry(expected)));
                }
                Err(RegistryError::MissingBlob(digest)) => return Ok(Fate::Pending(Missing::Blob(digest))),
                Err(refused) => return Ok(Fate::Rejected(refused.code().to_owned())),
            }
            let named = named_by(&entry.body);
            match self.database.add_entry(bureau.ws, entry.number, bytes.clone(), named).await? {
                Kept::Stored => {
                    registered.chain = Arc::new(chain);
                    return Ok(Fate::Stored);
                }
                // Another instance took an entry in: look at the chain as it is now.
                Kept::Moved | Kept::Full => {}
            }
        }
    }

    /// Forms as they are here, out of the cache where nobody added to them meanwhile; whoever took them puts them back.
    pub(crate) async fn take_forms(
        &self,
        ws: WorkspaceId,
        forms: &BTreeSet<FormId>,
        chain: &Arc<RegistryChain>,
    ) -> Result<Vec<Folded>, DatabaseError> {
        let counts = self.database.event_counts(ws, forms.iter().copied().collect()).await?;
        let counts: BTreeMap<FormId, u64> = counts.into_iter().collect();
        let mut taken = Vec::with_capacity(forms.len());
        for form in forms {
            let here = counts.get(form).copied().unwrap_or(0);
            let cached = self.forms.lock().unwrap_or_else(PoisonError::into_inner).take(&(ws, *form));
            taken.push(match cached.filter(|folded| folded.events == here) {
                Some(folded) => folded,
                None if here == 0 => Folded { log: FormLog::new(*form), events: 0 },
                None => self.fold(ws, *form, chain).await?,
            });
        }
        Ok(taken)
    }

    /// A form folded from what the database has now.
    pub(crate) async fn fold(
        &self,
        ws: WorkspaceId,
        form: FormId,
        chain: &Arc<RegistryChain>,
    ) -> Result<Folded, DatabaseError> {
        let envelopes = self.database.form(ws, form).await?;
        let chain = Arc::clone(chain);
        let work = move || fold(form, envelopes, &chain);
        tokio::task::spawn_blocking(work).await.map_err(|_| DatabaseError::GivenUp)?
    }

    /// Puts a form back that is as the database has it.
    pub(crate) fn put_form(&self, ws: WorkspaceId, folded: Folded) {
        let (form, weight) = (folded.log.form(), folded.log.len() + 1);
        self.forms.lock().unwrap_or_else(PoisonError::into_inner).put((ws, form), folded, weight);
    }
}

/// What the PC of a seat may read.
pub(crate) fn readers_of(registry: Registry<'_>, seat: SeatId) -> Readers {
    match Scope::of(registry, seat) {
        Scope::Every => Readers::Every,
        Scope::Some(reach) => {
            let units = reach.units.iter().map(|unit| unit.0);
            Readers::Some(units.chain(reach.persons.iter().map(|person| person.0)).collect())
        }
    }
}

/// A form of 2,000 events takes tens of milliseconds.
fn fold(form: FormId, envelopes: Vec<Vec<u8>>, chain: &RegistryChain) -> Result<Folded, DatabaseError> {
    let mut folded = Folded { log: FormLog::new(form), events: envelopes.len() as u64 };
    for bytes in envelopes {
        let envelope = Envelope::decode(&bytes).map_err(|_| damaged("event"))?;
        match Verified::check_unsigned(&envelope, chain) {
            Ok(verified) => drop(folded.log.admit(verified, chain)),
            Err(Unverified::Opaque { .. }) => {}
            Err(_) => return Err(damaged("event")),
        }
    }
    Ok(folded)
}

const fn damaged(table: &'static str) -> DatabaseError {
    DatabaseError::Damaged { table }
}

/// The allow-list that decides whether the entry can be appended (G4).
const fn allow_list_of(change: &Change) -> Option<Digest> {
    match change {
        Change::Revoke { allow, .. }
        | Change::RoleEnd { allow, .. }
        | Change::DelegationEnd { allow, .. }
        | Change::SeatMove { allow, .. }
        | Change::ExtendAllow { allow, .. } => Some(*allow),
        _ => None,
    }
}

/// Every blob that an entry names: allow-lists, definitions, and settings that stand for a blob.
fn named_by(change: &Change) -> Vec<Digest> {
    match change {
        Change::ActivateDefinition { def, .. } | Change::RetireDefinition { def } => vec![*def],
        Change::Setting { value, .. } => value.parse().into_iter().collect(),
        other => allow_list_of(other).into_iter().collect(),
    }
}
