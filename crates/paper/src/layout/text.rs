//! Text to lines: marks squeezed, a gap between Han and Latin, lines filled and justified.

use super::kinsoku::{Mark, is_han, mark, never_ends, never_starts, openings};
use crate::font::{Face, Faces, substitute};
use crate::page::{Glyph, Item, Rule, Text, Tone};

/// Height of a line, in sizes of its text.
pub(crate) const LEADING: f32 = 1.5;
/// From the top of a line to its base line, in sizes of its text.
pub(crate) const BASELINE: f32 = 1.13;
/// Room between Han and Latin or digits.
const LATIN_GAP_EM: f32 = 0.125;
/// With more room than this between characters, or with squeezed marks, extractors of text see a space or a line end
/// that is not there; such a run carries its own words beside its glyphs.
const CLEAR_GAP_EM: f32 = 0.12;
/// A line narrower than this is not justified: it has too few places to stretch.
const LEAST_JUSTIFIED_EM: f32 = 14.0;
/// Most room justification may put between two characters; a line that needs more is left ragged.
const MAX_STRETCH_EM: f32 = 0.5;

/// A piece of a paragraph in one face.
#[derive(Clone, Copy)]
pub(crate) struct Span<'t> {
    pub(crate) face: Face,
    pub(crate) text: &'t str,
    /// No line is broken inside it while it fits a line.
    pub(crate) whole: bool,
}

/// A span of 宋体.
pub(crate) fn song(text: &str) -> Span<'_> {
    Span { face: Face::Song, text, whole: false }
}

/// A span of 黑体.
pub(crate) fn hei(text: &str) -> Span<'_> {
    Span { face: Face::Hei, text, whole: false }
}

/// How lines stand in their width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Across {
    /// From the left, full lines justified.
    Start,
    /// From the left, no line stretched.
    Ragged,
    /// As `Start`, each paragraph indented by two characters.
    Indented,
    /// In the middle, in lines of like length.
    Center,
    /// To the right.
    End,
}

/// Size, width and manner of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) size_pt: f32,
    pub(crate) width_pt: f32,
    pub(crate) across: Across,
    pub(crate) tone: Tone,
}

/// One line: primitives on base line 0, from x = 0 of the width it was set in.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) items: Vec<Item>,
    /// Left end of the ink.
    pub(crate) left_pt: f32,
    /// Right end of the ink.
    pub(crate) right_pt: f32,
}

/// One character of a paragraph. Lengths are in em.
#[derive(Debug, Clone, Copy)]
struct Unit {
    character: char,
    face: Face,
    glyph: u16,
    advance: f32,
    /// Where the glyph's origin stands in the advance.
    shift: f32,
    /// Room after it that disappears at the end of a line.
    gap: f32,
    mark: Mark,
    /// Its empty half is gone.
    squeezed: bool,
    tick: Option<bool>,
    /// No line begins with it.
    tied: bool,
}

/// Sets a text in lines. Line feeds end paragraphs; an empty text has no lines.
pub(crate) fn lines(faces: &Faces<'_>, spans: &[Span<'_>], setting: Setting) -> Vec<Line> {
    let mut lines = Vec::new();
    for paragraph in paragraphs(faces, spans) {
        let width = setting.width_pt / setting.size_pt;
        let indent = if setting.across == Across::Indented { 2.0 } else { 0.0 };
        let mut ranges = fill(&paragraph, width, indent);
        if setting.across == Across::Center {
            ranges = balance(&paragraph, width, ranges);
        }
        let count = ranges.len();
        for (index, (start, end)) in ranges.into_iter().enumerate() {
            let first = if index == 0 { indent } else { 0.0 };
            lines.push(place(&paragraph[start..end], setting, first, index + 1 == count));
        }
    }
    lines
}

/// Sets a short text in one line, its characters spread evenly over `width_pt` from x = 0.
pub(crate) fn spread(faces: &Faces<'_>, text: &str, size_pt: f32, width_pt: f32) -> Line {
    let mut units: Vec<Unit> = paragraphs(faces, &[song(text)]).into_iter().flatten().collect();
    let natural: f32 = units.iter().map(|unit| unit.advance).sum();
    let between = (width_pt / size_pt - natural) / (units.len().max(2) - 1) as f32;
    units.iter_mut().for_each(|unit| unit.gap = between);
    let setting = Setting { size_pt, width_pt, across: Across::Start, tone: Tone::Black };
    let mut line = place(&units, setting, 0.0, true);
    for item in &mut line.items {
        if let Item::Text(run) = item {
            run.stands_for = Some(text.to_owned());
        }
    }
    line
}

/// Characters to paragraphs of units, marks squeezed and gaps set.
fn paragraphs(faces: &Faces<'_>, spans: &[Span<'_>]) -> Vec<Vec<Unit>> {
    let mut paragraphs = vec![Vec::new()];
    for span in spans {
        for (index, character) in span.text.chars().filter(|c| !is_silent(*c)).enumerate() {
            if character == '\n' {
                paragraphs.push(Vec::new());
                continue;
            }
            let tied = span.whole && index > 0;
            let Some(last) = paragraphs.last_mut() else { continue };
            match unit(faces, span.face, character, tied) {
                Some(unit) => last.push(unit),
                None => {
                    let words = substitute(character);
                    let set = |(at, c): (usize, char)| unit(faces, span.face, c, tied || at > 0);
                    last.extend(words.chars().enumerate().filter_map(set));
                }
            }
        }
    }
    if paragraphs.iter().all(Vec::is_empty) {
        return Vec::new();
    }
    paragraphs.iter_mut().for_each(|units| space(units));
    paragraphs
}

/// Characters that show nothing and that no face needs: joiners, variation selectors, byte order marks.
fn is_silent(character: char) -> bool {
    matches!(character, '\r' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{e0100}'..='\u{e01ef}')
}

/// Whether a character stands on paper as itself, or shows nothing by its nature.
pub(crate) fn is_shown(faces: &Faces<'_>, character: char) -> bool {
    character == '\n' || is_silent(character) || faces.choose(Face::Song, drawn(character).0).is_some()
}

/// What is drawn for a character, and whether it is a box to be ticked.
fn drawn(character: char) -> (char, Option<bool>) {
    match character {
        '\t' | '\u{2000}' | '\u{2001}' | '\u{2004}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => (' ', None),
        '☐' => ('□', Some(false)),
        '☑' => ('□', Some(true)),
        other => (other, None),
    }
}

/// A character with its glyph; none where no face has one.
fn unit(faces: &Faces<'_>, wanted: Face, character: char, tied: bool) -> Option<Unit> {
    let (drawn, tick) = drawn(character);
    let choice = faces.choose(wanted, drawn)?;
    Some(Unit {
        character: if tick.is_some() { character } else { drawn },
        face: choice.face,
        glyph: choice.glyph,
        advance: choice.advance_em,
        shift: choice.shift_em,
        gap: 0.0,
        mark: mark(character),
        squeezed: false,
        tick,
        tied,
    })
}

/// Squeezes neighbouring marks by half an em and opens a gap between Han and Latin.
fn space(units: &mut [Unit]) {
    for index in 0..units.len() {
        let before = index.checked_sub(1).map(|at| units[at].character);
        let after = units.get(index + 1).map(|unit| unit.character);
        let unit = &mut units[index];
        let beside_han = before.into_iter().chain(after).any(|c| is_han(c) || mark(c) != Mark::None);
        if matches!(unit.character, '“' | '”' | '‘' | '’')
            && !beside_han
            && (before.is_some() || after.is_some())
        {
            squeeze(unit);
            unit.mark = Mark::None;
        }
        if unit.character == '·' && unit.advance < 0.5 {
            unit.shift += (0.5 - unit.advance) / 2.0;
            unit.advance = 0.5;
        }
    }
    for index in 1..units.len() {
        let (before, after) = (units[index - 1], units[index]);
        if before.mark == Mark::Close && matches!(after.mark, Mark::Close | Mark::Open) {
            squeeze(&mut units[index - 1]);
        } else if before.mark == Mark::Open && after.mark == Mark::Open {
            squeeze(&mut units[index]);
        }
        let latin = |c: char| c.is_ascii_alphanumeric();
        let (b, a) = (before.character, after.character);
        if (is_han(b) && latin(a)) || (latin(b) && is_han(a)) {
            units[index - 1].gap = LATIN_GAP_EM;
        }
    }
}

/// Takes the empty half of a mark away.
fn squeeze(unit: &mut Unit) {
    if unit.squeezed || unit.advance < 0.9 {
        return;
    }
    unit.squeezed = true;
    unit.advance -= 0.5;
    if unit.mark == Mark::Open {
        unit.shift -= 0.5;
    }
}

/// Greedy lines of at most `width` em, as ranges of units. Every unit but the spaces around breaks is in one.
fn fill(units: &[Unit], width: f32, indent: f32) -> Vec<(usize, usize)> {
    let characters: Vec<char> = units.iter().map(|unit| unit.character).collect();
    let may = openings(&characters);
    let mut ranges = Vec::new();
    let mut start = 0;
    while start < units.len() {
        let room = if start == 0 { width - indent } else { width };
        let (mut used, mut tail) = (0.0, Tail::default());
        let (mut fits, mut best) = (start, None);
        for end in start + 1..=units.len() {
            let unit = &units[end - 1];
            let hanging =
                if end - 1 == start && (start > 0 || indent == 0.0) { head_trim(unit) } else { 0.0 };
            used += unit.advance - hanging;
            tail.take(unit);
            let over = used - tail.spaces - tail.mark - room;
            if over > 1.0 {
                break;
            }
            if over <= 0.001 {
                fits = end;
                if end == units.len() || (may[end] && !units[end].tied) {
                    best = Some(end);
                }
            }
            used += unit.gap;
        }
        let end = best.unwrap_or_else(|| emergency(units, start, fits));
        ranges.push((start, end));
        start = end;
    }
    ranges
}

/// A break inside a token that is wider than the line: the last one that offends no mark, else the last.
fn emergency(units: &[Unit], start: usize, fits: usize) -> usize {
    let last = fits.max(start + 1);
    let clean = |end: &usize| {
        units.get(*end).is_none_or(|unit| !never_starts(unit.character) && !unit.character.is_whitespace())
            && !never_ends(units[end - 1].character)
    };
    (start + 1..=last).rev().find(clean).unwrap_or(last)
}

/// What an opening mark loses at the start of a line.
fn head_trim(unit: &Unit) -> f32 {
    if unit.mark == Mark::Open && !unit.squeezed && unit.advance >= 0.9 { 0.5 } else { 0.0 }
}

/// What a line loses at its end: spaces, and half of a closing mark before them.
#[derive(Default)]
struct Tail {
    spaces: f32,
    mark: f32,
}

impl Tail {
    /// Goes on to the next unit of the line.
    fn take(&mut self, unit: &Unit) {
        if unit.character.is_whitespace() {
            self.spaces += unit.advance + unit.gap;
        } else {
            let half = unit.mark == Mark::Close && !unit.squeezed && unit.advance >= 0.9;
            *self = Tail { spaces: 0.0, mark: if half { 0.5 } else { 0.0 } };
        }
    }
}

/// Lines of like length, no more of them than before. Most Chinese words have two characters: lines of an even
/// number of them part fewer words. No line is left with one character.
fn balance(units: &[Unit], width: f32, ranges: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    let total: f32 = units.iter().map(|unit| unit.advance + unit.gap).sum();
    let alike = (total / ranges.len().max(1) as f32).ceil();
    let even = (alike / 2.0).ceil() * 2.0;
    [even, alike, alike + 1.0, alike + 2.0]
        .into_iter()
        .filter(|narrow| *narrow < width)
        .map(|narrow| fill(units, narrow, 0.0))
        .find(|lines| lines.len() == ranges.len() && lines.iter().all(|(start, end)| end - start > 1))
        .unwrap_or(ranges)
}

/// Width of the widest part of a text that no line may be broken in.
pub(crate) fn widest_token_pt(faces: &Faces<'_>, text: &str, size_pt: f32) -> f32 {
    let mut widest: f32 = 0.0;
    for units in paragraphs(faces, &[song(text)]) {
        let characters: Vec<char> = units.iter().map(|unit| unit.character).collect();
        let mut width = 0.0;
        for (unit, may) in units.iter().zip(openings(&characters)) {
            width = if may && !unit.tied { unit.advance } else { width + unit.advance };
            widest = widest.max(width);
        }
    }
    widest * size_pt
}

/// Gives every unit of a line its place.
fn place(line: &[Unit], setting: Setting, indent: f32, last: bool) -> Line {
    let size = setting.size_pt;
    let from = line.iter().take_while(|unit| unit.character.is_whitespace() && !last).count();
    let until = line.len() - line.iter().rev().take_while(|unit| unit.character.is_whitespace()).count();
    let mut units = line[from.min(until)..until].to_vec();
    if let Some(first) = units.first_mut().filter(|first| indent == 0.0 && first.mark == Mark::Open) {
        squeeze(first);
    }
    units.last_mut().into_iter().for_each(|end| end.gap = 0.0);
    let slack = |units: &[Unit]| {
        setting.width_pt / size - indent - units.iter().map(|unit| unit.advance + unit.gap).sum::<f32>()
    };
    if !last || slack(&units) < 0.0 {
        units.last_mut().into_iter().filter(|end| end.mark == Mark::Close).for_each(squeeze);
    }
    let slack = slack(&units);
    let left = match setting.across {
        Across::Start | Across::Indented => {
            if !last && setting.width_pt / size >= LEAST_JUSTIFIED_EM {
                stretch(&mut units, slack);
            }
            indent
        }
        Across::Ragged => 0.0,
        Across::Center => slack / 2.0,
        Across::End => slack,
    };
    draw(&units, setting, left * size)
}

/// Puts the slack of a line between its squares and at its spaces.
fn stretch(units: &mut [Unit], slack: f32) {
    let loose =
        |unit: &Unit| is_han(unit.character) || unit.mark != Mark::None || unit.character.is_whitespace();
    let tied = |a: &Unit, b: &Unit| a.character == b.character && matches!(a.character, '—' | '…');
    let places: Vec<usize> = (1..units.len())
        .filter(|&i| (loose(&units[i - 1]) || loose(&units[i])) && !tied(&units[i - 1], &units[i]))
        .map(|i| i - 1)
        .collect();
    let each = slack / places.len().max(1) as f32;
    if each > 0.0 && each <= MAX_STRETCH_EM {
        places.into_iter().for_each(|at| units[at].gap += each);
    }
}

/// Units to primitives: one text, and apart from it each ticked or open box with the words it stands for.
fn draw(units: &[Unit], setting: Setting, left_pt: f32) -> Line {
    let mut items = Vec::new();
    let mut x = left_pt;
    for run in units.chunk_by(|a, b| a.tick.is_none() && b.tick.is_none()) {
        let start = x;
        let mut glyphs = Vec::with_capacity(run.len());
        for unit in run {
            // To a reader of the text a space is a space, whether or not a line may be broken at it.
            let character = if unit.character == '\u{a0}' { ' ' } else { unit.character };
            let at = x - start + unit.shift * setting.size_pt;
            glyphs.push(Glyph { face: unit.face, id: unit.glyph, character, x: at });
            x += (unit.advance + unit.gap) * setting.size_pt;
        }
        let misread = run
            .iter()
            .any(|unit| unit.tick.is_some() || unit.squeezed || unit.gap + unit.shift > CLEAR_GAP_EM);
        items.push(Item::Text(Text {
            x: start,
            y: 0.0,
            size_pt: setting.size_pt,
            tone: setting.tone,
            rise_deg: 0.0,
            stands_for: misread.then(|| glyphs.iter().map(|glyph| glyph.character).collect()),
            glyphs,
        }));
        if run[0].tick == Some(true) {
            items.extend(tick(start, setting.size_pt, setting.tone));
        }
    }
    Line { items, left_pt, right_pt: x }
}

/// The two strokes of a tick over a box that begins at `x`.
fn tick(x: f32, size_pt: f32, tone: Tone) -> [Item; 2] {
    let at = |dx: f32, dy: f32| (x + dx * size_pt, -dy * size_pt);
    let stroke = |from, to| Item::Rule(Rule { from, to, weight_pt: size_pt * 0.09, tone });
    [stroke(at(0.24, 0.42), at(0.45, 0.14)), stroke(at(0.45, 0.14), at(0.88, 0.78))]
}
