//! Amounts and percentages: exact integers of hundredths, read from text and written as figures and as 大写.

use crate::problem::Problem;

const FEN_PER_YUAN: i64 = 100;
const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];

/// Reads an amount in 元 with at most two decimals, such as `90,071,992,547,409.93`, into 分.
/// Takes one leading sign, one leading ¥, one trailing 元. ASCII only: the caller has made half-width of full-width.
pub(crate) fn parse(typed: &str) -> Result<i64, Problem> {
    let text: String = typed.chars().filter(|c| *c != ' ').collect();
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.as_str()),
    };
    let text = text.strip_prefix(['¥', '￥']).unwrap_or(text);
    hundredths(negative, text.strip_suffix('元').unwrap_or(text))
}

/// Reads a percentage with at most two decimals, such as `40.01` or `40.01%`, into hundredths of a percent.
pub(crate) fn parse_percent(typed: &str) -> Result<i64, Problem> {
    let text: String = typed.chars().filter(|c| *c != ' ').collect();
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.as_str()),
    };
    hundredths(negative, text.strip_suffix('%').unwrap_or(text)).map_err(|problem| match problem {
        Problem::NotMoney => Problem::NotPercent,
        Problem::MoneyPrecision => Problem::PercentPrecision,
        problem => problem,
    })
}

/// Hundredths of a number with at most two decimals.
fn hundredths(negative: bool, text: &str) -> Result<i64, Problem> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || !whole.chars().all(|c| c.is_ascii_digit() || c == ',') {
        return Err(Problem::NotMoney);
    }
    if !decimals.chars().all(|c| c.is_ascii_digit()) || text.ends_with('.') {
        return Err(Problem::NotMoney);
    }
    if decimals.len() > 2 {
        return Err(Problem::MoneyPrecision);
    }
    let sign = if negative { "-" } else { "" };
    let figures = format!("{sign}{}{decimals:0<2}", ungroup(whole)?);
    figures.parse().map_err(|_| Problem::Overflow)
}

/// Takes commas out of a whole number; where there are any, they must part groups of three.
pub(crate) fn ungroup(whole: &str) -> Result<String, Problem> {
    let groups: Vec<&str> = whole.split(',').collect();
    let well = match groups.as_slice() {
        [_] => true,
        [first, rest @ ..] => (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3),
        [] => false,
    };
    if well { Ok(groups.concat()) } else { Err(Problem::MoneyGrouping) }
}

/// `90071992547409.93`: what [`parse`] reads back to the same amount.
pub(crate) fn plain(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    let yuan = fen.unsigned_abs() / FEN_PER_YUAN.unsigned_abs();
    format!("{sign}{yuan}.{:02}", fen.unsigned_abs() % FEN_PER_YUAN.unsigned_abs())
}

/// `90,071,992,547,409.93`.
pub(crate) fn grouped(fen: i64) -> String {
    let plain = plain(fen);
    match plain.split_once('.') {
        Some((whole, decimals)) => format!("{}.{decimals}", group_thousands(whole)),
        None => plain,
    }
}

/// `40.01%`.
pub(crate) fn percent(hundredths: i64) -> String {
    format!("{}%", plain(hundredths))
}

/// Puts a comma before every third digit from the right.
pub(crate) fn group_thousands(whole: &str) -> String {
    let (sign, digits) = match whole.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", whole),
    };
    let mut out = String::from(sign);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// 人民币大写, as the rules of 票据 want it: 整 only after 元, 零 once for a run of zeros, `人民币` in front.
pub fn chinese_capitals(fen: i64) -> String {
    let amount = fen.unsigned_abs();
    let (yuan, jiao, fen_digit) = (amount / 100, amount / 10 % 10, amount % 10);
    let mut out = String::from(if fen < 0 { "人民币负" } else { "人民币" });
    if yuan > 0 || amount == 0 {
        out.push_str(&if yuan == 0 { "零".to_owned() } else { whole_capitals(yuan) });
        out.push('元');
    }
    if jiao > 0 {
        if yuan > 0 && yuan % 10 == 0 {
            out.push('零');
        }
        out.push(digit(jiao));
        out.push('角');
    }
    if fen_digit > 0 {
        if jiao == 0 && yuan > 0 {
            out.push('零');
        }
        out.push(digit(fen_digit));
        out.push('分');
    }
    if jiao == 0 && fen_digit == 0 {
        out.push('整');
    }
    out
}

/// A whole number above 0, in groups of four digits: 万 inside 亿.
fn whole_capitals(number: u64) -> String {
    for (unit, name) in [(100_000_000, '亿'), (10_000, '万')] {
        if number >= unit {
            let (high, low) = (number / unit, number % unit);
            let mut out = whole_capitals(high);
            out.push(name);
            if low > 0 {
                if low < unit / 10 {
                    out.push('零');
                }
                out.push_str(&whole_capitals(low));
            }
            return out;
        }
    }
    four_capitals(number)
}

fn four_capitals(number: u64) -> String {
    let mut out = String::new();
    let mut zero = false;
    for (unit, name) in [(1000, "仟"), (100, "佰"), (10, "拾"), (1, "")] {
        let d = number / unit % 10;
        if d == 0 {
            zero = !out.is_empty();
            continue;
        }
        if zero {
            out.push('零');
        }
        zero = false;
        out.push(digit(d));
        out.push_str(name);
    }
    out
}

fn digit(d: u64) -> char {
    usize::try_from(d).ok().and_then(|d| DIGITS.get(d)).copied().unwrap_or('零')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_far_beyond_floating_point() {
        assert_eq!(parse("90,071,992,547,409.93"), Ok(9_007_199_254_740_993));
        assert_eq!(plain(9_007_199_254_740_993), "90071992547409.93");
        assert_eq!(grouped(9_007_199_254_740_993), "90,071,992,547,409.93");
        assert_eq!(parse("92233720368547758.07"), Ok(i64::MAX));
        assert_eq!(parse("-92233720368547758.08"), Ok(i64::MIN));
        assert_eq!(parse("92233720368547758.08"), Err(Problem::Overflow));
        assert_eq!(parse(&plain(i64::MIN)), Ok(i64::MIN));
    }

    #[test]
    fn amounts_as_people_type_them() {
        for (typed, fen) in
            [("0", 0), ("5", 500), ("0.5", 50), ("¥1,409.50", 140_950), ("100元", 10_000), ("-3.07", -307)]
        {
            assert_eq!(parse(typed), Ok(fen), "{typed}");
        }
        for (typed, problem) in [
            ("", Problem::NotMoney),
            ("一百", Problem::NotMoney),
            ("1e5", Problem::NotMoney),
            ("1.", Problem::NotMoney),
            (".5", Problem::NotMoney),
            ("--1", Problem::NotMoney),
            ("1.005", Problem::MoneyPrecision),
            ("1,00", Problem::MoneyGrouping),
            ("1234,567", Problem::MoneyGrouping),
            (",123", Problem::MoneyGrouping),
        ] {
            assert_eq!(parse(typed), Err(problem), "{typed:?}");
        }
    }

    #[test]
    fn capitals_follow_the_rules_for_bills() {
        for (fen, words) in [
            (0, "人民币零元整"),
            (5, "人民币伍分"),
            (50, "人民币伍角"),
            (100, "人民币壹元整"),
            (1_000, "人民币壹拾元整"),
            (140_950, "人民币壹仟肆佰零玖元伍角"),
            (600_714, "人民币陆仟零柒元壹角肆分"),
            (168_032, "人民币壹仟陆佰捌拾元零叁角贰分"),
            (10_700_053, "人民币壹拾万柒仟元零伍角叁分"),
            (1_640_902, "人民币壹万陆仟肆佰零玖元零贰分"),
            (32_504, "人民币叁佰贰拾伍元零肆分"),
            (100_000_000, "人民币壹佰万元整"),
            (100_000_100, "人民币壹佰万零壹元整"),
            (100_010_000, "人民币壹佰万零壹佰元整"),
            (10_000_000_000, "人民币壹亿元整"),
            (10_001_000_000, "人民币壹亿零壹万元整"),
            (10_000_000_100, "人民币壹亿零壹元整"),
            (100_000_000_000_000, "人民币壹万亿元整"),
            (-140_950, "人民币负壹仟肆佰零玖元伍角"),
            (i64::MAX, "人民币玖亿贰仟贰佰叁拾叁万柒仟贰佰零叁亿陆仟捌佰伍拾肆万柒仟柒佰伍拾捌元零柒分"),
        ] {
            assert_eq!(chinese_capitals(fen), words, "{fen} 分");
        }
    }
}
