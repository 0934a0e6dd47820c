//! Proving the whole file: pages, registry, blobs, attachments, events, device logs, and that every list says what a
//! fresh fold says. It reads one state of the file, changes nothing of what it says, and names the first bad row of each
//! kind.

mod attachment;
mod blob;
mod event;
mod form;
mod log;
mod page;
mod registry;

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use qianban_journal::FormId;

pub(crate) use page::check_pages;

use crate::connection::{self, Access};
use crate::{AnchorFile, DATABASE_NAME, Reader, Store, StoreError};

/// Faults listed before the check stops: the first is what matters, a thousand would hide it.
pub const FAULTS_MAX: usize = 100;

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Wrong {
    /// A page of the file does not carry its own authentication code.
    Page,
    /// SQLite finds tables or indexes inconsistent.
    Structure,
    /// The row is not there although something kept elsewhere says it was.
    Missing,
    /// The bytes cannot be read as what they must be.
    Unreadable,
    /// The bytes do not have the digest or id they are filed under.
    Digest,
    /// The signature, or the seat it claims, is wrong.
    Signature,
    /// The row does not follow from those before it: a broken chain, or an event that its form does not admit.
    Chain,
    /// A column says something else than the signed bytes.
    Column,
    /// The attachment's file is changed, cut short or gone.
    File,
    /// A derived row says something else than a fresh fold; `rebuild` mends it.
    Derived,
    /// The file is behind what this PC remembers outside it (K5): an older copy.
    BehindAnchor,
}

impl Wrong {
    /// The stable code by which the edge finds the Chinese words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Page => "VERIFY-PAGE",
            Self::Structure => "VERIFY-STRUCTURE",
            Self::Missing => "VERIFY-MISSING",
            Self::Unreadable => "VERIFY-UNREADABLE",
            Self::Digest => "VERIFY-DIGEST",
            Self::Signature => "VERIFY-SIGNATURE",
            Self::Chain => "VERIFY-CHAIN",
            Self::Column => "VERIFY-COLUMN",
            Self::File => "VERIFY-FILE",
            Self::Derived => "VERIFY-DERIVED",
            Self::BehindAnchor => "VERIFY-BEHIND-ANCHOR",
        }
    }
}

/// A bad row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its table; `file` for pages of the database, `anchor` for the anchor.
    pub table: &'static str,
    /// Its row number, or an id in hexadecimal where rows have none.
    pub row: String,
    /// What is wrong with it.
    pub what: Wrong,
}

/// How far a check has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Rows checked.
    pub done: u64,
    /// Rows in all.
    pub total: u64,
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Bad rows, in the order of checking: pages, registry, blobs, attachments, events, logs, lists.
    pub faults: Vec<Fault>,
    /// Rows checked.
    pub checked: u64,
    /// False when the caller stopped it, or [`FAULTS_MAX`] was reached.
    pub finished: bool,
}

impl Store {
    /// Checks the whole file. `progress` is asked after every row and may stop it. Verifies thousands of signatures a
    /// second: minutes for a year of a bureau, so never on the thread that paints.
    pub fn verify(
        &self,
        mut progress: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<VerifyReport, StoreError> {
        // A power cut may leave pages half written whose whole copies are in the write-ahead log (faults 2).
        self.settle()?;
        let faults = Self::damaged_pages(self.dir(), self.key())?;
        if !faults.is_empty() {
            // Nothing behind a page that lies about itself can be believed.
            let finished = faults.len() < FAULTS_MAX;
            return Ok(VerifyReport { faults, checked: 0, finished });
        }
        // A connection of its own: on one that has searched before, SQLite's check trusts what it remembers of the
        // search index and finds damage where another connection has written since.
        let connection = connection::open(&self.dir().join(DATABASE_NAME), self.key(), Access::Read)?;
        self.read_on(&connection, |reader| {
            let mut check = Check {
                reader,
                progress: &mut progress,
                total: 0,
                report: VerifyReport::default(),
                bad: BTreeSet::new(),
            };
            let outcome = check.all(self);
            let mut report = check.report;
            match outcome {
                Ok(()) => report.finished = true,
                Err(Stop::Asked) => {}
                // What could not be read any more stands behind what is named already.
                Err(Stop::Failed(_)) if !report.faults.is_empty() => {}
                Err(Stop::Failed(error)) => return Err(error),
            }
            Ok(report)
        })
    }
}

/// Why a check ends early.
enum Stop {
    /// The caller asked, or there are enough faults.
    Asked,
    /// The file could not be read.
    Failed(StoreError),
}

impl<E: Into<StoreError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// A running check.
struct Check<'a> {
    reader: &'a Reader<'a>,
    progress: &'a mut dyn FnMut(Progress) -> ControlFlow<()>,
    total: u64,
    report: VerifyReport,
    /// Forms with a bad event: their lists cannot be compared.
    bad: BTreeSet<FormId>,
}

impl Check<'_> {
    fn all(&mut self, store: &Store) -> Result<(), Stop> {
        self.total = self.count()?;
        self.structure()?;
        let chain = self.registry()?;
        self.blobs()?;
        self.attachments()?;
        self.events(&chain)?;
        self.needs()?;
        self.logs()?;
        self.anchor(&AnchorFile::of(store.dir()))?;
        self.forms(store.index())?;
        self.references()
    }

    fn count(&self) -> Result<u64, StoreError> {
        let sql = "SELECT (SELECT count(*) FROM registry) + (SELECT count(*) FROM blob)
            + (SELECT count(*) FROM attachment) + 2 * (SELECT count(*) FROM event) + (SELECT count(*) FROM form_view)";
        Ok(self.reader.statement(sql)?.query_row([], |row| row.get(0))?)
    }

    /// Counts a row as checked and asks whether to go on.
    fn step(&mut self) -> Result<(), Stop> {
        self.report.checked += 1;
        let progress = Progress { done: self.report.checked, total: self.total.max(self.report.checked) };
        match (self.progress)(progress) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Stop::Asked),
        }
    }

    fn fault(&mut self, table: &'static str, row: impl ToString, what: Wrong) -> Result<(), Stop> {
        self.report.faults.push(Fault { table, row: row.to_string(), what });
        if self.report.faults.len() < FAULTS_MAX { Ok(()) } else { Err(Stop::Asked) }
    }

    /// A row whose columns can be read as what they must be; `None` after naming one whose columns cannot.
    fn readable<T>(
        &mut self,
        table: &'static str,
        row: i64,
        read: rusqlite::Result<T>,
    ) -> Result<Option<T>, Stop> {
        match read {
            Err(error) if is_unreadable(&error) => {
                self.fault(table, row, Wrong::Unreadable)?;
                Ok(None)
            }
            read => Ok(Some(read?)),
        }
    }

    /// The highest number AUTOINCREMENT ever gave in a table: higher than the last row means the last row is gone.
    fn highest_ever(&self, table: &str) -> Result<i64, StoreError> {
        let mut statement =
            self.reader.statement("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?1")?;
        Ok(statement.query_row([table], |row| row.get(0))?)
    }
}

/// Whether a column holds something else than what it must be.
fn is_unreadable(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType};
    matches!(error, FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..))
}

/// Walks numbers that must be 1, 2, 3 … and says which are missing before `number`.
struct Sequence(i64);

impl Sequence {
    fn holes_before(&mut self, number: i64) -> std::ops::Range<i64> {
        let holes = self.0 + 1..number;
        self.0 = number;
        holes
    }
}
