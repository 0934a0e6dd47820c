//! The boxes people fill: records with their stamp lines, and blanks to be filled by hand.

use super::cell::{Flow, Place, Slice, fine_rule, slice, text_slices};
use super::measure::{MM, Measures};
use super::text::{Across, BASELINE, Line, Setting, Span, hei, lines, song};
use crate::font::Faces;
use crate::page::{Item, Tone};
use crate::{Blank, Record, Records, SignOff, Standing};

/// Length of the line to sign on.
const SIGNATURE_PT: f32 = 30.0 * MM;

/// Height of a stroke above the base line: through Han, above hyphens.
const STRIKE_EM: f32 = 0.41;

/// The flow of a box with room for text `inner_pt` wide.
pub(crate) fn flow(faces: &Faces<'_>, records: &Records, inner_pt: f32, m: &Measures) -> Flow {
    let mut groups: Vec<Group> =
        records.records.iter().map(|record| written(faces, record, inner_pt, m)).collect();
    groups.extend(records.blanks.iter().map(|blank| unwritten(faces, blank, inner_pt, m)));
    let place = match groups.as_slice() {
        [only] => Place::Foot(only.foot),
        _ => Place::Top,
    };
    let mut slices = Vec::new();
    for group in groups {
        if !slices.is_empty() {
            slices.push(divider(inner_pt, m));
        }
        slices.extend(group.slices);
    }
    Flow::padded(slices, place, m)
}

/// One record or blank: its slices, of which the last `foot` belong at the foot of the box.
struct Group {
    slices: Vec<Slice>,
    foot: usize,
}

/// A fine line between two records.
fn divider(inner_pt: f32, m: &Measures) -> Slice {
    let y = m.pad_y_pt;
    let items = vec![fine_rule(0.0, inner_pt, y, Tone::Grey)];
    Slice { height_pt: 2.0 * y, items, keep: true, parting: true, goes_on: false }
}

/// A record: its fields, then its stamp line, all struck through when it no longer counts.
fn written(faces: &Faces<'_>, record: &Record, inner_pt: f32, m: &Measures) -> Group {
    let verdict = match record.standing {
        Standing::Effective => None,
        Standing::Void => Some("已失效"),
        Standing::Superseded => Some("已更正"),
    };
    let tone = if verdict.is_some() { Tone::Grey } else { Tone::Black };
    let mut set = Vec::new();
    for field in &record.fields {
        let label = if field.label.is_empty() { String::new() } else { format!("{}：", field.label) };
        let setting = Setting { size_pt: m.body_pt, width_pt: inner_pt, across: Across::Start, tone };
        set.push(lines(faces, &[song(&label), song(&field.text)], setting));
    }
    let mut slices = Vec::new();
    for field in set {
        slices.extend(field.into_iter().map(|line| struck(line, m.body_pt, verdict.is_some())));
    }
    let stamp = stamp(faces, record, inner_pt, m, verdict);
    let foot = stamp.len();
    slices.extend(stamp);
    let until = slices.len().saturating_sub(1);
    let from = until.saturating_sub(foot);
    slices[from..until].iter_mut().for_each(|slice| slice.keep = true);
    Group { slices, foot }
}

/// The stamp line: 姓名 · 时间 · 电子签名 编号, or the note of a signature on paper.
fn stamp(
    faces: &Faces<'_>,
    record: &Record,
    inner_pt: f32,
    m: &Measures,
    verdict: Option<&str>,
) -> Vec<Slice> {
    let words = words(&record.sign_off);
    let tone = match (&record.sign_off, verdict) {
        (SignOff::Missed { .. }, _) => Tone::Red,
        (_, Some(_)) => Tone::Grey,
        (_, None) => Tone::Black,
    };
    let tag = verdict.map(|verdict| {
        let setting =
            Setting { size_pt: m.small_pt, width_pt: inner_pt, across: Across::Start, tone: Tone::Red };
        lines(faces, &[hei(verdict)], setting)
    });
    let tag_pt = tag.iter().flatten().map(|line| line.right_pt + m.small_pt).fold(0.0, f32::max);
    let setting = Setting { size_pt: m.small_pt, width_pt: inner_pt - tag_pt, across: Across::End, tone };
    let set = lines(faces, &stamp_spans(&words), setting);
    let mut slices: Vec<Slice> =
        set.into_iter().map(|line| struck(line, m.small_pt, verdict.is_some())).collect();
    if let Some(last) = slices.last_mut() {
        for line in tag.iter().flatten() {
            let x = inner_pt - line.right_pt;
            last.items.extend(line.items.iter().map(|item| item.moved(x, BASELINE * m.small_pt)));
        }
    }
    slices
}

/// The words of a sign-off.
struct Words {
    lead: &'static str,
    name: String,
    /// When, and what makes it a signature.
    facts: [String; 2],
}

fn words(sign_off: &SignOff) -> Words {
    let named = |person: &String, deputy: &Option<String>| match deputy {
        Some(deputy) => format!("{person}（{deputy}代）"),
        None => person.clone(),
    };
    match sign_off {
        SignOff::Electronic { person, deputy, at, short_id } => Words {
            lead: "",
            name: named(person, deputy),
            facts: [at.clone(), format!("电子签名 {short_id}")],
        },
        SignOff::Ink { person, deputy, on, recorded_by, short_id } => Words {
            lead: "纸质签字：",
            name: named(person, deputy),
            facts: [on.clone(), format!("{recorded_by}登记 {short_id}")],
        },
        SignOff::Missed { title, due } => {
            Words { lead: "", name: title.clone(), facts: [format!("应于 {due}"), "漏报".to_owned()] }
        }
    }
}

/// The spans of a stamp line; it is broken between its parts only.
fn stamp_spans(words: &Words) -> [Span<'_>; 6] {
    let [when, how] = words.facts.each_ref().map(|fact| Span { whole: true, ..song(fact) });
    [song(words.lead), Span { whole: true, ..hei(&words.name) }, song(" · "), when, song(" · "), how]
}

/// A line as a slice, with a stroke through it where it no longer counts.
fn struck(line: Line, size_pt: f32, strike: bool) -> Slice {
    let (left, right) = (line.left_pt, line.right_pt);
    let mut slice = slice(vec![(line, 0.0)], size_pt);
    if strike {
        slice.items.push(fine_rule(left, right, (BASELINE - STRIKE_EM) * size_pt, Tone::Grey));
    }
    slice
}

/// A blank: its labels with room to write, then a line to sign on and a date.
fn unwritten(faces: &Faces<'_>, blank: &Blank, inner_pt: f32, m: &Measures) -> Group {
    let setting =
        Setting { size_pt: m.body_pt, width_pt: inner_pt, across: Across::Start, tone: Tone::Black };
    let mut slices = Vec::new();
    for label in &blank.labels {
        slices.extend(text_slices(faces, &[song(&format!("{label}："))], setting));
    }
    slices.last_mut().into_iter().for_each(|last| last.keep = true);
    let signature = signature(faces, &blank.signature, setting, m);
    let foot = signature.len();
    slices.extend(signature);
    Group { slices, foot }
}

/// A line to sign on and a date: side by side where there is room, else one above the other.
fn signature(faces: &Faces<'_>, word: &str, setting: Setting, m: &Measures) -> Vec<Slice> {
    let (size_pt, inner_pt) = (m.body_pt, setting.width_pt);
    let word = lines(faces, &[song(&format!("{word}："))], setting);
    let date = lines(faces, &[song("年　　月　　日")], Setting { across: Across::End, ..setting });
    let width = |lines: &[Line]| lines.iter().map(|line| line.right_pt - line.left_pt).fold(0.0, f32::max);
    let (word_pt, date_pt) = (width(&word), width(&date) + 4.0 * size_pt);
    let beside = inner_pt >= word_pt + SIGNATURE_PT + date_pt;
    let rule_to = if beside { inner_pt - date_pt } else { inner_pt };
    let rule_x = (rule_to - SIGNATURE_PT).max(word_pt);
    let mut signed: Vec<(Line, f32)> = word.into_iter().map(|line| (line, rule_x - word_pt)).collect();
    let date = date.into_iter().map(|line| (line, 0.0));
    let mut dated = Vec::new();
    if beside {
        signed.extend(date)
    } else {
        dated.push(slice(date.collect(), size_pt))
    }
    let mut signature = slice(signed, size_pt);
    signature.items.push(fine_rule(rule_x, rule_to, (BASELINE + 0.2) * size_pt, Tone::Black));
    // Room for a hand.
    let above_pt = 0.8 * size_pt;
    signature.items = signature.items.iter().map(|item| item.moved(0.0, above_pt)).collect();
    signature.height_pt += above_pt;
    signature.keep = !beside;
    std::iter::once(signature).chain(dated).collect()
}

/// Draws a stroke through the texts of a table row left of `verdict_x`, and sets those right of it in red.
pub(crate) fn strike(row: &mut Slice, verdict_x: f32, size_pt: f32) {
    let mut strokes = Vec::new();
    for item in &mut row.items {
        let Item::Text(text) = item else { continue };
        text.tone = if text.x < verdict_x { Tone::Grey } else { Tone::Red };
        if let Some(last) = text.glyphs.last().filter(|_| text.tone == Tone::Grey) {
            let width_pt = if last.character.is_ascii() { 0.5 * size_pt } else { size_pt };
            strokes.push(fine_rule(
                text.x,
                text.x + last.x + width_pt,
                text.y - STRIKE_EM * size_pt,
                Tone::Grey,
            ));
        }
    }
    row.items.extend(strokes);
}
