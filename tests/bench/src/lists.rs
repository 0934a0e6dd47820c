//! (b) The first page of a ledger and searches, in many forms, against the same SQL on a connection of its own.

use std::path::Path;
use std::time::Instant;

use qianban_journal::{EventId, FormId};
use qianban_store::{DATABASE_NAME, DatabaseKey, LedgerQuery, Store};
use rusqlite::Connection;

use crate::measure::{Failed, Pair};
use crate::office::{Office, ledger};

/// Rows of a page, as the screen asks for them.
const PAGE_ROWS: u32 = 50;
/// Forms that one transaction takes in, as an import does.
const BATCH: u32 = 500;

/// A connection as a program without a store would open it: same key, same durability.
pub(crate) fn raw(path: &Path, key: &DatabaseKey) -> Result<Connection, Failed> {
    let connection = Connection::open(path)?;
    connection.execute_batch(&format!("PRAGMA key = \"x'{}'\"", hex::encode(key.as_bytes())))?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA cache_size = -16384")?;
    Ok(connection)
}

/// What filling the database took.
pub(crate) struct Filled {
    /// Every form with its round.
    pub(crate) forms: Vec<(FormId, EventId)>,
    /// Events in all.
    pub(crate) events: usize,
    /// Seconds that the store took to take them in, without the signing.
    pub(crate) store_seconds: f64,
}

/// Signs `count` submitted forms and takes them in.
pub(crate) fn fill(store: &Store, office: &mut Office, count: u32) -> Result<Filled, Failed> {
    let mut filled = Filled { forms: Vec::new(), events: 0, store_seconds: 0.0 };
    let numbers: Vec<u32> = (1..=count).collect();
    for batch in numbers.chunks(BATCH as usize) {
        let drafts = batch.iter().map(|n| office.submitted(*n)).collect::<Result<Vec<_>, _>>()?;
        let start = Instant::now();
        store.write(|writer| {
            for draft in &drafts {
                for blob in &draft.blobs {
                    writer.put_blob(blob)?;
                }
                let results = writer.append_events(&draft.envelopes)?;
                filled.events += results.len();
            }
            Ok::<(), Failed>(())
        })?;
        filled.store_seconds += start.elapsed().as_secs_f64();
        let round =
            |envelopes: &[qianban_journal::Envelope]| envelopes.last().map(qianban_journal::Envelope::id);
        filled
            .forms
            .extend(drafts.iter().filter_map(|draft| Some((draft.log.form(), round(&draft.envelopes)?))));
    }
    Ok(filled)
}

/// A list that people open, and the SQL that answers it.
struct List {
    name: &'static str,
    typed: &'static str,
    /// The FTS5 expression that the typed text stands for; empty for the page of a ledger.
    matched: &'static str,
}

const LISTS: &[List] = &[
    List { name: "first page of the ledger", typed: "", matched: "" },
    List { name: "search, 1 character 「教」", typed: "教", matched: "single:\"教\"" },
    List { name: "search, 2 characters 「预算」", typed: "预算", matched: "pair:\"预算\"" },
    List { name: "search, a rare pair 「债务」", typed: "债务", matched: "pair:\"债务\"" },
    List {
        name: "search, a number 「第0777号」", typed: "第0777号", matched: "pair:\"第0 07 77 77 7号\""
    },
    List {
        name: "search, a person 「某某」 who is not there", typed: "某某", matched: "pair:\"某某\""
    },
    List { name: "search, a person 「张甲子」", typed: "张甲子", matched: "pair:\"张甲 甲子\"" },
    List {
        name: "search, a person and a unit 「王二 水利局」",
        typed: "王二 水利局",
        matched: "pair:\"王二\" AND pair:\"水利 利局\"",
    },
];

const COLUMNS: &str =
    "v.form, v.id, v.ledger, v.definition, v.unit, v.creator, v.submitter, v.status, v.step,
    v.working_number, v.series, v.year, v.serial, v.created_ms, v.changed_ms, v.title, v.summary";

/// Every list, ours and by hand in turns; both must find the same forms.
pub(crate) fn run(store: &Store, dir: &Path, key: &DatabaseKey, rounds: usize) -> Result<Vec<Pair>, Failed> {
    let connection = raw(&dir.join(DATABASE_NAME), key)?;
    LISTS.iter().map(|list| one(store, &connection, list, rounds)).collect()
}

fn one(store: &Store, connection: &Connection, list: &List, rounds: usize) -> Result<Pair, Failed> {
    let mut pair = Pair::new(list.name);
    let query = LedgerQuery {
        ledger: Some(ledger()),
        text: list.typed.to_owned(),
        limit: PAGE_ROWS,
        ..LedgerQuery::default()
    };
    for _ in 0..rounds {
        let page = pair.ours.take(|| Ok(store.read(|reader| reader.ledger_page(&query))?))?;
        let keys = pair.by_hand.take(|| by_hand(connection, list))?;
        if page.rows.iter().map(|row| row.key).ne(keys.iter().map(|row| row.key)) {
            return Err(format!("{}: ours and the hand found different forms", list.name).into());
        }
    }
    Ok(pair)
}

/// A row as a hand would read it: nothing parsed, nothing checked.
#[allow(dead_code, reason = "reading the columns is the work that is measured")]
struct Row {
    key: i64,
    ids: [Vec<u8>; 3],
    nullable_ids: [Option<Vec<u8>>; 2],
    texts: [String; 4],
    status: u8,
    step: Option<u8>,
    number: (Option<String>, Option<u16>, Option<u32>),
    times: [i64; 2],
}

fn by_hand(connection: &Connection, list: &List) -> Result<Vec<Row>, Failed> {
    let (from, condition, key) = if list.matched.is_empty() {
        ("form_view v", "?1 = ''", "v.form")
    } else {
        ("search_index s JOIN form_view v ON v.form = s.rowid", "search_index MATCH ?1", "s.rowid")
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM {from} WHERE {condition} AND v.ledger = ?2 ORDER BY {key} DESC LIMIT {PAGE_ROWS}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map((list.matched, ledger().as_str()), |row| {
        Ok(Row {
            key: row.get(0)?,
            ids: [row.get(1)?, row.get(4)?, row.get(5)?],
            nullable_ids: [row.get(3)?, row.get(6)?],
            texts: [row.get(2)?, row.get(9)?, row.get(15)?, row.get(16)?],
            status: row.get(7)?,
            step: row.get(8)?,
            number: (row.get(10)?, row.get(11)?, row.get(12)?),
            times: [row.get(13)?, row.get(14)?],
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
