//! What goes to a peer: the events it has not confirmed, and what they name.

use std::collections::BTreeSet;

use qianban_journal::{Digest, Envelope, Event, FormId, Ledger, RegistryEntry};
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, params, params_from_iter};

use crate::blob::Holder;
use crate::event::content_named;
use crate::peer::PeerKey;
use crate::row::id;
use crate::{Reader, StoreError, named_blob};

/// Something that goes out, with its length in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weighed<T> {
    /// What.
    pub what: T,
    /// Its bytes.
    pub bytes: u64,
}

/// What goes out, in the order in which it goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// Events by their arrival here: cited ones come first.
    pub events: Vec<Weighed<i64>>,
    /// Snapshots.
    pub blobs: Vec<Weighed<Digest>>,
    /// Attachments that are here.
    pub attachments: Vec<Weighed<Digest>>,
    /// How many forms the events belong to.
    pub forms: u64,
}

impl Reader<'_> {
    /// What a peer has not confirmed, everything for none; of these ledgers only, of all for none. `asked` are digests
    /// that the peer misses: those go too that are here and that a form of these ledgers, or the registry, names.
    pub fn outgoing(
        &self,
        peer: Option<PeerKey>,
        ledgers: Option<&[Ledger]>,
        asked: &[Digest],
    ) -> Result<Outgoing, StoreError> {
        let (mut outgoing, mut forms) = (Outgoing::default(), BTreeSet::new());
        let mut named = self.may_be_asked(asked, ledgers)?;
        let (sql, values) = unconfirmed(peer, ledgers);
        let mut statement = self.statement(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            let (arrival, form): (i64, FormId) = (row.get(0)?, id(row, 1)?);
            let bytes: Vec<u8> = row.get(2)?;
            let bad = || StoreError::BadRow { table: "event", row: arrival };
            let envelope = Envelope::decode(&bytes).map_err(|_| bad())?;
            let event = Event::decode(&envelope.body).map_err(|_| bad())?;
            named.extend(content_named(&event));
            forms.insert(form);
            outgoing.events.push(Weighed { what: arrival, bytes: bytes.len() as u64 });
        }
        outgoing.forms = forms.len() as u64;
        self.name_files(named, &mut outgoing)?;
        Ok(outgoing)
    }

    /// Whether there is anything of these ledgers, of all for none, that a peer has not confirmed.
    pub fn has_unconfirmed(&self, peer: PeerKey, ledgers: Option<&[Ledger]>) -> Result<bool, StoreError> {
        let (sql, values) = unconfirmed(Some(peer), ledgers);
        Ok(self.statement(&sql)?.exists(params_from_iter(values))?)
    }

    /// Those of the digests that a form of these ledgers, a snapshot of one, or the registry names: who knows a digest may
    /// not have by it what may not leave.
    fn may_be_asked(
        &self,
        asked: &[Digest],
        ledgers: Option<&[Ledger]>,
    ) -> Result<BTreeSet<Digest>, StoreError> {
        let Some(ledgers) = ledgers.filter(|_| !asked.is_empty()) else {
            return Ok(asked.iter().copied().collect());
        };
        let of_registry = self.named_by_registry()?;
        let mut values: Vec<Value> = ledgers.iter().map(|ledger| Value::from(ledger.0.clone())).collect();
        let places = places(1, values.len());
        let digest = values.len() + 1;
        let sql = format!(
            "WITH namer (digest) AS (
                 SELECT ?{digest} UNION SELECT b.digest FROM need s JOIN blob b ON b.row = s.row
                 WHERE s.holder = 1 AND s.digest = ?{digest}
             )
             SELECT 1 FROM namer JOIN need n ON n.holder = 0 AND n.digest = namer.digest
             JOIN form_view v ON v.form = n.row WHERE v.ledger IN ({places})"
        );
        let mut statement = self.statement(&sql)?;
        let mut allowed = BTreeSet::new();
        for asked in asked {
            values.truncate(ledgers.len());
            values.push(Value::from(asked.0.to_vec()));
            if of_registry.contains(asked) || statement.exists(params_from_iter(&values))? {
                allowed.insert(*asked);
            }
        }
        Ok(allowed)
    }

    fn named_by_registry(&self) -> Result<BTreeSet<Digest>, StoreError> {
        let mut named = BTreeSet::new();
        for number in 1..=self.registry().head().map_or(0, |head| head.number) {
            let bytes = self.registry_entry(number)?.unwrap_or_default();
            named.extend(RegistryEntry::decode(&bytes).ok().and_then(|entry| named_blob(&entry.body)));
        }
        Ok(named)
    }

    /// Sorts digests into blobs and attachments, with the attachments that the snapshots among them name.
    fn name_files(&self, named: BTreeSet<Digest>, outgoing: &mut Outgoing) -> Result<(), StoreError> {
        let mut attached = BTreeSet::new();
        for digest in named {
            let found: Option<(i64, u64)> = self
                .statement("SELECT row, length(bytes) FROM blob WHERE digest = ?1")?
                .query_row([digest.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((row, bytes)) = found else {
                attached.insert(digest);
                continue;
            };
            outgoing.blobs.push(Weighed { what: digest, bytes });
            let mut statement = self.statement("SELECT digest FROM need WHERE holder = ?1 AND row = ?2")?;
            for digest in statement.query_map(params![Holder::Snapshot as i64, row], |row| id(row, 0))? {
                attached.insert(digest?);
            }
        }
        for digest in attached {
            if let Some(bytes) = self.attachment_length(digest)? {
                outgoing.attachments.push(Weighed { what: digest, bytes });
            }
        }
        Ok(())
    }

    /// An event as it was received, by its arrival here.
    pub fn envelope_bytes(&self, arrival: i64) -> Result<Vec<u8>, StoreError> {
        let mut statement = self.statement("SELECT envelope FROM event WHERE arrival = ?1")?;
        Ok(statement.query_row([arrival], |row| row.get(0))?)
    }
}

fn unconfirmed(peer: Option<PeerKey>, ledgers: Option<&[Ledger]>) -> (String, Vec<Value>) {
    let (mut values, mut wheres) = (Vec::new(), vec!["TRUE".to_owned()]);
    if let Some(PeerKey(peer)) = peer {
        values.push(Value::from(peer));
        wheres.push(
            "NOT EXISTS (SELECT 1 FROM peer_have h WHERE h.peer = ?1 AND h.event = e.arrival)".to_owned(),
        );
    }
    if let Some(ledgers) = ledgers {
        let first = values.len();
        values.extend(ledgers.iter().map(|ledger| Value::from(ledger.0.clone())));
        let places = places(first + 1, values.len());
        wheres.push(format!("e.form IN (SELECT v.id FROM form_view v WHERE v.ledger IN ({places}))"));
    }
    let sql = format!(
        "SELECT e.arrival, e.form, e.envelope FROM event e WHERE {} ORDER BY e.arrival",
        wheres.join(" AND ")
    );
    (sql, values)
}

/// `?first, …, ?last`.
fn places(first: usize, last: usize) -> String {
    (first..=last).map(|place| format!("?{place}")).collect::<Vec<_>>().join(", ")
}
