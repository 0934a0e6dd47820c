//! From a form to the slip that is printed. The same events give the same bytes.

mod boxes;
mod fields;
mod links;
pub(crate) mod titles;

use std::collections::BTreeSet;
use std::path::PathBuf;

use chrono::{DateTime, Datelike, FixedOffset, Timelike};
use qianban_catalog::{Orientation, Paper, Show};
use qianban_journal::{EventId, FormStatus};
use qianban_paper::{
    Cell, Filling, Fonts, HistoryRow, Metadata, Moment, PaperError, Row, Sheet, Slip, Standing, layout,
    write_pdf,
};

use crate::record::{Look, Record};
use crate::sign::entry::PRINT;
use crate::{Code, Desk, Refused, ambient, show};

/// Hex digits of ids and digests on paper.
pub(crate) const SHORT_DIGITS: usize = 8;
/// Hex digits of the digest in the code of every page.
const CODE_DIGITS: usize = 16;
/// Hex digits of the form in the code of every page.
const CODE_FORM_DIGITS: usize = 32;
/// How times are printed.
pub(crate) const PRINTED_TIME: &str = "%Y-%m-%d %H:%M";

/// A PDF with its pages.
pub(crate) struct Printed {
    /// The bytes.
    pub(crate) pdf: Vec<u8>,
    /// Pages.
    pub(crate) pages: u32,
}

/// The slip of one copy under one of its titles. `print_number` counts prints of this copy, this one included.
pub(crate) fn of(
    look: Look<'_>,
    record: &Record,
    (copy, title): (&str, &str),
    print_number: u32,
) -> Result<Slip, Refused> {
    let definition = &record.definition;
    let registry = record.registry()?;
    let letter = definition.slip.letter(title);
    let shown = letter.clone().unwrap_or_else(|| definition.slip.rows.iter().collect());
    let mut rows = Vec::with_capacity(shown.len());
    for row in shown {
        let mut cells = Vec::with_capacity(row.cells.len());
        for cell in &row.cells {
            let filling = match &cell.show {
                Show::Label(text) => Filling::Label(text.clone()),
                Show::Text(text) => Filling::Text(text.clone()),
                Show::Field(key) => fields::field(record, registry, key, cell.lines),
                Show::Table(key) => fields::table(record, registry, key, cell.lines),
                Show::Step(key) => boxes::step(look, record, key)?,
                Show::Entry(name) => boxes::entries(look, record, name)?,
                Show::Links(slot) => links::table(look, record, slot, cell.lines)?,
            };
            let filling = if letter.is_some() { standing(filling) } else { filling };
            cells.push(Cell { columns: cell.width, rows: cell.rows, filling });
        }
        rows.push(Row { cells, min_height_mm: row.height_mm });
    }
    let view = record.view();
    Ok(Slip {
        sheet: Sheet {
            paper: match definition.slip.paper {
                Paper::A4 => qianban_paper::Paper::A4,
                Paper::A5 => qianban_paper::Paper::A5,
            },
            landscape: definition.slip.orientation == Orientation::Landscape,
        },
        heading: definition.slip.heading.clone().unwrap_or_else(|| registry.name().to_owned()),
        title: title.to_owned(),
        number: view.and_then(|view| view.number.as_ref()).map(ToString::to_string),
        working_number: view.map(|view| view.working_number.clone()).unwrap_or_default(),
        rows,
        notes: Vec::new(),
        history: if letter.is_some() { Vec::new() } else { history(look, record)? },
        mark: mark(look.opened.sample, view.is_some_and(|view| view.status == FormStatus::Rejected)),
        code: code(record, copy),
        copy: copy.to_owned(),
        print_number,
    })
}

/// What somebody outside is told: the records that count.
fn standing(filling: Filling) -> Filling {
    let Filling::Records(mut records) = filling else { return filling };
    records.records.retain(|record| record.standing == Standing::Effective);
    Filling::Records(records)
}

/// The word across every page.
pub(crate) fn mark(sample: bool, rejected: bool) -> Option<String> {
    let words: Vec<&str> =
        [(sample, "样例"), (rejected, "作废")].iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Every event but prints: these are kept with the copies, and a preview is the very page that will be printed.
fn history(look: Look<'_>, record: &Record) -> Result<Vec<HistoryRow>, Refused> {
    let prints: BTreeSet<String> = prints(record).map(|event| event.to_string()).collect();
    let rows = show::history::rows(look, record)?.into_iter().filter(|row| !prints.contains(&row.event));
    Ok(rows
        .map(|row| HistoryRow {
            at: DateTime::parse_from_rfc3339(&row.at)
                .map_or(row.at, |at| at.format(PRINTED_TIME).to_string()),
            who: row.name,
            what: [row.what, row.place]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · "),
            opinion: row.text,
            short_id: row.event.chars().take(SHORT_DIGITS).collect(),
            validity: row.verification,
            struck: !row.counts,
        })
        .collect())
}

/// Form, version and digest prefix: what a scan is matched by.
fn code(record: &Record, copy: &str) -> String {
    let copies = &record.definition.slip.copies;
    let place = copies.iter().position(|known| known == copy).map_or(0, |place| place + 1);
    let version = record.definition.version;
    match record.view() {
        None => format!("QB1|draft|{version}||{place}"),
        Some(view) => {
            let form: String = view.form.to_string().chars().take(CODE_FORM_DIGITS).collect();
            let content = view.content.map(|content| content.to_string()).unwrap_or_default();
            let content: String = content.chars().take(CODE_DIGITS).collect();
            format!("QB1|{form}|{version}|{content}|{place}")
        }
    }
}

/// The events that say that a copy was printed.
fn prints(record: &Record) -> impl Iterator<Item = EventId> {
    let entries = record.view().map(|view| view.entries.as_slice()).unwrap_or_default();
    entries.iter().filter(|entry| entry.table == PRINT).map(|entry| entry.id)
}

/// When the slip says it was made: at the last event but prints.
fn made_at(look: Look<'_>, record: &Record) -> DateTime<FixedOffset> {
    let Some(signed) = &record.signed else { return look.now() };
    let prints: BTreeSet<EventId> = prints(record).collect();
    let events = signed.view.events.iter().filter(|event| !prints.contains(&event.id));
    ambient::from_ms(events.map(|event| event.wall).max().unwrap_or(0), look.now())
}

/// The PDF of a form's slip: a copy, under a title.
pub(crate) fn print(
    desk: &Desk,
    look: Look<'_>,
    record: &Record,
    named: (&str, &str),
    print_number: u32,
) -> Result<Printed, Refused> {
    let slip = of(look, record, named, print_number)?;
    let content = record.view().and_then(|view| view.content);
    let author = record.registry()?.name().to_owned();
    pdf(desk, &slip, author, made_at(look, record), content.map_or([0; 32], |content| content.0))
}

/// Lays a slip out and writes it.
pub(crate) fn pdf(
    desk: &Desk,
    slip: &Slip,
    author: String,
    made: DateTime<FixedOffset>,
    content_id: [u8; 32],
) -> Result<Printed, Refused> {
    let fonts = fonts(desk)?;
    let pages = layout(slip, &fonts)?;
    let metadata = Metadata { title: slip.title.clone(), author, created: moment(made), content_id };
    Ok(Printed {
        pdf: write_pdf(&pages, &fonts, &metadata)?,
        pages: u32::try_from(pages.count()).unwrap_or(u32::MAX),
    })
}

/// The faces that this desk prints with.
///
/// # Errors
/// [`Code::PaperRefused`] when they are not here.
pub(crate) fn fonts(desk: &Desk) -> Result<Fonts, Refused> {
    let folder = desk.setup.fonts.clone().or_else(fonts_beside);
    let missing = || Refused::about(Code::PaperRefused, "没有找到字体，请重新安装本程序");
    Ok(Fonts::open(&folder.ok_or_else(missing)?)?)
}

/// The faces that ship with the program.
fn fonts_beside() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let installed =
        program.ancestors().skip(1).map(|folder| folder.join("assets/fonts")).find(|folder| folder.is_dir());
    let in_the_tree = || Some(PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/fonts")));
    installed.or_else(|| in_the_tree().filter(|folder| cfg!(debug_assertions) && folder.is_dir()))
}

fn moment(time: DateTime<FixedOffset>) -> Moment {
    let small = |number: u32| u8::try_from(number).unwrap_or(0);
    Moment {
        year: u16::try_from(time.year()).unwrap_or(0),
        month: small(time.month()),
        day: small(time.day()),
        hour: small(time.hour()),
        minute: small(time.minute()),
        second: small(time.second()),
        offset_minutes: i16::try_from(time.offset().local_minus_utc() / 60).unwrap_or(0),
    }
}

impl From<PaperError> for Refused {
    fn from(error: PaperError) -> Self {
        Refused::about(Code::PaperRefused, error)
    }
}
