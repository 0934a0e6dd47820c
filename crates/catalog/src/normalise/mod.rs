//! From what a person typed to a [`Value`], or a [`Problem`] with words for that person.

mod text;

use crate::calendar;
use crate::catalogue;
use crate::definition::{Field, FieldKind};
use crate::money;
use crate::problem::Problem;
use crate::value::{Attachment, Value};

/// Most characters of one line of text.
pub const TEXT_MAX: i64 = 300;
/// Most characters of a paragraph.
pub const PARAGRAPH_MAX: i64 = 5_000;
/// Most digits of a bank account.
pub const ACCOUNT_MAX: i64 = 32;
/// Most bytes of typed text that are looked at at all.
pub const TYPED_MAX_BYTES: usize = 64 * 1024;

/// Reads one field or table cell as typed. Empty text is [`Value::Empty`], whether or not the field is required:
/// that is said by [`states`](crate::states). Choices are given by value, items of the service catalogue by code, people
/// and units by id, flags as `1` or `0`.
///
/// # Errors
/// The [`Problem`] to show beside the field. Tables and files are not typed: `FIELD-WRONG-KIND`.
pub fn normalise(field: &Field, typed: &str) -> Result<Value, Problem> {
    if typed.len() > TYPED_MAX_BYTES {
        let counted = matches!(field.kind, FieldKind::Text | FieldKind::Paragraph | FieldKind::Account);
        let max = field.max.filter(|_| counted).unwrap_or(TEXT_MAX);
        return Err(Problem::TooLong { max, found: typed.chars().count() });
    }
    let value = match field.kind {
        FieldKind::Text => Value::Text(text::line(typed)?),
        FieldKind::Paragraph => Value::Text(text::lines(typed)?),
        FieldKind::Table | FieldKind::Attachment => return Err(Problem::WrongKind),
        _ => {
            let ascii = text::ascii_line(typed)?;
            if ascii.is_empty() {
                return Ok(Value::Empty);
            }
            from_ascii(field, &ascii)?
        }
    };
    if value.is_empty() {
        return Ok(Value::Empty);
    }
    match fits(field, &value) {
        Some(problem) => Err(problem),
        None => Ok(value),
    }
}

/// Words that are not fields, such as the reason of a return: several lines, NFC, at most `max_chars` characters.
///
/// # Errors
/// The [`Problem`] to show beside the words. Empty words are returned as they are.
pub fn normalise_words(typed: &str, max_chars: usize) -> Result<String, Problem> {
    let max = i64::try_from(max_chars).unwrap_or(i64::MAX);
    if typed.len() > TYPED_MAX_BYTES {
        return Err(Problem::TooLong { max, found: typed.chars().count() });
    }
    let words = text::lines(typed)?;
    let found = words.chars().count();
    if found > max_chars { Err(Problem::TooLong { max, found }) } else { Ok(words) }
}

fn from_ascii(field: &Field, ascii: &str) -> Result<Value, Problem> {
    Ok(match field.kind {
        FieldKind::Integer => Value::Int(integer(ascii)?),
        FieldKind::Money => Value::Money(money::parse(ascii)?),
        FieldKind::Percent => Value::Percent(money::parse_percent(ascii)?),
        FieldKind::Date => Value::Date(calendar::date(ascii).ok_or(Problem::NotDate)?),
        FieldKind::DateTime => Value::DateTime(calendar::date_time(ascii).ok_or(Problem::NotDateTime)?),
        FieldKind::Choice => Value::Choice(ascii.to_owned()),
        FieldKind::Catalogue => Value::Item(item_code(ascii)),
        FieldKind::Flag => Value::Flag(flag(ascii)?),
        FieldKind::Account => Value::Account(ascii.chars().filter(|c| !matches!(c, ' ' | '-')).collect()),
        FieldKind::Phone => Value::Text(phone(ascii)?),
        FieldKind::IdNumber => Value::Text(id_number(ascii)?),
        FieldKind::Person => Value::Person(ascii.to_owned()),
        FieldKind::Unit => Value::Unit(ascii.to_owned()),
        FieldKind::Text | FieldKind::Paragraph | FieldKind::Table | FieldKind::Attachment => {
            return Err(Problem::WrongKind);
        }
    })
}

fn integer(ascii: &str) -> Result<i64, Problem> {
    let (sign, whole) = match ascii.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", ascii),
    };
    if whole.is_empty() || !whole.chars().all(|c| c.is_ascii_digit() || c == ',') {
        return Err(Problem::NotInteger);
    }
    let digits = money::ungroup(whole).map_err(|_| Problem::NotInteger)?;
    format!("{sign}{digits}").parse().map_err(|_| Problem::Overflow)
}

/// The code before the words of an item, as it is shown.
fn item_code(ascii: &str) -> String {
    ascii.split(' ').next().unwrap_or_default().to_ascii_uppercase()
}

fn flag(ascii: &str) -> Result<bool, Problem> {
    match ascii {
        "1" | "true" | "是" => Ok(true),
        "0" | "false" | "否" => Ok(false),
        _ => Err(Problem::NotFlag),
    }
}

fn phone(ascii: &str) -> Result<String, Problem> {
    let number: String = ascii.chars().filter(|c| *c != ' ').collect();
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let known = number.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '+' | '(' | ')' | '转'));
    if known && (3..=20).contains(&digits) && number.chars().count() <= 30 {
        Ok(number)
    } else {
        Err(Problem::NotPhone)
    }
}

fn id_number(ascii: &str) -> Result<String, Problem> {
    let number: String = ascii.chars().filter(|c| *c != ' ').collect::<String>().to_ascii_uppercase();
    if number.len() > 20 || !number.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(Problem::NotIdNumber);
    }
    match number.as_bytes() {
        [body @ .., check] if body.len() == 17 && body.iter().all(u8::is_ascii_digit) => {
            if resident_check(body) == *check { Ok(number) } else { Err(Problem::IdChecksum) }
        }
        _ => Ok(number),
    }
}

/// Check character of a resident identity number (GB 11643): ISO 7064 MOD 11-2 over 17 digits.
fn resident_check(body: &[u8]) -> u8 {
    let sum = body.iter().fold(0u32, |sum, digit| (sum + u32::from(digit - b'0')) * 2 % 11);
    match (12 - sum) % 11 {
        10 => b'X',
        rest => b'0' + u8::try_from(rest).unwrap_or(0),
    }
}

/// What is wrong with a filled value in itself, whoever wrote it: type, form and bounds.
pub(crate) fn fits(field: &Field, value: &Value) -> Option<Problem> {
    match (field.kind, value) {
        (_, Value::Empty) => None,
        (FieldKind::Text, Value::Text(text)) => {
            unless_same(text::line(text), text).or_else(|| length(field, text))
        }
        (FieldKind::Paragraph, Value::Text(text)) => {
            unless_same(text::lines(text), text).or_else(|| length(field, text))
        }
        (FieldKind::Phone, Value::Text(text)) => unless_same(phone(text), text),
        (FieldKind::IdNumber, Value::Text(text)) => unless_same(id_number(text), text),
        (FieldKind::Integer, Value::Int(number)) => range(field, *number, |n| n.to_string()),
        (FieldKind::Money, Value::Money(fen)) => range(field, *fen, money::grouped),
        (FieldKind::Percent, Value::Percent(hundredths)) => range(field, *hundredths, money::percent),
        (FieldKind::Catalogue, Value::Item(code)) => {
            (!catalogue::is_among(code, &field.groups)).then_some(Problem::NotItem)
        }
        (FieldKind::Date, Value::Date(text)) => {
            unless_same(calendar::date(text).ok_or(Problem::NotDate), text)
        }
        (FieldKind::DateTime, Value::DateTime(text)) => {
            unless_same(calendar::date_time(text).ok_or(Problem::NotDateTime), text)
        }
        (FieldKind::Choice, Value::Choice(choice)) => {
            field.option_label(choice).is_none().then_some(Problem::NotOption)
        }
        (FieldKind::Flag, Value::Flag(_)) => None,
        (FieldKind::Account, Value::Account(digits)) => account(field, digits),
        (FieldKind::Person, Value::Person(id)) | (FieldKind::Unit, Value::Unit(id)) => {
            (!is_hex(id, 32)).then_some(Problem::NotInRegistry)
        }
        (FieldKind::Table, Value::Table(rows)) => {
            count(field, rows.len(), |min| Problem::TooFewRows { min }, |max| Problem::TooManyRows { max })
        }
        (FieldKind::Attachment, Value::Attachments(files)) => files.iter().find_map(file).or_else(|| {
            count(field, files.len(), |min| Problem::TooFewFiles { min }, |max| Problem::TooManyFiles { max })
        }),
        _ => Some(Problem::WrongKind),
    }
}

fn unless_same(again: Result<String, Problem>, text: &str) -> Option<Problem> {
    match again {
        Ok(same) if same == text => None,
        Ok(_) => Some(Problem::WrongKind),
        Err(problem) => Some(problem),
    }
}

fn length(field: &Field, text: &str) -> Option<Problem> {
    let found = text.chars().count();
    let chars = i64::try_from(found).unwrap_or(i64::MAX);
    match (field.min, field.max) {
        (_, Some(max)) if chars > max => Some(Problem::TooLong { max, found }),
        (Some(min), _) if chars < min => Some(Problem::TooShort { min }),
        _ => None,
    }
}

fn range(field: &Field, number: i64, words: impl Fn(i64) -> String) -> Option<Problem> {
    match (field.min, field.max) {
        (Some(least), _) if number < least => Some(Problem::TooSmall { least: words(least) }),
        (_, Some(most)) if number > most => Some(Problem::TooBig { most: words(most) }),
        _ => None,
    }
}

fn account(field: &Field, digits: &str) -> Option<Problem> {
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Problem::NotAccount);
    }
    let (min, max) = (field.min.unwrap_or(1), field.max.unwrap_or(ACCOUNT_MAX));
    let found = digits.len();
    let fits = i64::try_from(found).is_ok_and(|n| (min..=max).contains(&n));
    (!fits).then_some(Problem::AccountLength { min, max, found })
}

fn count(
    field: &Field,
    found: usize,
    few: impl Fn(i64) -> Problem,
    many: impl Fn(i64) -> Problem,
) -> Option<Problem> {
    let found = i64::try_from(found).unwrap_or(i64::MAX);
    match (field.min, field.max) {
        (_, Some(max)) if found > max => Some(many(max)),
        (Some(min), _) if found > 0 && found < min => Some(few(min)),
        _ => None,
    }
}

fn file(file: &Attachment) -> Option<Problem> {
    Attachment::new(&file.name, &file.media, file.len, &file.digest).err()
}

/// So many lower-case hex digits.
pub(crate) fn is_hex(text: &str, len: usize) -> bool {
    text.len() == len && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

impl Attachment {
    /// A file of the store, its name normalised as one line.
    ///
    /// # Errors
    /// `FIELD-FILE-EMPTY` for 0 bytes, `FIELD-TOO-LONG` and the text problems for the name, `FIELD-FILE-RECORD` for
    /// a digest that is not 64 lower-case hex digits or a media type that is not `type/subtype` in ASCII.
    pub fn new(name: &str, media: &str, len: u64, digest: &str) -> Result<Attachment, Problem> {
        let name = text::line(name)?;
        let found = name.chars().count();
        if i64::try_from(found).map_or(true, |n| n > TEXT_MAX) {
            return Err(Problem::TooLong { max: TEXT_MAX, found });
        }
        if len == 0 {
            return Err(Problem::FileEmpty);
        }
        let media_known = media.len() <= 100
            && media.split('/').count() == 2
            && media.bytes().all(|b| b.is_ascii_graphic())
            && media.split('/').all(|part| !part.is_empty());
        if name.is_empty() || !media_known || !is_hex(digest, 64) {
            return Err(Problem::FileRecord);
        }
        Ok(Attachment { name, media: media.to_owned(), len, digest: digest.to_owned() })
    }
}

#[cfg(test)]
mod tests;
