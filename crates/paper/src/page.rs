//! The page model: pages of primitives, with no PDF in it. Lengths are points, y grows downwards.

use std::fmt;

use crate::font::Face;
use crate::{MAX_PAGES, PaperError};

/// Laid-out pages, ready to be written. `Display` tells them as text, one primitive a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Pages {
    pub(crate) pages: Vec<Page>,
}

impl Pages {
    /// Number of pages, at least 1.
    #[must_use]
    pub fn count(&self) -> usize {
        self.pages.len()
    }

    /// Puts several slips, or several copies of one, into one document. Each keeps its own page numbers.
    ///
    /// # Errors
    /// [`PaperError::TooLarge`] over [`MAX_PAGES`] pages.
    pub fn join(slips: Vec<Pages>) -> Result<Pages, PaperError> {
        let pages: Vec<Page> = slips.into_iter().flat_map(|slip| slip.pages).collect();
        within_pages(pages.len())?;
        Ok(Pages { pages })
    }
}

/// Refuses more than [`MAX_PAGES`] pages.
pub(crate) fn within_pages(count: usize) -> Result<(), PaperError> {
    if count > MAX_PAGES { Err(PaperError::TooLarge { what: "页数", limit: MAX_PAGES }) } else { Ok(()) }
}

/// One page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Page {
    pub(crate) width_pt: f32,
    pub(crate) height_pt: f32,
    pub(crate) items: Vec<Item>,
}

/// One primitive.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Item {
    Text(Text),
    Rule(Rule),
    Code(Code),
}

impl Item {
    /// The primitive moved by (`dx`, `dy`).
    pub(crate) fn moved(&self, dx: f32, dy: f32) -> Item {
        let mut item = self.clone();
        match &mut item {
            Item::Text(text) => {
                text.x += dx;
                text.y += dy;
            }
            Item::Rule(rule) => {
                rule.from = (rule.from.0 + dx, rule.from.1 + dy);
                rule.to = (rule.to.0 + dx, rule.to.1 + dy);
            }
            Item::Code(code) => {
                code.x += dx;
                code.y += dy;
            }
        }
        item
    }
}

/// Glyphs on one base line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Text {
    /// Start of the base line.
    pub(crate) x: f32,
    /// The base line.
    pub(crate) y: f32,
    pub(crate) size_pt: f32,
    pub(crate) tone: Tone,
    /// Degrees the base line rises to the right.
    pub(crate) rise_deg: f32,
    /// What a reader of the text gets instead of the glyphs' characters.
    pub(crate) stands_for: Option<String>,
    pub(crate) glyphs: Vec<Glyph>,
}

/// One glyph.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Glyph {
    pub(crate) face: Face,
    pub(crate) id: u16,
    pub(crate) character: char,
    /// Origin, from the start of the base line.
    pub(crate) x: f32,
}

/// Colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Black,
    /// What no longer counts.
    Grey,
    /// The word that says so.
    Red,
    /// The mark across the page.
    Pale,
}

/// A straight line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rule {
    pub(crate) from: (f32, f32),
    pub(crate) to: (f32, f32),
    pub(crate) weight_pt: f32,
    pub(crate) tone: Tone,
}

/// A QR code.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Code {
    /// Left edge of the dark area.
    pub(crate) x: f32,
    /// Top edge of the dark area.
    pub(crate) y: f32,
    pub(crate) side_pt: f32,
    /// Modules in a side.
    pub(crate) modules: usize,
    /// Dark modules, row by row.
    pub(crate) dark: Vec<bool>,
}

impl fmt::Display for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, page) in self.pages.iter().enumerate() {
            writeln!(f, "page {} {:.0}×{:.0}", index + 1, page.width_pt, page.height_pt)?;
            page.items.iter().try_for_each(|item| writeln!(f, "  {item}"))?;
        }
        Ok(())
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Item::Text(text) => {
                let face = text.glyphs.first().map_or(Face::Song, |glyph| glyph.face);
                let glyphs: String = text.glyphs.iter().map(|glyph| glyph.character).collect();
                let words = text.stands_for.as_ref().unwrap_or(&glyphs);
                write!(f, "{face:?} {:.1} at {:.1},{:.1}", text.size_pt, text.x, text.y)?;
                if text.tone != Tone::Black {
                    write!(f, " {:?}", text.tone)?;
                }
                write!(f, " {words}")
            }
            Item::Rule(Rule { from, to, weight_pt, .. }) => {
                write!(f, "rule {weight_pt} {:.1},{:.1} to {:.1},{:.1}", from.0, from.1, to.0, to.1)
            }
            Item::Code(code) => {
                write!(f, "code {} modules, {:.1} at {:.1},{:.1}", code.modules, code.side_pt, code.x, code.y)
            }
        }
    }
}
