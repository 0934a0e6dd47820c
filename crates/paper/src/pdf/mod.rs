//! Page model to PDF: the one module that knows `printpdf`.

mod archive;
mod subset;

pub use archive::{Metadata, Moment};
use printpdf::{
    Codepoint, Color, DictItem, FontId, Line, LinePoint, Op, PaintMode, ParsedFont, PdfDocument, PdfFont,
    PdfFontHandle, PdfPage, PdfSaveOptions, Point, Polygon, PolygonRing, Pt, Rgb, TextItem, TextMatrix,
    WindingOrder,
};
use subset::Subsets;

use crate::PaperError;
use crate::font::{Faces, Fonts};
use crate::page::{Code, Glyph, Item, Page, Pages, Rule, Text, Tone};

/// Writes pages as PDF, made to PDF/A-2b. The same pages and metadata give the same bytes.
///
/// # Errors
/// [`PaperError::Time`] when the creation time is no time; [`PaperError::FontRefused`] and [`PaperError::Pdf`] when
/// a face or the library fails.
pub fn write_pdf(pages: &Pages, fonts: &Fonts, metadata: &Metadata) -> Result<Vec<u8>, PaperError> {
    metadata.created.check()?;
    let subsets = Subsets::of(pages, fonts, &metadata.content_id)?;
    let mut document = PdfDocument::new("");
    for subset in subsets.iter() {
        let parsed = ParsedFont::from_bytes(&subset.program, 0, &mut Vec::new());
        let font = PdfFont::new(parsed.ok_or(PaperError::Pdf { step: "字体子集" })?);
        document.resources.fonts.map.insert(FontId(subset.name.clone()), font);
    }
    let faces = fonts.parse()?;
    let writer = Writer { subsets: &subsets, faces: &faces };
    document.with_pages(pages.pages.iter().map(|page| writer.page(page)).collect());
    let mut warnings = Vec::new();
    let options = PdfSaveOptions { image_optimization: None, ..PdfSaveOptions::default() };
    let complete = document.to_lopdf_document(&options, &mut warnings);
    // The library drops errors into its warnings: any is a failure.
    if warnings.is_empty() {
        archive::finish(complete, pages, metadata)
    } else {
        Err(PaperError::Pdf { step: "页面" })
    }
}

/// Turns pages into operations.
struct Writer<'a> {
    subsets: &'a Subsets,
    faces: &'a Faces<'a>,
}

impl Writer<'_> {
    fn page(&self, page: &Page) -> PdfPage {
        let mut ops = Vec::new();
        for item in &page.items {
            match item {
                Item::Text(text) => self.text(text, page.height_pt, &mut ops),
                Item::Rule(rule) => line(rule, page.height_pt, &mut ops),
                Item::Code(code) => squares(code, page.height_pt, &mut ops),
            }
        }
        PdfPage::new(Pt(page.width_pt).into(), Pt(page.height_pt).into(), ops)
    }

    fn text(&self, text: &Text, height_pt: f32, ops: &mut Vec<Op>) {
        if let Some(words) = &text.stands_for {
            let properties =
                [("ActualText".to_owned(), DictItem::String { data: utf16(words), literal: false })];
            let properties = DictItem::Dict { map: properties.into_iter().collect() };
            ops.push(Op::BeginMarkedContentWithProperties { tag: "Span".to_owned(), properties });
        }
        ops.push(Op::SetFillColor { col: colour(text.tone) });
        ops.push(Op::StartTextSection);
        for run in text.glyphs.chunk_by(|a, b| a.face == b.face) {
            self.run(run, text, height_pt, ops);
        }
        ops.push(Op::EndTextSection);
        if text.stands_for.is_some() {
            ops.push(Op::EndMarkedContent);
        }
    }

    /// Glyphs of one face.
    fn run(&self, run: &[Glyph], text: &Text, height_pt: f32, ops: &mut Vec<Op>) {
        let Some((first, subset)) =
            run.first().and_then(|first| Some((first, self.subsets.get(first.face)?)))
        else {
            return;
        };
        let (sin, cos) = text.rise_deg.to_radians().sin_cos();
        let (x, y) = (text.x + first.x * cos, height_pt - text.y + first.x * sin);
        ops.push(Op::SetFont {
            font: PdfFontHandle::External(FontId(subset.name.clone())),
            size: Pt(text.size_pt),
        });
        ops.push(Op::SetTextMatrix { matrix: TextMatrix::Raw([cos, sin, -sin, cos, x, y]) });
        let glyphs = run.iter().enumerate().map(|(index, glyph)| {
            let next = run.get(index + 1).map(|next| (next.x - glyph.x) / text.size_pt * 1000.0);
            let offset = next.map_or(0.0, |next| self.faces.program_width(glyph.face, glyph.id) - next);
            let (id, character) = subset.glyph(*glyph);
            // Thousandths of a thousandth of an em: no printer shows them, and the file is shorter without.
            Codepoint::with_cid(id, (offset * 10.0).round() / 10.0, character.to_string())
        });
        ops.push(Op::ShowText { items: vec![TextItem::GlyphIds(glyphs.collect())] });
    }
}

/// A point of the page model in PDF, whose y grows upwards.
fn point(x: f32, y: f32, height_pt: f32) -> LinePoint {
    LinePoint { p: Point { x: Pt(x), y: Pt(height_pt - y) }, bezier: false }
}

fn line(rule: &Rule, height_pt: f32, ops: &mut Vec<Op>) {
    ops.push(Op::SetOutlineColor { col: colour(rule.tone) });
    ops.push(Op::SetOutlineThickness { pt: Pt(rule.weight_pt) });
    let points = [rule.from, rule.to].map(|(x, y)| point(x, y, height_pt)).to_vec();
    ops.push(Op::DrawLine { line: Line { points, is_closed: false } });
}

/// A QR code: one path, a rectangle for every run of dark modules in a row.
fn squares(code: &Code, height_pt: f32, ops: &mut Vec<Op>) {
    let module_pt = code.side_pt / code.modules as f32;
    let mut rings = Vec::new();
    for (row, dark) in code.dark.chunks(code.modules).enumerate() {
        let (top, mut column) = (code.y + row as f32 * module_pt, 0);
        for run in dark.chunk_by(|a, b| a == b) {
            let left = code.x + column as f32 * module_pt;
            let (right, bottom) = (left + run.len() as f32 * module_pt, top + module_pt);
            if run[0] {
                let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
                rings.push(PolygonRing { points: corners.map(|(x, y)| point(x, y, height_pt)).to_vec() });
            }
            column += run.len();
        }
    }
    ops.push(Op::SetFillColor { col: colour(Tone::Black) });
    let polygon = Polygon { rings, mode: PaintMode::Fill, winding_order: WindingOrder::NonZero };
    ops.push(Op::DrawPolygon { polygon });
}

fn colour(tone: Tone) -> Color {
    let (r, g, b) = match tone {
        Tone::Black => (0.0, 0.0, 0.0),
        Tone::Grey => (0.45, 0.45, 0.45),
        Tone::Red => (0.76, 0.07, 0.07),
        Tone::Pale => (0.97, 0.89, 0.89),
    };
    Color::Rgb(Rgb { r, g, b, icc_profile: None })
}

/// Text as PDF wants it: UTF-16, big end first, with a byte order mark.
fn utf16(text: &str) -> Vec<u8> {
    [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect()
}
