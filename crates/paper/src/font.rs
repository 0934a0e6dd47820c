//! Faces: mapped from files, chosen character by character.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use memmap2::Mmap;
use ttf_parser::{GlyphId, Permissions};

use crate::PaperError;
use crate::layout::is_shown;

/// A face that glyphs come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Face {
    /// 宋体: text.
    Song,
    /// 黑体: titles, names, marks.
    Hei,
    /// Rare characters of personal and place names, in Song style.
    Rare,
}

impl Face {
    /// All faces, in the order of their `Ord`.
    pub(crate) const ALL: [Face; 3] = [Face::Song, Face::Hei, Face::Rare];

    /// File under the fonts directory.
    fn file(self) -> &'static str {
        match self {
            Face::Song => "NotoSerifSC-Regular.otf",
            Face::Hei => "NotoSansSC-Bold.ttf",
            Face::Rare => "HanaMinB.ttf",
        }
    }

    /// PostScript name.
    pub(crate) fn postscript_name(self) -> &'static str {
        match self {
            Face::Song => "NotoSerifSC-Regular",
            Face::Hei => "NotoSansSC-Bold",
            Face::Rare => "HanaMinB",
        }
    }

    /// Faces to ask for a character, best first, when this one is wanted.
    fn chain(self) -> [Face; 3] {
        match self {
            Face::Song => [Face::Song, Face::Rare, Face::Hei],
            Face::Hei => [Face::Hei, Face::Song, Face::Rare],
            Face::Rare => [Face::Rare, Face::Song, Face::Hei],
        }
    }
}

/// The installed faces, mapped into memory: 53 MB of files cost only the pages that are touched.
#[derive(Debug)]
pub struct Fonts {
    files: [Mmap; 3],
}

impl Fonts {
    /// Opens the faces under `directory` (`assets/fonts` of the product).
    ///
    /// # Errors
    /// [`PaperError::FontFile`] when a file cannot be opened, [`PaperError::FontRefused`] when it is not a font
    /// or its `OS/2 fsType` forbids embedding a subset.
    pub fn open(directory: &Path) -> Result<Fonts, PaperError> {
        let [song, hei, rare] = Face::ALL.map(|face| map(&directory.join(face.file())));
        Ok(Fonts { files: [song?, hei?, rare?] })
    }

    /// Bytes of one face.
    pub(crate) fn bytes(&self, face: Face) -> &[u8] {
        &self.files[face as usize]
    }

    /// The faces, parsed, for the length of one layout.
    pub(crate) fn parse(&self) -> Result<Faces<'_>, PaperError> {
        let [song, hei, rare] = Face::ALL.map(|face| {
            let parsed = ttf_parser::Face::parse(self.bytes(face), 0);
            parsed.map(Metrics::of).map_err(|_| PaperError::FontRefused { path: face.file().into() })
        });
        Ok(Faces { faces: [song?, hei?, rare?] })
    }

    /// Characters of these texts that no face can show, ascending, each once. A slip prints their code points.
    ///
    /// # Errors
    /// [`PaperError::FontRefused`] for a broken font.
    pub fn unshowable<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> Result<Vec<char>, PaperError> {
        let faces = self.parse()?;
        let characters: BTreeSet<char> = texts.into_iter().flat_map(str::chars).collect();
        Ok(characters.into_iter().filter(|character| !is_shown(&faces, *character)).collect())
    }
}

/// Maps one file and checks that it is a font that may be embedded as a subset.
#[expect(unsafe_code, reason = "the one memory map of this crate")]
fn map(path: &Path) -> Result<Mmap, PaperError> {
    let failed = |source| PaperError::FontFile { path: path.to_path_buf(), source };
    let file = File::open(path).map_err(failed)?;
    // SAFETY: the files belong to the installed product, which replaces them only while it is not running.
    let bytes = unsafe { Mmap::map(&file) }.map_err(failed)?;
    let refused = || PaperError::FontRefused { path: path.to_path_buf() };
    let face = ttf_parser::Face::parse(&bytes, 0).map_err(|_| refused())?;
    let allowed = !matches!(face.permissions(), None | Some(Permissions::Restricted));
    if allowed && face.is_subsetting_allowed() { Ok(bytes) } else { Err(refused()) }
}

/// One parsed face and the width all its digits get.
struct Metrics<'a> {
    face: ttf_parser::Face<'a>,
    digit_em: f32,
}

impl<'a> Metrics<'a> {
    fn of(face: ttf_parser::Face<'a>) -> Self {
        let mut metrics = Metrics { face, digit_em: 0.0 };
        let widths = ('0'..='9').filter_map(|c| metrics.face.glyph_index(c)).map(|g| metrics.advance_em(g));
        metrics.digit_em = widths.fold(0.0, f32::max);
        metrics
    }

    fn advance_em(&self, glyph: GlyphId) -> f32 {
        f32::from(self.face.glyph_hor_advance(glyph).unwrap_or(0)) / f32::from(self.face.units_per_em())
    }
}

/// The parsed faces.
pub(crate) struct Faces<'a> {
    faces: [Metrics<'a>; 3],
}

/// The glyph of a character, with its place in its advance.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice {
    pub(crate) face: Face,
    pub(crate) glyph: u16,
    /// Advance; all digits of a face have the same one.
    pub(crate) advance_em: f32,
    /// Where the glyph's origin stands in the advance.
    pub(crate) shift_em: f32,
}

/// What is printed where a character has no glyph: its code point.
pub(crate) fn substitute(character: char) -> String {
    format!("〔U+{:04X}〕", u32::from(character))
}

/// Whether a character is drawn over or under the one before it.
pub(crate) fn is_combining(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20f0}' | '\u{302a}'..='\u{302f}'
        | '\u{3099}'..='\u{309a}' | '\u{fe20}'..='\u{fe2f}')
}

impl Faces<'_> {
    /// The glyph of `character` in the first face of the chain that has one; none too for a mark over a letter, which
    /// shaping would have to place.
    pub(crate) fn choose(&self, wanted: Face, character: char) -> Option<Choice> {
        if is_combining(character) {
            return None;
        }
        wanted.chain().into_iter().find_map(|face| self.glyph(face, character))
    }

    fn glyph(&self, face: Face, character: char) -> Option<Choice> {
        let metrics = &self.faces[face as usize];
        let glyph = metrics.face.glyph_index(character).filter(|glyph| glyph.0 != 0)?;
        let own_em = metrics.advance_em(glyph);
        let advance_em = if character.is_ascii_digit() { metrics.digit_em } else { own_em };
        Some(Choice { face, glyph: glyph.0, advance_em, shift_em: (advance_em - own_em) / 2.0 })
    }

    /// Width of a glyph as its font program states it, in thousandths of an em.
    pub(crate) fn program_width(&self, face: Face, glyph: u16) -> f32 {
        self.faces[face as usize].advance_em(GlyphId(glyph)) * 1000.0
    }
}
