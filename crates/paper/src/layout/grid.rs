//! The grid on pages: cells with spans, cut between slices, every part with closed borders.

use super::cell::{Flow, Place, Slice, flow};
use super::measure::{INNER_RULE_PT, MM, Measures, OUTER_RULE_PT};
use crate::font::Faces;
use crate::page::{Item, Rule, Tone, within_pages};
use crate::{GRID_COLUMNS, PaperError, Row};

/// A row lower than this share of a page is not cut but begun on the next page.
const WHOLE_ROW_SHARE: f32 = 0.25;
/// A row is not cut to leave less than this on the page.
const LEAST_PART_PT: f32 = 14.0 * MM;

/// Pages being filled from the top.
pub(crate) struct Press {
    pub(crate) m: Measures,
    pub(crate) pages: Vec<Vec<Item>>,
    /// Where the next thing goes on the last page.
    pub(crate) y: f32,
}

impl Press {
    pub(crate) fn new(m: Measures) -> Press {
        Press { m, pages: vec![Vec::new()], y: m.top_pt }
    }

    /// Adds primitives to the last page.
    pub(crate) fn put(&mut self, items: impl IntoIterator<Item = Item>) {
        if let Some(page) = self.pages.last_mut() {
            page.extend(items);
        }
    }

    /// Begins a page.
    pub(crate) fn turn(&mut self) -> Result<(), PaperError> {
        within_pages(self.pages.len() + 1)?;
        self.pages.push(Vec::new());
        self.y = self.m.body_top_pt();
        Ok(())
    }

    /// Sets a grid from the present place on.
    pub(crate) fn grid(&mut self, rows: Vec<GridRow>) -> Result<(), PaperError> {
        let grid_top = self.y;
        let mut setter = GridSetter { press: self, grid_top, open: Vec::new() };
        for (index, row) in rows.into_iter().enumerate() {
            setter.row(index, row)?;
        }
        setter.outline();
        Ok(())
    }

    fn rule(&mut self, from: (f32, f32), to: (f32, f32), weight_pt: f32) {
        self.put([Item::Rule(Rule { from, to, weight_pt, tone: Tone::Black })]);
    }
}

/// A row of the grid whose cells know their places.
pub(crate) struct GridRow {
    pub(crate) cells: Vec<GridCell>,
    pub(crate) min_height_pt: f32,
}

/// A cell with its place.
pub(crate) struct GridCell {
    x: f32,
    width_pt: f32,
    last_row: usize,
    flow: Flow,
}

impl GridCell {
    /// The one cell of a grid of one row.
    pub(crate) fn whole(flow: Flow, m: &Measures) -> GridCell {
        GridCell { x: m.margin_pt, width_pt: m.grid_pt(), last_row: 0, flow }
    }
}

/// Gives every cell its columns, from left to right over what cells from above leave free.
pub(crate) fn places(faces: &Faces<'_>, rows: &[Row], m: &Measures) -> Result<Vec<GridRow>, PaperError> {
    let columns = usize::from(GRID_COLUMNS);
    let mut held_until = vec![0; columns];
    let mut placed = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let broken = PaperError::Grid { row: index + 1 };
        let mut cells = Vec::new();
        let mut column = 0;
        for cell in &row.cells {
            while column < columns && held_until[column] > index {
                column += 1;
            }
            let (end, until) = (column + usize::from(cell.columns), index + usize::from(cell.rows));
            let free = end <= columns && held_until[column..end].iter().all(|until| *until <= index);
            if !free || cell.columns == 0 || cell.rows == 0 || until > rows.len() {
                return Err(broken);
            }
            held_until[column..end].fill(until);
            let unit_pt = m.grid_pt() / columns as f32;
            let width_pt = unit_pt * f32::from(cell.columns);
            let flow = flow(faces, &cell.filling, width_pt, m);
            cells.push(GridCell {
                x: m.margin_pt + unit_pt * column as f32,
                width_pt,
                last_row: until - 1,
                flow,
            });
            column = end;
        }
        if held_until.iter().any(|until| *until <= index) {
            return Err(broken);
        }
        placed.push(GridRow { cells, min_height_pt: f32::from(row.min_height_mm) * MM });
    }
    Ok(placed)
}

/// A cell that has begun and not ended.
struct Open {
    cell: GridCell,
    /// Where it begins on the present page.
    top: f32,
    /// Slices already on earlier pages.
    done: usize,
    /// It has a part on an earlier page.
    cut: bool,
}

impl Open {
    fn rest(&self) -> &[Slice] {
        &self.cell.flow.slices[self.done..]
    }

    /// Height the rest needs.
    fn need_pt(&self) -> f32 {
        let flow = &self.cell.flow;
        if self.cut && self.rest().is_empty() {
            return 2.0 * flow.pad_y_pt;
        }
        let slices: f32 = self.rest().iter().map(|slice| slice.height_pt).sum();
        let least_pt = if self.cut { 0.0 } else { flow.min_height_pt };
        (flow.frame_pt() + slices).max(least_pt)
    }

    fn fit(&self, height_pt: f32) -> usize {
        self.cell.flow.fit(self.done, height_pt)
    }
}

struct GridSetter<'p> {
    press: &'p mut Press,
    /// Where the grid begins on the present page.
    grid_top: f32,
    open: Vec<Open>,
}

impl GridSetter<'_> {
    /// Sets one row, cutting it or turning the page where it does not fit.
    fn row(&mut self, index: usize, row: GridRow) -> Result<(), PaperError> {
        let top = self.press.y;
        self.open.extend(row.cells.into_iter().map(|cell| Open { cell, top, done: 0, cut: false }));
        let m = self.press.m;
        let body_pt = m.body_bottom_pt() - m.body_top_pt();
        let mut least_pt = row.min_height_pt;
        loop {
            let begin = self.press.y;
            let ending = self.open.iter().filter(|open| open.cell.last_row == index);
            let end = ending.map(|open| open.top + open.need_pt()).fold(begin + least_pt, f32::max);
            if end <= m.body_bottom_pt() + 0.01 {
                self.close(index, end);
                return Ok(());
            }
            let whole = least_pt > 0.0 && begin > self.grid_top;
            let short = end - begin <= body_pt * WHOLE_ROW_SHARE;
            let cut = self.cut(index).filter(|cut| !whole || (!short && cut - begin >= LEAST_PART_PT));
            match cut {
                Some(at) => {
                    self.turn(at)?;
                    least_pt = 0.0;
                }
                None if self.grid_top > m.body_top_pt() + 0.01 || begin > self.grid_top => {
                    self.turn(begin)?
                }
                None => return Err(PaperError::TooTall),
            }
        }
    }

    /// Where the row may be cut on this page, if every cell that ends in it either fits or leaves a slice here.
    fn cut(&self, index: usize) -> Option<f32> {
        let bottom = self.press.m.body_bottom_pt();
        let mut cut: f32 = self.press.y;
        for open in self.open.iter().filter(|open| open.cell.last_row == index) {
            let room_pt = bottom - open.top;
            if open.need_pt() <= room_pt {
                cut = cut.max(open.top + open.need_pt());
                continue;
            }
            let fits = open.fit(room_pt);
            if fits == 0 || open.cell.flow.repeats {
                return None;
            }
            let taken: f32 = open.rest()[..fits].iter().map(|slice| slice.height_pt).sum();
            cut = cut.max(open.top + open.cell.flow.frame_pt() + taken);
        }
        Some(cut)
    }

    /// Ends the cells of row `index` at `bottom`.
    fn close(&mut self, index: usize, bottom: f32) {
        let (ending, open) =
            std::mem::take(&mut self.open).into_iter().partition(|o: &Open| o.cell.last_row == index);
        self.open = open;
        for open in &ending {
            let count = open.rest().len();
            self.part(open, count, bottom, true);
        }
        self.press.y = bottom;
    }

    /// Cuts every open cell at `at`, closes the outline and goes on at the top of a new page.
    fn turn(&mut self, at: f32) -> Result<(), PaperError> {
        let mut open = std::mem::take(&mut self.open);
        for open in open.iter_mut().filter(|open| open.top < at - 0.01) {
            let repeats = open.cell.flow.repeats;
            let fits = open.fit(at - open.top);
            self.part(open, fits, at, repeats);
            open.done += if repeats { 0 } else { fits };
            open.done += usize::from(open.rest().first().is_some_and(|slice| slice.parting));
            open.cut = true;
        }
        self.open = open;
        self.press.y = at;
        self.outline();
        self.press.turn()?;
        self.grid_top = self.press.y;
        self.open.iter_mut().for_each(|open| open.top = self.grid_top);
        Ok(())
    }

    /// Draws the part of a cell on this page: `count` slices down to `bottom`.
    fn part(&mut self, open: &Open, count: usize, bottom: f32, last: bool) {
        let (cell, flow, top) = (&open.cell, &open.cell.flow, open.top);
        let (x, right) = (cell.x, cell.x + cell.width_pt);
        if x > self.press.m.margin_pt + 0.01 {
            self.press.rule((x, top), (x, bottom), INNER_RULE_PT);
        }
        if top > self.grid_top + 0.01 {
            self.press.rule((x, top), (right, top), INNER_RULE_PT);
        }
        let slices = &open.rest()[..count];
        let used: f32 = slices.iter().map(|slice| slice.height_pt).sum::<f32>() + flow.frame_pt();
        let spare = (bottom - top - used).max(0.0);
        let whole = last && !open.cut || flow.repeats;
        let mut y = top + flow.pad_y_pt;
        if flow.place == Place::Middle && whole {
            y += spare / 2.0;
        }
        let foot = match flow.place {
            Place::Foot(foot) if last => count.saturating_sub(foot),
            _ => count,
        };
        let head = flow.head.iter().filter(|_| count > 0 || !open.cut);
        if let Some(head) = flow.head.as_ref().filter(|_| slices.first().is_some_and(|slice| slice.goes_on)) {
            let y = y + head.height_pt;
            self.press.rule((x, y), (right, y), INNER_RULE_PT);
        }
        for (index, slice) in head.map(|head| (usize::MAX, head)).chain(slices.iter().enumerate()) {
            y += if index == foot { spare } else { 0.0 };
            self.press.put(slice.items.iter().map(|item| item.moved(x + flow.pad_x_pt, y)));
            y += slice.height_pt;
        }
        // Room too low for a row belongs to the last one; more stays open under a rule.
        let open_below = spare >= self.press.m.row_pt();
        let end = if open_below { y } else { bottom };
        for upright in &flow.uprights {
            self.press.rule((x + upright, top), (x + upright, end), INNER_RULE_PT);
        }
        if !flow.uprights.is_empty() && open_below {
            self.press.rule((x, y), (right, y), INNER_RULE_PT);
        }
    }

    /// Draws the border around the part of the grid on this page.
    fn outline(&mut self) {
        let (left, right) = (self.press.m.margin_pt, self.press.m.width_pt - self.press.m.margin_pt);
        let (top, bottom, half) = (self.grid_top, self.press.y, OUTER_RULE_PT / 2.0);
        if bottom - top < 0.01 {
            return;
        }
        for y in [top, bottom] {
            self.press.rule((left - half, y), (right + half, y), OUTER_RULE_PT);
        }
        for x in [left, right] {
            self.press.rule((x, top), (x, bottom), OUTER_RULE_PT);
        }
    }
}
