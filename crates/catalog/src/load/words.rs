//! Names, words, codes and numbers of a definition file.

use super::{Loaded, refuse};
use crate::fault::Fault;
use crate::normalise::normalise_words;
use crate::role::role_name;
use crate::source::Placed;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;

/// Most characters of a key, an id or a ledger's name.
const NAME_MAX: usize = 40;

/// A key: lower-case letters, digits and `_`, in an id also `-`.
pub(super) fn name(placed: &Placed, hyphen: bool) -> Loaded<String> {
    let key = placed.get_ref();
    let begins = key.starts_with(|c: char| c.is_ascii_lowercase());
    let known =
        key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || (hyphen && c == '-'));
    if begins && known && key.len() <= NAME_MAX {
        Ok(key.clone())
    } else {
        refuse(placed.span(), Fault::Name { key: key.clone(), most: NAME_MAX })
    }
}

/// Chinese words for screen and paper, one line.
pub(super) fn words(placed: &Placed, most: usize) -> Loaded<String> {
    let text = placed.get_ref();
    match said(text, most) {
        Ok(line) if !line.contains(['\n', '\t']) => Ok(line),
        _ => refuse(placed.span(), unfit(text, most)),
    }
}

/// Words of the slip, one or several lines; their place is that of the cell they stand in.
pub(super) fn said(text: &str, most: usize) -> Result<String, Fault> {
    match normalise_words(text, most) {
        Ok(normal) if !normal.is_empty() => Ok(normal),
        _ => Err(unfit(text, most)),
    }
}

fn unfit(text: &str, most: usize) -> Fault {
    Fault::Words { text: text.chars().take(20).collect(), most }
}

/// One of a few codes.
pub(super) fn one_of<T: Clone>(placed: &Placed, what: &'static str, codes: &[(&str, T)]) -> Loaded<T> {
    let found = codes.iter().find(|(code, _)| code == placed.get_ref());
    match found {
        Some((_, value)) => Ok(value.clone()),
        None => refuse(placed.span(), Fault::Code { what, found: placed.get_ref().clone() }),
    }
}

/// A row of the registers of the white paper: one of the letters, two or three digits; of `G`, one or two.
pub(super) fn cite(placed: &Placed, letters: &str) -> Loaded<String> {
    let code = placed.get_ref();
    let mut chars = code.chars();
    let letter = chars.next().is_some_and(|c| letters.contains(c));
    let digits = chars.as_str();
    let long = if code.starts_with('G') { 1..=2 } else { 2..=3 };
    if letter && long.contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
        Ok(code.clone())
    } else {
        refuse(placed.span(), Fault::Code { what: "白皮书条目编号", found: code.clone() })
    }
}

/// Rules that are cited.
pub(super) fn cites(placed: &[Placed]) -> Loaded<Vec<String>> {
    unique("引用", placed.iter())?;
    placed.iter().map(|code| cite(code, "WCDG")).collect()
}

/// Role codes, at least one.
pub(super) fn roles(placed: &[Placed], at: Range<usize>) -> Loaded<Vec<String>> {
    if placed.is_empty() {
        return refuse(at, Fault::Lacking { what: "角色" });
    }
    unique("角色", placed.iter())?;
    let known = |role: &Placed| match role_name(role.get_ref()) {
        Some(_) => Ok(role.get_ref().clone()),
        None => refuse(role.span(), Fault::UnknownRole { role: role.get_ref().clone() }),
    };
    placed.iter().map(known).collect()
}

/// A number within bounds.
pub(super) fn bounded(placed: &Spanned<i64>, what: &'static str, least: i64, most: i64) -> Loaded<i64> {
    let found = *placed.get_ref();
    if (least..=most).contains(&found) {
        Ok(found)
    } else {
        refuse(placed.span(), Fault::Bounds { what, found, least, most })
    }
}

/// A small number within bounds, or `otherwise` where none is written.
pub(super) fn small(
    placed: Option<&Spanned<i64>>,
    what: &'static str,
    least: u8,
    most: u8,
    otherwise: u8,
) -> Loaded<u8> {
    match placed {
        None => Ok(otherwise),
        Some(placed) => {
            let found = bounded(placed, what, least.into(), most.into())?;
            Ok(u8::try_from(found).unwrap_or(most))
        }
    }
}

/// Each name only once.
pub(super) fn unique<'a>(what: &'static str, names: impl Iterator<Item = &'a Placed>) -> Loaded<()> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name.get_ref()) {
            return refuse(name.span(), Fault::Duplicate { what, key: name.get_ref().clone() });
        }
    }
    Ok(())
}

/// No more pieces of a sort than `most`; `named` gives the place of the first beyond.
pub(super) fn at_most<T>(
    what: &'static str,
    pieces: &[T],
    most: usize,
    named: impl Fn(&T) -> &Placed,
) -> Loaded<()> {
    let Some(beyond) = pieces.get(most) else { return Ok(()) };
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let reason = Fault::Bounds { what, found: count(pieces.len()), least: 0, most: count(most) };
    refuse(named(beyond).span(), reason)
}
