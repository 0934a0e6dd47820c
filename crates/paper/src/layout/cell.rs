//! A cell's filling as a flow of slices: pieces that are never cut.

use super::measure::{FINE_RULE_PT, INNER_RULE_PT, Measures};
use super::records;
use super::text::{Across, BASELINE, LEADING, Line, Setting, Span, lines, song, spread, widest_token_pt};
use crate::font::Faces;
use crate::page::{Item, Rule, Tone};
use crate::{Align, Column, Filling, Table, Tick, Value};

/// Largest share of a table that one column gets for the sake of its longest number.
const WIDEST_SHARE: f32 = 0.4;

/// Lines of a row of a table that is never cut; a longer one may go over a page.
const WHOLE_LINES: usize = 12;

/// A piece of a cell that is never cut. Primitives are relative to its upper left corner.
#[derive(Debug, Clone)]
pub(crate) struct Slice {
    pub(crate) height_pt: f32,
    pub(crate) items: Vec<Item>,
    /// It may not be the last before a page break.
    pub(crate) keep: bool,
    /// It parts two others, and is left out at the top of a page.
    pub(crate) parting: bool,
    /// It goes on with the row of a table that the slice before it began.
    pub(crate) goes_on: bool,
}

/// Where the slices stand when the cell is higher than they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the middle of the height.
    Middle,
    /// From the top.
    Top,
    /// From the top, and as many of the last slices at the foot.
    Foot(usize),
}

/// What a cell holds, ready to be put on pages.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    pub(crate) slices: Vec<Slice>,
    /// Set again at the top of every page the cell goes over.
    pub(crate) head: Option<Slice>,
    /// Upright rules through head and slices, from the left edge of the cell.
    pub(crate) uprights: Vec<f32>,
    pub(crate) pad_x_pt: f32,
    pub(crate) pad_y_pt: f32,
    pub(crate) min_height_pt: f32,
    pub(crate) place: Place,
    /// The whole flow is set again on every page the cell goes over.
    pub(crate) repeats: bool,
}

impl Flow {
    /// Slices with the padding of text.
    pub(crate) fn padded(slices: Vec<Slice>, place: Place, m: &Measures) -> Flow {
        Flow {
            slices,
            head: None,
            uprights: Vec::new(),
            pad_x_pt: m.pad_x_pt,
            pad_y_pt: m.pad_y_pt,
            min_height_pt: 0.0,
            place,
            repeats: false,
        }
    }

    /// Height above and below the slices, and of the head.
    pub(crate) fn frame_pt(&self) -> f32 {
        2.0 * self.pad_y_pt + self.head.as_ref().map_or(0.0, |head| head.height_pt)
    }

    /// How many slices from `from` on fit into `height_pt`, never ending on one to be kept with the next.
    pub(crate) fn fit(&self, from: usize, height_pt: f32) -> usize {
        let (mut used, mut fits) = (self.frame_pt(), 0);
        for (index, slice) in self.slices[from..].iter().enumerate() {
            used += slice.height_pt;
            if used > height_pt + 0.01 {
                break;
            }
            if !slice.keep {
                fits = index + 1;
            }
        }
        fits
    }
}

/// The flow of a cell `width_pt` wide.
pub(crate) fn flow(faces: &Faces<'_>, filling: &Filling, width_pt: f32, m: &Measures) -> Flow {
    let inner_pt = width_pt - 2.0 * m.pad_x_pt;
    match filling {
        Filling::Label(text) => label(faces, text, inner_pt, m),
        Filling::Value(filling) => value(faces, filling, inner_pt, m),
        Filling::Choice(ticks) => {
            let options: Vec<String> = ticks.iter().map(option).collect();
            let setting =
                Setting { size_pt: m.body_pt, width_pt: inner_pt, across: Across::Ragged, tone: Tone::Black };
            let spans: Vec<Span<'_>> =
                options.iter().flat_map(|words| [song("　"), whole(words)]).skip(1).collect();
            Flow::padded(text_slices(faces, &spans, setting), Place::Middle, m)
        }
        Filling::Text(text) => {
            let setting =
                Setting { size_pt: m.body_pt, width_pt: inner_pt, across: Across::Start, tone: Tone::Black };
            Flow::padded(text_slices(faces, &[song(text)], setting), Place::Middle, m)
        }
        Filling::Table(filling) => table(faces, filling, width_pt, m.body_pt, m),
        Filling::Records(filling) => records::flow(faces, filling, inner_pt, m),
    }
}

/// Box and words of an option.
fn option(tick: &Tick) -> String {
    format!("{}\u{a0}{}", if tick.ticked { '☑' } else { '☐' }, tick.label)
}

/// Words that are not parted while they fit a line.
fn whole(text: &str) -> Span<'_> {
    Span { whole: true, ..song(text) }
}

/// A label: two or three characters are spread over four, longer ones stand in even lines.
fn label(faces: &Faces<'_>, text: &str, inner_pt: f32, m: &Measures) -> Flow {
    let wide_pt = (4.0 * m.body_pt).min(inner_pt);
    let count = text.chars().count();
    let roomy = wide_pt > (count as f32 + 0.2) * m.body_pt;
    let slices = if (2..=3).contains(&count) && roomy && text.chars().all(super::kinsoku::is_han) {
        let line = spread(faces, text, m.body_pt, wide_pt);
        vec![slice(vec![(line, (inner_pt - wide_pt) / 2.0)], m.body_pt)]
    } else {
        let setting =
            Setting { size_pt: m.body_pt, width_pt: inner_pt, across: Across::Center, tone: Tone::Black };
        text_slices(faces, &[song(text)], setting)
    };
    Flow { repeats: true, ..Flow::padded(slices, Place::Middle, m) }
}

fn value(faces: &Faces<'_>, value: &Value, inner_pt: f32, m: &Measures) -> Flow {
    let setting =
        Setting { size_pt: m.body_pt, width_pt: inner_pt, across: across(value.align), tone: Tone::Black };
    let place = if value.align == Align::Paragraph { Place::Top } else { Place::Middle };
    let min_height_pt = f32::from(value.min_lines) * LEADING * m.body_pt + 2.0 * m.pad_y_pt;
    Flow { min_height_pt, ..Flow::padded(text_slices(faces, &[song(&value.text)], setting), place, m) }
}

fn across(align: Align) -> Across {
    match align {
        Align::Start => Across::Start,
        Align::Center => Across::Center,
        Align::End => Across::End,
        Align::Paragraph => Across::Indented,
    }
}

/// Lines to slices of one line each; no line is left alone before or after a page break.
pub(crate) fn text_slices(faces: &Faces<'_>, spans: &[Span<'_>], setting: Setting) -> Vec<Slice> {
    let set = lines(faces, spans, setting);
    let count = set.len();
    let mut slices: Vec<Slice> =
        set.into_iter().map(|line| slice(vec![(line, 0.0)], setting.size_pt)).collect();
    for (index, slice) in slices.iter_mut().enumerate() {
        slice.keep = index + 1 < count && (index == 0 || index + 2 == count);
    }
    slices
}

/// One slice of the height of a line that holds lines moved right.
pub(crate) fn slice(lines: Vec<(Line, f32)>, size_pt: f32) -> Slice {
    let items =
        lines.iter().flat_map(|(line, x)| line.items.iter().map(|item| item.moved(*x, BASELINE * size_pt)));
    Slice {
        height_pt: LEADING * size_pt,
        items: items.collect(),
        keep: false,
        parting: false,
        goes_on: false,
    }
}

/// A table with its own rules: one slice a row, or a line of a long one; the head is set again on every page.
pub(crate) fn table(faces: &Faces<'_>, table: &Table, width_pt: f32, size_pt: f32, m: &Measures) -> Flow {
    let edges = edges(faces, table, width_pt, size_pt, m);
    let rules = RowRules { edges: &edges, size_pt, m };
    let titles: Vec<(&str, Across)> =
        table.columns.iter().map(|c| (c.title.as_str(), Across::Center)).collect();
    let head = rules.whole(&rules.cells(faces, &titles), false);
    let empty = vec![String::new(); table.columns.len()];
    let missing = usize::from(table.min_rows).saturating_sub(table.rows.len());
    let rows = table.rows.iter().chain(std::iter::repeat_n(&empty, missing));
    let texts = |row: &Vec<String>| -> Vec<(String, Across)> {
        let set = |(text, column): (&String, &Column)| (text.clone(), across(column.align));
        row.iter().zip(&table.columns).map(set).collect()
    };
    let slices = rows
        .flat_map(|row| {
            let texts = texts(row);
            let texts: Vec<(&str, Across)> =
                texts.iter().map(|(text, across)| (text.as_str(), *across)).collect();
            rules.slices(faces, &texts)
        })
        .collect();
    let mut flow = Flow::padded(slices, Place::Top, m);
    flow.uprights = edges[1..edges.len() - 1].to_vec();
    (flow.pad_x_pt, flow.pad_y_pt, flow.head) = (0.0, 0.0, Some(head));
    flow
}

/// Left edges of the columns and the right edge of the last: by their shares, but a column too narrow for a number or
/// an account in it gets room from those that have some to spare.
fn edges(faces: &Faces<'_>, table: &Table, width_pt: f32, size_pt: f32, m: &Measures) -> Vec<f32> {
    let total: f32 = table.columns.iter().map(|column| f32::from(column.share)).sum();
    let mut widths: Vec<f32> =
        table.columns.iter().map(|column| width_pt * f32::from(column.share) / total).collect();
    let mut need_pt = vec![2.0 * size_pt; widths.len()];
    for row in &table.rows {
        for (need, text) in need_pt.iter_mut().zip(row) {
            *need = need.max(widest_token_pt(faces, text, size_pt));
        }
    }
    need_pt.iter_mut().for_each(|need| *need = (*need + 2.0 * m.pad_x_pt).min(width_pt * WIDEST_SHARE));
    let lack: f32 = widths.iter().zip(&need_pt).map(|(width, need)| (need - width).max(0.0)).sum();
    let spare: f32 = widths.iter().zip(&need_pt).map(|(width, need)| (width - need).max(0.0)).sum();
    if lack > 0.0 && spare >= lack {
        for (width, need) in widths.iter_mut().zip(&need_pt) {
            *width = if *width < *need { *need } else { *width - (*width - need) * lack / spare };
        }
    }
    let right = widths.into_iter().scan(0.0, |right, width| {
        *right += width;
        Some(*right)
    });
    std::iter::once(0.0).chain(right).collect()
}

/// How the rows of one table are set.
struct RowRules<'a> {
    /// Left edges of the columns, and the right edge of the last.
    edges: &'a [f32],
    size_pt: f32,
    m: &'a Measures,
}

impl RowRules<'_> {
    /// One row: never cut while it is short; line by line, from the top, when it is long.
    fn slices(&self, faces: &Faces<'_>, texts: &[(&str, Across)]) -> Vec<Slice> {
        let cells = self.cells(faces, texts);
        let count = most_lines(&cells);
        if count <= WHOLE_LINES {
            return vec![self.whole(&cells, true)];
        }
        (0..count).map(|index| self.line(&cells, index, count)).collect()
    }

    /// The lines of every text, with the place where they begin.
    fn cells(&self, faces: &Faces<'_>, texts: &[(&str, Across)]) -> Vec<(f32, Vec<Line>)> {
        let pad_x_pt = self.m.pad_x_pt * 0.8;
        let mut cells = Vec::new();
        for ((text, across), edge) in texts.iter().zip(self.edges.windows(2)) {
            let width_pt = edge[1] - edge[0] - 2.0 * pad_x_pt;
            let setting = Setting { size_pt: self.size_pt, width_pt, across: *across, tone: Tone::Black };
            cells.push((edge[0] + pad_x_pt, lines(faces, &[song(text)], setting)));
        }
        cells
    }

    /// A row in one slice, its texts in the middle of its height, with a rule above it where `ruled`.
    fn whole(&self, cells: &[(f32, Vec<Line>)], ruled: bool) -> Slice {
        let line_pt = LEADING * self.size_pt;
        let height_pt = most_lines(cells).max(1) as f32 * line_pt + 2.0 * self.m.pad_y_pt;
        let mut items: Vec<Item> = ruled.then(|| self.rule()).into_iter().collect();
        for (x, lines) in cells {
            let mut y = (height_pt - lines.len() as f32 * line_pt) / 2.0;
            for line in lines {
                items.extend(line.items.iter().map(|item| item.moved(*x, y + BASELINE * self.size_pt)));
                y += line_pt;
            }
        }
        Slice { height_pt, items, keep: false, parting: false, goes_on: false }
    }

    /// One line of a row of `count` lines; no line is left alone before or after a page break.
    fn line(&self, cells: &[(f32, Vec<Line>)], index: usize, count: usize) -> Slice {
        let (first, last) = (index == 0, index + 1 == count);
        let above_pt = if first { self.m.pad_y_pt } else { 0.0 };
        let below_pt = if last { self.m.pad_y_pt } else { 0.0 };
        let mut items: Vec<Item> = first.then(|| self.rule()).into_iter().collect();
        for (x, line) in cells.iter().filter_map(|(x, lines)| Some((x, lines.get(index)?))) {
            items.extend(line.items.iter().map(|item| item.moved(*x, above_pt + BASELINE * self.size_pt)));
        }
        let height_pt = above_pt + LEADING * self.size_pt + below_pt;
        Slice { height_pt, items, keep: first || index + 2 == count, parting: false, goes_on: !first }
    }

    /// The rule above a row.
    fn rule(&self) -> Item {
        let to = (self.edges[self.edges.len() - 1], 0.0);
        Item::Rule(Rule { from: (0.0, 0.0), to, weight_pt: INNER_RULE_PT, tone: Tone::Black })
    }
}

fn most_lines(cells: &[(f32, Vec<Line>)]) -> usize {
    cells.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0)
}

/// A level line to write on, or between records.
pub(crate) fn fine_rule(from_x: f32, to_x: f32, y: f32, tone: Tone) -> Item {
    Item::Rule(Rule { from: (from_x, y), to: (to_x, y), weight_pt: FINE_RULE_PT, tone })
}
