//! The few types that expressions know. There is no floating-point number among them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Type of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// True or false.
    Bool,
    /// A whole number, 分 for money; null while the field is empty.
    Int,
    /// Text; empty while the field is empty.
    Text,
    /// `null`.
    Null,
    /// At most so many of one kind.
    List(Box<Kind>, u32),
    /// Named values; can only be selected from.
    Record(Arc<Record>),
    /// Of a list that was written without an element.
    Unknown,
}

/// A record's name, for messages, and the kinds of what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) name: String,
    pub(crate) keys: BTreeMap<String, Kind>,
}

/// The variables that an expression may name in its place.
pub(crate) type Scope = BTreeMap<String, Kind>;

impl Kind {
    pub(crate) fn record(name: &str, keys: BTreeMap<String, Kind>) -> Kind {
        Kind::Record(Arc::new(Record { name: name.to_owned(), keys }))
    }

    /// A record of another name with more keys; the same of a kind that is none.
    pub(crate) fn with(self, name: &str, more: &[(&str, Kind)]) -> Kind {
        match self {
            Kind::Record(record) => {
                let more = more.iter().map(|(key, kind)| ((*key).to_owned(), kind.clone()));
                Kind::record(name, record.keys.clone().into_iter().chain(more).collect())
            }
            kind => kind,
        }
    }

    /// Whether a value of this kind can stand where `want` is asked for.
    pub(crate) fn fits(&self, want: &Kind) -> bool {
        self.join(want).is_some_and(|joined| match want {
            Kind::Null => matches!(self, Kind::Null),
            _ => !matches!(joined, Kind::Null),
        })
    }

    /// The kind that holds both, if one does. Numbers take in null.
    pub(crate) fn join(&self, other: &Kind) -> Option<Kind> {
        match (self, other) {
            (Kind::Unknown, kind) | (kind, Kind::Unknown) => Some(kind.clone()),
            (Kind::Int, Kind::Null) | (Kind::Null, Kind::Int) => Some(Kind::Int),
            (Kind::List(a, m), Kind::List(b, n)) => Some(Kind::List(Box::new(a.join(b)?), *m.max(n))),
            (a, b) if a == b => Some(a.clone()),
            _ => None,
        }
    }

    /// Whether values of this kind can be compared for equality.
    pub(crate) fn is_scalar(&self) -> bool {
        matches!(self, Kind::Bool | Kind::Int | Kind::Text | Kind::Null | Kind::Unknown)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Bool => out.write_str("真假"),
            Kind::Int => out.write_str("整数"),
            Kind::Text => out.write_str("文字"),
            Kind::Null => out.write_str("null"),
            Kind::List(of, _) => write!(out, "{of}的列表"),
            Kind::Record(record) => out.write_str(&record.name),
            Kind::Unknown => out.write_str("未定"),
        }
    }
}
