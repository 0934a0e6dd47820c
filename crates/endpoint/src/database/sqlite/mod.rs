//! SQLite in one file: one connection writes, a few read. A commit is on the disk before it is answered
//! (`synchronous = FULL`), and only one transaction writes at a time (`BEGIN IMMEDIATE`, Y6).

mod blobs;
mod bureaus;
mod events;
mod possession;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use qianban_journal::{Digest, EventId, FormId, Incarnation, WorkspaceId};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use tokio::sync::Semaphore;

use super::migrate::{checksum_of, pending};
use super::{
    Answer, Batch, BlobRow, Bucket, BureauRow, Database, DatabaseError, EnrolmentRow, EventRow, FormRow,
    Kept, NewBlob, NewCode, Pc, Range, Readers, Sender,
};
use crate::sealing::SealingKey;

/// Connections that read at the same time; more would only wait for the disk.
const READERS: usize = 4;
/// How long a connection waits for another process, such as a backup's, in milliseconds.
const BUSY_MS: u64 = 30_000;

/// The embedded database.
pub struct Sqlite {
    writer: Arc<Mutex<Connection>>,
    readers: Arc<Mutex<Vec<Connection>>>,
    reading: Arc<Semaphore>,
    incarnation: Incarnation,
}

type Result<T> = std::result::Result<T, DatabaseError>;

impl Sqlite {
    /// Opens a file, makes it if there is none, and applies what is pending. `fresh` becomes the incarnation of a new one.
    ///
    /// # Errors
    /// The file cannot be opened, is damaged, or was written by a newer program.
    pub fn open(file: &Path, fresh: Incarnation) -> Result<Self> {
        Self::keyed(file, None, fresh)
    }

    /// The same with every page under a key (SQLCipher).
    ///
    /// # Errors
    /// Those of [`Self::open`]; another key than the one it was made with is a damaged file.
    pub fn open_sealed(file: &Path, key: &SealingKey, fresh: Incarnation) -> Result<Self> {
        Self::keyed(file, Some(key), fresh)
    }

    fn keyed(file: &Path, key: Option<&SealingKey>, fresh: Incarnation) -> Result<Self> {
        let mut writer = connect(file, key, true)?;
        migrate(&mut writer)?;
        writer.execute(
            "INSERT INTO life (one, incarnation) VALUES (1, ?1) ON CONFLICT DO NOTHING",
            [fresh.0],
        )?;
        let life: [u8; 16] = writer.query_row("SELECT incarnation FROM life", [], |row| row.get(0))?;
        let readers = (0..READERS).map(|_| connect(file, key, false)).collect::<Result<Vec<_>>>()?;
        Ok(Self {
            writer: Arc::new(Mutex::new(writer)),
            readers: Arc::new(Mutex::new(readers)),
            reading: Arc::new(Semaphore::new(READERS)),
            incarnation: Incarnation(life),
        })
    }

    /// Where the file is in a data folder.
    #[must_use]
    pub fn file_in(folder: &Path) -> PathBuf {
        folder.join("endpoint.db")
    }

    fn write<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Answer<'_, T> {
        let writer = Arc::clone(&self.writer);
        Box::pin(async move {
            let work = move || {
                let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
                let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let done = act(&transaction)?;
                transaction.commit()?;
                Ok(done)
            };
            tokio::task::spawn_blocking(work).await.map_err(|_| DatabaseError::GivenUp)?
        })
    }

    fn read<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Answer<'_, T> {
        let (readers, reading) = (Arc::clone(&self.readers), Arc::clone(&self.reading));
        Box::pin(async move {
            let _permit = reading.acquire_owned().await.map_err(|_| DatabaseError::GivenUp)?;
            let work = move || {
                let taken = readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let reader = taken.ok_or(DatabaseError::GivenUp)?;
                let done = act(&reader);
                readers.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
                done
            };
            tokio::task::spawn_blocking(work).await.map_err(|_| DatabaseError::GivenUp)?
        })
    }
}

fn connect(file: &Path, key: Option<&SealingKey>, writes: bool) -> Result<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_READ_WRITE;
    flags.set(OpenFlags::SQLITE_OPEN_CREATE, writes);
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
    if let Some(key) = key {
        connection.execute_batch(&key.pragma())?;
    }
    connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF")?;
    if writes {
        let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        if mode != "wal" {
            return Err(DatabaseError::Damaged { table: "journal_mode" });
        }
        connection.execute_batch("PRAGMA synchronous = FULL")?;
    } else {
        connection.execute_batch("PRAGMA query_only = ON")?;
    }
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(
        "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, checksum BLOB NOT NULL) STRICT",
    )?;
    let applied = {
        let mut statement = transaction.prepare("SELECT number, checksum FROM migration ORDER BY number")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect::<rusqlite::Result<Vec<_>>>()?
    };
    for migration in pending(&applied, |migration| migration.sqlite)? {
        transaction.execute_batch(migration.sqlite)?;
        transaction.execute(
            "INSERT INTO migration (number, checksum) VALUES (?1, ?2)",
            (migration.number, checksum_of(migration.sqlite)),
        )?;
    }
    Ok(transaction.commit()?)
}

/// A number that the database counts in 64 bits, signed.
fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A count read back.
fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

impl Database for Sqlite {
    fn incarnation(&self) -> Answer<'_, Incarnation> {
        let incarnation = self.incarnation;
        Box::pin(async move { Ok(incarnation) })
    }

    fn ready(&self) -> Answer<'_, ()> {
        self.read(|c| Ok(c.query_row("SELECT incarnation FROM life", [], |_| Ok(()))?))
    }

    fn bureaus(&self) -> Answer<'_, Vec<WorkspaceId>> {
        self.read(bureaus::all)
    }

    fn bureau(&self, ws: WorkspaceId) -> Answer<'_, Option<BureauRow>> {
        self.read(move |c| bureaus::one(c, ws))
    }

    fn add_code(&self, code: NewCode) -> Answer<'_, ()> {
        self.write(move |t| bureaus::add_code(t, code))
    }

    fn found(
        &self,
        code: Digest,
        now_ms: i64,
        ws: WorkspaceId,
        root: Digest,
        entry: Vec<u8>,
    ) -> Answer<'_, bool> {
        let incarnation = self.incarnation;
        self.write(move |t| bureaus::found(t, code, now_ms, (ws, incarnation, root), &entry))
    }

    fn begin(&self, ws: WorkspaceId, root: Digest, entry: Vec<u8>) -> Answer<'_, ()> {
        let incarnation = self.incarnation;
        self.write(move |t| bureaus::begin(t, (ws, incarnation, root), &entry))
    }

    fn code_bureau(&self, code: Digest) -> Answer<'_, Option<WorkspaceId>> {
        self.read(move |c| bureaus::code_bureau(c, code))
    }

    fn enrol(&self, ws: WorkspaceId, row: EnrolmentRow, since_ms: i64, most: usize) -> Answer<'_, bool> {
        self.write(move |t| bureaus::enrol(t, ws, &row, since_ms, most))
    }

    fn enrolments(&self, ws: WorkspaceId, most: usize) -> Answer<'_, Vec<EnrolmentRow>> {
        self.read(move |c| bureaus::enrolments(c, ws, most))
    }

    fn entries(&self, ws: WorkspaceId, after: u32, most: usize) -> Answer<'_, Vec<Vec<u8>>> {
        self.read(move |c| bureaus::entries(c, ws, after, most))
    }

    fn add_entry(
        &self,
        ws: WorkspaceId,
        number: u32,
        entry: Vec<u8>,
        named: Vec<Digest>,
    ) -> Answer<'_, Kept> {
        self.write(move |t| bureaus::add_entry(t, ws, number, &entry, &named))
    }

    fn form(&self, ws: WorkspaceId, form: FormId) -> Answer<'_, Vec<Vec<u8>>> {
        self.read(move |c| events::form(c, ws, form))
    }

    fn event_counts(&self, ws: WorkspaceId, forms: Vec<FormId>) -> Answer<'_, Vec<(FormId, u64)>> {
        self.read(move |c| events::counts(c, ws, &forms))
    }

    fn known(&self, ws: WorkspaceId, ids: Vec<EventId>) -> Answer<'_, Vec<EventId>> {
        self.read(move |c| events::known(c, ws, &ids))
    }

    fn arrive(&self, batch: Batch) -> Answer<'_, Kept> {
        self.write(move |t| events::arrive(t, &batch))
    }

    fn range(&self, range: Range) -> Answer<'_, Vec<EventRow>> {
        self.read(move |c| events::range(c, &range))
    }

    fn by_id(&self, ws: WorkspaceId, ids: Vec<EventId>, readers: Readers) -> Answer<'_, Vec<EventRow>> {
        self.read(move |c| events::by_id(c, ws, &ids, &readers))
    }

    fn bucket(&self, bucket: Bucket) -> Answer<'_, Vec<EventId>> {
        self.read(move |c| events::bucket(c, &bucket))
    }

    fn log_root(&self, ws: WorkspaceId, n: u64) -> Answer<'_, Option<Digest>> {
        self.read(move |c| events::log_root(c, ws, n))
    }

    fn changed(&self, range: Range) -> Answer<'_, Vec<FormRow>> {
        self.read(move |c| events::changed(c, &range))
    }

    fn may_read(&self, ws: WorkspaceId, form: FormId, readers: Readers) -> Answer<'_, bool> {
        self.read(move |c| events::may_read(c, ws, form, &readers))
    }

    fn count_part(&self, sender: Sender, bytes: u64) -> Answer<'_, bool> {
        self.write(move |t| events::take_room(t, sender, 0, bytes))
    }

    fn add_blobs(&self, sender: Sender, blobs: Vec<NewBlob>) -> Answer<'_, Option<Vec<bool>>> {
        self.write(move |t| blobs::add(t, sender, &blobs))
    }

    fn add_had(&self, ws: WorkspaceId, had: Vec<(Digest, Pc)>) -> Answer<'_, ()> {
        self.write(move |t| possession::add_had(t, ws, &had))
    }

    fn held(
        &self,
        ws: WorkspaceId,
        digests: Vec<Digest>,
        pc: Pc,
        readers: Readers,
    ) -> Answer<'_, Vec<Digest>> {
        self.read(move |c| possession::held(c, ws, &digests, pc, &readers))
    }

    fn closed(&self, ws: WorkspaceId, digests: Vec<Digest>, pc: Pc) -> Answer<'_, Vec<Digest>> {
        self.read(move |c| possession::closed(c, ws, &digests, pc))
    }

    fn parts(&self, ws: WorkspaceId, snapshots: Vec<Digest>) -> Answer<'_, Vec<(Digest, Digest)>> {
        self.read(move |c| possession::parts(c, ws, &snapshots))
    }

    fn all_had(
        &self,
        ws: WorkspaceId,
        after: Option<(Digest, Pc)>,
        most: usize,
    ) -> Answer<'_, Vec<(Digest, Pc)>> {
        self.read(move |c| possession::all_had(c, ws, after, most))
    }

    fn blobs(&self, ws: WorkspaceId, digests: Vec<Digest>, readers: Readers) -> Answer<'_, Vec<BlobRow>> {
        self.read(move |c| blobs::some(c, ws, &digests, &readers, "b.bytes"))
    }

    fn lengths(&self, ws: WorkspaceId, digests: Vec<Digest>, readers: Readers) -> Answer<'_, Vec<BlobRow>> {
        self.read(move |c| blobs::some(c, ws, &digests, &readers, "NULL"))
    }

    fn all_blobs(&self, ws: WorkspaceId, after: Option<Digest>, most: usize) -> Answer<'_, Vec<BlobRow>> {
        self.read(move |c| blobs::all(c, ws, after, most))
    }
}
