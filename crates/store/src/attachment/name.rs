//! The name an attachment is shown and exported under. The bytes are stored by digest; a name never is a path.

use unicode_normalization::UnicodeNormalization;

/// Longest display name in characters; three bytes each stay below the 255 bytes of a file name.
pub const DISPLAY_NAME_CHARS_MAX: usize = 80;
/// An ending longer than this, dot included, is part of the name.
const ENDING_CHARS_MAX: usize = 12;

const RESERVED: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
const RESERVED_NUMBERED: [&str; 2] = ["COM", "LPT"];

/// A name that is safe to show and to give a file on any system: the last part of a path, NFC, without control,
/// format and bidi characters, without what Windows forbids, not one of its device names, shortened in the middle of
/// the stem so that the ending stays. Never empty.
pub fn display_name(raw: &str) -> String {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .nfc()
        .filter(|c| !is_hidden(*c))
        .map(|c| if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') { '_' } else { c })
        .collect();
    let trimmed = clean.trim().trim_end_matches(['.', ' ']).trim();
    let named = if trimmed.trim_matches('.').is_empty() { "附件" } else { trimmed };
    let (stem, ending) = split_ending(named);
    let shown: String = stem.chars().take(DISPLAY_NAME_CHARS_MAX - ending.chars().count()).collect();
    let guard = if is_device(named) { "_" } else { "" };
    format!("{guard}{}{ending}", shown.trim_end())
}

fn split_ending(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(at) if at > 0 && name[at..].chars().count() <= ENDING_CHARS_MAX => name.split_at(at),
        _ => (name, ""),
    }
}

/// Control characters, bidi marks and overrides, zero-width and other invisible format characters. The zero-width
/// joiner stays: emoji need it.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// `CON`, `com1.txt`, `LPT¹ .pdf`: Windows opens a device whatever the ending.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim().to_uppercase();
    let numbered = RESERVED_NUMBERED.iter().any(|device| {
        stem.strip_prefix(device).is_some_and(|rest| {
            let mut rest = rest.chars();
            matches!((rest.next(), rest.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
        })
    });
    numbered || RESERVED.contains(&stem.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_become_plain_ones() {
        for (raw, shown) in [
            (r"..\..\x", "x"),
            ("../../etc/passwd", "passwd"),
            (r"C:\Users\a\申请表.docx", "申请表.docx"),
            ("CON.txt", "_CON.txt"),
            ("com1", "_com1"),
            ("LPT¹.pdf", "_LPT¹.pdf"),
            ("console.txt", "console.txt"),
            ("报告\u{202e}fdp.exe", "报告fdp.exe"),
            ("a\0b\nc.txt", "abc.txt"),
            ("a<b>:c?.txt", "a_b__c_.txt"),
            ("名字. . ", "名字"),
            ("..", "附件"),
            ("", "附件"),
            ("/", "附件"),
            (".gitignore", ".gitignore"),
            ("e\u{301}.txt", "é.txt"),
            ("👨\u{200d}👩.png", "👨\u{200d}👩.png"),
        ] {
            assert_eq!(display_name(raw), shown, "from {raw:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let shown = display_name(&format!("{}.docx", "长".repeat(300)));
        assert_eq!(shown.chars().count(), DISPLAY_NAME_CHARS_MAX);
        assert!(shown.ends_with("长.docx"));
        assert!(shown.len() <= 255, "fits a file name in bytes");
        assert_eq!(display_name(&"x.".repeat(300)).chars().count(), DISPLAY_NAME_CHARS_MAX);
    }
}
