//! Where a line of Chinese may end: UAX #14, then the rules of marks (禁则), then quotes beside Han.

use unicode_linebreak::{BreakOpportunity, linebreaks};

/// What a mark does beside other marks and at the ends of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Opens: never at the end of a line; its left half is empty.
    Open,
    /// Closes: never at the start of a line; its right half is empty.
    Close,
    /// Fills its square.
    Full,
    /// No mark.
    None,
}

/// The mark a character is.
pub(crate) fn mark(character: char) -> Mark {
    match character {
        '“' | '‘' | '（' | '《' | '〈' | '【' | '〔' | '〖' | '「' | '『' | '［' | '｛' => {
            Mark::Open
        }
        '”' | '’' | '）' | '》' | '〉' | '】' | '〕' | '〗' | '」' | '』' | '］' | '｝' | '，' | '。'
        | '、' | '；' | '：' => Mark::Close,
        '？' | '！' | '·' | '…' | '—' | '～' | '％' | '℃' | '‰' => Mark::Full,
        _ => Mark::None,
    }
}

/// Whether a character stands in a square of its own, so that a line may be stretched beside it.
pub(crate) fn is_han(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}'
        | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether a line may not begin with a character. A dash may stand at either end, but is not parted.
pub(crate) fn never_starts(character: char) -> bool {
    let closes = matches!(mark(character), Mark::Close | Mark::Full) && character != '—';
    closes || matches!(character, ')' | ']' | '}' | ',' | '.' | ';' | '!' | '?' | '%')
}

/// Whether a line may not end with a character.
pub(crate) fn never_ends(character: char) -> bool {
    mark(character) == Mark::Open || matches!(character, '(' | '[' | '{' | '￥' | '¥' | '$' | '№')
}

/// For every character of a paragraph, whether a line may begin with it. The first is always `false`.
pub(crate) fn openings(paragraph: &[char]) -> Vec<bool> {
    let text: String = paragraph.iter().collect();
    let mut starts = Vec::with_capacity(paragraph.len());
    let mut byte = 0;
    for character in paragraph {
        starts.push(byte);
        byte += character.len_utf8();
    }
    let mut may = vec![false; paragraph.len()];
    for (at, kind) in linebreaks(&text) {
        if let (BreakOpportunity::Allowed, Ok(index)) = (kind, starts.binary_search(&at)) {
            may[index] = true;
        }
    }
    for index in 1..paragraph.len() {
        let (before, after) = (paragraph[index - 1], paragraph[index]);
        // Beside Latin, quotes are Latin: “don’t” is one word.
        let parts = |mark: char, other: char| {
            !matches!(mark, '“' | '”' | '‘' | '’') || is_han(other) || self::mark(other) != Mark::None
        };
        let opens = mark(after) == Mark::Open && parts(after, before);
        let closes = mark(before) == Mark::Close && parts(before, after) && !after.is_whitespace();
        if opens || closes {
            may[index] = true;
        }
        let pair = before == after && matches!(before, '—' | '…');
        if pair || never_starts(after) || never_ends(before) {
            may[index] = false;
        }
    }
    may.first_mut().into_iter().for_each(|first| *first = false);
    may
}

#[cfg(test)]
mod tests {
    use super::openings;

    fn shown(text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let may = openings(&chars);
        chars.iter().zip(may).map(|(c, may)| if may { format!("|{c}") } else { c.to_string() }).collect()
    }

    #[test]
    fn quotes_beside_han_may_break_outside_only() {
        assert_eq!(shown("的“食堂”可”申"), "的|“食|堂”|可”|申");
    }

    #[test]
    fn marks_stay_with_their_words() {
        assert_eq!(shown("（《预算》）。——好……吗？"), "（《预|算》）。|——|好……|吗？");
        assert_eq!(shown("编号A1（单位）B2，don’t“be”"), "编|号|A1|（单|位）|B2，|don’t“be”");
        assert_eq!(shown("账号6222021234，金额¥10.00元"), "账|号|6222021234，|金|额|¥10.00|元");
    }
}
