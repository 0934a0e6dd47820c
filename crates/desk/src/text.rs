//! Texts that come in outside of form fields: names, reasons, words to search.

use qianban_catalog::{Problem, normalise_words};

use crate::{Code, Refused};

/// Characters of a bureau's or unit's name.
pub(crate) const PLACE_CHARS_MAX: usize = 80;
/// Characters of a person's name.
pub(crate) const NAME_CHARS_MAX: usize = 50;
/// Characters of the reason of a return, and of a remark.
pub(crate) const REASON_CHARS_MAX: usize = 500;
/// Characters of a search.
pub(crate) const SEARCH_CHARS_MAX: usize = 100;

/// Normalises a text of one line (C1: NFC, no control characters, no bidi overrides) of 1 to `max` characters. `what`
/// names it to the person.
///
/// # Errors
/// [`Code::TextEmpty`], [`Code::TextTooLong`], [`Code::TextForbidden`].
pub(crate) fn name(what: &str, typed: &str, max: usize) -> Result<String, Refused> {
    let text = words(what, typed, max)?;
    if text.contains('\n') { Err(Refused::about(Code::TextForbidden, what)) } else { Ok(text) }
}

/// Like [`name`], of several lines.
pub(crate) fn words(what: &str, typed: &str, max: usize) -> Result<String, Refused> {
    let text = optional(what, typed, max)?;
    if text.is_empty() { Err(Refused::about(Code::TextEmpty, what)) } else { Ok(text) }
}

/// Like [`words`], but nothing is fine too.
pub(crate) fn optional(what: &str, typed: &str, max: usize) -> Result<String, Refused> {
    match normalise_words(typed, max) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(Problem::TooLong { .. }) => Err(Refused::about(Code::TextTooLong, what)),
        Err(_) => Err(Refused::about(Code::TextForbidden, what)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_refused() {
        for bad in ["张\0三", "\u{202e}三张", "张\u{7}三", "张\n三"] {
            assert_eq!(name("姓名", bad, 50).unwrap_err().code(), Code::TextForbidden, "{bad:?}");
        }
        assert_eq!(name("姓名", " e\u{301} ", 50).expect("is right"), "é", "NFC, trimmed");
        assert_eq!(name("姓名", "  ", 50).unwrap_err().code(), Code::TextEmpty);
        assert_eq!(name("姓名", &"长".repeat(51), 50).unwrap_err().code(), Code::TextTooLong);
        assert_eq!(optional("备注", "一\n二", 50).expect("lines are fine"), "一\n二");
    }
}
