//! Taking a copy in, by the same door through which PCs send.

use std::io::Read;
use std::sync::Arc;

use qianban_journal::{Digest, RegistryEntry, SeatId, WorkspaceId};
use qianban_protocol::{Fate, limit as wire};
use tokio::sync::Semaphore;

use super::{ArchiveError, In, Kind};
use crate::admission::{Intake, Untaken};
use crate::bureau::{Bureau, Bureaus};
use crate::database::{Database, NewBlob, Pc, Readers, Room, Sender};
use crate::long_blobs::{LongBlobs, Part};

/// A long blob that is being put together.
struct Coming {
    digest: Digest,
    len: u64,
    received: u64,
}

struct Restore<'a> {
    database: &'a dyn Database,
    bureaus: Bureaus,
    long: &'a LongBlobs,
    verifying: Arc<Semaphore>,
    ws: Option<WorkspaceId>,
    bureau: Option<Arc<Bureau>>,
    coming: Option<Coming>,
    events: Vec<Vec<u8>>,
    count: u64,
}

/// Takes a copy in; how many events it had. What was taken in before a damaged place stays, and the database is then not
/// to be used.
///
/// # Errors
/// The database is not empty or has the copy's own life, the copy is damaged, or an item of it is not good.
pub async fn restore(
    database: Arc<dyn Database>,
    long: &LongBlobs,
    from: impl Read,
) -> Result<u64, ArchiveError> {
    let mut input = In::new(from)?;
    let life = database.incarnation().await?;
    let Some((Kind::Life, copied)) = input.frame()? else { return Err(ArchiveError::Damaged("its life")) };
    if copied == life.0 || !database.bureaus().await?.is_empty() {
        return Err(ArchiveError::NotEmpty);
    }
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut restore = Restore {
        database: &*database,
        bureaus: Bureaus::new(Arc::clone(&database), long.clone()),
        long,
        verifying: Arc::new(Semaphore::new(cores)),
        ws: None,
        bureau: None,
        coming: None,
        events: Vec::new(),
        count: 0,
    };
    while let Some((kind, bytes)) = input.frame()? {
        restore.frame(kind, bytes).await?;
    }
    restore.flush().await?;
    Ok(restore.count)
}

impl Restore<'_> {
    async fn frame(&mut self, kind: Kind, bytes: Vec<u8>) -> Result<(), ArchiveError> {
        if kind != Kind::Event {
            self.flush().await?;
        }
        match kind {
            Kind::Bureau => {
                let ws =
                    WorkspaceId::try_from(bytes.as_slice()).map_err(|_| ArchiveError::Damaged("a bureau"))?;
                (self.ws, self.bureau) = (Some(ws), None);
                Ok(())
            }
            Kind::Entry => self.entry(bytes).await,
            Kind::Blob => self.keep(NewBlob::small(bytes)).await,
            Kind::LongBlob => {
                let (name, len) =
                    bytes.split_first_chunk::<32>().ok_or(ArchiveError::Damaged("a long blob"))?;
                let len =
                    u64::from_le_bytes(len.try_into().map_err(|_| ArchiveError::Damaged("a long blob"))?);
                self.coming = Some(Coming { digest: Digest(*name), len, received: 0 });
                Ok(())
            }
            Kind::Part => self.part(bytes).await,
            Kind::Had => self.had(&bytes).await,
            Kind::Event => {
                self.events.push(bytes);
                if self.events.len() == wire::EVENTS { self.flush().await } else { Ok(()) }
            }
            Kind::Life | Kind::End => Err(ArchiveError::Damaged("a frame out of place")),
        }
    }

    fn sender(&self) -> Result<Sender, ArchiveError> {
        let ws = self.ws.ok_or(ArchiveError::Damaged("an item of no bureau"))?;
        let room = Room { bureau_bytes: u64::MAX, seat_day_bytes: u64::MAX };
        Ok(Sender { ws, seat: SeatId([0; 32]), pc: Pc::NOBODY, day: 0, room })
    }

    async fn entry(&mut self, bytes: Vec<u8>) -> Result<(), ArchiveError> {
        let ws = self.sender()?.ws;
        let Some(bureau) = &self.bureau else {
            let entry =
                RegistryEntry::decode(&bytes).map_err(|_| ArchiveError::Damaged("a registry entry"))?;
            self.database.begin(ws, entry.hash(), bytes).await?;
            self.bureau = self.bureaus.get(ws).await?;
            return Ok(());
        };
        match self.bureaus.add_entry(bureau, bytes).await? {
            Fate::Stored | Fate::Duplicate => Ok(()),
            other => Err(ArchiveError::Item(format!("{other:?}"))),
        }
    }

    async fn keep(&self, blob: NewBlob) -> Result<(), ArchiveError> {
        self.database.add_blobs(self.sender()?, vec![blob]).await?;
        Ok(())
    }

    async fn had(&self, bytes: &[u8]) -> Result<(), ArchiveError> {
        let (pairs, rest) = bytes.as_chunks::<64>();
        if !rest.is_empty() {
            return Err(ArchiveError::Damaged("who has a blob"));
        }
        let half = |pair: &[u8; 64], from: usize| {
            let mut name = [0; 32];
            name.copy_from_slice(&pair[from..from + 32]);
            name
        };
        let had = pairs.iter().map(|pair| (Digest(half(pair, 0)), Pc(half(pair, 32)))).collect();
        Ok(self.database.add_had(self.sender()?.ws, had).await?)
    }

    async fn part(&mut self, bytes: Vec<u8>) -> Result<(), ArchiveError> {
        let ws = self.sender()?.ws;
        let coming = self.coming.as_mut().ok_or(ArchiveError::Damaged("a part of no blob"))?;
        let place = (Pc::NOBODY, coming.received, coming.len);
        match self.long.take_in(ws, coming.digest, place, bytes.into()).await? {
            Part::Received(received) => {
                coming.received = received;
                Ok(())
            }
            Part::Complete => {
                let Coming { digest, len, .. } = *coming;
                self.coming = None;
                self.keep(self.long.complete(ws, digest, len).await?).await
            }
            Part::Elsewhere(_) | Part::OtherDigest => Err(ArchiveError::Damaged("a long blob")),
        }
    }

    /// Gives the events that have come to the judge.
    async fn flush(&mut self) -> Result<(), ArchiveError> {
        if self.events.is_empty() {
            return Ok(());
        }
        let sender = self.sender()?;
        let bureau = self.bureau.as_ref().ok_or(ArchiveError::Damaged("an event of no bureau"))?;
        let intake = Intake {
            database: self.database,
            bureaus: &self.bureaus,
            bureau,
            sender,
            readers: Readers::Every,
            verifying: &self.verifying,
            first: false,
        };
        let fates =
            intake.take_in(std::mem::take(&mut self.events)).await.map_err(|untaken| match untaken {
                Untaken::Database(error) => ArchiveError::Database(error),
                Untaken::Refused(code) => ArchiveError::Item(code.name().to_owned()),
            })?;
        if let Some(bad) = fates.iter().find(|fate| !fate.is_here()) {
            return Err(ArchiveError::Item(format!("{bad:?}")));
        }
        self.count += fates.len() as u64;
        Ok(())
    }
}
