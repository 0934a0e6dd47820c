//! Values as people read them, and as they would type them again.

use crate::catalogue;
use crate::definition::{Definition, Field, FieldKind, Section};
use crate::money;
use crate::setting::{CATALOGUE_PREFIX, Settings, setting};
use crate::value::{Content, Value};

/// Words that the registry gives: names of people and units, and settings that are shown as words.
pub trait Names {
    /// Name of a person by hex id; `None` if the registry has no such person.
    fn person(&self, id: &str) -> Option<String>;
    /// Name of a unit by hex id; `None` if the registry has no such unit.
    fn unit(&self, id: &str) -> Option<String>;
    /// Value of a setting in the registry: words of a bureau's own items of the service catalogue, and how performance
    /// tuning is flagged (G1). `None`: no entry, which leaves the default.
    fn setting(&self, _key: &str) -> Option<String> {
        None
    }
}

/// How much of an account or an identity number is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// All of it: on the form itself and on paper.
    Full,
    /// Its ends: in lists.
    Masked,
}

/// A value as people read it; empty text for an empty value. Money is grouped, an account in groups of four, a choice
/// in its words, an item of the service catalogue as code and words. A table says how many rows it has, files give their names.
pub fn display(field: &Field, value: &Value, names: &dyn Names, privacy: Privacy) -> String {
    let unknown = |id: &str| format!("(名册中没有 {})", id.get(..8).unwrap_or(id));
    match value {
        Value::Empty => String::new(),
        Value::Text(text) if field.kind == FieldKind::IdNumber && privacy == Privacy::Masked => mask_id(text),
        Value::Text(text) | Value::Date(text) | Value::DateTime(text) => text.clone(),
        Value::Int(number) => counted(*number),
        Value::Money(fen) => money::grouped(*fen),
        Value::Percent(hundredths) => money::percent(*hundredths),
        Value::Item(code) => item_words(code, names),
        Value::Flag(true) => "是".to_owned(),
        Value::Flag(false) => "否".to_owned(),
        Value::Choice(choice) => field.option_label(choice).unwrap_or(choice).to_owned(),
        Value::Account(digits) if privacy == Privacy::Masked => mask_account(digits),
        Value::Account(digits) => groups_of_four(digits),
        Value::Person(id) => names.person(id).unwrap_or_else(|| unknown(id)),
        Value::Unit(id) => names.unit(id).unwrap_or_else(|| unknown(id)),
        Value::Table(rows) => format!("{} 行", rows.len()),
        Value::Attachments(files) => {
            files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join("、")
        }
    }
}

/// A second line under a value: 大写金额 for money, the flag of performance tuning (G1), nothing for all else.
pub fn note(value: &Value, names: &dyn Names) -> String {
    match value {
        Value::Money(fen) => money::chinese_capitals(*fen),
        Value::Item(code) if catalogue::item(code).is_some_and(|item| item.confirm) => scope_flag(names),
        _ => String::new(),
    }
}

/// A value as a person would type it: [`normalise`](crate::normalise()) reads it back to the same value. Tables and
/// files are not typed and give empty text.
pub fn typed(value: &Value) -> String {
    match value {
        Value::Text(text)
        | Value::Date(text)
        | Value::DateTime(text)
        | Value::Choice(text)
        | Value::Item(text)
        | Value::Account(text)
        | Value::Person(text)
        | Value::Unit(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        Value::Money(number) | Value::Percent(number) => money::plain(*number),
        Value::Flag(flag) => u8::from(*flag).to_string(),
        Value::Empty | Value::Table(_) | Value::Attachments(_) => String::new(),
    }
}

/// The key fields that are filled, as (label, words): for the sign dialog, the ledger and search results. Key columns
/// of a table are joined over its rows.
pub fn summary(
    of: &Definition,
    content: &Content,
    names: &dyn Names,
    privacy: Privacy,
) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for field in &of.fields {
        let Some(value) = content.get(&field.key).filter(|value| !value.is_empty()) else { continue };
        if field.key_field {
            lines.push((field.label.clone(), display(field, value, names, privacy)));
        }
        let Value::Table(rows) = value else { continue };
        for column in field.columns.iter().filter(|column| column.key_field) {
            let shown = rows.iter().filter_map(|row| row.get(&column.key)).filter(|value| !value.is_empty());
            let words: Vec<String> = shown.map(|value| display(column, value, names, privacy)).collect();
            if !words.is_empty() {
                lines.push((column.label.clone(), words.join("、")));
            }
        }
    }
    lines
}

/// Everything in a section that a person may search for, one value a line, unmasked: words as shown, numbers also as
/// typed, names of people, units and files.
pub fn search_text(of: &Definition, section: &Section, content: &Content, names: &dyn Names) -> String {
    let mut lines = Vec::new();
    for field in of.fields_of(section).unwrap_or_default() {
        gather(field, content, names, &mut lines);
    }
    lines.join("\n")
}

fn gather(field: &Field, content: &Content, names: &dyn Names, lines: &mut Vec<String>) {
    match content.get(&field.key) {
        None | Some(Value::Empty | Value::Flag(_)) => {}
        Some(Value::Table(rows)) => {
            for row in rows {
                field.columns.iter().for_each(|column| gather(column, row, names, lines));
            }
        }
        Some(value) => {
            let shown = display(field, value, names, Privacy::Full);
            let number =
                matches!(value, Value::Int(_) | Value::Money(_) | Value::Percent(_) | Value::Account(_));
            if number && typed(value) != shown {
                lines.push(typed(value));
            }
            lines.push(shown);
        }
    }
}

/// `C040 预算单位信息变更`; the code alone for an item that neither list has.
fn item_words(code: &str, names: &dyn Names) -> String {
    match catalogue::item(code) {
        Some(item) => format!("{code} {}", item.text),
        None => match names.setting(&format!("{CATALOGUE_PREFIX}{code}")) {
            Some(text) => format!("{code} {text}"),
            None => code.to_owned(),
        },
    }
}

/// `范围外/需确认`, as the bureau has set it; nothing where performance tuning counts as within the scope.
fn scope_flag(names: &dyn Names) -> String {
    const KEY: &str = "scope_performance";
    let set = names.setting(KEY);
    let settings = Settings::new(set.iter().map(|value| (KEY, value.as_str())));
    let flag = match settings.text(KEY) {
        "inside" => None,
        choice => setting(KEY).and_then(|setting| setting.field.as_ref()?.option_label(choice)),
    };
    flag.unwrap_or_default().to_owned()
}

/// `6222 0212 3456 7890 123`.
/// A whole number; four figures stay together, so that a year is read as one.
fn counted(number: i64) -> String {
    let text = number.to_string();
    if number.unsigned_abs() < 10_000 { text } else { money::group_thousands(&text) }
}

fn groups_of_four(digits: &str) -> String {
    let chars: Vec<char> = digits.chars().collect();
    chars.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// First and last four digits of a long account, the last ones of a short one.
fn mask_account(digits: &str) -> String {
    let last = |n: usize| digits.get(digits.len().saturating_sub(n)..).unwrap_or_default();
    match digits.len() {
        12.. => format!("{} **** {}", digits.get(..4).unwrap_or_default(), last(4)),
        5..=11 => format!("**** {}", last(2)),
        _ => "****".to_owned(),
    }
}

/// Region and last four of a resident identity number; two characters of a staff number.
fn mask_id(number: &str) -> String {
    let last = |n: usize| number.get(number.len().saturating_sub(n)..).unwrap_or_default();
    match number.len() {
        15.. => format!("{}********{}", number.get(..6).unwrap_or_default(), last(4)),
        5..=14 => format!("****{}", last(2)),
        _ => "****".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn a_year_is_read_as_one_and_great_numbers_in_groups() {
        assert_eq!(counted(2026), "2026");
        assert_eq!(counted(-9_999), "-9999");
        assert_eq!(counted(10_000), "10,000");
        assert_eq!(counted(1_234_567), "1,234,567");
    }
}
