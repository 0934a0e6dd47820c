//! The store as a whole: opening, the lock, one writer, a few readers.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use qianban_journal::{FormId, FormLog, Incarnation, RegistryChain};
use rusqlite::{CachedStatement, Connection, OptionalExtension, TransactionBehavior};

use crate::connection::{self, Access};
use crate::durable_file::{create_private_dir, create_private_file};
use crate::index::Index;
use crate::migrate::{MIGRATIONS, migrate};
use crate::{DatabaseKey, StoreError, attachment, place, registry};

/// Name of the database in the data folder.
pub const DATABASE_NAME: &str = "qianban.db";
const LOCK_NAME: &str = "store.lock";
/// Name in `meta` of the life that the file belongs to.
const INCARNATION: &str = "incarnation";
/// Read connections kept open; a further reader opens its own and closes it.
const READERS_KEPT: usize = 4;
/// Events of folded forms the writer keeps, so that signing a form written lately folds one event, not all.
const EVENTS_KEPT: usize = 4_000;

/// The local file of one data folder. Threads share it; writing is one at a time.
pub struct Store {
    dir: PathBuf,
    key: DatabaseKey,
    read_only: bool,
    index: Box<dyn Index>,
    /// Closed before the writer: the last connection moves the write-ahead log into the file, and only if it may write.
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<WriterState>,
    chain: RwLock<Arc<RegistryChain>>,
    /// Number of a registry entry that does not follow; nothing is written on top of it.
    bad_entry: Option<u32>,
    _lock: Option<File>,
}

/// Bytes of a page of SQLCipher 4.
const PAGE_BYTES: u64 = 4_096;

struct WriterState {
    connection: Connection,
    logs: LogCache,
    /// Something failed, so what the connection remembers and what the disk holds may differ: after one failed read SQLite
    /// finds damage for ever, after a failed sync nobody knows what is there. The next write opens it anew (faults 5).
    suspect: bool,
}

/// Folded forms with the turn in which each was last used.
#[derive(Default)]
struct LogCache {
    turn: u64,
    logs: BTreeMap<FormId, (u64, FormLog)>,
}

impl LogCache {
    fn take(&mut self, form: FormId) -> Option<FormLog> {
        self.logs.remove(&form).map(|(_, log)| log)
    }

    fn keep(&mut self, logs: BTreeMap<FormId, FormLog>) {
        self.turn += 1;
        for (form, log) in logs {
            self.logs.insert(form, (self.turn, log));
        }
        let mut events: usize = self.logs.values().map(|(_, log)| log.len()).sum();
        while events > EVENTS_KEPT {
            let oldest = self.logs.iter().min_by_key(|(_, (turn, _))| *turn).map(|(form, _)| *form);
            let Some(log) = oldest.and_then(|form| self.take(form)) else { return };
            events -= log.len();
        }
    }
}

impl Store {
    /// Makes a new database in `dir`, which is created when missing (0700).
    ///
    /// Refuses a network place, a folder in use and a folder that holds a database.
    pub fn create(dir: &Path, key: &DatabaseKey, index: Box<dyn Index>) -> Result<Self, StoreError> {
        place::refuse_network(dir)?;
        create_private_dir(dir)?;
        let lock = take_lock(dir)?;
        let path = dir.join(DATABASE_NAME);
        if path.try_exists()? {
            return Err(StoreError::DatabaseExists);
        }
        drop(create_private_file(&path)?);
        attachment::create_dir(dir)?;
        Self::start(dir, key, index, lock)
    }

    /// Opens the database in `dir`: takes the lock, applies pending migrations, sweeps what a killed process left.
    pub fn open(dir: &Path, key: &DatabaseKey, index: Box<dyn Index>) -> Result<Self, StoreError> {
        place::refuse_network(dir)?;
        require_database(dir)?;
        let lock = take_lock(dir)?;
        Self::start(dir, key, index, lock)
    }

    /// Opens the database in `dir` for reading only: one that a newer program wrote, or one that is damaged.
    pub fn open_read_only(dir: &Path, key: &DatabaseKey, index: Box<dyn Index>) -> Result<Self, StoreError> {
        place::refuse_network(dir)?;
        require_database(dir)?;
        let connection = connection::open(&dir.join(DATABASE_NAME), key, Access::Read)?;
        Self::assemble(dir, key, index, connection, None)
    }

    fn start(dir: &Path, key: &DatabaseKey, index: Box<dyn Index>, lock: File) -> Result<Self, StoreError> {
        let mut connection = connection::open(&dir.join(DATABASE_NAME), key, Access::Write)?;
        migrate(&mut connection, dir, key, MIGRATIONS)?;
        attachment::sweep(&mut connection, dir)?;
        let store = Self::assemble(dir, key, index, connection, Some(lock))?;
        store.rebuild_if_older()?;
        if store.bad_entry.is_none() {
            store.write(|writer| writer.wake_opaque())?;
        }
        Ok(store)
    }

    fn assemble(
        dir: &Path,
        key: &DatabaseKey,
        index: Box<dyn Index>,
        connection: Connection,
        lock: Option<File>,
    ) -> Result<Self, StoreError> {
        let registry::Loaded { chain, bad } = registry::load(&connection, dir)?;
        Ok(Self {
            dir: dir.to_owned(),
            key: key.clone(),
            read_only: lock.is_none(),
            index,
            writer: Mutex::new(WriterState { connection, logs: LogCache::default(), suspect: false }),
            readers: Mutex::new(Vec::new()),
            chain: RwLock::new(Arc::new(chain)),
            bad_entry: bad,
            _lock: lock,
        })
    }

    /// The data folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Whether the store was opened for reading only.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Number of the registry entry that does not follow, on top of which nothing is written; none in a sound file.
    pub fn bad_entry(&self) -> Option<u32> {
        self.bad_entry
    }

    pub(crate) fn key(&self) -> &DatabaseKey {
        &self.key
    }

    pub(crate) fn index(&self) -> &dyn Index {
        &*self.index
    }

    pub(crate) fn refuse_read_only(&self) -> Result<(), StoreError> {
        if self.read_only { Err(StoreError::ReadOnly(None)) } else { Ok(()) }
    }

    /// Brings what the write-ahead log holds into the file itself, as far as no reader needs what was there before.
    pub(crate) fn settle(&self) -> Result<(), StoreError> {
        if self.read_only {
            return Ok(());
        }
        let state = lock(&self.writer);
        Ok(state.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?)
    }

    /// Reads one consistent state of the file; writers are not held up.
    pub fn read<T, E: From<StoreError>>(
        &self,
        act: impl FnOnce(&Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let kept = lock(&self.readers).pop();
        let connection = match kept {
            Some(connection) => connection,
            None => connection::open(&self.dir.join(DATABASE_NAME), &self.key, Access::Read)?,
        };
        let outcome = self.read_on(&connection, act);
        let mut readers = lock(&self.readers);
        // What failed may have left something in the connection's memory that is not on the disk (faults 5).
        if outcome.is_ok() && readers.len() < READERS_KEPT && connection.is_autocommit() {
            readers.push(connection);
        }
        outcome
    }

    pub(crate) fn read_on<T, E: From<StoreError>>(
        &self,
        connection: &Connection,
        act: impl FnOnce(&Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let control = |sql| connection.prepare_cached(sql).and_then(|mut statement| statement.execute([]));
        control("BEGIN").map_err(StoreError::from)?;
        // The first statement fixes the state; the registry is taken after it, so it is never the older one.
        let outcome = registry::height(connection).map_err(E::from).and_then(|_| {
            let chain = self.chain.read().unwrap_or_else(PoisonError::into_inner).clone();
            act(&Reader::new(connection, &self.dir, chain))
        });
        control("COMMIT").map_err(StoreError::from)?;
        outcome
    }

    /// The one door for writing; `act` must not open it again. Everything it does is committed together and is on the
    /// disk when this returns, or nothing of it happened.
    pub fn write<T, E: From<StoreError>>(
        &self,
        act: impl FnOnce(&mut Writer<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.refuse_read_only()?;
        if let Some(number) = self.bad_entry {
            return Err(StoreError::BadRow { table: "registry", row: i64::from(number) }.into());
        }
        let mut state = lock(&self.writer);
        if state.suspect || !state.connection.is_autocommit() {
            state.suspect = true;
            state.logs = LogCache::default();
            state.connection = connection::open(&self.dir.join(DATABASE_NAME), &self.key, Access::Write)?;
            state.suspect = false;
        }
        let outcome = self.write_on(&mut state, act);
        state.suspect |= outcome.is_err();
        outcome
    }

    fn write_on<T, E: From<StoreError>>(
        &self,
        state: &mut WriterState,
        act: impl FnOnce(&mut Writer<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let WriterState { connection, logs, .. } = state;
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
        let chain = self.chain.read().unwrap_or_else(PoisonError::into_inner).clone();
        let reader = Reader::new(&transaction, &self.dir, chain.clone());
        let mut writer = Writer { reader, cache: logs, touched: BTreeMap::new(), index: self.index() };
        let value = act(&mut writer)?;
        let Writer { reader: Reader { chain: written, .. }, touched, .. } = writer;
        let commit = || transaction.commit().map_err(StoreError::from);
        if Arc::ptr_eq(&chain, &written) {
            commit()?;
        } else {
            // Held over the commit, so that no reader sees rows of a registry it does not know.
            let mut shared = self.chain.write().unwrap_or_else(PoisonError::into_inner);
            commit()?;
            *shared = written;
        }
        logs.keep(touched);
        Ok(value)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic in a closure rolled its transaction back; what the mutex guards is whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file of less than a page is what a disk or another program left of a database; SQLite would make a new one of it
/// (faults 6).
fn require_database(dir: &Path) -> Result<(), StoreError> {
    match dir.join(DATABASE_NAME).metadata() {
        Ok(file) if file.len() >= PAGE_BYTES => Ok(()),
        Ok(_) => {
            let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
            Err(StoreError::Damaged(rusqlite::Error::SqliteFailure(code, None)))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(StoreError::NoDatabase),
        Err(error) => Err(error.into()),
    }
}

/// One process per data folder; the system gives the lock back when the process ends, however it ends.
fn take_lock(dir: &Path) -> Result<File, StoreError> {
    let file = create_private_file(&dir.join(LOCK_NAME))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::AlreadyOpen),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// A consistent state of the file, for reading.
pub struct Reader<'a> {
    connection: &'a Connection,
    dir: &'a Path,
    pub(crate) chain: Arc<RegistryChain>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(connection: &'a Connection, dir: &'a Path, chain: Arc<RegistryChain>) -> Self {
        Self { connection, dir, chain }
    }

    pub(crate) fn connection(&self) -> &Connection {
        self.connection
    }

    pub(crate) fn statement(&self, sql: &str) -> Result<CachedStatement<'_>, StoreError> {
        Ok(self.connection.prepare_cached(sql)?)
    }

    pub(crate) fn dir(&self) -> &Path {
        self.dir
    }

    /// A fact about this file itself.
    pub(crate) fn meta(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let mut statement = self.statement("SELECT value FROM meta WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    /// The life of the installation that this file belongs to (K6); `None` in a file from before it was written down.
    pub fn incarnation(&self) -> Result<Option<Incarnation>, StoreError> {
        let bytes = self.meta(INCARNATION)?;
        Ok(bytes.and_then(|bytes| Incarnation::try_from(bytes.as_slice()).ok()))
    }

    /// The registry (名册) as this state of the file has it.
    pub fn registry(&self) -> &Arc<RegistryChain> {
        &self.chain
    }
}

/// A transaction that writes. It reads its own changes.
pub struct Writer<'a> {
    pub(crate) reader: Reader<'a>,
    pub(crate) index: &'a dyn Index,
    cache: &'a mut LogCache,
    /// Forms folded in this transaction; they go to the cache only when it is committed.
    touched: BTreeMap<FormId, FormLog>,
}

impl Writer<'_> {
    /// Writes down which life of the installation this file belongs to (K6).
    pub fn set_incarnation(&mut self, incarnation: Incarnation) -> Result<(), StoreError> {
        self.put_meta(INCARNATION, incarnation.as_bytes())
    }

    pub(crate) fn put_meta(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        self.statement(
            "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value",
        )?
        .execute((name, value))?;
        Ok(())
    }

    /// All events of a form, those of this transaction included. Unlike [`Reader::form_log`] it costs no second fold
    /// for a form written lately.
    pub fn form_log(&mut self, form: FormId) -> Result<FormLog, StoreError> {
        let log = self.take_log(form)?;
        self.keep_log(log.clone());
        Ok(log)
    }

    /// The folded form: of this transaction, of an earlier one, or folded now.
    pub(crate) fn take_log(&mut self, form: FormId) -> Result<FormLog, StoreError> {
        match self.touched.remove(&form).or_else(|| self.cache.take(form)) {
            Some(log) => Ok(log),
            None => self.reader.form_log(form),
        }
    }

    /// Forgets every folded form: the registry under them is another one.
    pub(crate) fn forget_logs(&mut self) {
        *self.cache = LogCache::default();
        self.touched.clear();
    }

    /// Keeps a folded form for the rest of the transaction and, when it is committed, beyond.
    pub(crate) fn keep_log(&mut self, log: FormLog) {
        if !log.is_empty() {
            self.touched.insert(log.form(), log);
        }
    }
}

impl<'a> std::ops::Deref for Writer<'a> {
    type Target = Reader<'a>;

    fn deref(&self) -> &Reader<'a> {
        &self.reader
    }
}

#[cfg(test)]
mod tests {
    use qianban_journal::{FormView, PersonId, Registry};

    use super::*;
    use crate::{DraftKey, Indexed, Sources};

    struct NoIndex;

    impl Index for NoIndex {
        fn index(&self, _: &FormLog, _: &FormView, _: Registry<'_>, _: &dyn Sources) -> Indexed {
            Indexed::default()
        }
    }

    #[test]
    fn a_full_disk_loses_nothing_and_is_told_so() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::create(dir.path(), &DatabaseKey::generate().unwrap(), Box::new(NoIndex)).unwrap();
        let draft =
            |form: String| DraftKey { person: PersonId([1; 16]), form, section: "a".into(), row: "".into() };
        let set = |form: String, text: &str| store.write(|w| w.draft_set(&draft(form), "f", text, 1));
        set("kept".into(), "kept").unwrap();
        let writer = lock(&store.writer);
        let pages: i64 = writer.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        writer.connection.pragma_update(None, "max_page_count", pages + 8).unwrap();
        drop(writer);
        let text = "长".repeat(4_000);
        let refused = (0..100).find_map(|number| set(number.to_string(), &text).err());
        assert!(matches!(refused, Some(StoreError::DiskFull(_))), "{refused:?}");
        let kept = store.read(|r| r.draft(&draft("kept".into()))).unwrap();
        assert_eq!(kept[0].value, "kept", "reading goes on");
        set("kept".into(), "more").unwrap();
    }

    #[test]
    fn what_failed_gets_a_fresh_connection() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::create(dir.path(), &DatabaseKey::generate().unwrap(), Box::new(NoIndex)).unwrap();
        lock(&store.writer).connection.execute_batch("CREATE TEMP TABLE of_this_connection (a)").unwrap();
        let failed: Result<(), StoreError> = store.write(|_| Err(StoreError::NoRandomness));
        assert!(failed.is_err());
        store.write(|w| w.put_meta("a", b"b")).unwrap();
        assert_eq!(store.read(|r| r.meta("a")).unwrap().unwrap(), b"b");
        assert!(lock(&store.writer).connection.prepare("SELECT a FROM of_this_connection").is_err());
    }
}
