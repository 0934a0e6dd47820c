//! What an endpoint keeps, and the two engines that keep it: SQLite in one file, PostgreSQL for several instances side
//! by side. Both pass one suite of contracts.
//!
//! Nothing here judges an event. Whoever calls has judged it knowing how many events of its form were here; that count is
//! compared under the row lock that numbers arrivals (Y6), and a batch judged on older knowledge is not taken.

mod migrate;
#[cfg(feature = "program")]
mod postgres;
mod sqlite;

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

use qianban_journal::{
    Digest, EventId, FormId, Incarnation, Ledger, SealingPc, SeatId, Snapshot, WorkspaceId, digest,
};
use thiserror::Error;

#[cfg(feature = "program")]
pub use postgres::{Postgres, PostgresWire};
pub use sqlite::Sqlite;

/// What a call gives back later.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, DatabaseError>> + Send + 'a>>;

/// The form that stands for the registry where blobs are named: whoever is of the bureau may read those.
pub const REGISTRY_FORM: FormId = FormId([0; 32]);

/// A PC, as its certificates name it: device and incarnation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pc(pub [u8; 32]);

impl Pc {
    /// Stands where nobody is asked for the bytes: the registry, and what an archive brings back.
    pub const NOBODY: Self = Self([0; 32]);
}

impl From<SealingPc> for Pc {
    fn from(pc: SealingPc) -> Self {
        let mut name = [0; 32];
        name[..16].copy_from_slice(&pc.device.0);
        name[16..].copy_from_slice(&pc.incarnation.0);
        Self(name)
    }
}

/// Why the database did not do it. Nothing has changed then.
#[derive(Debug, Error)]
pub enum DatabaseError {
    /// SQLite.
    #[error("SQLite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL.
    #[cfg(feature = "program")]
    #[error("PostgreSQL: {0}")]
    Postgres(#[from] tokio_postgres::Error),
    /// No connection to PostgreSQL.
    #[cfg(feature = "program")]
    #[error("no connection to PostgreSQL: {0}")]
    Pool(#[from] deadpool_postgres::PoolError),
    /// The address of PostgreSQL is not understood.
    #[cfg(feature = "program")]
    #[error("the pool of connections cannot be built: {0}")]
    Build(#[from] deadpool_postgres::BuildError),
    /// It is on another computer, and nobody said how to speak to it.
    #[cfg(feature = "program")]
    #[error(
        "PostgreSQL is on another computer: set postgres_authorities (TLS), or postgres_plaintext = true if nobody else is on the line"
    )]
    Plaintext,
    /// The authorities that certify PostgreSQL cannot be read.
    #[cfg(feature = "program")]
    #[error("{file}: {reason}")]
    Authorities {
        /// Their file.
        file: std::path::PathBuf,
        /// Why.
        reason: String,
    },
    /// A newer program wrote it, or another text of a migration was applied.
    #[error("migration {number} of the database is not the one of this program")]
    Migration {
        /// The first that differs.
        number: i64,
    },
    /// A row that this program cannot have written.
    #[error("a row of {table} is damaged")]
    Damaged {
        /// Its table.
        table: &'static str,
    },
    /// The thread that worked on it ended.
    #[error("the work was given up")]
    GivenUp,
}

/// Who reads: everything of the bureau, or the forms that concern one of these units and persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readers {
    /// Every form.
    Every,
    /// Forms that reach one of these.
    Some(Vec<[u8; 16]>),
}

/// A bureau as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BureauRow {
    /// Hash of the registry's first entry.
    pub root: Digest,
    /// Number of the registry's last entry.
    pub registry: u32,
    /// How many events have arrived.
    pub arrivals: u64,
    /// The root of the log after them.
    pub log_root: Digest,
}

/// A form that a batch adds to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// Which.
    pub form: FormId,
    /// Its ledger.
    pub ledger: Ledger,
    /// How many events of it were known when the new ones were judged.
    pub known: u64,
}

/// An event to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Its id.
    pub id: EventId,
    /// Its form.
    pub form: FormId,
    /// The envelope as it came.
    pub envelope: Vec<u8>,
}

/// Room that may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Bytes of a bureau in all.
    pub bureau_bytes: u64,
    /// Bytes that a seat may send in a day.
    pub seat_day_bytes: u64,
}

/// Who sends, for the room that is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sender {
    /// The bureau.
    pub ws: WorkspaceId,
    /// The seat.
    pub seat: SeatId,
    /// The PC on which the seat is.
    pub pc: Pc,
    /// Days since 1970.
    pub day: u64,
    /// What it may use.
    pub room: Room,
}

impl Sender {
    /// What its PC has shown to have by sending these.
    fn has(&self, blobs: &[NewBlob]) -> Vec<(Digest, Pc)> {
        let blobs = blobs.iter().filter(|_| self.pc != Pc::NOBODY);
        blobs.map(|new| (new.digest, self.pc)).collect()
    }
}

/// A batch of judged events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Who sends it.
    pub sender: Sender,
    /// The forms it adds to, each once.
    pub touched: Vec<Touched>,
    /// The events, in the order in which they are to be numbered.
    pub events: Vec<NewEvent>,
    /// Units and persons that forms concern from now on; some may be known.
    pub reach: Vec<([u8; 16], FormId)>,
    /// Blobs that forms name from now on; some may be known.
    pub mentions: Vec<Mention>,
    /// PCs that have turned out to have the bytes of a blob; some may be known.
    pub had: Vec<(Digest, Pc)>,
}

/// A form names a blob. Whoever may read the form may read the blob, if the PC that named it there first has its bytes:
/// naming is not reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// The blob.
    pub digest: Digest,
    /// The form.
    pub form: FormId,
    /// The PC whose event names it.
    pub pc: Pc,
}

impl Batch {
    /// How many events of a form this batch adds, and the number of the last of them, when the whole batch ends with
    /// `last`.
    fn added(&self, form: FormId, last: u64) -> (u64, u64) {
        let before = last - self.events.len() as u64;
        let numbers =
            (before + 1..).zip(&self.events).filter(|(_, event)| event.form == form).map(|(n, _)| n);
        numbers.fold((0, 0), |(count, _), n| (count + 1, n))
    }
}

/// What became of something that is kept under the row lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is safe on the disk.
    Stored,
    /// Somebody else was quicker: judge it again.
    Moved,
    /// No room is left.
    Full,
}

/// A blob to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBlob {
    /// Its name.
    pub digest: Digest,
    /// Its length.
    pub len: u64,
    /// Its bytes; none for one in the blob folder.
    pub bytes: Option<Vec<u8>>,
    /// Attachments that it names, where it is a snapshot.
    pub parts: Vec<Digest>,
}

impl NewBlob {
    /// A small blob with its name and, if it is a snapshot, the attachments that it names.
    #[must_use]
    pub fn small(bytes: Vec<u8>) -> Self {
        Self { digest: digest(&bytes), len: bytes.len() as u64, parts: parts_of(&bytes), bytes: Some(bytes) }
    }
}

/// The attachments that a blob names, if it is a snapshot; each once.
#[must_use]
pub fn parts_of(bytes: &[u8]) -> Vec<Digest> {
    let Ok(snapshot) = Snapshot::decode(bytes) else { return Vec::new() };
    let parts: BTreeSet<Digest> = snapshot.attachments.iter().map(|attachment| attachment.digest).collect();
    parts.into_iter().collect()
}

/// A blob that is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobRow {
    /// Its name.
    pub digest: Digest,
    /// Its length.
    pub len: u64,
    /// Its bytes; none for one in the blob folder, or where only lengths were asked for.
    pub bytes: Option<Vec<u8>>,
}

/// An event with its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Its number.
    pub n: u64,
    /// Its id.
    pub id: EventId,
    /// The envelope.
    pub envelope: Vec<u8>,
}

/// Which events are asked for, in the order of arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The bureau.
    pub ws: WorkspaceId,
    /// After this number.
    pub after: u64,
    /// Up to and with this number.
    pub until: u64,
    /// At most so many.
    pub most: usize,
    /// For whom.
    pub readers: Readers,
}

/// Which ids are asked for: those of forms whose id begins with a byte, ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// The bureau.
    pub ws: WorkspaceId,
    /// The first byte.
    pub byte: u8,
    /// Ids after this one; none from the beginning.
    pub after: Option<EventId>,
    /// Events that had arrived by this number.
    pub until: u64,
    /// At most so many.
    pub most: usize,
    /// For whom.
    pub readers: Readers,
}

/// A form in the order of its last change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormRow {
    /// Which.
    pub form: FormId,
    /// Number of its last event.
    pub changed: u64,
}

/// A code that works once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewCode {
    /// The bureau whose PCs it lets in; [`OPERATOR`] for one that lets a new bureau in.
    pub ws: WorkspaceId,
    /// SM3 of the code.
    pub digest: Digest,
    /// Until when, milliseconds since 1970.
    pub until_ms: i64,
}

/// The workspace of codes that the operator gives.
pub const OPERATOR: WorkspaceId = WorkspaceId([0; 16]);

/// A PC that asks for a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolmentRow {
    /// The seat it would have.
    pub seat: SeatId,
    /// SM3 of the code that it showed.
    pub code: Digest,
    /// The request as it came.
    pub request: Vec<u8>,
    /// When, milliseconds since 1970.
    pub at_ms: i64,
}

/// What an endpoint asks of its database. Each call is one transaction, safe on the disk when it answers.
pub trait Database: Send + Sync {
    /// The life of the arrival logs; made at the first start.
    fn incarnation(&self) -> Answer<'_, Incarnation>;
    /// Whether the database can be read now.
    fn ready(&self) -> Answer<'_, ()>;
    /// Every bureau.
    fn bureaus(&self) -> Answer<'_, Vec<WorkspaceId>>;
    /// A bureau.
    fn bureau(&self, ws: WorkspaceId) -> Answer<'_, Option<BureauRow>>;

    /// Makes a code known.
    fn add_code(&self, code: NewCode) -> Answer<'_, ()>;
    /// Uses an operator's code up and begins a bureau with its registry's first entry. False: the code is unknown, used
    /// or too old. A bureau that is here already stays as it is and the code stays unused.
    fn found(
        &self,
        code: Digest,
        now_ms: i64,
        ws: WorkspaceId,
        root: Digest,
        entry: Vec<u8>,
    ) -> Answer<'_, bool>;
    /// Begins a bureau without a code: for a restore.
    fn begin(&self, ws: WorkspaceId, root: Digest, entry: Vec<u8>) -> Answer<'_, ()>;
    /// The bureau of a PC's code, used or not; none for an unknown one.
    fn code_bureau(&self, code: Digest) -> Answer<'_, Option<WorkspaceId>>;
    /// Uses a PC's code up and keeps the request; the same request with the same code again is no use of it. Requests
    /// that came before `since_ms` are forgotten. False: the code is unknown, too old, or used by another request, or
    /// too many wait.
    fn enrol(&self, ws: WorkspaceId, row: EnrolmentRow, since_ms: i64, most: usize) -> Answer<'_, bool>;
    /// Requests, oldest first.
    fn enrolments(&self, ws: WorkspaceId, most: usize) -> Answer<'_, Vec<EnrolmentRow>>;

    /// Entries after a number.
    fn entries(&self, ws: WorkspaceId, after: u32, most: usize) -> Answer<'_, Vec<Vec<u8>>>;
    /// Keeps an entry with the blobs that it names, if its number is the next.
    fn add_entry(&self, ws: WorkspaceId, number: u32, entry: Vec<u8>, named: Vec<Digest>)
    -> Answer<'_, Kept>;

    /// The envelopes of a form in the order of arrival.
    fn form(&self, ws: WorkspaceId, form: FormId) -> Answer<'_, Vec<Vec<u8>>>;
    /// How many events of these forms are here; none are of a form that is not named.
    fn event_counts(&self, ws: WorkspaceId, forms: Vec<FormId>) -> Answer<'_, Vec<(FormId, u64)>>;
    /// Which of these events are here, ascending.
    fn known(&self, ws: WorkspaceId, ids: Vec<EventId>) -> Answer<'_, Vec<EventId>>;
    /// Numbers and keeps a batch (Y6).
    fn arrive(&self, batch: Batch) -> Answer<'_, Kept>;
    /// Events in the order of arrival (Y3).
    fn range(&self, range: Range) -> Answer<'_, Vec<EventRow>>;
    /// Events by id.
    fn by_id(&self, ws: WorkspaceId, ids: Vec<EventId>, readers: Readers) -> Answer<'_, Vec<EventRow>>;
    /// Ids of a bucket (Y5).
    fn bucket(&self, bucket: Bucket) -> Answer<'_, Vec<EventId>>;
    /// The root of the log after an arrival.
    fn log_root(&self, ws: WorkspaceId, n: u64) -> Answer<'_, Option<Digest>>;
    /// Forms by their last change, after and up to a number.
    fn changed(&self, range: Range) -> Answer<'_, Vec<FormRow>>;
    /// Whether a form may be read.
    fn may_read(&self, ws: WorkspaceId, form: FormId, readers: Readers) -> Answer<'_, bool>;

    /// Counts bytes of a part of a long blob for the sender's day; false: the day has no room for them.
    fn count_part(&self, sender: Sender, bytes: u64) -> Answer<'_, bool>;
    /// Keeps blobs that are not here yet; true for each that was new. None: there is no room for them. Their sender has
    /// them from now on.
    fn add_blobs(&self, sender: Sender, blobs: Vec<NewBlob>) -> Answer<'_, Option<Vec<bool>>>;
    /// Notes PCs that have the bytes of blobs; some may be known.
    fn add_had(&self, ws: WorkspaceId, had: Vec<(Digest, Pc)>) -> Answer<'_, ()>;
    /// Which of these blobs are here and a PC has or may read, ascending.
    fn held(
        &self,
        ws: WorkspaceId,
        digests: Vec<Digest>,
        pc: Pc,
        readers: Readers,
    ) -> Answer<'_, Vec<Digest>>;
    /// Which of these blobs a PC has and no form opens to anybody, ascending.
    fn closed(&self, ws: WorkspaceId, digests: Vec<Digest>, pc: Pc) -> Answer<'_, Vec<Digest>>;
    /// The attachments that snapshots which are here name, as `(snapshot, attachment)`.
    fn parts(&self, ws: WorkspaceId, snapshots: Vec<Digest>) -> Answer<'_, Vec<(Digest, Digest)>>;
    /// Who has what, after a pair, ascending: for a backup.
    fn all_had(
        &self,
        ws: WorkspaceId,
        after: Option<(Digest, Pc)>,
        most: usize,
    ) -> Answer<'_, Vec<(Digest, Pc)>>;
    /// Blobs that are here and may be read.
    fn blobs(&self, ws: WorkspaceId, digests: Vec<Digest>, readers: Readers) -> Answer<'_, Vec<BlobRow>>;
    /// The same without their bytes.
    fn lengths(&self, ws: WorkspaceId, digests: Vec<Digest>, readers: Readers) -> Answer<'_, Vec<BlobRow>>;
    /// Every blob after a digest, ascending: for a backup.
    fn all_blobs(&self, ws: WorkspaceId, after: Option<Digest>, most: usize) -> Answer<'_, Vec<BlobRow>>;
}
