//! An open database with its keys beside it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};

use qianban_journal::{
    Author, FormId, FormStatus, Incarnation, LogPlace, PersonId, Registry, RegistryChain, RegistryEntry,
    Seat, SeatId,
};
use qianban_store::{
    Anchor, AnchorFile, DATABASE_NAME, DatabaseKey, Reader, SealHeld, SealedList, Store, StoreError, Vault,
};

use zeroize::Zeroizing;

use crate::definitions::Definitions;
use crate::desk::{DeskSetup, guard};
use crate::exchange_run::ExchangeRun;
use crate::linked::LinkedForms;
use crate::listing::Listing;
use crate::{Ambient, Code, Refused, renewal, sample};

/// The folder of copies that viewers read (C3); removed at every opening.
pub(crate) const VIEWED: &str = "viewed";

/// The open database of a data folder.
pub(crate) struct Opened {
    /// The local file.
    pub(crate) store: Store,
    /// The keys beside it.
    pub(crate) vault: Vault,
    /// This life of this PC's database.
    pub(crate) incarnation: Incarnation,
    /// Parsed definitions, shared with the store's index.
    pub(crate) definitions: Arc<Definitions>,
    /// Forms at the ends of links, shared with the store's index.
    pub(crate) linked: Arc<LinkedForms>,
    /// The exchange by bundle that runs, or ran last.
    pub(crate) exchange: Arc<ExchangeRun>,
    /// The exchange with the endpoint that runs, or ran last.
    pub(crate) line: Arc<ExchangeRun>,
    /// File names and texts of the definitions that came with the program.
    pub(crate) shipped: Vec<(String, String)>,
    /// Nothing in it is real: it is shown and printed as a sample.
    pub(crate) sample: bool,
    /// From which the service for the other PCs makes its keys (Y10).
    pub(crate) relay_secret: Zeroizing<[u8; 32]>,
    anchor: AnchorFile,
    /// What this PC has sealed (K7), and the same in memory.
    sealed: SealedList,
    sealed_forms: Mutex<BTreeSet<FormId>>,
}

impl Opened {
    /// Whether the folder holds a ledger.
    pub(crate) fn founded(folder: &Path) -> bool {
        folder.join(DATABASE_NAME).exists()
    }

    /// The key file of the folder.
    pub(crate) fn vault(setup: &DeskSetup) -> Result<Vault, Refused> {
        Ok(Vault::open(&setup.folder, setup.cost)?)
    }

    /// Opens the database.
    pub(crate) fn open(setup: &DeskSetup, vault: Vault, key: &DatabaseKey) -> Result<Self, Refused> {
        let definitions = Arc::<Definitions>::default();
        let linked = Arc::new(LinkedForms::new(Arc::clone(&definitions)));
        let listing = Listing::new(Arc::clone(&definitions), Arc::clone(&linked));
        let store = Store::open(&setup.folder, key, Box::new(listing))?;
        let viewed = setup.folder.join(VIEWED);
        if viewed.exists() {
            std::fs::remove_dir_all(&viewed)?;
        }
        let anchor = AnchorFile::of(&setup.folder);
        let incarnation = renewal::begin(&store, &anchor, &*setup.ambient)?.incarnation;
        let sealed = SealedList::of(&setup.folder);
        let sealed_forms = Mutex::new(sealed.read()?);
        let sample = sample::marker(&setup.folder).is_some();
        let shipped = setup.definitions.clone();
        let (exchange, line) = <(Arc<ExchangeRun>, Arc<ExchangeRun>)>::default();
        Ok(Self {
            store,
            vault,
            incarnation,
            definitions,
            linked,
            exchange,
            line,
            shipped,
            sample,
            relay_secret: key.derived("relay"),
            anchor,
            sealed,
            sealed_forms,
        })
    }

    /// The registry as it is now.
    pub(crate) fn chain(&self) -> Result<Arc<RegistryChain>, Refused> {
        self.store.read(|reader| Ok(Arc::clone(reader.registry())))
    }

    /// The newest version of a chain.
    pub(crate) fn registry(chain: &RegistryChain) -> Result<Registry<'_>, Refused> {
        chain.now().ok_or_else(|| Refused::about(Code::HostDamaged, "名册是空的"))
    }

    /// The certified seat of a person on this PC.
    pub(crate) fn seat<'a>(&self, registry: Registry<'a>, person: PersonId) -> Option<(SeatId, &'a Seat)> {
        let here = |seat: &Seat| {
            seat.certificate.person == person && seat.certificate.incarnation == self.incarnation
        };
        registry.seats().find(|(_, seat)| here(seat))
    }

    /// Who makes the next event of a person on this PC; one whose new seat is not certified yet (K6) drafts under it and
    /// signs nothing.
    pub(crate) fn author(
        &self,
        reader: &Reader<'_>,
        person: PersonId,
        ambient: &dyn Ambient,
    ) -> Result<Author, Refused> {
        let chain = reader.registry();
        let seat = match self.seat(Self::registry(chain)?, person) {
            Some((seat, _)) => seat,
            None => renewal::asked_seat(self, reader, chain, person)?.ok_or(Code::PersonNoSeat)?,
        };
        let head = reader.log_head(seat, self.incarnation)?;
        Ok(Author {
            ws: chain.workspace().ok_or_else(|| Refused::about(Code::HostDamaged, "名册是空的"))?,
            person,
            seat,
            epoch: chain.head().ok_or_else(|| Refused::about(Code::HostDamaged, "名册是空的"))?,
            log: LogPlace {
                inc: self.incarnation,
                n: head.map_or(1, |head| head.n + 1),
                prev: head.map(|head| head.event),
            },
            wall: ambient.now_ms(),
            nonce: ambient.bytes()?,
        })
    }

    /// Entries of the registry from `first` to `last`.
    pub(crate) fn registry_entries(&self, first: u32, last: u32) -> Result<Vec<RegistryEntry>, Refused> {
        self.store.read(|reader| {
            let entry = |number| {
                let bytes = reader.registry_entry(number)?.unwrap_or_default();
                RegistryEntry::decode(&bytes)
                    .map_err(|_| Refused::about(Code::HostDamaged, format!("名册第 {number} 条")))
            };
            (first..=last).map(entry).collect()
        })
    }

    /// Whether this PC may seal a form, whatever the database says (K7).
    ///
    /// # Errors
    /// [`Code::SealListed`], [`Code::SealNotExchanged`], or an anchor that does not read.
    pub(crate) fn may_seal(&self, form: FormId) -> Result<(), Refused> {
        let held = self.remembered()?.may_seal(&guard(&self.sealed_forms), form);
        held.map_err(|held| match held {
            SealHeld::Sealed => Code::SealListed.into(),
            SealHeld::NotExchanged => Code::SealNotExchanged.into(),
        })
    }

    /// Notes forms whose seals are committed: nobody seals them here again (K7).
    pub(crate) fn note_sealed(&self, forms: &[FormId]) -> Result<(), Refused> {
        if forms.is_empty() {
            return Ok(());
        }
        guard(&self.sealed_forms).extend(forms);
        Ok(self.sealed.add(forms)?)
    }

    /// What this PC remembers outside the database (K5).
    pub(crate) fn remembered(&self) -> Result<Anchor, Refused> {
        self.anchor.read()?.ok_or_else(|| Refused::about(Code::HostDamaged, "进度记录不见了"))
    }

    /// An exchange was carried through with somebody who knows of this life: what was sealed before is known here again
    /// (K7).
    pub(crate) fn note_exchanged(&self) -> Result<(), Refused> {
        Ok(self.anchor.exchanged()?)
    }

    /// How many forms this PC has sealed that are not sealed in its database: lost with it (K7).
    pub(crate) fn lost_seals(&self, reader: &Reader<'_>) -> Result<usize, Refused> {
        let mut lost = 0;
        for form in guard(&self.sealed_forms).iter() {
            let sealed = reader
                .form_view(*form)?
                .is_some_and(|view| matches!(view.status, FormStatus::Sealed | FormStatus::Closed));
            lost += usize::from(!sealed);
        }
        Ok(lost)
    }

    /// Raises the anchor after a commit (K5).
    pub(crate) fn raise_anchor(&self) -> Result<(), Refused> {
        let mut anchor = self.remembered()?;
        self.store.read(|reader| raise(reader, &mut anchor, self.incarnation))?;
        Ok(self.anchor.write(&anchor)?)
    }
}

fn raise(reader: &Reader<'_>, anchor: &mut Anchor, incarnation: Incarnation) -> Result<(), StoreError> {
    anchor.raise_registry(reader.registry().head().map_or(0, |head| head.number));
    let seats: Vec<SeatId> = reader
        .registry()
        .now()
        .map(|registry| registry.seats().map(|(id, _)| id).collect())
        .unwrap_or_default();
    for seat in seats {
        if let Some(head) = reader.log_head(seat, incarnation)? {
            anchor.raise_head(seat, head);
        }
    }
    Ok(())
}
