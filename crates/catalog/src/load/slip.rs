//! The paper: a grid of 24 columns in which every field, step, do-table and link slot has exactly one place.

use super::words::{bounded, one_of, said, small, words};
use super::{Loaded, Refused, refuse};
use crate::builtin;
use crate::definition::{Orientation, Paper, SLIP_COLUMNS, Show, SlipCell, SlipLayout, SlipRow};
use crate::fault::Fault;
use crate::source::{Placed, SourceCell, SourceDefinition, SourceRow, SourceSlip};
use toml::Spanned;

const COLUMNS: usize = SLIP_COLUMNS as usize;
const ROWS_MAX: usize = 100;
/// Tallest least height of a row, in millimetres: no more than a sheet leaves.
const HEIGHT_MAX_MM: i64 = 240;

pub(super) fn slip(placed: &Spanned<SourceSlip>, of: &SourceDefinition) -> Loaded<SlipLayout> {
    let source = placed.get_ref();
    let copies = source.copies.get_ref();
    let found = i64::try_from(copies.len()).unwrap_or(i64::MAX);
    if !(1..=4).contains(&found) {
        return refuse(source.copies.span(), Fault::Bounds { what: "联数", found, least: 1, most: 4 });
    }
    super::words::unique("联", copies.iter())?;
    let rows = grid(placed)?;
    everything_once(placed, of)?;
    letters(source, of, &rows)?;
    Ok(SlipLayout {
        paper: one_of(&source.paper, "纸张", &[("A4", Paper::A4), ("A5", Paper::A5)])?,
        orientation: one_of(
            &source.orientation,
            "纸张方向",
            &[("portrait", Orientation::Portrait), ("landscape", Orientation::Landscape)],
        )?,
        copies: copies.iter().map(|copy| words(copy, 20)).collect::<Loaded<_>>()?,
        heading: source.heading.as_ref().map(|heading| words(heading, 60)).transpose()?,
        rows,
    })
}

/// Lays the cells out; `taken[c]` says for how many more rows column `c` is held by a cell from above.
fn grid(placed: &Spanned<SourceSlip>) -> Loaded<Vec<SlipRow>> {
    let sources = &placed.get_ref().row;
    if sources.is_empty() || sources.len() > ROWS_MAX {
        let found = i64::try_from(sources.len()).unwrap_or(i64::MAX);
        let reason = Fault::Bounds { what: "版面行数", found, least: 1, most: ROWS_MAX as i64 };
        return refuse(placed.span(), reason);
    }
    let mut taken = [0usize; COLUMNS];
    let mut rows = Vec::new();
    for (i, source) in sources.iter().enumerate() {
        rows.push(lay_row(source, i, sources.len(), &mut taken)?);
    }
    Ok(rows)
}

fn lay_row(source: &SourceRow, row: usize, of_rows: usize, taken: &mut [usize; COLUMNS]) -> Loaded<SlipRow> {
    let mut cells = Vec::new();
    let mut sum: u32 = taken.iter().map(|rows| u32::from(*rows > 0)).sum();
    let mut reach = *taken;
    let mut column = 0;
    let mut overlap = None;
    for (i, cell) in source.cells.get_ref().iter().enumerate() {
        let (width, rows, lines) = measures(cell.get_ref())?;
        while column < COLUMNS && taken[column] > 0 {
            column += 1;
        }
        let end = (column + usize::from(width)).min(COLUMNS);
        let free = taken.get(column..end).is_some_and(|columns| columns.iter().all(|held| *held == 0));
        if !free || row + usize::from(rows) > of_rows {
            overlap = overlap.or(Some((cell.span(), i + 1)));
        }
        reach.iter_mut().take(end).skip(column).for_each(|held| *held = usize::from(rows));
        sum += u32::from(width);
        let at = u8::try_from(column).unwrap_or(SLIP_COLUMNS);
        cells.push(SlipCell { column: at, width, rows, lines, show: show(cell)? });
        column = end;
    }
    if sum != u32::from(SLIP_COLUMNS) {
        return refuse(source.cells.span(), Fault::SlipWidth { row: row + 1, found: sum });
    }
    if let Some((at, cell)) = overlap {
        return refuse(at, Fault::SlipOverlap { row: row + 1, cell });
    }
    *taken = reach.map(|held| held.saturating_sub(1));
    let height = source.h.as_ref().map(|h| bounded(h, "h(毫米)", 0, HEIGHT_MAX_MM)).transpose()?;
    let titles = source.titles.iter().map(|title| title.get_ref().clone()).collect();
    Ok(SlipRow { height_mm: u16::try_from(height.unwrap_or(0)).unwrap_or(0), titles, cells })
}

/// Every title that a row names is one of the further titles, and its rows are a grid of their own: no cell reaches out
/// of them or into them.
fn letters(source: &SourceSlip, of: &SourceDefinition, rows: &[SlipRow]) -> Loaded<()> {
    for (index, (placed, row)) in source.row.iter().zip(rows).enumerate() {
        super::words::unique("表名", placed.titles.iter())?;
        for title in &placed.titles {
            if !of.also_titled.iter().any(|known| known.get_ref() == title.get_ref()) {
                return refuse(
                    title.span(),
                    Fault::Unknown { what: "其他表名", key: title.get_ref().clone() },
                );
            }
        }
        let reach = row.cells.iter().map(|cell| usize::from(cell.rows)).max().unwrap_or(1);
        let covered = rows.iter().skip(index).take(reach);
        if covered.into_iter().any(|other| other.titles != row.titles) {
            return refuse(placed.cells.span(), Fault::SlipLetter { row: index + 1 });
        }
    }
    Ok(())
}

fn measures(cell: &SourceCell) -> Loaded<(u8, u8, u8)> {
    Ok((
        small(Some(&cell.w), "w", 1, SLIP_COLUMNS, 1)?,
        small(cell.rows.as_ref(), "rows", 1, 50, 1)?,
        small(cell.lines.as_ref(), "lines", 1, 60, 1)?,
    ))
}

fn show(placed: &Spanned<SourceCell>) -> Loaded<Show> {
    let cell = placed.get_ref();
    let said = |text: &String, most| {
        said(text, most).map_err(|reason| Refused { offset: placed.span().start, reason })
    };
    let kinds = [&cell.label, &cell.field, &cell.table, &cell.step, &cell.entry, &cell.links, &cell.text];
    if kinds.iter().filter(|kind| kind.is_some()).count() != 1 {
        return refuse(placed.span(), Fault::SlipCell);
    }
    Ok(match kinds {
        [Some(label), ..] => Show::Label(said(label, 40)?),
        [_, Some(key), ..] => Show::Field(key.clone()),
        [_, _, Some(key), ..] => Show::Table(key.clone()),
        [_, _, _, Some(key), ..] => Show::Step(key.clone()),
        [_, _, _, _, Some(name), ..] => Show::Entry(name.clone()),
        [_, _, _, _, _, Some(slot), _] => Show::Links(slot.clone()),
        [.., Some(text)] => Show::Text(said(text, 1_000)?),
        [.., None] => return refuse(placed.span(), Fault::SlipCell),
    })
}

/// Nothing that was asked, signed or done may be missing on the paper, and nothing may stand there twice.
fn everything_once(placed: &Spanned<SourceSlip>, of: &SourceDefinition) -> Loaded<()> {
    let is_table = |kind: &Placed| kind.get_ref() == "table";
    let fields = of.field.iter().filter(|field| !is_table(&field.kind)).map(|field| &field.key);
    let tables = of.field.iter().filter(|field| is_table(&field.kind)).map(|field| &field.key);
    let steps = of.step.iter().map(|step| &step.key);
    let entries =
        of.table.iter().map(|table| &table.name).filter(|name| builtin::table(name.get_ref()).is_none());
    once(placed, "字段", fields.collect(), |cell| cell.field.as_ref())?;
    once(placed, "明细表", tables.collect(), |cell| cell.table.as_ref())?;
    roomy(placed, of)?;
    once(placed, "步骤", steps.collect(), |cell| cell.step.as_ref())?;
    let slots = of.link.iter().map(|link| &link.slot);
    once(placed, "关联", slots.collect(), |cell| cell.links.as_ref())?;
    once(placed, "办理表", entries.collect(), |cell| cell.entry.as_ref())
}

/// A table has at least one column of the grid for each of its own, links one for number, unit and each value read:
/// with less, words would lie over words.
fn roomy(placed: &Spanned<SourceSlip>, of: &SourceDefinition) -> Loaded<()> {
    let columns = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    for cell in placed.get_ref().row.iter().flat_map(|row| row.cells.get_ref()).map(Spanned::get_ref) {
        let table = of.field.iter().find(|field| cell.table.as_ref() == Some(field.key.get_ref()));
        let links = of.link.iter().find(|link| cell.links.as_ref() == Some(link.slot.get_ref()));
        let (what, least) = match (table, links) {
            (Some(table), _) => ("明细表的 w", columns(table.columns.len())),
            (None, Some(links)) => ("关联的 w", columns(2 + links.reads.len())),
            (None, None) => continue,
        };
        bounded(&cell.w, what, least, i64::from(SLIP_COLUMNS))?;
    }
    Ok(())
}

fn once(
    placed: &Spanned<SourceSlip>,
    what: &'static str,
    keys: Vec<&Placed>,
    named: impl Fn(&SourceCell) -> Option<&String>,
) -> Loaded<()> {
    let cells: Vec<_> = placed.get_ref().row.iter().flat_map(|row| row.cells.get_ref()).collect();
    let shown = cells.iter().filter_map(|cell| named(cell.get_ref()).map(|key| (cell.span(), key)));
    for (at, key) in shown.clone() {
        if !keys.iter().any(|known| known.get_ref() == key) {
            return refuse(at, Fault::Unknown { what, key: key.clone() });
        }
    }
    for key in keys {
        let times = shown.clone().filter(|(_, shown)| *shown == key.get_ref()).count();
        if times != 1 {
            return refuse(key.span(), Fault::SlipPlace { what, key: key.get_ref().clone(), times });
        }
    }
    Ok(())
}
