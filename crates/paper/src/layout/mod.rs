//! Slip to page model: text, cells, grid, pages.

mod cell;
mod furniture;
mod grid;
mod kinsoku;
mod measure;
mod records;
#[cfg(test)]
mod tests;
mod text;

use cell::table;
use furniture::Furniture;
use grid::{GridCell, GridRow, Press, places};
use measure::Measures;
use records::strike;
pub(crate) use text::is_shown;
use text::{Across, LEADING, Setting, hei, lines, song};

use crate::font::{Faces, Fonts};
use crate::page::{Page, Pages, Tone};
use crate::{Align, Column, HistoryRow, PaperError, Slip, Table};

/// Lays a slip out on pages.
///
/// # Errors
/// [`PaperError::TooLarge`] over any bound of the slip or [`crate::MAX_PAGES`] pages; [`PaperError::Grid`] when the
/// columns of a row do not add up; [`PaperError::TooTall`] when something that is never cut is higher than a page;
/// [`PaperError::FontRefused`] for a broken font.
pub fn layout(slip: &Slip, fonts: &Fonts) -> Result<Pages, PaperError> {
    crate::bounds::check(slip)?;
    let faces = fonts.parse()?;
    let m = Measures::of(slip.sheet);
    let furniture = Furniture::new(slip, &m)?;
    let mut press = Press::new(m);
    furniture.title(&mut press, &faces);
    let rows = places(&faces, &slip.rows, &m)?;
    press.grid(rows)?;
    notes(&mut press, &faces, slip)?;
    history(&mut press, &faces, slip)?;
    let count = press.pages.len();
    let mut pages = Vec::with_capacity(count);
    for (index, items) in press.pages.into_iter().enumerate() {
        let mut page = Page { width_pt: m.width_pt, height_pt: m.height_pt, items: Vec::new() };
        page.items.extend(furniture.mark(&faces));
        page.items.extend(items);
        page.items.extend(furniture.around(&faces, index, count));
        pages.push(page);
    }
    Ok(Pages { pages })
}

/// The notes under the grid.
fn notes(press: &mut Press, faces: &Faces<'_>, slip: &Slip) -> Result<(), PaperError> {
    let m = press.m;
    let setting =
        Setting { size_pt: m.small_pt, width_pt: m.grid_pt(), across: Across::Start, tone: Tone::Black };
    press.y += m.pad_y_pt;
    for line in slip.notes.iter().flat_map(|note| lines(faces, &[song(note)], setting)) {
        if press.y + LEADING * m.small_pt > m.body_bottom_pt() {
            press.turn()?;
        }
        let y = press.y + text::BASELINE * m.small_pt;
        press.put(line.items.iter().map(|item| item.moved(m.margin_pt, y)));
        press.y += LEADING * m.small_pt;
    }
    Ok(())
}

/// The 签批历程, on pages of its own.
fn history(press: &mut Press, faces: &Faces<'_>, slip: &Slip) -> Result<(), PaperError> {
    if slip.history.is_empty() {
        return Ok(());
    }
    press.turn()?;
    let m = press.m;
    let setting =
        Setting { size_pt: m.heading_pt, width_pt: m.grid_pt(), across: Across::Center, tone: Tone::Black };
    for line in lines(faces, &[hei("签批历程")], setting) {
        let y = press.y + text::BASELINE * m.heading_pt;
        press.put(line.items.iter().map(|item| item.moved(m.margin_pt, y)));
        press.y += (LEADING + 0.3) * m.heading_pt;
    }
    let table_of_events = history_table(&slip.history);
    let mut flow = table(faces, &table_of_events, m.grid_pt(), m.small_pt, &m);
    let verdict_x = flow.uprights.last().copied().unwrap_or_default();
    let mut rows = slip.history.iter();
    let mut struck = false;
    for slice in &mut flow.slices {
        if !slice.goes_on {
            struck = rows.next().is_some_and(|row| row.struck);
        }
        if struck {
            strike(slice, verdict_x, m.small_pt);
        }
    }
    press.grid(vec![GridRow { cells: vec![GridCell::whole(flow, &m)], min_height_pt: 0.0 }])
}

fn history_table(history: &[HistoryRow]) -> Table {
    let column = |title: &str, share, align| Column { title: title.to_owned(), share, align };
    let columns = vec![
        column("序号", 4, Align::Center),
        column("时间", 9, Align::Center),
        column("办理人", 9, Align::Start),
        column("事项", 10, Align::Start),
        column("意见", 30, Align::Start),
        column("签名编号", 8, Align::Center),
        column("效力", 7, Align::Center),
    ];
    let row = |(index, row): (usize, &HistoryRow)| {
        let texts = [&row.at, &row.who, &row.what, &row.opinion, &row.short_id, &row.validity];
        std::iter::once((index + 1).to_string()).chain(texts.into_iter().cloned()).collect()
    };
    Table { columns, rows: history.iter().enumerate().map(row).collect(), min_rows: 0 }
}
