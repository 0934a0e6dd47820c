//! Text as it is kept: NFC, no character that controls a machine or deceives a reader (C1).

use crate::problem::Problem;
use unicode_normalization::UnicodeNormalization;

/// One line: NFC, ends trimmed; refuses line breaks and all controls.
pub(super) fn line(typed: &str) -> Result<String, Problem> {
    let text: String = typed.trim().nfc().collect();
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => return Err(Problem::LineBreak),
            c => refuse_unsafe(c)?,
        }
    }
    Ok(text)
}

/// Several lines: NFC, line ends as `\n`, trailing white space trimmed; line breaks and tabs are kept.
pub(super) fn lines(typed: &str) -> Result<String, Problem> {
    let ends = typed.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let text: String = ends.trim_end().nfc().collect();
    for c in text.chars() {
        if !matches!(c, '\n' | '\t') {
            refuse_unsafe(c)?;
        }
    }
    Ok(text)
}

/// One line with full-width digits, letters and marks written as ASCII, for numbers of all kinds.
pub(super) fn ascii_line(typed: &str) -> Result<String, Problem> {
    Ok(line(typed)?.chars().map(half_width).collect::<String>().trim().to_owned())
}

fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' | '\u{00A0}' => ' ',
        '−' | '–' | '—' | '‐' => '-',
        '。' => '.',
        '、' => ',',
        c => c,
    }
}

fn refuse_unsafe(c: char) -> Result<(), Problem> {
    let code = u32::from(c);
    match c {
        c if c.is_control() => Err(Problem::Control { code }),
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Err(Problem::Deceptive { code }),
        '\u{200E}' | '\u{200F}' | '\u{061C}' => Err(Problem::Deceptive { code }),
        '\u{200B}' | '\u{2060}'..='\u{2064}' | '\u{206A}'..='\u{206F}' | '\u{FEFF}' => {
            Err(Problem::Deceptive { code })
        }
        '\u{AD}' | '\u{34F}' | '\u{180E}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}' => {
            Err(Problem::Deceptive { code })
        }
        // Hangul fillers: letters that show nothing.
        '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' => Err(Problem::Deceptive { code }),
        _ if code & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&code) => Err(Problem::Control { code }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_looks_the_same_is_kept_the_same() {
        assert_eq!(line("Cafe\u{301} "), Ok("Café".to_owned()), "NFC, ends trimmed");
        assert_eq!(lines("一\r\n二\r三\n"), Ok("一\n二\n三".to_owned()));
        assert_eq!(line("𠮷𬭎 㛃"), Ok("𠮷𬭎 㛃".to_owned()), "rare names stay as they are");
    }

    #[test]
    fn full_width_marks_become_ascii_in_numbers() {
        assert_eq!(ascii_line("１２，３４５．６７"), Ok("12,345.67".to_owned()));
        assert_eq!(ascii_line("ＡＢ－１"), Ok("AB-1".to_owned()));
    }

    #[test]
    fn what_controls_or_deceives_is_refused() {
        for (text, code) in [
            ("a\0b", "FIELD-CONTROL"),
            ("a\u{7}b", "FIELD-CONTROL"),
            ("a\u{85}b", "FIELD-CONTROL"),
            ("a\u{202E}b", "FIELD-DECEPTIVE"),
            ("a\u{2066}b", "FIELD-DECEPTIVE"),
            ("a\u{200B}b", "FIELD-DECEPTIVE"),
            ("a\u{FFFF}b", "FIELD-CONTROL"),
        ] {
            assert_eq!(line(text).map_err(|p| p.code()), Err(code), "{text:?} in a line");
            assert_eq!(lines(text).map_err(|p| p.code()), Err(code), "{text:?} in a paragraph");
        }
        assert_eq!(line("一\n二"), Err(Problem::LineBreak));
        assert_eq!(line("一\t二").map_err(|p| p.code()), Err("FIELD-CONTROL"), "tab only in paragraphs");
        assert_eq!(lines("一\t二\n三"), Ok("一\t二\n三".to_owned()));
    }
}
