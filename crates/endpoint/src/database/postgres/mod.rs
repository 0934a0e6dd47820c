//! PostgreSQL, for several instances side by side. Arrivals of a bureau are numbered under a lock on its row (Y6):
//! numbers of a sequence would become visible out of order, and a reader would skip rows.

mod blobs;
mod bureaus;
mod events;
mod possession;
mod wire;

use std::str::FromStr;
use std::time::Duration;

use deadpool_postgres::{ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Timeouts};
use qianban_journal::{Digest, EventId, FormId, Incarnation, WorkspaceId};
use tokio_postgres::Row;

use super::migrate::{checksum_of, pending};
use super::{
    Answer, Batch, BlobRow, Bucket, BureauRow, Database, DatabaseError, EnrolmentRow, EventRow, FormRow,
    Kept, NewBlob, NewCode, Pc, Range, Readers, Sender,
};

pub use wire::PostgresWire;

/// Connections of one instance. PostgreSQL works on a core's worth each; more would only wait there instead of here.
const CONNECTIONS: usize = 16;
/// How long a request waits for a connection, and a connection for the server.
const WAIT: Duration = Duration::from_secs(10);
/// The lock under which instances that start together apply migrations one after another.
const MIGRATION_LOCK: i64 = 0x7169_616e_6261_6e01;

/// The database for several instances.
pub struct Postgres {
    pool: Pool,
    incarnation: Incarnation,
}

type Result<T> = std::result::Result<T, DatabaseError>;

impl Postgres {
    /// Connects, and applies what is pending. `fresh` becomes the incarnation of a new database. `address` is that of
    /// libpq: `postgresql://…` or `host=… dbname=…`.
    ///
    /// # Errors
    /// The address is not understood or may not be spoken to in the clear, the server does not answer, or a newer program
    /// wrote the database.
    pub async fn connect(address: &str, wire: &PostgresWire, fresh: Incarnation) -> Result<Self> {
        let mut config = tokio_postgres::Config::from_str(address)?;
        config.connect_timeout(WAIT).application_name("qianban-endpoint");
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = wire.manager(config, recycling)?;
        let timeouts = Timeouts { wait: Some(WAIT), create: Some(WAIT), recycle: Some(WAIT) };
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .runtime(Runtime::Tokio1)
            .timeouts(timeouts)
            .build()?;
        let incarnation = migrate(&mut pool.get().await?, fresh).await?;
        Ok(Self { pool, incarnation })
    }

    async fn client(&self) -> Result<Object> {
        Ok(self.pool.get().await?)
    }
}

async fn migrate(client: &mut Object, fresh: Incarnation) -> Result<Incarnation> {
    let transaction = client.transaction().await?;
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATION_LOCK]).await?;
    transaction
        .batch_execute(
            "CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY, checksum BYTEA NOT NULL)",
        )
        .await?;
    let rows = transaction.query("SELECT number, checksum FROM migration ORDER BY number", &[]).await?;
    let applied =
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<Vec<_>>>()?;
    for migration in pending(&applied, |migration| migration.postgres)? {
        transaction.batch_execute(migration.postgres).await?;
        let checksum = checksum_of(migration.postgres);
        let insert = "INSERT INTO migration (number, checksum) VALUES ($1, $2)";
        transaction.execute(insert, &[&migration.number, &checksum]).await?;
    }
    let life = "INSERT INTO life (one, incarnation) VALUES (1, $1) ON CONFLICT DO NOTHING";
    transaction.execute(life, &[&fresh.0.as_slice()]).await?;
    let row = transaction.query_one("SELECT incarnation FROM life", &[]).await?;
    let incarnation = id(&row, 0, "life")?;
    transaction.commit().await?;
    Ok(incarnation)
}

/// A number that the database counts in 64 bits, signed.
fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A count read back.
fn count(row: &Row, column: usize) -> Result<u64> {
    Ok(u64::try_from(row.try_get::<_, i64>(column)?).unwrap_or(0))
}

/// An id of a fixed length read back.
fn id<T: for<'b> TryFrom<&'b [u8]>>(row: &Row, column: usize, table: &'static str) -> Result<T> {
    T::try_from(row.try_get::<_, &[u8]>(column)?).map_err(|_| DatabaseError::Damaged { table })
}

/// The subjects for `$n::bytea[] IS NULL OR …`.
fn subjects(readers: &Readers) -> Option<Vec<&[u8]>> {
    match readers {
        Readers::Every => None,
        Readers::Some(subjects) => Some(subjects.iter().map(<[u8; 16]>::as_slice).collect()),
    }
}

impl Database for Postgres {
    fn incarnation(&self) -> Answer<'_, Incarnation> {
        let incarnation = self.incarnation;
        Box::pin(async move { Ok(incarnation) })
    }

    fn ready(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            self.client().await?.query_one("SELECT incarnation FROM life", &[]).await?;
            Ok(())
        })
    }

    fn bureaus(&self) -> Answer<'_, Vec<WorkspaceId>> {
        Box::pin(async move { bureaus::all(&self.client().await?).await })
    }

    fn bureau(&self, ws: WorkspaceId) -> Answer<'_, Option<BureauRow>> {
        Box::pin(async move { bureaus::one(&self.client().await?, ws).await })
    }

    fn add_code(&self, code: NewCode) -> Answer<'_, ()> {
        Box::pin(async move { bureaus::add_code(&self.client().await?, code).await })
    }

    fn found(
        &self,
        code: Digest,
        now_ms: i64,
        ws: WorkspaceId,
        root: Digest,
        entry: Vec<u8>,
    ) -> Answer<'_, bool> {
        let bureau = (ws, self.incarnation, root);
        Box::pin(async move { bureaus::found(&mut self.client().await?, code, now_ms, bureau, &entry).await })
    }

    fn begin(&self, ws: WorkspaceId, root: Digest, entry: Vec<u8>) -> Answer<'_, ()> {
        let bureau = (ws, self.incarnation, root);
        Box::pin(async move { bureaus::begin_alone(&mut self.client().await?, bureau, &entry).await })
    }

    fn code_bureau(&self, code: Digest) -> Answer<'_, Option<WorkspaceId>> {
        Box::pin(async move { bureaus::code_bureau(&self.client().await?, code).await })
    }

    fn enrol(&self, ws: WorkspaceId, row: EnrolmentRow, since_ms: i64, most: usize) -> Answer<'_, bool> {
        Box::pin(async move { bureaus::enrol(&mut self.client().await?, ws, &row, since_ms, most).await })
    }

    fn enrolments(&self, ws: WorkspaceId, most: usize) -> Answer<'_, Vec<EnrolmentRow>> {
        Box::pin(async move { bureaus::enrolments(&self.client().await?, ws, most).await })
    }

    fn entries(&self, ws: WorkspaceId, after: u32, most: usize) -> Answer<'_, Vec<Vec<u8>>> {
        Box::pin(async move { bureaus::entries(&self.client().await?, ws, after, most).await })
    }

    fn add_entry(
        &self,
        ws: WorkspaceId,
        number: u32,
        entry: Vec<u8>,
        named: Vec<Digest>,
    ) -> Answer<'_, Kept> {
        Box::pin(
            async move { bureaus::add_entry(&mut self.client().await?, ws, number, &entry, &named).await },
        )
    }

    fn form(&self, ws: WorkspaceId, form: FormId) -> Answer<'_, Vec<Vec<u8>>> {
        Box::pin(async move { events::form(&self.client().await?, ws, form).await })
    }

    fn event_counts(&self, ws: WorkspaceId, forms: Vec<FormId>) -> Answer<'_, Vec<(FormId, u64)>> {
        Box::pin(async move { events::counts(&self.client().await?, ws, &forms).await })
    }

    fn known(&self, ws: WorkspaceId, ids: Vec<EventId>) -> Answer<'_, Vec<EventId>> {
        Box::pin(async move { events::known(&self.client().await?, ws, &ids).await })
    }

    fn arrive(&self, batch: Batch) -> Answer<'_, Kept> {
        Box::pin(async move { events::arrive(&mut self.client().await?, &batch).await })
    }

    fn range(&self, range: Range) -> Answer<'_, Vec<EventRow>> {
        Box::pin(async move { events::range(&self.client().await?, &range).await })
    }

    fn by_id(&self, ws: WorkspaceId, ids: Vec<EventId>, readers: Readers) -> Answer<'_, Vec<EventRow>> {
        Box::pin(async move { events::by_id(&self.client().await?, ws, &ids, &readers).await })
    }

    fn bucket(&self, bucket: Bucket) -> Answer<'_, Vec<EventId>> {
        Box::pin(async move { events::bucket(&self.client().await?, &bucket).await })
    }

    fn log_root(&self, ws: WorkspaceId, n: u64) -> Answer<'_, Option<Digest>> {
        Box::pin(async move { events::log_root(&self.client().await?, ws, n).await })
    }

    fn changed(&self, range: Range) -> Answer<'_, Vec<FormRow>> {
        Box::pin(async move { events::changed(&self.client().await?, &range).await })
    }

    fn may_read(&self, ws: WorkspaceId, form: FormId, readers: Readers) -> Answer<'_, bool> {
        Box::pin(async move { events::may_read(&self.client().await?, ws, form, &readers).await })
    }

    fn count_part(&self, sender: Sender, bytes: u64) -> Answer<'_, bool> {
        Box::pin(async move { blobs::count_part(&mut self.client().await?, sender, bytes).await })
    }

    fn add_blobs(&self, sender: Sender, blobs: Vec<NewBlob>) -> Answer<'_, Option<Vec<bool>>> {
        Box::pin(async move { blobs::add(&mut self.client().await?, sender, &blobs).await })
    }

    fn add_had(&self, ws: WorkspaceId, had: Vec<(Digest, Pc)>) -> Answer<'_, ()> {
        Box::pin(async move {
            let mut client = self.client().await?;
            let transaction = client.transaction().await?;
            possession::add_had(&transaction, ws, &had).await?;
            Ok(transaction.commit().await?)
        })
    }

    fn held(
        &self,
        ws: WorkspaceId,
        digests: Vec<Digest>,
        pc: Pc,
        readers: Readers,
    ) -> Answer<'_, Vec<Digest>> {
        Box::pin(async move { possession::held(&self.client().await?, ws, &digests, pc, &readers).await })
    }

    fn closed(&self, ws: WorkspaceId, digests: Vec<Digest>, pc: Pc) -> Answer<'_, Vec<Digest>> {
        Box::pin(async move { possession::closed(&self.client().await?, ws, &digests, pc).await })
    }

    fn parts(&self, ws: WorkspaceId, snapshots: Vec<Digest>) -> Answer<'_, Vec<(Digest, Digest)>> {
        Box::pin(async move { possession::parts(&self.client().await?, ws, &snapshots).await })
    }

    fn all_had(
        &self,
        ws: WorkspaceId,
        after: Option<(Digest, Pc)>,
        most: usize,
    ) -> Answer<'_, Vec<(Digest, Pc)>> {
        Box::pin(async move { possession::all_had(&self.client().await?, ws, after, most).await })
    }

    fn blobs(&self, ws: WorkspaceId, digests: Vec<Digest>, readers: Readers) -> Answer<'_, Vec<BlobRow>> {
        Box::pin(async move { blobs::some(&self.client().await?, ws, &digests, &readers, "b.bytes").await })
    }

    fn lengths(&self, ws: WorkspaceId, digests: Vec<Digest>, readers: Readers) -> Answer<'_, Vec<BlobRow>> {
        Box::pin(
            async move { blobs::some(&self.client().await?, ws, &digests, &readers, "NULL::bytea").await },
        )
    }

    fn all_blobs(&self, ws: WorkspaceId, after: Option<Digest>, most: usize) -> Answer<'_, Vec<BlobRow>> {
        Box::pin(async move { blobs::all(&self.client().await?, ws, after, most).await })
    }
}
