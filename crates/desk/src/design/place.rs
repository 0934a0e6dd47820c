//! Where in a definition something stands: as a path that the screen finds its own field by, and in words.

use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table, Value};

use super::terms::{setting, sort_of};

/// A place of a definition.
pub(super) struct Place {
    /// Keys and numbers from 0, parted by dots: `step.1.roles`; empty for the whole.
    pub(super) path: String,
    /// In Chinese; empty for the whole.
    pub(super) words: String,
}

/// One step down a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Down {
    /// Into the value of a key.
    Key(String),
    /// Into a list, from 0.
    At(usize),
}

/// The place of a byte of a text, which is that of `tree`: the innermost piece that begins at it or last before it.
pub(super) fn of(text: &str, offset: usize, tree: &Table) -> Place {
    let mut best = (0, Vec::new());
    if let Ok(whole) = DeTable::parse(text) {
        descend(whole.get_ref(), &mut Vec::new(), offset, &mut best);
    }
    Place { path: path(&best.1), words: words(&best.1, tree) }
}

fn descend(table: &DeTable<'_>, here: &mut Vec<Down>, offset: usize, best: &mut (usize, Vec<Down>)) {
    for (key, value) in table {
        here.push(Down::Key(key.get_ref().to_string()));
        nearer(key.span().start, here, offset, best);
        within(value, here, offset, best);
        here.pop();
    }
}

fn within(value: &Spanned<DeValue<'_>>, here: &mut Vec<Down>, offset: usize, best: &mut (usize, Vec<Down>)) {
    match value.get_ref() {
        DeValue::Table(table) => {
            nearer(value.span().start, here, offset, best);
            descend(table, here, offset, best);
        }
        DeValue::Array(list) => {
            for (number, one) in list.iter().enumerate() {
                here.push(Down::At(number));
                nearer(one.span().start, here, offset, best);
                within(one, here, offset, best);
                here.pop();
            }
        }
        _ => nearer(value.span().start, here, offset, best),
    }
}

/// Takes a place that begins nearer before the byte; of two that begin at one byte the inner one.
fn nearer(start: usize, here: &[Down], offset: usize, best: &mut (usize, Vec<Down>)) {
    if start <= offset && start >= best.0 {
        *best = (start, here.to_vec());
    }
}

/// The path as the screen takes it.
pub(super) fn path(down: &[Down]) -> String {
    let part = |step: &Down| match step {
        Down::Key(key) => key.clone(),
        Down::At(number) => number.to_string(),
    };
    down.iter().map(part).collect::<Vec<_>>().join(".")
}

/// The place in Chinese: pieces by their names, cells of the slip by their numbers.
pub(super) fn words(down: &[Down], tree: &Table) -> String {
    let mut said = String::new();
    let mut here = Some(Value::Table(tree.clone()));
    let mut list = None;
    for step in down {
        match step {
            Down::Key(key) => {
                list = Some(key.as_str());
                here = here.as_ref().and_then(|value| value.get(key)).cloned();
                if sort_of(key).is_none() && !["row", "cells"].contains(&key.as_str()) {
                    said.push_str(if said.is_empty() { "" } else { "的" });
                    said.push_str(setting(key));
                }
            }
            Down::At(number) => {
                here = here.as_ref().and_then(|value| value.get(*number)).cloned();
                said.push_str(&piece(list, *number, here.as_ref().and_then(Value::as_table)));
            }
        }
    }
    said
}

fn piece(list: Option<&str>, number: usize, piece: Option<&Table>) -> String {
    let nth = number + 1;
    match (list, list.and_then(sort_of), piece) {
        (Some("row"), ..) => format!("第 {nth} 行"),
        (Some("cells"), ..) => format!("第 {nth} 格"),
        (_, Some(sort), Some(piece)) => {
            let name = piece.get(sort.named).and_then(Value::as_str).filter(|name| !name.trim().is_empty());
            match name {
                Some(name) => format!("{}「{name}」", sort.called),
                None => format!("第 {nth} 个{}", sort.called),
            }
        }
        _ => String::new(),
    }
}

/// Every text of a tree with its place.
pub(super) fn texts(tree: &Table, take: &mut impl FnMut(Vec<Down>, &str)) {
    fn each(value: &Value, here: &mut Vec<Down>, take: &mut impl FnMut(Vec<Down>, &str)) {
        match value {
            Value::String(text) => take(here.clone(), text),
            Value::Array(list) => {
                for (number, one) in list.iter().enumerate() {
                    here.push(Down::At(number));
                    each(one, here, take);
                    here.pop();
                }
            }
            Value::Table(table) => {
                for (key, one) in table {
                    here.push(Down::Key(key.clone()));
                    each(one, here, take);
                    here.pop();
                }
            }
            _ => {}
        }
    }
    each(&Value::Table(tree.clone()), &mut Vec::new(), take);
}
