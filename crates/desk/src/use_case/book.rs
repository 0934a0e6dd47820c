//! `ledger_pdf`, `ledger_xlsx`: the book of a ledger for a year.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use qianban_catalog::{
    Content, Definition, Field, FieldKind, Names, Privacy, Section, Value, display, typed,
};
use qianban_journal::{FormStatus, Ledger, Number, Policy, Registry, SeatId, Target};
use qianban_paper::{
    Align, Cell, Column, Filling, GRID_COLUMNS, MAX_TABLE_ROWS, Paper, Row, Sheet, Slip, Table,
};
use qianban_store::{BOOK_ROWS_MAX, FormRow};

use super::list;
use super::slip::file_name;
use crate::api::{LedgerBook, LedgerFile};
use crate::desk::Sitting;
use crate::names::RegistryNames;
use crate::record::Look;
use crate::xlsx::{self, Page};
use crate::{Code, Desk, Refused, ambient, names, slip, snapshot};

/// The built-in table of exports: who may write there may take a ledger out.
const EXPORT: &str = "export";
/// Most rows of tables of all forms in one file.
const TABLE_ROWS_MAX: usize = 100_000;
/// The sheet of forms whose content is not in the file.
const UNREAD: &str = "内容未能读出的单据";
/// Years of a book.
const YEARS: Range<u16> = 2000..2200;

/// A line of the book.
enum Line {
    /// A form, with why it was rejected.
    Form(Box<FormRow>, String),
    /// Numbers that no form has, the last included, with the seat that has not come to them yet (G7).
    Gap(Number, Number, Option<SeatId>),
}

/// The book of a ledger in the order of series and numbers.
struct Book {
    title: String,
    lines: Vec<Line>,
}

/// Printed: voids with their reason, gaps by name.
pub(crate) fn pdf(desk: &Desk, request: LedgerBook) -> Result<LedgerFile, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    opened.store.read(|reader| {
        let look = Look { opened: &opened, reader, person, ambient: desk.ambient() };
        let registry = crate::opened::Opened::registry(reader.registry())?;
        let book = read(look, registry, &request)?;
        let sheet = sheet(look, registry, &book, &request);
        let said: Vec<String> = book.lines.iter().map(|line| texts(look, registry, line).concat()).collect();
        let id = qianban_journal::digest(said.concat().as_bytes()).0;
        let printed = slip::pdf(desk, &sheet, registry.name().to_owned(), look.now(), id)?;
        Ok(LedgerFile {
            name: file_name(&[&book.title, &request.year.to_string()], "pdf"),
            bytes: STANDARD.encode(printed.pdf),
            rows: count(book.forms()),
            pages: printed.pages,
        })
    })
}

/// Exported: every field of the contents as text.
pub(crate) fn xlsx(desk: &Desk, request: LedgerBook) -> Result<LedgerFile, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    opened.store.read(|reader| {
        let look = Look { opened: &opened, reader, person, ambient: desk.ambient() };
        let registry = crate::opened::Opened::registry(reader.registry())?;
        may_export(look, registry, &request)?;
        let book = read(look, registry, &request)?;
        let bytes = xlsx::write(&pages(look, registry, &book)?)?;
        Ok(LedgerFile {
            name: file_name(&[&book.title, &request.year.to_string()], "xlsx"),
            bytes: STANDARD.encode(bytes),
            rows: count(book.forms()),
            pages: 0,
        })
    })
}

fn may_export(look: Look<'_>, registry: Registry<'_>, request: &LedgerBook) -> Result<(), Refused> {
    let held = registry.roles_of(look.person);
    let may = |policy: &Policy| {
        let roles = policy.table(EXPORT).map(|table| table.roles.as_slice()).unwrap_or_default();
        held.iter().any(|held| roles.contains(&held.role))
    };
    let active = registry.definitions().filter(|(_, _, active)| *active);
    let kept: Vec<_> = active.filter(|(_, policy, _)| policy.ledger.as_str() == request.ledger).collect();
    if kept.is_empty() || !kept.iter().all(|(_, policy, _)| may(policy)) {
        return Err(Code::ExportRole.into());
    }
    Ok(())
}

fn read(look: Look<'_>, registry: Registry<'_>, request: &LedgerBook) -> Result<Book, Refused> {
    let ledger = Ledger(request.ledger.clone());
    let known = registry.ledgers().find(|(known, _)| **known == ledger);
    let title = known.map(|(_, record)| record.title.clone());
    let title = title.ok_or_else(|| Refused::about(Code::LedgerUnknown, &request.ledger))?;
    if !YEARS.contains(&request.year) {
        return Err(Refused::about(Code::FieldInvalid, "年度"));
    }
    let rows = look.reader.book(&ledger, request.year, begun(request.year))?;
    if rows.len() > BOOK_ROWS_MAX as usize {
        return Err(Refused::about(Code::LedgerLong, BOOK_ROWS_MAX));
    }
    let mut gaps = gaps(registry, request.year, &rows);
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(number) = &row.number {
            let before =
                |gap: &(Number, Number, Option<SeatId>)| gap.0.series == number.series && gap.0 < *number;
            while gaps.front().is_some_and(before) {
                lines.extend(gaps.pop_front().map(|(first, last, seat)| Line::Gap(first, last, seat)));
            }
        }
        let reason = if row.status == FormStatus::Rejected { rejected(look, &row)? } else { String::new() };
        lines.push(Line::Form(Box::new(row), reason));
    }
    Ok(Book { title, lines })
}

/// The missing numbers of each series in the order of the rows.
fn gaps(registry: Registry<'_>, year: u16, rows: &[FormRow]) -> VecDeque<(Number, Number, Option<SeatId>)> {
    let numbers: Vec<&Number> = rows.iter().filter_map(|row| row.number.as_ref()).collect();
    let of_series = numbers.chunk_by(|a, b| a.series == b.series).filter_map(|chunk| {
        let series = &chunk.first()?.series;
        let used = chunk.iter().map(|number| number.n).collect();
        let at = |n| Number { series: series.clone(), year, n };
        let gaps = registry.number_gaps(series, year, &used).into_iter();
        Some(gaps.map(|gap| (at(gap.first), at(gap.last), gap.rest_of)).collect::<Vec<_>>())
    });
    of_series.flatten().collect()
}

/// The wall clocks of a year of the office.
fn begun(year: u16) -> Range<i64> {
    let first = |year: u16| NaiveDate::from_ymd_opt(i32::from(year), 1, 1).map_or(0, ambient::midnight_ms);
    first(year)..first(year + 1)
}

/// Why a form was rejected.
fn rejected(look: Look<'_>, row: &FormRow) -> Result<String, Refused> {
    let view = look.reader.form_view(row.form)?;
    let mut returns = view.iter().flat_map(|view| &view.rounds).flat_map(|round| &round.returns);
    let last = returns.rfind(|back| back.target == Target::Reject);
    Ok(last.map(|back| back.reason.clone()).unwrap_or_default())
}

impl Book {
    fn forms(&self) -> usize {
        self.lines.iter().filter(|line| matches!(line, Line::Form(..))).count()
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Heads of the lines, with their shares of the width on paper.
const HEADS: [(&str, u8); 8] = [
    ("编号", 7),
    ("单据", 6),
    ("要点", 9),
    ("单位", 5),
    ("送签人", 3),
    ("定稿日期", 4),
    ("状态", 3),
    ("备注", 6),
];

/// A line under [`HEADS`].
fn texts(look: Look<'_>, registry: Registry<'_>, line: &Line) -> [String; 8] {
    match line {
        Line::Gap(first, last, seat) => {
            let number = if first == last { first.to_string() } else { format!("{first} 至 {last}") };
            let count = last.n - first.n + 1;
            let code = |seat: &SeatId| registry.seat(*seat).map_or("", |seat| seat.code.as_str());
            let (state, words) = match seat {
                None => ("空号", format!("缺 {count} 个号")),
                Some(seat) => ("未用", format!("席位 {} 的号段，余 {count} 个号", code(seat))),
            };
            let empty = String::new;
            [number, empty(), empty(), empty(), empty(), empty(), state.to_owned(), words]
        }
        Line::Form(row, reason) => {
            let sealed =
                row.sealed_ms.map(|ms| ambient::from_ms(ms, look.now()).format("%Y-%m-%d").to_string());
            [
                row.number.as_ref().map_or_else(|| row.working_number.clone(), ToString::to_string),
                row.title.clone(),
                row.summary.clone(),
                registry.unit(row.unit).map(|unit| unit.name.clone()).unwrap_or_default(),
                names::person(registry, row.submitter.unwrap_or(row.creator)),
                sealed.unwrap_or_default(),
                list::status_text(look.opened, look.reader, row),
                reason.clone(),
            ]
        }
    }
}

fn sheet(look: Look<'_>, registry: Registry<'_>, book: &Book, request: &LedgerBook) -> Slip {
    let mut rows = Vec::new();
    for (series, lines) in by_series(book) {
        rows.push(row(Filling::Label(series)));
        for some in lines.chunks(MAX_TABLE_ROWS) {
            let column =
                |(title, share): (&str, u8)| Column { title: title.to_owned(), share, align: Align::Start };
            rows.push(row(Filling::Table(Table {
                columns: HEADS.into_iter().map(column).collect(),
                rows: some.iter().map(|line| texts(look, registry, line).to_vec()).collect(),
                min_rows: 0,
            })));
        }
    }
    if rows.is_empty() {
        rows.push(row(Filling::Text("本年度没有单据。".to_owned())));
    }
    let void = |line: &&Line| matches!(line, Line::Form(row, _) if row.status == FormStatus::Rejected);
    let void = book.lines.iter().filter(void).count();
    let gaps: u32 = book
        .lines
        .iter()
        .map(|line| match line {
            Line::Gap(first, last, None) => last.n - first.n + 1,
            Line::Gap(..) | Line::Form(..) => 0,
        })
        .sum();
    Slip {
        sheet: Sheet { paper: Paper::A4, landscape: true },
        heading: registry.name().to_owned(),
        title: format!("{} {} 年", book.title, request.year),
        number: None,
        working_number: String::new(),
        rows,
        notes: vec![
            format!("共 {} 张，其中作废 {void} 张，空号 {gaps} 个。", book.forms()),
            format!(
                "{} 由 {} 打印。",
                look.now().format(slip::PRINTED_TIME),
                names::person(registry, look.person)
            ),
        ],
        history: Vec::new(),
        mark: slip::mark(look.opened.sample, false),
        code: format!("QB1|ledger|{}|{}", request.ledger, request.year),
        copy: String::new(),
        print_number: 1,
    }
}

fn row(filling: Filling) -> Row {
    Row { cells: vec![Cell { columns: GRID_COLUMNS, rows: 1, filling }], min_height_mm: 0 }
}

/// The lines of each series; those without a number last.
fn by_series(book: &Book) -> Vec<(String, Vec<&Line>)> {
    let mut parts: Vec<(String, Vec<&Line>)> = Vec::new();
    for line in &book.lines {
        let number = match line {
            Line::Gap(first, ..) => Some(first),
            Line::Form(row, _) => row.number.as_ref(),
        };
        let series =
            number.map_or_else(|| "没有编号".to_owned(), |number| format!("编号系列：{}", number.series));
        match parts.last_mut() {
            Some((known, lines)) if *known == series => lines.push(line),
            _ => parts.push((series, vec![line])),
        }
    }
    parts
}

/// The sheets: the book, then the contents of each definition, then each of its tables; last the forms whose content
/// cannot be read here.
fn pages(look: Look<'_>, registry: Registry<'_>, book: &Book) -> Result<Vec<Page>, Refused> {
    let mut pages = vec![Page {
        name: book.title.clone(),
        heads: HEADS.iter().map(|(head, _)| (*head).to_owned()).collect(),
        rows: book.lines.iter().map(|line| texts(look, registry, line).to_vec()).collect(),
    }];
    let mut contents = BTreeMap::<String, Vec<Page>>::new();
    let mut room = TABLE_ROWS_MAX;
    let mut unread = Vec::new();
    for line in &book.lines {
        let Line::Form(row, _) = line else { continue };
        let Some(view) = look.reader.form_view(row.form)? else { continue };
        let (Some(def), Some(content)) = (view.def, view.content) else { continue };
        let number = row.number.as_ref().map_or_else(|| row.working_number.clone(), ToString::to_string);
        let definition = look.opened.definitions.get(def, look.reader).ok();
        let bytes = look.reader.blob(content)?.unwrap_or_default();
        let read = |of: Arc<Definition>| Some((snapshot::decode(&of, &Section::Content, &bytes)?, of));
        let Some((values, definition)) = definition.and_then(read) else {
            unread.push(vec![number]);
            continue;
        };
        let of = contents.entry(format!("{} {def}", definition.id)).or_insert_with(|| heads(&definition));
        fill(&definition, &values, &number, &RegistryNames(registry), of, &mut room)?;
    }
    pages.extend(contents.into_values().flatten());
    if !unread.is_empty() {
        pages.push(Page { name: UNREAD.to_owned(), heads: vec!["编号".to_owned()], rows: unread });
    }
    Ok(pages)
}

fn is_plain(field: &&Field) -> bool {
    field.kind != FieldKind::Table
}

fn tables(definition: &Definition) -> impl Iterator<Item = &Field> {
    definition.fields.iter().filter(|field| field.kind == FieldKind::Table)
}

/// The empty sheets of a definition.
fn heads(definition: &Definition) -> Vec<Page> {
    let labels = |fields: &mut dyn Iterator<Item = &Field>| {
        fields.map(|field| field.label.clone()).collect::<Vec<_>>()
    };
    let first = ["编号".to_owned()];
    let own = labels(&mut definition.fields.iter().filter(is_plain));
    let page = Page {
        name: definition.title.clone(),
        heads: first.iter().cloned().chain(own).collect(),
        rows: Vec::new(),
    };
    let of_table = |table: &Field| Page {
        name: format!("{} {}", table.label, definition.title),
        heads: first.iter().cloned().chain(labels(&mut table.columns.iter())).collect(),
        rows: Vec::new(),
    };
    std::iter::once(page).chain(tables(definition).map(of_table)).collect()
}

/// Adds a form to the sheets of its definition, while there is room for the rows of its tables.
///
/// # Errors
/// [`Code::LedgerRows`].
fn fill(
    definition: &Definition,
    values: &Content,
    number: &str,
    names: &dyn Names,
    pages: &mut [Page],
    room: &mut usize,
) -> Result<(), Refused> {
    let row = |fields: &mut dyn Iterator<Item = &Field>, values: &Content| {
        let text = |field: &Field| words(field, values.get(&field.key).unwrap_or(&Value::Empty), names);
        std::iter::once(number.to_owned()).chain(fields.map(text)).collect::<Vec<_>>()
    };
    let Some((own, of_tables)) = pages.split_first_mut() else { return Ok(()) };
    own.rows.push(row(&mut definition.fields.iter().filter(is_plain), values));
    for (table, page) in tables(definition).zip(of_tables) {
        let Some(Value::Table(rows)) = values.get(&table.key) else { continue };
        let full = || Refused::about(Code::LedgerRows, TABLE_ROWS_MAX);
        *room = room.checked_sub(rows.len()).ok_or_else(full)?;
        page.rows.extend(rows.iter().map(|values| row(&mut table.columns.iter(), values)));
    }
    Ok(())
}

/// A value as it would be typed where that is plain to read, else in words.
fn words(field: &Field, value: &Value, names: &dyn Names) -> String {
    match field.kind {
        FieldKind::Account | FieldKind::Integer | FieldKind::Money => typed(value),
        _ => display(field, value, names, Privacy::Full),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms;

    struct Nobody;

    impl Names for Nobody {
        fn person(&self, _: &str) -> Option<String> {
            None
        }

        fn unit(&self, _: &str) -> Option<String> {
            None
        }

        fn setting(&self, _: &str) -> Option<String> {
            None
        }
    }

    #[test]
    fn a_file_takes_so_many_rows_of_tables() {
        let text = include_str!("../../../../assets/forms/permission-request.toml");
        let definition = forms::parse("sample.toml", text).expect("it ships");
        let table = tables(&definition).next().expect("a table").key.clone();
        let values = Content::from([(table, Value::Table(vec![Content::new(); 2]))]);
        let (mut pages, mut room) = (heads(&definition), 3);
        let mut add = || fill(&definition, &values, "1", &Nobody, &mut pages, &mut room);
        add().expect("two rows and room for one");
        assert_eq!(add().map_err(|full| full.code()), Err(Code::LedgerRows));
    }
}
