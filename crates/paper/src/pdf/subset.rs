//! One subset of every face that the pages use.

use std::collections::BTreeMap;

use subsetter::GlyphRemapper;

use super::archive::Fnv;
use crate::PaperError;
use crate::font::{Face, Fonts};
use crate::page::{Glyph, Item, Pages};

/// The subsets of one document.
pub(super) struct Subsets(Vec<Subset>);

/// The used part of one face.
pub(super) struct Subset {
    pub(super) face: Face,
    /// Tag of six letters, plus sign, PostScript name.
    pub(super) name: String,
    /// The font program.
    pub(super) program: Vec<u8>,
    /// New glyph ids.
    mapper: GlyphRemapper,
    /// The character that each glyph means to readers of the text, by id in the whole face.
    characters: BTreeMap<u16, char>,
}

impl Subsets {
    /// Subsets of all faces that `pages` use; their tags come from the content and the glyphs.
    pub(super) fn of(pages: &Pages, fonts: &Fonts, content_id: &[u8; 32]) -> Result<Subsets, PaperError> {
        let mut used: BTreeMap<Face, BTreeMap<u16, char>> = BTreeMap::new();
        for item in pages.pages.iter().flat_map(|page| &page.items) {
            if let Item::Text(text) = item {
                text.glyphs.iter().for_each(|glyph| note(used.entry(glyph.face).or_default(), glyph));
            }
        }
        let subset = |(face, characters): (Face, BTreeMap<u16, char>)| {
            let mut mapper = GlyphRemapper::new();
            let mut hash = Fnv::new();
            hash.feed(content_id);
            for glyph in characters.keys() {
                mapper.remap(*glyph);
                hash.feed(&glyph.to_be_bytes());
            }
            let program = subsetter::subset(fonts.bytes(face), 0, &mapper);
            let program = program.map_err(|_| PaperError::Pdf { step: "字体子集" })?;
            let name = format!("{}+{}", tag(hash), face.postscript_name());
            Ok(Subset { face, name, program, mapper, characters })
        };
        used.into_iter().map(subset).collect::<Result<_, _>>().map(Subsets)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Subset> {
        self.0.iter()
    }

    /// The subset of a face.
    pub(super) fn get(&self, face: Face) -> Option<&Subset> {
        self.iter().find(|subset| subset.face == face)
    }
}

impl Subset {
    /// The new id of a glyph, and the character it means.
    pub(super) fn glyph(&self, glyph: Glyph) -> (u16, char) {
        let character = self.characters.get(&glyph.id).copied().unwrap_or(glyph.character);
        (self.mapper.get(glyph.id).unwrap_or_default(), character)
    }
}

/// Notes a glyph. Of several characters drawn alike (⼈ and 人) readers get the everyday ideograph, else the first.
fn note(characters: &mut BTreeMap<u16, char>, glyph: &Glyph) {
    let rank = |character: char| (!matches!(character, '\u{3400}'..='\u{9fff}'), character);
    let new = glyph.character;
    characters
        .entry(glyph.id)
        .and_modify(|seen| *seen = if rank(new) < rank(*seen) { new } else { *seen })
        .or_insert(new);
}

/// Six capital letters.
fn tag(hash: Fnv) -> String {
    let mut rest = hash.value();
    let letter = || {
        let letter = b'A' + u8::try_from(rest % 26).unwrap_or_default();
        rest /= 26;
        char::from(letter)
    };
    std::iter::repeat_with(letter).take(6).collect()
}
