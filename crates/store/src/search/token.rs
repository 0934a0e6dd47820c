//! Cutting text into what the index holds: every character, and every pair of neighbours.
//!
//! Chinese has no spaces and a clerk types one or two characters, so words are useless and a trigram index finds
//! nothing. With single characters and pairs, any run of characters is found: one character as itself, more as a
//! phrase of overlapping pairs.

use unicode_normalization::UnicodeNormalization;

/// Stands between two parts of the searched text, so that no phrase crosses from one field to the next.
const GAP: &str = "¦";
/// Longest run of characters that is looked for; a longer one is cut.
const RUN_CHARS_MAX: usize = 64;
/// Runs (words) of one query; further ones are ignored.
const RUNS_MAX: usize = 16;

/// The two columns of the index for some text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tokens {
    pub(super) single: String,
    pub(super) pair: String,
}

/// Letters and digits of one part, in the form both sides compare: NFKC, lower case. Everything else vanishes, so
/// 权申〔2026〕第0007号 is also found as 权申2026第0007号.
fn letters(part: &str) -> Vec<char> {
    part.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

/// Cuts a text of several parts, one per line.
pub(super) fn tokens(text: &str) -> Tokens {
    let mut single = Vec::new();
    let mut pair = Vec::new();
    for part in text.lines() {
        let letters = letters(part);
        single.extend(letters.iter().map(char::to_string));
        pair.extend(letters.windows(2).map(|two| two.iter().collect::<String>()));
        pair.push(GAP.to_owned());
    }
    Tokens { single: single.join(" "), pair: pair.join(" ") }
}

/// The FTS5 expression for what a person typed: every word must occur somewhere. `None` when nothing searchable was
/// typed. Quoted tokens hold letters and digits only, so no query syntax can be typed.
pub(crate) fn expression(typed: &str) -> Option<String> {
    let runs = typed.split_whitespace().map(letters).filter(|run| !run.is_empty()).take(RUNS_MAX);
    let terms: Vec<String> = runs.map(|run| term(&run[..run.len().min(RUN_CHARS_MAX)])).collect();
    (!terms.is_empty()).then(|| terms.join(" AND "))
}

fn term(run: &[char]) -> String {
    match run {
        [only] => format!("single:\"{only}\""),
        _ => {
            let pairs: Vec<String> = run.windows(2).map(|two| two.iter().collect()).collect();
            format!("pair:\"{}\"", pairs.join(" "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_into_characters_and_pairs_per_part() {
        let cut = tokens("张三 (甲)\nＡb1");
        assert_eq!(cut.single, "张 三 甲 a b 1");
        assert_eq!(cut.pair, "张三 三甲 ¦ ab b1 ¦", "no pair crosses a line");
    }

    #[test]
    fn what_is_typed_becomes_phrases() {
        assert_eq!(expression("张").unwrap(), "single:\"张\"");
        assert_eq!(expression("张三").unwrap(), "pair:\"张三\"");
        assert_eq!(expression(" 权申〔2026〕 李 ").unwrap(), "pair:\"权申 申2 20 02 26\" AND single:\"李\"");
        assert_eq!(expression("ＡＢ").unwrap(), "pair:\"ab\"", "full-width letters");
    }

    #[test]
    fn query_syntax_cannot_be_typed() {
        assert_eq!(expression("\" OR *"), Some("pair:\"or\"".to_owned()));
        assert_eq!(expression("—— ……"), None);
        assert_eq!(expression(""), None);
        assert!(expression(&"长".repeat(10_000)).unwrap().len() < 1_000);
    }
}
