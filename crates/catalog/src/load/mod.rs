//! From the text of a file to a [`Definition`], or to file, line and reason.

mod fields;
mod link;
mod order;
mod scopes;
mod slip;
mod stages;
mod watch;
mod words;

pub use stages::STEPS_MAX;

use crate::definition::{Definition, Policy, SealMode};
use crate::fault::{DefinitionError, Fault};
use crate::reader::in_chinese;
use crate::source::{SourceDefinition, SourceField, SourcePolicy};
use scopes::Scopes;
use std::ops::Range;

/// Most bytes of a definition file.
pub const FILE_MAX_BYTES: usize = 256 * 1024;
/// Most fields of a definition, boxes and columns counted.
pub const FIELDS_MAX: usize = 200;
/// Most further titles of a form (G11).
const TITLES_MAX: usize = 3;

/// A refusal and where: turned into a line when it leaves this module.
#[derive(Debug)]
struct Refused {
    offset: usize,
    reason: Fault,
}

type Loaded<T> = Result<T, Refused>;

fn refuse<T>(at: Range<usize>, reason: Fault) -> Loaded<T> {
    Err(Refused { offset: at.start, reason })
}

impl Definition {
    /// Reads and checks a definition file. `name` is what a refusal calls the file; its bytes are the definition's
    /// blob, so what is signed is exactly what was checked here.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line. Nothing is repaired or guessed.
    pub fn parse(name: &str, text: &str) -> Result<Definition, DefinitionError> {
        load(text).map_err(|Refused { offset, reason }| {
            let before = text.as_bytes().iter().take(offset);
            let line = 1 + before.filter(|byte| **byte == b'\n').count();
            DefinitionError { file: name.to_owned(), line, offset, reason }
        })
    }
}

fn load(text: &str) -> Loaded<Definition> {
    if text.len() > FILE_MAX_BYTES {
        return refuse(0..0, Fault::FileTooBig { found: text.len(), most: FILE_MAX_BYTES });
    }
    let source: SourceDefinition = toml::from_str(text).map_err(|error| Refused {
        offset: error.span().map_or(0, |span| span.start),
        reason: Fault::Format { detail: in_chinese(error.message()) },
    })?;
    build(&source)
}

fn build(source: &SourceDefinition) -> Loaded<Definition> {
    count_fields(source)?;
    let scopes = Scopes::new(source)?;
    let (fields, order) = fields::fields(&source.field, &scopes.content())?;
    let (steps, step_order) = stages::steps(&source.step, &fields, &scopes)?;
    let (tables, table_order) = stages::tables(source, &scopes)?;
    let policy = policy(&source.policy)?;
    if !policy.register && steps.is_empty() {
        return refuse(source.policy.ledger.span(), Fault::Lacking { what: "签批步骤 step" });
    }
    let gates = stages::gates(&source.gate, &steps, &tables, &scopes)?;
    let slip = slip::slip(&source.slip, source)?;
    let tallies = watch::tallies(&source.tally, &fields, &scopes)?;
    Ok(Definition {
        id: words::name(&source.id, true)?,
        title: words::words(&source.title, 60)?,
        also_titled: also_titled(source)?,
        row: words::cite(&source.row, "DWC")?,
        version: u32::try_from(words::bounded(&source.version, "version", 1, 1_000_000)?).unwrap_or(1),
        cites: words::cites(&source.cites)?,
        policy,
        gates,
        links: link::links(&source.link)?,
        exposes: link::exposes(&source.expose, &scopes)?,
        clocks: watch::clocks(&source.clock, &tables, &scopes)?,
        tickers: watch::tickers(&source.ticker, &tables, &scopes)?,
        gauges: watch::gauges(&source.gauge, &scopes)?,
        alerts: watch::alerts(&source.alert, &tallies, &scopes)?,
        duties: watch::duties(&source.duty, &fields, &scopes)?,
        follows: watch::follows(&source.follow, &scopes)?,
        fields,
        steps,
        tables,
        tallies,
        slip,
        order,
        step_order,
        table_order,
    })
}

fn also_titled(source: &SourceDefinition) -> Loaded<Vec<String>> {
    words::unique("表名", std::iter::once(&source.title).chain(&source.also_titled))?;
    words::at_most("其他表名数", &source.also_titled, TITLES_MAX, |title| title)?;
    source.also_titled.iter().map(|title| words::words(title, 60)).collect()
}

fn count_fields(source: &SourceDefinition) -> Loaded<()> {
    let boxes = source.step.iter().flat_map(|step| &step.field);
    let entries = source.table.iter().flat_map(|table| &table.field);
    let all = source.field.iter().chain(boxes).chain(entries);
    let each = all.flat_map(|field| std::iter::once(field).chain(&field.columns));
    match each.clone().nth(FIELDS_MAX) {
        None => Ok(()),
        Some(beyond) => {
            let found = i64::try_from(each.count()).unwrap_or(i64::MAX);
            refuse(
                beyond.key.span(),
                Fault::Bounds { what: "字段总数", found, least: 0, most: FIELDS_MAX as i64 },
            )
        }
    }
}

fn policy(source: &SourcePolicy) -> Loaded<Policy> {
    Ok(Policy {
        ledger: words::name(&source.ledger, true)?,
        ledger_title: words::words(&source.ledger_title, 60)?,
        series: source.series.as_ref().map(|series| words::words(series, 10)).transpose()?,
        create: words::roles(&source.create, source.ledger.span())?,
        edit: words::roles(&source.edit, source.ledger.span())?,
        register: source.register,
        seal: words::one_of(
            &source.seal,
            "定稿方式",
            &[("plain", SealMode::Plain), ("receipt", SealMode::Receipt)],
        )?,
    })
}

/// Each key of a section or table only once.
fn unique_keys(sources: &[SourceField]) -> Loaded<()> {
    words::unique("字段", sources.iter().map(|field| &field.key))
}

#[cfg(test)]
mod tests;
